//! `cargo xtask torture`: many injected faults while files are written.
//!
//! The cases are those of `preheat-files`' own test, which runs the first 100,000.

use std::io::Write;
use std::time::Instant;

use anyhow::Result;
use preheat_files::torture::{self, Tally};
use rayon::prelude::*;

/// Cases that one thread runs at a time.
const CHUNK: u64 = 10_000;

/// Options of the chore.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many cases.
    #[arg(long, default_value_t = 10_000_000)]
    cases: u64,
    /// Number of the first.
    #[arg(long, default_value_t = 0)]
    first: u64,
}

/// Prints what happened; returns the number of chunks in which something was torn.
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<usize> {
    let started = Instant::now();
    let end = args.first.saturating_add(args.cases);
    let chunks: Vec<u64> = (args.first..end).step_by(CHUNK as usize).collect();
    let results: Vec<Result<Tally, String>> =
        chunks.par_iter().map(|first| torture::run(*first, CHUNK.min(end - first))).collect();
    let mut total = Tally::default();
    let mut torn = 0;
    for result in results {
        match result {
            Ok(tally) => total = total.plus(tally),
            Err(what) => {
                torn += 1;
                writeln!(out, "{what}")?;
            }
        }
    }
    let Tally { cases, faults, kills, old, new, stores, pairs } = total;
    writeln!(
        out,
        "{cases} cases in {:.1} s: {faults} faults reached, {kills} of them the end of the \
         process; old file left {old}, new file left {new}, stores {stores}, pairs {pairs}; \
         torn {torn}",
        started.elapsed().as_secs_f64()
    )?;
    Ok(torn)
}
