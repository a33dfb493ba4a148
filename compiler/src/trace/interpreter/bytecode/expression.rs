//! What expressions become: numbers in registers.

use preheat_format::OpId;
use preheat_ops::Kind;
use preheat_ops::eval::Eval;

use crate::syntax::ast::{
    BinaryOp, Expr, ExprKind, Ident, IndexKind, LogicalOp, Name, Slot, UnaryOp,
};
use crate::trace::interpreter::Callee;
use crate::trace::interpreter::bytecode::op::{Class, Domain, Op, Reg};
use crate::trace::interpreter::bytecode::places::Extent;
use crate::trace::interpreter::bytecode::statement::Want;
use crate::trace::interpreter::bytecode::writer::{Scalar, Writer};
use crate::trace::value::Value;

impl Writer<'_, '_> {
    /// Code for a number; `None`: it may be something else.
    pub(super) fn scalar(&mut self, expr: &Expr, want: Want) -> Option<Scalar> {
        let mark = self.used;
        let scalar = match &expr.kind {
            ExprKind::Number(value) => double(self.constant(*value)?),
            ExprKind::Str { value, quote: _ } => self.character(value)?,
            ExprKind::Ident(ident) => self.ident(ident, want)?,
            ExprKind::End => {
                let (slot, position, count) = *self.ends.last()?;
                let dst = self.reg()?;
                let extent = Extent::End(position, count);
                self.emit(Op::Size { dst, extent, slot: slot.0 });
                double(dst)
            }
            ExprKind::Unary { op, operand } => {
                let a = self.scalar(operand, Want::Any)?.reg;
                match op {
                    UnaryOp::Plus => double(a),
                    UnaryOp::Minus => {
                        self.emit(Op::Neg { dst: a, a });
                        double(a)
                    }
                    UnaryOp::Not => {
                        self.emit(Op::Not { dst: a, a });
                        logical(a)
                    }
                }
            }
            ExprKind::Binary { op, left, right } => self.binary(*op, left, right)?,
            ExprKind::ShortCircuit { op, left, right } => self.short(*op, left, right)?,
            ExprKind::Index { base, args, kind: IndexKind::Paren } => match &base.kind {
                ExprKind::Ident(ident) => match ident.slot.filter(|slot| self.is_variable(*slot)) {
                    Some(slot) => self.element(slot, args, want)?,
                    None => self.function(ident, args)?,
                },
                _ => return None,
            },
            ExprKind::Imaginary(_)
            | ExprKind::Integer { .. }
            | ExprKind::Colon
            | ExprKind::Index { .. }
            | ExprKind::Field { .. }
            | ExprKind::DynField { .. }
            | ExprKind::Postfix { .. }
            | ExprKind::Assign { .. }
            | ExprKind::Range { .. }
            | ExprKind::Matrix(_)
            | ExprKind::Cell(_)
            | ExprKind::Anonymous(_)
            | ExprKind::Handle(_) => return None,
        };
        // The result is in the first register that was taken.
        debug_assert_eq!(scalar.reg.0, mark);
        self.used = mark + 1;
        let fits = match want {
            Want::Any => true,
            // What was loaded for `Double` was checked.
            Want::Double => matches!(scalar.class, Class::Double),
            Want::Known => scalar.class != Class::Any,
        };
        fits.then_some(scalar)
    }

    pub(super) fn constant(&mut self, value: f64) -> Option<Reg> {
        let dst = self.reg()?;
        self.emit(Op::Const { dst, value });
        Some(dst)
    }

    /// A text of one character, as its code.
    fn character(&mut self, text: &str) -> Option<Scalar> {
        let mut chars = text.chars();
        let (Some(only), None) = (chars.next(), chars.next()) else {
            return None;
        };
        let dst = self.reg()?;
        self.emit(Op::Char { dst, value: only });
        Some(Scalar { reg: dst, class: Class::Known })
    }

