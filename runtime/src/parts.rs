//! Reductions in parts: what each window gave, put together on the host.
//!
//! There are as many parts as windows, and as many elements in each as the result has: both few.
//! Sums go on in `f64`, so that the number of windows does not show.

use std::ops::Range;
use std::sync::Arc;

use preheat_cpu::Column;

use crate::error::RuntimeError;
use crate::operands::OutputShape;
use crate::recorder::{Engine, Operand};
use crate::value::Buffer;

/// How parts of a reduction make the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Combine {
    /// Parts are added.
    Sum,
    /// Parts are multiplied.
    Product,
    /// The mean, weighted by the elements of each part.
    Mean,
    /// The smallest that is a number.
    Min,
    /// The largest that is a number.
    Max,
    /// 1 if one part is.
    Any,
    /// 1 if all parts are.
    All,
}

impl Combine {
    /// The way for an operation of the table; `None` if parts of it do not make the whole.
    pub(crate) fn of(op: &str) -> Option<Combine> {
        match op {
            "red_sum" => Some(Combine::Sum),
            "red_prod" => Some(Combine::Product),
            "red_mean" => Some(Combine::Mean),
            "red_min" => Some(Combine::Min),
            "red_max" => Some(Combine::Max),
            "red_any" => Some(Combine::Any),
            "red_all" => Some(Combine::All),
            _ => None,
        }
    }

    /// The way for a scan; `None` if its windows cannot be joined.
    pub(crate) fn of_scan(op: &str) -> Option<Combine> {
        match Combine::of(op)? {
            Combine::Mean | Combine::Any | Combine::All => None,
            combine @ (Combine::Sum | Combine::Product | Combine::Min | Combine::Max) => {
                Some(combine)
            }
        }
    }

    /// The whole so far with another part; `share` is the part's share of all elements.
    fn step(self, whole: Option<f64>, part: f64, share: f64) -> f64 {
        let weighted = if self == Combine::Mean { part * share } else { part };
        let Some(whole) = whole else { return weighted };
        match self {
            Combine::Sum | Combine::Mean => whole + weighted,
            Combine::Product => whole * part,
            // Both ignore NaN, as the kernels do.
            Combine::Min => whole.min(part),
            Combine::Max => whole.max(part),
            Combine::Any => f64::from(u8::from(whole != 0.0 || part != 0.0)),
            Combine::All => f64::from(u8::from(whole != 0.0 && part != 0.0)),
        }
    }
}

/// Joins a window of a scan, some elements of the whole, to the results before it, of which the
/// last step, of `step_len` elements, is complete.
pub(crate) fn carry(whole: &mut Column, window: Range<usize>, step_len: usize, combine: Combine) {
    type Place = (Range<usize>, usize);
    fn each<T: Copy>(all: &mut [T], (window, step_len): Place, join: impl Fn(T, T) -> T) {
        let all = all.get_mut(..window.end).unwrap_or_default();
        let (before, window) = all.split_at_mut(window.start.min(all.len()));
        let last = before.get(before.len().saturating_sub(step_len)..).unwrap_or_default();
        for step in window.chunks_mut(step_len.max(1)) {
            for (value, carried) in step.iter_mut().zip(last) {
                *value = join(*carried, *value);
            }
        }
    }
    let join = |carried: f64, value: f64| combine.step(Some(carried), value, 1.0);
    let place = (window, step_len);
    match whole {
        Column::F64(all) => each(all, place, join),
        Column::F32(all) => each(all, place, |a, b| join(a.into(), b.into()) as f32),
        Column::Word(all) => each(all, place, |a, b| join(a.into(), b.into()) as u32),
    }
}

/// The parts of one output.
pub(crate) struct Parts {
    combine: Combine,
    shape: OutputShape,
    /// Each with the steps that it covers.
    list: Vec<(Operand, u64)>,
}

