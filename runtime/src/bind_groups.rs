//! Bind groups, keyed by layout and the buffer, offset and size of each binding.
//!
//! Every kind of dispatch uses this one cache. Keys name buffers by ids that are never used twice,
//! so an entry can be stale but never wrong; stale ones are dropped by
//! [`BindGroupCache::forget`].

use std::collections::BTreeMap;
use std::hint::black_box;

use crate::telemetry::{CacheCounters, mean_ns};

/// The most bind groups kept.
const CAPACITY: usize = 4096;

/// One binding of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct BoundRange {
    pub(crate) buffer_id: u64,
    pub(crate) offset_bytes: u64,
    pub(crate) size_bytes: u64,
}

/// Layout, then bindings; a flat list so that a look-up borrows a reused one.
type Key = [u64];

struct Entry {
    group: wgpu::BindGroup,
    last_used: u64,
}

/// All bind groups of a device.
#[derive(Default)]
pub(crate) struct BindGroupCache {
    entries: BTreeMap<Box<Key>, Entry>,
    key: Vec<u64>,
    clock: u64,
}

impl BindGroupCache {
    /// The bind group of these bindings, made by `create` if it is not there. Counted in all, and
    /// for the kernel that asks.
    ///
    /// # Errors
    /// What `create` fails with.
    pub(crate) fn get<E>(
        &mut self,
        counters: [&CacheCounters; 2],
        layout_id: u64,
        bindings: &[BoundRange],
        create: impl FnOnce() -> Result<wgpu::BindGroup, E>,
    ) -> Result<wgpu::BindGroup, E> {
        self.clock += 1;
        self.key.clear();
        self.key.push(layout_id);
        for range in bindings {
            self.key.extend([range.buffer_id, range.offset_bytes, range.size_bytes]);
        }
        if let Some(entry) = self.entries.get_mut(self.key.as_slice()) {
            counters.iter().for_each(|counters| counters.hits.add(1));
            entry.last_used = self.clock;
            return Ok(entry.group.clone());
        }
        counters.iter().for_each(|counters| counters.misses.add(1));
        let group = create()?;
        self.make_room(counters[0]);
        let entry = Entry { group: group.clone(), last_used: self.clock };
        self.entries.insert(self.key.as_slice().into(), entry);
        Ok(group)
    }

    /// Nanoseconds of a look-up of a bind group that is there, over all of them in turn; `None` if
    /// there are none.
    pub(crate) fn lookup_ns(&mut self, rounds: u32) -> Option<f64> {
        let range = |words: &[u64; 3]| {
            let [buffer_id, offset_bytes, size_bytes] = *words;
            BoundRange { buffer_id, offset_bytes, size_bytes }
        };
        let known = self.entries.keys().filter_map(|key| key.split_first());
        let known = known.map(|(layout, words)| {
            (*layout, words.as_chunks().0.iter().map(range).collect::<Vec<_>>())
        });
        let known: Vec<(u64, Vec<BoundRange>)> = known.collect();
        let counters = CacheCounters::default();
        mean_ns(&known, rounds, |(layout, ranges)| {
            drop(black_box(self.get([&counters; 2], *layout, ranges, || Err(()))));
        })
    }

    /// Drops the older half when the cache is full, so that the cost of finding them is shared.
    fn make_room(&mut self, counters: &CacheCounters) {
        if self.entries.len() < CAPACITY {
            return;
        }
        let mut ages: Vec<u64> = self.entries.values().map(|entry| entry.last_used).collect();
        let (_, median, _) = ages.select_nth_unstable(CAPACITY / 2);
        let limit = *median;
        let before = self.entries.len();
        self.entries.retain(|_, entry| entry.last_used > limit);
        counters.evictions.add((before - self.entries.len()) as u64);
    }

    /// Drops the bind groups of buffers that are no more.
    pub(crate) fn forget(&mut self, retired: &[u64]) {
        if retired.is_empty() {
            return;
        }
        self.entries.retain(|key, _| {
            let mut buffers = key.iter().skip(1).step_by(3);
            !buffers.any(|id| retired.contains(id))
        });
    }
}
