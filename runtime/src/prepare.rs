//! Making pipelines ahead of use, on all cores: driver compilations overlap each other and whatever
//! the host does meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use preheat_format::{ArtifactKey, GroupKey, Target};
use rayon::prelude::*;
use serde::Serialize;

use crate::error::RuntimeError;
use crate::groups::{Candidate, Search};
use crate::pipelines::Made;
use crate::recorder::Engine;
use crate::runtime::Runtime;
use crate::telemetry::Counters;

/// What preparing kernels came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Prepared {
    /// Kernels that this device can run.
    pub kernels: u64,
    /// Pipelines that were there already.
    pub ready: u64,
    /// Kernels that the driver took from a blob.
    pub from_blob: u64,
    /// Kernels that the driver compiled.
    pub compiled: u64,
    /// Kernels that the driver refused.
    pub refused: u64,
    /// Kernels that need features which the device lacks.
    pub unsupported: u64,
}

#[derive(Default)]
struct Tally {
    ready: AtomicU64,
    from_blob: AtomicU64,
    compiled: AtomicU64,
    refused: AtomicU64,
    unsupported: AtomicU64,
}

impl Runtime {
    /// Makes the pipelines of groups, on all cores, and waits for them. Groups that no archive has
    /// are left out. On the CPU there is nothing to do.
    ///
    /// # Errors
    /// Why there is no device, if one was asked for.
    pub fn prepare(&self, groups: &[GroupKey]) -> Result<Prepared, RuntimeError> {
        let Some(engine) = self.engine()? else {
            return Ok(Prepared::default());
        };
        let search = Search { passthrough: engine.gpu.passthrough, strict: self.strict };
        let tally = Tally::default();
        groups.par_iter().for_each(|key| {
            if let Some(group) = self.groups.stored(*key, search) {
                group.candidates.par_iter().for_each(|candidate| {
                    prepare(engine, &self.counters, candidate, &tally);
                });
            }
        });
        Ok(tally.sum())
    }

    /// Keys of every group that the archives hold, each once.
    pub fn groups(&self) -> Vec<GroupKey> {
        self.groups.keys()
    }

    /// Has what the driver compiled in this process written to the device cache's sidecar now,
    /// instead of by a later process.
    ///
    /// # Errors
    /// Why there is no device, if one was asked for.
    pub fn fold_device_cache(&self) -> Result<(), RuntimeError> {
        if let Some(engine) = self.engine()? {
            engine.pipelines.blobs.fold();
        }
        Ok(())
    }

    /// A device sidecar with what this machine's driver made of the archives' kernels, and the
    /// number of its blobs. It takes a device cache, and what [`Runtime::prepare`] has put there.
    ///
    /// # Errors
    /// [`RuntimeError::Sidecar`] if the format cannot hold it, or why there is no device.
    pub fn export_sidecar(&self) -> Result<(Vec<u8>, usize), RuntimeError> {
        let Some(engine) = self.engine()? else {
            return Err(RuntimeError::NoAdapter);
        };
        let search = Search { passthrough: engine.gpu.passthrough, strict: false };
        let groups = self.groups.keys().into_iter();
        let groups = groups.filter_map(|key| self.groups.stored(key, search));
        let artifacts = groups.flat_map(|group| {
            let keys = group.candidates.iter();
            let keys: Vec<_> = keys.map(|c| ArtifactKey(c.artifact.artifact_key)).collect();
            keys
        });
        let sidecar = engine.pipelines.blobs.export(artifacts)?;
        let failed = |error: preheat_format::BuildError| RuntimeError::Sidecar {
            message: error.to_string(),
        };
        Ok((sidecar.finish().map_err(failed)?, sidecar.len()))
    }
}

fn prepare(engine: &Engine, counters: &Arc<Counters>, candidate: &Candidate, tally: &Tally) {
    let artifact = &candidate.artifact;
    let one = |count: &AtomicU64| {
        count.fetch_add(1, Ordering::Relaxed);
    };
    // WGSL would be parsed: that is left to the call that cannot do without.
    if artifact.target != Target::Spirv || candidate.refused.get().is_some() {
        return;
    }
    if !artifact.features.is_subset_of(engine.gpu.features) {
        return one(&tally.unsupported);
    }
    match engine.pipelines.get(&engine.gpu, counters, artifact, || candidate.module()) {
        Ok((_, Made::Before)) => one(&tally.ready),
        Ok((_, Made::FromBlob)) => one(&tally.from_blob),
        Ok((_, Made::Now)) => one(&tally.compiled),
        // The call that needs it will say why.
        Err(_) => one(&tally.refused),
    }
}

impl Tally {
    fn sum(&self) -> Prepared {
        let get = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let (ready, from_blob) = (get(&self.ready), get(&self.from_blob));
        let (compiled, refused) = (get(&self.compiled), get(&self.refused));
        let kernels = ready + from_blob + compiled + refused;
        let unsupported = get(&self.unsupported);
        Prepared { kernels, ready, from_blob, compiled, refused, unsupported }
    }
}