impl Parts {
    pub(crate) fn new(combine: Combine, shape: OutputShape) -> Parts {
        Parts { combine, shape, list: Vec::new() }
    }

    /// Adds the part that a window of so many steps gives.
    pub(crate) fn push(&mut self, operand: Operand, steps: u64) {
        self.list.push((operand, steps));
    }

    /// The whole; waits for the windows.
    ///
    /// # Errors
    /// What the device fails with.
    pub(crate) fn combine(self, engine: &Engine) -> Result<Buffer, RuntimeError> {
        let OutputShape { dtype, len } = self.shape;
        let steps: u64 = self.list.iter().map(|(_, steps)| steps).sum();
        let mut whole: Vec<Option<f64>> = vec![None; len as usize];
        for (operand, part_steps) in self.list {
            let part = Buffer::on_device(dtype, len, operand).column(Some(engine), false)?;
            let share = part_steps as f64 / steps as f64;
            for (at, place) in whole.iter_mut().enumerate() {
                *place = Some(self.combine.step(*place, number(&part, at), share));
            }
        }
        let numbers = whole.into_iter().map(Option::unwrap_or_default);
        let column = match Column::zeros(dtype, 0)? {
            Column::F64(_) => Column::F64(numbers.collect()),
            Column::F32(_) => Column::F32(numbers.map(|number| number as f32).collect()),
            Column::Word(_) => Column::Word(numbers.map(|number| number as u32).collect()),
        };
        Buffer::on_host(dtype, Arc::new(column))
    }
}

fn number(column: &Column, at: usize) -> f64 {
    let found = match column {
        Column::F64(values) => values.get(at).copied(),
        Column::F32(values) => values.get(at).map(|value| f64::from(*value)),
        Column::Word(values) => values.get(at).map(|value| f64::from(*value)),
    };
    found.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_make_the_whole() {
        let check = |op: &str, parts: &[(f64, f64)], expected: f64| {
            let combine = Combine::of(op).unwrap();
            let step = |whole, (part, share): &(f64, f64)| Some(combine.step(whole, *part, *share));
            let whole = parts.iter().fold(None, step).unwrap();
            assert!(whole == expected || whole.is_nan() && expected.is_nan(), "{op}: {whole}");
        };
        check("red_sum", &[(1.5, 0.5), (-2.0, 0.25), (4.0, 0.25)], 3.5);
        check("red_prod", &[(2.0, 0.5), (-3.0, 0.5)], -6.0);
        check("red_mean", &[(1.0, 0.75), (5.0, 0.25)], 2.0);
        check("red_min", &[(f64::NAN, 0.5), (3.0, 0.25), (-1.0, 0.25)], -1.0);
        check("red_max", &[(f64::NAN, 0.5), (f64::NAN, 0.5)], f64::NAN);
        check("red_any", &[(0.0, 0.5), (1.0, 0.5)], 1.0);
        check("red_all", &[(1.0, 0.5), (0.0, 0.5)], 0.0);
        assert_eq!(Combine::of("red_var"), None);
        assert_eq!(Combine::of_scan("red_mean"), None);
    }

    #[test]
    fn a_window_of_a_scan_goes_on_where_the_last_one_ended() {
        // Two results a step: running sums of 1 2 | 3 4 | 5 6 in windows of two steps and one.
        let mut whole = Column::F32(vec![1.0, 2.0, 4.0, 6.0, 5.0, 6.0]);
        carry(&mut whole, 4..6, 2, Combine::Sum);
        assert_eq!(whole, Column::F32(vec![1.0, 2.0, 4.0, 6.0, 9.0, 12.0]));
        let mut whole = Column::F64(vec![f64::NAN, 3.0, 2.0, f64::NAN]);
        carry(&mut whole, 2..4, 1, Combine::Max);
        let Column::F64(whole) = whole else { panic!("the type stays") };
        assert_eq!(whole.get(1..), Some(&[3.0, 3.0, 3.0][..]));
    }
}
