//! The pending Dag of a running script, and its sync points.
//!
//! Recording is in `record.rs`. This file keeps nodes alive while a [`Lazy`] or a pending user
//! holds them, cuts the Dag into groups at sync points, and hands the groups to the engine. Which
//! nodes a cut computes follows from structure and liveness alone, so that building and running
//! cut alike.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::{Rc, Weak};
use std::sync::Arc;

use preheat_cpu::Column;
use preheat_format::{Call, CallOutput, DType, NumericMode};
use smallvec::SmallVec;
use thiserror::Error;

use crate::dag::{Dag, DagNode, DagOp, NodeId};
use crate::diagnostic::Span;
use crate::fuse::{self, Aim, Demand, Group, GroupTarget};
use crate::shape::Shape;
use crate::trace::bounds::{self, Bounds};
use crate::trace::engine::{Buffer, Engine, EngineError, GroupOrigin, Printed};
use crate::trace::known::Known;
use crate::trace::rolling::{Chains, Flushed, Trip};
use crate::trace::value::{Class, Form, Held, HostArray, HostData, Lazy, Token};

/// What a script's arrays are computed with.
#[derive(Clone, Copy, Debug)]
pub struct GraphOptions {
    /// Accuracy of elementary functions.
    pub mode: NumericMode,
    /// Compute arrays of class `double` in 32 bits.
    pub demote_double: bool,
}

impl Default for GraphOptions {
    fn default() -> GraphOptions {
        GraphOptions { mode: NumericMode::Precise, demote_double: false }
    }
}

/// Why an array operation could not be recorded or executed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GraphError {
    /// Shapes that do not go together.
    #[error("nonconformant arguments (op1 is {left}, op2 is {right})")]
    Shapes {
        /// First shape.
        left: Shape,
        /// Second shape.
        right: Shape,
    },
    /// An array of more elements than there can be, or than positions count where the operation
    /// looks at them.
    #[error("an array of {shape} has too many elements for this operation")]
    TooLarge {
        /// Its shape.
        shape: Shape,
    },
    /// A class that cannot be recorded.
    #[error("arrays of class `{class}` cannot be used in `{op}` on a device")]
    Class {
        /// The class.
        class: &'static str,
        /// The operation.
        op: String,
    },
    /// A group that is not a valid signature: a bug of the planner, reported instead of run.
    #[error("the planner made an invalid group: {0}")]
    Group(#[from] preheat_format::SignatureError),
    /// The engine failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// Evaluating on the host failed.
    #[error(transparent)]
    Cpu(#[from] preheat_cpu::CpuError),
}

/// Data of a leaf.
#[derive(Clone, Debug)]
pub(super) enum LeafData {
    /// On the host, not yet uploaded.
    Host(HostArray),
    /// On the host as the engine would store it ([`Known`]); as an array too once it was read.
    Known { host: Option<HostArray> },
    /// With the engine; on the host too once it was read.
    Buffer { buffer: Buffer, host: Option<HostArray> },
    /// An output of the last trip of an open chain.
    Chained,
}

/// Marks the start of a loop iteration in what is recorded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IterationStart {
    recorded: usize,
    replaced: usize,
}

/// A host array that the script still holds, with its leaf.
struct Upload {
    data: Rc<HostData>,
    lazy: Lazy,
}

/// References to an upload's elements that are the graph's own: the upload's and its leaf's.
const UPLOAD_OWN_REFS: usize = 2;
/// The most uploads that are remembered.
const UPLOADS_MAX: usize = 32;

/// Sees the pending Dag before each cut.
pub type Watch = Box<dyn FnMut(&Dag)>;

