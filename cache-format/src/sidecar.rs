//! The device sidecar: what drivers made of artifacts, one blob per artifact and device.
//!
//! A sidecar is a file of the archive's layout with its own kind and sections; FORMAT.md,
//! "Device sidecar", is normative. A [`DeviceKey`] hashes the artifact's key and everything that
//! decides whether a driver can use a blob, so a row that is found is a row that fits.

use std::collections::BTreeMap;

use crate::archive::{
    ContentHash, HEADER_LEN, Header, INDEX_ROWS_MAX, KIND_SIDECAR, Part, SECTION_ALIGN, Section,
    SectionId, align_up, check_limit,
};
use crate::encode::Reader;
use crate::error::{ArchiveError, BuildError, DecodeError};
use crate::key::{ArtifactKey, DeviceKey};
use crate::layout::Span;
use crate::row::{BlobRef, RowWriter, array_at, u32_at, u64_at};

/// The longest blob in bytes.
pub const DEVICE_BLOB_LEN_MAX: u64 = 16 << 20;
/// The longest description in bytes.
pub const DESCRIPTION_LEN_MAX: u64 = 4096;
/// Bytes at the head of a pipeline cache that identify the device and its driver.
pub const CACHE_HEADER_LEN: usize = 64;

const ROW_LEN: usize = 128;

/// What decides whether a driver can use a blob, besides the artifact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeviceDescription {
    /// Graphics interface.
    pub interface: String,
    /// Name of the adapter.
    pub adapter: String,
    /// Name of the driver.
    pub driver: String,
    /// Version of the driver.
    pub driver_version: String,
    /// `vendor:device` in hexadecimal.
    pub pci: String,
    /// What stands between us and the driver, with its version.
    pub wrapper: String,
    /// Head of an empty pipeline cache of the device.
    pub cache_header: [u8; CACHE_HEADER_LEN],
}

impl DeviceDescription {
    /// The bytes that are hashed and stored.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for text in self.texts() {
            // Names and versions are far below 4 GiB.
            out.extend_from_slice(&(text.len() as u32).to_le_bytes());
            out.extend_from_slice(text.as_bytes());
        }
        out.extend_from_slice(&self.cache_header);
        out
    }

    /// Reads what [`DeviceDescription::encode`] wrote; the bytes may come from anywhere.
    ///
    /// # Errors
    /// [`DecodeError`] if they are not exactly one description.
    pub fn decode(bytes: &[u8]) -> Result<DeviceDescription, DecodeError> {
        let mut reader = Reader::new(bytes);
        let mut text = |field| {
            let len = reader.u32(field)? as usize;
            let bytes = reader.slice(field, len)?;
            let text = std::str::from_utf8(bytes);
            text.map(str::to_owned).map_err(|source| DecodeError::Text { field, source })
        };
        let [interface, adapter, driver] = [text("interface")?, text("adapter")?, text("driver")?];
        let [driver_version, pci] = [text("driver version")?, text("pci")?];
        let wrapper = text("wrapper")?;
        let cache_header = reader.take("cache header")?;
        reader.end("device description")?;
        Ok(DeviceDescription {
            interface,
            adapter,
            driver,
            driver_version,
            pci,
            wrapper,
            cache_header,
        })
    }

    /// The key of what this device's driver makes of an artifact.
    pub fn key(&self, artifact: ArtifactKey) -> DeviceKey {
        device_key(artifact, &self.encode())
    }

    fn texts(&self) -> [&str; 6] {
        let [interface, adapter, driver] = [&self.interface, &self.adapter, &self.driver];
        [interface, adapter, driver, &self.driver_version, &self.pci, &self.wrapper]
    }
}

/// The key of an artifact on the device with this encoded description.
pub fn device_key(artifact: ArtifactKey, description: &[u8]) -> DeviceKey {
    let mut preimage = artifact.0.to_vec();
    preimage.extend_from_slice(description);
    DeviceKey::of(&preimage)
}

/// One row of the device index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SidecarRow {
    /// Artifact and device.
    pub device_key: DeviceKey,
    /// The artifact alone.
    pub artifact_key: ArtifactKey,
    /// Where the blob is.
    pub blob: BlobRef,
    description_offset_bytes: u64,
    description_len_bytes: u32,
}

