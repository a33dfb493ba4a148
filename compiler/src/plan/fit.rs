//! From the traces of a script to its plan: every number as an expression of the sizes.

use std::rc::Rc;

use preheat_format::plan::PlanRoll;
use preheat_format::{
    DType, Plan, PlanCall, PlanInput, PlanNumbers, PlanOutput, PlanRun, PlanScalar, PlanSize,
    PlanView, Roll, Scalar, SizeExpr,
};

use super::log::{Log, LoggedCall};
use super::numbers::{Column, Numbers, draws, seed_words};
use super::polynomial::{Axis, interpolate, powers};
use crate::trace::engine;

/// The longest array that a plan holds itself, in bytes; a longer one must be given.
const DATA_LEN_MAX: usize = 1 << 20;

/// The sizes of a script, and over which values they are followed.
pub(super) struct Space {
    pub(super) names: Vec<String>,
    pub(super) recorded: Vec<u64>,
    /// Least and largest; equal for a fixed size.
    pub(super) ranges: Vec<(u64, u64)>,
}

impl Space {
    fn is_open(&self, at: usize) -> bool {
        self.ranges[at].0 < self.ranges[at].1
    }

    pub(super) fn axes(&self) -> Vec<Axis> {
        let axis = |place: usize| {
            let ((min, max), recorded) = (self.ranges[place], self.recorded[place]);
            let (origin, step) = match recorded {
                up if max - up >= 2 => (up, 1),
                down if down - min >= 2 => (down, -1),
                _ => (min, 1),
            };
            Axis { place, origin, step }
        };
        (0..self.names.len()).filter(|at| self.is_open(*at)).map(axis).collect()
    }

    /// The sizes to trace: the points of the polynomials, then others to compare with; the
    /// recorded ones are the last.
    pub(super) fn samples(&self) -> Vec<Vec<u64>> {
        let axes = self.axes();
        let mut samples: Vec<Vec<u64>> = Vec::new();
        for point in powers(axes.len()) {
            let mut sizes = self.recorded.clone();
            for (axis, u) in axes.iter().zip(point) {
                sizes[axis.place] = axis.value(u);
            }
            samples.push(sizes);
        }
        for axis in &axes {
            for value in [self.ranges[axis.place].0, self.ranges[axis.place].1] {
                let mut sizes = self.recorded.clone();
                sizes[axis.place] = value;
                samples.push(sizes);
            }
        }
        samples.push(self.ranges.iter().map(|range| range.0).collect());
        samples.push(self.ranges.iter().map(|range| range.1).collect());
        let ends = self.ranges.iter().enumerate();
        samples.push(ends.map(|(at, (min, max))| if at % 2 == 0 { *min } else { *max }).collect());
        samples.push(self.recorded.clone());
        samples
    }

    /// The open sizes of which a number seems to depend: those that change it alone.
    pub(super) fn culprits(&self, samples: &[Vec<u64>], values: &[i128]) -> Vec<usize> {
        let base = values.last();
        let depends = |at: &usize| {
            let alone = |sizes: &[u64]| {
                let mut others = sizes.iter().zip(&self.recorded).enumerate();
                others.all(|(place, (one, other))| place == *at || one == other)
            };
            let mut pairs = samples.iter().zip(values);
            pairs.any(|(sizes, value)| alone(sizes) && Some(value) != base)
        };
        let open = (0..self.names.len()).filter(|at| self.is_open(*at));
        let found: Vec<usize> = open.clone().filter(depends).collect();
        if found.is_empty() { open.collect() } else { found }
    }
}

/// The sizes that must be fixed first.
type Culprits = Vec<usize>;

/// The plan that gives back every trace.
///
/// # Errors
/// The sizes that cannot stay open; none if fixing would not help.
pub(super) fn plan(space: &Space, base: &Log, logs: &[Rc<Log>]) -> Result<Plan, Culprits> {
    let samples = space.samples();
    for (log, sizes) in logs.iter().zip(&samples) {
        if !log.has_form_of(base) {
            let differs = |at: &usize| sizes[*at] != space.recorded[*at];
            return Err((0..sizes.len()).filter(differs).collect());
        }
    }
    let fit = Fit { space, axes: space.axes(), samples: &samples, base, logs };
    let plan = fit.plan()?;
    let is_right = |(log, sizes): (&Rc<Log>, &Vec<u64>)| gives_back(&plan, log, sizes);
    if logs.iter().zip(&samples).all(is_right) { Ok(plan) } else { Err(Vec::new()) }
}