/// The pending Dag with its leaves, the engine, and counters.
pub struct Graph {
    pub(super) dag: Dag,
    pub(super) options: GraphOptions,
    /// Who holds each node; a token that is dropped puts its node on `dropped`.
    tokens: Vec<Weak<Token>>,
    /// What is known of each node's elements, by slot.
    bounds: Vec<Bounds>,
    dropped: Rc<RefCell<Vec<NodeId>>>,
    /// Memory of the last sweep, for the next.
    candidates: Vec<NodeId>,
    pub(super) leaves: BTreeMap<NodeId, LeafData>,
    pub(super) known: Known,
    pub(super) engine: Box<dyn Engine>,
    watch: Option<Watch>,
    /// Host arrays that were uploaded, so that a loop that reads one uploads it once.
    uploads: Vec<Upload>,
    /// Rolled loops that are still being recorded.
    chains: Chains,
    /// Nodes in the order of recording, those of finished iterations apart.
    recorded: Vec<NodeId>,
    /// Places inside cells and structures that got another array: the new node, what was there.
    replaced: Vec<(NodeId, Held)>,
    /// Variables that hold arrays, while planning.
    names: BTreeMap<NodeId, String>,
    /// Nodes recorded so far, for timing and telemetry.
    pub recorded_count: u64,
    /// By place, uploads of arrays that were read from the engine before.
    pub(crate) round_trips: BTreeMap<Span, u64>,
}

/// What telemetry calls an upload of an array that was read from the engine before.
const ROUND_TRIP: &str = "upload of an array that was read back";

impl Graph {
    /// An empty graph over an engine.
    pub fn new(engine: Box<dyn Engine>, options: GraphOptions) -> Graph {
        let (tokens, leaves) = (Vec::new(), BTreeMap::new());
        let len_max = if options.demote_double { 0 } else { engine.known_len_max() };
        Graph {
            dag: Dag::default(),
            options,
            tokens,
            bounds: Vec::new(),
            dropped: Rc::default(),
            candidates: Vec::new(),
            leaves,
            known: Known::new(len_max),
            engine,
            watch: None,
            uploads: Vec::new(),
            chains: Chains::default(),
            recorded: Vec::new(),
            replaced: Vec::new(),
            names: BTreeMap::new(),
            recorded_count: 0,
            round_trips: BTreeMap::new(),
        }
    }

    /// Shows the pending Dag to `watch` before each cut.
    pub fn watch(&mut self, watch: Watch) {
        self.watch = Some(watch);
    }

    /// The engine back, when the script has ended.
    pub fn into_engine(self) -> Box<dyn Engine> {
        self.engine
    }

    /// True if output needs no values.
    pub fn is_planning(&self) -> bool {
        self.engine.is_planning()
    }

    /// The Dag as text, one node a line.
    pub fn dag(&self) -> &Dag {
        &self.dag
    }

    /// True if arrays of class `double` are computed in 32 bits.
    pub(crate) fn demotes(&self) -> bool {
        self.options.demote_double
    }

    /// Element type in which arrays of a class are stored here. Integers are computed in 64-bit
    /// floats, which hold each of them: without those they stay on the host.
    pub fn dtype_of(&self, class: Class) -> Option<DType> {
        match (class, class.device_dtype()) {
            (Class::Double, _) if self.options.demote_double => Some(DType::F32),
            (Class::Int(_), _) if self.options.demote_double => None,
            (_, dtype) => dtype,
        }
    }

    /// Counts an array operation that the tracer computes itself.
    pub(crate) fn computed_on_host(&mut self, operation: &'static str) {
        self.engine.computed_on_host(operation);
    }

    /// A leaf of a host array of a class that [`Graph::dtype_of`] stores.
    ///
    /// # Errors
    /// [`GraphError::Class`] for another class.
    pub fn leaf(&mut self, array: &HostArray, span: Span) -> Result<Lazy, GraphError> {
        let class = array.class();
        let Some(dtype) = self.dtype_of(class).filter(|_| !array.is_complex()) else {
            return Err(GraphError::Class { class: class.name(), op: "upload".to_owned() });
        };
        let is_known = |upload: &&Upload| {
            Rc::ptr_eq(&upload.data, &array.data) && upload.lazy.shape == array.shape
        };
        if let Some(upload) = self.uploads.iter().find(is_known) {
            return Ok(upload.lazy.clone());
        }
        if array.returned {
            *self.round_trips.entry(span).or_default() += 1;
            self.engine.computed_on_host(ROUND_TRIP);
        }
        let node = DagNode { op: DagOp::Leaf, dtype, shape: array.shape.clone(), span };
        let lazy = self.add(node, &[], class);
        self.leaves.insert(lazy.node, LeafData::Host(array.clone()));
        self.forget_uploads();
        if self.uploads.len() == UPLOADS_MAX {
            self.uploads.remove(0);
        }
        self.uploads.push(Upload { data: Rc::clone(&array.data), lazy: lazy.clone() });
        Ok(lazy)
    }

