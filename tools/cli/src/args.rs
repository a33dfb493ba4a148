//! The words of the command line that commands share; those of one are in its file.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum, ValueHint};
use preheat_compiler::trace::graph::GraphOptions;
use preheat_compiler::trace::interpreter::Define;
use preheat_format::sign::{SecretKey, TrustPolicy, TrustedKey};
use preheat_format::{NumericMode, Target};
use preheat_runtime::DeviceChoice;

use crate::apply::ApplyArgs;
use crate::bench::BenchArgs;
use crate::build::BuildArgs;
use crate::check::CheckArgs;
use crate::clean::CleanArgs;
use crate::completions::CompletionsArgs;
use crate::cover::CoverArgs;
use crate::delta::DeltaArgs;
use crate::diff::DiffArgs;
use crate::explain::ExplainArgs;
use crate::export::ExportArgs;
use crate::failure::Failure;
use crate::import::ImportArgs;
use crate::info::InfoArgs;
use crate::keygen::KeygenArgs;
use crate::keys;
use crate::list::ListArgs;
use crate::merge::MergeArgs;
use crate::prove::command::ProveArgs;
use crate::prune::PruneArgs;
use crate::replay::ReplayArgs;
use crate::run::RunArgs;
use crate::show::ShowArgs;
use crate::sign::SignArgs;
use crate::stats::StatsArgs;
use crate::verify::VerifyArgs;
use crate::warm::WarmArgs;

/// Compiles the GPU kernels of array scripts ahead of time, and runs scripts from what it made.
#[derive(Debug, Parser)]
#[command(
    name = "preheat",
    version,
    after_help = "Example:\n  preheat build corpus -o warm.preheat --run"
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Build an archive of every kernel that scripts need
    Build(BuildArgs),
    /// Run a script
    Run(RunArgs),
    /// List the groups of an archive
    List(ListArgs),
    /// Show a group of an archive: kernel text, layout, keys, origin
    Show(ShowArgs),
    /// Make a key pair for signing releases
    Keygen(KeygenArgs),
    /// Sign an archive
    Sign(SignArgs),
    /// Make one archive of several, or of the shards of a build
    Merge(MergeArgs),
    /// Run the kernels of an archive beside the reference, and attach certificates
    Prove(ProveArgs),
    /// Make a smaller archive of what is worth keeping
    Prune(PruneArgs),
    /// Give back the disk space of what this user's caches keep and nobody uses
    Clean(CleanArgs),
    /// Say what two archives do not have in common
    Diff(DiffArgs),
    /// Write what turns one archive into another
    Delta(DeltaArgs),
    /// Make the new archive of an old one and a delta
    Apply(ApplyArgs),
    /// Say what takes how much of an archive
    Stats(StatsArgs),
    /// Write an archive as a folder of readable files
    Export(ExportArgs),
    /// Make an archive of an exported folder, or of a warm-up folder of RunMat
    Import(ImportArgs),
    /// Check every byte of an archive
    Verify(VerifyArgs),
    /// Show the fusion groups of a script
    Explain(ExplainArgs),
    /// Find sizes at which an archive lacks a group of a script
    Cover(CoverArgs),
    /// Run an archive's plans on the device, and compare each call with the CPU
    Replay(ReplayArgs),
    /// Compile an archive's kernels with this machine's driver and keep what it made
    Warm(WarmArgs),
    /// Find what of scripts cannot run here, without running them
    Check(CheckArgs),
    /// Measure workloads on a device, beside other programs
    Bench(BenchArgs),
    /// Show adapters, their features and limits, and the user's cache
    Info(InfoArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
}

/// How a script is read: what decides its groups besides its text.
#[derive(Debug, ClapArgs)]
pub(crate) struct Tracing {
    /// `f32` computes arrays of class `double` in 32 bits
    #[arg(long, default_value = "native")]
    pub(crate) precision: Precision,
    /// Use the device's own elementary functions, whatever their error
    #[arg(long)]
    pub(crate) fast_math: bool,
    /// Set a variable before the script starts; may be repeated
    #[arg(short = 'D', value_name = "NAME=VALUE", value_parser = define)]
    pub(crate) defines: Vec<(String, Define)>,
    /// Look for functions in this folder too, as after `addpath`; may be repeated
    #[arg(long = "path", value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub(crate) folders: Vec<PathBuf>,
}

impl Tracing {
    /// The tracer's options.
    pub(crate) fn options(&self) -> GraphOptions {
        let mode = numeric_mode(self.fast_math);
        GraphOptions { mode, demote_double: self.precision == Precision::F32 }
    }
}

/// Whose archives are trusted.
#[derive(Debug, ClapArgs)]
pub(crate) struct Trusting {
    /// Trust archives signed by this public key, besides this user's own; may be repeated
    #[arg(long, value_name = "KEYFILE", value_hint = ValueHint::FilePath)]
    pub(crate) trust: Vec<PathBuf>,
    /// Refuse signatures by those keys of an older generation
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) min_generation: u64,
}

impl Trusting {
    /// What the runtime is told, the user's local key included.
    pub(crate) fn policy(&self, local: Option<&SecretKey>) -> Result<TrustPolicy, Failure> {
        let mut keys = Vec::new();
        for path in &self.trust {
            keys.push(TrustedKey {
                key: keys::read_public(path)?,
                generation_min: self.min_generation,
            });
        }
        keys.extend(local.map(|key| TrustedKey { key: key.public(), generation_min: 0 }));
        Ok(TrustPolicy { keys })
    }
}

/// A language of compiled kernels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TargetName {
    Spirv,
    Wgsl,
    Msl,
    Hlsl,
}

impl From<TargetName> for Target {
    fn from(name: TargetName) -> Target {
        match name {
            TargetName::Spirv => Target::Spirv,
            TargetName::Wgsl => Target::Wgsl,
            TargetName::Msl => Target::Msl,
            TargetName::Hlsl => Target::Hlsl,
        }
    }
}

/// The type in which arrays of class `double` are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Numeric {
    F64,
    F32,
}

/// What computes arrays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Device {
    /// The best GPU for what is worth it, the CPU for the rest.
    Auto,
    /// The CPU.
    Cpu,
    /// A Vulkan device; without one, an error.
    Vulkan,
}

impl From<Device> for DeviceChoice {
    fn from(device: Device) -> DeviceChoice {
        match device {
            Device::Auto => DeviceChoice::Auto,
            Device::Cpu => DeviceChoice::Cpu,
            Device::Vulkan => DeviceChoice::Vulkan,
        }
    }
}

/// How arrays of class `double` are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Precision {
    /// In 64 bits.
    Native,
    /// In 32 bits.
    F32,
}

/// The accuracy that `--fast-math` asks for.
pub(crate) fn numeric_mode(fast_math: bool) -> NumericMode {
    if fast_math { NumericMode::Fast } else { NumericMode::Precise }
}

/// `name=value`: a number if it reads as one, else a text.
pub(crate) fn define(word: &str) -> Result<(String, Define), String> {
    let (name, value) = word.split_once('=').ok_or("expected `name=value`")?;
    if !is_identifier(name) {
        return Err(format!("`{name}` cannot be the name of a variable"));
    }
    let value = match value.trim().parse() {
        Ok(number) => Define::Number(number),
        Err(_) => Define::Text(value.to_owned()),
    };
    Ok((name.to_owned(), value))
}

/// True for what can name a variable or a function.
pub(crate) fn is_identifier(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
