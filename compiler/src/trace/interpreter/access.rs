//! `a(i)`, `c{i}` and `s.f` where `a`, `c` and `s` are values, and the fast way to one element.

use crate::diagnostic::Span;
use crate::syntax::ast::{Expr, ExprKind, Ident, IndexKind, Name, Slot};
use crate::trace::error::{ScriptError, fail};
use crate::trace::interpreter::force::operand_type;
use crate::trace::interpreter::index::{Site, wants_host};
use crate::trace::interpreter::small::{is_fixed, is_fixed_index};
use crate::trace::interpreter::{EndOf, Interpreter};
use crate::trace::value::{Class, Form, HostArray, HostData, Lazy, Number, Value};

impl Interpreter<'_> {
    /// One element of a host variable by one or two numbers, without any allocation. `None`: not
    /// that simple; nothing has been evaluated.
    pub(crate) fn element(
        &mut self,
        base: &Expr,
        args: &[Expr],
    ) -> Result<Option<Number>, ScriptError> {
        let ExprKind::Ident(Ident { slot: Some(slot), last_use: false, .. }) = &base.kind else {
            return Ok(None);
        };
        if args.len() > 2 || !args.iter().all(is_plain) || !self.has_elements(*slot) {
            return Ok(None);
        }
        let mut indices = [1.0; 2];
        for (index, arg) in indices.iter_mut().zip(args) {
            let Value::Number(Number::Double(value)) = self.eval(arg)? else {
                return Ok(None);
            };
            *index = value;
        }
        let Some(Value::Array(array)) = &self.frame.slots[slot.index()] else {
            return Ok(None);
        };
        let position = match args.len() {
            1 => linear(indices[0], array.shape.len()),
            2 if array.shape.rank() == 2 => matrix(indices, array),
            _ => None,
        };
        Ok(position.and_then(|position| array.data.element(position)))
    }

    fn has_elements(&self, slot: Slot) -> bool {
        match &self.frame.slots[slot.index()] {
            Some(Value::Array(array)) => {
                matches!(*array.data, HostData::Double(_) | HostData::Logical(_))
            }
            _ => false,
        }
    }

    /// `base(args)` or `base{args}`: of a variable, or a call.
    pub(crate) fn index(
        &mut self,
        base: &Expr,
        args: &[Expr],
        kind: IndexKind,
        (nargout, span): (usize, Span),
    ) -> Result<Vec<Value>, ScriptError> {
        if let ExprKind::Ident(ident) = &base.kind
            && !self.is_made(ident)
        {
            match ident.slot.filter(|slot| self.is_set(*slot)) {
                Some(slot) => {
                    return self.index_variable(ident, slot, (args, kind), (nargout, span));
                }
                None if kind == IndexKind::Paren => {
                    if self.frame.text(ident.name) == "display"
                        && let Some(shown) = self.displayed(args, span)
                    {
                        return shown;
                    }
                    if let Some(value) = self.small_constant(ident, args) {
                        return Ok(vec![value]);
                    }
                    let values = self.args(args)?;
                    return self.call_ident_at(ident, values, (nargout, span));
                }
                None => return Err(self.undefined(ident)),
            }
        }
        if kind == IndexKind::Paren && self.is_map_class(base) {
            let values = self.args(args)?;
            return self.new_map(values, span).map(|map| vec![map]);
        }
        if let (IndexKind::Paren, Some(name)) = (kind, self.language_function(base)) {
            let values = self.args(args)?;
            return self.call_name(&name, values, nargout, span);
        }
        let root = self.root_of(base);
        let base = match &base.kind {
            ExprKind::Field { base: inner, name } if kind == IndexKind::Paren => {
                let name = self.frame.text(*name).to_owned();
                let owner = self.base_of(inner)?;
                if let Value::Map(map) = &owner {
                    let values = self.args(args)?;
                    return self.map_member(map, (&name, values), span);
                }
                if is_error_method(&owner, &name) {
                    let mut all = vec![owner];
                    all.extend(self.args(args)?);
                    return self.call_name(&name, all, nargout, span);
                }
                let values = self.field_values(&owner, &name, base.span)?;
                self.only(values, base.span)?
            }
            _ => self.base_of(base)?,
        };
        if let (Value::Map(map), IndexKind::Paren) = (&base, kind) {
            let values = self.args(args)?;
            return self.map_value(map, values, span).map(|value| vec![value]);
        }
        if let (Value::Function(function), IndexKind::Paren) = (&base, kind) {
            let values = self.args(args)?;
            return self.call_value(function, values, nargout, span);
        }
        let values = self.index_args(args, EndOf::Value(base.clone()))?;
        let names = std::sync::Arc::clone(&self.frame.names);
        let name = root.map_or("", |name| names.text(name));
        self.apply_index(&base, &values, kind, Site { name, span })
    }

    /// `display(name)` shows the variable with its name; `None`: the argument is none.
    fn displayed(&mut self, args: &[Expr], span: Span) -> Option<Result<Vec<Value>, ScriptError>> {
        let [Expr { kind: ExprKind::Ident(shown), .. }] = args else {
            return None;
        };
        let value = self.load_ident(shown)?;
        let name = self.frame.text(shown.name).to_owned();
        Some(self.show(&name, value, span).map(|()| Vec::new()))
    }

    /// The variable that an index starts from, if it is one.
    fn root_of(&self, expr: &Expr) -> Option<Name> {
        match &expr.kind {
            ExprKind::Index { base, .. }
            | ExprKind::Field { base, .. }
            | ExprKind::DynField { base, .. } => self.root_of(base),
            ExprKind::Ident(ident) => {
                ident.slot.filter(|slot| self.is_set(*slot)).map(|_| ident.name)
            }
            _ => None,
        }
    }

    /// The library's function for `matlab.lang.NAME`.
    fn language_function(&self, expr: &Expr) -> Option<String> {
        let ExprKind::Field { base, name } = &expr.kind else { return None };
        let ExprKind::Field { base, name: package } = &base.kind else { return None };
        let ExprKind::Ident(ident) = &base.kind else { return None };
        let is_set = ident.slot.is_some_and(|slot| self.is_set(slot));
        let is_one = !is_set
            && self.frame.text(ident.name) == "matlab"
            && self.frame.text(*package) == "lang";
        is_one.then(|| format!("lang__{}", self.frame.text(*name)))
    }

    /// The value that a further index goes into.
    pub(crate) fn base_of(&mut self, base: &Expr) -> Result<Value, ScriptError> {
        let values = self.eval_many(base, 1)?;
        self.only(values, base.span)
    }

    fn only(&mut self, mut values: Vec<Value>, span: Span) -> Result<Value, ScriptError> {
        match values.len() {
            1 => self.forced(values.swap_remove(0)),
            0 => Err(fail("M110", "indexing undefined value").at(span)),
            _ => Err(fail("M116", "a cs-list cannot be further indexed").at(span)),
        }
    }

    fn index_variable(
        &mut self,
        ident: &Ident,
        slot: Slot,
        (args, kind): (&[Expr], IndexKind),
        (nargout, span): (usize, Span),
    ) -> Result<Vec<Value>, ScriptError> {
        if let Some(Value::Function(function)) = self.load(slot)
            && kind == IndexKind::Paren
        {
            let values = self.args(args)?;
            return self.call_value(&function, values, nargout, span);
        }
        if let Some(Value::Map(map)) = self.load(slot)
            && kind == IndexKind::Paren
        {
            let values = self.args(args)?;
            return self.map_value(&map, values, span).map(|value| vec![value]);
        }
        let values = self.index_args(args, EndOf::Slot(slot))?;
        let Some(base) = self.load_ident(ident) else {
            return Err(self.undefined(ident));
        };
        let base = self.forced(base)?;
        let names = std::sync::Arc::clone(&self.frame.names);
        let site = Site { name: names.text(ident.name), span };
        if let (Value::Lazy(lazy), IndexKind::Paren) = (&base, kind) {
            if let Some(picked) = self.pick_by_lazy(lazy, &values, site)? {
                return Ok(vec![picked]);
            }
            let subscripts = self.subscripts(&values, site)?;
            if !wants_host(&subscripts) {
                return Ok(vec![self.index_value(&base, &subscripts, site)?]);
            }
            let base = Value::from(self.graph.read(lazy)?);
            let result = self.index_value(&base, &subscripts, site)?;
            if !ident.last_use {
                self.store(slot, base);
            }
            return Ok(vec![result]);
        }
        let fixed = is_fixed(&base)
            && args.len() == values.len()
            && args.iter().zip(&values).all(|(arg, value)| is_fixed_index(arg, value));
        let results = self.apply_index(&base, &values, kind, site)?;
        Ok(match fixed {
            true => results.into_iter().map(|value| value.with_fixed(true)).collect(),
            false => results,
        })
    }

    /// `base(values)` or `base{values}` of a value that is no function.
    fn apply_index(
        &mut self,
        base: &Value,
        values: &[Value],
        kind: IndexKind,
        site: Site<'_>,
    ) -> Result<Vec<Value>, ScriptError> {
        let subscripts = self.subscripts(values, site)?;
        match (kind, base) {
            (IndexKind::Paren, _) => Ok(vec![self.index_value(base, &subscripts, site)?]),
            (IndexKind::Brace, Value::Cell(cell)) => {
                if let [super::Subscript::One(index)] = subscripts.as_slice()
                    && let Some(value) = cell.values.get(*index as usize)
                {
                    return Ok(vec![value.clone()]);
                }
                match self.index_value(base, &subscripts, site)? {
                    Value::Cell(cell) => Ok(cell.values.to_vec()),
                    other => Ok(vec![other]),
                }
            }
            (IndexKind::Brace, _) => {
                let kind = indexed_type(base);
                let message = format!("{kind} cannot be indexed with {{");
                let hint = "`{..}` takes values out of a cell; `(..)` indexes any array";
                Err(fail("M116", message).hint(hint).at(site.span))
            }
        }
    }

    /// `base.name`: one value per structure.
    pub(crate) fn field_values(
        &mut self,
        base: &Value,
        name: &str,
        span: Span,
    ) -> Result<Vec<Value>, ScriptError> {
        match base {
            Value::Struct(array) => match array.fields.get(name) {
                Some(values) => Ok(values.clone()),
                None if is_error_method(base, name) => {
                    self.call_name(name, vec![base.clone()], 0, span)
                }
                None => {
                    let message = format!("structure has no member '{name}'");
                    let names = array.fields.keys().map(String::as_str);
                    let near = super::hints::nearest(name, names);
                    let has = format!("the structure has no field `{name}`");
                    let hint = match near {
                        Some(near) => format!("{has}; did you mean `{near}`?"),
                        None => has,
                    };
                    Err(fail("M117", message)
                        .identifier("Octave:invalid-indexing")
                        .hint(hint)
                        .at(span))
                }
            },
            Value::Map(map) => self.map_member(map, (name, Vec::new()), span),
            other => {
                let kind = indexed_type(other);
                Err(fail("M117", format!("{kind} cannot be indexed with .")).at(span))
            }
        }
    }
}

