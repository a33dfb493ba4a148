//! The memory layout of structures that a host shares with a shader, and its comparison with what
//! the host declares.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::sema::types::{Len, Space, Ty, Type};
use crate::sema::{self, Sema, Settings};
use crate::syntax;

/// A field and its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldLayout {
    /// The name.
    pub name: String,
    /// The type as WGSL spells it; a host may leave it empty.
    #[serde(rename = "type", default)]
    pub ty: String,
    /// Bytes from the start of the structure.
    pub offset: u64,
    /// Bytes.
    pub size: u64,
}

/// The layouts of structures, by name.
pub type Layouts = BTreeMap<String, Vec<FieldLayout>>;

/// Why a module has no layouts.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LayoutError {
    /// The text is not WGSL.
    #[error("{message} (at byte {offset})")]
    Syntax {
        /// What is wrong.
        message: String,
        /// Where.
        offset: u32,
    },
    /// The module has errors; a check shows them all.
    #[error("the module is not valid: {message}")]
    Invalid {
        /// The first error.
        message: String,
    },
    /// The module uses constructs that this checker does not judge.
    #[error("the module uses {construct}, which has no layout here")]
    Unsupported {
        /// The construct.
        construct: String,
    },
}

/// The layout of every structure that a uniform or storage buffer of the module holds.
///
/// # Errors
/// The module cannot be read or is not valid.
pub fn layouts(source: &str) -> Result<Layouts, LayoutError> {
    let module = syntax::parse(source).map_err(|error| LayoutError::Syntax {
        message: error.message,
        offset: error.span.start,
    })?;
    let sema = sema::check(&module, Settings::default());
    if let Some((_, construct)) = sema.undecided {
        return Err(LayoutError::Unsupported { construct });
    }
    if let Some(issue) = sema.issues.first() {
        let message = issue.message.clone();
        return Err(LayoutError::Invalid { message });
    }
    Ok(shared(&sema))
}

/// The layout of every structure that the host shares with the module.
pub(crate) fn shared(sema: &Sema<'_>) -> Layouts {
    let mut found = Layouts::new();
    for global in &sema.globals {
        if matches!(global.space, Space::Uniform | Space::Storage | Space::Immediate) {
            collect(sema, global.ty, &mut found);
        }
    }
    found
}

fn collect(sema: &Sema<'_>, ty: Ty, found: &mut Layouts) {
    match sema.types.get(ty) {
        Type::Array(element, _) => collect(sema, element, found),
        Type::Struct(_) if found.contains_key(&sema.types.name(ty)) => {}
        Type::Struct(_) => {
            let members = sema.types.members(ty).unwrap_or_default();
            let fields = members.iter().map(|member| FieldLayout {
                name: member.name.clone(),
                ty: sema.types.name(member.ty),
                offset: member.offset,
                size: match sema.types.get(member.ty) {
                    Type::Array(_, Len::Runtime) => 0,
                    _ => sema.types.layout(member.ty).1,
                },
            });
            found.insert(sema.types.name(ty), fields.collect());
            for member in members {
                collect(sema, member.ty, found);
            }
        }
        _ => {}
    }
}

/// Where host and shader first disagree about a structure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mismatch {
    /// The structure.
    pub name: String,
    /// What differs.
    pub reason: String,
    /// Both structures side by side, a line each, the first difference marked.
    pub table: String,
}

/// Compares what the host declares with what the shader has; structures that only one side names
/// are compared with nothing, but a declared one must exist in the shader.
pub fn compare(shader: &Layouts, host: &Layouts) -> Vec<Mismatch> {
    let mut mismatches = Vec::new();
    for (name, declared) in host {
        let Some(actual) = shader.get(name) else {
            mismatches.push(Mismatch {
                name: name.clone(),
                reason: format!("the shader has no structure `{name}` in a buffer"),
                table: String::new(),
            });
            continue;
        };
        if let Some((at, reason)) = first_difference(actual, declared) {
            mismatches.push(Mismatch {
                name: name.clone(),
                reason,
                table: table(actual, declared, at),
            });
        }
    }
    mismatches
}

/// Padding fields of the host have no counterpart in the shader.
fn is_padding(field: &FieldLayout) -> bool {
    field.name.starts_with('_')
}