    /// A leaf of host elements as they are stored under `dtype`.
    pub(super) fn typed_leaf(&mut self, array: HostArray, dtype: DType, span: Span) -> Lazy {
        let node = DagNode { op: DagOp::Leaf, dtype, shape: array.shape.clone(), span };
        let lazy = self.add(node, &[], Class::Double);
        self.leaves.insert(lazy.node, LeafData::Host(array));
        lazy
    }

    /// Forgets uploads of arrays that the script does not hold any more or has changed.
    fn forget_uploads(&mut self) {
        self.uploads.retain(|upload| Rc::strong_count(&upload.data) > UPLOAD_OWN_REFS);
    }

    /// Adds a node and gives its handle.
    pub(super) fn add(&mut self, node: DagNode, operands: &[NodeId], class: Class) -> Lazy {
        self.recorded_count += 1;
        let shape = node.shape.clone();
        let known: SmallVec<[(NodeId, Bounds); 5]> =
            operands.iter().map(|operand| (*operand, self.bounds[operand.slot()])).collect();
        let known = bounds::of_node(&node, &known);
        let column = self.evaluate(&node, operands);
        let id = self.dag.add(node, operands);
        self.known.set(id, column);
        self.recorded.push(id);
        if self.bounds.len() <= id.slot() {
            self.bounds.resize(id.slot() + 1, Bounds::ALL);
        }
        self.bounds[id.slot()] = known;
        let token = Rc::new(Token { node: id, dropped: Rc::clone(&self.dropped) });
        if self.tokens.len() <= id.slot() {
            self.tokens.resize(id.slot() + 1, Weak::new());
        }
        self.tokens[id.slot()] = Rc::downgrade(&token);
        Lazy { node: id, class, shape, form: Form::Full, token }
    }

    /// What is known of the elements of an array without computing them.
    pub(crate) fn bounds(&self, lazy: &Lazy) -> Bounds {
        self.bounds.get(lazy.node.slot()).copied().unwrap_or(Bounds::ALL)
    }

    pub(super) fn is_live(&self, id: NodeId) -> bool {
        self.tokens[id.slot()].strong_count() > 0
    }

    /// The elements of an array. A sync point: computes what is pending for it and waits.
    ///
    /// # Errors
    /// [`GraphError`] from planning or from the engine.
    pub fn read(&mut self, lazy: &Lazy) -> Result<HostArray, GraphError> {
        let array = self.elements(lazy)?;
        Ok(HostArray { form: lazy.form, ..array })
    }

    fn elements(&mut self, lazy: &Lazy) -> Result<HostArray, GraphError> {
        self.cut(&[lazy.node], &[], "the script reads its result")?;
        self.unchain(lazy.node)?;
        let data = match self.leaves.get(&lazy.node) {
            Some(
                LeafData::Host(array)
                | LeafData::Known { host: Some(array) }
                | LeafData::Buffer { host: Some(array), .. },
            ) => return Ok(array.clone()),
            Some(LeafData::Known { host: None }) => return Ok(self.known_array(lazy)),
            Some(LeafData::Buffer { buffer, host: None }) => self.engine.read(buffer)?,
            Some(LeafData::Chained) | None => {
                Arc::new(Column::zeros(self.dag.node(lazy.node).dtype, 0)?)
            }
        };
        let array = HostArray::from_column(lazy.class, lazy.shape.clone(), &data);
        let array = HostArray { returned: true, ..array };
        if let Some(LeafData::Buffer { host, .. }) = self.leaves.get_mut(&lazy.node) {
            *host = Some(array.clone());
        }
        Ok(array)
    }

