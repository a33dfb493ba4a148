//! Plans: the calls of a script in order, with sizes that are still open.
//!
//! A plan is what a program needs to run a script that it cannot read: which groups, on which
//! arrays, with which scalars. Whatever depends on a size of the script is a [`SizeExpr`] over the
//! plan's *sizes*, each of which has a range that the plan covers. Values are numbered: the
//! inputs first, then the outputs of each call in order.
//!
//! A plan holds no control flow: a script whose flow depends on elements of its arrays has none.
//! It is data for whoever runs it: every call that comes out of [`Plan::call`] is checked like any
//! other ([`Call::check`]) before a device sees it.
//!
//! Deliberately absent: how a plan is found out (the compiler), running it (the runtime).

mod code;
mod expr;
mod section;

use std::sync::Arc;

pub use expr::{SizeExpr, SizePart, SizeTerm};
pub(crate) use section::{PLAN_ROW_LEN, PlanRow, put_plans};
pub use section::{PLANS_MAX, PlanRef};

use crate::call::{Call, CallOutput, Roll, Scalar, TRIPS_MAX, ViewData};
use crate::error::PlanError;
use crate::key::GroupKey;
use crate::signature::{PARAMS_MAX, Signature};
use crate::types::DType;

/// The version of a plan's bytes.
pub const PLAN_VERSION: u32 = 1;
/// The longest plan in bytes.
pub const PLAN_LEN_MAX: u64 = 16 << 20;
/// The most sizes of a plan.
pub const SIZES_MAX: usize = 16;
/// The most inputs of a plan.
pub const INPUTS_MAX: usize = 1024;
/// The most calls of a plan.
pub const CALLS_MAX: usize = 4096;
/// The most outputs of a plan.
pub const PLAN_OUTPUTS_MAX: usize = 1024;
/// The most runs of words in the table of a rolled call.
pub const RUNS_MAX: usize = 2 * PARAMS_MAX;
/// The most words in the table of a rolled call.
pub const TABLE_WORDS_MAX: usize = 1 << 18;

/// The calls of a script.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// Sizes of the script, by name.
    pub sizes: Vec<PlanSize>,
    /// Arrays that the script uploads.
    pub inputs: Vec<PlanInput>,
    /// The calls, in order.
    pub calls: Vec<PlanCall>,
    /// What the script prints, in order.
    pub outputs: Vec<PlanOutput>,
}

/// A size of a script: a variable that decides extents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanSize {
    /// Name of the variable.
    pub name: String,
    /// Its value when the plan was recorded.
    pub recorded: u64,
    /// The least value that the plan covers.
    pub min: u64,
    /// The largest; equal to `min` if the plan is for one value only.
    pub max: u64,
}

/// An array that comes from outside.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanInput {
    /// Its name; unique among the inputs.
    pub name: String,
    /// Element type.
    pub dtype: DType,
    /// Number of elements.
    pub len: SizeExpr,
    /// The elements as they are stored, if they do not depend on a size.
    pub data: Option<Vec<u8>>,
}

/// One call of a group.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanCall {
    /// The group.
    pub key: GroupKey,
    /// Extent of each domain axis.
    pub extents: Vec<SizeExpr>,
    /// Offset and strides of each view.
    pub views: Vec<PlanView>,
    /// A value for each source.
    pub sources: Vec<u32>,
    /// The scalars.
    pub params: Vec<PlanScalar>,
    /// Per output the value that it updates, if it is not a new array.
    pub outputs: Vec<Option<u32>>,
    /// The trips of a rolled group.
    pub roll: Option<PlanRoll>,
}

/// Where a view begins and how it steps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlanView {
    /// First element.
    pub offset: SizeExpr,
    /// Step per domain axis; none for dense views.
    pub strides: Vec<SizeExpr>,
}

/// A scalar of a call.
#[derive(Clone, Debug, PartialEq)]
pub enum PlanScalar {
    /// The same for every size.
    Fixed(Scalar),
    /// A number that follows from the sizes.
    Size(DType, SizeExpr),
    /// `dividend / divisor`, divided in `f64` and rounded to the type once.
    Quotient {
        /// `F64` or `F32`.
        dtype: DType,
        /// The dividend.
        dividend: f64,
        /// The divisor.
        divisor: SizeExpr,
    },
    /// The low (0) or high (1) word of the seed of random numbers, which a run may set.
    Seed {
        /// Which word.
        word: u8,
        /// Its value in the script.
        recorded: u32,
    },
}

/// The trips of a rolled call, and the table of its changing scalars.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanRoll {
    /// Number of trips.
    pub trips: u32,
    /// As [`Roll::places`].
    pub places: Vec<u32>,
    /// [`Roll::table`], in runs.
    pub table: Vec<PlanRun>,
}

