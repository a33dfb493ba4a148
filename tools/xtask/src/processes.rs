//! `cargo xtask processes`: many processes that build into one store and publish one archive.
//!
//! Each worker takes archives of single groups from the store, or makes and keeps them, merges them
//! and publishes the union under the one name, signed by its number in the provenance. A few of
//! them damage files of the store between their rounds, as a process that is stopped would.
//! Whatever a worker reads must be whole: from the store the right bytes or nothing, from the
//! published name an archive that somebody published.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use preheat_files::publish::{Durability, publish_with};
use preheat_files::{Disk, Files, Store};
use preheat_format::merge::Merge;
use preheat_format::named::named_signature;
use preheat_format::{
    ArchiveBuilder, ArchiveView, Artifact, ArtifactInput, ArtifactPreimage, Features, GroupKey,
    KernelPreimage, OwnedArchive, Provenance, ShapeExpr, Target,
};
use serde::{Deserialize, Serialize};

/// Groups of a build.
const GROUPS: u64 = 24;
/// Words of a module: about as long as a kernel's.
const MODULE_WORDS: u64 = 2000;
/// One worker in so many damages the store now and then.
const VANDALS: u32 = 5;
/// The longest archive that is read back.
const LEN_MAX: u64 = 64 << 20;

/// Options of the chore.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many processes at once.
    #[arg(long, default_value_t = 20)]
    count: u32,
    /// For how long.
    #[arg(long, default_value_t = 60.0)]
    seconds: f64,
    /// The number of this worker; only the chore itself gives it.
    #[arg(long, hide = true, requires = "folder")]
    worker: Option<u32>,
    /// Where the store and the archive are.
    #[arg(long, hide = true)]
    folder: Option<PathBuf>,
}

/// What a worker did; any fault ends it with an error instead.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Done {
    recalled: u64,
    made: u64,
    published: u64,
    read: u64,
    damaged: u64,
    /// Number of its last publish.
    last: u64,
}

/// Starts the workers, waits, and checks what is left; returns the number of faults.
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<usize> {
    if let (Some(worker), Some(folder)) = (args.worker, &args.folder) {
        let done = Worker::new(worker, folder)?.work(Duration::from_secs_f64(args.seconds))?;
        writeln!(out, "{}", serde_json::to_string(&done)?)?;
        return Ok(0);
    }
    let folder = std::env::temp_dir().join(format!("preheat-processes-{}", std::process::id()));
    fs::create_dir_all(&folder).context("making a folder for the store")?;
    let outcome = crowd(args, &folder, out);
    fs::remove_dir_all(&folder).context("removing the folder")?;
    outcome
}

fn crowd(args: &Args, folder: &Path, out: &mut dyn Write) -> Result<usize> {
    let program = std::env::current_exe().context("finding this program")?;
    let start = |worker: u32| {
        let mut command = Command::new(&program);
        command.args(["processes", "--seconds", &args.seconds.to_string()]);
        command.args(["--worker", &worker.to_string(), "--folder"]).arg(folder);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().context("starting a worker")
    };
    let workers: Vec<_> = (0..args.count).map(start).collect::<Result<_>>()?;
    let (mut sum, mut lasts, mut faults) = (Done::default(), BTreeMap::new(), 0);
    for (number, worker) in (0u32..).zip(workers) {
        let output = worker.wait_with_output().context("waiting for a worker")?;
        if !output.status.success() {
            faults += 1;
            writeln!(out, "worker {number}: {}", String::from_utf8_lossy(&output.stderr).trim())?;
            continue;
        }
        let done: Done = serde_json::from_slice(&output.stdout).context("reading a worker")?;
        lasts.insert(number, done.last);
        sum.recalled += done.recalled;
        sum.made += done.made;
        sum.published += done.published;
        sum.read += done.read;
        sum.damaged += done.damaged;
    }
    // Nobody publishes any more: what is there is the last publish of somebody.
    let left = fs::read(target(folder)).context("reading the archive that is left")?;
    let (number, publish) = check(&left).context("the archive that is left")?;
    if faults == 0 && lasts.get(&number) != Some(&publish) {
        faults += 1;
        writeln!(out, "publish {publish} of worker {number} is left, and was not its last")?;
    }
    let leavings = fs::read_dir(folder).context("listing the folder")?.count();
    writeln!(
        out,
        "{} processes for {} s: {} publishes, {} archives read back whole; the store gave {} \
         contents and missed {}, {} of its files were damaged on purpose; entries beside the store \
         {}; faults {faults}",
        args.count,
        args.seconds,
        sum.published,
        sum.read,
        sum.recalled,
        sum.made,
        sum.damaged,
        leavings - 1
    )?;
    Ok(faults)
}

fn target(folder: &Path) -> PathBuf {
    folder.join("one.preheat")
}

struct Worker {
    number: u32,
    folder: PathBuf,
    groups: Vec<(GroupKey, Vec<u8>)>,
    done: Done,
}

impl Worker {
    fn new(number: u32, folder: &Path) -> Result<Worker> {
        let groups = (0..GROUPS).map(group).collect::<Result<_>>()?;
        let folder = folder.to_path_buf();
        Ok(Worker { number, folder, groups, done: Done::default() })
    }

    fn work(mut self, time: Duration) -> Result<Done> {
        let started = Instant::now();
        while started.elapsed() < time {
            self.round()?;
        }
        Ok(self.done)
    }

