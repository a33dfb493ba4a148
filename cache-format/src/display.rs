//! A signature as text, one node a line. For people, tests and bug reports; never hashed.

use std::fmt;

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
