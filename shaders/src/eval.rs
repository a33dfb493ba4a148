//! Host evaluation of element-wise operations, over slices of equal length.
//!
//! Each form is a pair of loops made by a macro from one expression, compiled for each vector unit
//! and chosen at run time (by crate `pulp`), so that nothing is dispatched per element. Vectors
//! come from the compiler, not from intrinsics: the expression of an element is all there is, and
//! its bits do not depend on the width.

use crate::host::math::Float;

/// A loop over one operand.
pub type Map1<T, R> = fn(&[T], &mut [R]);
/// A loop over two operands.
pub type Map2<T, R> = fn(&[T], &[T], &mut [R]);
/// A loop over three operands.
pub type Map3<T, R> = fn(&[T], &[T], &[T], &mut [R]);

/// Host evaluation of an element-wise operation by arity and types. Words are `Bool` (0 or 1) or
/// integers in 32 bits.
#[derive(Clone, Copy)]
pub enum Eval {
    /// Float to the same float.
    Float1 { f64: Map1<f64, f64>, f32: Map1<f32, f32> },
    /// Two floats to the same float.
    Float2 { f64: Map2<f64, f64>, f32: Map2<f32, f32> },
    /// Three floats to the same float.
    Float3 { f64: Map3<f64, f64>, f32: Map3<f32, f32> },
    /// A float to `Bool`.
    Test1 { f64: Map1<f64, u32>, f32: Map1<f32, u32> },
    /// Two floats to `Bool`.
    Test2 { f64: Map2<f64, u32>, f32: Map2<f32, u32> },
    /// A word to a word.
    Logic1(Map1<u32, u32>),
    /// Two words to a word: truth values, or bits of integers.
    Logic2(Map2<u32, u32>),
    /// `select(condition, if_true, if_false)`: `Bool` and two of one type.
    Select,
}

impl std::fmt::Debug for Eval {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Eval::Float1 { .. } => "Float1",
            Eval::Float2 { .. } => "Float2",
            Eval::Float3 { .. } => "Float3",
            Eval::Test1 { .. } => "Test1",
            Eval::Test2 { .. } => "Test2",
            Eval::Logic1(_) => "Logic1",
            Eval::Logic2(_) => "Logic2",
            Eval::Select => "Select",
        })
    }
}

/// A [`Map1`] that runs on the widest vector unit there is. The expression must be free of calls
/// that are not inlined, or the loop is not vectorised.
macro_rules! map1 {
    ($from:ty => $to:ty, |$x:ident| $value:expr) => {{
        struct Job<'a>(&'a [$from], &'a mut [$to]);
        impl pulp::WithSimd for Job<'_> {
            type Output = ();
            #[inline(always)]
            fn with_simd<S: pulp::Simd>(self, _: S) {
                for (result, &$x) in self.1.iter_mut().zip(self.0) {
                    *result = $value;
                }
            }
        }
        |xs: &[$from], results: &mut [$to]| pulp::Arch::new().dispatch(Job(xs, results))
    }};
}

/// A [`Map2`] that runs on the widest vector unit.
macro_rules! map2 {
    ($from:ty => $to:ty, |$x:ident, $y:ident| $value:expr) => {{
        struct Job<'a>(&'a [$from], &'a [$from], &'a mut [$to]);
        impl pulp::WithSimd for Job<'_> {
            type Output = ();
            #[inline(always)]
            fn with_simd<S: pulp::Simd>(self, _: S) {
                for ((result, &$x), &$y) in self.2.iter_mut().zip(self.0).zip(self.1) {
                    *result = $value;
                }
            }
        }
        |xs: &[$from], ys: &[$from], results: &mut [$to]| {
            pulp::Arch::new().dispatch(Job(xs, ys, results))
        }
    }};
}

/// [`Eval::Float1`] of one expression.
macro_rules! float1 {
    (|$x:ident| $value:expr) => {
        $crate::eval::Eval::Float1 {
            f64: $crate::eval::map1!(f64 => f64, |$x| $value),
            f32: $crate::eval::map1!(f32 => f32, |$x| $value),
        }
    };
}

