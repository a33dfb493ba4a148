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
        if let Some(frame) = self.callers.get_mut(depth) {
            std::mem::swap(&mut self.frame, frame);
        }
    }

    /// Goes back; with the same argument.
    pub(crate) fn leave_context(&mut self, context: Context) {
        self.enter_context(context);
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