/// True for a function of errors that is written like a field of one: `err.getReport()`.
fn is_error_method(value: &Value, name: &str) -> bool {
    match value {
        Value::Struct(array) => {
            matches!(name, "throw" | "rethrow" | "getReport" | "addCause")
                && ["message", "identifier", "stack"]
                    .iter()
                    .all(|field| array.fields.contains_key(*field))
        }
        _ => false,
    }
}

/// A value's kind, as messages about wrong indices name it.
pub(crate) fn indexed_type(value: &Value) -> String {
    match value {
        Value::Struct(_) | Value::Cell(_) => value.class_name().to_owned(),
        Value::Range(_) => "double_range".to_owned(),
        Value::Number(Number::Char(_)) => "sq_string".to_owned(),
        Value::Array(array) if array.class() == Class::Char && !array.double_quoted => {
            "sq_string".to_owned()
        }
        Value::Array(HostArray { form: Form::Diagonal, .. })
        | Value::Lazy(Lazy { form: Form::Diagonal, .. }) => "diagonal matrix".to_owned(),
        Value::Array(HostArray { form: Form::Sparse, .. })
        | Value::Lazy(Lazy { form: Form::Sparse, .. }) => "sparse matrix".to_owned(),
        _ => operand_type(value),
    }
}

/// Numbers, variables and arithmetic of them: what can be evaluated twice without harm.
pub(crate) fn is_plain(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Number(_) => true,
        ExprKind::Ident(ident) => ident.slot.is_some() && !ident.last_use,
        ExprKind::Binary { left, right, .. } => is_plain(left) && is_plain(right),
        _ => false,
    }
}

/// The 0-based position of a 1-based index, if there is one.
pub(crate) fn linear(index: f64, len: u64) -> Option<usize> {
    let position = index as usize;
    (position as f64 == index && position >= 1 && position as u64 <= len).then(|| position - 1)
}

/// The column-major position of a row and column, if there is one.
pub(crate) fn matrix([row, column]: [f64; 2], array: &HostArray) -> Option<usize> {
    let rows = array.shape.extent(0);
    let row = linear(row, rows)?;
    let column = linear(column, array.shape.extent(1))?;
    Some(row + column * rows as usize)
}