    fn ident(&mut self, ident: &Ident, want: Want) -> Option<Scalar> {
        if let Some(slot) = ident.slot.filter(|slot| self.is_variable(*slot)) {
            let (dst, class) = (self.reg()?, class_of(want));
            self.emit(Op::Load { dst, class, slot: slot.0 });
            return Some(Scalar { reg: dst, class });
        }
        if ident.name == Name::NARGIN {
            self.unset(ident);
            let dst = self.reg()?;
            self.emit(Op::ArgCount { dst });
            return Some(double(dst));
        }
        let (value, is_logical) = match self.builtin(ident)? {
            "pi" => (std::f64::consts::PI, false),
            "e" => (std::f64::consts::E, false),
            "eps" => (f64::EPSILON, false),
            "Inf" | "inf" => (f64::INFINITY, false),
            "NaN" | "nan" => (f64::NAN, false),
            "true" => (1.0, true),
            "false" => (0.0, true),
            _ => return None,
        };
        self.unset(ident);
        let reg = self.constant(value)?;
        Some(if is_logical { logical(reg) } else { double(reg) })
    }

    /// The name of the builtin that an identifier calls.
    fn builtin(&mut self, ident: &Ident) -> Option<&'static str> {
        match self.interpreter.resolve(ident.name)? {
            Callee::Builtin(builtin) => Some(builtin.name),
            Callee::User(_) | Callee::Script(_) => None,
        }
    }

    /// The name must not become a variable.
    pub(super) fn unset(&mut self, ident: &Ident) {
        if let Some(slot) = ident.slot {
            self.emit(Op::Unset { slot: slot.0 });
        }
    }

    fn binary(&mut self, op: BinaryOp, left: &Expr, right: &Expr) -> Option<Scalar> {
        let a = self.scalar(left, Want::Any)?.reg;
        if let Some(op) = self.fused(op, a, right) {
            self.emit(op);
            return Some(double(a));
        }
        let b = self.scalar(right, Want::Any)?.reg;
        let dst = a;
        let (op, is_logical) = match op {
            BinaryOp::Add => (Op::Add { dst, a, b }, false),
            BinaryOp::Sub => (Op::Sub { dst, a, b }, false),
            BinaryOp::Mul | BinaryOp::ElemMul => (Op::Mul { dst, a, b }, false),
            BinaryOp::Div | BinaryOp::ElemDiv => (Op::Div { dst, a, b }, false),
            BinaryOp::LeftDiv | BinaryOp::ElemLeftDiv => (Op::Div { dst, a: b, b: a }, false),
            BinaryOp::Pow | BinaryOp::ElemPow => (Op::Pow { dst, a, b }, false),
            BinaryOp::Lt => (Op::Lt { dst, a, b }, true),
            BinaryOp::Le => (Op::Le { dst, a, b }, true),
            BinaryOp::Gt => (Op::Lt { dst, a: b, b: a }, true),
            BinaryOp::Ge => (Op::Le { dst, a: b, b: a }, true),
            BinaryOp::Eq => (Op::Eq { dst, a, b }, true),
            BinaryOp::Ne => (Op::Ne { dst, a, b }, true),
            BinaryOp::And => (Op::And { dst, a, b }, true),
            BinaryOp::Or => (Op::Or { dst, a, b }, true),
        };
        self.emit(op);
        Some(if is_logical { logical(dst) } else { double(dst) })
    }

    /// Arithmetic with a variable or a constant on the right, in one instruction.
    fn fused(&self, op: BinaryOp, a: Reg, right: &Expr) -> Option<Op> {
        let dst = a;
        match &right.kind {
            ExprKind::Ident(Ident { slot: Some(slot), .. }) if self.is_variable(*slot) => {
                let slot = slot.0;
                match op {
                    BinaryOp::Add => Some(Op::AddSlot { dst, a, slot }),
                    BinaryOp::Sub => Some(Op::SubSlot { dst, a, slot }),
                    BinaryOp::Mul | BinaryOp::ElemMul => Some(Op::MulSlot { dst, a, slot }),
                    _ => None,
                }
            }
            ExprKind::Number(value) => {
                let value = *value;
                match op {
                    BinaryOp::Add => Some(Op::AddConst { dst, a, value }),
                    BinaryOp::Sub => Some(Op::AddConst { dst, a, value: -value }),
                    BinaryOp::Mul | BinaryOp::ElemMul => Some(Op::MulConst { dst, a, value }),
                    BinaryOp::Div | BinaryOp::ElemDiv => Some(Op::DivConst { dst, a, value }),
                    BinaryOp::Pow | BinaryOp::ElemPow if value == 2.0 => {
                        Some(Op::Mul { dst, a, b: a })
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// `a && b` as a value.
    fn short(&mut self, op: LogicalOp, left: &Expr, right: &Expr) -> Option<Scalar> {
        let dst = self.reg()?;
        let (decided, done) = (self.label(), self.label());
        for side in [left, right] {
            let src = self.scalar(side, Want::Any)?.reg;
            let to = decided.0;
            self.emit(Op::JumpIf { src, when: op == LogicalOp::Or, to });
        }
        let (neither, either) = if op == LogicalOp::And { (1.0, 0.0) } else { (0.0, 1.0) };
        self.emit(Op::Const { dst, value: neither });
        self.emit(Op::Jump { to: done.0 });
        self.bind(decided);
        self.emit(Op::Const { dst, value: either });
        self.bind(done);
        Some(logical(dst))
    }

    /// `variable(..)`.
    fn element(&mut self, slot: Slot, args: &[Expr], want: Want) -> Option<Scalar> {
        if let Some(Some(Value::Function(_))) = self.interpreter.frame.slots.get(slot.index()) {
            return None;
        }
        let class = class_of(want);
        let reg = match args {
            [Expr { kind: ExprKind::Ident(Ident { slot: Some(index), .. }), .. }]
                if self.is_variable(*index) =>
            {
                let dst = self.reg()?;
                self.emit(Op::ElementAt { dst, class, index: index.0, slot: slot.0 });
                dst
            }
            [index] => {
                let index = self.subscript(index, (slot, 0, 1))?;
                self.emit(Op::Element { dst: index, class, index, slot: slot.0 });
                index
            }
            [row, column] => {
                let row = self.subscript(row, (slot, 0, 2))?;
                let column = self.subscript(column, (slot, 1, 2))?;
                self.emit(Op::Element2 { dst: row, class, row, column, slot: slot.0 });
                row
            }
            _ => return None,
        };
        Some(Scalar { reg, class })
    }

    /// An index of a variable; `end` inside means that variable's.
    pub(super) fn subscript(&mut self, index: &Expr, end: (Slot, u8, u8)) -> Option<Reg> {
        self.ends.push(end);
        let scalar = self.scalar(index, Want::Double);
        self.ends.pop();
        Some(scalar?.reg)
    }

    fn function(&mut self, ident: &Ident, args: &[Expr]) -> Option<Scalar> {
        let name = self.builtin(ident)?;
        // `end` in an argument is of the variable around the call.
        let scalar = match args {
            [arg] => match extent_of(name) {
                Some(extent) => self.size(ident, arg, extent)?,
                None => {
                    self.unset(ident);
                    self.function1(name, arg)?
                }
            },
            [arg, Expr { kind: ExprKind::Number(dim), .. }] if name == "size" => {
                let is_axis = dim.fract() == 0.0 && (1.0..=8.0).contains(dim);
                let axis = is_axis.then_some(*dim as u8 - 1)?;
                self.size(ident, arg, Extent::Axis(axis))?
            }
            [left, right] => {
                self.unset(ident);
                self.function2(name, left, right)?
            }
            _ => return None,
        };
        Some(scalar)
    }

    /// A question about a variable's shape.
    fn size(&mut self, ident: &Ident, arg: &Expr, extent: Extent) -> Option<Scalar> {
        let ExprKind::Ident(Ident { slot: Some(slot), .. }) = &arg.kind else {
            return None;
        };
        if !self.is_variable(*slot) {
            return None;
        }
        self.unset(ident);
        let dst = self.reg()?;
        self.emit(Op::Size { dst, extent, slot: slot.0 });
        Some(if extent == Extent::IsEmpty { logical(dst) } else { double(dst) })
    }

    fn function1(&mut self, name: &'static str, arg: &Expr) -> Option<Scalar> {
        let simple: Option<fn(f64) -> f64> = match name {
            "abs" => Some(f64::abs),
            "floor" => Some(f64::floor),
            "ceil" => Some(f64::ceil),
            "fix" => Some(f64::trunc),
            "round" => Some(f64::round),
            "sqrt" => Some(f64::sqrt),
            "double" => Some(|value| value),
            name => preheat_ops::system::of_one(name),
        };
        let a = self.scalar(arg, Want::Any)?.reg;
        if let Some(domain) = domain_of(name) {
            self.emit(Op::Within { a, domain });
        }
        if let Some(function) = simple {
            self.emit(Op::Simple { dst: a, a, function });
            return Some(double(a));
        }
        if !is_tabled(name) {
            return None;
        }
        let def = self.interpreter.op(OpId::new(name))?;
        match &def.kind {
            Kind::Elementwise { eval: Eval::Float1 { f64: function, .. }, .. } => {
                self.emit(Op::Map1 { dst: a, a, function: *function });
                Some(double(a))
            }
            Kind::Elementwise { eval: Eval::Test1 { f64: function, .. }, .. } => {
                self.emit(Op::Test1 { dst: a, a, function: *function });
                Some(logical(a))
            }
            _ => None,
        }
    }

    fn function2(&mut self, name: &'static str, left: &Expr, right: &Expr) -> Option<Scalar> {
        if !matches!(name, "mod" | "rem" | "atan2" | "hypot" | "max" | "min") {
            return None;
        }
        let a = self.scalar(left, Want::Any)?.reg;
        let b = self.scalar(right, Want::Any)?.reg;
        let def = self.interpreter.op(OpId::new(name))?;
        let Kind::Elementwise { eval: Eval::Float2 { f64: function, .. }, .. } = &def.kind else {
            return None;
        };
        let (dst, function) = (a, *function);
        self.emit(match name {
            "mod" | "rem" => Op::Remainder { dst, a, b, function },
            _ => Op::Map2 { dst, a, b, function },
        });
        Some(double(a))
    }

    /// Pushes the value of an expression on the stack of values. `take`: nothing after it in the
    /// piece can fail, so a variable's last value may be moved.
    pub(super) fn push(&mut self, expr: &Expr, take: bool) -> Option<()> {
        match &expr.kind {
            ExprKind::Ident(Ident { slot: Some(slot), last_use, .. })
                if self.is_variable(*slot) =>
            {
                self.emit(Op::PushVariable { slot: slot.0, last: take && *last_use });
            }
            ExprKind::Str { value, quote } => {
                self.code.texts.push(crate::trace::interpreter::expression::text(value, *quote));
                self.emit(Op::PushText { text: self.code.texts.len() as u32 - 1 });
            }
            _ => {
                let Scalar { reg, class } = self.scalar(expr, Want::Known)?;
                self.emit(Op::Push { src: reg, class });
            }
        }
        Some(())
    }
}

fn double(reg: Reg) -> Scalar {
    Scalar { reg, class: Class::Double }
}

fn logical(reg: Reg) -> Scalar {
    Scalar { reg, class: Class::Logical }
}

fn class_of(want: Want) -> Class {
    match want {
        Want::Any => Class::Any,
        Want::Double => Class::Double,
        Want::Known => Class::Known,
    }
}

fn extent_of(name: &str) -> Option<Extent> {
    Some(match name {
        "numel" => Extent::Count,
        "length" => Extent::Longest,
        "rows" => Extent::Axis(0),
        "columns" => Extent::Axis(1),
        "ndims" => Extent::Rank,
        "isempty" => Extent::IsEmpty,
        _ => return None,
    })
}

fn domain_of(name: &str) -> Option<Domain> {
    Some(match name {
        "sqrt" | "log" | "log2" | "log10" | "gammaln" => Domain::Negative,
        "log1p" => Domain::BelowMinusOne,
        "asin" | "acos" | "atanh" => Domain::BeyondOne,
        "acosh" => Domain::BelowOne,
        _ => return None,
    })
}

/// Functions of one real number that are rows of the operation table under their own name.
fn is_tabled(name: &str) -> bool {
    matches!(
        name,
        "sign"
            | "cbrt"
            | "exp"
            | "expm1"
            | "log"
            | "log1p"
            | "log2"
            | "log10"
            | "sin"
            | "cos"
            | "tan"
            | "asin"
            | "acos"
            | "atan"
            | "sinh"
            | "cosh"
            | "tanh"
            | "asinh"
            | "acosh"
            | "atanh"
            | "erf"
            | "erfc"
            | "gamma"
            | "gammaln"
            | "isnan"
            | "isinf"
            | "isfinite"
    )
}
