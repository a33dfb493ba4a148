//! Groups around reductions.
//!
//! One template serves every layout. A workgroup of 256 invocations computes a *tile* of
//! neighbouring results, its invocations divided among them: each runs over its share by a strided
//! loop, and a tree in workgroup memory joins the shares. Where results are few and elements many,
//! the elements are split over workgroups, whose accumulators go to scratch and are joined by a
//! second pass. After Harris, "Optimizing parallel reduction in CUDA", steps 3 to 7. Every order
//! of operations is fixed by the extents, so results are the same bits on every run.
//!
//! Neighbouring elements of memory are loaded as vectors: where the fastest axis is reduced, the
//! elements of a vector belong to one result; where it is kept, each to its own, and an invocation
//! has as many accumulators.

mod fold;
mod leaf;
mod writer;

use preheat_format::{AxisAccess, AxisRole, NodeKind, ShapeExpr, ShapeOp, Signature, Space};
use preheat_ops::template::Int64;

use self::writer::Writer;
use super::{Kernel, LowerError, body};

pub(super) const TEMPLATE: &str = include_str!("../../../../shaders/wgsl/kernels/reduce.wgsl.in");

/// Invocations of a workgroup.
const WORKGROUP: u32 = 256;
/// Elements per part when a reduction is split over workgroups: 16 per invocation.
const PART_ELEMS: u64 = 4096;
/// Elements of each result per part where a workgroup has several results.
const PART_STEPS: u64 = 512;
/// Workgroups to aim for when a reduction is split: a little less than eight on each of the 132
/// multiprocessors of a large device, so that all of them run at once.
const PARTS_TARGET: u64 = 1024;
/// Loads that an invocation has in flight, where the prologue is short.
const UNROLL: u32 = 4;
/// Elements of a reduction from which on they are loaded as vectors.
const VECTOR_ELEMS_MIN: u64 = 1024;
/// Operations of a short prologue.
const SHORT_OPS_MAX: usize = 8;

/// Invocations of a workgroup that have different results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tile {
    /// All.
    Whole,
    /// None.
    One,
    /// `few`, and `many` if the kept axes have at least `from` elements.
    Sized { few: u64, many: u64, from: u64 },
}

impl Tile {
    fn size(self) -> ShapeExpr {
        match self {
            Tile::Whole => ShapeExpr::constant(WORKGROUP.into()),
            Tile::One => ShapeExpr::constant(1),
            Tile::Sized { few, many, from } => ShapeExpr::constant(from)
                .with(ShapeOp::AtMost, kept())
                .with(ShapeOp::Mul, ShapeExpr::constant(many - few))
                .with(ShapeOp::Add, ShapeExpr::constant(few)),
        }
    }
}

/// What the elements of a loaded vector belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Vector {
    /// Elements are loaded one by one.
    None,
    /// One result.
    Reduced,
    /// Neighbouring results.
    Kept,
}

/// Layout of one variant.
#[derive(Clone, Copy, Debug)]
struct Form {
    name: &'static str,
    tile: Tile,
    vector: Vector,
    /// Elements per load.
    lanes: u32,
    /// Elements split over workgroups, where results are few.
    split: bool,
    /// Steps of the strided loop that are written out.
    unroll: u32,
    /// How 64-bit products are made.
    int64: Int64,
}

impl Form {
    /// Results of one invocation.
    fn results(self) -> u32 {
        if self.vector == Vector::Kept { self.lanes } else { 1 }
    }

    fn tiles(self, results: u32) -> ShapeExpr {
        let size = self.tile.size();
        let size = match results {
            1 => size,
            many => size.with(ShapeOp::Mul, ShapeExpr::constant(many.into())),
        };
        kept().with(ShapeOp::DivCeil, size)
    }

    /// Steps of the strided loop: elements, or loads of several.
    fn steps(self) -> ShapeExpr {
        match self.vector {
            Vector::Reduced => reduced().div_ceil(self.lanes.into()),
            Vector::None | Vector::Kept => reduced(),
        }
    }

    /// Workgroups that share the elements of one tile.
    fn parts(self) -> ShapeExpr {
        if !self.split {
            return ShapeExpr::constant(1);
        }
        let tiles = self.tiles(self.results());
        let wanted = ShapeExpr::constant(PARTS_TARGET).with(ShapeOp::DivCeil, tiles);
        let per_part = if self.tile == Tile::One { PART_ELEMS } else { PART_STEPS };
        let parts = reduced().div_ceil(per_part).with(ShapeOp::Min, wanted);
        parts.with(ShapeOp::Max, ShapeExpr::constant(1))
    }
}

