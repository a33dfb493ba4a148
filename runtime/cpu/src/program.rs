//! The nodes of one pass as a list of steps over registers.
//!
//! A register holds one value at each point of a tile. Registers are reused as soon as their value
//! is dead, so that a long chain still works in the first-level cache. Values that are the same at
//! every point of the pass sit in pinned registers, filled once.

use std::sync::Arc;

use preheat_format::{DType, NodeKind};
use preheat_ops::eval::Eval;
use preheat_ops::op::RandomDef;

use crate::check::Compute;
use crate::column::{Column, Storage, mismatch};
use crate::error::CpuError;
use crate::lane::{Lane, Walk};
use crate::plan::{Axes, Group};

/// The most values that are kept in registers of their own for a whole pass.
const PINNED_MAX: usize = 32;
/// Points of a tile: as many as let the registers in use stay in the second-level cache.
const TILE_POINTS: [usize; 3] = [4096, 2048, 1024];
/// Bytes of registers that a tile should not exceed.
const TILE_BYTES: usize = 96 << 10;

/// The steps of a pass and what they work on.
#[derive(Debug, Default)]
pub(crate) struct Program {
    pub(crate) steps: Vec<Step>,
    pub(crate) registers: Vec<Register>,
    /// Register of each value that was asked for.
    pub(crate) roots: Vec<u32>,
    pub(crate) lanes: Vec<Lane>,
    /// The source of each lane; `None`: a result of an earlier pass.
    pub(crate) sources: Vec<Option<u32>>,
    pub(crate) generators: Vec<Walk>,
    /// Buffers whose elements are chosen by index.
    pub(crate) tables: Vec<Arc<Column>>,
    /// Lanes that later trips read from a root's register, and that register.
    pub(crate) carries: Vec<(u32, u32)>,
    /// Parameters in pinned registers: register and parameter.
    pub(crate) params: Vec<(u32, u32)>,
    /// Points of a tile.
    pub(crate) tile: usize,
}

/// One value of a tile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Register {
    /// A type that it stores; values of other types that are stored alike may follow.
    pub(crate) dtype: DType,
    /// The bits that it holds at every point, if it is pinned.
    pub(crate) pinned: Option<u64>,
}

/// Computes one register from others.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) target: u32,
    /// Type of the result.
    pub(crate) dtype: DType,
    pub(crate) action: Action,
    pub(crate) operands: Vec<u32>,
}

/// How a step computes.
#[derive(Debug)]
pub(crate) enum Action {
    /// The elements of a lane.
    Load(u32),
    /// The positions that a generator's walk shows.
    Index(u32),
    /// One value everywhere.
    Fill(u64),
    /// The value of a parameter everywhere.
    Param(u32),
    Elementwise(Eval),
    /// Conversion from a type.
    Cast(DType),
    Random(&'static RandomDef),
    /// Elements of a table.
    Gather(u32),
}

impl Program {
    /// The program that computes `roots` over the points of `axes`.
    ///
    /// # Errors
    /// [`CpuError`] if a view leaves its buffer.
    pub(crate) fn new(group: &Group<'_>, roots: &[u32], axes: Axes) -> Result<Program, CpuError> {
        let last_use = last_uses(group, roots);
        let mut builder = Builder {
            group,
            axes,
            program: Program::default(),
            place: vec![None; last_use.len()],
            free: Vec::new(),
            pinned: 0,
        };
        for node in 0..last_use.len() as u32 {
            if last_use[node as usize].is_some() {
                builder.place(node, &last_use)?;
            }
        }
        let mut program = builder.program;
        program.roots = roots.iter().map(|root| placed(builder.place[*root as usize])).collect();
        let bytes: u64 = program.registers.iter().map(|register| register.dtype.size_bytes()).sum();
        for carry in group.trips.iter().flat_map(|trips| &trips.carries) {
            let lanes = (0..).zip(&program.sources).filter(|(_, at)| **at == Some(carry.source));
            let root = program.roots[carry.output as usize];
            program.carries.extend(lanes.map(|(lane, _)| (lane, root)));
        }
        let fits = |points: &usize| bytes as usize * points <= TILE_BYTES;
        program.tile = TILE_POINTS.into_iter().find(fits).unwrap_or(TILE_POINTS[2]);
        Ok(program)
    }

    /// Every walk, to be changed alike when axes are joined or reordered.
    pub(crate) fn walks_mut(&mut self) -> impl Iterator<Item = &mut Walk> {
        self.lanes.iter_mut().map(|lane| &mut lane.walk).chain(&mut self.generators)
    }

    /// Every walk.
    pub(crate) fn walks(&self) -> impl Iterator<Item = &Walk> {
        self.lanes.iter().map(|lane| &lane.walk).chain(&self.generators)
    }
}

/// For each node the last node that uses it, `u32::MAX` for roots, `None` for those not needed.
fn last_uses(group: &Group<'_>, roots: &[u32]) -> Vec<Option<u32>> {
    let mut last_use = vec![None; roots.iter().max().map_or(0, |root| *root as usize + 1)];
    for root in roots {
        last_use[*root as usize] = Some(u32::MAX);
    }
    for node in (0..last_use.len()).rev() {
        if last_use[node].is_none() || group.columns[node].is_some() {
            continue;
        }
        for operand in group.signature().nodes[node].kind.operands() {
            // Nodes are visited from the last, so the first user seen is the last one.
            last_use[operand as usize].get_or_insert(node as u32);
        }
    }
    last_use
}

fn placed(register: Option<u32>) -> u32 {
    register.unwrap_or_else(|| mismatch())
}

struct Builder<'a> {
    group: &'a Group<'a>,
    axes: Axes,
    program: Program,
    /// Register of each node so far.
    place: Vec<Option<u32>>,
    free: Vec<u32>,
    pinned: usize,
}

