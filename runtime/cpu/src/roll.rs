//! Rolled groups: several trips of one group, each fed with the outputs of the one before.

use std::sync::Arc;

use preheat_format::{Call, CallOutput, Signature};

use crate::column::Column;
use crate::error::CpuError;

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
    call.signature.check()?;
    call.check(|column| column.len() as u64)?;
    let carries = call.signature.carries.clone();
    let signature = Arc::new(Signature { carries: Vec::new(), ..(*call.signature).clone() });
    let mut results = Vec::new();
    for trip in 0..trips {
        for carry in carries.iter().filter(|_| trip > 0) {
            // `Call::check` and the signature's own check: both exist.
            call.sources[carry.source as usize] = Arc::clone(&results[carry.output as usize]);
        }
        let outputs = call.signature.outputs.iter().map(|_| CallOutput::New).collect();
        results = once(Call {
            signature: Arc::clone(&signature),
            key: call.key,
            extents: call.extents.clone(),
            views: call.views.clone(),
            sources: call.sources.clone(),
            params: call.params_at(trip),
            outputs,
            roll: None,
        })?;
    }
    Ok(results)
}
