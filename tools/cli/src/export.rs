//! `preheat export`: an archive as a folder of readable files (`exchange.rs` says which).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueHint};
use preheat_format::{
    ArchiveError, ArchiveView, ArtifactKey, Attachment, ContentHash, EntryRef, GroupKey, KernelKey,
    Target, attach,
};
use serde::Serialize;

use crate::Status;
use crate::disassemble::disassemble;
use crate::exchange::{
    ARCHIVE_FILE, ATTACHED_FOLDER, ArchiveFile, ArtifactFile, AttachedFile, Described, FORMAT,
    GROUP_FILE, GROUPS_FOLDER, GroupFile, PLANS_FOLDER, PlaceFile, hexadecimal, plan_file,
};
use crate::failure::Failure;
use crate::run::open_archive;
use crate::show::signature_lines;
use crate::text;

/// Characters of a variant's name in a file's name.
const NAME_LEN_MAX: usize = 40;

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  preheat export warm.preheat warm/")]
pub(crate) struct ExportArgs {
    /// The archive
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// Folder to write; must be empty or absent
    #[arg(value_hint = ValueHint::DirPath)]
    pub(crate) folder: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Exports an archive.
pub(crate) fn export(args: &ExportArgs) -> Result<Status, Failure> {
    let archive = open_archive(&args.file)?;
    let failed =
        |error: ArchiveError| Failure::Archive { path: args.file.clone(), source: error.into() };
    let view = archive.view().map_err(failed)?;
    let is_empty =
        |folder: &Path| fs::read_dir(folder).is_ok_and(|mut found| found.next().is_none());
    if args.folder.exists() && !is_empty(&args.folder) {
        return Err(Failure::NotEmpty { path: args.folder.clone() });
    }
    let exporter = Exporter { view, folder: &args.folder, archive: &args.file };
    let (groups, files) = exporter.write()?;
    let out = &mut io::stdout().lock();
    if args.json {
        let json = serde_json::json!({
            "folder": args.folder.display().to_string(),
            "groups": groups,
            "artifacts": view.entry_count(),
            "files": files,
            "root_hash": view.root_hash().to_string(),
        });
        writeln!(out, "{json:#}")?;
    } else {
        let rows = [
            ("folder", args.folder.display().to_string()),
            ("groups", text::grouped(groups as u64)),
            ("artifacts", text::grouped(view.entry_count())),
            ("files", text::grouped(files as u64)),
            ("root hash", view.root_hash().to_string()),
        ];
        text::pairs(out, 0, &rows)?;
    }
    Ok(Status::Done)
}

struct Exporter<'a> {
    view: ArchiveView<'a>,
    folder: &'a Path,
    archive: &'a Path,
}

impl<'a> Exporter<'a> {
    /// Writes a group at a time; gives the numbers of groups and files.
    fn write(&self) -> Result<(usize, usize), Failure> {
        let (mut groups, mut files) = (BTreeSet::new(), 1);
        let mut current: Vec<EntryRef<'a>> = Vec::new();
        for entry in self.view.entries() {
            let entry = entry.map_err(|error| self.failed(error))?;
            let is_next = |last: &EntryRef<'_>| last.row().group_key != entry.row().group_key;
            if current.last().is_some_and(is_next) {
                files += self.group(current[0].row().group_key, &current)?;
                current.clear();
            }
            groups.insert(entry.row().group_key);
            current.push(entry);
        }
        if let Some(first) = current.first() {
            files += self.group(first.row().group_key, &current)?;
        }
        // Places of groups that have no artifact here.
        for row in self.view.provenance_all() {
            let group = row.map_err(|error| self.failed(error))?.group_key;
            if groups.insert(group) {
                files += self.group(group, &[])?;
            }
        }
        let plans = self.plans()?;
        let attached = self.attached()?;
        files += plans.len() + attached.len();
        let archive = ArchiveFile {
            format: FORMAT.to_owned(),
            root_hash: self.view.root_hash().to_string(),
            artifacts: self.view.entry_count(),
            plans,
            attached,
        };
        write_json(&self.folder.join(ARCHIVE_FILE), &archive)?;
        Ok((groups.len(), files))
    }

    /// Writes the plans; gives their names.
    fn plans(&self) -> Result<Vec<String>, Failure> {
        let mut names = Vec::new();
        for plan in self.view.plans() {
            let plan = plan.map_err(|error| self.failed(error))?;
            if names.is_empty() {
                let folder = self.folder.join(PLANS_FOLDER);
                fs::create_dir_all(&folder).map_err(Failure::writing(&folder))?;
            }
            let path = self.folder.join(plan_file(names.len()));
            fs::write(&path, plan.bytes).map_err(Failure::writing(&path))?;
            names.push(plan.name.to_owned());
        }
        Ok(names)
    }

