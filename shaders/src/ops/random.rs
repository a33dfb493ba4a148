//! Random numbers from counters.

use preheat_format::OpId;

use crate::host::random;
use crate::op::{DTypeRule, Kind, OpDef, RandomDef};

pub(super) const OPS: &[OpDef] = &[
    OpDef {
        id: OpId::new("rand"),
        kind: Kind::Random(RandomDef {
            wgsl_f32: "rand_f32",
            wgsl_f32_fast: "rand_f32",
            wgsl_f64: "rand_f64",
            f32: random::uniform_f32,
            f64: random::uniform_f64,
            f32_blocks: random::uniform_f32_blocks,
            f64_blocks: random::uniform_f64_blocks,
        }),
        dtype: DTypeRule::Stated,
        ulp_max: 0,
        doc: "Uniform over (0, 1): never 0 or 1.",
    },
    OpDef {
        id: OpId::new("randn"),
        kind: Kind::Random(RandomDef {
            wgsl_f32: "randn_f32",
            wgsl_f32_fast: "randn_fast_f32",
            wgsl_f64: "randn_f64",
            f32: random::normal_f32,
            f64: random::normal_f64,
            f32_blocks: random::normal_f32_blocks,
            f64_blocks: random::normal_f64_blocks,
        }),
        dtype: DTypeRule::Stated,
        ulp_max: 8,
        doc: "Standard normal, by Box and Muller's transform of two uniforms.",
    },
];
