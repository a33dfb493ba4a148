//! Cases for the fault tests: one writer, one fault, what is left.
//!
//! Each case publishes over an old file, publishes a file with its signature beside it (as warming
//! does), or fills a store, on a [`MemoryDisk`] with one fault at a random step; after some the
//! process is started again, after others the power was cut. Then the target must be the old or the
//! new content, whole; a publish that reported success must be the new one, even after a power cut;
//! and a store must give the right bytes or nothing.

use std::io::SeekFrom;
use std::path::Path;

use crate::memory::{Fault, MemoryDisk};
use crate::publish::{Durability, publish_with};
use crate::store::Store;
use crate::{FileWrite, publish};

/// What happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Cases run.
    pub cases: u64,
    /// Cases in which the planned fault was reached.
    pub faults: u64,
    /// Those in which it was the end of the process.
    pub kills: u64,
    /// Cases that left the old file.
    pub old: u64,
    /// Cases that left the new file.
    pub new: u64,
    /// Cases on a store.
    pub stores: u64,
    /// Cases on a file with its signature.
    pub pairs: u64,
}

impl Tally {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: Tally) -> Tally {
        Tally {
            cases: self.cases + other.cases,
            faults: self.faults + other.faults,
            kills: self.kills + other.kills,
            old: self.old + other.old,
            new: self.new + other.new,
            stores: self.stores + other.stores,
            pairs: self.pairs + other.pairs,
        }
    }
}

/// Runs the cases with these numbers; the same numbers are the same cases.
///
/// # Errors
/// The first case that left something torn, with its number.
pub fn run(first: u64, count: u64) -> Result<Tally, String> {
    let mut tally = Tally::default();
    for case in first..first + count {
        let one = match case % 8 {
            3 => store_case(case),
            7 => pair_case(case),
            _ => publish_case(case),
        };
        tally = tally.plus(one.map_err(|what| format!("case {case}: {what}"))?);
    }
    Ok(tally)
}

struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        // SplitMix64 (Steele, Lea, Flood, 2014).
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (word ^ (word >> 31)) % limit
    }

    fn fault(&mut self) -> Fault {
        let place = self.below(Fault::ALL.len() as u64) as usize;
        Fault::ALL.get(place).copied().unwrap_or(Fault::Kill)
    }

    fn bytes(&mut self, tag: u8) -> Vec<u8> {
        let len = 1 + self.below(200) as usize;
        (0..len).map(|at| tag ^ (at as u8)).collect()
    }
}

/// Writes as an archive is written: room for a header, the rest, then the header.
fn write_like_an_archive(file: &mut dyn FileWrite, bytes: &[u8]) -> std::io::Result<()> {
    let (head, rest) = bytes.split_at(bytes.len() / 4);
    file.write_all(&vec![0; head.len()])?;
    let (left, right) = rest.split_at(rest.len() / 2);
    file.write_all(left)?;
    file.write_all(right)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(head)
}

fn publish_case(case: u64) -> Result<Tally, String> {
    let mut dice = Dice(case.wrapping_mul(0x2545_f491_4f6c_dd1d));
    let disk = MemoryDisk::new(dice.below(u64::MAX));
    let target = Path::new("folder/target");
    let (old, new) = (dice.bytes(0x00), dice.bytes(0x80));
    let had_old = dice.below(4) > 0;
    if had_old {
        publish(&disk, target, &old).map_err(|error| error.to_string())?;
    }
    let fault = dice.fault();
    let step = 1 + dice.below(14);
    disk.plan(step, fault);
    let is_archive = dice.below(2) == 0;
    let published = publish_with(&disk, target, Durability::Synced, |file| {
        if is_archive { write_like_an_archive(file, &new) } else { file.write_all(&new) }
    });
    let is_reached = disk.steps() >= step;
    // While the writer is at it, and after its end, readers see one of the two.
    check(&disk, target, [had_old.then_some(&old), Some(&new)])?;
    if dice.below(2) == 0 {
        disk.cut();
    } else {
        disk.restart();
    }
    let is_new = check(&disk, target, [had_old.then_some(&old), Some(&new)])?;
    if published.is_ok() && !is_new {
        return Err("it was published, and is gone".to_owned());
    }
    let left = disk.names().len();
    if published.is_err() && fault != Fault::Kill && left > 1 + usize::from(had_old) {
        return Err(format!("{left} files are left"));
    }
    Ok(Tally {
        cases: 1,
        faults: is_reached.into(),
        kills: (is_reached && fault == Fault::Kill).into(),
        old: (!is_new).into(),
        new: is_new.into(),
        ..Tally::default()
    })
}

