//! Functions as text: `@sin`, `@(x) x .^ 2`, spaced as Octave spaces them.

use crate::diagnostic::FileId;
use crate::syntax::ast::{Stmt, StmtKind};
use crate::trace::value::FunctionValue;

/// A function as it is shown.
pub fn text(function: &FunctionValue) -> String {
    match function {
        FunctionValue::Named(name) => format!("@{name}"),
        FunctionValue::User(function) => format!("@{}", function.names.text(function.name)),
        FunctionValue::Anonymous { function, .. } => function.text.to_string(),
    }
}

/// The text of an expression, spaced as Octave spaces it; as it is if it is no expression.
pub fn spelled(text: &str) -> String {
    let (program, findings) = crate::syntax::parse(FileId(0), text);
    match program.body.as_slice() {
        [Stmt { kind: StmtKind::Expr(expr), .. }] if findings.is_empty() => {
            crate::syntax::spelled(expr, (&program.names, text))
        }
        _ => text.to_owned(),
    }
}

/// The text of a double-quoted literal.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\0' => out.push_str("\\0"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\u{b}' => out.push_str("\\v"),
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            other => out.push(other),
        }
    }
    out
}
