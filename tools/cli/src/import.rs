//! `preheat import`: an archive of a folder that `export` wrote, or of a warm-up folder of RunMat.
//!
//! Nothing in the folder is believed: keys are computed anew, modules are compared with the hashes
//! that were exported, files have limits and plain names. Groups are gathered into parts of
//! bounded size, which are then merged, so a large folder needs little memory.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueHint};
use preheat_files::{Disk, Files};
use preheat_format::archive::MODULE_LEN_MAX;
use preheat_format::plan::PLAN_LEN_MAX;
use preheat_format::read::Provenance;
use preheat_format::sign::sign_all;
use preheat_format::{
    ArchiveBuilder, ArtifactInput, Attachment, ContentHash, GroupKey, Plan, SectionId, Signature,
};
use preheat_runtime::Archive;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Status;
use crate::args::TargetName;
use crate::exchange::{
    ARCHIVE_FILE, ArchiveFile, ArtifactFile, FORMAT, GROUP_FILE, GROUPS_FOLDER, GroupFile, bytes,
    plan_file,
};
use crate::failure::Failure;
use crate::import_runmat;
use crate::limits::LimitsChoice;
use crate::run::open_archive;
use crate::{build, keys, merge, report, text};

/// The longest JSON file that is read.
const JSON_LEN_MAX: u64 = 32 << 20;
/// The longest section that follows the content.
const ATTACHED_LEN_MAX: u64 = 1 << 30;
/// Bytes of modules in memory at once.
const PART_LEN_MAX: usize = 64 << 20;

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  preheat import ~/.cache/runmat/pipelines -o runmat.preheat")]
pub(crate) struct ImportArgs {
    /// A folder that `preheat export` wrote, or one of RunMat's `<hex>.json` and `<hex>.wgsl`
    #[arg(value_hint = ValueHint::DirPath)]
    pub(crate) folder: PathBuf,
    /// Archive to write: an exported one as it was, any other signed with the local key
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: PathBuf,
    /// Languages to translate RunMat's kernels to
    #[arg(long, value_delimiter = ',', value_name = "LIST", default_value = "spirv,wgsl")]
    pub(crate) targets: Vec<TargetName>,
    /// Device limits that RunMat's kernels stay within: webgpu, native, or a file that `preheat
    /// info --json` wrote
    #[arg(long, value_name = "webgpu|native|FILE", default_value = "native")]
    pub(crate) limits: LimitsChoice,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// What was imported besides the archive.
pub(crate) struct Imported {
    /// Kernels or groups, for JSON.
    pub(crate) kernels: Vec<Value>,
    /// What could not be imported, and why.
    pub(crate) findings: Vec<String>,
}

/// Imports a folder.
pub(crate) fn import(args: &ImportArgs) -> Result<Status, Failure> {
    let mut parts = Parts::new(&args.output);
    let is_export = args.folder.join(ARCHIVE_FILE).is_file();
    let mut attached = Vec::new();
    let (imported, expected) = if is_export {
        let root_hash = import_export(&args.folder, &mut parts)?;
        attached = read_attached(&args.folder)?;
        (Imported { kernels: Vec::new(), findings: Vec::new() }, Some(root_hash))
    } else {
        // naga recurses over expressions.
        let pool = build::workers(None)?;
        (pool.install(|| import_runmat::import(args, &mut parts))?, None)
    };
    let archives = parts.finish()?;
    let signers = keys::local_signer()?;
    // Signatures and certificates are of one content; another one is signed as new.
    let attach = |root: ContentHash| match expected.as_ref() == Some(&root.to_string()) {
        true => attached,
        false => sign_all(root, Vec::new(), &signers),
    };
    let written = merge::write_with(&archives, &args.output, attach)?;
    let root_hash = written.root_hash.to_string();
    imported.findings.iter().for_each(|finding| report::line(finding));
    let is_same = expected.as_ref().is_none_or(|expected| *expected == root_hash);
    if !is_same {
        report::line("the folder is not what was exported: groups came or went");
    }
    let out = &mut io::stdout().lock();
    if args.json {
        let json = serde_json::json!({
            "archive": args.output.display().to_string(),
            "kind": if is_export { "preheat" } else { "runmat" },
            "artifacts": written.artifact_count,
            "bytes": written.len_bytes,
            "root_hash": root_hash,
            "exported_root_hash": expected,
            "kernels": imported.kernels,
            "findings": imported.findings,
        });
        writeln!(out, "{json:#}")?;
    } else {
        let rows = [
            ("archive", args.output.display().to_string()),
            ("artifacts", text::grouped(written.artifact_count)),
            ("bytes", text::grouped(written.len_bytes)),
            ("root hash", root_hash),
        ];
        text::pairs(out, 0, &rows)?;
    }
    let is_clean = imported.findings.is_empty() && is_same;
    Ok(if is_clean { Status::Done } else { Status::Findings })
}

/// Archives of what was read so far; all but the last are on disk.
pub(crate) struct Parts<'a> {
    output: &'a Path,
    builder: ArchiveBuilder,
    len: usize,
    done: Vec<Archive>,
}