struct Fit<'a> {
    space: &'a Space,
    axes: Vec<Axis>,
    samples: &'a [Vec<u64>],
    base: &'a Log,
    logs: &'a [Rc<Log>],
}

impl Fit<'_> {
    fn plan(&self) -> Result<Plan, Culprits> {
        let whole: Vec<Vec<i128>> = self.logs.iter().map(|log| Numbers::of(log).list).collect();
        let count = whole.first().map_or(0, Vec::len);
        let mut exprs = Vec::with_capacity(count);
        for at in 0..count {
            exprs.push(self.expr(whole.iter().map(|list| list[at]).collect())?);
        }
        let mut exprs = exprs.into_iter();
        let mut next = move || exprs.next().unwrap_or_default();
        let inputs: Vec<PlanInput> =
            (0..self.base.inputs.len()).map(|at| self.input(at, next())).collect();
        let mut calls = Vec::with_capacity(self.base.calls.len());
        let draws = draws(self);
        for (at, call) in self.base.calls.iter().enumerate() {
            let extents = call.extents.iter().map(|_| next()).collect();
            let views = call.views.iter().map(|view| PlanView {
                offset: next(),
                strides: view.strides.iter().map(|_| next()).collect(),
            });
            calls.push(PlanCall {
                key: call.key,
                extents,
                views: views.collect(),
                sources: call.sources.iter().map(|value| self.number(*value)).collect(),
                params: self.params(at, call, &draws)?,
                outputs: call.outputs.iter().map(|o| o.map(|value| self.number(value))).collect(),
                roll: call.roll.as_ref().map(|roll| self.roll(at, roll, &draws)).transpose()?,
            });
        }
        let outputs = self.base.outputs.iter().map(|output| PlanOutput {
            name: output.name.clone(),
            value: self.number(output.value),
            shape: output.shape.iter().map(|_| next()).collect(),
        });
        let outputs = outputs.collect();
        Ok(Plan { sizes: self.sizes(), inputs, calls, outputs })
    }

    fn sizes(&self) -> Vec<PlanSize> {
        let numbers = self.space.recorded.iter().zip(&self.space.ranges);
        let sizes = self.space.names.iter().zip(numbers);
        sizes
            .map(|(name, (recorded, (min, max)))| PlanSize {
                name: name.clone(),
                recorded: *recorded,
                min: *min,
                max: *max,
            })
            .collect()
    }

    fn input(&self, at: usize, len: SizeExpr) -> PlanInput {
        let input = &self.base.inputs[at];
        let columns = || self.logs.iter().map(|log| &log.inputs[at].column);
        let bytes = (input.column.len() as u64 * input.dtype.size_bytes()) as usize;
        let is_fixed = columns().all(|column| is_same(column, &input.column));
        let data = (is_fixed && bytes <= DATA_LEN_MAX).then(|| stored(&input.column));
        let name = input.name.clone().unwrap_or_else(|| format!("input{}", at + 1));
        let earlier = self.base.inputs.iter().take(at);
        let count = earlier.filter(|other| other.name.as_deref() == Some(name.as_str())).count();
        let name = if count == 0 { name } else { format!("{name}#{}", count + 1) };
        PlanInput { name, dtype: input.dtype, len, data }
    }

    /// The plan's number of a value: inputs come first there.
    fn number(&self, value: u32) -> u32 {
        let inputs = &self.base.inputs;
        if let Some(at) = inputs.iter().position(|input| input.value == value) {
            return at as u32;
        }
        // Inputs that were uploaded later have moved before it, earlier ones were before it.
        let later = inputs.iter().filter(|input| input.value > value).count();
        value.saturating_add(later as u32)
    }

    /// The expression of a number that is whole in every trace.
    fn expr(&self, values: Column) -> Result<SizeExpr, Culprits> {
        self.polynomial(&values).ok_or_else(|| self.space.culprits(self.samples, &values))
    }

    pub(super) fn polynomial(&self, values: &Column) -> Option<SizeExpr> {
        let first = *values.first()?;
        if values.iter().all(|value| *value == first) {
            return i64::try_from(first).ok().map(SizeExpr::constant);
        }
        let points = powers(self.axes.len()).len();
        let expr = interpolate(&self.axes, values.get(..points)?)?;
        let is_right = |(sizes, value): (&Vec<u64>, &i128)| expr.evaluate(sizes) == Ok(*value);
        self.samples.iter().zip(values).all(is_right).then_some(expr)
    }

    fn params(
        &self,
        at: usize,
        call: &LoggedCall,
        draws: &Draws,
    ) -> Result<Vec<PlanScalar>, Culprits> {
        let seeds = seed_words(&call.signature);
        let param = |(place, first): (usize, &Scalar)| {
            let scalars: Vec<Scalar> =
                self.logs.iter().map(|log| log.calls[at].params[place]).collect();
            if scalars.iter().all(|scalar| scalar == first) {
                let seed = seeds.get(&(place as u32)).filter(|_| first.dtype == DType::U32);
                return Ok(match seed {
                    Some(word) => PlanScalar::Seed { word: *word, recorded: first.bits as u32 },
                    None => PlanScalar::Fixed(*first),
                });
            }
            let bits: Column = scalars.iter().map(|scalar| i128::from(scalar.bits)).collect();
            let found = match first.dtype {
                DType::U32 => {
                    draws.expr(self, &bits).map(|expr| PlanScalar::Size(DType::U32, expr))
                }
                DType::F64 | DType::F32 => self.float(&scalars),
                DType::Bool | DType::I32 | DType::U8 | DType::I8 | DType::U16 | DType::I16 => None,
            };
            found.ok_or_else(|| self.space.culprits(self.samples, &bits))
        };
        call.params.iter().enumerate().map(param).collect()
    }

    /// A whole number, or a quotient with a polynomial below.
    fn float(&self, scalars: &[Scalar]) -> Option<PlanScalar> {
        let dtype = scalars.first()?.dtype;
        let value = |scalar: &Scalar| match dtype {
            DType::F32 => f64::from(f32::from_bits(scalar.bits as u32)),
            _ => f64::from_bits(scalar.bits),
        };
        let values: Vec<f64> = scalars.iter().map(value).collect();
        let whole = values
            .iter()
            .map(|value| (value.trunc() == *value && value.abs() < 9e15).then_some(*value as i128));
        if let Some(whole) = whole.collect::<Option<Column>>() {
            return self.polynomial(&whole).map(|expr| PlanScalar::Size(dtype, expr));
        }
        let is_quotient = |dividend: f64, divisors: &Column| {
            let pairs = divisors.iter().zip(scalars);
            pairs.into_iter().all(|(divisor, scalar)| {
                let quotient = dividend / *divisor as f64;
                let bits = match dtype {
                    DType::F32 => u64::from((quotient as f32).to_bits()),
                    _ => quotient.to_bits(),
                };
                bits == scalar.bits
            })
        };
        for divisors in self.divisors() {
            let Some(first) = divisors.first().zip(values.first()) else { continue };
            let dividend = *first.0 as f64 * first.1;
            let near = [dividend.round(), dividend, dividend.next_up(), dividend.next_down()];
            for dividend in near {
                if is_quotient(dividend, &divisors) {
                    let divisor = self.polynomial(&divisors)?;
                    return Some(PlanScalar::Quotient { dtype, dividend, divisor });
                }
            }
        }
        None
    }

    /// What scalars are often divided by: sizes, their neighbours, products of two or three.
    fn divisors(&self) -> Vec<Column> {
        let column = |f: &dyn Fn(&[u64]) -> i128| self.samples.iter().map(|s| f(s)).collect();
        let mut list: Vec<Column> = Vec::new();
        let places: Vec<usize> = self.axes.iter().map(|axis| axis.place).collect();
        for a in &places {
            for shift in [0, -1, 1] {
                list.push(column(&|s| i128::from(s[*a]) + shift));
            }
            for b in places.iter().filter(|b| *b > a) {
                list.push(column(&|s| i128::from(s[*a]) * i128::from(s[*b])));
            }
        }
        if let [a, b, c] = places[..] {
            list.push(column(&|s| i128::from(s[a]) * i128::from(s[b]) * i128::from(s[c])));
        }
        list.retain(|column: &Column| column.iter().all(|divisor| *divisor != 0));
        list
    }

    /// Trips and table; a row of the table is the same for all sizes, or goes up evenly.
    fn roll(&self, at: usize, roll: &Roll, draws: &Draws) -> Result<PlanRoll, Culprits> {
        let tables: Vec<&[u32]> = self
            .logs
            .iter()
            .filter_map(|log| Some(log.calls[at].roll.as_ref()?.table.as_slice()))
            .collect();
        let mut starts: Vec<usize> = roll.places.iter().map(|place| *place as usize).collect();
        starts.extend([0, roll.table.len()]);
        starts.sort_unstable();
        starts.dedup();
        let mut runs: Vec<PlanRun> = Vec::new();
        for pair in starts.windows(2) {
            let [start, end] = [pair[0], pair[1]];
            let rows: Vec<&[u32]> = tables.iter().map(|table| &table[start..end]).collect();
            let first = rows.first().copied().unwrap_or_default();
            if rows.iter().all(|row| *row == first) {
                match runs.last_mut() {
                    Some(PlanRun::Words(words)) => words.extend_from_slice(first),
                    Some(PlanRun::Ramp { .. }) | None => runs.push(PlanRun::Words(first.to_vec())),
                }
                continue;
            }
            runs.push(self.ramp(&rows, draws)?);
        }
        Ok(PlanRoll { trips: roll.trips, places: roll.places.clone(), table: runs })
    }

    fn ramp(&self, rows: &[&[u32]], draws: &Draws) -> Result<PlanRun, Culprits> {
        let word = |row: &[u32], at: usize| row.get(at).copied().map_or(0, i128::from);
        let starts: Column = rows.iter().map(|row| word(row, 0)).collect();
        let steps: Column = rows.iter().map(|row| word(row, 1) - word(row, 0)).collect();
        let is_even = rows.iter().zip(starts.iter().zip(&steps)).all(|(row, (start, step))| {
            (0i128..).zip(row.iter()).all(|(at, word)| i128::from(*word) == start + step * at)
        });
        let exprs = draws.expr(self, &starts).zip(draws.expr(self, &steps)).filter(|_| is_even);
        let Some((start, step)) = exprs else {
            let culprits = |column| self.space.culprits(self.samples, column);
            return Err([culprits(&starts), culprits(&steps)].concat());
        };
        let count = rows.first().map_or(0, |row| row.len()) as u32;
        Ok(PlanRun::Ramp { count, start, step })
    }
}

