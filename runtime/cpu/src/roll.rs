//! Rolled groups: several trips of one group, each fed with the outputs of the one before.
//!
//! If each point needs no states but its own, the trips follow one another point by point, so that
//! states stay in the cache; if not, the whole group is run once for each trip.

use std::sync::Arc;

use preheat_format::{Call, CallOutput, Signature};

use crate::Table;
use crate::column::Column;
use crate::error::CpuError;
use crate::plan::{self, Trips};

/// Runs a call whose group may be rolled; `once` runs one that is not.
///
/// # Errors
/// [`CpuError`] if the trips do not fit the group, and those of `once`.
pub(crate) fn run(
    mut call: Call<Arc<Column>>,
    once: impl Fn(Call<Arc<Column>>) -> Result<Vec<Arc<Column>>, CpuError>,
) -> Result<Vec<Arc<Column>>, CpuError> {
    let Some(trips) = call.roll.as_ref().map(|roll| roll.trips) else {
        return once(call);
    };
    check(&call)?;
    let carries = call.signature.carries.clone();
    let signature = single(&call);
    let mut results = Vec::new();
    for trip in 0..trips {
        for carry in carries.iter().filter(|_| trip > 0) {
            // `Call::check` and the signature's own check: both exist.
            call.sources[carry.source as usize] = Arc::clone(&results[carry.output as usize]);
        }
        results = once(trip_of(&call, &signature, trip))?;
    }
    Ok(results)
}

/// Runs a rolled call point by point; `None`: it is not rolled, or has to go trip by trip.
///
/// # Errors
/// As [`run`].
pub(crate) fn by_points(
    call: &Call<Arc<Column>>,
    find: Table,
) -> Result<Option<Vec<Arc<Column>>>, CpuError> {
    let Some(roll) = call.roll.as_ref().filter(|roll| roll.trips > 0) else {
        return Ok(None);
    };
    check(call)?;
    let params = (0..roll.trips).map(|trip| call.params_at(trip)).collect();
    let trips = Trips { params, carries: call.signature.carries.clone() };
    plan::run_trips(&trip_of(call, &single(call), 0), trips, find)
}

fn check(call: &Call<Arc<Column>>) -> Result<(), CpuError> {
    call.signature.check()?;
    call.check(|column| column.len() as u64)?;
    Ok(())
}

/// The group of one trip.
fn single(call: &Call<Arc<Column>>) -> Arc<Signature> {
    Arc::new(Signature { carries: Vec::new(), ..(*call.signature).clone() })
}

/// The call of one trip, with the states as they are.
fn trip_of(call: &Call<Arc<Column>>, signature: &Arc<Signature>, trip: u32) -> Call<Arc<Column>> {
    Call {
        signature: Arc::clone(signature),
        key: call.key,
        extents: call.extents.clone(),
        views: call.views.clone(),
        sources: call.sources.clone(),
        params: call.params_at(trip),
        outputs: signature.outputs.iter().map(|_| CallOutput::New).collect(),
        roll: None,
    }
}
