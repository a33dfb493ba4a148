//! Why the job could not be done, other than a mistake in a script (`report.rs`).

use std::any::Any;
use std::io;
use std::path::{Path, PathBuf};

use miette::Diagnostic;
use preheat_compiler::pack::CompileError;
use preheat_format::{BuildError, DecodeError, SignError};
use preheat_runtime::RuntimeError;
use thiserror::Error;

use crate::prove::ProveError;

/// A command that ends with exit status 2.
#[derive(Debug, Diagnostic, Error)]
pub(crate) enum Failure {
    #[error("cannot write the output")]
    #[diagnostic(code(C001))]
    Output(#[from] io::Error),
    #[error("cannot read `{}`", path.display())]
    #[diagnostic(code(C002))]
    Read {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("cannot write `{}`", path.display())]
    #[diagnostic(code(C003))]
    Write {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error(
        "`{}` is neither a script (.m), a kernel (.wgsl), a folder, nor a manifest (.toml)",
        path.display()
    )]
    #[diagnostic(code(C004))]
    InputKind { path: PathBuf },
    #[error("the inputs hold no script")]
    #[diagnostic(code(C005))]
    NoScripts,
    #[error("`{}` is not a manifest", path.display())]
    #[diagnostic(code(C006))]
    Manifest {
        path: PathBuf,
        #[source]
        source: Box<toml::de::Error>,
    },
    #[error("`{}`: case `{case}`: {rule}", path.display())]
    #[diagnostic(code(C007))]
    Case { path: PathBuf, case: String, rule: String },
    #[error("`{}` cannot be used as an archive", path.display())]
    #[diagnostic(code(C008))]
    Archive {
        path: PathBuf,
        #[source]
        source: RuntimeError,
    },
    #[error("the archive could not be built")]
    #[diagnostic(code(C009))]
    Compile(#[source] CompileError),
    #[error("{failed} of {scripts} scripts have errors, no archive was written")]
    #[diagnostic(code(C010))]
    Scripts { failed: usize, scripts: usize },
    #[error("the runtime failed")]
    #[diagnostic(code(C011))]
    Runtime(#[source] RuntimeError),
    #[error("no key of `{}` starts with `{prefix}`", path.display())]
    #[diagnostic(code(C012))]
    NoKey { path: PathBuf, prefix: String },
    #[error("{count} groups of `{}` have keys that start with `{prefix}`", path.display())]
    #[diagnostic(code(C013))]
    ManyKeys { path: PathBuf, prefix: String, count: usize },
    #[error("no run of `preheat run` is on record")]
    #[diagnostic(code(C030), help("the user's cache folder holds the counters of the last one"))]
    NoLastRun,
    #[error("there is no workload `{name}`")]
    #[diagnostic(code(C041), help("`preheat bench --list` names them"))]
    NoWorkload { name: String },
    #[error("workload `{name}` cannot be run on this device")]
    #[diagnostic(code(C042))]
    Workload { name: String },
    #[error("the list of workloads in this program is damaged; please report it")]
    #[diagnostic(code(C043))]
    Workloads(#[from] Box<toml::de::Error>),
    #[error("kernel `{name}` {rule}")]
    #[diagnostic(code(C031))]
    Kernel { name: String, rule: String },
    #[error("{failed} of {shaders} shaders have errors, no archive was written")]
    #[diagnostic(code(C050))]
    Shaders { failed: usize, shaders: usize },
    #[error("`{}` does not hold the limits of a device: {rule}", path.display())]
    #[diagnostic(code(C051))]
    LimitsFile { path: PathBuf, rule: String },
    #[error("`{}` is not a delta", path.display())]
    #[diagnostic(code(C052))]
    DeltaFile {
        path: PathBuf,
        #[source]
        source: DecodeError,
    },
    #[error("no group of `{}` is named `{name}`", path.display())]
    #[diagnostic(code(C053))]
    NoName { path: PathBuf, name: String },
    #[error("{count} groups of `{}` are named `{name}`", path.display())]
    #[diagnostic(code(C054))]
    ManyNames { path: PathBuf, name: String, count: usize },
    #[error("`{pattern}` is not a pattern of script names")]
    #[diagnostic(code(C055))]
    Pattern {
        pattern: String,
        #[source]
        source: globset::Error,
    },
    #[error("`{}` does not hold the counters of a run: {rule}", path.display())]
    #[diagnostic(code(C063), help("`preheat run --stats FILE` writes them"))]
    Counters { path: PathBuf, rule: String },
    #[error("no use of a group is on record")]
    #[diagnostic(code(C056))]
    NoUsage,
    #[error("nothing says what to prune")]
    #[diagnostic(code(C057))]
    NoCriterion,
    #[error(
        "`{}` cannot be pruned to {max} bytes: what is to be kept takes {found}", path.display()
    )]
    #[diagnostic(code(C058))]
    TooLarge { path: PathBuf, max: u64, found: u64 },
    #[error("`{}` is there and not an empty folder", path.display())]
    #[diagnostic(code(C059))]
    NotEmpty { path: PathBuf },
    #[error("`{}` is neither an exported archive nor a warm-up folder of RunMat", path.display())]
    #[diagnostic(code(C060))]
    ImportKind { path: PathBuf },
    #[error("`{}` cannot be imported: {rule}", path.display())]
    #[diagnostic(code(C061))]
    Import { path: PathBuf, rule: String },
    #[error("cannot format JSON")]
    #[diagnostic(code(C014))]
    Json(#[from] serde_json::Error),
    #[error("cannot start a thread")]
    #[diagnostic(code(C015))]
    Thread(#[source] io::Error),
    #[error("cannot start the workers")]
    #[diagnostic(code(C016))]
    Workers(#[from] rayon::ThreadPoolBuildError),
    #[error("the archive could not be put together")]
    #[diagnostic(code(C018))]
    Build(#[source] BuildError),
    #[error("`{}` cannot be used as a key", path.display())]
    #[diagnostic(code(C019))]
    KeyFile {
        path: PathBuf,
        #[source]
        source: SignError,
    },
    #[error("`{}` can be read by others, so it is no secret", path.display())]
    #[diagnostic(code(C020))]
    KeyMode { path: PathBuf },
    #[error("the key cannot have this name")]
    #[diagnostic(code(C021))]
    KeyName(#[source] SignError),
    #[error("the system gives no random numbers")]
    #[diagnostic(code(C022))]
    Random(#[source] io::Error),
    #[error("the signatures of `{}` cannot be used", path.display())]
    #[diagnostic(code(C023))]
    Signatures {
        path: PathBuf,
        #[source]
        source: SignError,
    },
    #[error("kernels cannot be proved")]
    #[diagnostic(code(C025))]
    Prove(#[source] ProveError),
    #[error("there is no folder for a local key")]
    #[diagnostic(code(C024))]
    NoLocalKey,
    #[error("preheat has a mistake and had to stop; please report it with the lines above")]
    #[diagnostic(code(C017))]
    Bug,
}

/// What unwinds a script whose output nobody takes any more.
pub(crate) struct OutputClosed(pub(crate) io::Error);

impl Failure {
    /// True if the reader of our output went away.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        match self {
            Failure::Output(error) => error.kind() == io::ErrorKind::BrokenPipe,
            Failure::Json(error) => error.io_error_kind() == Some(io::ErrorKind::BrokenPipe),
            _ => false,
        }
    }

    /// What to do about it.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            Failure::Scripts { .. } => {
                Some("`--keep-going` writes the archive of the others and of what came before")
            }
            Failure::Archive { source: RuntimeError::Archive(_), .. } => {
                Some("build it again with `preheat build`")
            }
            Failure::ManyKeys { .. } => Some("give more digits; `preheat list` shows them"),
            Failure::KeyMode { .. } => Some("`chmod 600` it, and make a new key if others saw it"),
            Failure::Prove(ProveError::NoDevice(_)) => {
                Some("`--prove never` builds without; `preheat prove FILE` proves later")
            }
            Failure::NoLocalKey => Some("set HOME or XDG_CONFIG_HOME, or give `--key KEYFILE`"),
            Failure::NoKey { .. } => Some("`preheat list` shows the keys"),
            Failure::Shaders { .. } => Some("`wgslcheck explain CODE` says more about a finding"),
            Failure::LimitsFile { .. } => Some("`preheat info --json` writes such a file"),
            Failure::NoName { .. } => {
                Some("a name is a kernel of a manifest, `SCRIPT`, or `SCRIPT:LINE`")
            }
            Failure::ManyNames { .. } => {
                Some("give `SCRIPT:LINE` or a key; `preheat list --script` shows them")
            }
            Failure::NoUsage => Some("`preheat run` on a device records which groups it uses"),
            Failure::NoCriterion => {
                Some("give `--max-size`, `--unused-since`, `--target` or several of them")
            }
            Failure::Runtime(RuntimeError::NoAdapter) => Some("`--device cpu` needs no driver"),
            _ => None,
        }
    }

    /// For `map_err`, with the file that was read.
    pub(crate) fn reading(path: &Path) -> impl FnOnce(io::Error) -> Failure {
        let path = path.to_path_buf();
        move |source| Failure::Read { path, source }
    }

    /// For `map_err`, with the file that was written.
    pub(crate) fn writing(path: &Path) -> impl FnOnce(io::Error) -> Failure {
        let path = path.to_path_buf();
        move |source| Failure::Write { path, source }
    }

    /// For `map_err`, with the archive that was written.
    pub(crate) fn building(path: &Path) -> impl FnOnce(BuildError) -> Failure {
        let path = path.to_path_buf();
        move |error| match error {
            BuildError::Sink(source) => Failure::Write { path, source },
            error => Failure::Build(error),
        }
    }

    /// What a thread that did not end by itself died of.
    pub(crate) fn unwound(payload: Box<dyn Any + Send>) -> Failure {
        match payload.downcast::<OutputClosed>() {
            Ok(closed) => Failure::Output(closed.0),
            Err(_) => Failure::Bug,
        }
    }
}
