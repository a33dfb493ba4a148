//! Loops, and what happens between two iterations.

use crate::shape::Shape;
use crate::syntax::ast::{Expr, ExprKind, LValue, Slot, Stmt, StmtKind};
use crate::trace::error::ScriptError;
use crate::trace::graph::IterationStart;
use crate::trace::interpreter::force::lazies;
use crate::trace::interpreter::statement::Flow;
use crate::trace::interpreter::{Interpreter, Subscript, gather};
use crate::trace::record::Slice;
use crate::trace::value::{CellArray, Held, HostArray, Lazy, Number, Range, StructArray, Value};

/// What a `for` loop runs over.
pub(crate) enum Columns {
    Range(Range),
    Lazy(Lazy),
    Array(HostArray),
    Cell(CellArray),
    Struct(StructArray),
    Once(Value),
}

/// An iteration that runs.
pub(crate) struct Iteration {
    /// Nodes recorded before it.
    pub(crate) recorded: u64,
    start: IterationStart,
    /// Lazy arrays of the variables that the body assigns.
    before: Vec<(Slot, Held)>,
}

impl Columns {
    /// How many columns.
    pub(crate) fn count(&self) -> u64 {
        let columns = |shape: &Shape| match shape.extent(0) {
            0 => 0,
            rows => shape.len() / rows,
        };
        match self {
            Columns::Range(range) => range.count,
            Columns::Lazy(lazy) => columns(&lazy.shape),
            Columns::Array(array) => columns(&array.shape),
            Columns::Cell(cell) => columns(&cell.shape),
            Columns::Struct(array) => columns(&array.shape),
            Columns::Once(_) => 1,
        }
    }

    /// What the loop's variable is when there is no column: the empty value itself.
    pub(crate) fn nothing(&self) -> Value {
        match self {
            Columns::Range(range) => Value::Range(*range),
            Columns::Lazy(lazy) => Value::Lazy(lazy.clone()),
            Columns::Array(array) => Value::Array(array.clone()),
            Columns::Cell(cell) => Value::Cell(cell.clone()),
            Columns::Struct(array) => Value::Struct(array.clone()),
            Columns::Once(value) => value.clone(),
        }
    }
}

