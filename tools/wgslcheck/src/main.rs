//! The program: finds files, checks them on all cores, prints what was found.
//!
//! Exit status: 0 clean, 1 findings, 2 could not do the job.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