/// Counters of random blocks: sums of rounded-up quotients.
pub(super) struct Draws {
    /// Values of the lengths of arrays, with their expressions.
    pub(super) known: Vec<(Column, SizeExpr)>,
}

impl Draws {
    fn expr(&self, fit: &Fit<'_>, values: &Column) -> Option<SizeExpr> {
        let found = self.known.iter().find(|(known, _)| known == values);
        found.map(|(_, expr)| expr.clone()).or_else(|| fit.polynomial(values))
    }
}

impl super::numbers::Sampled for Fit<'_> {
    fn logs(&self) -> &[Rc<Log>] {
        self.logs
    }

    fn polynomial_of(&self, values: &Column) -> Option<SizeExpr> {
        self.polynomial(values)
    }
}

/// True if the plan makes the calls of a trace, to the last number.
pub(super) fn gives_back(plan: &Plan, log: &Log, sizes: &[u64]) -> bool {
    let numbers = PlanNumbers { sizes, seed: None };
    let same_call = |(at, call): (usize, &LoggedCall)| {
        plan.call(at, &call.signature, numbers).is_ok_and(|made| {
            made.key == call.key
                && made.extents == call.extents
                && made.views == call.views
                && made.params == call.params
                && made.roll == call.roll
        })
    };
    let shape = |exprs: &[SizeExpr]| -> Option<Vec<u64>> {
        exprs.iter().map(|expr| expr.evaluate_u64(sizes).ok()).collect()
    };
    let mut inputs = plan.inputs.iter().zip(&log.inputs);
    let mut outputs = plan.outputs.iter().zip(&log.outputs);
    plan.check().is_ok()
        && plan.calls.len() == log.calls.len()
        && plan.inputs.len() == log.inputs.len()
        && plan.outputs.len() == log.outputs.len()
        && log.calls.iter().enumerate().all(same_call)
        && inputs.all(|(i, logged)| i.len.evaluate_u64(sizes) == Ok(logged.column.len() as u64))
        && outputs.all(|(output, logged)| shape(&output.shape).as_ref() == Some(&logged.shape))
}

/// True for equal elements, NaN included.
fn is_same(one: &engine::Column, other: &engine::Column) -> bool {
    one.len() == other.len() && stored(one) == stored(other)
}

/// The elements as they are stored.
fn stored(column: &engine::Column) -> Vec<u8> {
    match column {
        engine::Column::F64(values) => values.iter().flat_map(|v| v.to_le_bytes()).collect(),
        engine::Column::F32(values) => values.iter().flat_map(|v| v.to_le_bytes()).collect(),
        engine::Column::Word(values) => values.iter().flat_map(|v| v.to_le_bytes()).collect(),
    }
}
