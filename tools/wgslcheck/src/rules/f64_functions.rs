//! W103: elementary functions of `f64` have no translation that runs.

use naga::{Expression, MathFunction, Scalar, ScalarKind, TypeInner};

use super::Rule;
use crate::checker::Draft;
use crate::naga_stage::ValidModule;
use crate::report::{Severity, Target};

/// An elementary function is applied to `f64`.
pub(crate) const RULE: Rule = Rule {
    code: "W103",
    name: "f64-functions",
    severity: Severity::Error,
    summary: "An elementary function is applied to `f64`.",
    doc: "\
naga accepts `sin`, `exp`, `pow` and their like on `f64`, but the instructions that they become
in SPIR-V (GLSL.std.450) take 16- and 32-bit floats only: `spirv-val` refuses the result, and a
driver that does not check may crash or give wrong values. Evaluate in `f32`, or call a
polynomial of your own built from `+ - * / sqrt fma`, which are exact in `f64`. Metal and
Direct3D shaders have no such functions of `f64` either; Metal has no `f64` at all.",
    bad: include_str!("f64_functions.bad.wgsl"),
    good: include_str!("f64_functions.good.wgsl"),
};

/// Whether any type of the module is made of `f64`.
pub(crate) fn uses_f64(module: &naga::Module) -> bool {
    module.types.iter().any(|(_, ty)| scalar_of(&ty.inner).is_some_and(is_f64))
        || module.functions.iter().any(|(_, function)| holds_f64(function))
        || module.entry_points.iter().any(|entry| holds_f64(&entry.function))
}

fn holds_f64(function: &naga::Function) -> bool {
    function
        .expressions
        .iter()
        .any(|(_, expression)| matches!(expression, Expression::Literal(naga::Literal::F64(_))))
}

fn is_f64(scalar: Scalar) -> bool {
    scalar.kind == ScalarKind::Float && scalar.width == 8
}

fn scalar_of(inner: &TypeInner) -> Option<Scalar> {
    match *inner {
        TypeInner::Scalar(scalar)
        | TypeInner::Vector { scalar, .. }
        | TypeInner::Matrix { scalar, .. }
        | TypeInner::Atomic(scalar) => Some(scalar),
        _ => None,
    }
}

/// The functions that GLSL.std.450 restricts to 16- and 32-bit floats.
fn lacks_f64(function: MathFunction) -> bool {
    use MathFunction as F;
    matches!(
        function,
        F::Cos
            | F::Cosh
            | F::Sin
            | F::Sinh
            | F::Tan
            | F::Tanh
            | F::Acos
            | F::Asin
            | F::Atan
            | F::Atan2
            | F::Asinh
            | F::Acosh
            | F::Atanh
            | F::Radians
            | F::Degrees
            | F::Exp
            | F::Exp2
            | F::Log
            | F::Log2
            | F::Pow
    )
}

/// Reports the calls that `target` cannot run. Returns whether translation is pointless.
pub(crate) fn check(valid: &ValidModule, target: Target, push: &mut impl FnMut(Draft)) -> bool {
    let module = &valid.module;
    let entry_infos = (0..module.entry_points.len()).map(|index| valid.info.get_entry_point(index));
    let functions = module
        .functions
        .iter()
        .map(|(handle, function)| (function, &valid.info[handle]))
        .chain(module.entry_points.iter().map(|entry| &entry.function).zip(entry_infos));
    let mut found = false;
    if target == Target::Wgsl {
        return found;
    }
    for (function, info) in functions {
        for (handle, expression) in function.expressions.iter() {
            let Expression::Math { fun, arg, .. } = *expression else {
                continue;
            };
            let argument = info[arg].ty.inner_with(&module.types);
            if !lacks_f64(fun) || !scalar_of(argument).is_some_and(is_f64) {
                continue;
            }
            found = true;
            let name = format!("{fun:?}").to_ascii_lowercase();
            let mut draft = Draft::new(
                &RULE,
                format!("`{name}` of `f64` is not valid in {}", target.name()),
            )
            .on(target)
            .help(format!(
                "convert to `f32` for `{name}`, or use a polynomial written with `+ - * / sqrt fma`"
            ));
            draft.span = function.expressions.get_span(handle).to_range();
            push(draft);
        }
    }
    found
}
