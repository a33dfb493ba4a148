//! Patterns of `regexp` and its kin: from their spelling to a compiled one, and their matches.
//!
//! The spelling is that of PCRE; what the `fancy-regex` crate reads otherwise is rewritten here:
//! word ends `\<` and `\>`, sets that hold `[`, `&` or `~`, and braces that count nothing.

use std::cell::RefCell;
use std::rc::Rc;

use fancy_regex::{Regex, RegexBuilder};
use indexmap::IndexMap;

/// Steps that one search may take.
const STEPS_MAX: usize = 10_000_000;

/// How a pattern is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flags {
    pub(super) ignore_case: bool,
    /// `.` is any character, newlines too.
    pub(super) dot_all: bool,
    /// `^` and `$` are at every line.
    pub(super) line_anchors: bool,
    /// White space and comments in the pattern mean nothing.
    pub(super) free_spacing: bool,
    /// Matches without a character count.
    pub(super) empty_match: bool,
}

/// One match; places are of characters, 0-based, ends after the last.
#[derive(Clone, Debug)]
pub(super) struct Match {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Groups by number, the first is 1.
    pub(super) groups: Vec<Option<(usize, usize)>>,
}

/// Compiled patterns that are kept: a script uses few, and many times.
const KEPT_MAX: usize = 64;

thread_local! {
    /// By what was compiled.
    static KEPT: RefCell<IndexMap<String, Rc<Regex>>> = RefCell::default();
}

/// The pattern of a text as the engine spells it, compiled or kept.
fn compiled(spelled: String) -> Result<Rc<Regex>, String> {
    let known = KEPT.with_borrow(|kept| kept.get(&spelled).cloned());
    if let Some(known) = known {
        return Ok(known);
    }
    let regex = RegexBuilder::new(&spelled).backtrack_limit(STEPS_MAX).build();
    let regex = Rc::new(regex.map_err(|error| error.to_string())?);
    KEPT.with_borrow_mut(|kept| {
        if kept.len() >= KEPT_MAX {
            kept.shift_remove_index(0);
        }
        kept.insert(spelled, Rc::clone(&regex));
    });
    Ok(regex)
}

/// A compiled pattern.
pub(super) struct Pattern {
    regex: Rc<Regex>,
    flags: Flags,
    /// Names of groups and their numbers, in the order of the pattern.
    pub(super) names: Vec<(String, usize)>,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn new(text: &str, flags: Flags) -> Result<Pattern, String> {
        let mut prefix = String::new();
        for (is_on, flag) in [
            (flags.ignore_case, 'i'),
            (flags.dot_all, 's'),
            (flags.line_anchors, 'm'),
            (flags.free_spacing, 'x'),
        ] {
            if is_on {
                prefix.push(flag);
            }
        }
        let head = if prefix.is_empty() { prefix } else { format!("(?{prefix})") };
        let spelled = format!("{head}{}", rewritten(text));
        let regex = compiled(spelled)?;
        let names = regex.capture_names().enumerate();
        let names = names.filter_map(|(at, name)| Some((name?.to_owned(), at)));
        let names = names.collect();
        Ok(Pattern { regex, flags, names })
    }

    /// The matches in a text, from the first on; only one if `is_once`.
    ///
    /// # Errors
    /// If the search takes too long.
    pub(super) fn matches(&self, text: &str, is_once: bool) -> Result<Vec<Match>, String> {
        let places = places(text);
        let place = |byte: usize| places.get(byte).copied().unwrap_or_default();
        let mut found = Vec::new();
        let mut from = 0;
        while from <= text.len() {
            let captures =
                self.regex.captures_from_pos(text, from).map_err(|error| error.to_string())?;
            let Some(captures) = captures else { break };
            let Some(whole) = captures.get(0) else { break };
            let is_empty = whole.start() == whole.end();
            if !is_empty || self.flags.empty_match {
                let group = |at: usize| {
                    captures.get(at).map(|group| (place(group.start()), place(group.end())))
                };
                found.push(Match {
                    start: place(whole.start()),
                    end: place(whole.end()),
                    groups: (1..captures.len()).map(group).collect(),
                });
                if is_once {
                    break;
                }
            }
            from = match is_empty {
                false => whole.end(),
                true => {
                    let rest = text.get(whole.end()..).unwrap_or_default();
                    whole.end() + rest.chars().next().map_or(1, char::len_utf8)
                }
            };
        }
        Ok(found)
    }
}

/// Position of the character per byte, and one more for the end.
fn places(text: &str) -> Vec<usize> {
    let mut places = Vec::with_capacity(text.len() + 1);
    for (at, c) in text.chars().enumerate() {
        places.extend(std::iter::repeat_n(at, c.len_utf8()));
    }
    places.push(text.chars().count());
    places
}

/// The pattern as `fancy-regex` spells it.
fn rewritten(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut result = String::with_capacity(text.len() + 8);
    let mut set_start = None;
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let next = chars.get(at + 1).copied();
        match (c, set_start) {
            ('\\', None) if next == Some('<') => result.push_str(r"\b(?=\w)"),
            ('\\', None) if next == Some('>') => result.push_str(r"\b(?<=\w)"),
            ('\\', _) => {
                result.push(c);
                match next {
                    // Not an escape anywhere else: the character itself.
                    Some(next) if next == '_' || next == '"' || next == '\'' => {
                        result.pop();
                        result.push(next);
                    }
                    Some(next) => result.push(next),
                    None => result.push('\\'),
                }
            }
            ('[', None) => {
                set_start = Some(at + 1 + usize::from(next == Some('^')));
                result.push(c);
                if next == Some('^') {
                    result.push('^');
                    at += 1;
                }
            }
            ('[', Some(_)) if next == Some(':') => {
                let end = chars[at..].windows(2).position(|pair| pair == [':', ']']);
                let end = end.map_or(at, |end| at + end + 1);
                result.extend(&chars[at..=end]);
                at = end;
            }
            (']', Some(start)) if at > start => {
                set_start = None;
                result.push(c);
            }
            ('[' | ']' | '&' | '~', Some(_)) => result.extend(['\\', c]),
            ('{', None) if !counts(&chars[at..]) => result.push_str("\\{"),
            ('}', None) if !closes(&chars, at) => result.push_str("\\}"),
            (_, _) => result.push(c),
        }
        at += if c == '\\' { 2 } else { 1 };
    }
    result
}

/// True if a brace starts a count.
fn counts(rest: &[char]) -> bool {
    let inside: String = rest.iter().skip(1).take_while(|c| **c != '}').collect();
    inside.starts_with(|c: char| c.is_ascii_digit())
        && inside.chars().all(|c| c.is_ascii_digit() || c == ',')
        && rest.len() > inside.len() + 1
}

/// True if the brace at a place ends a count.
fn closes(chars: &[char], at: usize) -> bool {
    chars[..at]
        .iter()
        .rposition(|c| *c == '{')
        .is_some_and(|open| counts(&chars[open..]) && !chars[open..at].contains(&'}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_that_differ_are_rewritten() {
        for (text, expected) in [
            (r"a{2,3}", r"a{2,3}"),
            (r"a{b}", r"a\{b\}"),
            (r"[^]a]", r"[^\]a]"),
            (r"[[:alpha:]&]", r"[[:alpha:]\&]"),
            (r"[[]", r"[\[]"),
            (r"\<a\>", r"\b(?=\w)a\b(?<=\w)"),
        ] {
            assert_eq!(rewritten(text), expected, "{text}");
        }
    }
}