impl SidecarRow {
    fn encode(&self) -> [u8; ROW_LEN] {
        let mut row = RowWriter::<ROW_LEN>::new();
        row.put(&self.device_key.0);
        row.put(&self.artifact_key.0);
        row.put(&self.blob.offset_bytes.to_le_bytes());
        row.put(&self.blob.len_bytes.to_le_bytes());
        row.put(&self.blob.hash.0);
        row.put(&self.description_offset_bytes.to_le_bytes());
        row.put(&self.description_len_bytes.to_le_bytes());
        row.bytes
    }

    fn decode(row: &[u8; ROW_LEN]) -> SidecarRow {
        SidecarRow {
            device_key: DeviceKey(array_at(row, 0)),
            artifact_key: ArtifactKey(array_at(row, 32)),
            blob: BlobRef {
                offset_bytes: u64_at(row, 64),
                len_bytes: u64_at(row, 72),
                hash: ContentHash(array_at(row, 80)),
            },
            description_offset_bytes: u64_at(row, 112),
            description_len_bytes: u32_at(row, 120),
        }
    }
}

/// A sidecar, read in place.
#[derive(Clone, Copy, Debug)]
pub struct SidecarView<'a> {
    rows: &'a [[u8; ROW_LEN]],
    index: &'a [u8],
    blobs: &'a [u8],
    root_hash: ContentHash,
    index_hash: ContentHash,
}

impl<'a> SidecarView<'a> {
    /// True if the index has the hash that the root hash vouches for.
    pub fn is_index_authentic(&self) -> bool {
        ContentHash::of(self.index) == self.index_hash
    }

    /// Reads and checks header and section table, and nothing else.
    ///
    /// # Errors
    /// The first [`ArchiveError`] found.
    pub fn open(bytes: &'a [u8]) -> Result<SidecarView<'a>, ArchiveError> {
        let header = Header::decode_as(bytes, KIND_SIDECAR)?;
        let known = [SectionId::DEVICE_INDEX, SectionId::DEVICE_BLOBS];
        let attached = [SectionId::CERTIFICATES, SectionId::SIGNATURES];
        for section in header.sections.iter().filter(|section| section.is_required) {
            if !known.contains(&section.id) && !attached.contains(&section.id) {
                return Err(ArchiveError::UnknownSection { id: section.id });
            }
        }
        let [index, blobs] = known.map(|id| {
            let section = header.sections.iter().find(|section| section.id == id);
            section.ok_or(ArchiveError::MissingSection { id })
        });
        let (index, blobs) = (index?, blobs?);
        check_limit("device index rows", index.row_count, INDEX_ROWS_MAX)?;
        let expected = index.row_count * ROW_LEN as u64;
        if index.len_bytes < expected {
            let (id, len, row_count) = (index.id, index.len_bytes, index.row_count);
            return Err(ArchiveError::SectionLen { id, len, expected, row_count });
        }
        let slice = |section: &Section| {
            let span = Span::of(section);
            bytes.get(span.start..span.end).unwrap_or_default()
        };
        let index_bytes = slice(index);
        let rows = index_bytes.as_chunks().0.get(..index.row_count as usize).unwrap_or_default();
        let (root_hash, index_hash) = (header.root_hash, index.hash);
        Ok(SidecarView { rows, index: index_bytes, blobs: slice(blobs), root_hash, index_hash })
    }

    /// The hash of all content.
    pub fn root_hash(&self) -> ContentHash {
        self.root_hash
    }

    /// Number of blobs.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Every row, in the order of device keys.
    pub fn rows(&self) -> impl Iterator<Item = SidecarRow> + use<'a> {
        self.rows.iter().map(SidecarRow::decode)
    }

    /// The row of a key.
    pub fn find(&self, key: DeviceKey) -> Option<SidecarRow> {
        let at = self.rows.partition_point(|row| array_at::<32>(row, 0) < key.0);
        self.rows.get(at).map(SidecarRow::decode).filter(|row| row.device_key == key)
    }

