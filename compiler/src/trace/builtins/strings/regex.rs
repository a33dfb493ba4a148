//! `regexp`, `regexpi` and `regexprep`.

use super::super::structs::texts;
use super::pattern::{Flags, Match, Pattern};
use super::{Call, Outcome};
use crate::shape::Shape;
use crate::trace::error::ScriptError;
use crate::trace::text::printf;
use crate::trace::value::{CellArray, HostArray, HostData, StructArray, Value};
use indexmap::IndexMap;
use std::rc::Rc;

/// Results in the order in which they are given without options.
const RESULTS: [&str; 7] = ["start", "end", "tokenExtents", "match", "tokens", "names", "split"];

struct Options {
    flags: Flags,
    is_once: bool,
    /// Results that were asked for, by place in [`RESULTS`].
    wanted: Vec<usize>,
}

fn options(call: &Call<'_, '_>, first: usize) -> Result<Options, ScriptError> {
    let mut flags = Flags {
        ignore_case: call.builtin.name == "regexpi",
        dot_all: true,
        line_anchors: false,
        free_spacing: false,
        empty_match: false,
    };
    let (mut is_once, mut wanted) = (false, Vec::new());
    for value in call.args.iter().skip(first) {
        let text = value.to_text().unwrap_or_default();
        match text.to_ascii_lowercase().as_str() {
            "once" => is_once = true,
            "ignorecase" => flags.ignore_case = true,
            "matchcase" => flags.ignore_case = false,
            "lineanchors" => flags.line_anchors = true,
            "stringanchors" => flags.line_anchors = false,
            "dotall" => flags.dot_all = true,
            "dotexceptnewline" => flags.dot_all = false,
            "freespacing" => flags.free_spacing = true,
            "literalspacing" => flags.free_spacing = false,
            "emptymatch" => flags.empty_match = true,
            "noemptymatch" => flags.empty_match = false,
            "warnings" => {}
            other => match RESULTS.iter().position(|known| known.eq_ignore_ascii_case(other)) {
                Some(at) => wanted.push(at),
                None => {
                    let name = call.builtin.name;
                    let message = format!("{name}: optional arguments must be strings");
                    return Err(call.error("M113", message));
                }
            },
        }
    }
    Ok(Options { flags, is_once, wanted })
}

fn compiled(call: &Call<'_, '_>, text: &str, flags: Flags) -> Result<Pattern, ScriptError> {
    let name = call.builtin.name;
    Pattern::new(text, flags).map_err(|problem| {
        call.error("M341", format!("{name}: {problem}")).hint(format!("the pattern is `{text}`"))
    })
}

/// `regexp` and `regexpi`.
pub(super) fn search(call: &mut Call<'_, '_>) -> Outcome {
    let options = options(call, 2)?;
    let (subject, pattern) = (call.take(0)?, call.take(1)?);
    let is_cell = |value: &Value| matches!(value, Value::Cell(_));
    if !is_cell(&subject) && !is_cell(&pattern) {
        return one_search(call, (&subject, &pattern), &options);
    }
    let shape = if is_cell(&subject) { subject.shape() } else { pattern.shape() };
    let count = call.nargout.max(1);
    let mut columns: Vec<Vec<Value>> = vec![Vec::new(); count];
    for index in 0..shape.len() as usize {
        let part = |value: &Value| match value {
            Value::Cell(cell) if cell.shape.is_scalar() => cell.values.first().cloned(),
            Value::Cell(cell) => cell.values.get(index).cloned(),
            other => Some(other.clone()),
        };
        let (Some(subject), Some(pattern)) = (part(&subject), part(&pattern)) else {
            return Err(call.error("M341", "regexp: inconsistent cell array dimensions"));
        };
        let results = one_search(call, (&subject, &pattern), &options)?;
        columns.iter_mut().zip(results).for_each(|(column, value)| column.push(value));
    }
    let cell = |column| Value::Cell(CellArray::new(shape.clone(), column));
    Ok(columns.into_iter().map(cell).collect())
}

