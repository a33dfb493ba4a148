//! Expressions and literals (specification, sections 3.5 and 8.18).

use super::ast::{BinaryOp, Call, Expr, ExprKind, Name, Number, Span, UnaryOp};
use super::parser::{Parsed, Parser};
use super::token::Kind;
use super::{Certainty, SyntaxError};

/// A chain of binary operators may be this long; each adds a level to the tree.
const CHAIN_MAX: u32 = 1000;

impl<'a> Parser<'a> {
    fn make(&mut self, span: Span, kind: ExprKind<'a>) -> Expr<'a> {
        Expr { id: self.fresh_id(), span, kind }
    }

    fn binary(&mut self, op: BinaryOp, left: Expr<'a>, right: Expr<'a>) -> Expr<'a> {
        let span = left.span.to(right.span);
        self.make(span, ExprKind::Binary(op, Box::new(left), Box::new(right)))
    }

    /// Expressions separated by commas up to `close`, which is taken too.
    pub(super) fn list(&mut self, close: &str) -> Parsed<Vec<Expr<'a>>> {
        let mut exprs = Vec::new();
        while !self.at(close) {
            exprs.push(self.expr()?);
            if !self.eat(",") {
                break;
            }
        }
        self.expect(close)?;
        Ok(exprs)
    }

    /// Template arguments after `<`, up to and with `>`.
    pub(super) fn template_args(&mut self) -> Parsed<Vec<Expr<'a>>> {
        let mut args = Vec::new();
        while self.peek().kind != Kind::TemplateEnd {
            args.push(self.expr()?);
            if !self.eat(",") {
                break;
            }
        }
        if self.peek().kind != Kind::TemplateEnd || args.is_empty() {
            return Err(self.unexpected("a template argument or `>`"));
        }
        self.next();
        Ok(args)
    }

    /// A type: an identifier with optional template arguments.
    pub(super) fn type_expr(&mut self) -> Parsed<Expr<'a>> {
        let name = self.name()?;
        let span = name.ident.span;
        Ok(self.make(span, ExprKind::Name(name)))
    }

    fn name(&mut self) -> Parsed<Name<'a>> {
        let ident = self.ident()?;
        let args = if self.peek().kind == Kind::TemplateStart {
            self.next();
            Some(self.nested(Self::template_args)?)
        } else {
            None
        };
        Ok(Name { ident, args })
    }

    /// An expression. Operators of different families do not mix without parentheses.
    pub(super) fn expr(&mut self) -> Parsed<Expr<'a>> {
        let first = self.unary()?;
        let expr = match self.op() {
            Some(op @ (BinaryOp::And | BinaryOp::Or | BinaryOp::Xor)) => self.bitwise(first, op)?,
            _ => {
                let first = self.relational(first)?;
                match self.op() {
                    Some(op @ (BinaryOp::LogicalAnd | BinaryOp::LogicalOr)) => {
                        self.logical(first, op)?
                    }
                    _ => first,
                }
            }
        };
        if self.op().is_some() {
            let token = self.peek();
            let message = format!("`{}` needs parentheses here", self.text(token.span));
            return Err(SyntaxError::new(token.span, message));
        }
        Ok(expr)
    }

    fn bitwise(&mut self, mut left: Expr<'a>, op: BinaryOp) -> Parsed<Expr<'a>> {
        let mut length = 0;
        while self.op() == Some(op) {
            self.next();
            let right = self.unary()?;
            left = self.binary(op, left, right);
            self.check_chain(&mut length)?;
        }
        Ok(left)
    }

    fn logical(&mut self, mut left: Expr<'a>, op: BinaryOp) -> Parsed<Expr<'a>> {
        let mut length = 0;
        while self.op() == Some(op) {
            self.next();
            let right = self.unary()?;
            let right = self.relational(right)?;
            left = self.binary(op, left, right);
            self.check_chain(&mut length)?;
        }
        Ok(left)
    }

    fn relational(&mut self, first: Expr<'a>) -> Parsed<Expr<'a>> {
        use BinaryOp::{Eq, Ge, Gt, Le, Lt, Ne};
        let left = self.shift(first)?;
        match self.op() {
            Some(op @ (Eq | Ne | Lt | Le | Gt | Ge)) => {
                self.next();
                let right = self.unary()?;
                let right = self.shift(right)?;
                Ok(self.binary(op, left, right))
            }
            _ => Ok(left),
        }
    }

    fn shift(&mut self, first: Expr<'a>) -> Parsed<Expr<'a>> {
        if let Some(op @ (BinaryOp::Shl | BinaryOp::Shr)) = self.op() {
            self.next();
            let right = self.unary()?;
            return Ok(self.binary(op, first, right));
        }
        let mut left = self.multiplicative(first)?;
        let mut length = 0;
        while let Some(op @ (BinaryOp::Add | BinaryOp::Sub)) = self.op() {
            self.split();
            self.next();
            let right = self.unary()?;
            let right = self.multiplicative(right)?;
            left = self.binary(op, left, right);
            self.check_chain(&mut length)?;
        }
        Ok(left)
    }

    fn multiplicative(&mut self, mut left: Expr<'a>) -> Parsed<Expr<'a>> {
        let mut length = 0;
        while let Some(op @ (BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem)) = self.op() {
            self.next();
            let right = self.unary()?;
            left = self.binary(op, left, right);
            self.check_chain(&mut length)?;
        }
        Ok(left)
    }

    fn check_chain(&self, length: &mut u32) -> Parsed<()> {
        *length += 1;
        if *length <= CHAIN_MAX {
            return Ok(());
        }
        Err(SyntaxError {
            message: format!("an expression of more than {CHAIN_MAX} operators in a row"),
            span: self.peek().span,
            certainty: Certainty::TooLarge,
        })
    }

    /// The binary operator that comes next.
    fn op(&self) -> Option<BinaryOp> {
        let Kind::Op(text) = self.peek().kind else {
            return None;
        };
        Some(match text {
            "+" => BinaryOp::Add,
            // In an expression `--` can only be two signs (section 3.4: the longest token that may
            // come next): `a--1` is `a - -1`.
            "-" | "--" => BinaryOp::Sub,
            "*" => BinaryOp::Mul,
            "/" => BinaryOp::Div,
            "%" => BinaryOp::Rem,
            "&" => BinaryOp::And,
            "|" => BinaryOp::Or,
            "^" => BinaryOp::Xor,
            "<<" => BinaryOp::Shl,
            ">>" => BinaryOp::Shr,
            "&&" => BinaryOp::LogicalAnd,
            "||" => BinaryOp::LogicalOr,
            "==" => BinaryOp::Eq,
            "!=" => BinaryOp::Ne,
            "<" => BinaryOp::Lt,
            "<=" => BinaryOp::Le,
            ">" => BinaryOp::Gt,
            ">=" => BinaryOp::Ge,
            _ => return None,
        })
    }

    /// A unary expression.
    pub(super) fn unary(&mut self) -> Parsed<Expr<'a>> {
        let token = self.peek();
        let op = match token.kind {
            Kind::Op("-") => UnaryOp::Neg,
            Kind::Op("!") => UnaryOp::Not,
            Kind::Op("~") => UnaryOp::BitNot,
            Kind::Op("*") => UnaryOp::Deref,
            Kind::Op("&") => UnaryOp::AddrOf,
            Kind::Op("--") => {
                self.split();
                return self.unary();
            }
            Kind::Op("&&") => {
                return Err(SyntaxError::new(token.span, "`&&` cannot start an expression"));
            }
            _ => return self.singular(),
        };
        self.next();
        let operand = self.nested(Self::unary)?;
        let span = token.span.to(operand.span);
        Ok(self.make(span, ExprKind::Unary(op, Box::new(operand))))
    }

    fn singular(&mut self) -> Parsed<Expr<'a>> {
        let mut expr = self.nested(Self::primary)?;
        let mut length = 0;
        loop {
            if self.eat("[") {
                let index = self.nested(Self::expr)?;
                let end = self.expect("]")?;
                let span = expr.span.to(end);
                expr = self.make(span, ExprKind::Index(Box::new(expr), Box::new(index)));
            } else if self.eat(".") {
                let member = self.ident()?;
                let span = expr.span.to(member.span);
                expr = self.make(span, ExprKind::Member(Box::new(expr), member));
            } else {
                return Ok(expr);
            }
            self.check_chain(&mut length)?;
        }
    }

    fn primary(&mut self) -> Parsed<Expr<'a>> {
        let token = self.peek();
        match token.kind {
            Kind::Number => {
                self.next();
                let number = literal(self.text(token.span), token.span)?;
                Ok(self.make(token.span, ExprKind::Number(number)))
            }
            Kind::Op("(") => {
                self.next();
                let inner = self.expr()?;
                let end = self.expect(")")?;
                Ok(self.make(token.span.to(end), ExprKind::Paren(Box::new(inner))))
            }
            Kind::Word => {
                for (word, value) in [("true", true), ("false", false)] {
                    if self.eat_word(word) {
                        return Ok(self.make(token.span, ExprKind::Bool(value)));
                    }
                }
                self.named()
            }
            Kind::Op(_) | Kind::TemplateStart | Kind::TemplateEnd | Kind::End => {
                Err(self.unexpected("an expression"))
            }
        }
    }

    fn named(&mut self) -> Parsed<Expr<'a>> {
        let start = self.peek().span;
        let callee = self.name()?;
        if !self.eat("(") {
            return Ok(self.make(start, ExprKind::Name(callee)));
        }
        let args = self.list(")")?;
        let id = self.fresh_id();
        let call = Call { id, span: start, callee, args };
        Ok(Expr { id, span: start, kind: ExprKind::Call(call) })
    }
}

