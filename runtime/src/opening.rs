//! The device while it opens: one thread opens it, any number wait for it. It may be opened at once
//! or when the first call needs it, which may be never.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::error::RuntimeError;
use crate::recorder::Engine;

/// What an opened device is, or why there is none; `None`: the host computes.
pub(crate) type Opened = Result<Option<Engine>, RuntimeError>;

/// Where the device appears.
#[derive(Default)]
pub(crate) struct Opening {
    opened: OnceLock<Opened>,
    /// True once someone waits for the device. Held while waiting, and by the opener for a moment
    /// once `opened` is set.
    is_needed: Mutex<bool>,
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

    fn is_needed(&self) -> MutexGuard<'_, bool> {
        self.is_needed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the device is open, and has it opened.
    pub(crate) fn wait(&self) -> &Opened {
        let mut is_needed = self.is_needed();
        loop {
            if let Some(opened) = self.opened.get() {
                return opened;
            }
            if !*is_needed {
                *is_needed = true;
                self.wake.notify_all();
            }
            is_needed = self.wake.wait(is_needed).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits until the device is open or `is_stopped` says so, which [`Opening::wake`] has looked
    /// at. Has nothing opened.
    pub(crate) fn wait_unless(&self, is_stopped: impl Fn() -> bool) -> Option<&Opened> {
        let mut is_needed = self.is_needed();
        while !is_stopped() {
            if let Some(opened) = self.opened.get() {
                return Some(opened);
            }
            is_needed = self.wake.wait(is_needed).unwrap_or_else(PoisonError::into_inner);
        }
        None
    }

    /// Has those who wait look whether they are to stop.
    pub(crate) fn wake(&self) {
        drop(self.is_needed());
        self.wake.notify_all();
    }

    /// The device is not opened any more, unless someone waits for it.
    pub(crate) fn forgo(&self) {
        let is_needed = self.is_needed();
        if !*is_needed {
            let _ = self.opened.set(Ok(None));
        }
        drop(is_needed);
        self.wake.notify_all();
    }

    /// Waits until the device is needed; false if it will not be.
    fn wait_for_need(&self) -> bool {
        let mut is_needed = self.is_needed();
        while !*is_needed && self.opened.get().is_none() {
            is_needed = self.wake.wait(is_needed).unwrap_or_else(PoisonError::into_inner);
        }
        self.opened.get().is_none()
    }

    fn set(&self, opened: Opened) {
        let _ = self.opened.set(opened);
        self.wake();
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

    /// The same when a call first needs the device. Returns without it after
    /// [`Runtime::forgo_device`](crate::Runtime::forgo_device).
    pub fn open_when_needed(mut self) {
        match self.opening.wait_for_need() {
            true => self.open(),
            false => self.open = None,
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
    fn what_nobody_needs_is_not_opened() {
        let never = || -> Result<Engine, RuntimeError> { unreachable!("nobody needs it") };
        let (device, opening) = opener(never, false);
        let other = Arc::clone(&opening);
        let ahead = std::thread::spawn(move || other.wait_unless(|| false).is_some());
        let opens = std::thread::spawn(|| device.open_when_needed());
        opening.forgo();
        assert!(opens.join().is_ok() && ahead.join().expect("it ends"));
        assert!(matches!(opening.wait(), Ok(None)));
        let (device, opening) = opener(|| Err(RuntimeError::NoAdapter), false);
        let other = Arc::clone(&opening);
        let needs =
            std::thread::spawn(move || matches!(other.wait(), Err(RuntimeError::NoAdapter)));
        device.open_when_needed();
        opening.forgo();
        assert!(needs.join().expect("it ends"));
    }

    #[test]
    fn a_stopped_thread_waits_no_more() {
        let (device, opening) = opener(|| Err(RuntimeError::NoAdapter), false);
        assert!(opening.wait_unless(|| true).is_none());
        device.open();
        assert!(matches!(opening.wait_unless(|| false), Some(Err(RuntimeError::NoAdapter))));
    }
}
