//! Attributes (specification, section 12).

use super::ast::Attribute;
use super::parser::{Parsed, Parser};
use super::token::Kind;
use super::{Certainty, SyntaxError};

/// Name, least and most number of arguments; no parentheses are allowed when the most is 0.
const ATTRIBUTES: &[(&str, usize, usize)] = &[
    ("align", 1, 1),
    ("binding", 1, 1),
    ("blend_src", 1, 1),
    ("builtin", 1, 1),
    ("compute", 0, 0),
    ("diagnostic", 2, 2),
    ("fragment", 0, 0),
    ("group", 1, 1),
    ("id", 1, 1),
    ("interpolate", 1, 2),
    ("invariant", 0, 0),
    ("location", 1, 1),
    ("must_use", 0, 0),
    ("size", 1, 1),
    ("vertex", 0, 0),
    ("workgroup_size", 1, 3),
];

/// Attributes of naga's dialect: this checker does not judge modules that use them.
const DIALECT: &[&str] = &[
    "early_depth_test",
    "task",
    "mesh",
    "payload",
    "per_primitive",
    "ray_generation",
    "any_hit",
    "closest_hit",
    "miss",
    "incoming_payload",
    "coherent",
    "volatile",
];

impl<'a> Parser<'a> {
    /// All attributes that come next.
    pub(super) fn attributes(&mut self) -> Parsed<Vec<Attribute<'a>>> {
        let mut attributes = Vec::new();
        while self.at("@") {
            attributes.push(self.attribute()?);
        }
        Ok(attributes)
    }

    fn attribute(&mut self) -> Parsed<Attribute<'a>> {
        let at = self.expect("@")?;
        let token = self.next();
        let name = self.text(token.span);
        let span = at.to(token.span);
        if token.kind != Kind::Word {
            return Err(SyntaxError::new(span, "expected the name of an attribute"));
        }
        let Some((_, least, most)) = ATTRIBUTES.iter().find(|(known, ..)| *known == name) else {
            let mut error = SyntaxError::new(span, format!("`@{name}` is no attribute of WGSL"));
            if DIALECT.contains(&name) {
                error.certainty = Certainty::Dialect;
            }
            return Err(error);
        };
        let mut args = Vec::new();
        if *most > 0 {
            self.expect("(")?;
            args = self.list(")")?;
        }
        let end = self.peek_at(0).span;
        if args.len() < *least || args.len() > *most {
            let message = format!("`@{name}` does not take {} arguments", args.len());
            return Err(SyntaxError::new(span, message));
        }
        if name == "diagnostic" {
            let end = super::ast::Span { start: end.start, end: end.start };
            self.diagnostic_spans.push(span.to(end));
        }
        Ok(Attribute { name, span, args })
    }
}
