//! The row type of the operation table.

use preheat_format::{DType, NumericMode, OpId};

use crate::eval::Eval;

/// One operation.
#[derive(Debug)]
pub struct OpDef {
    /// Stable name; part of signatures.
    pub id: OpId,
    /// What kind of computation, with what that kind needs.
    pub kind: Kind,
    /// Element type of the result.
    pub dtype: DTypeRule,
    /// Largest error in units in the last place against the exact result, in precise mode.
    pub ulp_max: u32,
    /// One sentence for docs/ops.md.
    pub doc: &'static str,
}

/// What an operation computes.
#[derive(Debug)]
pub enum Kind {
    /// One value per element from one value per operand.
    Elementwise {
        /// Number of operands.
        arity: u8,
        /// Expressions with holes `{0}`, `{1}`, ..
        wgsl: Wgsl,
        /// The same on the host, over slices.
        eval: Eval,
    },
    /// Conversion to the node's stated type: saturating and rounding half away from zero to
    /// integers, `x != 0` to `Bool`, nearest to floats.
    Cast,
    /// A random number from a counter. Operands, all `U32`: element index, seed low and high word,
    /// first block low and high word. Philox4x32-10 after Salmon et al., "Parallel random numbers:
    /// as easy as 1, 2, 3", SC 2011. Element `i` of an `f32` array uses lane `i % 4` of block
    /// `first + i / 4`; of an `f64` array half `i % 2` of block `first + i / 2`.
    Random(RandomDef),
    /// Many values to one, over the reduced axes of a domain.
    Reduction(Reduction),
}

/// A distribution.
#[derive(Debug)]
pub struct RandomDef {
    /// Prelude function `(block: vec4<u32>) -> vec4<f32>`: four values of a block.
    pub wgsl_f32: &'static str,
    /// The same for [fast mathematics](preheat_format::NumericMode::Fast): by the device's own
    /// elementary functions.
    pub wgsl_f32_fast: &'static str,
    /// Prelude function `(block: vec4<u32>) -> vec2<f64>`: two values of a block.
    pub wgsl_f64: &'static str,
    /// Four `f32` values of a block on the host.
    pub f32: fn([u32; 4]) -> [f32; 4],
    /// Two `f64` values of a block on the host.
    pub f64: fn([u32; 4]) -> [f64; 2],
    /// `f32` of many blocks, given word by word.
    pub f32_blocks: fn([&[u32]; 4], &mut [[f32; 4]]),
    /// `f64` of many blocks.
    pub f64_blocks: fn([&[u32]; 4], &mut [[f64; 2]]),
}

/// WGSL of an element-wise operation by operand type. A hole `{n}` is operand `n`, `{T}` the
/// operands' WGSL type; a word that names a function of `wgsl/prelude/` pulls it in with all that
/// it needs. `""`: not defined for that type.
#[derive(Clone, Copy, Debug)]
pub struct Wgsl {
    /// Operands are `f64`.
    pub f64: &'static str,
    /// Operands are `f32`, precise mode.
    pub f32: &'static str,
    /// Operands are `f32`, fast mode; `""`: as precise.
    pub f32_fast: &'static str,
    /// Operands are `bool` (logic) or, where the host has such a form, `u32`.
    pub word: &'static str,
    /// Operands are floats of which one is known not to be NaN; `""`: as any.
    pub never_nan: &'static str,
}

impl Wgsl {
    /// The expression for operands of a type in a mode; `None`: not defined for that type.
    pub fn of(&self, operands: DType, mode: NumericMode) -> Option<&'static str> {
        let text = match (operands, mode) {
            (DType::F64, _) => self.f64,
            (DType::F32, NumericMode::Fast) if !self.f32_fast.is_empty() => self.f32_fast,
            (DType::F32, _) => self.f32,
            (
                DType::Bool
                | DType::U32
                | DType::I32
                | DType::U8
                | DType::I8
                | DType::U16
                | DType::I16,
                _,
            ) => self.word,
        };
        (!text.is_empty()).then_some(text)
    }
}