    /// Writes what follows the content.
    fn attached(&self) -> Result<Vec<AttachedFile>, Failure> {
        let mut list = Vec::new();
        for Attachment { id, row_count, bytes } in attach::attachments(&self.view, &[]) {
            let one = AttachedFile { id: id.0, rows: row_count };
            let folder = self.folder.join(ATTACHED_FOLDER);
            fs::create_dir_all(&folder).map_err(Failure::writing(&folder))?;
            let path = self.folder.join(one.file());
            fs::write(&path, bytes).map_err(Failure::writing(&path))?;
            list.push(one);
        }
        Ok(list)
    }

    fn group(&self, group: GroupKey, entries: &[EntryRef<'_>]) -> Result<usize, Failure> {
        let folder = self.folder.join(GROUPS_FOLDER).join(group.to_string());
        fs::create_dir_all(&folder).map_err(Failure::writing(&folder))?;
        let signature = self.view.signature(group).map_err(|error| self.failed(error))?;
        let places = self.view.provenance(group).map(|row| {
            let row = row?;
            let (script, text) = (row.script.to_owned(), row.text.to_owned());
            Ok(PlaceFile { script, line_first: row.line_first, line_last: row.line_last, text })
        });
        let places: Result<Vec<PlaceFile>, ArchiveError> = places.collect();
        let mut names = BTreeMap::new();
        let mut artifacts = Vec::new();
        let mut files = 1;
        for entry in entries {
            let (artifact, count) = self.artifact(entry, &folder, &mut names)?;
            artifacts.push(artifact);
            files += count;
        }
        let file = GroupFile {
            group: group.to_string(),
            signature: signature.as_ref().map(|signature| hexadecimal(&signature.encode())),
            signature_text: signature.as_ref().map(signature_lines).unwrap_or_default(),
            places: places.map_err(|error| self.failed(error))?,
            artifacts,
        };
        write_json(&folder.join(GROUP_FILE), &file)?;
        Ok(files)
    }

    fn artifact(
        &self,
        entry: &EntryRef<'_>,
        folder: &Path,
        names: &mut BTreeMap<String, u32>,
    ) -> Result<(ArtifactFile, usize), Failure> {
        let described = described(&self.view, entry).map_err(|error| self.failed(error))?;
        let module = entry.module().map_err(|error| self.failed(error))?;
        let artifact = &described.artifact;
        let stem = format!("{}-{}", artifact.rank, plain(&artifact.variant));
        let mut name = format!("{stem}.{}", extension(artifact.target));
        let count = names.entry(name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            name = format!("{stem}-{count}.{}", extension(artifact.target));
        }
        let path = folder.join(&name);
        fs::write(&path, module).map_err(Failure::writing(&path))?;
        let mut files = 1;
        if artifact.target == Target::Spirv {
            let path = path.with_extension("spvasm");
            fs::write(&path, disassemble(module)).map_err(Failure::writing(&path))?;
            files += 1;
        }
        let hash = ContentHash::of(module).to_string();
        Ok((ArtifactFile::new(&described, name, hash), files))
    }

    fn failed(&self, error: ArchiveError) -> Failure {
        Failure::Archive { path: self.archive.to_path_buf(), source: error.into() }
    }
}

/// An artifact with the preimages of its keys.
fn described(view: &ArchiveView<'_>, entry: &EntryRef<'_>) -> Result<Described, ArchiveError> {
    let artifact = entry.to_artifact()?;
    let missing =
        |kind, key: [u8; 32]| ArchiveError::MissingPreimage { kind, key: ContentHash(key) };
    let (kernel_key, artifact_key) = (artifact.kernel_key, artifact.artifact_key);
    let kernel = view.kernel(KernelKey(kernel_key))?;
    let translation = view.translation(ArtifactKey(artifact_key))?;
    Ok(Described {
        artifact,
        kernel: kernel.ok_or_else(|| missing(preheat_format::KeyKind::Kernel, kernel_key))?,
        translation: translation
            .ok_or_else(|| missing(preheat_format::KeyKind::Artifact, artifact_key))?,
    })
}

/// A name that is one on every system: archives come from anywhere.
fn plain(variant: &str) -> String {
    let kept = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' };
    variant.chars().take(NAME_LEN_MAX).map(kept).collect()
}

fn extension(target: Target) -> &'static str {
    match target {
        Target::Spirv => "spv",
        Target::Wgsl => "wgsl",
        Target::Msl => "metal",
        Target::Hlsl => "hlsl",
    }
}

fn write_json(path: &Path, value: &impl Serialize) -> Result<(), Failure> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Failure::writing(folder))?;
    }
    fs::write(path, text).map_err(Failure::writing(path))
}