    /// A sync point whose values go to output only: computes them, and gives them unless the
    /// engine only plans.
    ///
    /// # Errors
    /// [`GraphError`] from planning or from the engine.
    pub fn output(&mut self, values: &[&Lazy]) -> Result<Option<Vec<HostArray>>, GraphError> {
        let nodes: Vec<NodeId> = values.iter().map(|lazy| lazy.node).collect();
        self.cut(&nodes, &[], "its result is printed")?;
        nodes.iter().try_for_each(|id| self.unchain(*id))?;
        if self.is_planning() {
            return Ok(None);
        }
        values.iter().map(|lazy| self.read(lazy)).collect::<Result<_, _>>().map(Some)
    }

    /// Takes note of the variable that holds an array, for an engine that plans.
    pub(crate) fn note_name(&mut self, lazy: &Lazy, variable: &str) {
        self.names.insert(lazy.node, variable.to_owned());
    }

    /// Tells an engine that plans of an array that [`Graph::output`] was given.
    pub(crate) fn note_printed(&mut self, lazy: &Lazy) {
        if let Some(LeafData::Buffer { buffer, .. }) = self.leaves.get(&lazy.node) {
            let name = self.names.get(&lazy.node).map(String::as_str);
            self.engine.printed(Printed { name, shape: lazy.shape.extents(), buffer });
        }
    }

    /// The boundary before a loop: computes the given arrays, without waiting, so that the groups
    /// of every iteration are the same.
    ///
    /// # Errors
    /// [`GraphError`] from planning or from the engine.
    pub fn settle(&mut self, values: &[&Lazy]) -> Result<(), GraphError> {
        self.settle_for(values, "a loop follows that changes the variable")
    }

    /// Computes arrays without waiting. `reason` says for people why now.
    ///
    /// # Errors
    /// [`GraphError`] from planning or from the engine.
    pub(crate) fn settle_for(
        &mut self,
        values: &[&Lazy],
        reason: &'static str,
    ) -> Result<(), GraphError> {
        let nodes: Vec<NodeId> = values.iter().map(|lazy| lazy.node).collect();
        self.cut(&nodes, &[], reason)
    }

    /// Where the nodes of an iteration begin; see [`Graph::settle_iteration`].
    pub(crate) fn iteration_start(&self) -> IterationStart {
        IterationStart { recorded: self.recorded.len(), replaced: self.replaced.len() }
    }

    /// The boundary after a loop iteration: computes the arrays that were recorded since `start`
    /// and that something still holds, in variables, cells or structures. `states` are variables'
    /// values before the iteration with those after it: what a rolled loop carries from trip to
    /// trip. Takes time for what the iteration recorded, however many arrays there are.
    ///
    /// # Errors
    /// [`GraphError`] from planning or from the engine.
    pub(crate) fn settle_iteration(
        &mut self,
        start: IterationStart,
        mut states: Vec<(Held, NodeId)>,
    ) -> Result<(), GraphError> {
        let recorded = self.recorded.split_off(start.recorded.min(self.recorded.len()));
        let replaced = self.replaced.split_off(start.replaced.min(self.replaced.len()));
        let is_wanted = |id: &NodeId| self.dag.get(*id).is_some() && self.is_live(*id);
        let wanted: Vec<NodeId> = recorded.into_iter().filter(is_wanted).collect();
        for (at, (node, before)) in replaced.iter().enumerate() {
            // Of several assignments the first one's array is the state.
            let earlier = replaced[..at].iter().rev();
            let first = earlier.fold(
                before,
                |before, (node, earlier)| {
                    if *node == before.node { earlier } else { before }
                },
            );
            states.push((first.clone(), *node));
        }
        let is_there = |held: &Held| {
            self.dag.get(held.node).is_some()
                && self
                    .tokens
                    .get(held.node.slot())
                    .is_some_and(|token| Weak::ptr_eq(token, &held.token))
        };
        let states: Vec<(NodeId, NodeId)> = states
            .iter()
            .filter(|(before, after)| is_there(before) && before.node != *after)
            .map(|(before, after)| (before.node, *after))
            .collect();
        self.cut(&wanted, &states, "the loop's iteration ends, and a variable holds it")
    }

    /// Notes that an array took the place of another in a cell or structure.
    pub(crate) fn note_replaced(&mut self, before: &Lazy, after: &Lazy) {
        self.replaced.push((after.node, before.held()));
    }

