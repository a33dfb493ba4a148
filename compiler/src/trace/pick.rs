//! Recording scans and elements picked by index.
//!
//! Positions are 0-based column-major indices in 32 bits, whatever the precision of numbers, and
//! wrap: a negative step is its two's complement. Who records a pick has checked the bounds or
//! has them checked.

use preheat_format::{DType, OpId, Scalar};

use crate::dag::{DagNode, DagOp, NodeId};
use crate::diagnostic::Span;
use crate::shape::Shape;
use crate::trace::graph::{Graph, GraphError};
use crate::trace::record::within_index;
use crate::trace::value::{Class, Form, HostArray, HostData, IntClass, Lazy};

const INDEX_ADD: OpId = OpId::new("index_add");
const INDEX_MUL: OpId = OpId::new("index_mul");
const CAST: OpId = OpId::new("cast");

/// Positions of type `U32`, to be given to [`Graph::pick`].
#[derive(Clone, Debug)]
pub struct Positions(Lazy);

impl Graph {
    /// The reduction `op` of the table over the elements of `axis` up to and including each.
    /// Logical arrays count as `double`; positions (`red_argmin`, `red_argmax`) are 0-based.
    ///
    /// # Errors
    /// [`GraphError::Class`] if the operand cannot be recorded.
    pub fn scan(
        &mut self,
        op: OpId,
        lazy: &Lazy,
        axis: usize,
        span: Span,
    ) -> Result<Lazy, GraphError> {
        let input = match lazy.class {
            Class::Logical => self.cast(lazy, Class::Double, span)?,
            Class::Double | Class::Single | Class::Char | Class::Int(_) => lazy.clone(),
        };
        let is_position = matches!(op.as_str(), "red_argmin" | "red_argmax");
        if is_position {
            within_index(&input.shape)?;
        }
        let class = if is_position { Class::Double } else { input.class };
        let shape = input.shape.clone();
        if shape.is_empty() {
            return self.empty(class, shape, span);
        }
        if shape.extent(axis) == 1 {
            return match is_position {
                true => self.fill(crate::trace::value::Number::Double(0.0), class, shape, span),
                false => Ok(input),
            };
        }
        let dtype = self.recorded_dtype(class, op.as_str())?;
        let op = DagOp::Scan { op, axis: axis as u32 };
        Ok(self.add(DagNode { op, dtype, shape, span }, &[input.node], class))
    }

    /// Element `positions[i]` of `data`, in the shape of the positions.
    pub fn pick(&mut self, data: &Lazy, positions: &Positions, span: Span) -> Lazy {
        // Positions count elements, so the shape that they are seen in does not matter.
        let mut node = data.node;
        while self.dag.node(node).op == DagOp::Reshape
            && let [operand] = self.dag.operands(node)
        {
            node = *operand;
        }
        let dtype = self.dag.node(node).dtype;
        let shape = positions.0.shape.clone();
        let pick = DagNode { op: DagOp::Gather, dtype, shape, span };
        self.add(pick, &[node, positions.0.node], data.class)
    }

    /// Positions that the host knows.
    ///
    /// # Errors
    /// [`GraphError`] if they cannot be recorded.
    pub fn known_positions(
        &mut self,
        positions: Vec<u32>,
        shape: Shape,
        span: Span,
    ) -> Result<Positions, GraphError> {
        let values = positions.into_iter().map(i64::from).collect();
        let data = HostData::Int(IntClass::Uint32, values);
        let array = HostArray {
            shape,
            data: std::rc::Rc::new(data),
            double_quoted: false,
            form: Form::Full,
            fixed: false,
            returned: false,
        };
        Ok(Positions(self.typed_leaf(array, DType::U32, span)))
    }

    /// One position, as a scalar of the script.
    pub fn one_position(&mut self, position: u32, span: Span) -> Positions {
        let op = DagOp::Param(Scalar::u32(position));
        let node = DagNode { op, dtype: DType::U32, shape: Shape::scalar(), span };
        Positions(self.add(node, &[], Class::Double))
    }

    /// `0, 1, ..` in the order of elements.
    pub fn counted_positions(&mut self, shape: Shape, span: Span) -> Positions {
        let node = DagNode { op: DagOp::Iota, dtype: DType::U32, shape, span };
        Positions(self.add(node, &[], Class::Double))
    }

    /// Whole numbers of a float class as positions; 0 where they are negative or NaN.
    pub fn computed_positions(&mut self, lazy: &Lazy, span: Span) -> Positions {
        let shape = lazy.shape.clone();
        let node = DagNode { op: DagOp::Apply(CAST), dtype: DType::U32, shape, span };
        Positions(self.add(node, &[lazy.node], Class::Double))
    }

    /// Sums of positions, with implicit expansion.
    ///
    /// # Errors
    /// [`GraphError::Shapes`] if the shapes do not go together.
    pub fn add_positions(
        &mut self,
        left: &Positions,
        right: &Positions,
        span: Span,
    ) -> Result<Positions, GraphError> {
        self.combine(INDEX_ADD, (&left.0, &right.0), span)
    }

    /// Positions times a distance.
    ///
    /// # Errors
    /// As [`Graph::add_positions`].
    pub fn scale_positions(
        &mut self,
        positions: &Positions,
        distance: u32,
        span: Span,
    ) -> Result<Positions, GraphError> {
        let distance = self.one_position(distance, span);
        self.combine(INDEX_MUL, (&positions.0, &distance.0), span)
    }

    fn combine(
        &mut self,
        op: OpId,
        (left, right): (&Lazy, &Lazy),
        span: Span,
    ) -> Result<Positions, GraphError> {
        let shape = left.shape.broadcast(&right.shape).ok_or_else(|| {
            let (left, right) = (left.shape.clone(), right.shape.clone());
            GraphError::Shapes { left, right }
        })?;
        let operands: [NodeId; 2] = [left.node, right.node];
        let node = DagNode { op: DagOp::Apply(op), dtype: DType::U32, shape, span };
        Ok(Positions(self.add(node, &operands, Class::Double)))
    }
}
