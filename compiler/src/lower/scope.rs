//! Bindings and module-level declarations of a kernel.

use preheat_format::{BindTarget, Binding, DType, Features, NodeKind, Signature};

use super::uniform::Uniform;
use super::{LowerError, STORAGE_BINDINGS_MAX};

/// How a storage array is declared.
#[derive(Clone, Debug)]
pub(super) struct Storage {
    /// What is bound.
    pub(super) target: BindTarget,
    /// Name in the kernel.
    pub(super) name: String,
    /// Element type.
    pub(super) dtype: DType,
    /// Elements per array entry: 1, 2 or 4.
    pub(super) lanes: u32,
    /// True if the kernel writes to it.
    pub(super) writable: bool,
}

/// WGSL type of a stored element.
pub(super) fn storage_type(dtype: DType) -> &'static str {
    match dtype {
        DType::F64 => "f64",
        DType::F32 => "f32",
        DType::I32 | DType::I8 | DType::I16 => "i32",
        DType::Bool | DType::U32 | DType::U8 | DType::U16 => "u32",
    }
}

impl Storage {
    fn element(&self) -> String {
        match self.lanes {
            1 => storage_type(self.dtype).to_owned(),
            lanes => format!("vec{lanes}<{}>", storage_type(self.dtype)),
        }
    }
}

/// Declarations of the uniform buffer and a list of storage arrays, bound in this order, and the
/// bindings as an artifact lists them. The uniform buffer comes first, so that a runtime can fill
/// every kernel's layout up to one shape.
///
/// # Errors
/// [`LowerError::Bindings`] if there are more arrays than a kernel may use.
pub(super) fn declarations(
    storage: &[Storage],
    uniform: &Uniform,
) -> Result<(String, Vec<Binding>), LowerError> {
    if storage.len() > STORAGE_BINDINGS_MAX {
        let (found, limit) = (storage.len(), STORAGE_BINDINGS_MAX);
        return Err(LowerError::Bindings { found, limit });
    }
    let mut text = uniform.declaration(0);
    let mut bindings = Vec::with_capacity(storage.len() + 1);
    bindings.push(Binding {
        target: BindTarget::Uniform,
        writable: false,
        dtype: DType::U32,
        size_min_bytes: uniform.layout().1,
    });
    for (number, array) in (1..).zip(storage) {
        let access = if array.writable { "read_write" } else { "read" };
        text += &format!(
            "@group(0) @binding({number}) var<storage, {access}> {}: array<{}>;\n",
            array.name,
            array.element()
        );
        bindings.push(Binding {
            target: array.target,
            writable: array.writable,
            dtype: array.dtype,
            size_min_bytes: (array.dtype.size_bytes() as u32) * array.lanes,
        });
    }
    Ok((text, bindings))
}

/// The storage arrays of a group's sources.
pub(super) fn sources(signature: &Signature) -> Vec<Storage> {
    let source = |(number, dtype): (usize, &DType)| Storage {
        target: BindTarget::Source(number as u32),
        name: format!("in{number}"),
        dtype: *dtype,
        lanes: 1,
        writable: false,
    };
    signature.sources.iter().enumerate().map(source).collect()
}

/// The storage arrays of a group's outputs.
pub(super) fn outputs(signature: &Signature) -> Vec<Storage> {
    let output = |(number, output): (usize, &preheat_format::Output)| Storage {
        target: BindTarget::Output(number as u32),
        name: format!("out{number}"),
        dtype: output_dtype(signature, output.node),
        lanes: 1,
        writable: true,
    };
    signature.outputs.iter().enumerate().map(output).collect()
}

/// Element type of a node.
pub(super) fn output_dtype(signature: &Signature, node: u32) -> DType {
    signature.nodes.get(node as usize).map_or(DType::F64, |node| node.dtype)
}

/// The value of output `number` as it is stored, from `result`: the value of a function that gives
/// every output.
pub(super) fn stored(signature: &Signature, number: usize) -> String {
    let value = match signature.outputs.len() {
        1 => "result".to_owned(),
        _ => format!("result.r{number}"),
    };
    let node = signature.outputs.get(number).map_or(0, |output| output.node);
    match output_dtype(signature, node) {
        DType::Bool => format!("select(0u, 1u, {value})"),
        _ => value,
    }
}

/// Device features that a module needs, by the types it names. The precise `f64` functions look at
/// bits through `u64`.
pub(super) fn features(wgsl: &str) -> Features {
    let code = wgsl.lines().map(|line| line.split("//").next().unwrap_or_default());
    let words =
        code.flat_map(|line| line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')));
    words.fold(Features::default(), |features, word| match word {
        "f64" => features.union(Features::F64),
        "u64" | "i64" => features.union(Features::INT64),
        _ => features,
    })
}

/// Operations of a group, for telemetry.
pub(super) fn op_count(signature: &Signature) -> u32 {
    let is_op = |kind: &NodeKind| {
        !matches!(
            kind,
            NodeKind::Load { .. }
                | NodeKind::Index { .. }
                | NodeKind::Param { .. }
                | NodeKind::Constant { .. }
        )
    };
    signature.nodes.iter().filter(|node| is_op(&node.kind)).count() as u32
}
