//! Functions that are written in the language itself: what no operation and no host algorithm is
//! needed for.
//!
//! A family is one file of `compiler/library`; its functions call each other, the builtins, and
//! the functions of other families. A family is parsed when a script first calls one of its
//! functions. Lines `% ..` right below a `function` line are its sentence in docs/language.md; a
//! name with two underscores belongs to its family alone.

/// Files of functions.
const FAMILIES: &[&str] = &[
    include_str!("../../library/cells.m"),
    include_str!("../../library/colors.m"),
    include_str!("../../library/errors.m"),
    include_str!("../../library/files.m"),
    include_str!("../../library/forms.m"),
    include_str!("../../library/functional.m"),
    include_str!("../../library/handles.m"),
    include_str!("../../library/image.m"),
    include_str!("../../library/inputparser.m"),
    include_str!("../../library/interpolation.m"),
    include_str!("../../library/linear.m"),
    include_str!("../../library/numbers.m"),
    include_str!("../../library/ode.m"),
    include_str!("../../library/polynomial.m"),
    include_str!("../../library/signal.m"),
    include_str!("../../library/sparse.m"),
    include_str!("../../library/special.m"),
    include_str!("../../library/statistics.m"),
    include_str!("../../library/text.m"),
    include_str!("../../library/time.m"),
];

/// One function of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LibraryFunction {
    /// Name in scripts.
    pub name: &'static str,
    /// One sentence for docs/language.md.
    pub doc: &'static str,
    /// Which family.
    pub(crate) family: usize,
}

/// Names of the families, in the order of [`FAMILIES`].
const NAMES: &[&str] = &[
    "cells",
    "colors",
    "errors",
    "files",
    "forms",
    "functional",
    "handles",
    "image",
    "inputparser",
    "interpolation",
    "linear",
    "numbers",
    "ode",
    "polynomial",
    "signal",
    "sparse",
    "special",
    "statistics",
    "text",
    "time",
];

impl LibraryFunction {
    /// Name of its family.
    pub fn family_name(&self) -> &'static str {
        NAMES.get(self.family).copied().unwrap_or_default()
    }
}

/// The text of a family.
pub(crate) fn text(family: usize) -> &'static str {
    FAMILIES.get(family).copied().unwrap_or_default()
}

/// Every function that scripts may call.
pub fn functions() -> impl Iterator<Item = LibraryFunction> {
    declarations().filter(|function| !function.name.contains("__"))
}

/// Every function, those of one family alone too.
fn declarations() -> impl Iterator<Item = LibraryFunction> {
    let of_family = |(family, text): (usize, &'static str)| {
        let mut lines = text.lines().peekable();
        std::iter::from_fn(move || {
            loop {
                let head = lines.next()?;
                let Some(name) = declared(head) else { continue };
                let doc = lines.peek().and_then(|line| line.trim().strip_prefix("% "));
                return Some(LibraryFunction { name, doc: doc.unwrap_or_default(), family });
            }
        })
    };
    FAMILIES.iter().copied().enumerate().flat_map(of_family)
}

/// The function of a name.
pub(crate) fn find(name: &str) -> Option<LibraryFunction> {
    declarations().find(|function| function.name == name)
}

/// The name that a `function` line declares.
fn declared(line: &'static str) -> Option<&'static str> {
    let rest = line.strip_prefix("function ")?;
    let head = rest.split_once('=').map_or(rest, |(_, head)| head).trim();
    let end = head.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(head.len());
    head.get(..end).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{FileId, Severity};
    use crate::trace::builtins;

    #[test]
    fn every_family_parses_without_a_finding() {
        for (family, text) in FAMILIES.iter().enumerate() {
            let (program, found) = crate::syntax::parse(FileId(0), text);
            let errors: Vec<_> =
                found.iter().filter(|found| found.severity == Severity::Error).collect();
            assert!(errors.is_empty(), "family {family}: {errors:?}");
            assert!(program.is_function_file, "family {family}");
        }
    }

    #[test]
    fn names_are_unique_and_documented() {
        let mut known = std::collections::BTreeSet::new();
        for function in functions() {
            assert!(known.insert(function.name), "`{}` is there twice", function.name);
            assert!(builtins::find(function.name).is_none(), "`{}` is a builtin", function.name);
            assert!(function.doc.ends_with('.'), "`{}` has no sentence", function.name);
        }
        assert!(known.len() > 20);
    }
}
