//! Random numbers of the table on the host: a small sample of what `cargo xtask random` measures.

use preheat_ops::eval::Eval;
use preheat_ops::op::RandomDef;
use preheat_ops::{Kind, philox4x32_10};
use preheat_tests::randomness::{self, NORMAL, UNIFORM};

const BLOCKS: u32 = 250_000;

fn definition(name: &str) -> &'static RandomDef {
    let found = preheat_ops::table().find(|def| def.id.as_str() == name);
    let random = found.and_then(|def| match &def.kind {
        Kind::Random(def) => Some(def),
        _ => None,
    });
    random.expect("a distribution of the table")
}

/// The normal distribution function.
fn normal(x: f64) -> f64 {
    let found = preheat_ops::table().find(|def| def.id.as_str() == "erfc");
    let erfc = found.and_then(|def| match &def.kind {
        Kind::Elementwise { eval: Eval::Float1 { f64, .. }, .. } => Some(f64),
        _ => None,
    });
    let mut result = [0.0];
    erfc.expect("a function of one number")(&[-x / std::f64::consts::SQRT_2], &mut result);
    result[0] / 2.0
}

fn blocks(seed: u32) -> impl Iterator<Item = [u32; 4]> {
    (0..BLOCKS).map(move |block| philox4x32_10([block, 0, 0, 0], [seed, 0]))
}

#[test]
fn samples_pass_moments_kolmogorov_and_serial_correlation() {
    let (uniform, gauss) = (definition("rand"), definition("randn"));
    for seed in [0, 1, 42] {
        let singles = |def: &'static RandomDef| {
            blocks(seed).flat_map(move |block| (def.f32)(block)).map(f64::from)
        };
        let doubles =
            |def: &'static RandomDef| blocks(seed).flat_map(move |block| (def.f64)(block));
        let reports = [
            ("rand single", randomness::measure(singles(uniform), UNIFORM, |x| x)),
            ("rand double", randomness::measure(doubles(uniform), UNIFORM, |x| x)),
            ("randn single", randomness::measure(singles(gauss), NORMAL, normal)),
            ("randn double", randomness::measure(doubles(gauss), NORMAL, normal)),
        ];
        for (name, report) in reports {
            assert_eq!(report.findings(), Vec::<String>::new(), "{name}, seed {seed}: {report}");
        }
    }
}

#[test]
fn a_biased_or_repeating_stream_is_found_out() {
    let biased = blocks(0).flat_map(|block| block.map(|word| f64::from(word >> 9) / 8_450_000.0));
    assert!(!randomness::measure(biased, UNIFORM, |x| x).findings().is_empty());
    let uniform = definition("rand").f64;
    let paired = blocks(0).flat_map(move |block| {
        let [a, b] = uniform(block);
        [a, (a + b) / 2.0]
    });
    let report = randomness::measure(paired, UNIFORM, |x| x);
    assert!(report.findings().iter().any(|found| found.starts_with("correlation 1")), "{report}");
}