/// Words of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum PlanRun {
    /// The same for every size.
    Words(Vec<u32>),
    /// `count` words: `start`, `start + step`, ..
    Ramp {
        /// How many.
        count: u32,
        /// The first.
        start: SizeExpr,
        /// From one to the next.
        step: SizeExpr,
    },
}

/// A value that the script prints.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanOutput {
    /// Its name; unique among the outputs.
    pub name: String,
    /// The value.
    pub value: u32,
    /// Its extents, fastest first.
    pub shape: Vec<SizeExpr>,
}

/// Numbers of one run of a plan.
#[derive(Clone, Copy, Debug)]
pub struct PlanNumbers<'a> {
    /// A value for each of the plan's sizes.
    pub sizes: &'a [u64],
    /// Another seed of random numbers than the script's.
    pub seed: Option<u64>,
}

impl Plan {
    /// The sizes of a run: those given by name, else as recorded.
    ///
    /// # Errors
    /// [`PlanError::UnknownSize`], or [`PlanError::Size`] for one that the plan does not cover.
    pub fn sizes(&self, given: &[(String, u64)]) -> Result<Vec<u64>, PlanError> {
        if let Some((name, _)) = given.iter().find(|(name, _)| self.size(name).is_none()) {
            let known = self.sizes.iter().map(|size| size.name.clone()).collect();
            return Err(PlanError::UnknownSize { name: name.clone(), known });
        }
        let value = |size: &PlanSize| {
            let named = given.iter().rfind(|(name, _)| *name == size.name);
            let found = named.map_or(size.recorded, |(_, value)| *value);
            if (size.min..=size.max).contains(&found) {
                return Ok(found);
            }
            let (name, min, max) = (size.name.clone(), size.min, size.max);
            Err(PlanError::Size { name, found, min, max })
        };
        self.sizes.iter().map(value).collect()
    }

    fn size(&self, name: &str) -> Option<&PlanSize> {
        self.sizes.iter().find(|size| size.name == name)
    }

    /// Number of values: inputs and outputs of calls.
    pub fn value_count(&self) -> usize {
        self.inputs.len() + self.calls.iter().map(|call| call.outputs.len()).sum::<usize>()
    }

    /// The first of the values that call `index` makes.
    pub fn first_value(&self, index: usize) -> u32 {
        let before = self.calls.iter().take(index).map(|call| call.outputs.len()).sum::<usize>();
        // Both lists are bounded far below `u32::MAX`.
        (self.inputs.len() + before) as u32
    }

    /// Per value the number of the last call that reads or updates it; `None` if no call does.
    pub fn last_uses(&self) -> Vec<Option<usize>> {
        let mut uses = vec![None; self.value_count()];
        for (index, call) in self.calls.iter().enumerate() {
            for value in call.sources.iter().chain(call.outputs.iter().flatten()) {
                if let Some(last) = uses.get_mut(*value as usize) {
                    *last = Some(index);
                }
            }
        }
        uses
    }

    /// Checks what [`Plan::call`] and its callers rely on: counts, numbers of values, names.
    ///
    /// # Errors
    /// [`PlanError::Rule`] for the first rule that is broken.
    pub fn check(&self) -> Result<(), PlanError> {
        let rule = |holds: bool, rule| if holds { Ok(()) } else { Err(PlanError::Rule { rule }) };
        rule(self.sizes.len() <= SIZES_MAX, "a plan has at most 16 sizes")?;
        rule(
            self.sizes
                .windows(2)
                .all(|pair| pair.first().map(|s| &s.name) < pair.last().map(|s| &s.name)),
            "sizes ascend by name",
        )?;
        let is_ordered = |size: &PlanSize| (size.min..=size.max).contains(&size.recorded);
        rule(self.sizes.iter().all(is_ordered), "a size was recorded within its range")?;
        rule(self.inputs.len() <= INPUTS_MAX, "a plan has at most 1,024 inputs")?;
        rule(self.calls.len() <= CALLS_MAX, "a plan has at most 4,096 calls")?;
        rule(self.outputs.len() <= PLAN_OUTPUTS_MAX, "a plan has at most 1,024 outputs")?;
        let inputs = self.inputs.iter().map(|input| input.name.as_str());
        rule(are_unique(inputs), "inputs have names of their own")?;
        let outputs = self.outputs.iter().map(|output| output.name.as_str());
        rule(are_unique(outputs), "outputs have names of their own")?;
        for (index, call) in self.calls.iter().enumerate() {
            let first = self.first_value(index);
            let known = |value: &u32| *value < first;
            rule(call.sources.iter().all(known), "a call reads values that are there")?;
            let updated = call.outputs.iter().flatten();
            rule(updated.into_iter().all(known), "a call updates values that are there")?;
            if let Some(roll) = &call.roll {
                rule(
                    (1..=TRIPS_MAX).contains(&roll.trips),
                    "a rolled call makes 1 to 4,096 trips",
                )?;
                let words: usize = roll.table.iter().map(PlanRun::len).sum();
                rule(words <= TABLE_WORDS_MAX, "a table has at most 262,144 words")?;
            }
        }
        let count = self.value_count();
        rule(
            self.outputs.iter().all(|output| (output.value as usize) < count),
            "outputs are values of the plan",
        )
    }

