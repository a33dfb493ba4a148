//! Reductions in parts: what each window gave, put together on the host.
//!
//! There are as many parts as windows, and as many elements in each as the result has: both few.
//! Sums go on in `f64`, so that the number of windows does not show.

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
    }
}
