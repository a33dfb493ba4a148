//! Makes the hashes of a damaged archive right again, so that what lies behind them is reached.
//!
//! Written from FORMAT.md, not from the crate's own code: the fuzz targets and the crate's damage
//! tests include this file, and both would notice if the two disagreed.

const HEADER_LEN: usize = 4096;
const HASH_OFFSET: usize = HEADER_LEN - 32;
const TABLE_OFFSET: usize = 128;
const ROW_LEN: usize = 192;
const SECTIONS_MAX: usize = 61;

/// Sets length, section hashes, root hash and header hash.
pub(super) fn reseal_header(bytes: &mut [u8]) {
    if bytes.len() < HEADER_LEN {
        return;
    }
    put(bytes, 16, &(bytes.len() as u64).to_le_bytes());
    let count = (u32_at(bytes, 24) as usize).min(SECTIONS_MAX);
    let mut content = Vec::new();
    for row in (0..count).map(|row| TABLE_OFFSET + row * 64) {
        if let Some(section) = section_at(bytes, row) {
            let hash = *blake3::hash(&bytes[section]).as_bytes();
            put(bytes, row + 32, &hash);
        }
        if u32_at(bytes, row) < 0x1000 {
            content.extend_from_slice(&bytes[row..row + 8]);
            content.extend_from_slice(&[0; 8]);
            content.extend_from_slice(&bytes[row + 16..row + 64]);
        }
    }
    put(bytes, 32, &blake3::derive_key("preheat 2026-11 archive root v1", &content));
    let head = &bytes[..HASH_OFFSET];
    let hash = blake3::derive_key("preheat 2026-11 archive header v1", head);
    put(bytes, HASH_OFFSET, &hash);
}

/// Sets the hashes in index rows and of index pages, as far as rows point to something.
pub(super) fn reseal_rows(bytes: &mut [u8]) {
    if bytes.len() < HEADER_LEN {
        return;
    }
    let (Some(index), Some(pages)) = (find(bytes, 1), find(bytes, 2)) else {
        return;
    };
    let rows = index.clone().step_by(ROW_LEN).filter(|row| row + ROW_LEN <= index.end);
    for row in rows.collect::<Vec<_>>() {
        let module_section = 0x10u32.saturating_add(u32_at(bytes, row + 32));
        for (id, at, hash_at) in [(3, 40, 104), (module_section, 56, 136)] {
            let section = find(bytes, id).map(|section| &bytes[section]).unwrap_or_default();
            let (offset, len) = (u64_at(bytes, row + at), u64_at(bytes, row + at + 8));
            let end = offset.saturating_add(len);
            if end <= section.len() as u64 {
                let blob = &section[offset as usize..end as usize];
                let hash = *blake3::hash(blob).as_bytes();
                put(bytes, row + hash_at, &hash);
            }
        }
    }
    let hashes = index.clone().step_by(ROW_LEN * 64).zip(pages.clone().step_by(32));
    for (page, hash_at) in hashes.collect::<Vec<_>>() {
        let end = (page + ROW_LEN * 64).min(index.end);
        if hash_at + 32 <= pages.end {
            let hash = *blake3::hash(&bytes[page..end]).as_bytes();
            put(bytes, hash_at, &hash);
        }
    }
}

/// Sets the blob hashes and device keys of a sidecar's rows, as far as they point to something.
#[allow(dead_code, reason = "not every includer has a sidecar")]
pub(super) fn reseal_sidecar_rows(bytes: &mut [u8]) {
    const SIDECAR_ROW_LEN: usize = 128;
    if bytes.len() < HEADER_LEN {
        return;
    }
    let (Some(index), Some(blobs)) = (find(bytes, 8), find(bytes, 9)) else {
        return;
    };
    let rows = index.clone().step_by(SIDECAR_ROW_LEN);
    for row in rows.filter(|row| row + SIDECAR_ROW_LEN <= index.end).take(64).collect::<Vec<_>>() {
        let part = |section: &std::ops::Range<usize>, offset: u64, len: u64| {
            let start = (section.start as u64).saturating_add(offset);
            let end = start.saturating_add(len);
            (end <= section.end as u64).then_some(start as usize..end as usize)
        };
        if let Some(blob) = part(&blobs, u64_at(bytes, row + 64), u64_at(bytes, row + 72)) {
            let hash = *blake3::hash(&bytes[blob]).as_bytes();
            put(bytes, row + 80, &hash);
        }
        let len = u32_at(bytes, row + 120).into();
        if let Some(text) = part(&index, u64_at(bytes, row + 112), len) {
            let preimage = [&bytes[row + 32..row + 64], &bytes[text]].concat();
            let key = blake3::derive_key("preheat 2026-11 device key v1", &preimage);
            put(bytes, row, &key);
        }
    }
}

/// Sets the hash of a delta (bit 0), the archive that it is for (bit 1), and the hashes of the
/// archive inside (bit 2).
#[allow(dead_code, reason = "not every includer has a delta")]
pub(super) fn reseal_delta(bytes: &mut [u8], mode: u8, base: [u8; 32]) {
    const ROOTS_OFFSET: usize = 16;
    const HASH_LEN: usize = 32;
    if bytes.len() < ROOTS_OFFSET + 2 * HASH_LEN {
        return;
    }
    if mode & 2 != 0 {
        put(bytes, ROOTS_OFFSET, &base);
    }
    let Some(head_end) = delta_head_end(bytes) else { return };
    let start = (head_end + HASH_LEN).next_multiple_of(16);
    let Some(inner) = bytes.get(start..) else { return };
    // At an address of its own: reading an archive in place needs one.
    let mut inner = inner.to_vec();
    if mode & 4 != 0 {
        reseal_rows(&mut inner);
        reseal_header(&mut inner);
        put(bytes, start, &inner);
    }
    if mode & 1 != 0
        && let Some(root) = inner.get(32..64)
    {
        let head = [&bytes[..head_end], root].concat();
        put(bytes, head_end, &blake3::derive_key("preheat 2026-11 delta v2", &head));
    }
}

/// Where the hash of a delta is.
fn delta_head_end(bytes: &[u8]) -> Option<usize> {
    let word = |at: usize| Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?) as usize);
    let long = |at: usize| Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?) as usize);
    let mut at = 16usize + 64;
    for _ in 0..2 {
        at = at.checked_add(4 + word(at)?.checked_mul(32)?)?;
    }
    let attached = word(at)?;
    at += 4;
    for _ in 0..attached {
        at = at.checked_add(4 + 8 + 8)?.checked_add(long(at + 12)?)?;
    }
    at.checked_add(8).filter(|end| *end <= bytes.len())
}

fn find(bytes: &[u8], id: u32) -> Option<std::ops::Range<usize>> {
    let rows = (0..SECTIONS_MAX).map(|row| TABLE_OFFSET + row * 64);
    let row = rows.into_iter().find(|row| u32_at(bytes, *row) == id)?;
    section_at(bytes, row)
}

fn section_at(bytes: &[u8], row: usize) -> Option<std::ops::Range<usize>> {
    let (offset, len) = (u64_at(bytes, row + 8), u64_at(bytes, row + 16));
    let end = offset.checked_add(len).filter(|end| *end <= bytes.len() as u64)?;
    // A section that lies over the header is never opened, and must not be hashed into it.
    (offset >= HEADER_LEN as u64).then_some(offset as usize..end as usize)
}

fn put(bytes: &mut [u8], at: usize, value: &[u8]) {
    bytes[at..at + value.len()].copy_from_slice(value);
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap_or_default())
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap_or_default())
}