    /// Waits until the engine has done what it was given.
    ///
    /// # Errors
    /// [`GraphError::Engine`] if a call failed.
    pub fn wait(&mut self) -> Result<(), GraphError> {
        Ok(self.engine.finish()?)
    }

    /// The end of the script: what is still pending has no use.
    pub fn finish(&mut self) {
        self.sweep();
    }

    /// `states` are pairs of what a rolled loop carries; see [`Graph::settle_iteration`]. `reason`
    /// says for people why `demanded` is computed now.
    fn cut(
        &mut self,
        demanded: &[NodeId],
        states: &[(NodeId, NodeId)],
        reason: &'static str,
    ) -> Result<(), GraphError> {
        let mut roots: Vec<NodeId> = Vec::new();
        let mut known = BTreeSet::new();
        for id in demanded {
            if self.dag.node(*id).op != DagOp::Leaf && known.insert(*id) {
                roots.push(*id);
            }
        }
        if roots.is_empty() {
            self.sweep();
            return self.close_trips();
        }
        if let Some(watch) = &mut self.watch {
            watch(&self.dag);
        }
        let order = self.dag.pending_postorder(&roots);
        for id in order.iter().copied() {
            if self.is_live(id) && !known.contains(&id) && fuse::is_worth_keeping(&self.dag, id) {
                roots.push(id);
            }
        }
        if let Some(stores) = self.known_stores(&roots, &order) {
            for id in stores {
                self.fill_known(id);
                self.become_leaf(id, LeafData::Known { host: None });
            }
            self.sweep();
            return self.close_trips();
        }
        let demand = Demand { demanded, reason };
        let aim = Aim { states, demand, mode: self.options.mode, joins_states: !states.is_empty() };
        for group in fuse::partition(&self.dag, &roots, aim)? {
            match group.signature.is_rolled() {
                true => self.execute_rolled(group)?,
                false => self.execute(group)?,
            }
        }
        self.sweep();
        self.close_trips()
    }

    fn execute(&mut self, group: Group) -> Result<(), GraphError> {
        let mut sources = Vec::with_capacity(group.sources.len());
        for id in &group.sources {
            sources.push(self.buffer(*id)?);
        }
        let mut outputs = Vec::with_capacity(group.outputs.len());
        for output in &group.outputs {
            outputs.push(match output.target {
                GroupTarget::New => CallOutput::New,
                GroupTarget::Update(base) => CallOutput::Update(self.take_base(base, output.node)?),
            });
        }
        let nodes: Vec<NodeId> = group.outputs.iter().map(|output| output.node).collect();
        let call = Call {
            signature: group.signature,
            key: group.key,
            extents: group.extents,
            views: group.views,
            sources,
            params: group.params,
            outputs,
            roll: None,
        };
        let buffers = self.engine.call(call, &group.origin)?;
        for (id, buffer) in nodes.into_iter().zip(buffers) {
            self.become_leaf(id, LeafData::Buffer { buffer, host: None });
        }
        Ok(())
    }

    fn become_leaf(&mut self, id: NodeId, data: LeafData) {
        // The operands lose a user.
        self.dropped.borrow_mut().extend(self.dag.operands(id));
        self.dag.become_leaf(id);
        self.leaves.insert(id, data);
    }

    /// Makes a rolled group another trip of the chain that it continues, or the first of its own.
    fn execute_rolled(&mut self, group: Group) -> Result<(), GraphError> {
        let carried = |source: usize| {
            group.signature.carries.iter().find(|carry| carry.source as usize == source)
        };
        let mut sources = Vec::with_capacity(group.sources.len());
        for (place, id) in group.sources.iter().enumerate() {
            sources.push(match carried(place) {
                Some(carry) => Trip::Carried { node: *id, output: carry.output as usize },
                None => Trip::Fixed(self.buffer(*id)?),
            });
        }
        let nodes: Vec<NodeId> = group.outputs.iter().map(|output| output.node).collect();
        if !self.chains.extend(&group, &sources, &nodes) {
            let mut buffers = Vec::with_capacity(sources.len());
            for source in sources {
                buffers.push(match source {
                    Trip::Fixed(buffer) => buffer,
                    Trip::Carried { node, .. } => self.buffer(node)?,
                });
            }
            if let Some(flushed) = self.chains.make_room() {
                self.flush(flushed)?;
            }
            self.chains.open(group, buffers, &nodes);
        }
        for id in nodes {
            self.become_leaf(id, LeafData::Chained);
        }
        Ok(())
    }

