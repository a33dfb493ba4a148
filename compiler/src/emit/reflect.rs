//! What a hand-written kernel binds, read from its validated module.

use std::collections::BTreeMap;

use naga::proc::GlobalCtx;
use naga::{AddressSpace, Handle, Module, ScalarKind, ShaderStage, StorageAccess, Type, TypeInner};
use preheat_format::{BindTarget, Binding, DType, Features};

use super::{EmitError, ValidModule, validate};

/// An entry point with all that a host must know to dispatch it.
#[derive(Debug)]
pub struct Reflected {
    /// The module, its overrides replaced by values.
    pub module: ValidModule,
    /// The entry point.
    pub entry_point: String,
    /// Invocations per workgroup.
    pub workgroup_size: [u32; 3],
    /// Bindings of group 0, dense from 0.
    pub bindings: Vec<Binding>,
    /// What the module asks of a device.
    pub features: Features,
}

/// Names of the compute entry points of a WGSL text.
///
/// # Errors
/// [`EmitError`] if it is not valid.
pub fn entry_points(source: &str) -> Result<Vec<String>, EmitError> {
    let valid = validate(source)?;
    let points = valid.module.entry_points.iter();
    let compute = points.filter(|point| point.stage == ShaderStage::Compute);
    Ok(compute.map(|point| point.name.clone()).collect())
}

/// Validates WGSL, gives its overrides values, and reflects one entry point.
///
/// # Errors
/// [`EmitError`] if the text is not valid, has no such entry point, or binds what a host cannot
/// give: other groups than 0, gaps in the numbers, textures.
pub fn reflect(
    source: &str,
    entry_point: &str,
    overrides: &BTreeMap<String, f64>,
) -> Result<Reflected, EmitError> {
    let valid = validate(source)?;
    let reject = |message: String| EmitError::Reflect { message };
    let is_wanted =
        |point: &naga::EntryPoint| point.stage == ShaderStage::Compute && point.name == entry_point;
    if !valid.module.entry_points.iter().any(is_wanted) {
        return Err(reject(format!("it has no compute entry point `{entry_point}`")));
    }
    let known = |name: &String| {
        valid.module.overrides.iter().any(|(_, one)| one.name.as_ref() == Some(name))
    };
    if let Some(name) = overrides.keys().find(|name| !known(name)) {
        return Err(reject(format!("it has no override `{name}`")));
    }
    let values = overrides.iter().map(|(name, value)| (name.clone(), *value)).collect();
    let point = Some((ShaderStage::Compute, entry_point));
    let resolved = naga::back::pipeline_constants::process_overrides(
        &valid.module,
        &valid.info,
        point,
        &values,
    );
    let (module, info) = resolved.map_err(|error| reject(error.to_string()))?;
    let module = ValidModule { module: module.into_owned(), info: info.into_owned() };
    let index = module.module.entry_points.iter().position(is_wanted).unwrap_or_default();
    let bindings = bindings(&module, index)?;
    let point = module.module.entry_points.get(index);
    let workgroup_size = point.map_or([1; 3], |point| point.workgroup_size);
    let (entry_point, features) = (entry_point.to_owned(), features(&module.module));
    Ok(Reflected { module, entry_point, workgroup_size, bindings, features })
}

fn bindings(valid: &ValidModule, entry_point: usize) -> Result<Vec<Binding>, EmitError> {
    let (module, info) = (&valid.module, valid.info.get_entry_point(entry_point));
    let reject = |name: &Option<String>, rule: &str| EmitError::Reflect {
        message: format!("`{}` {rule}", name.as_deref().unwrap_or("a binding")),
    };
    let mut found = BTreeMap::new();
    for (handle, variable) in module.global_variables.iter() {
        if info[handle].is_empty() {
            continue;
        }
        let (target, writable) = match variable.space {
            AddressSpace::Uniform => (BindTarget::Uniform, false),
            AddressSpace::Storage { access } if access.contains(StorageAccess::STORE) => {
                (BindTarget::Output(0), true)
            }
            AddressSpace::Storage { access: _ } => (BindTarget::Source(0), false),
            AddressSpace::WorkGroup | AddressSpace::Private => continue,
            _ => return Err(reject(&variable.name, "is neither a uniform nor a storage buffer")),
        };
        let Some(place) = variable.binding.filter(|place| place.group == 0) else {
            return Err(reject(&variable.name, "is not in `@group(0)`"));
        };
        let target = match target {
            BindTarget::Source(_) => BindTarget::Source(place.binding),
            BindTarget::Output(_) => BindTarget::Output(place.binding),
            BindTarget::Uniform | BindTarget::Scratch(_) | BindTarget::Table => target,
        };
        let size_min_bytes = size_bytes(module, variable.ty);
        let dtype = element(module, variable.ty);
        let binding = Binding { target, writable, dtype, size_min_bytes };
        // The validator has refused numbers that are there twice.
        found.insert(place.binding, binding);
    }
    let expected = 0..found.len() as u32;
    if !expected.eq(found.keys().copied()) {
        let message = "its bindings must be numbered 0, 1, 2, .. without gaps".to_owned();
        return Err(EmitError::Reflect { message });
    }
    Ok(found.into_values().collect())
}

/// Bytes of a value; of one element of an array without a length.
pub(super) fn size_bytes(module: &Module, ty: Handle<Type>) -> u32 {
    let types = &module.types;
    let context = GlobalCtx {
        types,
        constants: &module.constants,
        overrides: &module.overrides,
        global_expressions: &module.global_expressions,
    };
    // The validator has bounded it.
    types[ty].inner.try_size(context).unwrap_or(u32::MAX)
}

/// The scalar that an array is made of; words for a structure.
fn element(module: &Module, ty: Handle<Type>) -> DType {
    let scalar = match module.types[ty].inner {
        TypeInner::Array { base, .. } => return element(module, base),
        TypeInner::Scalar(scalar)
        | TypeInner::Vector { scalar, .. }
        | TypeInner::Matrix { scalar, .. }
        | TypeInner::Atomic(scalar) => scalar,
        _ => return DType::U32,
    };
    match (scalar.kind, scalar.width) {
        (ScalarKind::Float, 8) => DType::F64,
        (ScalarKind::Float, _) => DType::F32,
        (ScalarKind::Sint, 4) => DType::I32,
        _ => DType::U32,
    }
}

fn features(module: &Module) -> Features {
    module.types.iter().fold(Features::default(), |features, (_, ty)| match ty.inner {
        TypeInner::Scalar(scalar) | TypeInner::Vector { scalar, .. } if scalar.width == 8 => {
            features.union(match scalar.kind {
                ScalarKind::Float => Features::F64,
                _ => Features::INT64,
            })
        }
        _ => features,
    })
}
