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
