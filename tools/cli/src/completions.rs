//! `preheat completions`: what a shell needs to complete our words.

use std::io::{self, Write};

use clap::Args as ClapArgs;
use clap::CommandFactory;

use crate::Status;
use crate::args::Args;
use crate::failure::Failure;

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  preheat completions bash > preheat.bash")]
pub(crate) struct CompletionsArgs {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

/// Prints the script.
pub(crate) fn completions(args: &CompletionsArgs) -> Result<Status, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "preheat", &mut text);
    io::stdout().lock().write_all(&text)?;
    Ok(Status::Done)
}
