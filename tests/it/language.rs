//! docs/language.md lists the functions of the library as they are.

use std::fmt::Write;
use std::fs;

use preheat_compiler::trace::library;

use super::harness;

const HEAD: &str = "| function | family | what it is |\n|---|---|---|\n";

#[test]
fn the_page_lists_the_library() {
    let path = harness::root().join("docs/language.md");
    let page = fs::read_to_string(&path).expect("the page");
    let mut functions: Vec<_> = library::functions().collect();
    functions.sort_by_key(|function| function.name);
    let mut table = HEAD.to_owned();
    for function in functions {
        let (name, family, doc) = (function.name, function.family_name(), function.doc);
        _ = writeln!(table, "| `{name}` | {family} | {doc} |");
    }
    let (text, known) = page.split_once(HEAD).expect("the head of the table");
    if format!("{HEAD}{known}") != table {
        let fresh = harness::root().join("target/language.md");
        fs::write(&fresh, format!("{text}{table}")).expect("writing the fresh page");
        panic!("docs/language.md is not fresh: take {}", fresh.display());
    }
}
