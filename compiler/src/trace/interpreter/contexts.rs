//! The variables of other calls, and functions that are called when a variable goes away.

use std::cell::RefCell;
use std::rc::Rc;

use crate::diagnostic::{Diagnostic, Span};
use crate::trace::interpreter::Interpreter;
use crate::trace::value::FunctionValue;

/// Functions of `onCleanup` whose objects nothing holds any more.
pub(crate) type Ended = Rc<RefCell<Vec<FunctionValue>>>;

/// Whose variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Context {
    /// Those of the script.
    Base,
    /// Those of the call that the running call is in.
    Caller,
}

impl Interpreter<'_> {
    /// Makes the variables of another call those of the running one, until
    /// [`Interpreter::leave_context`].
    pub(crate) fn enter_context(&mut self, context: Context) {
        let depth = match context {
            Context::Base => 0,
            Context::Caller => self.callers.len().saturating_sub(1),
        };
        // The calls above it are out of the way: a text looks for variables below itself.
        let mut above = self.callers.split_off(depth.min(self.callers.len()));
        if let Some(frame) = above.first_mut() {
            std::mem::swap(&mut self.frame, frame);
        }
        self.set_aside.push(above);
    }

    /// Goes back.
    pub(crate) fn leave_context(&mut self) {
        let mut above = self.set_aside.pop().unwrap_or_default();
        if let Some(frame) = above.first_mut() {
            std::mem::swap(&mut self.frame, frame);
        }
        self.callers.append(&mut above);
    }

    /// Where functions of `onCleanup` go when their time has come.
    pub(crate) fn ended(&self) -> Ended {
        Rc::clone(&self.ended)
    }

    /// Calls the functions of `onCleanup` whose time has come.
    pub(crate) fn run_ended(&mut self) {
        loop {
            let functions = std::mem::take(&mut *self.ended.borrow_mut());
            if functions.is_empty() {
                return;
            }
            for function in functions {
                if let Err(error) = self.call_value(&function, Vec::new(), 0, Span::default()) {
                    let message = error.message();
                    let message = format!(
                        "onCleanup: error caught while executing cleanup function:\n{message}"
                    );
                    self.warn(Diagnostic::warning("M145", message));
                }
            }
        }
    }

    /// True if there is something to call.
    pub(crate) fn has_ended(&self) -> bool {
        !self.ended.borrow().is_empty()
    }
}