    /// Call `index` with the numbers of a run, over values by number.
    ///
    /// # Errors
    /// [`PlanError::Overflow`] if a number does not fit where it belongs.
    pub fn call(
        &self,
        index: usize,
        signature: &Arc<Signature>,
        numbers: PlanNumbers<'_>,
    ) -> Result<Call<u32>, PlanError> {
        let call = self.calls.get(index).ok_or(PlanError::Rule { rule: "there is such a call" })?;
        let extents = call.extents.iter().map(|extent| extent.evaluate_u64(numbers.sizes));
        let views = call.views.iter().map(|view| {
            let strides = view.strides.iter().map(|stride| stride.evaluate_i64(numbers.sizes));
            let strides = strides.collect::<Result<_, _>>()?;
            Ok(ViewData { offset: view.offset.evaluate_u64(numbers.sizes)?, strides })
        });
        let params = call.params.iter().map(|param| param.evaluate(numbers));
        let output = |target: &Option<u32>| target.map_or(CallOutput::New, CallOutput::Update);
        Ok(Call {
            signature: Arc::clone(signature),
            key: call.key,
            extents: extents.collect::<Result<_, _>>()?,
            views: views.collect::<Result<_, PlanError>>()?,
            sources: call.sources.clone(),
            params: params.collect::<Result<_, _>>()?,
            outputs: call.outputs.iter().map(output).collect(),
            roll: call.roll.as_ref().map(|roll| roll.evaluate(numbers.sizes)).transpose()?,
        })
    }

    /// The seed of the script's random numbers: `None` if it draws none, or uses several.
    pub fn seed(&self) -> Option<u64> {
        let mut words = [None; 2];
        for param in self.calls.iter().flat_map(|call| &call.params) {
            if let PlanScalar::Seed { word, recorded } = param {
                let known = words.get_mut(usize::from(*word))?;
                if known.is_some_and(|known| known != *recorded) {
                    return None;
                }
                *known = Some(*recorded);
            }
        }
        let [low, high] = words;
        Some(u64::from(low?) | u64::from(high?) << 32)
    }
}

fn are_unique<'a>(names: impl Iterator<Item = &'a str>) -> bool {
    let mut names: Vec<&str> = names.collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    names.len() == count
}

impl PlanScalar {
    fn evaluate(&self, numbers: PlanNumbers<'_>) -> Result<Scalar, PlanError> {
        Ok(match self {
            PlanScalar::Fixed(scalar) => *scalar,
            PlanScalar::Size(dtype, value) => scalar(*dtype, value.evaluate(numbers.sizes)?)?,
            PlanScalar::Quotient { dtype, dividend, divisor } => {
                let quotient = *dividend / divisor.evaluate(numbers.sizes)? as f64;
                match dtype {
                    DType::F32 => Scalar::f32(quotient as f32),
                    _ => Scalar::f64(quotient),
                }
            }
            PlanScalar::Seed { word, recorded } => {
                let given = numbers.seed.map(|seed| (seed >> (32 * u32::from(*word & 1))) as u32);
                Scalar::u32(given.unwrap_or(*recorded))
            }
        })
    }
}

/// A whole number as a scalar of a type.
fn scalar(dtype: DType, value: i128) -> Result<Scalar, PlanError> {
    let overflow = PlanError::Overflow { what: "a scalar", value };
    Ok(match dtype {
        DType::F64 => Scalar::f64(value as f64),
        DType::F32 => Scalar::f32(value as f32),
        _ => Scalar { dtype, bits: u32::try_from(value).map_err(|_| overflow)?.into() },
    })
}

impl PlanRun {
    /// Number of words.
    pub fn len(&self) -> usize {
        match self {
            PlanRun::Words(words) => words.len(),
            PlanRun::Ramp { count, .. } => *count as usize,
        }
    }

    /// True without words.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl PlanRoll {
    fn evaluate(&self, sizes: &[u64]) -> Result<Roll, PlanError> {
        let mut table = Vec::with_capacity(self.table.iter().map(PlanRun::len).sum());
        for run in &self.table {
            match run {
                PlanRun::Words(words) => table.extend_from_slice(words),
                PlanRun::Ramp { count, start, step } => {
                    let (start, step) = (start.evaluate(sizes)?, step.evaluate(sizes)?);
                    for index in 0..i128::from(*count) {
                        let value = start.saturating_add(step.saturating_mul(index));
                        let what = "a word of a table";
                        let word = u32::try_from(value);
                        table.push(word.map_err(|_| PlanError::Overflow { what, value })?);
                    }
                }
            }
        }
        Ok(Roll { trips: self.trips, places: self.places.clone(), table: Arc::new(table) })
    }
}