    /// A row's blob, after its hash was compared.
    ///
    /// # Errors
    /// [`ArchiveError`] if it is too long, out of bounds, or damaged.
    pub fn blob(&self, row: &SidecarRow) -> Result<&'a [u8], ArchiveError> {
        let part = Part::Section(SectionId::DEVICE_BLOBS);
        check_limit("bytes of a device blob", row.blob.len_bytes, DEVICE_BLOB_LEN_MAX)?;
        let bytes = slice(part, self.blobs, row.blob.offset_bytes, row.blob.len_bytes)?;
        let found = ContentHash::of(bytes);
        if found != row.blob.hash {
            let part = Part::DeviceBlob(row.artifact_key);
            return Err(ArchiveError::Hash { part, expected: row.blob.hash, found });
        }
        Ok(bytes)
    }

    /// The encoded description of a row's device.
    ///
    /// # Errors
    /// [`ArchiveError`] if it is too long or out of bounds, or the row's key is not its own.
    pub fn description(&self, row: &SidecarRow) -> Result<&'a [u8], ArchiveError> {
        let part = Part::Section(SectionId::DEVICE_INDEX);
        let len = u64::from(row.description_len_bytes);
        check_limit("bytes of a device description", len, DESCRIPTION_LEN_MAX)?;
        let bytes = slice(part, self.index, row.description_offset_bytes, len)?;
        let found = device_key(row.artifact_key, bytes);
        if found != row.device_key {
            let (expected, found) = (ContentHash(row.device_key.0), ContentHash(found.0));
            return Err(ArchiveError::Hash { part, expected, found });
        }
        Ok(bytes)
    }
}

fn slice(part: Part, section: &[u8], offset: u64, len: u64) -> Result<&[u8], ArchiveError> {
    let end = offset.saturating_add(len);
    let range = usize::try_from(offset).ok().zip(usize::try_from(end).ok());
    let found = range.and_then(|(start, end)| section.get(start..end));
    let section_len = section.len() as u64;
    found.ok_or(ArchiveError::Bounds { part, end, section_len })
}

/// Collects blobs, in any order.
#[derive(Clone, Debug, Default)]
pub struct SidecarBuilder {
    entries: BTreeMap<DeviceKey, Entry>,
    len_bytes: u64,
}

#[derive(Clone, Debug)]
struct Entry {
    artifact_key: ArtifactKey,
    description: Vec<u8>,
    blob: Vec<u8>,
}

impl SidecarBuilder {
    /// An empty sidecar.
    pub fn new() -> SidecarBuilder {
        SidecarBuilder::default()
    }

    /// Adds a blob, instead of the one that was there for this artifact and device.
    ///
    /// # Errors
    /// [`BuildError::Archive`] if blob or description are too long.
    pub fn add(
        &mut self,
        artifact_key: ArtifactKey,
        description: &[u8],
        blob: &[u8],
    ) -> Result<(), BuildError> {
        check_limit("bytes of a device blob", blob.len() as u64, DEVICE_BLOB_LEN_MAX)?;
        let len = description.len() as u64;
        check_limit("bytes of a device description", len, DESCRIPTION_LEN_MAX)?;
        let (description, blob) = (description.to_vec(), blob.to_vec());
        self.len_bytes += blob.len() as u64;
        let key = device_key(artifact_key, &description);
        if let Some(old) = self.entries.insert(key, Entry { artifact_key, description, blob }) {
            self.len_bytes -= old.blob.len() as u64;
        }
        Ok(())
    }

    /// Number of blobs.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// True if a blob is there.
    pub fn contains(&self, key: DeviceKey) -> bool {
        self.entries.contains_key(&key)
    }

    /// Bytes of all blobs.
    pub fn len_bytes(&self) -> u64 {
        self.len_bytes
    }

    /// The file; the same content gives the same bytes.
    ///
    /// # Errors
    /// [`BuildError::Archive`] if it is larger than the format allows.
    pub fn finish(&self) -> Result<Vec<u8>, BuildError> {
        check_limit("device index rows", self.entries.len() as u64, INDEX_ROWS_MAX)?;
        let mut heap: BTreeMap<&[u8], u64> =
            self.entries.values().map(|entry| (entry.description.as_slice(), 0)).collect();
        let mut end = (self.entries.len() * ROW_LEN) as u64;
        for (description, offset) in &mut heap {
            *offset = end;
            end += description.len() as u64;
        }
        let (mut index, mut blobs) = (Vec::new(), Vec::new());
        for (key, entry) in &self.entries {
            let offset_bytes = align_up(blobs.len() as u64, SECTION_ALIGN);
            blobs.resize(offset_bytes as usize, 0);
            blobs.extend_from_slice(&entry.blob);
            let (len_bytes, hash) = (entry.blob.len() as u64, ContentHash::of(&entry.blob));
            let row = SidecarRow {
                device_key: *key,
                artifact_key: entry.artifact_key,
                blob: BlobRef { offset_bytes, len_bytes, hash },
                description_offset_bytes: heap.get(entry.description.as_slice()).map_or(0, |o| *o),
                // `add` bounds it by `DESCRIPTION_LEN_MAX`.
                description_len_bytes: entry.description.len() as u32,
            };
            index.extend_from_slice(&row.encode());
        }
        heap.keys().for_each(|description| index.extend_from_slice(description));
        let row_count = self.entries.len() as u64;
        let sections =
            [(SectionId::DEVICE_INDEX, row_count, index), (SectionId::DEVICE_BLOBS, 0, blobs)];
        Ok(assemble(sections))
    }
}

