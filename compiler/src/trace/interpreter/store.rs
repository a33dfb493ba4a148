//! Variables: reading, taking and writing slots and the cells that they link to.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use crate::syntax::ast::{Function, Ident, Name, Param, Slot};
use crate::trace::interpreter::{Interpreter, Shared};
use crate::trace::value::{FunctionValue, StructArray, Value};

impl Interpreter<'_> {
    fn link(&self, slot: Slot) -> Option<&Shared> {
        self.frame.links.get(slot.index())?.as_ref()
    }

    /// The value of a variable; shares arrays.
    pub(crate) fn load(&self, slot: Slot) -> Option<Value> {
        match &self.frame.slots[slot.index()] {
            Some(value) => Some(value.clone()),
            None => self.link(slot)?.borrow().clone(),
        }
    }

    /// The value of a variable, which loses it.
    pub(crate) fn take_slot(&mut self, slot: Slot) -> Option<Value> {
        match self.frame.slots[slot.index()].take() {
            Some(value) => Some(value),
            None => self.link(slot)?.borrow_mut().take(),
        }
    }

    /// The value that a read of an identifier gives: moved out at its last use.
    pub(crate) fn load_ident(&mut self, ident: &Ident) -> Option<Value> {
        let Some(slot) = ident.slot else { return self.load_made(ident.name) };
        if ident.last_use { self.take_slot(slot) } else { self.load(slot) }
    }

    /// The value of a variable that a script or text has made in the running frame, whose own text
    /// shows none of that name.
    fn load_made(&self, name: Name) -> Option<Value> {
        self.frame.extra.as_ref()?.get(self.frame.text(name)).cloned()
    }

    /// All such variables as fields, if there are any.
    pub(crate) fn made_variables(&self) -> Option<Value> {
        let made = self.frame.extra.as_ref().filter(|made| !made.is_empty())?;
        let fields = made.iter().map(|(name, value)| (name.clone(), value.clone()));
        Some(Value::Struct(StructArray::single(fields)))
    }

    /// True for an identifier that reads such a variable.
    pub(crate) fn is_made(&self, ident: &Ident) -> bool {
        ident.slot.is_none()
            && self
                .frame
                .extra
                .as_ref()
                .is_some_and(|extra| extra.contains_key(self.frame.text(ident.name)))
    }

    /// True if a variable has a value.
    pub(crate) fn is_set(&self, slot: Slot) -> bool {
        self.frame.slots[slot.index()].is_some()
            || self.link(slot).is_some_and(|link| link.borrow().is_some())
    }

    /// Writes a variable.
    pub(crate) fn store(&mut self, slot: Slot, value: Value) {
        let value = match value {
            Value::Array(array) if array.shape.is_scalar() => Value::from(array),
            other => other.open_in(&self.frame.scope, slot),
        };
        if let Value::Lazy(lazy) = &value
            && self.callers.is_empty()
            && self.graph.is_planning()
            && let Some(name) = self.frame.scope.names.get(slot.index())
        {
            self.graph.note_name(lazy, self.frame.text(*name));
        }
        if !self.frame.links.is_empty()
            && let Some(link) = self.link(slot)
        {
            *link.borrow_mut() = Some(value);
            return;
        }
        self.frame.slots[slot.index()] = Some(value);
    }

    /// Forgets a variable; a link stays a link.
    pub(crate) fn unset(&mut self, slot: Slot) {
        self.take_slot(slot);
    }

    /// Makes a slot a name of a shared cell. What the slot held goes away.
    pub(crate) fn connect(&mut self, slot: Slot, shared: Shared) {
        if self.frame.links.is_empty() {
            self.frame.links = vec![None; self.frame.slots.len()];
        }
        self.frame.slots[slot.index()] = None;
        self.frame.links[slot.index()] = Some(shared);
    }

    /// The shared cell of a slot; made of its value if it is none yet.
    pub(crate) fn share(&mut self, slot: Slot) -> Shared {
        if let Some(shared) = self.link(slot) {
            return Rc::clone(shared);
        }
        let value = self.frame.slots[slot.index()].take();
        let shared: Shared = Rc::new(RefCell::new(value));
        self.connect(slot, Rc::clone(&shared));
        shared
    }

    /// The value of a variable by name, of those the text does not show too.
    pub(crate) fn load_name(&self, name: &str) -> Option<Value> {
        let mut frames = std::iter::once(&self.frame).chain(self.callers.iter().rev());
        loop {
            let frame = frames.next()?;
            if let Some(value) = frame.value(name) {
                return Some(value);
            }
            // A text sees the variables of the call that runs it.
            if !frame.is_text || frame.slot(name).is_some() {
                return None;
            }
        }
    }

    /// Writes a variable by name.
    pub(crate) fn store_name(&mut self, name: &str, value: Value) {
        match self.frame.slot(name) {
            Some(slot) => self.store(slot, value),
            None => {
                let extra = self.frame.extra.get_or_insert_default();
                extra.insert(name.to_owned(), value);
            }
        }
    }

    /// Forgets variables by name; all without a name. A text forgets those of the call that runs
    /// it too.
    pub(crate) fn clear(&mut self, name: Option<&str>) {
        for frame in std::iter::once(&mut self.frame).chain(self.callers.iter_mut().rev()) {
            match name {
                Some(name) => frame.forget(name),
                None => frame.forget_all(),
            }
            // A text has copies of the variables that it names, and leaves them at its end.
            if !frame.is_text || name.is_some_and(|name| frame.slot(name).is_some()) {
                break;
            }
        }
    }

    /// Forgets the values of global variables.
    pub(crate) fn forget_globals(&mut self) {
        self.globals.clear();
    }

    /// Names of variables that have a value, sorted.
    pub(crate) fn variable_names(&self) -> Vec<String> {
        let mut names = BTreeSet::new();
        let mut hidden = BTreeSet::new();
        for frame in std::iter::once(&self.frame).chain(self.callers.iter().rev()) {
            names.extend(frame.variables().filter(|name| !hidden.contains(name)));
            if !frame.is_text {
                break;
            }
            hidden.extend(frame.scope.names.iter().map(|name| frame.text(*name).to_owned()));
        }
        names.into_iter().collect()
    }

    /// A function value of a name, as `@name` gives it here.
    pub(crate) fn handle(&mut self, name: &str) -> Value {
        Value::Function(match self.resolve_written(name) {
            Some(super::Callee::User(function)) => FunctionValue::User(function),
            Some(super::Callee::Builtin(_) | super::Callee::Script(_)) | None => {
                FunctionValue::Named(Rc::from(name))
            }
        })
    }

    /// What a variable is beside its value.
    pub(crate) fn marks(&self, name: &str) -> Marks {
        let text = |ident: &Ident| self.frame.text(ident.name) == name;
        let formal = |function: &Arc<Function>| {
            let named = |param: &Param| matches!(param, Param::Named(ident) if text(ident));
            function.params.iter().any(named) || function.outputs.iter().any(text)
        };
        let link = self.frame.slot(name).and_then(|slot| self.link(slot));
        let global = self.globals.get(name);
        let is_global = link.zip(global).is_some_and(|(link, global)| Rc::ptr_eq(link, global));
        let is_persistent =
            link.is_some_and(|link| self.persistents.values().any(|it| Rc::ptr_eq(it, link)));
        let is_formal = self.frame.function.as_ref().is_some_and(formal);
        Marks { is_formal, is_global, is_persistent }
    }
}

/// What a variable is beside its value.
pub(crate) struct Marks {
    /// A parameter or a result.
    pub(crate) is_formal: bool,
    /// Shared by all that declare it.
    pub(crate) is_global: bool,
    /// Kept from call to call.
    pub(crate) is_persistent: bool,
}
