//! Calls that are too small for a device: what the host computes at once.
//!
//! A call whose arrays are all in host memory, and whose result is read there, costs a device more
//! for the way there and back than the work itself. So a program may leave calls of little work to
//! the host, and needs no device as long as there are no others. The rule looks at sizes and counts
//! alone, never at the time: the same calls go the same way in each run.

use std::sync::atomic::{AtomicU64, Ordering};

use preheat_format::{Call, CallOutput};

use crate::value::Buffer;

/// Work that is done on the host before the device is taken for what follows, however small: so
/// many calls are not read one by one.
const TOTAL_MAX: u64 = 1 << 25;

/// What the host does.
#[derive(Debug, Default)]
pub(crate) struct SmallCalls {
    /// The most work of a call; 0: none is small.
    most: u64,
    /// Work that was done and not read.
    done: AtomicU64,
}

impl SmallCalls {
    pub(crate) fn new(most: u64) -> SmallCalls {
        SmallCalls { most, done: AtomicU64::new(0) }
    }

    /// True if the host is to compute a call; counted.
    pub(crate) fn take(&self, call: &Call<Buffer>) -> bool {
        if self.most == 0 {
            return false;
        }
        let work = work(call);
        let is_taken = work <= self.most
            && self.done.load(Ordering::Relaxed) <= TOTAL_MAX
            && call.sources.iter().all(|buffer| self.holds(buffer))
            && call.outputs.iter().all(|output| match output {
                CallOutput::New => true,
                CallOutput::Update(buffer) => self.holds(buffer),
            });
        if is_taken {
            self.done.fetch_add(work, Ordering::Relaxed);
        }
        is_taken
    }

    /// True for an array that is on the host alone, and that is no longer than a small call may
    /// read and write: a large one will be wanted on the device.
    fn holds(&self, buffer: &Buffer) -> bool {
        buffer.is_on_host() && !buffer.is_on_device() && buffer.len() <= self.most
    }

    /// An array was read: what it took to make was well spent.
    pub(crate) fn read(&self) {
        if self.most > 0 {
            let less = |done: u64| Some(done.saturating_sub(self.most));
            let _ = self.done.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
        }
    }
}

/// Operations on elements.
fn work(call: &Call<Buffer>) -> u64 {
    let points = call.extents.iter().fold(1u64, |points, extent| points.saturating_mul(*extent));
    let trips = call.roll.as_ref().map_or(1, |roll| u64::from(roll.trips));
    let operations = call.signature.nodes.len() as u64;
    points.saturating_mul(trips).saturating_mul(operations)
}