impl<'a> Parts<'a> {
    fn new(output: &'a Path) -> Parts<'a> {
        Parts { output, builder: ArchiveBuilder::new(), len: 0, done: Vec::new() }
    }

    /// The archive that is being built, which is about to grow by so much.
    pub(crate) fn builder(&mut self, more: usize) -> Result<&mut ArchiveBuilder, Failure> {
        if self.len > 0 && self.len + more > PART_LEN_MAX {
            self.put_aside()?;
        }
        self.len += more;
        Ok(&mut self.builder)
    }

    /// To a file beside the output, mapped and unlinked: it is gone with this process.
    fn put_aside(&mut self) -> Result<(), Failure> {
        let built = std::mem::take(&mut self.builder).finish().map_err(Failure::Build)?;
        self.len = 0;
        let mut name = self.output.as_os_str().to_owned();
        name.push(format!(".part-{}-{}", std::process::id(), self.done.len()));
        let path = PathBuf::from(name);
        preheat_files::publish(&Disk, &path, &built.bytes).map_err(Failure::writing(&path))?;
        let archive = open_archive(&path);
        let removed = Disk.remove(&path).map_err(Failure::writing(&path));
        self.done.push(archive?);
        removed
    }

    fn finish(mut self) -> Result<Vec<Archive>, Failure> {
        let built = self.builder.finish().map_err(Failure::Build)?;
        let archive = Archive::from_bytes(&built.bytes);
        self.done.push(
            archive
                .map_err(|source| Failure::Archive { path: self.output.to_path_buf(), source })?,
        );
        Ok(self.done)
    }
}

/// Reads an exported folder, a group at a time; gives the root hash of what was exported.
fn import_export(folder: &Path, parts: &mut Parts<'_>) -> Result<String, Failure> {
    let path = folder.join(ARCHIVE_FILE);
    let archive: ArchiveFile = read_json(&path)?;
    if archive.format != FORMAT {
        let rule = format!("its format is `{}`, expected `{FORMAT}`", archive.format);
        return Err(Failure::Import { path, rule });
    }
    let groups = folder.join(GROUPS_FOLDER);
    let mut names = Vec::new();
    match fs::read_dir(&groups) {
        Ok(found) => {
            for entry in found {
                names.push(entry.map_err(Failure::reading(&groups))?.file_name());
            }
        }
        // An archive of nothing has no groups.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(Failure::reading(&groups)(error)),
    }
    names.sort();
    names.iter().try_for_each(|name| import_group(&groups.join(name), parts))?;
    for (number, name) in archive.plans.iter().enumerate() {
        import_plan(&folder.join(plan_file(number)), name, parts)?;
    }
    Ok(archive.root_hash)
}

/// What followed the content of the archive that was exported.
fn read_attached(folder: &Path) -> Result<Vec<Attachment>, Failure> {
    let path = folder.join(ARCHIVE_FILE);
    let archive: ArchiveFile = read_json(&path)?;
    let mut list: Vec<Attachment> = Vec::new();
    for one in &archive.attached {
        let id = SectionId(one.id);
        if id.is_content() || list.last().is_some_and(|last| last.id >= id) {
            let rule = format!("section {:#x} is content, or not after the one before", one.id);
            return Err(Failure::Import { path, rule });
        }
        let bytes = read_limited(&folder.join(one.file()), ATTACHED_LEN_MAX)?;
        list.push(Attachment { id, row_count: one.rows, bytes });
    }
    Ok(list)
}

fn import_plan(path: &Path, name: &str, parts: &mut Parts<'_>) -> Result<(), Failure> {
    let failed = |rule: String| Failure::Import { path: path.to_path_buf(), rule };
    let bytes = read_limited(path, PLAN_LEN_MAX)?;
    let plan = Plan::decode(&bytes).map_err(|error| failed(error.to_string()))?;
    let builder = parts.builder(bytes.len())?;
    builder.add_plan(name, &plan).map_err(|error| failed(error.to_string()))
}

fn import_group(folder: &Path, parts: &mut Parts<'_>) -> Result<(), Failure> {
    let path = folder.join(GROUP_FILE);
    let file: GroupFile = read_json(&path)?;
    let failed = |rule: String| Failure::Import { path: path.clone(), rule };
    let key = bytes(&file.group, "key of the group").map_err(failed)?;
    let key = key.try_into().map_err(|_| failed("the key has not 32 bytes".to_owned()))?;
    let group = GroupKey(key);
    let signature = match &file.signature {
        None => None,
        Some(digits) => {
            let encoded = bytes(digits, "signature").map_err(failed)?;
            let decoded = Signature::decode(&encoded).map_err(|error| failed(error.to_string()))?;
            Some(decoded)
        }
    };
    for one in &file.artifacts {
        let Some(signature) = &signature else {
            return Err(failed("it has artifacts and no signature".to_owned()));
        };
        let module = read_module(folder, one)?;
        let described = one.read(group).map_err(failed)?;
        let input = ArtifactInput {
            artifact: &described.artifact,
            module: &module,
            signature,
            kernel: &described.kernel,
            translation: &described.translation,
        };
        let builder = parts.builder(module.len())?;
        builder.add(&input).map_err(|error| failed(error.to_string()))?;
    }
    for place in &file.places {
        let row = Provenance {
            group_key: group,
            script: &place.script,
            line_first: place.line_first,
            line_last: place.line_last,
            text: &place.text,
        };
        let builder = parts.builder(0)?;
        builder.add_provenance(row).map_err(|error| failed(error.to_string()))?;
    }
    Ok(())
}

/// A module that is still what was exported.
fn read_module(folder: &Path, one: &ArtifactFile) -> Result<Vec<u8>, Failure> {
    let is_plain = !one.file.is_empty()
        && one.file != ".."
        && one.file.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if !is_plain {
        let rule = format!("`{}` is no name of a file beside it", one.file);
        return Err(Failure::Import { path: folder.join(GROUP_FILE), rule });
    }
    let path = folder.join(&one.file);
    let module = read_limited(&path, MODULE_LEN_MAX)?;
    if ContentHash::of(&module).to_string() != one.module_hash {
        let rule = "it is not the module that was exported: its hash differs".to_owned();
        return Err(Failure::Import { path, rule });
    }
    Ok(module)
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    let bytes = read_limited(path, JSON_LEN_MAX)?;
    serde_json::from_slice(&bytes)
        .map_err(|error| Failure::Import { path: path.to_path_buf(), rule: error.to_string() })
}

/// A file, if it is no longer than that.
///
/// # Errors
/// [`Failure::Read`], [`Failure::Import`] if it is longer.
pub(crate) fn read_limited(path: &Path, len_max: u64) -> Result<Vec<u8>, Failure> {
    let file = File::open(path).map_err(Failure::reading(path))?;
    let mut bytes = Vec::new();
    file.take(len_max + 1).read_to_end(&mut bytes).map_err(Failure::reading(path))?;
    if bytes.len() as u64 > len_max {
        let rule = format!("it has more than {len_max} bytes");
        return Err(Failure::Import { path: path.to_path_buf(), rule });
    }
    Ok(bytes)
}
