//! Device buffers, pooled by size class.
//!
//! A [`GpuBuffer`] is a shared handle; when the last one is dropped the memory goes back to the
//! pool. Every allocation has an id that is never used again, so caches keyed by id cannot confuse
//! two buffers. Everything runs on one queue in order, so memory may be reused while commands that
//! use it are still pending; only writes from the host jump the queue, and [`GpuBuffer::used_in`]
//! tells when a flush must come first.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::device::Gpu;
use crate::error::RuntimeError;
use crate::telemetry::PoolCounts;

/// The smallest buffer.
pub(crate) const SIZE_MIN_BYTES: u64 = 256;
/// From here on size classes are eighths of a power of two, so that at most an eighth is wasted.
const FINE_CLASSES_FROM_BYTES: u64 = 1 << 20;
/// Idle memory that is kept whatever the live set.
const IDLE_FREE_BYTES: u64 = 64 << 20;

/// Bytes that are allocated for a request.
pub(crate) fn size_class(len_bytes: u64) -> u64 {
    let len_bytes = len_bytes.max(SIZE_MIN_BYTES);
    let power = len_bytes.checked_next_power_of_two().unwrap_or(len_bytes);
    if power <= FINE_CLASSES_FROM_BYTES {
        power
    } else {
        // `power / 2 < len_bytes <= power`: eight steps between the two.
        len_bytes.checked_next_multiple_of(power / 16).unwrap_or(len_bytes)
    }
}

/// Bytes that are bound for `len_bytes` of data: whole `vec4<f32>`s.
pub(crate) fn padded(len_bytes: u64) -> u64 {
    len_bytes.max(16).checked_next_multiple_of(16).unwrap_or(len_bytes)
}

/// A piece of device memory, shared by its clones.
#[derive(Clone)]
pub(crate) struct GpuBuffer {
    lease: Arc<Lease>,
}

struct Lease {
    /// `None` only while being dropped.
    storage: Option<Storage>,
    pool: Weak<Shared>,
}

struct Storage {
    raw: wgpu::Buffer,
    id: u64,
    capacity_bytes: u64,
    /// The recorder's epoch when it was last used by a command; 0 if never.
    epoch: AtomicU64,
}

impl GpuBuffer {
    /// Number of this allocation; never given again.
    pub(crate) fn id(&self) -> u64 {
        self.lease.storage.as_ref().map_or(0, |storage| storage.id)
    }

    /// The buffer itself; `None` cannot happen while a handle lives.
    pub(crate) fn raw(&self) -> Option<&wgpu::Buffer> {
        self.lease.storage.as_ref().map(|storage| &storage.raw)
    }

    /// True if no other handle to this memory exists.
    pub(crate) fn is_unique(&self) -> bool {
        Arc::strong_count(&self.lease) == 1
    }

    /// Notes that a command of this epoch uses the buffer.
    pub(crate) fn mark(&self, epoch: u64) {
        if let Some(storage) = &self.lease.storage {
            storage.epoch.store(epoch, Ordering::Relaxed);
        }
    }

    /// True if a command of this epoch uses the buffer.
    pub(crate) fn used_in(&self, epoch: u64) -> bool {
        let used = self.lease.storage.as_ref().map(|s| s.epoch.load(Ordering::Relaxed));
        used == Some(epoch)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let (Some(storage), Some(pool)) = (self.storage.take(), self.pool.upgrade()) {
            let evicted = pool.state().release(storage);
            // Freed outside of the pool's lock.
            drop(evicted);
        }
    }
}

/// All buffers of one device.
pub(crate) struct BufferPool {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct State {
    /// The most memory in use and idle.
    allowed_bytes: u64,
    /// Idle memory that is kept in any case; 0: [`IDLE_FREE_BYTES`].
    idle_free_bytes: u64,
    /// Idle buffers by capacity, the most recently used last.
    idle: BTreeMap<u64, Vec<(u64, Storage)>>,
    /// Ids of buffers that were given back to the driver, for the caches that name them.
    retired: Vec<u64>,
    next_id: u64,
    clock: u64,
    counts: PoolCounts,
}

impl Default for State {
    fn default() -> State {
        State {
            allowed_bytes: u64::MAX,
            idle_free_bytes: 0,
            idle: BTreeMap::new(),
            retired: Vec::new(),
            next_id: 0,
            clock: 0,
            counts: PoolCounts::default(),
        }
    }
}

impl State {
    fn take(&mut self, class: u64) -> Option<Storage> {
        let list = self.idle.get_mut(&class)?;
        let (_, storage) = list.pop()?;
        if list.is_empty() {
            self.idle.remove(&class);
        }
        self.counts.bytes_pooled -= class;
        self.counts.hits += 1;
        self.hold(class);
        Some(storage)
    }

    fn hold(&mut self, class: u64) {
        self.counts.bytes_in_use += class;
        let counts = &mut self.counts;
        counts.bytes_in_use_max = counts.bytes_in_use_max.max(counts.bytes_in_use);
        counts.bytes_max = counts.bytes_max.max(counts.bytes_in_use + counts.bytes_pooled);
    }

    /// Makes a buffer idle, and yields those that no longer fit below the limit.
    fn release(&mut self, storage: Storage) -> Vec<Storage> {
        let class = storage.capacity_bytes;
        self.clock += 1;
        self.counts.bytes_in_use -= class;
        self.counts.bytes_pooled += class;
        self.idle.entry(class).or_default().push((self.clock, storage));
        self.trim(self.limit_bytes())
    }

