//! `preheat keygen`: a key pair for signing releases.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueHint};

use crate::Status;
use crate::failure::Failure;
use crate::keys;
use crate::text;

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  preheat keygen acme --key-version 2 -o acme-2")]
pub(crate) struct KeygenArgs {
    /// Name of the key: 1 to 32 characters a-z, 0-9, `.`, `_`, `-`
    pub(crate) name: String,
    /// Version of the key: another one for each new key of the name
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) key_version: u32,
    /// Writes `PREFIX.key`, the secret, and `PREFIX.pub`, to be pinned; the name if not given
    #[arg(short, long, value_name = "PREFIX", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Makes a key pair; existing files are left alone.
pub(crate) fn keygen(args: &KeygenArgs) -> Result<Status, Failure> {
    let key = keys::new_key(&args.name, args.key_version)?;
    let prefix = args.output.clone().unwrap_or_else(|| PathBuf::from(&args.name));
    let file = |extension: &str| {
        let mut name = prefix.clone().into_os_string();
        name.push(extension);
        PathBuf::from(name)
    };
    let (secret, public) = (file(".key"), file(".pub"));
    keys::write_private(&secret, key.to_file().as_bytes()).map_err(Failure::writing(&secret))?;
    preheat_files::publish(&preheat_files::Disk, &public, key.public().to_string().as_bytes())
        .map_err(Failure::writing(&public))?;
    let (id, secret, public) =
        (key.id().to_string(), secret.display().to_string(), public.display().to_string());
    let out = &mut io::stdout().lock();
    if args.json {
        let json = serde_json::json!({ "id": id, "secret": secret, "public": public });
        writeln!(out, "{json:#}")?;
    } else {
        text::pairs(out, 0, &[("key", id), ("secret", secret), ("public", public)])?;
    }
    Ok(Status::Done)
}
