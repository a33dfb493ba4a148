//! Showing a value after a statement without semicolon.

use crate::trace::builtins::{Builtin, Needs};
use crate::trace::text::compacted;

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
        let settings = *call.settings();
        let text = settings.printer().display(&name, &value);
        call.print(&if settings.is_compact { compacted(&text) } else { text });
        Ok(Vec::new())
    },
    doc: "Shows a value with its name.",
};
