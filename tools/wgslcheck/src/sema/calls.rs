//! Calls: which of constructor, function and built-in function a name stands for.

use std::collections::BTreeSet;

use super::typing::Predeclared;
use super::{Entity, EntryStage, Ex, Referent, Res, Sema, fail, type_error};
use crate::rules;
use crate::syntax::ast::{Call, Span};

impl<'a> Sema<'a> {
    pub(super) fn call(&mut self, call: &'a Call<'a>) -> Res<Ex> {
        let name = call.callee.ident.name;
        let ex = match self.lookup(name)? {
            Some(Entity::Function(index)) => self.function_call(index, call)?,
            Some(Entity::Type(ty)) if call.callee.args.is_none() => self.construct(ty, call)?,
            Some(_) => return type_error(call.span, format!("`{name}` cannot be called")),
            None => self.predeclared_call(call)?,
        };
        if let Some(note) = self.note(call.id) {
            note.ty = ex.ty;
        }
        Ok(ex)
    }

    fn predeclared_call(&mut self, call: &'a Call<'a>) -> Res<Ex> {
        let name = call.callee.ident.name;
        if super::builtins::is_builtin(name) {
            return self.builtin_call(call);
        }
        match self.predeclared(&call.callee)? {
            Some(Predeclared::Type(ty)) => self.construct(ty, call),
            Some(Predeclared::Generator(generator)) => self.construct_inferred(generator, call),
            None => self.unknown(name, call.span),
        }
    }

    fn function_call(&mut self, index: u32, call: &'a Call<'a>) -> Res<Ex> {
        let name = call.callee.ident.name;
        if call.callee.args.is_some() {
            return type_error(call.span, format!("`{name}` takes no template arguments"));
        }
        let Some(callee) = self.functions.get(index as usize) else {
            return Err(super::Stop::Known);
        };
        let (params, result) = (callee.params.clone(), callee.result);
        if callee.entry.is_some() {
            return type_error(call.span, format!("the entry point `{name}` cannot be called"));
        }
        match self.info() {
            Some(info) => {
                info.calls.entry(index).or_insert(call.span);
            }
            None => return type_error(call.span, format!("`{name}` is not a constant function")),
        }
        if call.args.len() != params.len() {
            let message =
                format!("`{name}` takes {} values, not {}", params.len(), call.args.len());
            return type_error(call.span, message);
        }
        for (arg, expected) in call.args.iter().zip(params) {
            let ex = self.value(arg)?;
            self.coerce(ex, expected, arg.span)?;
        }
        if let Some(note) = self.note(call.id) {
            note.referent = Referent::Function(index);
        }
        Ok(Ex::runtime(result))
    }

    /// Recursion, and built-in functions in stages that do not have them.
    pub(super) fn check_calls(&mut self) {
        let mut state = vec![0_u8; self.functions.len()];
        for index in 0..self.functions.len() as u32 {
            if let Some(span) = self.find_cycle(index, &mut state) {
                let outcome = fail(&rules::NAMES, span, "this call is part of a recursion");
                self.keep(outcome);
                return;
            }
        }
        for index in 0..self.functions.len() as u32 {
            let Some(stage) = self.functions.get(index as usize).and_then(|info| info.entry) else {
                continue;
            };
            for reached in self.reachable(index) {
                let outcome = self.check_staged(reached, stage);
                self.keep(outcome);
            }
        }
    }

    fn find_cycle(&self, start: u32, state: &mut [u8]) -> Option<Span> {
        // The stack holds a function and the calls that are left to follow.
        let calls_of = |index: u32| -> Vec<(u32, Span)> {
            let info = self.functions.get(index as usize);
            info.map(|info| info.calls.iter().map(|(k, v)| (*k, *v)).collect()).unwrap_or_default()
        };
        if *state.get(start as usize)? == 2 {
            return None;
        }
        let mut stack = vec![(start, calls_of(start))];
        if let Some(slot) = state.get_mut(start as usize) {
            *slot = 1;
        }
        while let Some((index, calls)) = stack.last_mut() {
            match calls.pop() {
                Some((callee, span)) => match state.get(callee as usize) {
                    Some(1) => return Some(span),
                    Some(0) => {
                        if let Some(slot) = state.get_mut(callee as usize) {
                            *slot = 1;
                        }
                        stack.push((callee, calls_of(callee)));
                    }
                    _ => {}
                },
                None => {
                    if let Some(slot) = state.get_mut(*index as usize) {
                        *slot = 2;
                    }
                    stack.pop();
                }
            }
        }
        None
    }

    /// The functions that `start` can reach, itself included.
    pub(crate) fn reachable(&self, start: u32) -> BTreeSet<u32> {
        let mut reached = BTreeSet::from([start]);
        let mut pending = vec![start];
        while let Some(index) = pending.pop() {
            let Some(info) = self.functions.get(index as usize) else {
                continue;
            };
            pending.extend(info.calls.keys().filter(|callee| reached.insert(**callee)));
        }
        reached
    }

    fn check_staged(&self, function: u32, stage: EntryStage) -> Res<()> {
        let Some(info) = self.functions.get(function as usize) else {
            return Ok(());
        };
        for (name, span) in &info.staged {
            let allowed = super::builtins::stages(name);
            if !allowed.contains(&stage) {
                let message = format!("`{name}` does not exist in this shader stage");
                return fail(&rules::ENTRY_POINTS, *span, message);
            }
        }
        Ok(())
    }
}