impl Builder<'_> {
    fn place(&mut self, id: u32, last_use: &[Option<u32>]) -> Result<(), CpuError> {
        let group = self.group;
        let node = &group.signature().nodes[id as usize];
        if let Some(action) = self.leaf(id)? {
            let register = match action {
                Action::Fill(bits) if self.pinned < PINNED_MAX => {
                    self.pinned += 1;
                    self.register(node.dtype, Some(bits))
                }
                Action::Param(param) if self.pinned < PINNED_MAX => {
                    self.pinned += 1;
                    let bits = group.call.params[param as usize].bits;
                    let register = self.register(node.dtype, Some(bits));
                    self.program.params.push((register, param));
                    register
                }
                Action::Fill(_)
                | Action::Param(_)
                | Action::Load(_)
                | Action::Index(_)
                | Action::Elementwise(_)
                | Action::Cast(_)
                | Action::Random(_)
                | Action::Gather(_) => self.step(node.dtype, action, Vec::new()),
            };
            self.place[id as usize] = Some(register);
            return Ok(());
        }
        let operands = node.kind.operands();
        let registers = operands.iter().map(|o| placed(self.place[*o as usize])).collect();
        let action = match group.compute[id as usize] {
            Compute::Elementwise(eval) => Action::Elementwise(eval),
            Compute::Cast => Action::Cast(group.signature().nodes[operands[0] as usize].dtype),
            Compute::Random(random) => Action::Random(random),
            Compute::Gather(source) => {
                self.program.tables.push(Arc::clone(&group.call.sources[source as usize]));
                Action::Gather(self.program.tables.len() as u32 - 1)
            }
            Compute::Leaf | Compute::Reduce(_) => mismatch(),
        };
        self.place[id as usize] = Some(self.step(node.dtype, action, registers));
        for (i, operand) in operands.iter().enumerate() {
            let register = placed(self.place[*operand as usize]);
            let dead = last_use[*operand as usize] == Some(id) && !operands[..i].contains(operand);
            if dead && self.program.registers[register as usize].pinned.is_none() {
                self.free.push(register);
            }
        }
        Ok(())
    }

    /// How a node without operands, or one that an earlier pass has computed, is read.
    fn leaf(&mut self, id: u32) -> Result<Option<Action>, CpuError> {
        let group = self.group;
        let node = &group.signature().nodes[id as usize];
        let lane = match &node.kind {
            _ if group.columns[id as usize].is_some() => group.stored_lane(id, self.axes),
            NodeKind::Load { .. } => Some(group.load_lane(id, self.axes)?),
            NodeKind::Index { view } => {
                let walk = group.walk(*view, self.axes);
                self.program.generators.push(walk);
                return Ok(Some(Action::Index(self.program.generators.len() as u32 - 1)));
            }
            NodeKind::Param { param } => return Ok(Some(Action::Param(*param))),
            NodeKind::Constant { bits } => return Ok(Some(Action::Fill(*bits))),
            NodeKind::Apply { .. }
            | NodeKind::Reduce { .. }
            | NodeKind::Contract { .. }
            | NodeKind::Scan { .. }
            | NodeKind::Gather { .. } => None,
        };
        let source = match &node.kind {
            NodeKind::Load { source, .. } => Some(*source),
            NodeKind::Index { .. }
            | NodeKind::Param { .. }
            | NodeKind::Constant { .. }
            | NodeKind::Apply { .. }
            | NodeKind::Reduce { .. }
            | NodeKind::Contract { .. }
            | NodeKind::Scan { .. }
            | NodeKind::Gather { .. } => None,
        };
        Ok(lane.map(|lane| {
            if lane.walk.strides.iter().all(|stride| *stride == 0) {
                return Action::Fill(lane.column.bits(lane.walk.offset as usize));
            }
            self.program.sources.push(source);
            self.program.lanes.push(lane);
            Action::Load(self.program.lanes.len() as u32 - 1)
        }))
    }

    fn step(&mut self, dtype: DType, action: Action, operands: Vec<u32>) -> u32 {
        let storage = Storage::of(dtype);
        let registers = &self.program.registers;
        let fits = |register: &u32| Storage::of(registers[*register as usize].dtype) == storage;
        let target = match self.free.iter().rposition(fits) {
            Some(found) => self.free.swap_remove(found),
            None => self.register(dtype, None),
        };
        self.program.steps.push(Step { target, dtype, action, operands });
        target
    }

    fn register(&mut self, dtype: DType, pinned: Option<u64>) -> u32 {
        self.program.registers.push(Register { dtype, pinned });
        self.program.registers.len() as u32 - 1
    }
}
