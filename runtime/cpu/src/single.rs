//! One operation on whole columns, without a group around it: for a few elements that are wanted
//! at once.
//!
//! The results are those that a small group gives, but for sums, products and variances of `f64`:
//! these are taken element by element, each step rounded, as interpreters of array languages take
//! them. Nothing here fails: what has no form for the types at hand gives `None`.

use std::ops::{AddAssign, Deref, Mul};

use preheat_format::{DType, OpId, Scalar};
use preheat_ops::Kind;
use preheat_ops::eval::Eval;
use preheat_ops::op::{Accumulator, HostReduce};
use smallvec::SmallVec;

use crate::cast;
use crate::check::{Fits, fits};
use crate::column::{Column, Element, Storage, with_element};
use crate::plan::element_bits;
use crate::random;

const SUM: OpId = OpId::new("red_sum");
const PRODUCT: OpId = OpId::new("red_prod");

/// The elements of an operand, column-major. One element stands for any number of them.
#[derive(Clone, Copy, Debug)]
pub struct Operand<'a> {
    /// Element type.
    pub dtype: DType,
    /// Elements, stored as that type is.
    pub column: &'a Column,
}

impl<'a> Operand<'a> {
    /// `len` elements as a Rust type, if they are stored as that and are as many, or one.
    fn elements<T: Element>(&self, len: usize) -> Option<Elements<'a, T>> {
        let elements = T::try_of(self.column)?;
        match *elements {
            _ if elements.len() == len => Some(Elements::There(elements)),
            [one] => Some(Elements::Repeated(SmallVec::from_elem(one, len))),
            _ => None,
        }
    }
}

/// Elements of an operand as a slice.
enum Elements<'a, T> {
    There(&'a [T]),
    Repeated(SmallVec<[T; 16]>),
}

impl<T> Deref for Elements<'_, T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Elements::There(elements) => elements,
            Elements::Repeated(elements) => elements,
        }
    }
}

/// The column of one scalar.
pub fn scalar(scalar: Scalar) -> Column {
    match Storage::of(scalar.dtype) {
        Storage::F64 => Column::F64(vec![f64::from_bits(scalar.bits)]),
        Storage::F32 => Column::F32(vec![f32::from_bits(scalar.bits as u32)]),
        Storage::Word => Column::Word(vec![scalar.bits as u32]),
    }
}