    /// Runs a chain that was taken from the open ones.
    fn flush(&mut self, flushed: Flushed) -> Result<Vec<Buffer>, GraphError> {
        let buffers = self.engine.call(flushed.call, &flushed.origin)?;
        for (id, buffer) in flushed.nodes.into_iter().zip(&buffers) {
            if let Some(id) = id {
                self.leaves.insert(id, LeafData::Buffer { buffer: buffer.clone(), host: None });
            }
        }
        Ok(buffers)
    }

    /// Runs the chain that an array comes from, if it is not there yet.
    fn unchain(&mut self, id: NodeId) -> Result<(), GraphError> {
        let Some(LeafData::Chained) = self.leaves.get(&id) else {
            return Ok(());
        };
        if let Some(flushed) = self.chains.take_before_last(id) {
            let buffers = self.flush(flushed)?;
            self.chains.resume(buffers);
        }
        if let Some(flushed) = self.chains.take(id) {
            self.flush(flushed)?;
        }
        Ok(())
    }

    /// After a sweep: if the outputs of a chain's last trip but one are still wanted, the chain
    /// ended there. Chains that are full are run, those that nothing wants are dropped.
    fn close_trips(&mut self) -> Result<(), GraphError> {
        while let Some(wanted) = self.chains.wanted_before_last() {
            self.unchain(wanted)?;
        }
        while let Some(flushed) = self.chains.take_full() {
            self.flush(flushed)?;
        }
        Ok(())
    }

    /// The buffer of a leaf, uploaded if need be.
    fn buffer(&mut self, id: NodeId) -> Result<Buffer, GraphError> {
        self.unchain(id)?;
        let array = match self.leaves.get(&id) {
            Some(LeafData::Buffer { buffer, .. }) => return Ok(buffer.clone()),
            Some(LeafData::Known { host }) if let Some(column) = self.known.get(id) => {
                let (dtype, host) = (self.dag.node(id).dtype, host.clone());
                let buffer = self.engine.upload(dtype, Arc::clone(column))?;
                self.leaves.insert(id, LeafData::Buffer { buffer: buffer.clone(), host });
                return Ok(buffer);
            }
            Some(LeafData::Host(array)) => array.clone(),
            Some(LeafData::Chained | LeafData::Known { .. }) | None => {
                return Ok(self
                    .engine
                    .upload(DType::F64, Arc::new(Column::zeros(DType::F64, 0)?))?);
            }
        };
        let dtype = self.dag.node(id).dtype;
        let column = Arc::new(array.to_column(dtype)?);
        let buffer = self.engine.upload(dtype, column)?;
        if let Some(name) = self.names.get(&id) {
            self.engine.named(&buffer, name);
        }
        let leaf = LeafData::Buffer { buffer: buffer.clone(), host: Some(array) };
        self.leaves.insert(id, leaf);
        Ok(buffer)
    }

    /// The buffer that an update writes into: the base's own if nothing else needs it, so that
    /// the engine may write in place.
    fn take_base(&mut self, base: NodeId, update: NodeId) -> Result<Buffer, GraphError> {
        if self.dag.node(base).op == DagOp::Uninit {
            let node = self.dag.node(base);
            let len = usize::try_from(node.shape.len())
                .map_err(|_| GraphError::TooLarge { shape: node.shape.clone() })?;
            let (dtype, zeros) = (node.dtype, Column::zeros(node.dtype, len)?);
            return Ok(self.engine.upload(dtype, Arc::new(zeros))?);
        }
        self.sweep();
        let only_user = self.dag.users(base) == [update];
        let buffer = self.buffer(base)?;
        if only_user && !self.is_live(base) {
            // A chain that still has to read it would keep it from being changed in place.
            while let Some(flushed) = self.chains.take_reader(&buffer) {
                self.flush(flushed)?;
            }
            self.leaves.remove(&base);
        }
        Ok(buffer)
    }