fn one_search(
    call: &Call<'_, '_>,
    (subject, pattern): (&Value, &Value),
    options: &Options,
) -> Outcome {
    let name = call.builtin.name;
    let wrong = || {
        let message =
            format!("{name}: all input arguments must be strings or cell arrays of strings");
        call.error("M341", message)
    };
    let text = subject.to_text().or_else(|| by_columns(subject)).ok_or_else(wrong)?;
    let spelled = pattern.to_text().ok_or_else(wrong)?;
    let pattern = compiled(call, &spelled, options.flags)?;
    let found = matches(call, &pattern, &text, options.is_once)?;
    let results = Results { chars: text.chars().collect(), pattern: &pattern, found: &found };
    let rest = (0..RESULTS.len()).filter(|at| !options.wanted.contains(at));
    let order = options.wanted.iter().copied().chain(rest);
    Ok(order.take(call.nargout.max(1)).map(|at| results.value(at, options.is_once)).collect())
}

/// A char matrix as one text, a column after the other.
fn by_columns(value: &Value) -> Option<String> {
    let Value::Array(array) = value else { return None };
    match &*array.data {
        HostData::Char(chars) => Some(chars.iter().collect()),
        _ => None,
    }
}

/// What a search found, as values.
struct Results<'r> {
    chars: Vec<char>,
    pattern: &'r Pattern,
    found: &'r [Match],
}

impl Results<'_> {
    fn value(&self, which: usize, is_once: bool) -> Value {
        match (RESULTS[which], is_once) {
            ("names", _) => self.names(),
            ("split", _) => self.split(),
            (which, true) => match self.found.first() {
                Some(first) => self.of_match(which, first, true),
                None => match which {
                    "match" => Value::from(""),
                    "tokens" => Value::Cell(CellArray::new(Shape::matrix(0, 0), Vec::new())),
                    _ => Value::empty(),
                },
            },
            ("start" | "end", false) => {
                let place = |found: &Match| match which {
                    0 => found.start as f64 + 1.0,
                    _ => found.end as f64,
                };
                HostArray::row(self.found.iter().map(place).collect()).into()
            }
            (which, false) => {
                let values = self.found.iter().map(|found| self.of_match(which, found, false));
                Value::cell_row(values.collect())
            }
        }
    }

    fn of_match(&self, which: &str, found: &Match, is_once: bool) -> Value {
        match which {
            "start" => Value::from(found.start as f64 + 1.0),
            "end" => Value::from(found.end as f64),
            "match" => self.part((found.start, found.end)),
            "tokenExtents" => {
                let places = tokens(found);
                let starts = places.iter().map(|(start, _)| *start as f64 + 1.0);
                let ends = places.iter().map(|(_, end)| *end as f64);
                let data = HostData::Double(starts.chain(ends).collect());
                HostArray::new(Shape::matrix(places.len() as u64, 2), data).into()
            }
            _ => {
                let values: Vec<Value> =
                    tokens(found).into_iter().map(|place| self.part(place)).collect();
                let count = values.len() as u64;
                let shape = match (is_once, count) {
                    (true, 0) => Shape::matrix(0, 0),
                    (true, _) => Shape::matrix(count, 1),
                    (false, _) => Shape::matrix(1, count),
                };
                Value::Cell(CellArray::new(shape, values))
            }
        }
    }

    fn part(&self, (start, end): (usize, usize)) -> Value {
        let chars = self.chars.get(start..end).unwrap_or_default().to_vec();
        // An empty part is `1x0` where it is of a text, `0x0` of none.
        let rows = u64::from(!chars.is_empty());
        HostArray::new(Shape::matrix(rows, chars.len() as u64), HostData::Char(chars)).into()
    }

    fn names(&self) -> Value {
        let count = self.found.len();
        let shape = match count {
            0 => Shape::matrix(0, 0),
            _ => Shape::matrix(1, count as u64),
        };
        let mut fields: IndexMap<String, Vec<Value>> = IndexMap::new();
        for (name, group) in &self.pattern.names {
            let column = self.found.iter().map(|found| {
                let place = found.groups.get(group - 1).copied().flatten();
                place.map_or_else(|| Value::from(""), |place| self.part(place))
            });
            fields.insert(name.clone(), column.collect());
        }
        Value::Struct(StructArray { shape, fields: Rc::new(fields) })
    }

    fn split(&self) -> Value {
        let mut parts = Vec::with_capacity(self.found.len() + 1);
        let mut from = 0;
        for found in self.found {
            parts.push(self.between(from, found.start));
            from = found.end;
        }
        parts.push(self.between(from, self.chars.len()));
        Value::cell_row(parts)
    }

    fn between(&self, start: usize, end: usize) -> Value {
        match self.chars.is_empty() || start >= end {
            true => Value::from(""),
            false => {
                let chars = self.chars.get(start..end).unwrap_or_default().to_vec();
                let shape = Shape::matrix(1, chars.len() as u64);
                HostArray::new(shape, HostData::Char(chars)).into()
            }
        }
    }
}

