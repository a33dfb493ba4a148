//! `preheat warm`: every kernel of archives through this machine's driver, kept for the next start.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::{Args as ClapArgs, ValueHint};
use preheat_format::sidecar::SidecarView;
use preheat_format::sign::Covered;
use preheat_runtime::{
    Archive, COMPILES_PER_DEVICE, DeviceCacheReport, DeviceChoice, Prepared, Runtime,
    RuntimeBuilder, Sidecar,
};

use crate::Status;
use crate::failure::Failure;
use crate::keys;
use crate::report;
use crate::run::open_archive;
use crate::sign;
use crate::text;
use crate::user_cache;

/// Groups between two looks at how much the driver has compiled.
const GROUPS_AT_ONCE: usize = 64;

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  preheat warm warm.preheat --out warm.device.preheat")]
pub(crate) struct WarmArgs {
    /// The archives
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) files: Vec<PathBuf>,
    /// Also write a sidecar to ship, for machines with this device and driver
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) out: Option<PathBuf>,
    /// First forget which blobs the driver died of, and try them again
    #[arg(long)]
    pub(crate) retry: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Compiles, keeps, and says what came of it.
pub(crate) fn warm(args: &WarmArgs) -> Result<Status, Failure> {
    let started = Instant::now();
    let folder = user_cache::device_folder().unwrap_or_else(|| {
        // Without a home there is only what `--out` asks for.
        std::env::temp_dir().join(format!("preheat-warm-{}", std::process::id()))
    });
    if args.retry {
        DeviceCacheReport::clear_quarantine(&folder).map_err(Failure::Runtime)?;
    }
    let archives: Vec<Archive> =
        args.files.iter().map(|path| open_archive(path)).collect::<Result<_, _>>()?;
    let (runtime, prepared) = prepare(&archives, &folder).map_err(Failure::Runtime)?;
    let (sidecar, blob_count) = runtime.export_sidecar().map_err(Failure::Runtime)?;
    if let Some(path) = &args.out {
        preheat_files::publish(&preheat_files::Disk, path, &sidecar)
            .map_err(Failure::writing(path))?;
        sign_sidecar(path, &sidecar)?;
    }
    runtime.fold_device_cache().map_err(Failure::Runtime)?;
    let ended = Ended { prepared, blob_count, time_ms: started.elapsed().as_secs_f64() * 1e3 };
    ended.print(args, &runtime, &folder)?;
    Ok(if prepared.refused > 0 { Status::Findings } else { Status::Done })
}

/// Makes every pipeline of the archives, on a new device when the driver has compiled enough.
fn prepare(
    archives: &[Archive],
    folder: &Path,
) -> Result<(Runtime, Prepared), preheat_runtime::RuntimeError> {
    let open = || {
        let builder = Runtime::builder().device(DeviceChoice::Vulkan).trusted(true);
        let all = archives.iter().cloned();
        all.fold(builder, RuntimeBuilder::archive).device_cache(folder).build()
    };
    let (mut prepared, mut done) = (Prepared::default(), 0);
    loop {
        // The one before is closed by now: a driver goes on counting while any device is open.
        let runtime = open()?;
        let groups = runtime.groups();
        let mut compiled = 0;
        while compiled < COMPILES_PER_DEVICE && done < groups.len() {
            let part = &groups[done..groups.len().min(done + GROUPS_AT_ONCE)];
            let made = runtime.prepare(part)?;
            compiled += made.compiled;
            prepared += made;
            done += part.len();
        }
        report::set_aside(&runtime.telemetry());
        if done == groups.len() {
            return Ok((runtime, prepared));
        }
        runtime.fold_device_cache()?;
    }
}

struct Ended {
    prepared: Prepared,
    blob_count: usize,
    time_ms: f64,
}

impl Ended {
    fn print(&self, args: &WarmArgs, runtime: &Runtime, folder: &Path) -> Result<(), Failure> {
        let telemetry = runtime.telemetry();
        let out = &mut io::stdout().lock();
        if args.json {
            let json = serde_json::json!({
                "adapter": telemetry.adapter,
                "driver": telemetry.driver,
                "kernels": self.prepared,
                "blobs": self.blob_count,
                "time_ms": self.time_ms,
                "folder": folder.display().to_string(),
                "out": args.out.as_ref().map(|path| path.display().to_string()),
            });
            return Ok(writeln!(out, "{json:#}")?);
        }
        let count = |number| text::grouped(number);
        let rows = [
            ("adapter", text::printable(&telemetry.adapter)),
            ("driver", text::printable(&telemetry.driver)),
            ("kernels", count(self.prepared.kernels)),
            ("from blobs", count(self.prepared.from_blob)),
            ("compiled", count(self.prepared.compiled)),
            ("refused", count(self.prepared.refused)),
            ("unsupported", count(self.prepared.unsupported)),
            ("blobs", count(self.blob_count as u64)),
            ("time", text::milliseconds(self.time_ms)),
            ("folder", folder.display().to_string()),
        ];
        text::pairs(out, 0, &rows)?;
        if self.blob_count == 0 && self.prepared.kernels > 0 {
            report::line("this driver stores nothing in its pipeline cache; nothing can be kept");
        }
        Ok(())
    }
}

/// Signs a sidecar with the local key, in a file beside it.
fn sign_sidecar(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let failed = |source: preheat_format::ArchiveError| Failure::Archive {
        path: path.to_path_buf(),
        source: source.into(),
    };
    let root_hash = SidecarView::open(bytes).map_err(failed)?.root_hash();
    let Some(key) = keys::local()? else {
        return Ok(());
    };
    let signature = key.sign(&Covered::of_parts(root_hash, &[]), keys::LOCAL_GENERATION);
    let (target, bytes) =
        (sign::beside(path), preheat_format::sign::encode_detached(root_hash, vec![signature]));
    preheat_files::publish(&preheat_files::Disk, &target, &bytes).map_err(Failure::writing(&target))
}

/// Opens device sidecars.
pub(crate) fn open_sidecars(paths: &[PathBuf]) -> Result<Vec<Sidecar>, Failure> {
    let open = |path: &PathBuf| {
        Sidecar::open(path).map_err(|source| Failure::Archive { path: path.clone(), source })
    };
    paths.iter().map(open).collect()
}