fn assemble(contents: [(SectionId, u64, Vec<u8>); 2]) -> Vec<u8> {
    let mut bytes = vec![0; HEADER_LEN];
    let sections = contents.map(|(id, row_count, content)| {
        let offset_bytes = align_up(bytes.len() as u64, SECTION_ALIGN);
        bytes.resize(offset_bytes as usize, 0);
        bytes.extend_from_slice(&content);
        let (len_bytes, hash) = (content.len() as u64, ContentHash::of(&content));
        Section { id, is_required: true, offset_bytes, len_bytes, row_count, hash }
    });
    let header = Header::new(sections.into());
    bytes.resize(header.file_len_bytes as usize, 0);
    bytes.splice(..HEADER_LEN, header.encode_as(KIND_SIDECAR));
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn description(version: &str) -> DeviceDescription {
        DeviceDescription {
            interface: "vulkan".to_owned(),
            adapter: "a GPU".to_owned(),
            driver: "driver".to_owned(),
            driver_version: version.to_owned(),
            pci: "10de:2335".to_owned(),
            wrapper: "wgpu 30".to_owned(),
            cache_header: [7; CACHE_HEADER_LEN],
        }
    }

    fn filled() -> SidecarBuilder {
        let mut builder = SidecarBuilder::new();
        for number in 0..20u8 {
            let version = ["1.0", "2.0"][usize::from(number % 2)];
            let blob = vec![number; usize::from(number) * 10];
            let description = description(version).encode();
            builder.add(ArtifactKey([number; 32]), &description, &blob).unwrap();
        }
        builder
    }

    #[test]
    fn blobs_come_back_by_artifact_and_device() {
        let bytes = filled().finish().unwrap();
        let view = SidecarView::open(&bytes).unwrap();
        assert_eq!(view.len(), 20);
        let key = description("1.0").key(ArtifactKey([4; 32]));
        let row = view.find(key).unwrap();
        assert_eq!(view.blob(&row).unwrap(), [4; 40]);
        let described = DeviceDescription::decode(view.description(&row).unwrap()).unwrap();
        assert_eq!(described, description("1.0"));
        // Another driver version is another key.
        assert_eq!(view.find(description("2.0").key(ArtifactKey([4; 32]))), None);
        assert_eq!(view.find(description("1.0").key(ArtifactKey([99; 32]))), None);
    }

    #[test]
    fn the_bytes_do_not_depend_on_the_order() {
        let mut again = SidecarBuilder::new();
        let bytes = filled().finish().unwrap();
        let view = SidecarView::open(&bytes).unwrap();
        let mut rows: Vec<_> = view.rows().collect();
        rows.sort_by_key(|row| row.artifact_key);
        for row in rows {
            let description = view.description(&row).unwrap();
            again.add(row.artifact_key, description, view.blob(&row).unwrap()).unwrap();
        }
        assert_eq!(again.finish().unwrap(), bytes);
    }

    #[test]
    fn no_flipped_bit_gets_through() {
        let bytes = filled().finish().unwrap();
        let key = description("2.0").key(ArtifactKey([15; 32]));
        for place in (0..bytes.len()).step_by(13) {
            let mut damaged = bytes.clone();
            damaged[place] ^= 1 << (place % 8);
            let Ok(view) = SidecarView::open(&damaged) else { continue };
            if let Some(row) = view.find(key)
                && let Ok(blob) = view.blob(&row)
            {
                assert_eq!(blob, [15; 150], "byte {place}");
            }
        }
    }

    #[test]
    fn a_portable_archive_is_no_sidecar() {
        let bytes = crate::ArchiveBuilder::new().finish().unwrap().bytes;
        let error = SidecarView::open(&bytes).unwrap_err();
        assert!(matches!(error, ArchiveError::Kind { expected: KIND_SIDECAR, found: 1 }));
    }
}
