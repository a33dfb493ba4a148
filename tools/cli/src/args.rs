//! The words of the command line.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum, ValueHint};
use preheat_compiler::trace::interpreter::Define;
use preheat_format::{NumericMode, Target};
use preheat_runtime::DeviceChoice;

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
    /// Check every byte of an archive
    Verify(VerifyArgs),
    /// Show the fusion groups of a script
    Explain(ExplainArgs),
    /// Show adapters, their features and limits, and the user's cache
    Info(InfoArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  preheat build corpus -o warm.preheat --run")]
pub(crate) struct BuildArgs {
    /// Scripts (.m), folders, or manifests (.toml)
    ///
    /// A folder stands for its `corpus.toml` if it has one, else for every script below it.
    #[arg(required = true, value_name = "INPUT", value_hint = ValueHint::AnyPath)]
    pub(crate) inputs: Vec<PathBuf>,
    /// Archive to write
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: PathBuf,
    /// Then run every script from the archive, with `--strict` and at its default sizes
    #[arg(long)]
    pub(crate) run: bool,
    /// Languages to translate kernels to
    #[arg(long, value_delimiter = ',', value_name = "LIST", default_value = "spirv,wgsl")]
    pub(crate) targets: Vec<TargetName>,
    /// Types in which arrays of class `double` are computed
    #[arg(long, value_delimiter = ',', value_name = "LIST", default_value = "f64")]
    pub(crate) numeric: Vec<Numeric>,
    /// Build for `run --fast-math`
    #[arg(long)]
    pub(crate) fast_math: bool,
    /// Device limits that kernels stay within
    #[arg(long, default_value = "webgpu")]
    pub(crate) limits: Limits,
    /// Scripts and kernels worked on at once; as many as there are processors if not given
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,
    /// Set a variable before each script starts; may be repeated
    #[arg(short = 'D', value_name = "NAME=VALUE", value_parser = define)]
    pub(crate) defines: Vec<(String, Define)>,
    /// Write the archive although a script has an unexpected error
    #[arg(long)]
    pub(crate) keep_going: bool,
    /// Print the summary as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  preheat run heat.m --archive warm.preheat -D N=512 --stats -")]
pub(crate) struct RunArgs {
    /// The script
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) script: PathBuf,
    /// Archive to take kernels from; may be repeated, the first that has a kernel serves it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) archive: Vec<PathBuf>,
    /// What computes arrays
    #[arg(long, default_value = "auto")]
    pub(crate) device: Device,
    /// Fail on a kernel that no archive has, instead of compiling it
    #[arg(long)]
    pub(crate) strict: bool,
    /// `f32` computes arrays of class `double` in 32 bits
    #[arg(long, default_value = "native")]
    pub(crate) precision: Precision,
    /// Use the device's own elementary functions, whatever their error
    #[arg(long)]
    pub(crate) fast_math: bool,
    /// Set a variable before the script starts; may be repeated
    #[arg(short = 'D', value_name = "NAME=VALUE", value_parser = define)]
    pub(crate) defines: Vec<(String, Define)>,
    /// Write counters and times as one line of JSON; `-` is stdout, after the script's output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) stats: Option<PathBuf>,
    /// Print on stderr where the time went
    #[arg(long)]
    pub(crate) timings: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  preheat list warm.preheat")]
pub(crate) struct ListArgs {
    /// The archive
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  preheat show warm.preheat 3f9a")]
pub(crate) struct ShowArgs {
    /// The archive
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// The first digits of a group, kernel or artifact key
    pub(crate) key: String,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  preheat verify warm.preheat")]
pub(crate) struct VerifyArgs {
    /// The archive
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  preheat explain heat.m --archive warm.preheat")]
pub(crate) struct ExplainArgs {
    /// The script
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) script: PathBuf,
    /// Archive in which to look for each group; may be repeated
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) archive: Vec<PathBuf>,
    /// `f32` computes arrays of class `double` in 32 bits
    #[arg(long, default_value = "native")]
    pub(crate) precision: Precision,
    /// Use the device's own elementary functions, whatever their error
    #[arg(long)]
    pub(crate) fast_math: bool,
    /// Set a variable before the script starts; may be repeated
    #[arg(short = 'D', value_name = "NAME=VALUE", value_parser = define)]
    pub(crate) defines: Vec<(String, Define)>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  preheat info --json")]
pub(crate) struct InfoArgs {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  preheat completions bash > preheat.bash")]
pub(crate) struct CompletionsArgs {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
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

/// A limits profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Limits {
    /// What every WebGPU device has.
    Webgpu,
}

impl Limits {
    /// The name that enters artifact keys.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Limits::Webgpu => "webgpu",
        }
    }
}

/// What computes arrays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Device {
    /// The best GPU, else the CPU.
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
fn define(word: &str) -> Result<(String, Define), String> {
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
