//! WGSL templates and preludes.
//!
//! A template has named holes, `{name}`. The prelude, below `wgsl/prelude/`, is a set of top-level
//! items (functions, constants, structures, aliases) with one name each; [`closure`] picks those
//! that a text needs. Nothing here knows of a shader translator: texts go in, texts come out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use preheat_format::DType;

use crate::op::Kind;
use crate::ops::table;

/// Whether the device multiplies to 64 bits itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Int64 {
    /// With `u64`, which needs the device's `SHADER_INT64`.
    Native,
    /// By 16-bit halves; same bits.
    Emulated,
}

const MATH_F64: &str = include_str!("../wgsl/prelude/math_f64.wgsl");
const MATH_F32: &str = include_str!("../wgsl/prelude/math_f32.wgsl");
const LOGIC: &str = include_str!("../wgsl/prelude/logic.wgsl");
const PHILOX: &str = include_str!("../wgsl/prelude/philox.wgsl");
const PHILOX_INT64: &str = include_str!("../wgsl/prelude/philox_int64.wgsl");

const NATIVE: [&str; 4] = [LOGIC, PHILOX_INT64, MATH_F32, MATH_F64];
const EMULATED: [&str; 4] = [LOGIC, PHILOX, MATH_F32, MATH_F64];

/// A top-level declaration of the prelude.
#[derive(Debug)]
struct Item {
    name: &'static str,
    text: &'static str,
}

/// The items of one choice of preludes, in the order of their files.
#[derive(Debug)]
struct Prelude {
    items: Vec<Item>,
    by_name: BTreeMap<&'static str, usize>,
}

impl Prelude {
    fn new(files: &[&'static str]) -> Prelude {
        let items: Vec<Item> = files.iter().flat_map(|file| split_items(file)).collect();
        let by_name = items.iter().enumerate().map(|(at, item)| (item.name, at)).collect();
        Prelude { items, by_name }
    }

    fn of(int64: Int64) -> &'static Prelude {
        static PRELUDES: [OnceLock<Prelude>; 2] = [OnceLock::new(), OnceLock::new()];
        match int64 {
            Int64::Native => PRELUDES[0].get_or_init(|| Prelude::new(&NATIVE)),
            Int64::Emulated => PRELUDES[1].get_or_init(|| Prelude::new(&EMULATED)),
        }
    }
}

/// The prelude items that the identifiers of a text reach, in the order of the prelude: valid
/// WGSL to put before the text. Empty if the text names none.
pub fn closure(text: &str, int64: Int64) -> String {
    let prelude = Prelude::of(int64);
    let mut found = BTreeSet::new();
    let mut open = vec![text];
    while let Some(text) = open.pop() {
        for word in identifiers(text) {
            if let Some(&at) = prelude.by_name.get(word)
                && found.insert(at)
            {
                open.push(prelude.items[at].text);
            }
        }
    }
    found.into_iter().flat_map(|at| [prelude.items[at].text, "\n\n"]).collect()
}

/// A template with its holes filled. A hole that is not named stays as it is.
pub fn fill(template: &str, holes: &[(&str, &str)]) -> String {
    let mut result = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let (before, after) = rest.split_at(open);
        result.push_str(before);
        let hole = after.find('}').map(|close| (&after[1..close], &after[close + 1..]));
        let value = hole.and_then(|(name, tail)| {
            let (_, value) = holes.iter().find(|(known, _)| *known == name)?;
            Some((*value, tail))
        });
        match value {
            Some((value, tail)) => {
                result.push_str(value);
                rest = tail;
            }
            None => {
                result.push('{');
                rest = &after[1..];
            }
        }
    }
    result.push_str(rest);
    result
}

/// The WGSL type of values of an element type inside a kernel.
pub const fn wgsl_type(dtype: DType) -> &'static str {
    match dtype {
        DType::F64 => "f64",
        DType::F32 => "f32",
        DType::Bool => "bool",
        DType::U32 | DType::U8 | DType::U16 => "u32",
        DType::I32 | DType::I8 | DType::I16 => "i32",
    }
}

/// Values of the holes `{T}`, `{nan}`, `{inf}`, `{zero}` and `{one}` for an element type. Types
/// without NaN and infinity have 0 and their largest value there.
pub const fn constant_holes(dtype: DType) -> [(&'static str, &'static str); 5] {
    let [nan, inf, zero, one] = match dtype {
        DType::F64 => ["nan_f64()", "inf_f64()", "0.0lf", "1.0lf"],
        DType::F32 => ["nan_f32()", "inf_f32()", "0.0f", "1.0f"],
        DType::Bool => ["false", "true", "false", "true"],
        DType::U32 | DType::U8 | DType::U16 => ["0u", "4294967295u", "0u", "1u"],
        DType::I32 | DType::I8 | DType::I16 => ["0i", "2147483647i", "0i", "1i"],
    };
    [("T", wgsl_type(dtype)), ("nan", nan), ("inf", inf), ("zero", zero), ("one", one)]
}

