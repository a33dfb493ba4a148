//! Functions that are written in the language itself: what no operation and no host algorithm is
//! needed for.
//!
//! A family is one file of `compiler/library`; its functions call each other, the builtins, and
//! the functions of other families. A function is parsed when it is first called. Lines `% ..`
//! right below a `function` line are its sentence in docs/language.md; a name with two underscores
//! belongs to its family alone.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Files of functions.
const FAMILIES: &[&str] = &[
    include_str!("../../library/bessel.m"),
    include_str!("../../library/cells.m"),
    include_str!("../../library/colors.m"),
    include_str!("../../library/errors.m"),
    include_str!("../../library/files.m"),
    include_str!("../../library/forms.m"),
    include_str!("../../library/functional.m"),
    include_str!("../../library/gallery.m"),
    include_str!("../../library/geometry.m"),
    include_str!("../../library/handles.m"),
    include_str!("../../library/image.m"),
    include_str!("../../library/inputparser.m"),
    include_str!("../../library/interpolation.m"),
    include_str!("../../library/krylov.m"),
    include_str!("../../library/linear.m"),
    include_str!("../../library/numbers.m"),
    include_str!("../../library/ode.m"),
    include_str!("../../library/polynomial.m"),
    include_str!("../../library/programs.m"),
    include_str!("../../library/signal.m"),
    include_str!("../../library/sparse.m"),
    include_str!("../../library/special.m"),
    include_str!("../../library/statistics.m"),
    include_str!("../../library/text.m"),
    include_str!("../../library/textfiles.m"),
    include_str!("../../library/time.m"),
    include_str!("../../library/validators.m"),
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
    /// Its own text.
    pub(crate) text: &'static str,
    /// Which of all functions.
    pub(crate) number: usize,
}

/// Every function in order, those of one family alone too.
static DECLARED: LazyLock<Vec<LibraryFunction>> = LazyLock::new(|| {
    let mut all = Vec::new();
    for (family, text) in FAMILIES.iter().copied().enumerate() {
        let starts = text.match_indices("function ").map(|(at, _)| at);
        let starts = starts.filter(|at| text[..*at].ends_with('\n') || *at == 0);
        let ends = starts.clone().skip(1).chain([text.len()]);
        for (start, end) in starts.zip(ends) {
            let own = text.get(start..end).unwrap_or_default();
            let (head, rest) = own.split_once('\n').unwrap_or((own, ""));
            let Some(name) = declared(head) else { continue };
            let doc = rest.lines().next().and_then(|line| line.trim().strip_prefix("% "));
            let (doc, number) = (doc.unwrap_or_default(), all.len());
            all.push(LibraryFunction { name, doc, family, text: own, number });
        }
    }
    all
});

/// Their numbers by name.
static BY_NAME: LazyLock<BTreeMap<&'static str, usize>> =
    LazyLock::new(|| DECLARED.iter().map(|function| (function.name, function.number)).collect());

/// Names of the families, in the order of [`FAMILIES`].
const NAMES: &[&str] = &[
    "bessel",
    "cells",
    "colors",
    "errors",
    "files",
    "forms",
    "functional",
    "gallery",
    "geometry",
    "handles",
    "image",
    "inputparser",
    "interpolation",
    "krylov",
    "linear",
    "numbers",
    "ode",
    "polynomial",
    "programs",
    "signal",
    "sparse",
    "special",
    "statistics",
    "text",
    "textfiles",
    "time",
    "validators",
];

impl LibraryFunction {
    /// Name of its family.
    pub fn family_name(&self) -> &'static str {
        NAMES.get(self.family).copied().unwrap_or_default()
    }
}

/// Every function that scripts may call.
pub fn functions() -> impl Iterator<Item = LibraryFunction> {
    DECLARED.iter().copied().filter(|function| !function.name.contains("__"))
}

/// The function of a name.
pub(crate) fn find(name: &str) -> Option<LibraryFunction> {
    DECLARED.get(*BY_NAME.get(name)?).copied()
}

/// The function of a number.
pub(crate) fn at(number: usize) -> Option<LibraryFunction> {
    DECLARED.get(number).copied()
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
    fn every_function_parses_by_itself_without_a_finding() {
        for (family, text) in FAMILIES.iter().enumerate() {
            let own = DECLARED.iter().filter(|function| function.family == family);
            assert_eq!(own.map(|function| function.text).collect::<String>(), **text);
        }
        for LibraryFunction { name, text, .. } in DECLARED.iter() {
            let (program, found) = crate::syntax::parse(FileId(0), text);
            let errors: Vec<_> =
                found.iter().filter(|found| found.severity == Severity::Error).collect();
            assert!(errors.is_empty(), "{name}: {errors:?}");
            assert!(program.is_function_file && program.functions.len() == 1, "{name}");
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
