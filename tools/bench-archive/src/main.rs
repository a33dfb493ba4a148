//! `cargo run --release` in this folder: what an archive of 10,000 kernels costs to open, to look
//! up in, to verify, to write and to merge; and the same look-ups in SQLite, sled and zip.
//!
//! Prints a table. Times are the least of several rounds, for other programs share the machine.

mod sample;

use std::fs::File;
use std::hint::black_box;
use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use preheat_format::merge::Merge;
use preheat_format::shard::shard_of;
use preheat_format::{ArchiveView, GroupKey, OwnedArchive, Target, attach};
use sample::Kernel;

const KERNELS: u64 = 10_000;
const SHARDS: u32 = 64;
const ROUNDS: usize = 7;

fn main() -> Result<()> {
    let kernels = sample::kernels(KERNELS);
    let folder = tempfile::tempdir()?;
    let bytes = sample::archive(&kernels)?;
    let path = folder.path().join("bench.preheat");
    std::fs::write(&path, &bytes)?;
    let keys = shuffled(&kernels);
    println!("{KERNELS} kernels, {:.1} MB", bytes.len() as f64 / 1e6);
    println!("\n| what | time | rate |\n|---|--:|--:|");
    opening(&path, &keys)?;
    verifying(&bytes)?;
    writing(&kernels, &bytes, folder.path())?;
    merging(&kernels)?;
    println!("\n| look-up of a blob by its key, warm, random order | ns |\n|---|--:|");
    looking_up(&path, &keys)?;
    sqlite(&kernels, &keys, folder.path())?;
    sled(&kernels, &keys, folder.path())?;
    zip(&kernels, &keys, folder.path())
}

/// Seconds of the fastest round.
fn least<T>(mut run: impl FnMut() -> Result<T>) -> Result<f64> {
    let mut least = f64::INFINITY;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        black_box(run()?);
        least = least.min(start.elapsed().as_secs_f64());
    }
    Ok(least)
}

fn shuffled(kernels: &[Kernel]) -> Vec<GroupKey> {
    let mut keys: Vec<GroupKey> = kernels.iter().map(Kernel::group).collect();
    keys.sort_by_key(|key| *blake3::hash(&key.0).as_bytes());
    keys
}

fn map(path: &Path) -> Result<memmap2::Mmap> {
    // SAFETY: nobody else knows the file.
    Ok(unsafe { memmap2::Mmap::map(&File::open(path)?)? })
}

fn opening(path: &Path, keys: &[GroupKey]) -> Result<()> {
    let mut at = 0;
    let seconds = least(|| {
        at = (at + 1237) % keys.len();
        let bytes = map(path)?;
        let view = ArchiveView::open(&bytes)?;
        let entry = view.lookup(keys[at], Target::Spirv).next().context("it is there")?;
        view.authenticate(&entry)?;
        Ok(entry.module()?.len())
    })?;
    println!(
        "| map, open, find one kernel, check its row and module | {:.1} us | |",
        seconds * 1e6
    );
    Ok(())
}

fn verifying(bytes: &[u8]) -> Result<()> {
    let archive = OwnedArchive::new(bytes)?;
    let cores = std::thread::available_parallelism()?.get();
    for threads in [1, cores] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
        let seconds = least(|| {
            let findings = pool.install(|| Ok::<_, anyhow::Error>(archive.view()?.verify_all()))?;
            anyhow::ensure!(findings.is_empty(), "{}", findings[0]);
            Ok(())
        })?;
        let rate = bytes.len() as f64 / seconds / 1e9;
        println!("| verify, {threads} threads | {:.1} ms | {rate:.2} GB/s |", seconds * 1e3);
    }
    Ok(())
}

fn writing(kernels: &[Kernel], bytes: &[u8], folder: &Path) -> Result<()> {
    let megabytes = bytes.len() as f64 / 1e6;
    let row = |what: &str, seconds: f64| {
        println!("| {what} | {:.1} ms | {:.0} MB/s |", seconds * 1e3, megabytes / seconds);
    };
    row("build in memory from artifacts", least(|| sample::archive(kernels))?);
    let archive = OwnedArchive::new(bytes)?;
    let view = archive.view()?;
    row(
        "lay out and hash (merge of one, in memory)",
        least(|| {
            let mut sink = Cursor::new(Vec::with_capacity(bytes.len()));
            Ok(Merge { views: &[view], keep: &|_| true }.write(&mut sink, |_| Vec::new())?)
        })?,
    );
    let path = folder.join("copy.preheat");
    row(
        "write to a file with attachments, no fsync",
        least(|| {
            let mut file = File::create(&path)?;
            attach::attach(&view, &[], &mut file)?;
            Ok(())
        })?,
    );
    row(
        "the same with fsync",
        least(|| {
            let mut file = File::create(&path)?;
            attach::attach(&view, &[], &mut file)?;
            Ok(file.sync_all()?)
        })?,
    );
    Ok(())
}

