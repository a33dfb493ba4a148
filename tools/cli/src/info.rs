//! `preheat info`: what this machine offers.

use std::fs;
use std::io::{self, Write};

use clap::Args as ClapArgs;
use preheat_compiler::{emit, lower};
use preheat_format::ContentHash;
use preheat_runtime::{AdapterReport, Archive, DeviceCacheReport};

use crate::Status;
use crate::failure::Failure;
use crate::text;
use crate::user_cache::{self, UserCache};

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  preheat info --last")]
pub(crate) struct InfoArgs {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Print the counters of the last `preheat run` of this user, as JSON
    #[arg(long)]
    pub(crate) last: bool,
}

/// Prints adapters, versions and the state of the user's cache.
pub(crate) fn info(args: &InfoArgs) -> Result<Status, Failure> {
    if args.last {
        return last(&mut io::stdout().lock());
    }
    let adapters = preheat_runtime::adapters();
    let cache = Cache::read();
    let device = user_cache::device_folder().map(|folder| DeviceCacheReport::of(&folder));
    let generator = ContentHash(lower::generator_hash()).to_string();
    let out = &mut io::stdout().lock();
    if args.json {
        let json = serde_json::json!({
            "version": env!("CARGO_PKG_VERSION"),
            "generator": generator,
            "translator": emit::TRANSLATOR,
            "cache": { "folder": cache.folder, "groups": cache.groups, "bytes": cache.bytes },
            "device_cache": device,
            "adapters": adapters,
        });
        writeln!(out, "{json:#}")?;
        return Ok(Status::Done);
    }
    let rows = [
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ("generator", generator.chars().take(16).collect()),
        ("translator", emit::TRANSLATOR.to_owned()),
        ("cache", cache.folder.clone().unwrap_or_else(|| "none".to_owned())),
        (
            "cached",
            format!("{}, {}", text::counted(cache.groups, "group"), text::bytes(cache.bytes)),
        ),
    ];
    text::pairs(out, 0, &rows)?;
    if let Some(device) = &device {
        print_device_cache(out, device)?;
    }
    if adapters.is_empty() {
        writeln!(out, "\nno adapter; scripts run on the CPU")?;
    }
    for (place, adapter) in adapters.iter().enumerate() {
        writeln!(out, "\nadapter {place}: {}", text::printable(&adapter.name))?;
        text::pairs(out, 2, &adapter_rows(adapter))?;
    }
    Ok(Status::Done)
}

/// What `run` left behind.
fn last(out: &mut impl Write) -> Result<Status, Failure> {
    let path = user_cache::last_run().ok_or(Failure::NoLastRun)?;
    let text = fs::read_to_string(&path).map_err(|_| Failure::NoLastRun)?;
    out.write_all(text.as_bytes())?;
    Ok(Status::Done)
}

fn print_device_cache(out: &mut impl Write, cache: &DeviceCacheReport) -> io::Result<()> {
    writeln!(out, "\ndevice cache: {}", cache.folder.display())?;
    if !cache.is_private {
        writeln!(out, "  not used: the folder is not this user's alone")?;
    }
    for sidecar in &cache.sidecars {
        let (device, blobs) = (text::printable(&sidecar.device), sidecar.blob_count);
        let bytes = text::bytes(sidecar.len_bytes);
        writeln!(out, "  {}, {bytes}: {device}", text::counted(blobs, "blob"))?;
    }
    if cache.journal_count > 0 {
        writeln!(out, "  {} to fold in", text::counted(cache.journal_count, "journal"))?;
    }
    for blob in &cache.quarantined {
        let artifact = blob.artifact_key.short();
        writeln!(out, "  set aside: the blob of artifact {artifact}, a process died with it")?;
    }
    Ok(())
}

struct Cache {
    folder: Option<String>,
    groups: usize,
    bytes: u64,
}

impl Cache {
    fn read() -> Cache {
        let cache = UserCache::of_user();
        let files = cache.files();
        let lengths = files.iter().filter_map(|path| Some(fs::metadata(path).ok()?.len()));
        Cache {
            folder: cache.folder().map(|folder| folder.display().to_string()),
            groups: user_cache::opened(&files).iter().map(group_count).sum(),
            bytes: lengths.sum(),
        }
    }
}

fn group_count(archive: &Archive) -> usize {
    archive.view().map_or(0, |view| view.counts().groups)
}

fn adapter_rows(adapter: &AdapterReport) -> Vec<(&'static str, String)> {
    let driver = format!("{} {}", adapter.driver, adapter.driver_info);
    vec![
        ("interface", adapter.backend.clone()),
        ("kind", adapter.kind.to_owned()),
        ("driver", text::printable(driver.trim())),
        ("vendor, device", format!("{:#06x}, {:#06x}", adapter.vendor, adapter.device)),
        ("features", adapter.features.join(", ")),
        ("largest binding", text::bytes(adapter.max_binding_bytes)),
        ("largest buffer", text::bytes(adapter.max_buffer_bytes)),
        ("storage bindings", adapter.max_storage_bindings.to_string()),
        (
            "workgroups",
            format!("{} along a dimension", text::grouped(adapter.max_workgroups.into())),
        ),
        (
            "invocations",
            format!("{} in a workgroup", text::grouped(adapter.max_invocations.into())),
        ),
        ("workgroup memory", text::bytes(adapter.max_workgroup_bytes.into())),
    ]
}
