//! What opening an archive costs, and serving one kernel of it, whatever the archive's size.
//!
//! `cargo run --release -p preheat-runtime --example open_cost -- [KERNELS ..]` writes archives of
//! so many kernels of 10 kB to a temporary folder (100, 10,000 and 100,000 if not said), opens each
//! in a process of its own, finds one kernel, checks its index row against the root hash, decodes
//! its entry and hashes its module: all that comes before the driver. It prints microseconds and
//! the growth of resident memory: what the process has for itself, and pages of the file, of which
//! the system maps more around each that is touched.
#![expect(clippy::print_stdout, reason = "a program that prints its result")]

use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use preheat_format::named::named_signature;
use preheat_format::{
    ArchiveBuilder, Artifact, ArtifactInput, ArtifactPreimage, Features, KernelPreimage, ShapeExpr,
    Target,
};
use preheat_runtime::Archive;

const MODULE_WORDS: u64 = 2560;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, path, count] = args.as_slice()
        && flag == "--serve"
    {
        return serve(Path::new(path), count.parse()?);
    }
    let counts: Result<Vec<u64>, _> = args.iter().map(|count| count.parse()).collect();
    let counts = Some(counts?).filter(|counts| !counts.is_empty());
    println!("  kernels    file MB   open us  serve us   module kB  own memory kB  mapped kB");
    for count in counts.unwrap_or(vec![100, 10_000, 100_000]) {
        let file = tempfile::NamedTempFile::new()?;
        std::fs::write(file.path(), archive(count)?)?;
        for _ in 0..3 {
            let program = std::env::current_exe()?;
            let status = Command::new(program)
                .args(["--serve", &file.path().display().to_string(), &count.to_string()])
                .status()?;
            if !status.success() {
                return Err("the serving process failed".into());
            }
        }
    }
    Ok(())
}

fn name(number: u64) -> String {
    format!("kernel {number}")
}

/// In a process of its own, so that nothing of the archive is in its memory.
fn serve(path: &Path, count: u64) -> Result<(), Box<dyn Error>> {
    let wanted = named_signature(&name(count / 2)).key();
    let before = [resident_kb("RssAnon"), resident_kb("RssFile")];
    let start = Instant::now();
    let archive = Archive::open(path)?;
    let opened = start.elapsed();
    let start = Instant::now();
    let view = archive.view()?;
    let entry = view.lookup(wanted, Target::Spirv).next().ok_or("the kernel is not there")?;
    view.authenticate(&entry)?;
    let artifact = entry.to_artifact()?;
    let module = entry.module()?;
    let served = start.elapsed();
    let (megabytes, touched) = (view.len_bytes() / 1_000_000, module.len() / 1024);
    println!(
        "{count:>9} {megabytes:>10} {:>9.1} {:>9.1} {touched:>10} {:>14} {:>10}",
        opened.as_secs_f64() * 1e6,
        served.as_secs_f64() * 1e6,
        resident_kb("RssAnon").saturating_sub(before[0]),
        resident_kb("RssFile").saturating_sub(before[1]),
    );
    if artifact.group_key == wanted.0 { Ok(()) } else { Err("another kernel".into()) }
}

fn resident_kb(kind: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(kind)?.strip_prefix(':'));
    line.and_then(|line| line.trim().split(' ').next()?.parse().ok()).unwrap_or(0)
}

fn archive(count: u64) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut builder = ArchiveBuilder::new();
    for number in 0..count {
        let signature = named_signature(&name(number));
        let group = signature.key();
        let always = ShapeExpr::constant(1);
        let kernel = KernelPreimage {
            group,
            variant: String::from("main"),
            guard: always.encode(),
            generator: [0; 32],
        };
        let translation = ArtifactPreimage {
            kernel: kernel.key(),
            target: Target::Spirv,
            translator: String::new(),
            options: String::new(),
            limits: String::new(),
        };
        let artifact = Artifact {
            group_key: group.0,
            kernel_key: kernel.key().0,
            artifact_key: translation.key().0,
            target: Target::Spirv,
            variant: String::from("main"),
            rank: 0,
            guard: always,
            features: Features::default(),
            scratch: Vec::new(),
            uniform: Vec::new(),
            uniform_size_bytes: 0,
            passes: Vec::new(),
            op_count: 0,
        };
        // No two kernels have the same code.
        let words = (0..MODULE_WORDS).map(|word| (word * count + number) as u32);
        let module: Vec<u8> = words.flat_map(u32::to_le_bytes).collect();
        builder.add(&ArtifactInput {
            artifact: &artifact,
            module: &module,
            signature: &signature,
            kernel: &kernel,
            translation: &translation,
        })?;
    }
    Ok(builder.finish()?.bytes)
}