/// Variants of a group around reductions.
pub(super) fn lower(signature: &Signature, int64: Int64) -> Result<Vec<Kernel>, LowerError> {
    let spaces = signature.spaces();
    let is_full = |node: u32| spaces.get(node as usize) == Some(&Space::Full);
    if signature.outputs.iter().any(|output| is_full(output.node) || output.view.is_some()) {
        return Err(LowerError::Unsupported { what: "an output over the reduced axes" });
    }
    let unroll = if is_short(signature) { UNROLL } else { 1 };
    let lanes = vector_lanes(signature);
    let plain = Form {
        name: "column",
        tile: Tile::Whole,
        vector: Vector::None,
        lanes: 1,
        split: false,
        unroll,
        int64,
    };
    let always = ShapeExpr::constant(1);
    let mut forms = Vec::new();
    if signature.roles.first() == Some(&AxisRole::Kept) {
        let many = ShapeExpr::constant(65_536).with(ShapeOp::AtMost, kept());
        forms.push((plain, at_most(ShapeOp::Reduced, 64).with(ShapeOp::Max, many)));
        if leaf::has_kept_vectors(signature, lanes) {
            let tile = Tile::Sized { few: 4, many: 32, from: 128 };
            let form = Form { name: "tile_vec", tile, split: true, vector: Vector::Kept, ..plain };
            forms.push((Form { lanes, ..form }, whole_vectors(lanes)));
        }
        let tile = Tile::Sized { few: 16, many: 64, from: 64 };
        forms.push((Form { name: "tile", tile, split: true, ..plain }, always));
    } else {
        if signature.roles.contains(&AxisRole::Kept) {
            let many = ShapeExpr::constant(1024).with(ShapeOp::AtMost, kept());
            forms.push((plain, at_most(ShapeOp::Reduced, 32).with(ShapeOp::And, many)));
        }
        let row = Form { name: "row", tile: Tile::One, split: true, ..plain };
        if reduces_contiguous(signature) {
            let long = ShapeExpr::constant(VECTOR_ELEMS_MIN).with(ShapeOp::AtMost, reduced());
            let form = Form { name: "row_vec", vector: Vector::Reduced, lanes, ..row };
            forms.push((form, whole_vectors(lanes).with(ShapeOp::And, long)));
        }
        forms.push((row, always));
    }
    forms
        .into_iter()
        .enumerate()
        .map(|(rank, (form, guard))| Writer::new(signature, form)?.kernel(rank as u32, guard))
        .collect()
}

fn kept() -> ShapeExpr {
    ShapeExpr::op(ShapeOp::Kept)
}

fn reduced() -> ShapeExpr {
    ShapeExpr::op(ShapeOp::Reduced)
}

fn at_most(size: ShapeOp, limit: u64) -> ShapeExpr {
    ShapeExpr::op(size).with(ShapeOp::AtMost, ShapeExpr::constant(limit))
}

fn whole_vectors(lanes: u32) -> ShapeExpr {
    ShapeExpr::op(ShapeOp::Extent(0))
        .with(ShapeOp::Rem, ShapeExpr::constant(lanes.into()))
        .with(ShapeOp::Equal, ShapeExpr::constant(0))
}

/// True if the group's element-wise work is little code, so that writing it out several times
/// costs the driver nothing.
fn is_short(signature: &Signature) -> bool {
    let mut count = 0;
    for node in &signature.nodes {
        if let NodeKind::Apply { op, .. } = &node.kind {
            count += 1;
            if body::is_random(*op) || preheat_ops::find(*op).is_none_or(|def| def.ulp_max > 1) {
                return false;
            }
        }
    }
    count <= SHORT_OPS_MAX
}

/// Elements of a 16-byte vector of the group's widest values.
fn vector_lanes(signature: &Signature) -> u32 {
    let sources = signature.sources.iter().copied();
    let nodes = signature.nodes.iter().map(|node| node.dtype);
    if sources.chain(nodes).any(|dtype| dtype.size_bytes() == 8) { 2 } else { 4 }
}

/// True if every array over the reduced axes is contiguous in domain order.
fn reduces_contiguous(signature: &Signature) -> bool {
    let reduces = |axis: usize| signature.roles.get(axis) == Some(&AxisRole::Reduced);
    let fits = |view: &preheat_format::View| {
        let over = view
            .axes
            .iter()
            .enumerate()
            .any(|(axis, access)| *access == AxisAccess::Full && reduces(axis));
        !over || view.is_identity()
    };
    // An array that is read as vectors cannot be read by elements too.
    let identity = |view: u32| {
        signature.views.get(view as usize).is_some_and(preheat_format::View::is_identity)
    };
    let mixed = |source: u32| {
        let of_source = |(known, _): &(u32, u32)| *known == source;
        let views: Vec<u32> = signature.loads().filter(of_source).map(|(_, view)| view).collect();
        views.iter().any(|view| identity(*view))
            && (signature.is_gathered(source) || !views.iter().all(|view| identity(*view)))
    };
    signature.views.iter().all(fits) && !(0..signature.sources.len() as u32).any(mixed)
}