/// Element type of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DTypeRule {
    /// The type of the operands, which agree.
    Same,
    /// `Bool`; operands agree.
    Bool,
    /// The type that the node states (casts, index conversions, random numbers).
    Stated,
}

/// A reduction: `finish(combine(.. combine(lift(x0), lift(x1)) ..))`.
///
/// The accumulator has one or more components. WGSL holes: `{x}` the element, `{i}` its 0-based
/// linear position along the reduced axes (`u32`), `{aN}` and `{bN}` component `N` of two
/// accumulators, `{n}` the number of reduced elements as the element's type, `{T}` the element
/// type's WGSL name, `{R}` the WGSL name of the node's own type (a position's), `{nan}`, `{inf}`,
/// `{zero}`, `{one}` constants of the element's type, see [`crate::template::constant_holes`].
///
/// All steps of an element, and all combinations of two accumulators, read the components as they
/// were before. Combinations may pair any two disjoint sets of elements in any order; results do
/// not depend on it but for rounding.
#[derive(Debug)]
pub struct Reduction {
    /// Components of the accumulator.
    pub accumulator: &'static [Component],
    /// Result expression over `{aN}` and `{n}`.
    pub finish: &'static str,
    /// The same on the host.
    pub eval: HostReduce,
}

/// One component of a reduction's accumulator.
#[derive(Clone, Copy, Debug)]
pub struct Component {
    /// Its type.
    pub dtype: ComponentType,
    /// Value for no elements.
    pub identity: &'static str,
    /// Component of the accumulator after element `{x}` at `{i}` joins accumulator `{aN}`.
    /// Statements may not be used; a prelude function that returns the component may.
    pub step: &'static str,
    /// Component of two accumulators `{aN}` (earlier elements) and `{bN}` (later) together.
    pub combine: &'static str,
}

impl Component {
    /// True for truth values.
    pub fn is_flag(&self) -> bool {
        self.dtype == ComponentType::Flag
    }
}

/// Type of an accumulator's component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComponentType {
    /// The element's type.
    Element,
    /// `u32`: positions and counts.
    Index,
    /// `bool`.
    Flag,
}

/// Host accumulator: up to four components, flags and positions as numbers.
pub type Accumulator = [f64; 4];

/// Host evaluation of a reduction. Accumulates in `f64` whatever the element type.
#[derive(Clone, Copy)]
pub struct HostReduce {
    /// Accumulator of no elements.
    pub identity: Accumulator,
    /// Adds rows of `f64` elements, an element for each accumulator; the first row is at linear
    /// position `start` of the reduced axes. For one accumulator a row is one element.
    pub f64: fn(&mut [Accumulator], &[f64], start: u64),
    /// Adds rows of `f32` elements.
    pub f32: fn(&mut [Accumulator], &[f32], start: u64),
    /// Adds rows of words (`Bool` elements).
    pub word: fn(&mut [Accumulator], &[u32], start: u64),
    /// Joins two accumulators, the left one of earlier elements.
    pub combine: fn(&Accumulator, &Accumulator) -> Accumulator,
    /// The result for `count` elements; `Bool` results are 0 and 1, positions are 0-based.
    pub finish: fn(&Accumulator, count: u64) -> f64,
    /// Adds elements one by one, the first at position `start`, and puts in the place of each the
    /// result so far.
    pub scan: fn(&mut Accumulator, &mut [f64], start: u64),
}

impl std::fmt::Debug for HostReduce {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HostReduce").field("identity", &self.identity).finish_non_exhaustive()
    }
}

impl OpDef {
    /// The result's type for operands of a type; `stated` is the node's own.
    pub fn result_dtype(&self, operands: DType, stated: DType) -> DType {
        match self.dtype {
            DTypeRule::Same => operands,
            DTypeRule::Bool => DType::Bool,
            DTypeRule::Stated => stated,
        }
    }
}