fn first_difference(shader: &[FieldLayout], host: &[FieldLayout]) -> Option<(usize, String)> {
    let real = |fields: &[FieldLayout]| -> Vec<(usize, FieldLayout)> {
        let numbered = fields.iter().cloned().enumerate();
        numbered.filter(|(_, field)| !is_padding(field)).collect()
    };
    let (shader, host) = (real(shader), real(host));
    for index in 0..shader.len().max(host.len()) {
        let reason = match (shader.get(index), host.get(index)) {
            (Some((_, a)), Some((_, b))) => difference(a, b),
            (Some((_, a)), None) => Some(format!("the host lacks the field `{}`", a.name)),
            (None, Some((_, b))) => Some(format!("the shader lacks the field `{}`", b.name)),
            (None, None) => None,
        };
        if let Some(reason) = reason {
            let line = shader.get(index).or(host.get(index)).map_or(index, |(at, _)| *at);
            return Some((line, reason));
        }
    }
    None
}

fn difference(shader: &FieldLayout, host: &FieldLayout) -> Option<String> {
    if shader.name != host.name {
        Some(format!("`{}` in the shader is `{}` in the host", shader.name, host.name))
    } else if shader.offset != host.offset {
        let (name, a, b) = (&shader.name, shader.offset, host.offset);
        Some(format!("`{name}` is at offset {a} in the shader and {b} in the host"))
    } else if shader.size != host.size && shader.size != 0 {
        let (name, a, b) = (&shader.name, shader.size, host.size);
        Some(format!("`{name}` has {a} bytes in the shader and {b} in the host"))
    } else if !host.ty.is_empty() && host.ty != shader.ty {
        let (name, a, b) = (&shader.name, &shader.ty, &host.ty);
        Some(format!("`{name}` is a `{a}` in the shader and a `{b}` in the host"))
    } else {
        None
    }
}

fn table(shader: &[FieldLayout], host: &[FieldLayout], at: usize) -> String {
    let cell = |field: Option<&FieldLayout>| {
        field.map_or(String::new(), |f| {
            format!("{:>5} +{:<5} {}: {}", f.offset, f.size, f.name, f.ty)
        })
    };
    let mut text = format!("  {:<46} {}\n", "shader", "host");
    for line in 0..shader.len().max(host.len()) {
        let mark = if line == at { '>' } else { ' ' };
        let (left, right) = (cell(shader.get(line)), cell(host.get(line)));
        text.push_str(format!("{mark} {left:<46} {right}").trim_end());
        text.push('\n');
    }
    text
}

/// Describes `#[repr(C)]` structures of the host for [`compare`], by `offset_of!`.
///
/// ```
/// #[repr(C)]
/// struct Params {
///     count: u32,
///     scale: f32,
/// }
/// let layouts = wgslcheck::host_layouts!(Params { count: u32, scale: f32 });
/// assert_eq!(layouts["Params"][1].offset, 4);
/// ```
#[macro_export]
macro_rules! host_layouts {
    ($($name:ident { $($field:ident : $ty:ty),* $(,)? }),* $(,)?) => {{
        let mut layouts = $crate::Layouts::new();
        $(layouts.insert(stringify!($name).to_owned(), vec![$($crate::FieldLayout {
            name: stringify!($field).to_owned(),
            ty: String::new(),
            offset: ::core::mem::offset_of!($name, $field) as u64,
            size: ::core::mem::size_of::<$ty>() as u64,
        }),*]);)*
        layouts
    }};
}

#[cfg(test)]
mod tests {
    use super::{compare, layouts};

    const SHADER: &str = "
        struct Params { direction: vec3<f32>, count: u32, origin: vec3<f32> }
        @group(0) @binding(0) var<uniform> params: Params;";

    #[test]
    fn a_vec3_of_twelve_bytes_shows_where_it_ends() {
        let shader = layouts(SHADER).unwrap();
        let offsets: Vec<u64> = shader["Params"].iter().map(|field| field.offset).collect();
        assert_eq!(offsets, [0, 12, 16]);
    }

    #[test]
    fn a_field_that_moved_is_found() {
        let shader = layouts(SHADER).unwrap();
        let mut host = shader.clone();
        host.get_mut("Params").unwrap()[2].offset = 32;
        let found = compare(&shader, &host);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].reason, "`origin` is at offset 16 in the shader and 32 in the host");
    }

    #[test]
    fn a_dropped_field_is_found_and_padding_is_not() {
        let shader = layouts(SHADER).unwrap();
        let mut host = shader.clone();
        let fields = host.get_mut("Params").unwrap();
        let mut padding = fields[2].clone();
        padding.name = "_pad".to_owned();
        fields.push(padding);
        assert!(compare(&shader, &host).is_empty());
        host.get_mut("Params").unwrap().remove(1);
        assert_eq!(
            compare(&shader, &host)[0].reason,
            "`count` in the shader is `origin` in the host"
        );
    }
}