/// A file and then its signature in a file beside it: each is old or new, whole, and the signature
/// is never ahead of what it signs.
fn pair_case(case: u64) -> Result<Tally, String> {
    let mut dice = Dice(case.wrapping_mul(0x2545_f491_4f6c_dd1d));
    let disk = MemoryDisk::new(dice.below(u64::MAX));
    let places = [Path::new("folder/sidecar"), Path::new("folder/sidecar.sig")];
    let old = [dice.bytes(0x00), dice.bytes(0x10)];
    let new = [dice.bytes(0x80), dice.bytes(0x90)];
    for (place, bytes) in places.iter().zip(&old) {
        publish(&disk, place, bytes).map_err(|error| error.to_string())?;
    }
    let fault = dice.fault();
    let step = 1 + dice.below(24);
    disk.plan(step, fault);
    let write = |place: &Path, bytes: &Vec<u8>| {
        publish_with(&disk, place, Durability::Synced, |file| write_like_an_archive(file, bytes))
    };
    let published = write(places[0], &new[0]).and_then(|()| write(places[1], &new[1]));
    let is_reached = disk.steps() >= step;
    if dice.below(2) == 0 {
        disk.cut();
    } else {
        disk.restart();
    }
    let [file, signature] =
        [0, 1].map(|at: usize| check(&disk, places[at], [Some(&old[at]), Some(&new[at])]));
    let (file, signature) = (file?, signature?);
    if signature && !file {
        return Err("the signature is of a file that is gone".to_owned());
    }
    if published.is_ok() && !(file && signature) {
        return Err("it was published, and is gone".to_owned());
    }
    Ok(Tally {
        cases: 1,
        faults: is_reached.into(),
        kills: (is_reached && fault == Fault::Kill).into(),
        pairs: 1,
        ..Tally::default()
    })
}

/// The target is one of these, the second if true is given.
fn check(
    disk: &MemoryDisk,
    target: &Path,
    [old, new]: [Option<&Vec<u8>>; 2],
) -> Result<bool, String> {
    let found = disk.contents(target);
    if found.as_ref() == new {
        Ok(true)
    } else if found.as_ref() == old {
        Ok(false)
    } else {
        Err(format!("the target is torn: {found:?}"))
    }
}

fn store_case(case: u64) -> Result<Tally, String> {
    let mut dice = Dice(case.wrapping_mul(0x2545_f491_4f6c_dd1d));
    let disk = MemoryDisk::new(dice.below(u64::MAX));
    let store = Store::new(&disk, Path::new("store"));
    let entries: Vec<([u8; 32], Vec<u8>)> = (0u8..3)
        .map(|action| ([action; 32], dice.bytes(if action == 2 { 0x40 } else { 0x10 })))
        .collect();
    let fault = dice.fault();
    let step = 1 + dice.below(40);
    disk.plan(step, fault);
    for (action, bytes) in &entries {
        // A store that cannot be written costs time, not results.
        let _ = store.keep(action, bytes);
    }
    let record = keep_record(&store, &entries);
    let is_reached = disk.steps() >= step;
    match dice.below(3) {
        0 => disk.cut(),
        1 => disk.restart(),
        _ => {
            disk.restart();
            let names = disk.names();
            let at = dice.below(names.len().max(1) as u64) as usize;
            if let Some(name) = names.get(at) {
                disk.flip(name, dice.below(1000) as usize);
            }
        }
    }
    let right = |action: &[u8; 32], bytes: &Vec<u8>| match store.recall(action) {
        Some(found) if found != *bytes => Err("the store gives wrong bytes".to_owned()),
        found => Ok(found.is_some()),
    };
    check_record(&store, &entries)?;
    for (action, bytes) in &entries {
        right(action, bytes)?;
        store.keep(action, bytes).map_err(|error| error.to_string())?;
        if !right(action, bytes)? {
            return Err("what was kept again is not there".to_owned());
        }
    }
    if record.is_none() {
        keep_record(&store, &entries).ok_or("a record could not be kept")?;
        if !check_record(&store, &entries)? {
            return Err("a record that was kept again is not there".to_owned());
        }
    }
    let kills = u64::from(is_reached && fault == Fault::Kill);
    Ok(Tally { cases: 1, faults: is_reached.into(), kills, stores: 1, ..Tally::default() })
}

/// The action of a record that names the contents of all entries, as builds keep of a script.
const RECORD: [u8; 32] = [0xff; 32];

fn keep_record(store: &Store<'_>, entries: &[([u8; 32], Vec<u8>)]) -> Option<()> {
    let names: Result<Vec<_>, _> =
        entries.iter().map(|(_, bytes)| store.keep_content(bytes)).collect();
    store.keep(&RECORD, &names.ok()?.concat()).ok().map(drop)
}

/// A record gives the right contents or nothing; true if it gives all of them.
fn check_record(store: &Store<'_>, entries: &[([u8; 32], Vec<u8>)]) -> Result<bool, String> {
    let Some(record) = store.recall(&RECORD) else {
        return Ok(false);
    };
    let (names, rest) = record.as_chunks();
    if names.len() != entries.len() || !rest.is_empty() {
        return Err("the store gives a wrong record".to_owned());
    }
    let mut is_whole = true;
    for (name, (_, bytes)) in names.iter().zip(entries) {
        match store.content(name) {
            Some(found) if found != *bytes => return Err("a record names wrong bytes".to_owned()),
            found => is_whole &= found.is_some(),
        }
    }
    Ok(is_whole)
}
