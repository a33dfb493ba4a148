//! `preheat completions`: what a shell needs to complete our words.

use std::io::{self, Write};

use clap::CommandFactory;

use crate::Status;
use crate::args::{Args, CompletionsArgs};
use crate::failure::Failure;

/// Prints the script.
pub(crate) fn completions(args: &CompletionsArgs) -> Result<Status, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "preheat", &mut text);
    io::stdout().lock().write_all(&text)?;
    Ok(Status::Done)
}