fn merging(kernels: &[Kernel]) -> Result<()> {
    let mut shards: Vec<Vec<Kernel>> = (0..SHARDS).map(|_| Vec::new()).collect();
    for kernel in sample::kernels(kernels.len() as u64) {
        shards[shard_of(kernel.group(), SHARDS) as usize].push(kernel);
    }
    let archives: Vec<OwnedArchive> = shards
        .iter()
        .map(|shard| Ok(OwnedArchive::new(&sample::archive(shard)?)?))
        .collect::<Result<_>>()?;
    let views: Vec<ArchiveView<'_>> =
        archives.iter().map(OwnedArchive::view).collect::<Result<_, _>>()?;
    let seconds = least(|| {
        let mut sink = Cursor::new(Vec::new());
        Ok(Merge { views: &views, keep: &|_| true }.write(&mut sink, |_| Vec::new())?)
    })?;
    println!(
        "| merge {SHARDS} shards, {} kernels in all | {:.0} ms | |",
        kernels.len(),
        seconds * 1e3
    );
    Ok(())
}

/// Nanoseconds per key, keys in random order, everything in memory.
fn each(keys: &[GroupKey], mut find: impl FnMut(&GroupKey) -> Result<usize>) -> Result<f64> {
    let seconds = least(|| {
        let mut bytes = 0;
        for key in keys {
            bytes += find(key)?;
        }
        anyhow::ensure!(bytes > keys.len() * 1000, "blobs are as long as they are");
        Ok(bytes)
    })?;
    Ok(seconds * 1e9 / keys.len() as f64)
}

fn looking_up(path: &Path, keys: &[GroupKey]) -> Result<()> {
    let bytes = map(path)?;
    let view = ArchiveView::open(&bytes)?;
    let row = |what: &str, ns: f64| println!("| {what} | {ns:.0} |");
    let found = |key: &GroupKey| view.lookup(*key, Target::Spirv).next().context("it is there");
    row(
        "preheat: index row and place of the blob",
        each(keys, |key| Ok(found(key)?.row().module.len_bytes as usize))?,
    );
    row(
        "preheat: the blob, its blake3 compared",
        each(keys, |key| Ok(found(key)?.module()?.len()))?,
    );
    Ok(())
}

fn sqlite(kernels: &[Kernel], keys: &[GroupKey], folder: &Path) -> Result<()> {
    let mut database = rusqlite::Connection::open(folder.join("bench.sqlite"))?;
    database.execute("create table blobs (key blob primary key, bytes blob) without rowid", [])?;
    let transaction = database.transaction()?;
    for kernel in kernels {
        let row = (kernel.group().0.to_vec(), &kernel.module);
        transaction.execute("insert into blobs values (?1, ?2)", row)?;
    }
    transaction.commit()?;
    let mut statement = database.prepare("select bytes from blobs where key = ?1")?;
    let ns = each(keys, |key| {
        let len = statement.query_row([&key.0[..]], |row| Ok(row.get_ref(0)?.as_blob()?.len()))?;
        Ok(len)
    })?;
    println!("| SQLite {}, prepared statement, blob in place | {ns:.0} |", rusqlite::version());
    Ok(())
}

fn sled(kernels: &[Kernel], keys: &[GroupKey], folder: &Path) -> Result<()> {
    let database = sled::open(folder.join("bench.sled"))?;
    for kernel in kernels {
        database.insert(kernel.group().0, kernel.module.as_slice())?;
    }
    database.flush()?;
    let ns = each(keys, |key| Ok(database.get(key.0)?.context("it is there")?.len()))?;
    println!("| sled 0.34 | {ns:.0} |");
    Ok(())
}

fn zip(kernels: &[Kernel], keys: &[GroupKey], folder: &Path) -> Result<()> {
    let path = folder.join("bench.zip");
    let mut writer = zip::ZipWriter::new(File::create(&path)?);
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for kernel in kernels {
        writer.start_file(kernel.group().to_string(), stored)?;
        writer.write_all(&kernel.module)?;
    }
    writer.finish()?;
    let bytes = map(&path)?;
    let mut archive = zip::ZipArchive::new(Cursor::new(&bytes[..]))?;
    let mut blob = Vec::new();
    let ns = each(keys, |key| {
        blob.clear();
        archive.by_name(&key.to_string())?.read_to_end(&mut blob)?;
        Ok(blob.len())
    })?;
    println!("| zip, stored, mapped | {ns:.0} |");
    Ok(())
}
