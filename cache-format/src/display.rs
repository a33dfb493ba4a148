//! A signature as text, one node a line, and sizes as formulas. For people, tests and bug reports;
//! never hashed.

use std::fmt;

use crate::shape::{ShapeExpr, ShapeOp};
use crate::signature::{AxisAccess, AxisRole, NodeKind, Signature, View, ViewForm};
use crate::types::NumericMode;

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.form {
            ViewForm::Dense => "dense[",
            ViewForm::Strided => "strided[",
        })?;
        for (place, access) in self.axes.iter().enumerate() {
            let text = match access {
                AxisAccess::One => "one",
                AxisAccess::Full => "full",
            };
            write!(f, "{}{text}", if place == 0 { "" } else { " " })?;
        }
        f.write_str("]")
    }
}

impl fmt::Display for Signature {
    /// `domain` with its roles, then `%n: type = ..` per node, `out` per output, `carry` per state.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("domain [")?;
        for (place, role) in self.roles.iter().enumerate() {
            let text = match role {
                AxisRole::Kept => "kept",
                AxisRole::Reduced => "reduced",
            };
            write!(f, "{}{text}", if place == 0 { "" } else { " " })?;
        }
        writeln!(f, "]{}", if self.mode == NumericMode::Fast { " fast" } else { "" })?;
        let view = |f: &mut fmt::Formatter<'_>, view: u32| match self.views.get(view as usize) {
            Some(spec) => write!(f, " {view}:{spec}"),
            None => write!(f, " {view}"),
        };
        for (id, node) in self.nodes.iter().enumerate() {
            write!(f, "%{id}: {} = ", node.dtype)?;
            match &node.kind {
                NodeKind::Load { source, view: at } => {
                    write!(f, "load in{source}")?;
                    view(f, *at)?;
                }
                NodeKind::Index { view: at } => {
                    f.write_str("index")?;
                    view(f, *at)?;
                }
                NodeKind::Param { param } => write!(f, "param {param}")?,
                NodeKind::Constant { bits } => write!(f, "constant {bits:#x}")?,
                NodeKind::Apply { op, operands } => {
                    write!(f, "{op}")?;
                    operands.iter().try_for_each(|operand| write!(f, " %{operand}"))?;
                }
                NodeKind::Reduce { op, operand } => write!(f, "{op} %{operand}")?,
                NodeKind::Contract { left, right } => write!(f, "contract %{left} %{right}")?,
                NodeKind::Scan { op, operand } => write!(f, "scan {op} %{operand}")?,
                NodeKind::Gather { source, index } => write!(f, "gather in{source} %{index}")?,
            }
            writeln!(f)?;
        }
        for output in &self.outputs {
            write!(f, "out %{}", output.node)?;
            if let Some(at) = output.view {
                f.write_str(" into")?;
                view(f, at)?;
            }
            writeln!(f)?;
        }
        for carry in &self.carries {
            writeln!(f, "carry out{} to in{}", carry.output, carry.source)?;
        }
        Ok(())
    }
}

impl fmt::Display for ShapeExpr {
    /// A formula: `(extent[0] % 4) == 0`; the steps if they are no well-formed program.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut stack: Vec<(String, bool)> = Vec::new();
        for op in &self.0 {
            let Some(term) = term(*op, &mut stack) else {
                return write!(f, "{:?}", self.0);
            };
            stack.push(term);
        }
        match stack.as_slice() {
            [(formula, _)] => f.write_str(formula),
            _ => write!(f, "{:?}", self.0),
        }
    }
}

/// One step as text, and whether it needs brackets inside another.
fn term(op: ShapeOp, stack: &mut Vec<(String, bool)>) -> Option<(String, bool)> {
    let sign = match op {
        ShapeOp::Const(number) => return Some((number.to_string(), false)),
        ShapeOp::Extent(axis) => return Some((format!("extent[{axis}]"), false)),
        ShapeOp::Kept => return Some(("kept".to_owned(), false)),
        ShapeOp::Reduced => return Some(("reduced".to_owned(), false)),
        ShapeOp::All => return Some(("all".to_owned(), false)),
        ShapeOp::Add => "+",
        ShapeOp::Mul => "*",
        ShapeOp::DivCeil => "/",
        ShapeOp::Rem => "%",
        ShapeOp::Min => "min",
        ShapeOp::Max => "max",
        ShapeOp::AtMost => "<=",
        ShapeOp::Equal => "==",
        ShapeOp::And => "&&",
    };
    let (right, left) = (stack.pop()?, stack.pop()?);
    let bracketed = |(text, is_open): &(String, bool)| {
        if *is_open { format!("({text})") } else { text.clone() }
    };
    Some(match op {
        ShapeOp::Min | ShapeOp::Max => (format!("{sign}({}, {})", left.0, right.0), false),
        ShapeOp::DivCeil => (format!("ceil({} / {})", bracketed(&left), bracketed(&right)), false),
        ShapeOp::Const(_)
        | ShapeOp::Extent(_)
        | ShapeOp::Kept
        | ShapeOp::Reduced
        | ShapeOp::All
        | ShapeOp::Add
        | ShapeOp::Mul
        | ShapeOp::Rem
        | ShapeOp::AtMost
        | ShapeOp::Equal
        | ShapeOp::And => (format!("{} {sign} {}", bracketed(&left), bracketed(&right)), true),
    })
}
