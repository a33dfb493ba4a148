//! No call may give a function two views of one variable if it writes through one of them
//! (specification, section 11.4).

use std::collections::{BTreeMap, BTreeSet};

use super::roots::{Root, Roots, written};
use super::walk;
use crate::rules;
use crate::sema::types::Type;
use crate::sema::{Issue, LocalKind, Referent, Sema};
use crate::syntax::ast::{Call, Span};

/// What a function reads and writes, itself or through its callees.
#[derive(Default)]
struct Accesses {
    read: BTreeSet<Place>,
    written: BTreeSet<Place>,
}

/// Memory as a caller sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// What the pointer parameter of that number points to.
    Param(u32),
    Global(u32),
}

/// Checks every call of every function.
pub(super) fn check(sema: &Sema<'_>) -> Vec<Issue> {
    let takes_pointers = sema
        .functions
        .iter()
        .any(|info| info.params.iter().any(|ty| matches!(sema.types.get(*ty), Type::Pointer(..))));
    if !takes_pointers {
        return Vec::new();
    }
    let mut summaries: BTreeMap<u32, Accesses> = BTreeMap::new();
    let mut issues = Vec::new();
    for function in super::callees_first(sema) {
        let mut checker = Checker {
            sema,
            roots: Roots::new(sema, function),
            summaries: &summaries,
            own: Accesses::default(),
            issues: &mut issues,
        };
        checker.run(function);
        let own = checker.own;
        summaries.insert(function, own);
    }
    issues
}

struct Checker<'c, 'a> {
    sema: &'c Sema<'a>,
    roots: Roots<'c, 'a>,
    summaries: &'c BTreeMap<u32, Accesses>,
    own: Accesses,
    issues: &'c mut Vec<Issue>,
}

impl<'a> Checker<'_, 'a> {
    fn run(&mut self, function: u32) {
        let Some(tree) = super::tree(self.sema, function) else {
            return;
        };
        walk::statements(&tree.body, &mut |statement| {
            let root = written(&statement.kind).and_then(|target| self.roots.of(target));
            if let Some(place) = root.and_then(|root| self.place(root)) {
                self.own.written.insert(place);
            }
        });
        walk::block(&tree.body, &mut |expr| {
            let loaded = self.sema.notes.get(expr.id.0 as usize).is_some_and(|note| note.loaded);
            let root = if loaded { self.roots.of(expr) } else { None };
            if let Some(place) = root.and_then(|root| self.place(root)) {
                self.own.read.insert(place);
            }
        });
        walk::calls(&tree.body, &mut |call| self.call(call));
    }

    /// The place as a caller sees it; a local variable is nobody else's.
    fn place(&self, root: Root) -> Option<Place> {
        match root {
            Root::Global(index) => Some(Place::Global(index)),
            Root::Local(index) => match self.roots.kind(index)? {
                LocalKind::Param(at) => Some(Place::Param(at)),
                _ => None,
            },
        }
    }

    fn call(&mut self, call: &Call<'a>) {
        let referent = self.sema.notes.get(call.id.0 as usize).map(|note| note.referent);
        match referent {
            Some(Referent::Builtin(name)) => self.builtin(name, call),
            Some(Referent::Function(callee)) => self.function(callee, call),
            _ => {}
        }
    }

    fn builtin(&mut self, name: &str, call: &Call<'a>) {
        if !name.starts_with("atomic") && name != "workgroupUniformLoad" {
            return;
        }
        let root = call.args.first().and_then(|arg| self.roots.of(arg));
        let Some(place) = root.and_then(|root| self.place(root)) else {
            return;
        };
        self.own.read.insert(place);
        if name.starts_with("atomic") && name != "atomicLoad" {
            self.own.written.insert(place);
        }
    }

    fn function(&mut self, callee: u32, call: &Call<'a>) {
        let Some(accesses) = self.summaries.get(&callee) else {
            return;
        };
        let params = self.sema.functions.get(callee as usize).map(|info| info.params.as_slice());
        let mut pointers: Vec<(u32, Root, Span)> = Vec::new();
        for (at, (arg, ty)) in call.args.iter().zip(params.unwrap_or_default()).enumerate() {
            if matches!(self.sema.types.get(*ty), Type::Pointer(..))
                && let Some(root) = self.roots.of(arg)
            {
                pointers.push((at as u32, root, arg.span));
            }
        }
        let reads = |place| accesses.read.contains(&place);
        let writes = |place| accesses.written.contains(&place);
        let conflict =
            |a: Place, b: Place| (writes(a) && (reads(b) || writes(b))) || (writes(b) && reads(a));
        for (index, (at, root, span)) in pointers.iter().enumerate() {
            let own = Place::Param(*at);
            let other = pointers.iter().take(index).map(|(at, root, _)| (Place::Param(*at), *root));
            let shared = other.filter(|(_, other)| other == root).any(|(p, _)| conflict(own, p));
            let global = match root {
                Root::Global(index) => conflict(own, Place::Global(*index)),
                Root::Local(_) => false,
            };
            if shared || global {
                self.issues.push(Issue {
                    rule: &rules::ALIAS,
                    message: "this pointer and another view of the same variable are used, one \
                              of them to write"
                        .to_owned(),
                    span: *span,
                    help: None,
                });
                return;
            }
        }
        let mut found: Vec<(Place, Place)> = pointers
            .iter()
            .filter_map(|(at, root, _)| Some((Place::Param(*at), self.place(*root)?)))
            .collect();
        let globals = accesses.read.iter().chain(&accesses.written);
        found.extend(globals.filter(|p| matches!(p, Place::Global(_))).map(|p| (*p, *p)));
        let reads: Vec<Place> =
            found.iter().filter(|(p, _)| reads(*p)).map(|(_, own)| *own).collect();
        let writes: Vec<Place> =
            found.iter().filter(|(p, _)| writes(*p)).map(|(_, own)| *own).collect();
        self.own.read.extend(reads);
        self.own.written.extend(writes);
    }
}
