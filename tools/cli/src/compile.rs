//! The runtime's compiler: a group that no archive has becomes a small archive of its own.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use preheat_compiler::pack::{self, CompileError, PackOptions};
use preheat_format::sign::{SecretKey, sign_all};
use preheat_format::{ArchiveBuilder, GroupKey, Signature};
use preheat_runtime::CompileHook;

use crate::keys::LOCAL_GENERATION;
use crate::user_cache::UserCache;

/// What the compiler made of one group.
#[derive(Debug)]
pub(crate) struct Compiled {
    /// The group.
    pub(crate) key: GroupKey,
    /// Number of kernels, or why there are none.
    pub(crate) outcome: Result<usize, String>,
}

/// Compiles groups, keeps the results for the next run, and remembers what it did.
pub(crate) struct GroupCompiler {
    cache: UserCache,
    signers: Vec<(SecretKey, u64)>,
    done: Mutex<Vec<Compiled>>,
    elapsed_ns: AtomicU64,
}

impl GroupCompiler {
    /// A compiler that keeps what it makes in a cache.
    ///
    /// `signer` signs it: another run takes it as it is then.
    pub(crate) fn new(cache: UserCache, signer: Option<SecretKey>) -> Arc<GroupCompiler> {
        let signers = signer.into_iter().map(|key| (key, LOCAL_GENERATION)).collect();
        Arc::new(GroupCompiler {
            cache,
            signers,
            done: Mutex::new(Vec::new()),
            elapsed_ns: AtomicU64::new(0),
        })
    }

    /// The function for the runtime.
    pub(crate) fn hook(self: &Arc<Self>) -> CompileHook {
        let compiler = Arc::clone(self);
        Box::new(move |signature| compiler.compile(signature))
    }

    /// What was compiled since the last call.
    pub(crate) fn take_done(&self) -> Vec<Compiled> {
        std::mem::take(&mut *self.done.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Time spent so far.
    pub(crate) fn elapsed_ms(&self) -> f64 {
        self.elapsed_ns.load(Ordering::Relaxed) as f64 / 1e6
    }

    fn compile(&self, signature: &Signature) -> Result<Vec<u8>, String> {
        let started = Instant::now();
        let compiled = self.compile_and_keep(signature);
        // 2^64 ns are 584 years.
        let elapsed_ns = started.elapsed().as_nanos() as u64;
        self.elapsed_ns.fetch_add(elapsed_ns, Ordering::Relaxed);
        compiled
    }

    fn compile_and_keep(&self, signature: &Signature) -> Result<Vec<u8>, String> {
        let signature = Arc::new(signature.clone());
        let key = signature.key();
        let built = archive(&signature, &self.signers).map_err(|error| error.to_string());
        let outcome = match &built {
            Ok((_, kernel_count)) => Ok(*kernel_count),
            Err(message) => Err(message.clone()),
        };
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        done.push(Compiled { key, outcome });
        drop(done);
        let (bytes, _) = built?;
        self.cache.store(key, &bytes);
        Ok(bytes)
    }
}

fn archive(
    signature: &Arc<Signature>,
    signers: &[(SecretKey, u64)],
) -> Result<(Vec<u8>, usize), CompileError> {
    let group = pack::compile(signature, &PackOptions::default())?;
    let mut builder = ArchiveBuilder::new();
    pack::add(&mut builder, &group)?;
    let built = builder.finish_with(|root_hash| sign_all(root_hash, Vec::new(), signers))?;
    Ok((built.bytes, group.kernel_count))
}
