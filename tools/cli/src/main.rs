//! The program: scripts to archives, archives to results, and looking into both.
//!
//! One file per sub-command. `inputs` finds scripts, `script` reads and traces or runs one,
//! `engine` joins the compiler's tracer to the runtime, `compile` is the runtime's last resort and
//! `user_cache` keeps what it made; `report`, `failure` and `text` are how results
//! leave. Only this package reads files, environment and clock for the stages below it.
//!
//! Exit status: 0 done; 1 findings, or misses under `--strict`; 2 could not do the job. Data goes
//! to stdout, everything else to stderr.

mod apply;
mod args;
mod bench;
mod build;
mod build_check;
mod build_run;
mod build_scripts;
mod build_shaders;
mod build_store;
mod build_summary;
mod build_trace;
mod check;
mod clean;
mod compile;
mod completions;
mod cover;
mod delta;
mod diff;
mod disassemble;
mod disk;
mod engine;
mod exchange;
mod explain;
mod explain_recorded;
mod export;
mod failure;
mod filter;
mod import;
mod import_runmat;
mod info;
mod inputs;
mod kernels;
mod keygen;
mod keys;
mod limits;
mod list;
mod manifest;
mod merge;
mod nearest;
mod needs;
mod prove;
mod prune;
mod reads;
mod replay;
mod report;
mod run;
mod runmat_pair;
mod script;
mod show;
mod sign;
mod stats;
mod text;
mod timings;
mod usage;
mod user_cache;
mod verify;
mod warm;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};

/// How a command ended; whatever there was to say has been said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// All is well.
    Done,
    /// Something was found, or a kernel missed under `--strict`.
    Findings,
    /// The job could not be done.
    Failed,
}

fn main() -> ExitCode {
    silence_writers();
    let args = Args::parse();
    let outcome = match args.command {
        Command::Build(args) => build::build(&args),
        Command::Run(args) => run::run(&args),
        Command::List(args) => list::list(&args),
        Command::Show(args) => show::show(&args),
        Command::Keygen(args) => keygen::keygen(&args),
        Command::Sign(args) => sign::sign(&args),
        Command::Merge(args) => merge::merge(&args),
        Command::Prove(args) => prove::command::prove(&args),
        Command::Prune(args) => prune::prune(&args),
        Command::Clean(args) => clean::clean(&args),
        Command::Diff(args) => diff::diff(&args),
        Command::Delta(args) => delta::delta(&args),
        Command::Apply(args) => apply::apply(&args),
        Command::Stats(args) => stats::stats(&args),
        Command::Export(args) => export::export(&args),
        Command::Import(args) => import::import(&args),
        Command::Verify(args) => verify::verify(&args),
        Command::Explain(args) => explain::explain(&args),
        Command::Cover(args) => cover::cover(&args),
        Command::Replay(args) => replay::replay(&args),
        Command::Warm(args) => warm::warm(&args),
        Command::Check(args) => check::check(&args),
        Command::Bench(args) => bench::bench(&args),
        Command::Info(args) => info::info(&args),
        Command::Completions(args) => completions::completions(&args),
    };
    let status = outcome.unwrap_or_else(|failure| {
        if failure.is_closed_pipe() {
            // A reader that has seen enough is not an error of ours.
            return Status::Done;
        }
        report::failure(&failure);
        Status::Failed
    });
    match status {
        Status::Done => ExitCode::SUCCESS,
        Status::Findings => ExitCode::from(1),
        Status::Failed => ExitCode::from(2),
    }
}

/// naga's writers panic on some valid kernels, rspirv on some modules that are none. Both are
/// caught where they are called; the default message would be noise.
fn silence_writers() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let is_writer = |file: &str| {
            file.contains("naga-") && file.contains("back") || file.contains("rspirv-")
        };
        if !info.location().is_some_and(|at| is_writer(at.file())) {
            default(info);
        }
    }));
}
