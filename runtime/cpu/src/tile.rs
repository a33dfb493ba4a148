//! Runs a program over one tile.

use std::sync::{Mutex, PoisonError};

use preheat_format::Scalar;
use preheat_ops::eval::{Eval, Map1, Map2, Map3};

use crate::cast;
use crate::column::{Column, Element, mismatch, with_element};
use crate::error::CpuError;
use crate::lane::{Range, Walk};
use crate::program::{Action, Program, Step};
use crate::random;

/// Registers of one thread at work.
#[derive(Debug)]
pub(crate) struct Scratch {
    registers: Vec<Cell>,
    /// Bits of the parameters.
    params: Vec<u64>,
    /// What is read instead of a lane, if it carries, in trips after the first.
    carried: Vec<Option<Column>>,
    is_carrying: bool,
}

#[derive(Debug)]
struct Cell {
    column: Column,
    /// Lane and element where the value lies instead, if it can be read in place.
    borrowed: Option<(u32, usize)>,
}

/// Scratch that threads hand from tile to tile.
pub(crate) struct ScratchPool<'a> {
    program: &'a Program,
    params: &'a [Scalar],
    free: Mutex<Vec<Scratch>>,
}

impl<'a> ScratchPool<'a> {
    pub(crate) fn new(program: &'a Program, params: &'a [Scalar]) -> ScratchPool<'a> {
        ScratchPool { program, params, free: Mutex::new(Vec::new()) }
    }

    /// Lends scratch for some tiles.
    pub(crate) fn with<R>(
        &self,
        work: impl FnOnce(&mut Scratch) -> Result<R, CpuError>,
    ) -> Result<R, CpuError> {
        let known = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut scratch = match known {
            Some(scratch) => scratch,
            None => Scratch::new(self.program, self.params)?,
        };
        let result = work(&mut scratch);
        self.free.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
        result
    }
}

impl Scratch {
    fn new(program: &Program, params: &[Scalar]) -> Result<Scratch, CpuError> {
        let cells = program.registers.iter().map(|register| {
            let column = match register.pinned {
                Some(bits) => Column::splat(register.dtype, bits, program.tile)?,
                None => Column::zeros(register.dtype, program.tile)?,
            };
            Ok(Cell { column, borrowed: None })
        });
        let mut carried: Vec<Option<Column>> = program.lanes.iter().map(|_| None).collect();
        for (lane, root) in &program.carries {
            let dtype = program.registers[*root as usize].dtype;
            carried[*lane as usize] = Some(Column::zeros(dtype, program.tile)?);
        }
        Ok(Scratch {
            registers: cells.collect::<Result<_, CpuError>>()?,
            params: params.iter().map(|param| param.bits).collect(),
            carried,
            is_carrying: false,
        })
    }

    /// Gives the parameters other values.
    pub(crate) fn set_params(&mut self, program: &Program, params: &[Scalar]) {
        for (register, param) in &program.params {
            let bits = params[*param as usize].bits;
            if bits != self.params[*param as usize] {
                self.registers[*register as usize].column.fill(bits);
            }
        }
        self.params.clear();
        self.params.extend(params.iter().map(|param| param.bits));
    }

    /// Lanes that carry are read as they are again.
    pub(crate) fn begin(&mut self) {
        self.is_carrying = false;
    }

    /// From now on lanes that carry are read as the outputs are now. No output's register is such a
    /// lane: those are copied when they are loaded.
    pub(crate) fn carry(&mut self, program: &Program, len: usize) {
        self.is_carrying = true;
        for (lane, root) in &program.carries {
            let mut column = self.carried[*lane as usize].take();
            if let Some(column) = &mut column {
                with_element!(column.storage(), T => {
                    T::of_mut(column)[..len].copy_from_slice(self.values(program, *root, len));
                });
            }
            self.carried[*lane as usize] = column;
        }
    }

    /// Evaluates every step over a range of at most a tile.
    pub(crate) fn evaluate(&mut self, program: &Program, range: Range<'_>) {
        for step in &program.steps {
            self.step(program, step, range);
        }
    }

