//! Showing a value after a statement without semicolon.

use crate::trace::builtins::{Builtin, Needs};
use crate::trace::text::display::Printer;

/// What a statement without semicolon calls: value and name.
pub(crate) static DISPLAY: Builtin = Builtin {
    name: "display",
    args_min: 2,
    args_max: 2,
    outputs_max: 0,
    needs: Needs::Output,
    run: |call| {
        let name = call.text(1)?;
        let value = call.take(0)?;
        let printer = Printer { format: call.settings().format, sources: None };
        let text = printer.display(&name, &value);
        call.print(&text);
        Ok(Vec::new())
    },
    doc: "Shows a value with its name.",
};
