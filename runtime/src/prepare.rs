//! Making pipelines ahead of use, on all cores: driver compilations overlap each other and whatever
//! the host does meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread::JoinHandle;

use preheat_format::{Artifact, ArtifactKey, GroupKey, Target};
use rayon::prelude::*;
use serde::Serialize;

use crate::error::RuntimeError;
use crate::groups::{Candidate, Group, Search};
use crate::opening::Opening;
use crate::pipelines::{Asker, Made};
use crate::recorder::Engine;
use crate::runtime::Runtime;

/// Threads that give blobs to the driver. An NVIDIA driver takes 939 kernels in 300 ms from one
/// thread, 84 ms from four or eight, and 130 ms from sixteen.
const BLOB_THREADS: usize = 4;

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

impl std::ops::AddAssign for Prepared {
    fn add_assign(&mut self, other: Prepared) {
        self.kernels += other.kernels;
        self.ready += other.ready;
        self.from_blob += other.from_blob;
        self.compiled += other.compiled;
        self.refused += other.refused;
        self.unsupported += other.unsupported;
    }
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
        let found = self.stored(engine, groups);
        let tally = Tally::default();
        engine.prepare(&found, |_| true, |candidate| prepare(engine, candidate, &tally));
        Ok(tally.sum())
    }

    /// Begins to make the pipelines of a script's groups, found by the name that the archives
    /// remember, on threads of its own, and returns. A call that needs one waits for that one
    /// alone. The driver takes every variant of which it has a blob; of other groups the variant
    /// that is tried first is compiled. Dropping the result ends it.
    pub fn prepare_ahead(self: &Arc<Self>, script: &str) -> Ahead {
        let (runtime, script) = (Arc::clone(self), script.to_owned());
        let (stop, opening) = (Arc::new(AtomicBool::new(false)), Arc::clone(&self.opening));
        if self.is_cpu() {
            return Ahead { stop, opening, thread: None };
        }
        let stopped = Arc::clone(&stop);
        let thread = std::thread::Builder::new().name(String::from("preheat-ahead"));
        // Without a thread the calls do it themselves.
        let thread = thread.spawn(move || runtime.work_ahead(&script, &stopped)).ok();
        Ahead { stop, opening, thread }
    }

    fn work_ahead(&self, script: &str, stop: &AtomicBool) {
        let is_stopped = || stop.load(Ordering::Relaxed);
        // While the device opens: what is needed is found, read from disk and hashed.
        let groups = self.groups.of_script(script);
        if groups.is_empty() {
            return;
        }
        groups.par_iter().filter(|_| !is_stopped()).for_each(|key| self.groups.read_in(*key));
        let Some(Ok(Some(engine))) = self.opening.wait_unless(is_stopped) else { return };
        let found = self.stored(engine, &groups);
        let tally = Tally::default();
        let is_wanted = |candidate: &Candidate| {
            candidate.artifact.rank == 0 || engine.pipelines.blobs.holds(&candidate.artifact)
        };
        engine.prepare(&found, is_wanted, |candidate| {
            if !is_stopped() {
                prepare(engine, candidate, &tally);
            }
        });
    }

    /// Groups of the archives with what they hold for this device.
    fn stored(&self, engine: &Engine, groups: &[GroupKey]) -> Vec<Arc<Group>> {
        let search = Search { passthrough: engine.gpu.passthrough, strict: self.strict };
        groups.par_iter().filter_map(|key| self.groups.stored(*key, search)).collect()
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

/// Pipelines that are being made; dropping it waits for those that were begun.
#[must_use = "dropping it ends the work"]
pub struct Ahead {
    stop: Arc<AtomicBool>,
    opening: Arc<Opening>,
    thread: Option<JoinHandle<()>>,
}

impl Ahead {
    /// Waits until every pipeline is made, and so for the device.
    pub fn finish(mut self) {
        if self.thread.is_some() {
            self.opening.wait();
        }
        self.join();
    }

    fn join(&mut self) {
        if let Some(thread) = self.thread.take() {
            // A panic there has been reported; the calls make what they need.
            let _ = thread.join();
        }
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        // A driver that is still at work while the process ends may crash it.
        self.stop.store(true, Ordering::Relaxed);
        self.opening.wake();
        self.join();
    }
}

impl Engine {
    /// Shows the wanted candidates of some groups to `make`, those that are tried first before the
    /// others; on all cores if some must be compiled.
    fn prepare(
        &self,
        groups: &[Arc<Group>],
        is_wanted: impl Fn(&Candidate) -> bool,
        make: impl Fn(&Candidate) + Send + Sync,
    ) {
        let all = groups.iter().flat_map(|group| &group.candidates);
        let mut ordered: Vec<&Candidate> = all.filter(|candidate| is_wanted(candidate)).collect();
        ordered.sort_by_key(|candidate| candidate.artifact.rank);
        // What cannot be prepared costs nothing; archives hold WGSL beside SPIR-V.
        let is_cheap = |candidate: &&Candidate| {
            let artifact = &candidate.artifact;
            !self.can_prepare(artifact) || self.pipelines.blobs.holds(artifact)
        };
        let threads = match ordered.iter().all(is_cheap) {
            true => BLOB_THREADS.min(rayon::current_num_threads()),
            false => rayon::current_num_threads(),
        };
        // One by one in this order, whichever thread is free.
        let next = AtomicUsize::new(0);
        let (next, ordered, make) = (&next, &ordered, &make);
        rayon::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|_| {
                    while let Some(candidate) = ordered.get(next.fetch_add(1, Ordering::Relaxed)) {
                        make(candidate);
                    }
                });
            }
        });
    }

    /// WGSL would be parsed: that is left to the call that cannot do without.
    fn can_prepare(&self, artifact: &Artifact) -> bool {
        artifact.target == Target::Spirv && artifact.features.is_subset_of(self.gpu.features)
    }
}

fn prepare(engine: &Engine, candidate: &Candidate, tally: &Tally) {
    let artifact = &candidate.artifact;
    let one = |count: &AtomicU64| {
        count.fetch_add(1, Ordering::Relaxed);
    };
    if artifact.target != Target::Spirv || candidate.refused.get().is_some() {
        return;
    }
    if !engine.can_prepare(artifact) {
        return one(&tally.unsupported);
    }
    let making = engine.making(Asker::Ahead);
    match engine.pipelines.get(making, artifact, || candidate.code()) {
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