/// [`Eval::Float1`] of a function of `f64`: `f32` values are rounded once.
macro_rules! through_f64 {
    ($function:path) => {
        $crate::eval::Eval::Float1 {
            f64: $crate::eval::map1!(f64 => f64, |x| $function(x)),
            f32: $crate::eval::map1!(f32 => f32, |x| $function(f64::from(x)) as f32),
        }
    };
}

/// [`Eval::Float1`] of a function that is good up to a limit, and of one of `f64` that is good for
/// any number.
macro_rules! limited {
    ($function:path, $limit:ident, $beyond:expr) => {
        $crate::eval::Eval::Float1 {
            f64: |xs: &[f64], results: &mut [f64]| {
                ($crate::eval::map1!(f64 => f64, |x| $function(x)))(xs, results);
                $crate::eval::patch(xs, results, <f64 as Float>::$limit, $beyond);
            },
            f32: |xs: &[f32], results: &mut [f32]| {
                ($crate::eval::map1!(f32 => f32, |x| $function(x)))(xs, results);
                $crate::eval::patch(xs, results, <f32 as Float>::$limit, |x| {
                    ($beyond)(f64::from(x)) as f32
                });
            },
        }
    };
}

/// Computes the results of numbers beyond a limit one by one.
pub(crate) fn patch<T: Float>(xs: &[T], results: &mut [T], limit: T, beyond: impl Fn(T) -> T) {
    if !xs.iter().fold(false, |any, x| any | (x.abs() > limit)) {
        return;
    }
    for (result, &x) in results.iter_mut().zip(xs) {
        if x.abs() > limit {
            *result = beyond(x);
        }
    }
}

/// [`Eval::Float2`] of one expression.
macro_rules! float2 {
    (|$x:ident, $y:ident| $value:expr) => {
        $crate::eval::Eval::Float2 {
            f64: $crate::eval::map2!(f64 => f64, |$x, $y| $value),
            f32: $crate::eval::map2!(f32 => f32, |$x, $y| $value),
        }
    };
}

/// [`Eval::Float2`] of a function, and of one that is good where a test of the operands holds.
macro_rules! limited2 {
    ($function:path, $test:path, $beyond:path) => {
        $crate::eval::Eval::Float2 {
            f64: |xs: &[f64], ys: &[f64], results: &mut [f64]| {
                ($crate::eval::map2!(f64 => f64, |x, y| $function(x, y)))(xs, ys, results);
                $crate::eval::patch2((xs, ys), results, $test, $beyond);
            },
            f32: |xs: &[f32], ys: &[f32], results: &mut [f32]| {
                ($crate::eval::map2!(f32 => f32, |x, y| $function(x, y)))(xs, ys, results);
                $crate::eval::patch2((xs, ys), results, $test, $beyond);
            },
        }
    };
}

/// Computes the results of operands for which a test holds one by one.
pub(crate) fn patch2<T: Float>(
    (xs, ys): (&[T], &[T]),
    results: &mut [T],
    test: impl Fn(T, T) -> bool,
    beyond: impl Fn(T, T) -> T,
) {
    for ((result, &x), &y) in results.iter_mut().zip(xs).zip(ys) {
        if test(x, y) {
            *result = beyond(x, y);
        }
    }
}

/// [`Eval::Test1`] of one expression.
macro_rules! test1 {
    (|$x:ident| $value:expr) => {
        $crate::eval::Eval::Test1 {
            f64: $crate::eval::map1!(f64 => u32, |$x| u32::from($value)),
            f32: $crate::eval::map1!(f32 => u32, |$x| u32::from($value)),
        }
    };
}

/// [`Eval::Test2`] of one expression.
macro_rules! test2 {
    (|$x:ident, $y:ident| $value:expr) => {
        $crate::eval::Eval::Test2 {
            f64: $crate::eval::map2!(f64 => u32, |$x, $y| u32::from($value)),
            f32: $crate::eval::map2!(f32 => u32, |$x, $y| u32::from($value)),
        }
    };
}

/// [`Eval::Logic2`] of one expression over `bool`s.
macro_rules! logic2 {
    (|$x:ident, $y:ident| $value:expr) => {
        $crate::eval::Eval::Logic2($crate::eval::map2!(u32 => u32, |x, y| {
            let ($x, $y) = (x != 0, y != 0);
            u32::from($value)
        }))
    };
}

pub(crate) use {float1, float2, limited, limited2, logic2, map1, map2, test1, test2, through_f64};
