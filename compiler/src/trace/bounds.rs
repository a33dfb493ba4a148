//! What is known of the elements of an array without computing them.
//!
//! A root or a logarithm of real numbers stays real only in its domain. Bounds are kept for every
//! node as it is recorded, so that `sqrt(x .^ 2 + 1)` needs no look at the data. Their ends are
//! coarse (-1, 0, 1 or unbounded): what a loop computes again and again soon stops to change them,
//! and they do not depend on sizes. NaN may be among the elements unless `is_number` says no.
//!
//! Deliberately absent: ties between operands other than that they are the same node, and -0,
//! whose reciprocal is taken for one of a positive number.

use preheat_format::{DType, OpId, Scalar};

use crate::dag::{DagNode, DagOp, NodeId};

/// The least and the greatest that an element can be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bounds {
    /// No element is below it.
    pub(crate) low: f64,
    /// No element is above it.
    pub(crate) high: f64,
    /// No element is NaN.
    is_number: bool,
}

impl Bounds {
    /// Nothing is known.
    pub(crate) const ALL: Bounds =
        Bounds { low: f64::NEG_INFINITY, high: f64::INFINITY, is_number: false };
    /// Of no element.
    const NONE: Bounds = Bounds { low: f64::INFINITY, high: f64::NEG_INFINITY, is_number: true };
    /// Truth values.
    const TRUTH: Bounds = Bounds { low: 0.0, high: 1.0, is_number: true };

    /// Real numbers from `low` to `high`, and maybe NaN.
    pub(crate) fn new(low: f64, high: f64) -> Bounds {
        let low = [1.0, 0.0, -1.0].into_iter().find(|end| low >= *end);
        let high = [-1.0, 0.0, 1.0].into_iter().find(|end| high <= *end);
        let (low, high) = (low.unwrap_or(f64::NEG_INFINITY), high.unwrap_or(f64::INFINITY));
        Bounds { low, high, is_number: false }
    }

    /// The same without NaN.
    fn number(self) -> Bounds {
        Bounds { is_number: true, ..self }
    }

    fn of_scalar(value: f64) -> Bounds {
        if value.is_nan() { Bounds::ALL } else { Bounds::new(value, value).number() }
    }

    /// True if every element that is a number lies within others.
    pub(crate) fn within(self, other: Bounds) -> bool {
        self.low >= other.low && self.high <= other.high
    }

    fn hull(self, other: Bounds) -> Bounds {
        Bounds {
            low: self.low.min(other.low),
            high: self.high.max(other.high),
            is_number: self.is_number && other.is_number,
        }
    }

    /// Through a function that never falls.
    fn rising(self, function: fn(f64) -> f64) -> Bounds {
        Bounds::new(function(self.low), function(self.high))
    }

    fn negated(self) -> Bounds {
        Bounds { low: -self.high, high: -self.low, is_number: self.is_number }
    }

    fn sum(self, other: Bounds) -> Bounds {
        Bounds::new(
            or(self.low + other.low, f64::NEG_INFINITY),
            or(self.high + other.high, f64::INFINITY),
        )
    }

    fn product(self, other: Bounds) -> Bounds {
        // An end of 0 times an unbounded one is 0: no element is infinite by itself.
        let times = |a: f64, b: f64| if a == 0.0 || b == 0.0 { 0.0 } else { a * b };
        let ends = [
            times(self.low, other.low),
            times(self.low, other.high),
            times(self.high, other.low),
            times(self.high, other.high),
        ];
        Bounds::new(ends.into_iter().fold(f64::INFINITY, f64::min), greatest(&ends))
    }

    fn reciprocal(self) -> Bounds {
        if self.low >= 1.0 {
            Bounds::new(0.0, 1.0)
        } else if self.low >= 0.0 {
            Bounds::new(if self.high <= 1.0 { 1.0 } else { 0.0 }, f64::INFINITY)
        } else if self.high <= 0.0 {
            self.negated().reciprocal().negated()
        } else {
            Bounds::ALL
        }
    }

