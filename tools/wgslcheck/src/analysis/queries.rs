//! Questions that lints ask of a checked module.

use std::collections::BTreeSet;

use super::roots::{Root, Roots, written};
use super::walk;
use crate::sema::types::{Scalar, Type};
use crate::sema::{Referent, Sema};
use crate::syntax::ast::{DeclarationKind, Expr, ExprId, ExprKind};

/// What the expression or call of that id refers to.
pub(crate) fn referent(sema: &Sema<'_>, id: ExprId) -> Referent {
    sema.notes.get(id.0 as usize).map_or(Referent::None, |note| note.referent)
}

/// Calls `f` on every expression of the module.
pub(crate) fn each_expr<'a>(sema: &Sema<'a>, f: &mut impl FnMut(&'a Expr<'a>)) {
    for declaration in &sema.module.declarations {
        match &declaration.kind {
            DeclarationKind::Function(function) => walk::block(&function.body, f),
            DeclarationKind::Variable(variable) => {
                if let Some(init) = &variable.init {
                    walk::expr(init, f);
                }
            }
            DeclarationKind::Assert(condition) => walk::expr(condition, f),
            DeclarationKind::Struct(_) | DeclarationKind::Alias(..) => {}
        }
    }
}

/// Calls `f` on every expression of one function.
pub(crate) fn each_expr_of<'a>(sema: &Sema<'a>, function: u32, f: &mut impl FnMut(&'a Expr<'a>)) {
    if let Some(tree) = super::tree(sema, function) {
        walk::block(&tree.body, f);
    }
}

/// Whether the expression is a float of a width, or a vector of them.
pub(crate) fn is_float(sema: &Sema<'_>, expr: &Expr<'_>) -> bool {
    let Some(note) = sema.notes.get(expr.id.0 as usize) else {
        return false;
    };
    match sema.types.get(sema.types.unref(note.ty)) {
        Type::Scalar(scalar) | Type::Vector(_, scalar) => {
            scalar.is_float() && scalar != Scalar::AbstractFloat
                || matches!(expr.kind, ExprKind::Number(_))
        }
        _ => false,
    }
}

/// Whether `expr` is one of `locals`, or a component of one.
pub(crate) fn is_local(sema: &Sema<'_>, expr: &Expr<'_>, locals: &BTreeSet<u32>) -> bool {
    match &expr.kind {
        ExprKind::Paren(inner) | ExprKind::Member(inner, _) => is_local(sema, inner, locals),
        ExprKind::Name(_) => match referent(sema, expr.id) {
            Referent::Local(local) => locals.contains(&local),
            _ => false,
        },
        _ => false,
    }
}

/// Whether any of `locals` occurs in `expr`.
pub(crate) fn mentions<'a>(sema: &Sema<'a>, expr: &Expr<'a>, locals: &BTreeSet<u32>) -> bool {
    let mut found = false;
    walk::expr(expr, &mut |inner| found |= is_local(sema, inner, locals));
    found
}

/// The parameter of an entry point that is the built-in value `builtin`, and the locals that are
/// made from it.
pub(crate) fn derived_locals(sema: &Sema<'_>, function: u32, builtin: &str) -> BTreeSet<u32> {
    let mut derived = BTreeSet::new();
    let Some(tree) = super::tree(sema, function) else {
        return derived;
    };
    for (index, param) in (0_u32..).zip(&tree.params) {
        let names_it = param.attributes.iter().any(|attribute| {
            attribute.name == "builtin"
                && attribute.args.iter().any(|arg| match &arg.kind {
                    ExprKind::Name(name) => name.ident.name == builtin,
                    _ => false,
                })
        });
        if names_it {
            derived.insert(index);
        }
    }
    walk::variables(&tree.body, &mut |variable| {
        if let (Referent::Local(local), Some(init)) = (referent(sema, variable.id), &variable.init)
            && mentions(sema, init, &derived)
        {
            derived.insert(local);
        }
    });
    derived
}

/// The module-scope variables that are written, or whose address is passed on.
pub(crate) fn written_globals(sema: &Sema<'_>) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    each_function(sema, &mut |roots, tree| {
        walk::statements(&tree.body, &mut |statement| {
            found.extend(written(&statement.kind).and_then(|target| global(roots, target)));
        });
        walk::calls(&tree.body, &mut |call| {
            if !matches!(referent(sema, call.id), Referent::Builtin("arrayLength")) {
                found.extend(passed(sema, roots, call));
            }
        });
    });
    found
}

/// The module-scope variables that are read, or whose address is passed on.
pub(crate) fn read_globals(sema: &Sema<'_>) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    each_function(sema, &mut |roots, tree| {
        walk::block(&tree.body, &mut |expr| {
            if sema.notes.get(expr.id.0 as usize).is_some_and(|note| note.loaded) {
                found.extend(global(roots, expr));
            }
        });
        walk::calls(&tree.body, &mut |call| found.extend(passed(sema, roots, call)));
    });
    found
}

/// The module-scope textures that are stored to, and those that are loaded from; one that is passed
/// to a function counts as both.
pub(crate) fn texture_uses(sema: &Sema<'_>) -> (BTreeSet<u32>, BTreeSet<u32>) {
    let (mut stored, mut loaded) = (BTreeSet::new(), BTreeSet::new());
    each_function(sema, &mut |_, tree| {
        walk::calls(&tree.body, &mut |call| {
            for arg in &call.args {
                let Referent::Global(index) = referent(sema, arg.id) else {
                    continue;
                };
                let callee = referent(sema, call.id);
                if !matches!(callee, Referent::Builtin(name) if name != "textureStore") {
                    stored.insert(index);
                }
                if !matches!(callee, Referent::Builtin(name) if name != "textureLoad") {
                    loaded.insert(index);
                }
            }
        });
    });
    (stored, loaded)
}

fn each_function<'a>(
    sema: &Sema<'a>,
    f: &mut impl FnMut(&Roots<'_, 'a>, &'a crate::syntax::ast::Function<'a>),
) {
    for function in 0..sema.functions.len() as u32 {
        if let Some(tree) = super::tree(sema, function) {
            f(&Roots::new(sema, function), tree);
        }
    }
}

fn global<'a>(roots: &Roots<'_, 'a>, expr: &Expr<'a>) -> Option<u32> {
    match roots.of(expr)? {
        Root::Global(index) => Some(index),
        Root::Local(_) => None,
    }
}

/// The module-scope variables whose address a call takes.
fn passed<'a>(
    sema: &Sema<'a>,
    roots: &Roots<'_, 'a>,
    call: &crate::syntax::ast::Call<'a>,
) -> Vec<u32> {
    let pointers = call.args.iter().filter(|arg| {
        let note = sema.notes.get(arg.id.0 as usize);
        note.is_some_and(|note| matches!(sema.types.get(note.ty), Type::Pointer(..)))
    });
    pointers.filter_map(|arg| global(roots, arg)).collect()
}