    fn round(&mut self) -> Result<()> {
        let store = Store::new(&Disk, &self.folder.join("store"));
        let mut parts = Vec::new();
        for (key, expected) in &self.groups {
            match store.recall(&key.0) {
                Some(found) => {
                    ensure!(found == *expected, "the store gave wrong bytes for {key}");
                    self.done.recalled += 1;
                    parts.push(found);
                }
                None => {
                    store.keep(&key.0, expected).context("keeping a content")?;
                    self.done.made += 1;
                    parts.push(expected.clone());
                }
            }
        }
        self.done.last += 1;
        let mark = mark(self.number, self.done.last)?;
        let archives: Vec<OwnedArchive> = parts
            .iter()
            .chain([&mark])
            .map(|bytes| OwnedArchive::new(bytes).context("opening what the store gave"))
            .collect::<Result<_>>()?;
        let views: Vec<ArchiveView<'_>> =
            archives.iter().map(OwnedArchive::view).collect::<Result<_, _>>()?;
        let merge = Merge { views: &views, keep: &|_| true };
        publish_with(&Disk, &target(&self.folder), Durability::Synced, |mut file| {
            merge.write(&mut file, |_| Vec::new())
        })
        .context("publishing")?;
        self.done.published += 1;
        let found = Disk.read(&target(&self.folder), LEN_MAX).context("reading the archive")?;
        check(&found).context("the archive that was read back")?;
        self.done.read += 1;
        if self.number.is_multiple_of(VANDALS) && self.done.last.is_multiple_of(4) {
            self.damage()?;
        }
        Ok(())
    }

    /// Cuts or changes a file of the store, as nothing of ours does.
    fn damage(&mut self) -> Result<()> {
        let store = self.folder.join("store");
        let mut files = Vec::new();
        list(&store, &mut files)?;
        let at = (self.done.last.wrapping_mul(0x9e37_79b9) >> 5) as usize;
        let Some(path) = files.get(at % files.len().max(1)) else {
            return Ok(());
        };
        // Another worker may put it right at this moment.
        if let Ok(mut bytes) = fs::read(path) {
            match self.done.last % 8 {
                0 => bytes.truncate(bytes.len() / 2),
                _ => bytes.iter_mut().take(1).for_each(|byte| *byte ^= 1),
            }
            self.done.damaged += u64::from(fs::write(path, &bytes).is_ok());
        }
        Ok(())
    }
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).context("listing the store")? {
        let path = entry.context("listing the store")?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// An archive is whole, and whose it is: worker and number of the publish.
fn check(bytes: &[u8]) -> Result<(u32, u64)> {
    let archive = OwnedArchive::new(bytes)?;
    let view = archive.view()?;
    let findings = view.verify_all();
    ensure!(findings.is_empty(), "{}", findings[0]);
    ensure!(view.entry_count() == GROUPS + 1, "{} artifacts", view.entry_count());
    for row in view.provenance_all() {
        let row = row?;
        if let Some(mark) = row.text.strip_prefix("publish ") {
            let (worker, publish) = mark.split_once('/').context("a mark")?;
            return Ok((worker.parse()?, publish.parse()?));
        }
    }
    anyhow::bail!("nobody's mark is in the archive")
}

/// What compiling a group would give.
fn group(number: u64) -> Result<(GroupKey, Vec<u8>)> {
    let name = format!("group {number}");
    let words = (0..MODULE_WORDS).map(|word| word.wrapping_mul(0x9e37_79b9 + number) as u32);
    let module: Vec<u8> = words.flat_map(u32::to_le_bytes).collect();
    single(&name, &module, &name)
}

/// An artifact that says which publish this is.
fn mark(worker: u32, publish: u64) -> Result<Vec<u8>> {
    Ok(single("mark", &[0; 8], &format!("publish {worker}/{publish}"))?.1)
}

/// An archive of one artifact.
fn single(name: &str, module: &[u8], text: &str) -> Result<(GroupKey, Vec<u8>)> {
    let signature = named_signature(name);
    let group_key = signature.key();
    let kernel = KernelPreimage {
        group: group_key,
        variant: "main".to_owned(),
        guard: vec![1],
        generator: [0; 32],
    };
    let word = |word: &str| word.to_owned();
    let translation = ArtifactPreimage {
        kernel: kernel.key(),
        target: Target::Spirv,
        translator: word("none"),
        options: word("none"),
        limits: word("webgpu"),
    };
    let artifact = Artifact {
        group_key: group_key.0,
        kernel_key: kernel.key().0,
        artifact_key: translation.key().0,
        target: Target::Spirv,
        variant: word("main"),
        rank: 0,
        guard: ShapeExpr::constant(1),
        features: Features::default(),
        scratch: Vec::new(),
        uniform: Vec::new(),
        uniform_size_bytes: 0,
        passes: Vec::new(),
        op_count: 1,
    };
    let mut builder = ArchiveBuilder::new();
    let (signature, kernel, translation) = (&signature, &kernel, &translation);
    let artifact = &artifact;
    builder.add(&ArtifactInput { artifact, module, signature, kernel, translation })?;
    let script = "processes.m";
    builder.add_provenance(Provenance { group_key, script, line_first: 1, line_last: 1, text })?;
    Ok((group_key, builder.finish()?.bytes))
}