    fn magnitude(self) -> Bounds {
        let high = self.low.abs().max(self.high.abs());
        let low = if self.low >= 0.0 { self.low } else { (-self.high).max(0.0) };
        Bounds { low, high, is_number: self.is_number }
    }

    /// The greater of two elements; a NaN yields to a number.
    fn greater(self, other: Bounds) -> Bounds {
        let low = match (self.is_number, other.is_number) {
            (true, true) => self.low.max(other.low),
            (true, false) => self.low,
            (false, true) => other.low,
            (false, false) => self.low.min(other.low),
        };
        let is_number = self.is_number || other.is_number;
        Bounds { low, high: self.high.max(other.high), is_number }
    }
}

fn or(value: f64, otherwise: f64) -> f64 {
    if value.is_nan() { otherwise } else { value }
}

fn greatest(ends: &[f64]) -> f64 {
    ends.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

/// Bounds of a node of some operands with theirs.
pub(crate) fn of_node(node: &DagNode, operands: &[(NodeId, Bounds)]) -> Bounds {
    let first = operands.first().map_or(Bounds::ALL, |(_, bounds)| *bounds);
    let second = operands.get(1).map_or(Bounds::ALL, |(_, bounds)| *bounds);
    match &node.op {
        DagOp::Leaf => match node.dtype {
            DType::Bool => Bounds::TRUTH,
            DType::U8 | DType::U16 | DType::U32 => Bounds::new(0.0, f64::INFINITY).number(),
            DType::I8 | DType::I16 | DType::I32 => Bounds::ALL.number(),
            DType::F64 | DType::F32 => Bounds::ALL,
        },
        DagOp::Param(scalar) | DagOp::Constant(scalar) => Bounds::of_scalar(number_of(*scalar)),
        DagOp::Iota => Bounds::new(0.0, f64::INFINITY).number(),
        DagOp::Apply(op) => of_operation(*op, node.dtype, operands),
        DagOp::Reduce { op, .. } | DagOp::Scan { op, .. } => of_reduction(*op, first),
        DagOp::Gather | DagOp::View(_) | DagOp::Reshape => first,
        DagOp::MatMul => sign_only(first.product(second)),
        DagOp::Uninit => Bounds::NONE,
        DagOp::Update(_) => first.hull(second),
    }
}

fn number_of(scalar: Scalar) -> f64 {
    match scalar.dtype {
        DType::F64 => f64::from_bits(scalar.bits),
        DType::F32 => f64::from(f32::from_bits(scalar.bits as u32)),
        _ => scalar.bits as f64,
    }
}

/// Only whether elements can be negative or positive: what a sum keeps.
fn sign_only(bounds: Bounds) -> Bounds {
    let low = if bounds.low >= 0.0 { 0.0 } else { f64::NEG_INFINITY };
    let high = if bounds.high <= 0.0 { 0.0 } else { f64::INFINITY };
    Bounds::new(low, high)
}

fn of_reduction(op: OpId, operand: Bounds) -> Bounds {
    match op.as_str() {
        "red_sum" => sign_only(operand),
        "red_mean" | "red_min" | "red_max" => Bounds { is_number: false, ..operand },
        "red_prod" if operand.within(Bounds::TRUTH) => Bounds::TRUTH,
        "red_prod" if operand.low >= 0.0 => Bounds::new(0.0, f64::INFINITY),
        "red_var" | "red_var_pop" | "red_norm" | "red_argmin" | "red_argmax" => {
            Bounds::new(0.0, f64::INFINITY)
        }
        "red_any" | "red_all" => Bounds::TRUTH,
        _ => Bounds::ALL,
    }
}

fn of_operation(op: OpId, dtype: DType, operands: &[(NodeId, Bounds)]) -> Bounds {
    if dtype == DType::Bool {
        return Bounds::TRUTH;
    }
    match operands {
        [(_, a)] if matches!(dtype, DType::F64 | DType::F32) => of_function(op.as_str(), *a),
        // A cast to integers: it never falls, and makes NaN 0.
        [(_, a)] => {
            let rounded = a.rising(f64::round);
            if a.is_number {
                rounded.number()
            } else {
                rounded.hull(Bounds::of_scalar(0.0)).number()
            }
        }
        [(left, a), (right, b)] => match op.as_str() {
            "mul" if left == right => a.magnitude().product(a.magnitude()),
            "add" => a.sum(*b),
            "sub" => a.sum(b.negated()),
            "mul" => a.product(*b),
            "div" => a.product(b.reciprocal()),
            "max" => a.greater(*b),
            "min" => a.negated().greater(b.negated()).negated(),
            "hypot" => Bounds::new(0.0, f64::INFINITY),
            "pow" if a.low >= 0.0 => Bounds::new(0.0, f64::INFINITY),
            "mod" if b.low >= 1.0 => Bounds::new(0.0, f64::INFINITY),
            "rem" if a.low >= 0.0 => Bounds::new(0.0, f64::INFINITY),
            _ => Bounds::ALL,
        },
        [_, (_, a), (_, b)] if op.as_str() == "select" => a.hull(*b),
        _ if op.as_str().starts_with("rand_") => Bounds::TRUTH,
        _ => Bounds::ALL,
    }
}

fn of_function(op: &str, a: Bounds) -> Bounds {
    match op {
        "cast" => a,
        "abs" => a.magnitude(),
        "neg" => a.negated(),
        "sqrt" => a.rising(|x| x.max(0.0).sqrt()),
        "cbrt" => a.rising(f64::cbrt),
        "exp" | "exp2" => a.rising(f64::exp),
        "expm1" => a.rising(f64::exp_m1),
        "log" | "log2" | "log10" => a.rising(|x| if x > 0.0 { x.ln() } else { f64::NEG_INFINITY }),
        "log1p" => a.rising(|x| if x > -1.0 { x.ln_1p() } else { f64::NEG_INFINITY }),
        "floor" => a.rising(f64::floor),
        "ceil" => a.rising(f64::ceil),
        "round" => a.rising(f64::round),
        "fix" => a.rising(f64::trunc),
        "sign" => a.rising(f64::signum),
        "tanh" => a.rising(f64::tanh),
        "erf" => a.rising(|x| x.clamp(-1.0, 1.0)),
        "sinh" => a.rising(f64::sinh),
        "asinh" => a.rising(f64::asinh),
        "atan" => a.rising(f64::atan),
        "cosh" => Bounds::new(1.0, f64::INFINITY),
        "sin" | "cos" | "sind" | "cosd" => Bounds::new(-1.0, 1.0),
        "acos" | "acosh" | "acosd" | "erfc" => Bounds::new(0.0, f64::INFINITY),
        _ => Bounds::ALL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(actual: Bounds, low: f64, high: f64) {
        assert_eq!((actual.low, actual.high), (low, high));
    }

    #[test]
    fn arithmetic_keeps_signs() {
        let (all, inf) = (Bounds::ALL, f64::INFINITY);
        let positive = Bounds::new(0.0, inf);
        check(all.magnitude(), 0.0, inf);
        check(positive.sum(Bounds::of_scalar(1.0)), 1.0, inf);
        check(positive.sum(Bounds::of_scalar(-0.25)), -1.0, inf);
        check(positive.product(Bounds::of_scalar(-3.0)), -inf, 0.0);
        check(Bounds::of_scalar(1.0).product(Bounds::new(1.0, inf).reciprocal()), 0.0, 1.0);
        check(all.product(positive), -inf, inf);
        check(all.greater(Bounds::of_scalar(0.0)), 0.0, inf);
        check(positive.greater(all), -inf, inf);
        check(Bounds::new(-1.0, 1.0).magnitude(), 0.0, 1.0);
        check(Bounds::new(-inf, -1.0).magnitude(), 1.0, inf);
    }

    #[test]
    fn ends_are_coarse() {
        check(Bounds::new(0.3, 0.9), 0.0, 1.0);
        check(Bounds::new(-0.1, 2.0), -1.0, f64::INFINITY);
        check(Bounds::new(5.0, 7.0), 1.0, f64::INFINITY);
    }
}
