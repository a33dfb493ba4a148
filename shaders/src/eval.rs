//! Host evaluation of element-wise operations, over slices of equal length.
//!
//! Each form is a pair of loops made by a macro from one closure, so that simple arithmetic
//! vectorises and nothing is dispatched per element.

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
    /// A `Bool` to `Bool`.
    Logic1(Map1<u32, u32>),
    /// Two `Bool`s to `Bool`.
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

/// [`Eval::Float1`] of one expression.
macro_rules! float1 {
    (|$x:ident| $value:expr) => {
        $crate::eval::Eval::Float1 {
            f64: |xs: &[f64], results: &mut [f64]| {
                results.iter_mut().zip(xs).for_each(|(result, &$x)| *result = $value);
            },
            f32: |xs: &[f32], results: &mut [f32]| {
                results.iter_mut().zip(xs).for_each(|(result, &$x)| *result = $value);
            },
        }
    };
}

/// [`Eval::Float1`] of `f64` arithmetic for both types: `f32` values are rounded once.
macro_rules! through_f64 {
    (|$x:ident| $value:expr) => {
        $crate::eval::Eval::Float1 {
            f64: |xs: &[f64], results: &mut [f64]| {
                results.iter_mut().zip(xs).for_each(|(result, &$x)| *result = $value);
            },
            f32: |xs: &[f32], results: &mut [f32]| {
                results.iter_mut().zip(xs).for_each(|(result, &x)| {
                    let $x = f64::from(x);
                    *result = $value as f32;
                });
            },
        }
    };
}

/// [`Eval::Float2`] of one expression.
macro_rules! float2 {
    (|$x:ident, $y:ident| $value:expr) => {
        $crate::eval::Eval::Float2 {
            f64: |xs: &[f64], ys: &[f64], results: &mut [f64]| {
                results.iter_mut().zip(xs).zip(ys).for_each(|((r, &$x), &$y)| *r = $value);
            },
            f32: |xs: &[f32], ys: &[f32], results: &mut [f32]| {
                results.iter_mut().zip(xs).zip(ys).for_each(|((r, &$x), &$y)| *r = $value);
            },
        }
    };
}

/// [`Eval::Test1`] of one expression.
macro_rules! test1 {
    (|$x:ident| $value:expr) => {
        $crate::eval::Eval::Test1 {
            f64: |xs: &[f64], results: &mut [u32]| {
                results.iter_mut().zip(xs).for_each(|(r, &$x)| *r = u32::from($value));
            },
            f32: |xs: &[f32], results: &mut [u32]| {
                results.iter_mut().zip(xs).for_each(|(r, &$x)| *r = u32::from($value));
            },
        }
    };
}

/// [`Eval::Test2`] of one expression.
macro_rules! test2 {
    (|$x:ident, $y:ident| $value:expr) => {
        $crate::eval::Eval::Test2 {
            f64: |xs: &[f64], ys: &[f64], results: &mut [u32]| {
                results.iter_mut().zip(xs).zip(ys).for_each(|((r, &$x), &$y)| {
                    *r = u32::from($value);
                });
            },
            f32: |xs: &[f32], ys: &[f32], results: &mut [u32]| {
                results.iter_mut().zip(xs).zip(ys).for_each(|((r, &$x), &$y)| {
                    *r = u32::from($value);
                });
            },
        }
    };
}

/// [`Eval::Logic2`] of one expression over `bool`s.
macro_rules! logic2 {
    (|$x:ident, $y:ident| $value:expr) => {
        $crate::eval::Eval::Logic2(|xs: &[u32], ys: &[u32], results: &mut [u32]| {
            results.iter_mut().zip(xs).zip(ys).for_each(|((r, &x), &y)| {
                let ($x, $y) = (x != 0, y != 0);
                *r = u32::from($value);
            });
        })
    };
}

pub(crate) use {float1, float2, logic2, test1, test2, through_f64};
