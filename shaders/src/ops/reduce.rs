//! Reductions.
//!
//! Sums carry their rounding error along (Neumaier), variances the count, mean and squared
//! deviations (Welford), products their exponent apart from the fraction, so that neither the
//! number of elements nor the shape of the tree of combinations shows in the result: a product
//! overflows or underflows if the product of all elements does, and is NaN if one of them is, or
//! if there are both a zero and an infinity.

use preheat_format::OpId;

use crate::host::fold;
use crate::op::{
    Accumulator, Component, ComponentType, DTypeRule, HostReduce, Kind, OpDef, Reduction,
};

const ZERO: Accumulator = [0.0; 4];
const ONE: Accumulator = [1.0, 0.0, 0.0, 0.0];
const NO_NUMBER: Accumulator = [f64::NAN, 0.0, 0.0, 0.0];

/// Host evaluation from generic runs.
macro_rules! host {
    ($identity:expr, $run:ident, $combine:ident, $finish:ident, $lift:ident) => {
        HostReduce {
            identity: $identity,
            f64: fold::$run::<f64>,
            f32: fold::$run::<f32>,
            word: fold::$run::<u32>,
            combine: fold::$combine,
            finish: fold::$finish,
            scan: |acc, values, start| {
                for (value, position) in values.iter_mut().zip(start..) {
                    *acc = fold::$combine(acc, &fold::$lift(*value, position));
                    *value = fold::$finish(acc, position + 1);
                }
            },
        }
    };
}

const SUM: &[Component] = &[
    Component {
        dtype: ComponentType::Element,
        identity: "{zero}",
        step: "{a0} + {x}",
        combine: "{a0} + {b0}",
    },
    Component {
        dtype: ComponentType::Element,
        identity: "{zero}",
        step: "{a1} + sum_error_{T}({a0}, {x})",
        combine: "{a1} + {b1} + sum_error_{T}({a0}, {b0})",
    },
];

/// A fraction from 1 to 2 (or 0, an infinity, NaN) and the exponent that belongs to it.
const PRODUCT: &[Component] = &[
    Component {
        dtype: ComponentType::Element,
        identity: "{one}",
        step: "product_step_{T}({a0}, {x})",
        combine: "product_step_{T}({a0}, {b0})",
    },
    Component {
        dtype: ComponentType::Index,
        identity: "0u",
        step: "product_exponent_{T}({a0}, {a1}, {x}, 0u)",
        combine: "product_exponent_{T}({a0}, {a1}, {b0}, {b1})",
    },
];

const VARIANCE: &[Component] = &[
    Component {
        dtype: ComponentType::Index,
        identity: "0u",
        step: "{a0} + 1u",
        combine: "{a0} + {b0}",
    },
    Component {
        dtype: ComponentType::Element,
        identity: "{zero}",
        step: "mean_step_{T}({a0}, {a1}, {x})",
        combine: "mean_combine_{T}({a0}, {a1}, {b0}, {b1})",
    },
    Component {
        dtype: ComponentType::Element,
        identity: "{zero}",
        step: "{a2} + square_step_{T}({a0}, {a1}, {x})",
        combine: "{a2} + ({b2} + square_combine_{T}({a0}, {a1}, {b0}, {b1}))",
    },
    Component {
        dtype: ComponentType::Element,
        identity: "{zero}",
        step: "{a3} + sum_error_{T}({a2}, square_step_{T}({a0}, {a1}, {x}))",
        combine: "{a3} + {b3}",
    },
];

/// Squares of large, usual (with their error) and small elements, apart (Blue, "A portable Fortran
/// program to find the Euclidean norm of a vector", ACM TOMS 4 (1978)).
const NORM: &[Component] = &[
    Component {
        dtype: ComponentType::Element,
        identity: "{zero}",
        step: "{a0} + norm_large_{T}({x})",
        combine: "{a0} + {b0}",
    },
    Component {
        dtype: ComponentType::Element,
        identity: "{zero}",
        step: "{a1} + norm_usual_{T}({x})",
        combine: "{a1} + {b1}",
    },
    Component {
        dtype: ComponentType::Element,
        identity: "{zero}",
        step: "{a2} + sum_error_{T}({a1}, norm_usual_{T}({x}))",
        combine: "{a2} + {b2} + sum_error_{T}({a1}, {b1})",
    },
    Component {
        dtype: ComponentType::Element,
        identity: "{zero}",
        step: "{a3} + norm_small_{T}({x})",
        combine: "{a3} + {b3}",
    },
];

const MIN: &[Component] = &[Component {
    dtype: ComponentType::Element,
    identity: "{nan}",
    step: "min_{T}({a0}, {x})",
    combine: "min_{T}({a0}, {b0})",
}];

const MAX: &[Component] = &[Component {
    dtype: ComponentType::Element,
    identity: "{nan}",
    step: "max_{T}({a0}, {x})",
    combine: "max_{T}({a0}, {b0})",
}];

const ARGMIN: &[Component] = &[
    Component {
        dtype: ComponentType::Element,
        identity: "{nan}",
        step: "min_{T}({a0}, {x})",
        combine: "min_{T}({a0}, {b0})",
    },
    Component {
        dtype: ComponentType::Index,
        identity: "0u",
        step: "select({a1}, {i}, wins_min_{T}({x}, {i}, {a0}, {a1}))",
        combine: "select({a1}, {b1}, wins_min_{T}({b0}, {b1}, {a0}, {a1}))",
    },
];

