//! The device while it opens: one thread opens it, any number wait for it.

use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use crate::error::RuntimeError;
use crate::recorder::Engine;

/// What an opened device is, or why there is none; `None`: the host computes.
pub(crate) type Opened = Result<Option<Engine>, RuntimeError>;

/// How often a thread that may be stopped looks whether it is.
const STOP_INTERVAL: Duration = Duration::from_millis(2);

/// Where the device appears.
#[derive(Default)]
pub(crate) struct Opening {
    opened: OnceLock<Opened>,
    /// Held while waiting, and by the opener for a moment once `opened` is set.
    waiting: Mutex<()>,
    wake: Condvar,
}

impl Opening {
    /// Of a runtime without a device.
    pub(crate) fn of_host() -> Opening {
        Opening { opened: OnceLock::from(Ok(None)), ..Opening::default() }
    }

    /// What was opened, if that is done.
    pub(crate) fn get(&self) -> Option<&Opened> {
        self.opened.get()
    }

    /// Waits until the device is open.
    pub(crate) fn wait(&self) -> &Opened {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(opened) = self.opened.get() {
                return opened;
            }
            waiting = self.wake.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits until the device is open or `is_stopped` says so.
    pub(crate) fn wait_unless(&self, is_stopped: impl Fn() -> bool) -> Option<&Opened> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        while !is_stopped() {
            if let Some(opened) = self.opened.get() {
                return Some(opened);
            }
            let waited = self.wake.wait_timeout(waiting, STOP_INTERVAL);
            waiting = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        None
    }

    fn set(&self, opened: Opened) {
        let _ = self.opened.set(opened);
        drop(self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        self.wake.notify_all();
    }
}

type Open = Box<dyn FnOnce() -> Result<Engine, RuntimeError> + Send>;

/// Opens the device of a [`Runtime`](crate::Runtime), on the thread that the program chooses.
/// Dropped without that, the device counts as one that cannot be opened.
pub struct DeviceOpener {
    open: Option<Open>,
    /// What replaces an error, if the host may compute instead.
    is_optional: bool,
    opening: Arc<Opening>,
}

impl DeviceOpener {
    pub(crate) fn new(
        open: impl FnOnce() -> Result<Engine, RuntimeError> + Send + 'static,
        is_optional: bool,
    ) -> (DeviceOpener, Arc<Opening>) {
        let opening = Arc::new(Opening::default());
        let open: Option<Open> = Some(Box::new(open));
        (DeviceOpener { open, is_optional, opening: Arc::clone(&opening) }, opening)
    }

    /// Opens the device; calls of the runtime wait for it, and are given what went wrong.
    pub fn open(mut self) {
        if let Some(open) = self.open.take() {
            self.finish(caught(open));
        }
    }

    fn finish(&self, opened: Result<Engine, RuntimeError>) {
        self.opening.set(match opened {
            Ok(engine) => Ok(Some(engine)),
            Err(_) if self.is_optional => Ok(None),
            Err(error) => Err(error),
        });
    }
}

/// A driver that panics is one that cannot be opened.
fn caught<T>(open: impl FnOnce() -> Result<T, RuntimeError>) -> Result<T, RuntimeError> {
    let opened = std::panic::catch_unwind(std::panic::AssertUnwindSafe(open));
    opened.unwrap_or(Err(RuntimeError::DeviceThread))
}

impl Drop for DeviceOpener {
    fn drop(&mut self) {
        if self.open.take().is_some() {
            self.finish(Err(RuntimeError::DeviceThread));
        }
    }
}

impl std::fmt::Debug for DeviceOpener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeviceOpener").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opener(
        open: fn() -> Result<Engine, RuntimeError>,
        is_optional: bool,
    ) -> (DeviceOpener, Arc<Opening>) {
        DeviceOpener::new(open, is_optional)
    }

    #[test]
    fn a_driver_that_panics_is_an_error() {
        let panics = || -> Result<Engine, RuntimeError> { std::panic::resume_unwind(Box::new(())) };
        let (device, opening) = opener(panics, false);
        device.open();
        assert!(matches!(opening.wait(), Err(RuntimeError::DeviceThread)));
        let (device, opening) = opener(panics, true);
        device.open();
        assert!(matches!(opening.wait(), Ok(None)));
    }

    #[test]
    fn nobody_waits_for_an_opener_that_is_gone() {
        let (device, opening) = opener(|| Err(RuntimeError::NoAdapter), false);
        let waiter = std::thread::spawn({
            let opening = Arc::clone(&opening);
            move || matches!(opening.wait(), Err(RuntimeError::DeviceThread))
        });
        drop(device);
        assert!(waiter.join().expect("it ends"));
    }

    #[test]
    fn a_stopped_thread_waits_no_more() {
        let (device, opening) = opener(|| Err(RuntimeError::NoAdapter), false);
        assert!(opening.wait_unless(|| true).is_none());
        device.open();
        assert!(matches!(opening.wait_unless(|| false), Some(Err(RuntimeError::NoAdapter))));
    }
}
