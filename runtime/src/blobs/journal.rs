//! What one process adds to the device cache: a file of records, appended as kernels are made.
//!
//! A record is a head (magic, lengths, artifact key, blake3 of description and blob, check) with
//! description and blob behind it. A process that dies may leave half a record at the end; reading
//! stops there. The writer holds a lock on its file, so others can tell a living journal from one
//! that may be folded in.

use std::io::Write;
use std::path::Path;

use preheat_format::sidecar::{DESCRIPTION_LEN_MAX, DEVICE_BLOB_LEN_MAX, device_key};
use preheat_format::{ArtifactKey, ContentHash};

use super::Loose;

const MAGIC: [u8; 4] = *b"PHJ1";
/// Magic, two lengths, artifact key, hash, check.
const HEAD_LEN: usize = 4 + 4 + 4 + 32 + 32 + 8;

/// One blob with what it is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) artifact: ArtifactKey,
    pub(crate) description: Vec<u8>,
    pub(crate) blob: Vec<u8>,
}

impl Record {
    /// Appends the record in one write.
    pub(crate) fn append(&self, file: &mut impl Write) -> std::io::Result<()> {
        file.write_all(&self.encode())
    }

    fn encode(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        // Bounded where a record is read, and far below 4 GiB.
        out.extend_from_slice(&(self.description.len() as u32).to_le_bytes());
        out.extend_from_slice(&(self.blob.len() as u32).to_le_bytes());
        out.extend_from_slice(&self.artifact.0);
        let mut body = self.description.clone();
        body.extend_from_slice(&self.blob);
        out.extend_from_slice(&ContentHash::of(&body).0);
        let check = ContentHash::of(&out);
        out.extend_from_slice(&check.0[..8]);
        out.extend_from_slice(&body);
        out
    }
}

/// Adds the sound records of a journal to others; a later one for a key wins.
pub(crate) fn read(path: &Path, loose: &mut Loose) {
    read_bytes(&std::fs::read(path).unwrap_or_default(), loose);
}

/// The same of a journal's bytes, which may come from anywhere.
pub(crate) fn read_bytes(bytes: &[u8], loose: &mut Loose) {
    let mut rest = bytes;
    while let Some((record, after)) = record(rest) {
        if let Some(record) = record {
            loose.insert(device_key(record.artifact, &record.description), record);
        }
        rest = after;
    }
}

/// The first record, `None` inside if its body is damaged, and what follows it; `None` at the end
/// or at a torn or damaged head.
fn record(bytes: &[u8]) -> Option<(Option<Record>, &[u8])> {
    let (head, rest) = bytes.split_first_chunk::<HEAD_LEN>()?;
    let (checked, check) = head.split_at(HEAD_LEN - 8);
    if !head.starts_with(&MAGIC) || ContentHash::of(checked).0[..8] != *check {
        return None;
    }
    let number = |at: usize| {
        let bytes = head.get(at..at + 4)?.first_chunk::<4>()?;
        usize::try_from(u32::from_le_bytes(*bytes)).ok()
    };
    let (description_len, blob_len) = (number(4)?, number(8)?);
    if description_len as u64 > DESCRIPTION_LEN_MAX || blob_len as u64 > DEVICE_BLOB_LEN_MAX {
        return None;
    }
    let artifact = ArtifactKey(*head.get(12..44)?.first_chunk()?);
    let hash = head.get(44..76)?;
    let body = rest.get(..description_len + blob_len)?;
    let rest = rest.get(body.len()..)?;
    if ContentHash::of(body).0 != *hash {
        return Some((None, rest));
    }
    let (description, blob) = body.split_at(description_len);
    let (description, blob) = (description.to_vec(), blob.to_vec());
    Some((Some(Record { artifact, description, blob }), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(number: u8) -> Record {
        let blob = vec![number; 100 + usize::from(number)];
        Record { artifact: ArtifactKey([number; 32]), description: b"device".to_vec(), blob }
    }

    fn records(bytes: &[u8]) -> Vec<Record> {
        let mut loose = Loose::new();
        read_bytes(bytes, &mut loose);
        let mut records: Vec<Record> = loose.into_values().collect();
        records.sort_by_key(|record| record.artifact);
        records
    }

    #[test]
    fn a_torn_tail_is_dropped_wherever_it_is_torn() {
        let [first, second] = [sample(1), sample(2)];
        let mut bytes = first.encode();
        let whole = bytes.len();
        bytes.extend_from_slice(&second.encode());
        assert_eq!(records(&bytes), [first.clone(), second]);
        for end in whole..bytes.len() {
            assert_eq!(records(&bytes[..end]), std::slice::from_ref(&first), "torn at {end}");
        }
    }

    #[test]
    fn a_flipped_bit_drops_its_record() {
        let [first, second] = [sample(1), sample(2)];
        let mut bytes = first.encode();
        bytes.extend_from_slice(&second.encode());
        for place in 0..first.encode().len() {
            let mut damaged = bytes.clone();
            damaged[place] ^= 4;
            assert!(!records(&damaged).contains(&first), "byte {place}");
        }
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        assert_eq!(records(&bytes), [first]);
    }

    /// A disk that takes so many bytes and no more.
    struct Full {
        bytes: Vec<u8>,
        room: usize,
    }

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            let taken = bytes.len().min(self.room - self.bytes.len());
            self.bytes.extend_from_slice(&bytes[..taken]);
            match taken {
                0 => Err(std::io::ErrorKind::StorageFull.into()),
                _ => Ok(taken),
            }
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// Whatever the place at which the disk is full, what was appended before is kept: the journal
    /// loses its last record and no other.
    #[test]
    fn a_full_disk_costs_the_last_record_at_most() {
        let written: Vec<Record> = (1..=4).map(sample).collect();
        let total: usize = written.iter().map(|record| record.encode().len()).sum();
        for room in 0..=total {
            let mut disk = Full { bytes: Vec::new(), room };
            let appended = |record: &&Record| record.append(&mut disk).is_ok();
            let kept = written.iter().take_while(appended).count();
            assert_eq!(records(&disk.bytes), written[..kept], "{room} bytes of room");
        }
    }

    /// What the fuzz target `journal` keeps, and what once failed there.
    #[test]
    fn kept_inputs_of_the_fuzz_target_are_read() {
        let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../cache-format/fuzz");
        if std::env::var_os("UPDATE_FUZZ_SEEDS").is_some() {
            let two = [[1].as_slice(), &sample(1).encode(), &sample(2).encode()].concat();
            std::fs::write(fuzz.join("corpus/journal/seed_two"), two).unwrap();
        }
        let mut count = 0;
        for folder in ["corpus/journal", "regressions/journal"] {
            for entry in std::fs::read_dir(fuzz.join(folder)).unwrap() {
                let bytes = std::fs::read(entry.unwrap().path()).unwrap();
                let _ = records(bytes.get(1..).unwrap_or_default());
                count += 1;
            }
        }
        assert!(count > 1, "the seeds are there");
    }
}
