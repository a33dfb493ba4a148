//! Blobs over a real device (lavapipe in CI, whose driver refuses what it did not write), and the
//! folder's behaviour without one.

use std::path::Path;
use std::process::Command;

use super::*;
use crate::device::OpenOptions;
use crate::telemetry::Telemetry;

const CHILD_FOLDER: &str = "PREHEAT_TEST_BLOB_FOLDER";

fn gpu() -> Option<Gpu> {
    match Gpu::open(OpenOptions { backends: wgpu::Backends::VULKAN, timings: false }) {
        Ok(gpu) => Some(gpu),
        Err(error) => {
            assert!(matches!(error, RuntimeError::NoAdapter), "{error}");
            println!("skipped: no adapter");
            None
        }
    }
}

fn open(gpu: &Gpu, folder: &Path, counters: &Counters) -> BlobStore {
    let options = BlobOptions { sidecars: Vec::new(), folder: Some(folder.to_path_buf()) };
    BlobStore::open(gpu, options, counters)
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

const ARTIFACT: ArtifactKey = ArtifactKey([3; 32]);

/// The head of an empty cache with something behind it that no driver wrote.
fn foreign_blob(gpu: &Gpu) -> Vec<u8> {
    let mut blob = new_cache(gpu, None).get_data().unwrap();
    blob.extend_from_slice(&[0x5a; 500]);
    blob
}

fn keep_foreign(gpu: &Gpu, path: &Path) -> Vec<u8> {
    let counters = Counters::default();
    let store = open(gpu, path, &counters);
    let blob = foreign_blob(gpu);
    let description = &store.device.as_ref().unwrap().description;
    store.folder.as_ref().unwrap().keep(ARTIFACT, description, &blob);
    blob
}

fn counted(counters: &Counters) -> Telemetry {
    counters.snapshot()
}

#[test]
fn a_blob_that_the_driver_does_not_take_counts_as_compiled() {
    let Some(gpu) = gpu() else { return };
    let folder = folder();
    let blob = keep_foreign(&gpu, folder.path());
    let counters = Counters::default();
    let store = open(&gpu, folder.path(), &counters);
    let cache = store.cache(&gpu, &counters, ARTIFACT).unwrap();
    assert_eq!(cache.offered.as_deref(), Some(blob.as_slice()));
    assert!(!store.finish(&cache, &counters));
    let blobs = counted(&counters).device_blob;
    assert_eq!((blobs.hits, blobs.misses, blobs.rejected), (0, 0, 1));
    // The driver is not in the middle of anything: nothing is left behind.
    drop(cache);
    drop(store);
    let counters = Counters::default();
    open(&gpu, folder.path(), &counters);
    assert_eq!(counted(&counters).quarantined, []);
}

#[test]
fn journals_are_folded_into_the_sidecar_by_the_next_open() {
    let Some(gpu) = gpu() else { return };
    let folder = folder();
    let blob = keep_foreign(&gpu, folder.path());
    assert_eq!(DeviceCacheReport::of(folder.path()).journal_count, 1);
    drop(open(&gpu, folder.path(), &Counters::default()));
    let report = DeviceCacheReport::of(folder.path());
    assert_eq!((report.journal_count, report.sidecars.len()), (0, 1));
    assert_eq!(report.sidecars[0].blob_count, 1);
    let counters = Counters::default();
    let store = open(&gpu, folder.path(), &counters);
    assert!(store.folder.as_ref().unwrap().loose.is_empty());
    let cache = store.cache(&gpu, &counters, ARTIFACT).unwrap();
    assert_eq!(cache.offered.as_deref(), Some(blob.as_slice()));
}

#[test]
fn a_flipped_bit_never_reaches_the_driver() {
    let Some(gpu) = gpu() else { return };
    let folder = folder();
    keep_foreign(&gpu, folder.path());
    drop(open(&gpu, folder.path(), &Counters::default()));
    let sidecar = DeviceCacheReport::of(folder.path()).sidecars[0].path.clone();
    let mut bytes = std::fs::read(&sidecar).unwrap();
    let place = bytes.windows(4).rposition(|window| window == [0x5a; 4]).unwrap();
    bytes[place] ^= 0x10;
    std::fs::write(&sidecar, bytes).unwrap();
    let counters = Counters::default();
    let store = open(&gpu, folder.path(), &counters);
    let cache = store.cache(&gpu, &counters, ARTIFACT).unwrap();
    assert_eq!(cache.offered, None);
    assert_eq!(counted(&counters).device_blob.rejected, 1);
}

#[test]
fn another_driver_version_is_another_key() {
    let Some(gpu) = gpu() else { return };
    let folder = folder();
    keep_foreign(&gpu, folder.path());
    let mut updated = gpu;
    updated.report.driver_info.push_str(" update 1");
    let counters = Counters::default();
    let store = open(&updated, folder.path(), &counters);
    let cache = store.cache(&updated, &counters, ARTIFACT).unwrap();
    assert_eq!(cache.offered, None);
    let blobs = counted(&counters).device_blob;
    assert_eq!((blobs.misses, blobs.rejected), (1, 0));
}

/// Not a test of its own: the process that dies in
/// [`a_blob_that_a_process_dies_with_is_set_aside`].
#[test]
fn child_that_dies_with_a_blob_in_the_drivers_hands() {
    let Ok(path) = std::env::var(CHILD_FOLDER) else { return };
    let counters = Counters::default();
    let folder = BlobFolder::open(Path::new(&path), DeviceKey([9; 32]), &counters).unwrap();
    let _done = folder.sentinel().unwrap().enter(DeviceKey([1; 32]), ARTIFACT).unwrap();
    drop(_done);
    let _about_to = folder.sentinel().unwrap().enter(DeviceKey([2; 32]), ARTIFACT).unwrap();
    std::process::abort();
}

#[test]
fn a_blob_that_a_process_dies_with_is_set_aside() {
    let folder = folder();
    let open = |counters: &Counters| {
        BlobFolder::open(folder.path(), DeviceKey([9; 32]), counters).unwrap()
    };
    // Any other process: without this one, for a living owner's notes are not touched.
    let name = "blobs::tests::child_that_dies_with_a_blob_in_the_drivers_hands";
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args([name, "--exact"]).env(CHILD_FOLDER, folder.path());
    let status = child.output().unwrap().status;
    assert!(!status.success(), "the child must die");
    let counters = Counters::default();
    let first = open(&counters);
    let (done, died) = (DeviceKey([1; 32]), DeviceKey([2; 32]));
    assert!(first.is_quarantined(died) && !first.is_quarantined(done));
    let said = counted(&counters).quarantined;
    assert_eq!(said.iter().map(|note| note.device_key).collect::<Vec<_>>(), [died]);
    // Said once, remembered for good, until somebody wants to try again.
    let counters = Counters::default();
    assert!(open(&counters).is_quarantined(died));
    assert_eq!(counted(&counters).quarantined, []);
    assert_eq!(DeviceCacheReport::of(folder.path()).quarantined.len(), 1);
    DeviceCacheReport::clear_quarantine(folder.path()).unwrap();
    assert!(!open(&Counters::default()).is_quarantined(died));
}

#[test]
fn a_quarantined_blob_is_not_offered() {
    let Some(gpu) = gpu() else { return };
    let folder = folder();
    keep_foreign(&gpu, folder.path());
    let counters = Counters::default();
    let store = open(&gpu, folder.path(), &counters);
    let key = device_key(ARTIFACT, &store.device.as_ref().unwrap().description);
    std::fs::write(folder.path().join("quarantine"), format!("{key} {ARTIFACT}\n")).unwrap();
    let store = open(&gpu, folder.path(), &counters);
    assert_eq!(store.cache(&gpu, &counters, ARTIFACT).unwrap().offered, None);
    assert_eq!(counted(&counters).device_blob.misses, 1);
}

#[test]
fn a_folder_that_others_may_write_to_is_left_alone() {
    let folder = folder();
    let open = |path: &Path| BlobFolder::open(path, DeviceKey([9; 32]), &Counters::default());
    assert!(open(folder.path()).is_some());
    let file = folder.path().join("file");
    std::fs::write(&file, "not a folder").unwrap();
    assert!(open(&file).is_none());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let shared = folder.path().join("shared");
        std::fs::create_dir(&shared).unwrap();
        std::fs::set_permissions(&shared, std::fs::Permissions::from_mode(0o777)).unwrap();
        assert!(open(&shared).is_none());
        assert!(!DeviceCacheReport::of(&shared).is_private);
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_still_read() {
    let Some(gpu) = gpu() else { return };
    let folder = folder();
    let blob = keep_foreign(&gpu, folder.path());
    // As a full disk or a read-only mount: no journal can be made where a folder has its name.
    let store = open(&gpu, folder.path(), &Counters::default());
    let inner = store.folder.as_ref().unwrap();
    std::fs::create_dir(folder.path().join(format!("{}.{}.journal", inner.tag, inner.process)))
        .unwrap();
    inner.keep(ARTIFACT, b"device", &blob);
    inner.keep(ARTIFACT, b"device", &blob);
    assert!(inner.own_records().is_empty());
    assert!(store.cache(&gpu, &Counters::default(), ARTIFACT).unwrap().offered.is_some());
}
