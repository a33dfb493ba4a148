//! What holds for every text.

use crate::diagnostic::FileId;
use crate::syntax::{liveness, parse};

/// Parses a text, prints its tree, and looks at the places of its findings.
pub fn text(text: &str) {
    let (program, diagnostics) = parse(FileId(0), text);
    let _ = program.to_string();
    let _ = liveness::assigned_in(&program.body);
    for diagnostic in diagnostics {
        let span = diagnostic.span.unwrap_or_default();
        assert!(text.get(span.start as usize..span.end as usize).is_some(), "{diagnostic:?}");
    }
}