impl Interpreter<'_> {
    /// A loop: compiled if something in it is scalar, else walked.
    ///
    /// # Errors
    /// Those of its statements.
    pub(crate) fn repeat(&mut self, stmt: &Stmt) -> Result<Flow, ScriptError> {
        if let Some(result) = self.compiled_loop(stmt) {
            return result;
        }
        match &stmt.kind {
            StmtKind::For { target, value, body, parallel: _ } => {
                self.for_loop(target, value, body)
            }
            StmtKind::While { cond, body } => self.while_loop(cond, body),
            StmtKind::DoUntil { body, cond } => self.do_loop(body, cond),
            _ => Ok(Flow::Next),
        }
    }

    /// `for target = value`.
    fn for_loop(
        &mut self,
        target: &LValue,
        value: &Expr,
        body: &[Stmt],
    ) -> Result<Flow, ScriptError> {
        let columns = self.columns(value)?;
        if columns.count() == 0 {
            self.assign(target, columns.nothing())?;
        }
        let slots = self.assigned(body);
        self.loop_boundary(&slots)?;
        for index in 0..columns.count() {
            let value = self.column(&columns, index, target.span)?;
            self.assign(target, value)?;
            match self.iteration(body, &slots)? {
                Flow::Next | Flow::Continue => {}
                Flow::Break => break,
                Flow::Return => return Ok(Flow::Return),
            }
        }
        Ok(Flow::Next)
    }

    /// What a loop over a value runs over.
    ///
    /// # Errors
    /// Those of the value.
    pub(crate) fn columns(&mut self, value: &Expr) -> Result<Columns, ScriptError> {
        let value = match &value.kind {
            ExprKind::Range { start, step, stop } => {
                self.range_of((start, step.as_deref(), stop), value.span)?
            }
            _ => self.eval(value)?,
        };
        Ok(match self.forced(value)? {
            Value::Range(range) => Columns::Range(range),
            Value::Array(array) => Columns::Array(array),
            // Scalars are wanted one by one: values, not views.
            Value::Lazy(lazy) if lazy.shape.extent(0) == 1 => {
                Columns::Array(self.graph.read(&lazy)?)
            }
            Value::Lazy(lazy) => Columns::Lazy(lazy),
            Value::Cell(cell) => Columns::Cell(cell),
            Value::Struct(array) if !array.shape.is_scalar() => Columns::Struct(array),
            other => Columns::Once(other),
        })
    }

    /// Column `index` of what a loop runs over.
    ///
    /// # Errors
    /// [`ScriptError`] if it cannot be recorded.
    pub(crate) fn column(
        &mut self,
        columns: &Columns,
        index: u64,
        span: crate::diagnostic::Span,
    ) -> Result<Value, ScriptError> {
        let picked = [Subscript::All, Subscript::One(index)];
        Ok(match columns {
            Columns::Range(range) => Value::Number(Number::Double(range.at(index))),
            Columns::Array(array) if array.shape.extent(0) == 1 => {
                array.data.element(index as usize).map_or_else(Value::empty, Value::Number)
            }
            Columns::Array(array) => gather(array, &picked, "")?.into(),
            Columns::Lazy(lazy) => {
                let shape = Shape::matrix(lazy.shape.extent(0), columns.count());
                let flat = self.graph.reshape(lazy, shape, span)?;
                let column = Slice { start: index as i64, step: 1, count: 1, whole: false };
                let slices = [Slice::all(lazy.shape.extent(0)), column];
                Value::Lazy(self.graph.slice(&flat, &slices, span))
            }
            Columns::Cell(cell) => {
                let site = super::index::Site { name: "", span };
                self.index_value(&Value::Cell(cell.clone()), &picked, site)?
            }
            Columns::Struct(array) => {
                let site = super::index::Site { name: "", span };
                self.index_value(&Value::Struct(array.clone()), &picked, site)?
            }
            Columns::Once(value) => value.clone(),
        })
    }

    /// `while cond`.
    fn while_loop(&mut self, cond: &Expr, body: &[Stmt]) -> Result<Flow, ScriptError> {
        let slots = self.assigned(body);
        self.loop_boundary(&slots)?;
        while self.condition(cond)? {
            match self.iteration(body, &slots)? {
                Flow::Next | Flow::Continue => {}
                Flow::Break => break,
                Flow::Return => return Ok(Flow::Return),
            }
        }
        Ok(Flow::Next)
    }

    /// `do .. until cond`.
    fn do_loop(&mut self, body: &[Stmt], cond: &Expr) -> Result<Flow, ScriptError> {
        let slots = self.assigned(body);
        self.loop_boundary(&slots)?;
        loop {
            match self.iteration(body, &slots)? {
                Flow::Next | Flow::Continue => {}
                Flow::Break => break,
                Flow::Return => return Ok(Flow::Return),
            }
            if self.condition(cond)? {
                break;
            }
        }
        Ok(Flow::Next)
    }

    fn iteration(&mut self, body: &[Stmt], slots: &[Slot]) -> Result<Flow, ScriptError> {
        let iteration = self.iteration_start(slots);
        let flow = self.body(body)?;
        if flow != Flow::Break && flow != Flow::Return {
            self.iteration_end(iteration)?;
        }
        Ok(flow)
    }

    /// The start of an iteration of a loop whose body assigns some variables.
    pub(crate) fn iteration_start(&self, slots: &[Slot]) -> Iteration {
        let lazy = |slot: &Slot| match &self.frame.slots[slot.index()] {
            Some(Value::Lazy(lazy)) => Some((*slot, lazy.held())),
            Some(_) | None => None,
        };
        Iteration {
            recorded: self.graph.recorded_count,
            start: self.graph.iteration_start(),
            before: slots.iter().filter_map(lazy).collect(),
        }
    }

    /// The boundary after an iteration that another may follow; nothing if it recorded nothing.
    ///
    /// # Errors
    /// [`ScriptError`] from planning or from the engine.
    pub(crate) fn iteration_end(&mut self, iteration: Iteration) -> Result<(), ScriptError> {
        if self.graph.recorded_count == iteration.recorded {
            return Ok(());
        }
        let states = iteration.before.into_iter().filter_map(|(slot, before)| {
            match &self.frame.slots[slot.index()] {
                Some(Value::Lazy(after)) => Some((before, after.node)),
                Some(_) | None => None,
            }
        });
        let states = states.collect();
        Ok(self.graph.settle_iteration(iteration.start, states)?)
    }

    /// The boundary before the first iteration: computes the lazy arrays of the variables that
    /// the loop's body assigns. With the boundary after each iteration
    /// ([`Graph::settle_iteration`]) the groups of every iteration are the same whatever the trip
    /// count, and no iteration's groups hold work of another.
    ///
    /// [`Graph::settle_iteration`]: crate::trace::graph::Graph
    pub(crate) fn loop_boundary(&mut self, slots: &[Slot]) -> Result<(), ScriptError> {
        let mut held: Vec<Lazy> = Vec::new();
        for slot in slots {
            match &self.frame.slots[slot.index()] {
                Some(Value::Lazy(lazy)) => held.push(lazy.clone()),
                Some(value @ (Value::Struct(_) | Value::Cell(_))) => {
                    let mut found = Vec::new();
                    lazies(value, &mut found);
                    held.extend(found.into_iter().cloned());
                }
                Some(_) => {}
                None => {
                    if let Some(Value::Lazy(lazy)) =
                        (!self.frame.links.is_empty()).then(|| self.load(*slot)).flatten()
                    {
                        held.push(lazy);
                    }
                }
            }
        }
        if held.is_empty() {
            return Ok(());
        }
        let held: Vec<&Lazy> = held.iter().collect();
        Ok(self.graph.settle(&held)?)
    }
}