/// Least and greatest value of an integer type.
const fn integer_range(dtype: DType) -> (i64, i64) {
    match dtype {
        DType::U8 => (0, 255),
        DType::I8 => (-128, 127),
        DType::U16 => (0, 65_535),
        DType::I16 => (-32_768, 32_767),
        DType::I32 => (i32::MIN as i64, i32::MAX as i64),
        DType::F64 | DType::F32 | DType::Bool | DType::U32 => (0, u32::MAX as i64),
    }
}

/// The expression that converts a value: saturating and rounding half away from zero to integers
/// (NaN gives 0), `x != 0` to `Bool` (so NaN is true), nearest to floats.
pub fn cast_wgsl(from: DType, to: DType, value: &str) -> String {
    if from == to {
        return value.to_owned();
    }
    match to {
        DType::F64 | DType::F32 => format!("{}({value})", wgsl_type(to)),
        DType::Bool => {
            // A float by its bits as well: NaN is not 0, but drivers compare it as if it were.
            if from.is_float() {
                return format!("all_{from}({value})");
            }
            let [_, _, _, zero, _] = constant_holes(from);
            format!("({value} != {})", zero.1)
        }
        DType::U32 | DType::I32 | DType::U8 | DType::I8 | DType::U16 | DType::I16 => {
            cast_to_integer(from, to, value)
        }
    }
}

fn cast_to_integer(from: DType, to: DType, value: &str) -> String {
    let ty = wgsl_type(to);
    let (least, most) = integer_range(to);
    if from.is_float() {
        return match to {
            DType::U32 => format!("u32_of_{from}({value})"),
            DType::I32 => format!("i32_of_{from}({value})"),
            DType::F64
            | DType::F32
            | DType::Bool
            | DType::U8
            | DType::I8
            | DType::U16
            | DType::I16 => format!("{ty}(clamp(i32_of_{from}({value}), {least}i, {most}i))"),
        };
    }
    let (from_least, from_most) = integer_range(from);
    if from == DType::Bool || (least <= from_least && from_most <= most) {
        return format!("{ty}({value})");
    }
    // Clamp in the source's type to what both types hold, then convert.
    let suffix = if wgsl_type(from) == "u32" { "u" } else { "i" };
    let (low, high) = (least.max(from_least), most.min(from_most));
    format!("{ty}(clamp({value}, {}, {}))", literal(low, suffix), literal(high, suffix))
}

/// An integer literal; the least `i32` has none of its own.
fn literal(value: i64, suffix: &str) -> String {
    if value == i64::from(i32::MIN) {
        "(-2147483647i - 1i)".to_owned()
    } else {
        format!("{value}{suffix}")
    }
}

/// Every text from which kernels are made: preludes and the rows' WGSL. A hash of them all changes
/// whenever generated code may.
pub fn sources() -> impl Iterator<Item = &'static str> {
    let preludes = [LOGIC, PHILOX, PHILOX_INT64, MATH_F32, MATH_F64];
    preludes.into_iter().chain(table().flat_map(|op| match &op.kind {
        Kind::Elementwise { wgsl, .. } => vec![wgsl.f64, wgsl.f32, wgsl.f32_fast, wgsl.word],
        Kind::Cast => Vec::new(),
        Kind::Random(random) => vec![random.wgsl_f32, random.wgsl_f32_fast, random.wgsl_f64],
        Kind::Reduction(reduction) => {
            let components = reduction.accumulator.iter();
            let texts = components.flat_map(|part| [part.identity, part.step, part.combine]);
            texts.chain([reduction.finish]).collect()
        }
    }))
}

/// The identifiers of a text, comments apart.
fn identifiers(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| {
        let code = line.split("//").next().unwrap_or_default();
        code.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .filter(|word| !word.is_empty())
    })
}

/// Splits a prelude file into its declarations. Files hold line comments only, and a declaration
/// starts at the beginning of a line with its keyword; comments before it are left out.
fn split_items(file: &'static str) -> Vec<Item> {
    let mut items = Vec::new();
    let mut rest = file;
    while let Some((name, text, tail)) = next_item(rest) {
        items.push(Item { name, text });
        rest = tail;
    }
    items
}

/// Name and text of the first declaration, and what follows it.
fn next_item(text: &'static str) -> Option<(&'static str, &'static str, &'static str)> {
    const KEYLOGIC: [&str; 4] = ["fn ", "const ", "struct ", "alias "];
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some(keyword) = KEYLOGIC.into_iter().find(|keyword| line.starts_with(keyword)) {
            let declaration = &text[start..];
            let name = identifiers(&line[keyword.len()..]).next()?;
            let end = declaration_end(declaration);
            return Some((name, &declaration[..end], &declaration[end..]));
        }
        start += line.len();
    }
    None
}

/// Length of the declaration at the beginning: to the closing brace, or to the semicolon if that
/// comes before any brace.
fn declaration_end(text: &str) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return at + 1,
            b'}' => depth = depth.saturating_sub(1),
            b';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    text.len()
}