const ARGMAX: &[Component] = &[
    Component {
        dtype: ComponentType::Element,
        identity: "{nan}",
        step: "max_{T}({a0}, {x})",
        combine: "max_{T}({a0}, {b0})",
    },
    Component {
        dtype: ComponentType::Index,
        identity: "0u",
        step: "select({a1}, {i}, wins_max_{T}({x}, {i}, {a0}, {a1}))",
        combine: "select({a1}, {b1}, wins_max_{T}({b0}, {b1}, {a0}, {a1}))",
    },
];

const fn row(id: &str, ulp_max: u32, reduction: Reduction, doc: &'static str) -> OpDef {
    let kind = Kind::Reduction(reduction);
    OpDef { id: OpId::new(id), kind, dtype: DTypeRule::Same, ulp_max, doc }
}

pub(super) const OPS: &[OpDef] = &[
    row(
        "red_sum",
        1,
        Reduction {
            accumulator: SUM,
            finish: "sum_finish_{T}({a0}, {a1})",
            eval: host!(ZERO, sum, sum_combine, sum_finish, lift),
        },
        "Sum, with the rounding errors summed beside it.",
    ),
    row(
        "red_mean",
        4,
        Reduction {
            accumulator: SUM,
            finish: "sum_finish_{T}({a0}, {a1}) / {n}",
            eval: host!(ZERO, sum, sum_combine, mean_finish, lift),
        },
        "Mean: the compensated sum by the count.",
    ),
    row(
        "red_prod",
        0,
        Reduction {
            accumulator: PRODUCT,
            finish: "product_finish_{T}({a0}, {a1})",
            eval: host!(ONE, product, product_combine, product_finish, lift),
        },
        "Product, its exponent beside it: no product of some of the elements over- or underflows.",
    ),
    row(
        "red_norm",
        4,
        Reduction {
            accumulator: NORM,
            finish: "norm_finish_{T}({a0}, {a1}, {a2}, {a3})",
            eval: host!(ZERO, norm, norm_combine, norm_finish, lift_norm),
        },
        "Root of the sum of squares; it over- or underflows only if the root itself does.",
    ),
    row(
        "red_min",
        0,
        Reduction {
            accumulator: MIN,
            finish: "{a0}",
            eval: host!(NO_NUMBER, min, min_combine, first, lift),
        },
        "Smallest element; NaN only if all are.",
    ),
    row(
        "red_max",
        0,
        Reduction {
            accumulator: MAX,
            finish: "{a0}",
            eval: host!(NO_NUMBER, max, max_combine, first, lift),
        },
        "Largest element; NaN only if all are.",
    ),
    row(
        "red_var",
        4,
        Reduction {
            accumulator: VARIANCE,
            finish: "variance_finish_{T}({a0}, {a2}, {a3})",
            eval: host!(ZERO, moments, moments_combine, variance_finish, lift_moment),
        },
        "Variance over `n - 1`; 0 for one element.",
    ),
    row(
        "red_var_pop",
        4,
        Reduction {
            accumulator: VARIANCE,
            finish: "sum_finish_{T}({a2}, {a3}) / {n}",
            eval: host!(ZERO, moments, moments_combine, variance_of_all_finish, lift_moment),
        },
        "Variance over `n`.",
    ),
    OpDef {
        id: OpId::new("red_any"),
        kind: Kind::Reduction(Reduction {
            accumulator: &[Component {
                dtype: ComponentType::Flag,
                identity: "false",
                step: "{a0} | any_{T}({x})",
                combine: "{a0} | {b0}",
            }],
            finish: "{a0}",
            eval: host!(ZERO, any, max_combine, first, lift_any),
        }),
        dtype: DTypeRule::Bool,
        ulp_max: 0,
        doc: "True if some element is neither 0 nor NaN.",
    },
    OpDef {
        id: OpId::new("red_all"),
        kind: Kind::Reduction(Reduction {
            accumulator: &[Component {
                dtype: ComponentType::Flag,
                identity: "true",
                step: "{a0} & all_{T}({x})",
                combine: "{a0} & {b0}",
            }],
            finish: "{a0}",
            eval: host!(ONE, all, min_combine, first, lift_all),
        }),
        dtype: DTypeRule::Bool,
        ulp_max: 0,
        doc: "True if no element is 0.",
    },
    OpDef {
        id: OpId::new("red_argmin"),
        kind: Kind::Reduction(Reduction {
            accumulator: ARGMIN,
            finish: "{R}({a1})",
            eval: host!(NO_NUMBER, argmin, argmin_combine, position, lift_position),
        }),
        dtype: DTypeRule::Stated,
        ulp_max: 0,
        doc: "0-based position of the first smallest element; 0 if none is a number.",
    },
    OpDef {
        id: OpId::new("red_argmax"),
        kind: Kind::Reduction(Reduction {
            accumulator: ARGMAX,
            finish: "{R}({a1})",
            eval: host!(NO_NUMBER, argmax, argmax_combine, position, lift_position),
        }),
        dtype: DTypeRule::Stated,
        ulp_max: 0,
        doc: "0-based position of the first largest element; 0 if none is a number.",
    },
];