/// The value of a numeric literal, if it has the form of one and fits its type.
fn literal(text: &str, span: Span) -> Parsed<Number> {
    let refuse = |why: &str| SyntaxError::new(span, format!("`{text}` {why}"));
    let hex = text.starts_with("0x") || text.starts_with("0X");
    let suffix = suffix(text, hex);
    let body = &text[..text.len() - suffix.len()];
    let fractional = body.contains('.') || body.contains(if hex { ['p', 'P'] } else { ['e', 'E'] });
    if fractional || matches!(suffix, "f" | "h" | "lf") {
        if matches!(suffix, "i" | "u" | "li" | "lu") {
            return Err(refuse("has the suffix of an integer"));
        }
        let bad_zero = !hex && !fractional && body.len() > 1 && body.starts_with('0');
        if bad_zero {
            return Err(refuse("has a leading zero"));
        }
        if hex && !suffix.is_empty() && !body.contains(['p', 'P']) {
            return Err(refuse("has a suffix but no exponent"));
        }
        let value =
            if hex { hex_float(body) } else { body.parse().ok().map(|value| (value, true)) };
        let (value, exact) = value.ok_or_else(|| refuse("is no number, or has too many digits"))?;
        // In hexadecimal a float of a type must be exact; one without a type is rounded.
        if !suffix.is_empty() && !exact {
            return Err(refuse("cannot be represented exactly in its type"));
        }
        return float(value, suffix, hex)
            .ok_or_else(|| refuse("cannot be represented in its type"));
    }
    let digits = if hex { &body[2..] } else { body };
    if !hex && body.len() > 1 && body.starts_with('0') {
        return Err(refuse("has a leading zero"));
    }
    let value = u64::from_str_radix(digits, if hex { 16 } else { 10 })
        .map_err(|_| refuse("does not fit its type"))?;
    let signed = i64::try_from(value);
    let out_of_range = || refuse("does not fit its type");
    match suffix {
        "i" if value <= i32::MAX as u64 => Ok(Number::I32(value as i64)),
        "u" if value <= u64::from(u32::MAX) => Ok(Number::U32(value as i64)),
        "li" => signed.map(Number::I64).map_err(|_| out_of_range()),
        "lu" => Ok(Number::U64(value)),
        "" => signed.map(Number::AbstractInt).map_err(|_| out_of_range()),
        _ => Err(out_of_range()),
    }
}

