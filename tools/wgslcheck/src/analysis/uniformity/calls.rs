//! Calls: what built-in functions require, and what callees' summaries say.

use super::super::roots::Root;
use super::Walker;
use super::graph::{NON_UNIFORM, Node};
use crate::sema::types::{Access, Texture, Type};
use crate::sema::{Referent, Sema};
use crate::syntax::ast::Call;

/// What a built-in function asks of its call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Demand {
    None,
    /// Always, whatever the filters say.
    Always,
    Derivative,
    Subgroup,
}

fn demand(name: &str) -> Demand {
    match name {
        "workgroupBarrier" | "storageBarrier" | "textureBarrier" | "workgroupUniformLoad" => {
            Demand::Always
        }
        "textureSample" | "textureSampleBias" | "textureSampleCompare" => Demand::Derivative,
        _ if name.starts_with("dpd") || name.starts_with("fwidth") => Demand::Derivative,
        _ if name.starts_with("subgroup") || name.starts_with("quad") => Demand::Subgroup,
        _ => Demand::None,
    }
}

/// Whether any function of the module must be called in uniform control flow.
pub(super) fn has_requirements(sema: &Sema<'_>) -> bool {
    sema.functions
        .iter()
        .any(|info| info.staged.iter().any(|(name, _)| !name.starts_with("atomic")))
}

impl<'a> Walker<'_, 'a> {
    /// The control flow after `call`, and its result.
    pub(super) fn call(&mut self, cf: Node, call: &'a Call<'a>) -> (Node, Node) {
        let mut cf = cf;
        let mut args = Vec::with_capacity(call.args.len());
        for arg in &call.args {
            let (after, value) = self.expr(cf, arg);
            cf = after;
            args.push(value);
        }
        let referent = self.sema.notes.get(call.id.0 as usize).map(|note| note.referent);
        match referent {
            Some(Referent::Builtin(name)) => (cf, self.builtin(name, cf, &args, call)),
            Some(Referent::Function(callee)) => self.user(callee, cf, &args, call),
            _ => {
                let result = self.graph.depending(args);
                self.graph.edge(result, cf);
                (cf, result)
            }
        }
    }

    fn builtin(&mut self, name: &str, cf: Node, args: &[Node], call: &'a Call<'a>) -> Node {
        let counts = match demand(name) {
            Demand::None => false,
            Demand::Always => true,
            Demand::Derivative => self.filters.derivatives,
            Demand::Subgroup => self.filters.subgroups,
        };
        if counts {
            let what = format!("`{name}` must only be called from uniform control flow");
            self.require(cf, call.span, what);
        }
        let shuffles = ["subgroupShuffleUp", "subgroupShuffleDown", "subgroupShuffleXor"];
        if counts
            && shuffles.contains(&name)
            && let Some(delta) = args.get(1)
        {
            self.require(
                *delta,
                call.span,
                format!("the second value of `{name}` must be uniform"),
            );
        }
        if name == "workgroupUniformLoad" {
            if let Some(pointer) = args.first() {
                self.require(
                    *pointer,
                    call.span,
                    format!("the pointer of `{name}` must be uniform"),
                );
            }
            return cf;
        }
        let result = self.graph.depending(args.iter().copied());
        self.graph.edge(result, cf);
        let varies = matches!(demand(name), Demand::Derivative | Demand::Subgroup)
            || name.starts_with("atomic")
            || (name == "textureLoad" && self.reads_written_texture(call));
        if varies {
            self.graph.edge(result, NON_UNIFORM);
        }
        result
    }

    /// Whether the texture that is read can be written too.
    fn reads_written_texture(&self, call: &Call<'a>) -> bool {
        let note = call.args.first().and_then(|arg| self.sema.notes.get(arg.id.0 as usize));
        let Some(note) = note else {
            return false;
        };
        let ty = self.sema.types.unref(note.ty);
        matches!(self.sema.types.get(ty), Type::Texture(Texture::Storage(_, _, Access::ReadWrite)))
    }

    fn user(&mut self, callee: u32, cf: Node, args: &[Node], call: &'a Call<'a>) -> (Node, Node) {
        let after = self.graph.depending([cf]);
        let result = self.graph.depending([after]);
        let summaries = self.summaries;
        let Some(summary) = summaries.get(&callee) else {
            return (after, result);
        };
        let name = call.callee.ident.name;
        if summary.call_required {
            let what = format!("`{name}` must only be called from uniform control flow");
            self.require(cf, call.span, what);
        }
        if summary.result_varies {
            self.graph.edge(result, NON_UNIFORM);
        }
        let roots: Vec<Option<Root>> = call.args.iter().map(|arg| self.roots.of(arg)).collect();
        let contents: Vec<Node> =
            roots.iter().map(|root| root.map_or(cf, |root| self.contents(root, cf))).collect();
        for (index, param) in summary.params.iter().enumerate() {
            let (Some(value), Some(memory)) = (args.get(index), contents.get(index)) else {
                continue;
            };
            if param.value_required {
                let what = format!("value {} of `{name}` must be uniform", index + 1);
                self.require(*value, call.span, what);
            }
            if param.contents_required {
                let what =
                    format!("what value {} of `{name}` points to must be uniform", index + 1);
                self.require(*memory, call.span, what);
            }
            if param.value_in_result {
                self.graph.edge(result, *value);
            }
            if param.contents_in_result {
                self.graph.edge(result, *memory);
            }
        }
        for (index, param) in summary.params.iter().enumerate() {
            let (Some(output), Some(Some(Root::Local(local)))) = (&param.output, roots.get(index))
            else {
                continue;
            };
            let node = self.graph.depending([after]);
            if output.varies {
                self.graph.edge(node, NON_UNIFORM);
            }
            let values = output.values.iter().filter_map(|at| args.get(*at));
            let memories = output.contents.iter().filter_map(|at| contents.get(*at));
            for on in values.chain(memories).copied().collect::<Vec<_>>() {
                self.graph.edge(node, on);
            }
            if call.args.get(index).is_some_and(|arg| self.roots.is_part(arg)) {
                let old = contents.get(index).copied().unwrap_or(cf);
                self.graph.edge(node, old);
            }
            self.values.insert(*local, node);
        }
        (after, result)
    }
}
