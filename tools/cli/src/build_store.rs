//! `preheat build --store`: what earlier builds made, taken instead of being made again.

use std::fs;
use std::path::PathBuf;

use preheat_compiler::pack::PackOptions;
use preheat_compiler::store::Compiler;
use preheat_files::{Disk, Store};
use preheat_format::ContentHash;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::build::BuildArgs;
use crate::prove::kept::ProofStore;
use crate::user_cache;

/// The store of a build, if it has one.
pub(crate) struct BuildStore {
    store: Option<Store<'static>>,
    program: String,
}

impl BuildStore {
    /// The folder that is asked for, else the user's cache. A check rebuilds everything.
    pub(crate) fn of_args(args: &BuildArgs) -> BuildStore {
        let is_wanted = args.check.is_none() && !args.no_store;
        let folder = || args.store.clone().or_else(user_cache::store_folder);
        BuildStore::in_folder(if is_wanted { folder() } else { None })
    }

    /// That of the user's cache.
    pub(crate) fn of_user() -> BuildStore {
        BuildStore::in_folder(user_cache::store_folder())
    }

    fn in_folder(folder: Option<PathBuf>) -> BuildStore {
        let store = folder.map(|folder| Store::new(&Disk, &folder));
        BuildStore { store, program: program() }
    }

    /// True if there is one.
    pub(crate) fn is_there(&self) -> bool {
        self.store.is_some()
    }

    /// The store itself.
    pub(crate) fn store(&self) -> Option<&Store<'static>> {
        self.store.as_ref()
    }

    /// What is proved of kernels.
    pub(crate) fn proofs(&self) -> Option<ProofStore> {
        let store = self.store.clone()?;
        Some(ProofStore::new(store, self.program.clone()))
    }

    /// Tells programs apart that trace scripts or check shaders differently: no version is raised
    /// for each change of these, so this is the program's file. `None` if it cannot be seen.
    pub(crate) fn exact_program(&self) -> Option<String> {
        let version = env!("CARGO_PKG_VERSION");
        Some(format!("{version} {}", program_file()?))
    }

    /// A compiler that uses it.
    pub(crate) fn compiler(&self, options: PackOptions) -> Compiler<'static> {
        let compiler = Compiler::new(options);
        match &self.store {
            Some(store) => compiler.with_store(store.clone(), &self.program),
            None => compiler,
        }
    }

    /// What `make` gives, or gave an earlier build of the same program for the same parts; and
    /// whether it was made now.
    pub(crate) fn remembered<T: Serialize + DeserializeOwned>(
        &self,
        parts: &[&str],
        make: impl FnOnce() -> T,
    ) -> (T, bool) {
        let Some(store) = &self.store else {
            return (make(), true);
        };
        let action = self.action(parts);
        let known = store.recall(&action);
        if let Some(value) = known.and_then(|bytes| serde_json::from_slice(&bytes).ok()) {
            return (value, false);
        }
        let value = make();
        if let Ok(bytes) = serde_json::to_vec(&value) {
            // A store that cannot be written costs time; the compiler reports it.
            let _ = store.keep(&action, &bytes);
        }
        (value, true)
    }

    fn action(&self, parts: &[&str]) -> [u8; 32] {
        let mut bytes = b"preheat 2026-11 build result v1".to_vec();
        let version = env!("CARGO_PKG_VERSION");
        for part in [version, &self.program].into_iter().chain(parts.iter().copied()) {
            bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        ContentHash::of(&bytes).0
    }
}

/// Tells one debug build of this program from the next: its generator may have changed although
/// nobody raised a version yet. Released programs share what they made.
fn program() -> String {
    if !cfg!(debug_assertions) {
        return String::new();
    }
    program_file().unwrap_or_else(|| "unknown".to_owned())
}

fn program_file() -> Option<String> {
    let found = std::env::current_exe().and_then(fs::metadata).ok()?;
    Some(format!("{} {:?}", found.len(), found.modified().ok()?))
}