/// An element-wise operation, conversion or random generator of the table on operands of one
/// shape, `len` elements each. Elementary functions are the system's.
pub fn apply(op: OpId, dtype: DType, operands: &[Operand<'_>], len: usize) -> Option<Column> {
    match (&preheat_ops::find(op)?.kind, operands) {
        (Kind::Elementwise { eval, .. }, _) => {
            if let (DType::F64, [x, y]) = (dtype, operands)
                && let Some(function) = preheat_ops::system::of_residue(op)
            {
                let (x, y) = (x.elements::<f64>(len)?, y.elements::<f64>(len)?);
                let values = x.iter().zip(y.iter()).map(|(x, y)| function(*x, *y));
                return Some(Column::F64(values.collect()));
            }
            let eval = preheat_ops::system::eval(op).unwrap_or(*eval);
            elementwise(eval, dtype, operands, len)
        }
        (Kind::Cast, [operand]) => {
            let mut out = Column::zeros(dtype, len).ok()?;
            with_element!(operand.column.storage(), T => {
                cast::cast(operand.dtype, &operand.elements::<T>(len)?, dtype, &mut out);
            });
            Some(out)
        }
        (Kind::Random(def), [_, _, _, _, _]) if dtype.is_float() => {
            let mut words = [const { Elements::There(&[]) }; 5];
            for (words, operand) in words.iter_mut().zip(operands) {
                *words = operand.elements::<u32>(len)?;
            }
            let mut out = Column::zeros(dtype, len).ok()?;
            random::fill(def, dtype, words.each_ref().map(|words| &**words), &mut out, len);
            Some(out)
        }
        (Kind::Cast | Kind::Random(_) | Kind::Reduction(_), _) => None,
    }
}

fn elementwise(eval: Eval, dtype: DType, operands: &[Operand<'_>], len: usize) -> Option<Column> {
    let dtypes: SmallVec<[DType; 3]> = operands.iter().map(|operand| operand.dtype).collect();
    if !matches!(fits(eval, dtype, &dtypes), Fits::Yes) {
        return None;
    }
    let is_double = dtypes.first() == Some(&DType::F64);
    let doubles = |at: usize| operands.get(at)?.elements::<f64>(len);
    let singles = |at: usize| operands.get(at)?.elements::<f32>(len);
    let words = |at: usize| operands.get(at)?.elements::<u32>(len);
    let mut column = Column::zeros(dtype, len).ok()?;
    match (eval, is_double, &mut column) {
        (Eval::Float1 { f64, .. }, true, Column::F64(out)) => f64(&doubles(0)?, out),
        (Eval::Float1 { f32, .. }, false, Column::F32(out)) => f32(&singles(0)?, out),
        (Eval::Float2 { f64, .. }, true, Column::F64(out)) => f64(&doubles(0)?, &doubles(1)?, out),
        (Eval::Float2 { f32, .. }, false, Column::F32(out)) => {
            f32(&singles(0)?, &singles(1)?, out);
        }
        (Eval::Float3 { f64, .. }, true, Column::F64(out)) => {
            f64(&doubles(0)?, &doubles(1)?, &doubles(2)?, out);
        }
        (Eval::Float3 { f32, .. }, false, Column::F32(out)) => {
            f32(&singles(0)?, &singles(1)?, &singles(2)?, out);
        }
        (Eval::Test1 { f64, .. }, true, Column::Word(out)) => f64(&doubles(0)?, out),
        (Eval::Test1 { f32, .. }, false, Column::Word(out)) => f32(&singles(0)?, out),
        (Eval::Test2 { f64, .. }, true, Column::Word(out)) => {
            f64(&doubles(0)?, &doubles(1)?, out);
        }
        (Eval::Test2 { f32, .. }, false, Column::Word(out)) => {
            f32(&singles(0)?, &singles(1)?, out);
        }
        (Eval::Logic1(map), _, Column::Word(out)) => map(&words(0)?, out),
        (Eval::Logic2(map), _, Column::Word(out)) => map(&words(0)?, &words(1)?, out),
        (Eval::Select, _, _) => return select(dtype, operands, len),
        (_, _, _) => return None,
    }
    Some(column)
}

fn select(dtype: DType, operands: &[Operand<'_>], len: usize) -> Option<Column> {
    let [condition, if_true, if_false] = operands else {
        return None;
    };
    let mut out = Column::zeros(dtype, len).ok()?;
    with_element!(Storage::of(dtype), T => {
        let condition = condition.elements::<u32>(len)?;
        let (yes, no) = (if_true.elements::<T>(len)?, if_false.elements::<T>(len)?);
        let values = condition.iter().zip(yes.iter().zip(no.iter()));
        for (out, (condition, (yes, no))) in T::of_mut(&mut out).iter_mut().zip(values) {
            *out = if *condition != 0 { *yes } else { *no };
        }
    });
    Some(out)
}

/// How the elements of an array lie about one axis, or several that follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Along {
    /// Elements from one position of the axis to the next.
    pub inner: usize,
    /// Positions of the axis.
    pub count: usize,
    /// Products of the extents after it.
    pub outer: usize,
}

fn reduction(op: OpId) -> Option<HostReduce> {
    match &preheat_ops::find(op)?.kind {
        Kind::Reduction(reduction) => Some(reduction.eval),
        Kind::Elementwise { .. } | Kind::Cast | Kind::Random(_) => None,
    }
}

/// A reduction of the table along an axis: `inner * outer` elements of type `dtype`.
pub fn reduce(op: OpId, dtype: DType, operand: Operand<'_>, along: Along) -> Option<Column> {
    let reduce = reduction(op)?;
    let Along { inner, count, outer } = along;
    if inner * count * outer != operand.column.len() || count == 0 {
        return None;
    }
    if let (Column::F64(values), DType::F64) = (operand.column, dtype)
        && let Some(steps) = Steps::of(op)
    {
        return Some(Column::F64(steps.reduce(values, along)));
    }
    let mut out = Column::zeros(dtype, inner * outer).ok()?;
    let mut sums: Vec<Accumulator> = vec![reduce.identity; inner];
    for at in 0..outer {
        let rows = at * inner * count..(at + 1) * inner * count;
        sums.fill(reduce.identity);
        match operand.column {
            Column::F64(values) => (reduce.f64)(&mut sums, &values[rows], 0),
            Column::F32(values) => (reduce.f32)(&mut sums, &values[rows], 0),
            Column::Word(words) if operand.dtype == DType::Bool => {
                (reduce.word)(&mut sums, &words[rows], 0);
            }
            Column::Word(_) => return None,
        }
        for (place, sum) in sums.iter().enumerate() {
            let bits = element_bits(dtype, (reduce.finish)(sum, count as u64));
            out.set_bits(at * inner + place, bits);
        }
    }
    Some(out)
}

/// Reductions of `f64` that are taken element by element.
#[derive(Clone, Copy)]
enum Steps {
    Sum,
    Mean,
    Product,
    /// Squares of the deviations from the mean over the count less this.
    Variance(usize),
}

impl Steps {
    fn of(op: OpId) -> Option<Steps> {
        const ROWS: [(OpId, Steps); 5] = [
            (SUM, Steps::Sum),
            (OpId::new("red_mean"), Steps::Mean),
            (PRODUCT, Steps::Product),
            (OpId::new("red_var"), Steps::Variance(1)),
            (OpId::new("red_var_pop"), Steps::Variance(0)),
        ];
        ROWS.into_iter().find(|(id, _)| *id == op).map(|(_, steps)| steps)
    }

    fn reduce(self, values: &[f64], along: Along) -> Vec<f64> {
        let Along { inner, count, outer } = along;
        let start = if matches!(self, Steps::Product) { 1.0 } else { 0.0 };
        let mut out = vec![start; inner * outer];
        for (values, out) in values.chunks_exact(inner * count).zip(out.chunks_exact_mut(inner)) {
            let sum = |values: &[f64], out: &mut [f64]| each_row(values, out, |sum, x| sum + x);
            let divide = |out: &mut [f64], count: usize| {
                out.iter_mut().for_each(|sum| *sum /= count as f64);
            };
            match self {
                Steps::Product => each_row(values, out, |product, x| product * x),
                Steps::Sum => sum(values, out),
                Steps::Mean => {
                    sum(values, out);
                    divide(out, count);
                }
                Steps::Variance(_) if count == 1 => {
                    out.iter_mut().zip(values).for_each(|(out, x)| *out = 0.0 * x.abs());
                }
                Steps::Variance(less) => {
                    let mut means = vec![0.0; inner];
                    sum(values, &mut means);
                    divide(&mut means, count);
                    for row in values.chunks_exact(inner) {
                        for (out, (x, mean)) in out.iter_mut().zip(row.iter().zip(&means)) {
                            *out += (x - mean) * (x - mean);
                        }
                    }
                    divide(out, count - less);
                }
            }
        }
        out
    }
}

/// Folds rows into one, in order.
fn each_row(values: &[f64], out: &mut [f64], step: impl Fn(f64, f64) -> f64) {
    for row in values.chunks_exact(out.len()) {
        out.iter_mut().zip(row).for_each(|(out, value)| *out = step(*out, *value));
    }
}

/// The scan of a reduction along an axis. `None` also where results are of another type than the
/// elements.
pub fn scan(op: OpId, dtype: DType, operand: Operand<'_>, along: Along) -> Option<Column> {
    let reduce = reduction(op)?;
    let Along { inner, count, outer } = along;
    let Column::F64(values) = operand.column else {
        return None;
    };
    if dtype != DType::F64 || inner * count * outer != values.len() {
        return None;
    }
    let mut out = values.clone();
    let mut line = vec![0.0; count];
    for place in (0..outer).flat_map(|at| (0..inner).map(move |place| at * inner * count + place)) {
        let steps = (place..).step_by(inner.max(1)).take(count);
        steps.clone().zip(&mut line).for_each(|(at, value)| *value = values[at]);
        match op {
            SUM => {
                line.iter_mut().fold(0.0, |sum, value| {
                    *value += sum;
                    *value
                });
            }
            PRODUCT => {
                line.iter_mut().fold(1.0, |product, value| {
                    *value *= product;
                    *value
                });
            }
            _ => (reduce.scan)(&mut { reduce.identity }, &mut line, 0),
        }
        steps.zip(&line).for_each(|(at, value)| out[at] = *value);
    }
    Some(Column::F64(out))
}

/// The elements at some places, in their order; `None` if one is beyond the column.
pub fn pick(column: &Column, places: impl ExactSizeIterator<Item = usize>) -> Option<Column> {
    fn each<T: Copy>(from: &[T], places: impl Iterator<Item = usize>) -> Option<Vec<T>> {
        places.map(|place| from.get(place).copied()).collect()
    }
    Some(match column {
        Column::F64(values) => Column::F64(each(values, places)?),
        Column::F32(values) => Column::F32(each(values, places)?),
        Column::Word(values) => Column::Word(each(values, places)?),
    })
}

/// A copy with the elements at some places replaced, by others in order or by one.
pub fn put(
    column: &Column,
    places: impl ExactSizeIterator<Item = usize>,
    values: &Column,
) -> Option<Column> {
    let mut out = column.clone();
    with_element!(column.storage(), T => {
        let (to, from) = (T::of_mut(&mut out), T::try_of(values)?);
        if from.len() != 1 && from.len() != places.len() {
            return None;
        }
        for (at, place) in places.enumerate() {
            *to.get_mut(place)? = if let [one] = *from { one } else { from[at] };
        }
    });
    Some(out)
}

/// The matrix product `[m, k] x [k, n]`, terms of an element added in order. `None` without rows
/// or terms, or if the operands have other numbers of elements.
pub fn product<T: Copy + Default + AddAssign + Mul<Output = T>>(
    left: &[T],
    right: &[T],
    [m, k, n]: [usize; 3],
) -> Option<Vec<T>> {
    if m == 0 || k == 0 || left.len() != m * k || right.len() != k * n {
        return None;
    }
    let mut out = vec![T::default(); m * n];
    for (column, factors) in out.chunks_exact_mut(m).zip(right.chunks_exact(k)) {
        for (left, factor) in left.chunks_exact(m).zip(factors) {
            column.iter_mut().zip(left).for_each(|(sum, left)| *sum += *left * *factor);
        }
    }
    Some(out)
}
