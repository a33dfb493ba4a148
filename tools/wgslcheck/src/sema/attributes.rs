//! Attributes: which belong where, and their constant arguments (specification, section 12).

use super::types::Type;
use super::value::Value;
use super::{Res, Sema, Stage, fail, type_error, value_error};
use crate::rules;
use crate::syntax::ast::{Attribute, Expr, ExprKind, Span};

/// The attribute of that name.
pub(super) fn find<'b, 'a>(
    attributes: &'b [Attribute<'a>],
    name: &str,
) -> Option<&'b Attribute<'a>> {
    attributes.iter().find(|attribute| attribute.name == name)
}

/// A diagnostic filter's severity and rule.
pub(crate) fn filter_parts<'a>(attribute: &Attribute<'a>) -> Option<(&'a str, String)> {
    let [severity, rule] = attribute.args.as_slice() else {
        return None;
    };
    let word = |expr: &Expr<'a>| match &expr.kind {
        ExprKind::Name(name) if name.args.is_none() => Some(name.ident.name),
        _ => None,
    };
    let rule = match &rule.kind {
        ExprKind::Member(base, member) => format!("{}.{}", word(base)?, member.name),
        _ => word(rule)?.to_owned(),
    };
    Some((word(severity)?, rule))
}

impl<'a> Sema<'a> {
    /// Refuses every attribute.
    pub(super) fn no_attributes(&self, attributes: &[Attribute<'a>]) -> Res<()> {
        self.allow(attributes, &[], "here")
    }

    /// Refuses attributes that are not in `names` and those given twice.
    pub(super) fn allow(
        &self,
        attributes: &[Attribute<'a>],
        names: &[&str],
        place: &str,
    ) -> Res<()> {
        for (index, attribute) in attributes.iter().enumerate() {
            if !names.contains(&attribute.name) {
                let message = format!("`@{}` does not belong {place}", attribute.name);
                return fail(&rules::ATTRIBUTES, attribute.span, message);
            }
            let earlier = attributes.iter().take(index);
            if attribute.name != "diagnostic"
                && earlier.clone().any(|other| other.name == attribute.name)
            {
                let message = format!("`@{}` is given twice", attribute.name);
                return fail(&rules::ATTRIBUTES, attribute.span, message);
            }
        }
        self.check_filter_attributes(attributes)
    }

    /// Refuses all attributes but diagnostic filters.
    pub(super) fn only_filters(&self, attributes: &[Attribute<'a>]) -> Res<()> {
        self.allow(attributes, &["diagnostic"], "on a statement")
    }

    fn check_filter_attributes(&self, attributes: &[Attribute<'a>]) -> Res<()> {
        let mut filters = Vec::new();
        for attribute in attributes.iter().filter(|attribute| attribute.name == "diagnostic") {
            let Some((severity, rule)) = filter_parts(attribute) else {
                return fail(&rules::ATTRIBUTES, attribute.span, "expected a severity and a rule");
            };
            filters.push((severity, rule, attribute.span));
        }
        for (index, (_, rule, span)) in filters.iter().enumerate() {
            if filters.iter().take(index).any(|(_, other, _)| other == rule) {
                return fail(&rules::ATTRIBUTES, *span, format!("`{rule}` is filtered twice here"));
            }
        }
        check_filters(&filters)
    }

    /// The diagnostic filters of the whole module.
    pub(super) fn check_filters(&self) -> Res<()> {
        let filters = &self.module.directives.filters;
        let filters: Vec<(&str, String, Span)> =
            filters.iter().map(|f| (f.severity, f.rule.clone(), f.span)).collect();
        check_filters(&filters)
    }

    /// An attribute's argument: a constant integer.
    pub(super) fn const_int(&mut self, attribute: &'a Attribute<'a>) -> Res<i64> {
        let Some(arg) = attribute.args.first() else {
            return fail(&rules::ATTRIBUTES, attribute.span, "an argument is missing");
        };
        let ex = self.value(arg)?;
        if ex.stage != Stage::Const {
            return fail(&rules::ATTRIBUTES, arg.span, "this must be a const-expression");
        }
        let ex = self.concretize(ex, arg.span)?;
        match (self.types.get(ex.ty), ex.value) {
            (Type::Scalar(scalar), Some(Value::Int(int))) if scalar.is_integer() => Ok(int),
            _ => type_error(arg.span, "this must be an integer"),
        }
    }

    /// An attribute's argument: a constant integer that is not negative.
    pub(super) fn const_index(&mut self, attribute: &'a Attribute<'a>) -> Res<u32> {
        let int = self.const_int(attribute)?;
        match u32::try_from(int) {
            Ok(index) => Ok(index),
            Err(_) => value_error(attribute.span, format!("`@{}` cannot be {int}", attribute.name)),
        }
    }
}

fn check_filters(filters: &[(&str, String, Span)]) -> Res<()> {
    for (index, (severity, rule, span)) in filters.iter().enumerate() {
        if !["error", "warning", "info", "off"].contains(severity) {
            return fail(&rules::ATTRIBUTES, *span, format!("`{severity}` is no severity"));
        }
        let earlier = filters.iter().take(index);
        if earlier.clone().any(|(other, name, _)| name == rule && other != severity) {
            return fail(&rules::ATTRIBUTES, *span, format!("`{rule}` has two severities here"));
        }
    }
    Ok(())
}