    /// Idle and used memory together stay within 1.2 times the most that was used at once, so that
    /// a loop finds its buffers again and a peak does not stay allocated twice.
    fn limit_bytes(&self) -> u64 {
        let peak = self.counts.bytes_in_use_max;
        (peak + peak / 5).max(peak.saturating_add(IDLE_FREE_BYTES.max(self.idle_free_bytes)))
    }

    /// Gives up idle buffers, longest idle first, until all memory is within `limit_bytes`.
    fn trim(&mut self, limit_bytes: u64) -> Vec<Storage> {
        let mut evicted = Vec::new();
        while self.counts.bytes_in_use + self.counts.bytes_pooled > limit_bytes {
            let oldest = self
                .idle
                .iter()
                .filter_map(|(class, list)| list.first().map(|(time, _)| (*time, *class)))
                .min();
            let Some((_, class)) = oldest else { break };
            let Some(list) = self.idle.get_mut(&class) else {
                break;
            };
            let (_, storage) = list.remove(0);
            if list.is_empty() {
                self.idle.remove(&class);
            }
            self.counts.bytes_pooled -= class;
            self.counts.evictions += 1;
            self.retired.push(storage.id);
            evicted.push(storage);
        }
        evicted
    }
}

impl BufferPool {
    pub(crate) fn new() -> BufferPool {
        BufferPool { shared: Arc::new(Shared { state: Mutex::new(State::default()) }) }
    }

    /// A buffer of at least `len_bytes`; its content is unspecified.
    ///
    /// # Errors
    /// [`RuntimeError::TooLarge`] beyond the device's largest buffer, or
    /// [`RuntimeError::OutOfMemory`]; the caller may [`BufferPool::trim`] and try again.
    pub(crate) fn acquire(&self, gpu: &Gpu, len_bytes: u64) -> Result<GpuBuffer, RuntimeError> {
        let available_bytes = gpu.limits.max_buffer_size;
        if padded(len_bytes) > available_bytes {
            let what = "a device buffer";
            return Err(RuntimeError::TooLarge { what, needed_bytes: len_bytes, available_bytes });
        }
        let class = size_class(len_bytes).min(available_bytes).max(padded(len_bytes));
        let idle = self.shared.state().take(class);
        let storage = match idle {
            Some(storage) => storage,
            None => self.create(gpu, class)?,
        };
        let pool = Arc::downgrade(&self.shared);
        Ok(GpuBuffer { lease: Arc::new(Lease { storage: Some(storage), pool }) })
    }

    fn create(&self, gpu: &Gpu, class: u64) -> Result<Storage, RuntimeError> {
        let operation = "a device buffer";
        let (id, before, evicted) = {
            let mut state = self.shared.state();
            let before = state.counts;
            if before.bytes_in_use.saturating_add(class) > state.allowed_bytes {
                return Err(RuntimeError::OutOfMemory { operation });
            }
            state.counts.misses += 1;
            state.next_id += 1;
            state.hold(class);
            let limit_bytes = state.limit_bytes().min(state.allowed_bytes);
            (state.next_id, before, state.trim(limit_bytes))
        };
        drop(evicted);
        let descriptor = wgpu::BufferDescriptor {
            label: None,
            size: class,
            usage: wgpu::BufferUsages::STORAGE
                | wgpu::BufferUsages::COPY_SRC
                | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        };
        match gpu.scoped(operation, |device| device.create_buffer(&descriptor)) {
            Ok(raw) => Ok(Storage { raw, id, capacity_bytes: class, epoch: AtomicU64::new(0) }),
            Err(error) => {
                let counts = &mut self.shared.state().counts;
                counts.bytes_in_use -= class;
                // What was never there is no peak, unless other threads have reached it since.
                let most = before.bytes_in_use_max.max(counts.bytes_in_use);
                counts.bytes_in_use_max = most;
                counts.bytes_max = before.bytes_max.max(counts.bytes_in_use + counts.bytes_pooled);
                Err(error)
            }
        }
    }

    /// Keeps so much idle memory beyond the most that was used at once, if that is more than usual.
    pub(crate) fn keep_idle(&self, bytes: u64) {
        self.shared.state().idle_free_bytes = bytes;
    }

    /// The most bytes of all buffers together.
    pub(crate) fn allow(&self, bytes: u64) {
        self.shared.state().allowed_bytes = bytes;
    }

    /// Gives up idle buffers until all memory is within `limit_bytes`.
    pub(crate) fn trim(&self, limit_bytes: u64) {
        let evicted = self.shared.state().trim(limit_bytes);
        drop(evicted);
    }

    /// Ids of the buffers that were given up since the last call.
    pub(crate) fn take_retired(&self) -> Vec<u64> {
        std::mem::take(&mut self.shared.state().retired)
    }

    pub(crate) fn counts(&self) -> PoolCounts {
        self.shared.state().counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_classes_waste_little() {
        assert_eq!(size_class(0), 256);
        assert_eq!(size_class(257), 512);
        assert_eq!(size_class(1 << 20), 1 << 20);
        assert_eq!(size_class((1 << 20) + 1), (1 << 20) + (1 << 17));
        assert_eq!(size_class(2 << 20), 2 << 20);
        for len_bytes in (1u64 << 20..1 << 26).step_by(999_983) {
            let class = size_class(len_bytes);
            assert!(class >= len_bytes && class - len_bytes <= len_bytes / 8);
            assert_eq!(class % 16, 0);
            assert_eq!(size_class(class), class);
        }
    }
}
