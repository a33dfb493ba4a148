//! The numbers of a trace in a fixed order, and what random numbers are counted by.

use std::collections::BTreeMap;
use std::rc::Rc;

use preheat_format::{AxisAccess, DType, NodeKind, Signature, SizeExpr, SizePart};

use super::fit::Draws;
use super::log::Log;

/// One number in every trace.
pub(super) type Column = Vec<i128>;

/// Every whole number of a trace: lengths of inputs; extents, offsets and strides of each call;
/// shapes of outputs.
pub(super) struct Numbers {
    pub(super) list: Vec<i128>,
}

impl Numbers {
    pub(super) fn of(log: &Log) -> Numbers {
        let mut list: Vec<i128> =
            log.inputs.iter().map(|input| input.column.len() as i128).collect();
        for call in &log.calls {
            list.extend(call.extents.iter().map(|extent| i128::from(*extent)));
            for view in &call.views {
                list.push(view.offset.into());
                list.extend(view.strides.iter().map(|stride| i128::from(*stride)));
            }
        }
        let shapes = log.outputs.iter().flat_map(|output| &output.shape);
        list.extend(shapes.map(|extent| i128::from(*extent)));
        Numbers { list }
    }
}

/// Traces at several sizes.
pub(super) trait Sampled {
    fn logs(&self) -> &[Rc<Log>];
    fn polynomial_of(&self, values: &Column) -> Option<SizeExpr>;
}

/// The parameters that are the seed of random numbers: which word each is. Random operations take
/// an index, the two words of the seed and those of the block.
pub(super) fn seed_words(signature: &Signature) -> BTreeMap<u32, u8> {
    let mut words = BTreeMap::new();
    for node in &signature.nodes {
        let NodeKind::Apply { op, operands } = &node.kind else { continue };
        if !["rand", "randn"].contains(&op.as_str()) {
            continue;
        }
        for (word, operand) in (0u8..2).zip(operands.iter().skip(1)) {
            let kind = signature.nodes.get(*operand as usize).map(|node| &node.kind);
            if let Some(NodeKind::Param { param }) = kind {
                words.insert(*param, word);
            }
        }
    }
    words
}

/// Blocks that one draw takes of an array: 4 or 2 elements each.
const ELEMENTS_PER_BLOCK: [u32; 2] = [4, 2];
/// Draws of the same length in a row, of which only the last is used.
const DRAWS_MAX: i64 = 4;

/// Finds the counters of random blocks among the scalars: each is a former one, or 0, and the
/// blocks of one draw after it.
pub(super) fn draws(fit: &impl Sampled) -> Draws {
    let lens = lens(fit);
    let count = fit.logs().len();
    let mut known: Vec<(Column, SizeExpr)> = vec![(vec![0; count], SizeExpr::default())];
    let mut open: Vec<Column> = counters(fit);
    open.retain(|column| fit.polynomial_of(column).is_none());
    loop {
        let before = open.len();
        open.retain(|column| match after_draw(column, &known, &lens) {
            Some(expr) => {
                known.push((column.clone(), expr));
                false
            }
            None => true,
        });
        if open.len() == before {
            break;
        }
    }
    Draws { known }
}

fn after_draw(
    column: &Column,
    known: &[(Column, SizeExpr)],
    lens: &[(Column, SizePart)],
) -> Option<SizeExpr> {
    for (before, expr) in known.iter().rev() {
        let blocks: Column = column.iter().zip(before).map(|(one, other)| one - other).collect();
        if blocks.iter().any(|count| *count <= 0) {
            continue;
        }
        for (len, part) in lens {
            for divisor in ELEMENTS_PER_BLOCK {
                let of_len = |len: &i128| (len + i128::from(divisor) - 1) / i128::from(divisor);
                for factor in 1..=DRAWS_MAX {
                    let all = len.iter().map(|len| of_len(len) * i128::from(factor));
                    if all.eq(blocks.iter().copied()) {
                        let mut expr = expr.clone();
                        expr.parts.push(SizePart { factor, divisor, terms: part.terms.clone() });
                        return Some(expr);
                    }
                }
            }
        }
    }
    None
}

/// The lengths of arrays that views show, as polynomials.
fn lens(fit: &impl Sampled) -> Vec<(Column, SizePart)> {
    let Some(base) = fit.logs().last() else { return Vec::new() };
    let mut columns: Vec<Column> = Vec::new();
    for (at, call) in base.calls.iter().enumerate() {
        for view in &call.signature.views {
            let len = |log: &Rc<Log>| {
                let axes = view.axes.iter().zip(&log.calls[at].extents);
                let full = axes.filter(|(axis, _)| **axis == AxisAccess::Full);
                full.map(|(_, extent)| i128::from(*extent)).product()
            };
            columns.push(fit.logs().iter().map(len).collect());
        }
    }
    columns.sort();
    columns.dedup();
    let part = |column: Column| {
        let expr = fit.polynomial_of(&column)?;
        match expr.parts.as_slice() {
            [part] if part.divisor == 1 && part.factor == 1 => Some((column, part.clone())),
            _ => None,
        }
    };
    columns.into_iter().filter_map(part).collect()
}

/// Scalars of type `u32` that differ between traces: as they are, and from trip to trip.
fn counters(fit: &impl Sampled) -> Vec<Column> {
    let Some(base) = fit.logs().last() else { return Vec::new() };
    let mut columns: Vec<Column> = Vec::new();
    for (at, call) in base.calls.iter().enumerate() {
        for (place, scalar) in call.params.iter().enumerate() {
            if scalar.dtype != DType::U32 {
                continue;
            }
            let value = |log: &Rc<Log>| i128::from(log.calls[at].params[place].bits);
            columns.push(fit.logs().iter().map(value).collect());
            let row = call.roll.as_ref().and_then(|roll| roll.places.get(place).copied());
            if let Some(row @ 1..) = row {
                let word = |log: &Rc<Log>, trip: usize| {
                    let table = log.calls[at].roll.as_ref().map(|roll| &roll.table);
                    let word = table.and_then(|table| table.get(row as usize + trip));
                    word.copied().map_or(0, i128::from)
                };
                columns.push(fit.logs().iter().map(|log| word(log, 1) - word(log, 0)).collect());
            }
        }
    }
    columns.sort();
    columns.dedup();
    columns
}
