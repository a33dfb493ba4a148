//! Pipeline-overridable constants (specification, section 7.2.2).

use super::attributes::find;
use super::types::{Scalar, Ty, Type};
use super::value::{self, Value};
use super::{Entity, Override, Res, Sema, Stage, fail, type_error};
use crate::rules;
use crate::syntax::ast::{Attribute, Span, Variable};

impl<'a> Sema<'a> {
    pub(super) fn override_declaration(
        &mut self,
        variable: &'a Variable<'a>,
        attributes: &'a [Attribute<'a>],
    ) -> Res<Entity> {
        self.allow(attributes, &["id"], "on an override")?;
        let id = match find(attributes, "id") {
            Some(attribute) => Some(self.override_id(attribute)?),
            None => None,
        };
        let given = self.given_value(variable.name.name, id);
        let init = match &variable.init {
            Some(init) => {
                // An initializer that is replaced is never evaluated.
                self.unevaluated += u32::from(given.is_some());
                let ex = self.value(init);
                self.unevaluated -= u32::from(given.is_some());
                Some((ex?, init.span))
            }
            None => None,
        };
        let ty = match (&variable.ty, &init) {
            (Some(ty), _) => self.type_of(ty)?,
            (None, Some((ex, _))) => self.types.concrete(ex.ty),
            (None, None) => {
                return type_error(variable.name.span, "a type or a value is missing");
            }
        };
        let Type::Scalar(scalar) = self.types.get(ty) else {
            return type_error(variable.name.span, "an override is a scalar");
        };
        let mut value = None;
        if let Some((ex, span)) = init {
            if ex.stage == Stage::Runtime {
                return type_error(span, "this must be an override-expression");
            }
            let ex = self.coerce(ex, ty, span)?;
            if self.settings.overrides.is_some() {
                value = ex.value;
            }
        }
        if let Some(number) = given {
            value = Some(given_as(number, scalar, variable.name.span)?);
        }
        Ok(self.add_override(variable.name.name, ty, id, value))
    }

    fn add_override(
        &mut self,
        name: &str,
        ty: Ty,
        id: Option<u32>,
        value: Option<Value>,
    ) -> Entity {
        self.overrides.push(Override { name: name.to_owned(), ty, id, value });
        Entity::Override(self.overrides.len() as u32 - 1)
    }

    fn override_id(&mut self, attribute: &'a Attribute<'a>) -> Res<u32> {
        let id = self.const_int(attribute)?;
        match u32::try_from(id) {
            Ok(id @ 0..=65535) => Ok(id),
            _ => fail(&rules::ATTRIBUTES, attribute.span, "`@id` is from 0 to 65535"),
        }
    }

    /// The value that the application gives: by id if the override has one, else by name.
    fn given_value(&self, name: &str, id: Option<u32>) -> Option<f64> {
        let values = self.settings.overrides.as_ref()?;
        let by_id = id.and_then(|id| values.get(&id.to_string()));
        by_id.or_else(|| values.get(name)).copied()
    }

    /// Ids are unique.
    pub(super) fn check_overrides(&mut self) {
        let mut seen = std::collections::BTreeSet::new();
        let twice = self.overrides.iter().filter_map(|one| one.id).find(|id| !seen.insert(*id));
        if let Some(id) = twice {
            let outcome = fail(
                &rules::ATTRIBUTES,
                Span::default(),
                format!("two overrides have the id {id}"),
            );
            self.keep(outcome);
        }
    }
}

/// A given number as the override's type (WebGPU specification, "to WGSL type").
fn given_as(number: f64, scalar: Scalar, span: Span) -> Res<Value> {
    let converted = match scalar {
        Scalar::Bool => Ok(Value::Bool(number != 0.0)),
        _ if scalar.is_float() => value::round(number, scalar).map(Value::Float),
        _ if !number.is_finite() => {
            Err(format!("the value `{number}` cannot be represented as `{}`", scalar.name()))
        }
        // As WebIDL's `[EnforceRange]` does: the fraction is dropped, then the range is checked.
        _ => value::convert(&Value::Int(number.trunc() as i64), scalar),
    };
    match converted {
        Ok(value) => Ok(value),
        Err(message) => fail(&rules::OVERRIDES, span, message),
    }
}