fn suffix(text: &str, hex: bool) -> &str {
    let has_exponent = text.contains(['p', 'P']);
    for suffix in ["li", "lu", "lf", "i", "u", "h", "f"] {
        // In `0xf` the letter is a digit, in `0x1p0f` it is a suffix.
        if text.ends_with(suffix) && !(hex && suffix == "f" && !has_exponent) {
            return &text[text.len() - suffix.len()..];
        }
    }
    ""
}

/// The value as a literal of its type; one in hexadecimal must be exact.
fn float(value: f64, suffix: &str, exact: bool) -> Option<Number> {
    use crate::sema::number::{to_f16, written_f32};
    let fits = |rounded: &f64| !exact || *rounded == value;
    match suffix {
        "f" => written_f32(value).filter(fits).map(Number::F32),
        "h" => to_f16(value).filter(fits).map(Number::F16),
        "lf" => value.is_finite().then_some(Number::F64(value)),
        _ => value.is_finite().then_some(Number::AbstractFloat(value)),
    }
}

/// The value of a hexadecimal float such as `0x1.8p3`, and whether it is exact; `None` if it is
/// malformed or its digits need more than 64 bits.
fn hex_float(text: &str) -> Option<(f64, bool)> {
    let rest = &text[2..];
    let (mantissa, exponent) = match rest.find(['p', 'P']) {
        Some(at) => (&rest[..at], rest[at + 1..].parse::<i64>().ok()?),
        None => (rest, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_end_matches('0');
    let mut bits: u64 = 0;
    for digit in significant.chars() {
        let digit = digit.to_digit(16)?;
        if bits >> 60 != 0 {
            return None;
        }
        bits = bits << 4 | u64::from(digit);
    }
    if bits == 0 {
        return Some((0.0, true));
    }
    let places = i64::try_from(whole.len()).ok()? - i64::try_from(significant.len()).ok()?;
    let scale = exponent.saturating_add(places.saturating_mul(4));
    // Below and above any float, whatever the 64 bits are.
    let scale = scale.clamp(-4000, 4000) as i32;
    let value = libm::ldexp(bits as f64, scale);
    let back = libm::ldexp(value, -scale);
    let is_whole = back.fract() == 0.0 && back < 2.0_f64.powi(64);
    let exact = is_whole && back as u64 == bits && bits as f64 as u128 == u128::from(bits);
    Some((value, exact))
}
