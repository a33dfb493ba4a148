//! Keys on this machine: the user's local key, and key files that are named.
//!
//! The local key signs what this user builds and is trusted by this user's runs alone. It is made
//! on first use, readable by the user only. A place without a folder for it has no local key:
//! archives stay unsigned there and are used through their WGSL.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use preheat_files::{Disk, Files};
use preheat_format::key_file::KEY_FILE_LEN_MAX;
use preheat_format::sign::{KeyId, PublicKey, SecretKey, TrustPolicy};
use preheat_runtime::{Archive, RuntimeError};

use crate::failure::Failure;
use crate::report;

/// Generation of signatures by the local key: it vouches for this machine, not for releases.
pub(crate) const LOCAL_GENERATION: u64 = 0;
const LOCAL_NAME: &str = "local";

/// The local key, made if there is none; `None` where the user has no folder for it.
///
/// # Errors
/// [`Failure::KeyFile`] if the file is no key, [`Failure::KeyMode`] if others can read it.
pub(crate) fn local() -> Result<Option<SecretKey>, Failure> {
    let Some(path) = local_path() else {
        return Ok(None);
    };
    if !path.exists() && make_local(&path).is_err() {
        return Ok(None);
    }
    read_secret(&path).map(Some)
}

/// The local key for signing, if there is one.
///
/// # Errors
/// As [`local`].
pub(crate) fn local_signer() -> Result<Vec<(SecretKey, u64)>, Failure> {
    Ok(local()?.into_iter().map(|key| (key, LOCAL_GENERATION)).collect())
}

/// `$XDG_CONFIG_HOME/preheat/local.key`, or under `~/.config`.
pub(crate) fn local_path() -> Option<PathBuf> {
    let absolute =
        |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let config = absolute("XDG_CONFIG_HOME").or_else(|| Some(absolute("HOME")?.join(".config")))?;
    Some(config.join("preheat").join("local.key"))
}

/// Of several processes that come at once, the first one's key is everyone's.
fn make_local(path: &Path) -> io::Result<()> {
    let key = new_key(LOCAL_NAME, 1).map_err(io::Error::other)?;
    if let Some(folder) = path.parent() {
        Disk.create_folder(folder)?;
    }
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    write_private(&temporary, key.to_file().as_bytes())?;
    let linked = fs::hard_link(&temporary, path);
    fs::remove_file(&temporary)?;
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    }
}

/// A new key from the system's randomness.
///
/// # Errors
/// [`Failure::Random`] if the system has none, [`Failure::KeyName`] for a name that keys cannot
/// have.
pub(crate) fn new_key(name: &str, version: u32) -> Result<SecretKey, Failure> {
    let id = KeyId::new(name, version).map_err(Failure::KeyName)?;
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)
        .map_err(|error| Failure::Random(io::Error::other(error.to_string())))?;
    Ok(SecretKey::new(id, seed))
}

/// Writes a file that does not exist yet, for the user alone.
///
/// # Errors
/// What the system says.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Reads a secret key that nobody else can read.
///
/// # Errors
/// [`Failure::KeyMode`], [`Failure::KeyFile`], [`Failure::Read`].
pub(crate) fn read_secret(path: &Path) -> Result<SecretKey, Failure> {
    if is_open_to_others(path).map_err(Failure::reading(path))? {
        return Err(Failure::KeyMode { path: path.to_path_buf() });
    }
    SecretKey::parse(&read(path)?).map_err(failed(path))
}

/// Reads a public key.
///
/// # Errors
/// [`Failure::KeyFile`], [`Failure::Read`].
pub(crate) fn read_public(path: &Path) -> Result<PublicKey, Failure> {
    PublicKey::parse(&read(path)?).map_err(failed(path))
}

fn read(path: &Path) -> Result<String, Failure> {
    let bytes = Disk.read(path, KEY_FILE_LEN_MAX).map_err(Failure::reading(path))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn failed(path: &Path) -> impl FnOnce(preheat_format::SignError) -> Failure {
    let path = path.to_path_buf();
    move |source| Failure::KeyFile { path, source }
}

#[cfg(unix)]
fn is_open_to_others(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(path: &Path) -> io::Result<bool> {
    // Other systems keep a user's folders to the user.
    fs::metadata(path).map(|_| false)
}

/// Says on stderr that an archive's SPIR-V will not be used, and why.
pub(crate) fn say_untrusted(path: &Path, archive: &Archive, policy: &TrustPolicy) {
    if let Err(RuntimeError::Untrusted(reason)) = archive.check_trust(policy) {
        let path = path.display();
        report::line(&format!(
            "`{path}`: {reason}; its WGSL is validated and compiled instead (`--trust KEYFILE` \
             names a key to trust)"
        ));
    }
}

/// The public half of the local key; none is made.
///
/// # Errors
/// As [`local`].
pub(crate) fn known_local() -> Result<Option<PublicKey>, Failure> {
    match local_path() {
        Some(path) if path.exists() => read_secret(&path).map(|key| Some(key.public())),
        Some(_) | None => Ok(None),
    }
}