/// Places of the groups that took part.
fn tokens(found: &Match) -> Vec<(usize, usize)> {
    found.groups.iter().flatten().copied().collect()
}

/// What a pattern finds. Of the groups Octave drops those that match nothing at the start of the
/// text, or the same place as the group before; the library counts all of them.
fn matches(
    call: &Call<'_, '_>,
    pattern: &Pattern,
    text: &str,
    is_once: bool,
) -> Result<Vec<Match>, ScriptError> {
    let name = call.builtin.name;
    let found = pattern.matches(text, is_once);
    let mut found = found.map_err(|problem| call.error("M341", format!("{name}: {problem}")))?;
    if call.interpreter.is_in_library() {
        return Ok(found);
    }
    for one in &mut found {
        let mut before = None;
        for group in &mut one.groups {
            let place = *group;
            if place.is_some_and(|(_, end)| end == 0) || place == before {
                *group = None;
            }
            before = place;
        }
    }
    Ok(found)
}

/// `regexprep`.
pub(super) fn replace(call: &mut Call<'_, '_>) -> Outcome {
    let options = options(call, 3)?;
    let (subject, patterns, by) = (call.take(0)?, call.take(1)?, call.take(2)?);
    let wrong = "regexprep: all input arguments must be strings or cell arrays of strings";
    let list = |value: &Value| {
        let found = texts(value).or_else(|| value.is_empty().then(|| vec![String::new()]));
        found.ok_or_else(|| call.error("M341", wrong))
    };
    let (patterns, by) = (list(&patterns)?, list(&by)?);
    let mut steps = Vec::with_capacity(patterns.len());
    for (at, pattern) in patterns.iter().enumerate() {
        let replacement = by.get(at).or(by.first()).cloned().unwrap_or_default();
        steps.push((compiled(call, pattern, options.flags)?, replacement));
    }
    let edit = |text: &str| {
        let mut text = text.to_owned();
        for (pattern, replacement) in &steps {
            let found = matches(call, pattern, &text, options.is_once)?;
            text = replaced(&text, &found, replacement, call.interpreter.is_in_library());
        }
        Ok(text)
    };
    let value = match &subject {
        Value::Cell(cell) => {
            let each = |value: &Value| {
                let text = value.to_text().ok_or_else(|| call.error("M341", wrong))?;
                edit(&text).map(|text| Value::from(text.as_str()))
            };
            let values: Result<Vec<Value>, ScriptError> = cell.values.iter().map(each).collect();
            Value::Cell(CellArray::new(cell.shape.clone(), values?))
        }
        other => {
            let text = other.to_text().ok_or_else(|| call.error("M341", wrong))?;
            let edited = edit(&text)?;
            if edited == text { other.clone() } else { Value::from(edited.as_str()) }
        }
    };
    Ok(vec![value])
}

/// A text with its matches replaced; `$0` is the match, `$1` to `$9` are groups, `\$` and `\\` the
/// characters.
fn replaced(text: &str, found: &[Match], by: &str, by_number: bool) -> String {
    let chars: Vec<char> = text.chars().collect();
    let by: Vec<char> = by.chars().collect();
    let mut result = String::with_capacity(text.len());
    let mut from = 0;
    for found in found {
        result.extend(chars.get(from..found.start).unwrap_or_default());
        let mut at = 0;
        while let Some(&c) = by.get(at) {
            let next = by.get(at + 1).copied();
            match (c, next) {
                ('$', Some('0')) => {
                    result.extend(chars.get(found.start..found.end).unwrap_or_default());
                    at += 1;
                }
                ('$', Some(digit)) if digit.is_ascii_digit() => {
                    let group = digit as usize - '1' as usize;
                    let place = match by_number {
                        true => found.groups.get(group).copied().flatten(),
                        false => tokens(found).get(group).copied(),
                    };
                    if let Some((start, end)) = place {
                        result.extend(chars.get(start..end).unwrap_or_default());
                    }
                    at += 1;
                }
                ('\\', Some(next)) => {
                    let escape: String = ['\\', next].iter().collect();
                    match next {
                        '$' | '\\' => result.push(next),
                        _ => result.push_str(&printf::unescape(&escape)),
                    }
                    at += 1;
                }
                _ => result.push(c),
            }
            at += 1;
        }
        from = found.end;
    }
    result.extend(chars.get(from..).unwrap_or_default());
    result
}
