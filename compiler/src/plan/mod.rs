//! Plans of scripts: the calls of a script with its sizes left open.
//!
//! A script is traced several times, its sizes set to other values each time. If the calls are
//! the same but for their numbers, each number is found as a polynomial of the sizes (or what a
//! [`SizeExpr`] can say besides): from the fewest traces that determine it, and compared with all
//! others. Nothing is assumed that was not seen:
//!
//! - a size whose change changes the calls, or a number in a way that no expression states, is
//!   *fixed*: the plan is for its recorded value only;
//! - the others are covered from the least to the largest value that was traced;
//! - the finished plan has to give back every call of every trace, exactly.
//!
//! Between the values that were traced the polynomials are taken to hold. A script that compares a
//! size with a number in between, and computes something else from there on, would escape this.
//!
//! Scripts whose flow, or whose host, needs elements of an array that a device computes have no
//! plan.

mod fit;
mod log;
mod numbers;
mod polynomial;

use std::collections::BTreeMap;
use std::rc::Rc;

use preheat_format::Plan;
use preheat_format::plan::{CALLS_MAX, INPUTS_MAX, PLAN_OUTPUTS_MAX};
use thiserror::Error;

pub use log::{Log, PlanRecorder};

/// The most sizes that a plan leaves open; more would take too many traces.
pub const OPEN_SIZES_MAX: usize = 3;
/// The least size: an extent of 1 makes other groups.
const SIZE_MIN: u64 = 2;

/// Why a script has no plan.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Obstacle {
    /// No call.
    #[error("it computes nothing on a device")]
    NoCalls,
    /// Elements of an array were read.
    #[error("its flow, or the host, needs elements of an array that a device computes")]
    ValueNeeded,
    /// The script fails.
    #[error("it ends with an error")]
    Failed,
    /// More of something than a plan can hold.
    #[error("it has {found} {what}, a plan holds {limit}")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// The most of a plan.
        limit: usize,
    },
    /// Two traces at the same sizes, or what was found from them, differ.
    #[error("its calls depend on something else than its sizes")]
    Unsteady,
}

/// A trace of a script at given sizes, one per name.
pub type Trace<'a> = dyn FnMut(&[u64]) -> Log + 'a;

/// The plan of a script whose sizes have these names, in ascending order, and were recorded at
/// these values.
///
/// # Errors
/// Why there is none.
pub fn make(sizes: &[(String, u64)], trace: &mut Trace<'_>) -> Result<Plan, Obstacle> {
    let recorded: Vec<u64> = sizes.iter().map(|(_, value)| *value).collect();
    let mut traces = Traces { known: BTreeMap::new(), trace };
    let base = traces.at(&recorded);
    check(&base)?;
    let mut ranges: Vec<(u64, u64)> =
        (0..sizes.len()).map(|at| traces.range(&base, &recorded, at)).collect();
    for (at, range) in ranges.iter_mut().enumerate() {
        // A polynomial of degree 2 needs three values.
        if range.1 - range.0 < 2 {
            *range = (recorded[at], recorded[at]);
        }
    }
    let mut open = 0;
    for (at, range) in ranges.iter_mut().enumerate() {
        open += usize::from(range.0 < range.1);
        if open > OPEN_SIZES_MAX {
            *range = (recorded[at], recorded[at]);
        }
    }
    // Each round but the last fixes a size.
    for _ in 0..=sizes.len() {
        let names = sizes.iter().map(|(name, _)| name.clone()).collect();
        let space = fit::Space { names, recorded: recorded.clone(), ranges: ranges.clone() };
        let samples: Vec<Rc<Log>> = space.samples().iter().map(|at| traces.at(at)).collect();
        let culprits = match fit::plan(&space, &base, &samples) {
            Ok(plan) => return Ok(plan),
            Err(culprits) => culprits,
        };
        let mut is_fixed = false;
        for at in culprits {
            is_fixed |= ranges[at].0 < ranges[at].1;
            ranges[at] = (recorded[at], recorded[at]);
        }
        if !is_fixed {
            break;
        }
    }
    Err(Obstacle::Unsteady)
}

fn check(base: &Log) -> Result<(), Obstacle> {
    if let Some(obstacle) = &base.obstacle {
        return Err(obstacle.clone());
    }
    if base.calls.is_empty() {
        return Err(Obstacle::NoCalls);
    }
    let counts = [
        ("inputs", base.inputs.len(), INPUTS_MAX),
        ("outputs", base.outputs.len(), PLAN_OUTPUTS_MAX),
        ("calls", base.calls.len(), CALLS_MAX),
    ];
    for (what, found, limit) in counts {
        if found > limit {
            return Err(Obstacle::TooMany { what, found, limit });
        }
    }
    Ok(())
}

/// Traces by sizes, each made once.
struct Traces<'a, 'b> {
    known: BTreeMap<Vec<u64>, Rc<Log>>,
    trace: &'a mut Trace<'b>,
}

impl Traces<'_, '_> {
    fn at(&mut self, sizes: &[u64]) -> Rc<Log> {
        if let Some(known) = self.known.get(sizes) {
            return Rc::clone(known);
        }
        let log = Rc::new((self.trace)(sizes));
        self.known.insert(sizes.to_vec(), Rc::clone(&log));
        log
    }

    /// The least and the largest value of a size at which the calls are those of the base, of a
    /// few that are tried.
    fn range(&mut self, base: &Log, recorded: &[u64], at: usize) -> (u64, u64) {
        let value = recorded[at];
        let mut is_same = |other: &u64| {
            let mut sizes = recorded.to_vec();
            sizes[at] = *other;
            self.at(&sizes).has_form_of(base)
        };
        if value < SIZE_MIN || !is_same(&value.saturating_add(1)) {
            return (value, value);
        }
        let lower = [SIZE_MIN, value / 8, value / 2, value - 1];
        let upper = [value.saturating_mul(8).saturating_add(3), value.saturating_mul(2)];
        let lower = lower.into_iter().filter(|other| (SIZE_MIN..value).contains(other));
        let upper = upper.into_iter().filter(|other| *other > value + 1);
        let min = lower.into_iter().find(&mut is_same).unwrap_or(value);
        let max = upper.into_iter().find(&mut is_same).unwrap_or(value + 1);
        (min, max)
    }
}