    /// Drops what neither a handle nor a pending node needs.
    fn sweep(&mut self) {
        self.forget_uploads();
        let mut candidates = std::mem::take(&mut self.candidates);
        std::mem::swap(&mut candidates, &mut *self.dropped.borrow_mut());
        while let Some(id) = candidates.pop() {
            // Its slot may hold another node by now, or none.
            if self.dag.get(id).is_none() || !self.is_dead(id) {
                continue;
            }
            candidates.extend(self.dag.operands(id));
            self.dag.remove(id);
            self.known.set(id, None);
            self.names.remove(&id);
            if let Some(LeafData::Chained) = self.leaves.remove(&id) {
                self.chains.forget(id);
            }
        }
        self.candidates = candidates;
    }

    fn is_dead(&self, id: NodeId) -> bool {
        !self.is_live(id) && !self.dag.is_used(id)
    }
}

impl HostArray {
    /// Its class.
    pub fn class(&self) -> Class {
        match &*self.data {
            HostData::Double(_) => Class::Double,
            HostData::Complex(float, _) => float.class(),
            HostData::Single(_) => Class::Single,
            HostData::Logical(_) => Class::Logical,
            HostData::Char(_) => Class::Char,
            HostData::Int(class, _) => Class::Int(*class),
            HostData::Uint64(_) => Class::Int(crate::trace::value::IntClass::Uint64),
        }
    }

    /// True if elements have an imaginary part.
    pub fn is_complex(&self) -> bool {
        matches!(&*self.data, HostData::Complex(..))
    }

    /// The elements as an engine stores them.
    ///
    /// # Errors
    /// [`GraphError`] if there is no memory for the copy.
    pub(crate) fn to_column(&self, dtype: DType) -> Result<Column, GraphError> {
        let column = match (&*self.data, dtype) {
            (HostData::Double(values), DType::F64) => Column::F64(values.clone()),
            (HostData::Double(values), _) => {
                Column::F32(values.iter().map(|value| *value as f32).collect())
            }
            (HostData::Single(values), _) => Column::F32(values.clone()),
            (HostData::Logical(values), _) => {
                Column::Word(values.iter().map(|value| u32::from(*value)).collect())
            }
            (HostData::Char(values), _) => {
                Column::Word(values.iter().map(|value| u32::from(*value)).collect())
            }
            (HostData::Int(_, values), _) => {
                Column::Word(values.iter().map(|value| *value as u32).collect())
            }
            (HostData::Uint64(_) | HostData::Complex(..), _) => {
                let op = "upload".to_owned();
                return Err(GraphError::Class { class: self.class().name(), op });
            }
        };
        Ok(column)
    }

    /// A host array of an engine's column.
    pub(crate) fn from_column(class: Class, shape: Shape, column: &Column) -> HostArray {
        let data = match (class, column) {
            (Class::Single, Column::F32(values)) => HostData::Single(values.clone()),
            (Class::Single, Column::F64(values)) => {
                HostData::Single(values.iter().map(|value| *value as f32).collect())
            }
            (_, Column::F64(values)) => HostData::Double(values.clone()),
            (_, Column::F32(values)) => {
                HostData::Double(values.iter().map(|value| f64::from(*value)).collect())
            }
            (Class::Int(int), Column::Word(values)) => {
                let is_signed = int.bounds().0 < 0;
                let number = |word: &u32| match is_signed {
                    true => i64::from(*word as i32),
                    false => i64::from(*word),
                };
                HostData::Int(int, values.iter().map(number).collect())
            }
            (_, Column::Word(values)) => {
                HostData::Logical(values.iter().map(|value| *value != 0).collect())
            }
        };
        HostArray::new(shape, data)
    }
}

impl GroupOrigin {
    /// Adds a place unless it is known.
    pub fn add_span(&mut self, span: Span) {
        if !self.spans.contains(&span) {
            self.spans.push(span);
        }
    }
}
