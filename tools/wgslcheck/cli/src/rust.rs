//! WGSL inside Rust source: string literals that read like shaders, and `include_str!`.
//!
//! Everything around a literal becomes spaces, so that places in the shader are places in the
//! Rust file.

use std::path::{Component, Path, PathBuf};
use std::str::FromStr;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// What a Rust file holds.
#[derive(Default)]
pub(crate) struct Found {
    /// Texts as long as the file, blank but for one shader.
    pub(crate) texts: Vec<String>,
    /// Shaders that it includes.
    pub(crate) included: Vec<PathBuf>,
}

/// Macros whose first string is a format, where braces mean something else.
const FORMATS: &[&str] = &[
    "format",
    "format_args",
    "print",
    "println",
    "eprint",
    "eprintln",
    "write",
    "writeln",
    "panic",
];

/// Finds the shaders of the Rust file at `path`.
///
/// # Errors
/// The text is no Rust.
pub(crate) fn find(path: &Path, source: &str) -> Result<Found, String> {
    let tokens = TokenStream::from_str(source).map_err(|error| format!("no Rust: {error}"))?;
    let mut found = Found::default();
    walk(tokens, path, source, &mut found);
    found.included.sort();
    found.included.dedup();
    Ok(found)
}

fn walk(tokens: TokenStream, path: &Path, source: &str, found: &mut Found) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (index, token) in tokens.iter().enumerate() {
        let called = macro_name(&tokens, index);
        match token {
            TokenTree::Group(group) if called.as_deref() == Some("include_str") => {
                include(group.stream(), path, found);
            }
            TokenTree::Group(group) => {
                let is_format = called.is_some_and(|name| FORMATS.contains(&name.as_str()));
                // A doc comment is an attribute with a string: `#[doc = ".."]`.
                let is_attribute = group.delimiter() == Delimiter::Bracket
                    && matches!(index.checked_sub(1).and_then(|at| tokens.get(at)),
                        Some(TokenTree::Punct(mark)) if ['#', '!'].contains(&mark.as_char()));
                if !is_format && !is_attribute {
                    walk(group.stream(), path, source, found);
                }
            }
            TokenTree::Literal(literal) => {
                let range = literal.span().byte_range();
                if let Some(text) = shader(source, range) {
                    found.texts.push(text);
                }
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
    }
}

/// The name before `!` before the token at `index`.
fn macro_name(tokens: &[TokenTree], index: usize) -> Option<String> {
    let mark = tokens.get(index.checked_sub(1)?)?;
    let name = tokens.get(index.checked_sub(2)?)?;
    match (name, mark) {
        (TokenTree::Ident(name), TokenTree::Punct(mark)) if mark.as_char() == '!' => {
            Some(name.to_string())
        }
        _ => None,
    }
}

fn include(arguments: TokenStream, path: &Path, found: &mut Found) {
    if let Some(TokenTree::Literal(literal)) = arguments.into_iter().next() {
        let text = literal.to_string();
        let name = text.trim_matches('"');
        if name.ends_with(".wgsl") {
            let joined = path.parent().unwrap_or(Path::new("")).join(name);
            found.included.push(without_parents(&joined));
        }
    }
}

/// `a/../b` as `b`, by the text alone: reports name files as people do.
fn without_parents(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        let can_pop = matches!(plain.components().next_back(), Some(Component::Normal(_)));
        if part == Component::ParentDir && can_pop {
            plain.pop();
        } else {
            plain.push(part);
        }
    }
    plain
}

/// The file with all blank but the string literal at `range`, if that is a shader.
fn shader(source: &str, range: std::ops::Range<usize>) -> Option<String> {
    let literal = source.get(range.clone())?;
    let opened = literal.find('"')?;
    let raw = literal.starts_with('r');
    let hashes = if raw { opened - 1 } else { 0 };
    let inner = literal.get(opened + 1..literal.len().checked_sub(hashes + 1)?)?;
    if !(raw || opened == 0) || !reads_like_wgsl(inner) {
        return None;
    }
    let body = if raw { inner.to_owned() } else { unescape(inner)? };
    let blank = |text: &str| -> String {
        text.chars()
            .flat_map(|c| {
                let spaces = if c == '\n' { 0 } else { c.len_utf8() };
                std::iter::repeat_n(' ', spaces).chain((c == '\n').then_some('\n'))
            })
            .collect()
    };
    let start = range.start + opened + 1;
    let before = blank(source.get(..start)?);
    let after = blank(source.get(start + inner.len()..)?);
    Some(format!("{before}{body}{after}"))
}

fn reads_like_wgsl(text: &str) -> bool {
    let marks = ["@compute", "@vertex", "@fragment", "@group(", "var<"];
    marks.iter().any(|mark| text.contains(mark)) && text.contains(['{', ';'])
}

/// The text with each escape replaced by as many bytes, or `None` where that would mislead.
fn unescape(text: &str) -> Option<String> {
    if text.contains("//") && text.contains("\\n") {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next()? {
            'n' | 't' | 'r' => out.push_str("  "),
            '\n' => out.push_str(" \n"),
            '"' => out.push_str(" \""),
            '\\' => out.push_str(" \\"),
            _ => return None,
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::find;

    #[test]
    fn raw_strings_keep_their_place() {
        let source = "fn f() { /* é */\n let s = r#\"@compute fn main() { }\"#; }";
        let found = find(Path::new("src/a.rs"), source).unwrap();
        assert_eq!(found.texts.len(), 1);
        assert_eq!(found.texts[0].len(), source.len());
        assert_eq!(found.texts[0].find("@compute"), source.find("@compute"));
    }

    #[test]
    fn formats_docs_and_other_strings_are_left() {
        let source = "/// @compute fn a() {}\nfn f() { format!(\"@compute {}\", 1); \"plain;\"; }";
        assert!(find(Path::new("a.rs"), source).unwrap().texts.is_empty());
    }

    #[test]
    fn included_files_are_named_from_the_source_file() {
        let source = "const S: &str = include_str!(\"b.wgsl\"); include_str!(\"../c.wgsl\")";
        let found = find(Path::new("src/a.rs"), source);
        assert_eq!(found.unwrap().included, [Path::new("c.wgsl"), Path::new("src/b.wgsl")]);
    }
}