    /// A register's values.
    pub(crate) fn values<'a, T: Element>(
        &'a self,
        program: &'a Program,
        register: u32,
        len: usize,
    ) -> &'a [T] {
        let cell = &self.registers[register as usize];
        match cell.borrowed {
            Some((lane, first)) => &T::of(&program.lanes[lane as usize].column)[first..first + len],
            None => &T::of(&cell.column)[..len],
        }
    }

    /// What is read in place of a lane.
    fn carried_lane(&self, lane: u32) -> Option<&Column> {
        self.carried[lane as usize].as_ref().filter(|_| self.is_carrying)
    }

    fn step(&mut self, program: &Program, step: &Step, range: Range<'_>) {
        let target = step.target as usize;
        self.registers[target].borrowed = None;
        if let Action::Load(lane) = step.action
            && self.carried_lane(lane).is_none()
            && let Some(run) = program.lanes[lane as usize].walk.single_run(range)
            && (run.stride == 1 || run.len == 1)
        {
            self.registers[target].borrowed = Some((lane, run.address as usize));
            return;
        }
        let mut out = std::mem::replace(&mut self.registers[target].column, Column::nothing());
        let operands = Operands { scratch: self, program, step, len: range.len };
        match &step.action {
            Action::Load(index) => {
                let lane = &program.lanes[*index as usize];
                with_element!(out.storage(), T => {
                    let out = &mut T::of_mut(&mut out)[..range.len];
                    match self.carried_lane(*index) {
                        Some(column) => out.copy_from_slice(&T::of(column)[..range.len]),
                        None => lane.gather(range, out),
                    }
                });
            }
            Action::Index(generator) => {
                let out = &mut u32::of_mut(&mut out)[..range.len];
                count(&program.generators[*generator as usize], range, out);
            }
            Action::Fill(bits) => out.fill(*bits),
            Action::Param(param) => out.fill(self.params[*param as usize]),
            Action::Elementwise(eval) => operands.elementwise(*eval, &mut out),
            Action::Cast(from) => operands.cast(*from, &mut out),
            Action::Random(distribution) => {
                let words = [0, 1, 2, 3, 4].map(|i| operands.get::<u32>(i));
                random::fill(distribution, step.dtype, words, &mut out, range.len);
            }
            Action::Gather(table) => {
                let (table, indices) = (&program.tables[*table as usize], operands.get::<u32>(0));
                with_element!(out.storage(), T => {
                    pick(T::of(table), indices, &mut T::of_mut(&mut out)[..range.len]);
                });
            }
        }
        self.registers[target].column = out;
    }
}

/// Element numbers along a walk, modulo 2^32.
fn count(walk: &Walk, range: Range<'_>, out: &mut [u32]) {
    walk.runs(range, |run| {
        let (first, stride) = (run.address as u32, run.stride as u32);
        for (i, out) in out[run.at..run.at + run.len].iter_mut().enumerate() {
            *out = first.wrapping_add(stride.wrapping_mul(i as u32));
        }
    });
}

/// Elements by index. What asks has checked the indices; past the end it is the last element, as
/// on devices.
fn pick<T: Element>(table: &[T], indices: &[u32], out: &mut [T]) {
    let last = table.len().saturating_sub(1);
    for (out, index) in out.iter_mut().zip(indices) {
        *out = table.get((*index as usize).min(last)).copied().unwrap_or_default();
    }
}

struct Operands<'a> {
    scratch: &'a Scratch,
    program: &'a Program,
    step: &'a Step,
    len: usize,
}

impl<'a> Operands<'a> {
    fn get<T: Element>(&self, index: usize) -> &'a [T] {
        self.scratch.values(self.program, self.step.operands[index], self.len)
    }

    fn map1<T: Element, R: Element>(&self, map: Map1<T, R>, out: &mut Column) {
        map(self.get(0), &mut R::of_mut(out)[..self.len]);
    }

    fn map2<T: Element, R: Element>(&self, map: Map2<T, R>, out: &mut Column) {
        map(self.get(0), self.get(1), &mut R::of_mut(out)[..self.len]);
    }

    fn map3<T: Element, R: Element>(&self, map: Map3<T, R>, out: &mut Column) {
        map(self.get(0), self.get(1), self.get(2), &mut R::of_mut(out)[..self.len]);
    }

    /// True if the operands are `f64`, false if `f32`.
    fn are_f64(&self) -> bool {
        let register = &self.scratch.registers[self.step.operands[0] as usize];
        match &register.column {
            Column::F64(_) => true,
            Column::F32(_) => false,
            Column::Word(_) => mismatch(),
        }
    }

    fn elementwise(&self, eval: Eval, out: &mut Column) {
        match eval {
            Eval::Float1 { f64, .. } if self.are_f64() => self.map1(f64, out),
            Eval::Float1 { f32, .. } => self.map1(f32, out),
            Eval::Float2 { f64, .. } if self.are_f64() => self.map2(f64, out),
            Eval::Float2 { f32, .. } => self.map2(f32, out),
            Eval::Float3 { f64, .. } if self.are_f64() => self.map3(f64, out),
            Eval::Float3 { f32, .. } => self.map3(f32, out),
            Eval::Test1 { f64, .. } if self.are_f64() => self.map1(f64, out),
            Eval::Test1 { f32, .. } => self.map1(f32, out),
            Eval::Test2 { f64, .. } if self.are_f64() => self.map2(f64, out),
            Eval::Test2 { f32, .. } => self.map2(f32, out),
            Eval::Logic1(map) => self.map1(map, out),
            Eval::Logic2(map) => self.map2(map, out),
            Eval::Select => with_element!(out.storage(), T => self.select::<T>(out)),
        }
    }

    fn select<T: Element>(&self, out: &mut Column) {
        let branches = self.get::<T>(1).iter().zip(self.get::<T>(2));
        let out = &mut T::of_mut(out)[..self.len];
        for ((out, (yes, no)), condition) in out.iter_mut().zip(branches).zip(self.get::<u32>(0)) {
            *out = if *condition != 0 { *yes } else { *no };
        }
    }

    fn cast(&self, from: preheat_format::DType, out: &mut Column) {
        let storage = self.scratch.registers[self.step.operands[0] as usize].column.storage();
        with_element!(storage, T => cast::cast(from, self.get::<T>(0), self.step.dtype, out));
    }
}
