//! Choice and conversion.

use preheat_format::OpId;

use crate::eval::Eval;
use crate::op::{DTypeRule, Kind, OpDef, Wgsl};

const SELECT: &str = "select({2}, {1}, {0})";

pub(super) const OPS: &[OpDef] = &[
    OpDef {
        id: OpId::new("select"),
        kind: Kind::Elementwise {
            arity: 3,
            wgsl: Wgsl { f64: SELECT, f32: SELECT, f32_fast: "", word: SELECT, never_nan: "" },
            eval: Eval::Select,
        },
        dtype: DTypeRule::Stated,
        ulp_max: 0,
        doc: "The second operand where the first, a `Bool`, holds, and the third elsewhere.",
    },
    OpDef {
        id: OpId::new("cast"),
        kind: Kind::Cast,
        dtype: DTypeRule::Stated,
        ulp_max: 0,
        doc: "Conversion to another class, saturating and rounding as MATLAB does.",
    },
];
