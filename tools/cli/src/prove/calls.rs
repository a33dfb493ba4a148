//! Calls that a kernel is tried with: sizes that its guard allows, and values on the edge.

use std::sync::{Arc, LazyLock};

use preheat_cpu::Column;
use preheat_format::{
    Artifact, AxisAccess, AxisRole, Call, CallError, CallOutput, ContentHash, DType, NodeKind,
    Roll, Scalar, ShapeExpr, Signature, View, ViewData, ViewForm,
};

/// Sizes of an axis, each odd or even, below and above the limits that guards and tiles have.
const SIZES: [u64; 14] = [5, 8, 12, 33, 64, 100, 130, 258, 515, 1024, 1026, 2050, 16_400, 66_000];
/// The most points of a domain.
const POINTS_MAX: u64 = 1 << 23;
/// The second size that a kernel is tried at has at least so many points: several workgroups.
const LARGE_POINTS: u64 = 2000;
/// Trips of a rolled loop.
const TRIPS: u32 = 3;
/// Elements of an array that is read by index.
const GATHERED: u64 = 61;

/// What arrays are filled with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fill {
    /// Numbers of moderate size, some small, some whole.
    Plain,
    /// The same with an edge value now and then, so that reductions meet a few.
    Sparse,
    /// Edge values: zeros of both signs, infinities, NaN, the greatest and the least numbers.
    Edges,
    /// Numbers between 0 and 1: inside the domains of inverse functions.
    Unit,
    /// Numbers between 1 and 3: inside the domains of logarithms, as positions near the start.
    Above,
}

/// What is tried if nothing of the others could be compared: a sum of many values with one
/// outside a domain says nothing.
pub(super) const TAME: [Fill; 2] = [Fill::Unit, Fill::Above];

/// Stands for the sizes and values that kernels are tried with.
pub(super) fn trial_values() -> ContentHash {
    static HASH: LazyLock<ContentHash> = LazyLock::new(|| {
        let sizes = (SIZES, POINTS_MAX, LARGE_POINTS, TRIPS, GATHERED, TAME);
        let mut text = format!("{sizes:?}");
        let dtypes = [DType::F64, DType::F32, DType::Bool, DType::U32, DType::I32, DType::U8];
        for fill in [Fill::Plain, Fill::Sparse, Fill::Edges, Fill::Unit, Fill::Above] {
            for dtype in dtypes.into_iter().chain([DType::I8, DType::U16, DType::I16]) {
                let scalars: Vec<Scalar> = (0..8).map(|at| param(dtype, at, fill)).collect();
                text.push_str(&format!("{scalars:?}{:?}", column(dtype, 100, 3, fill)));
            }
        }
        ContentHash::of(text.as_bytes())
    });
    *HASH
}

/// One way to try a kernel.
#[derive(Clone, Debug)]
pub(super) struct Trial {
    pub(super) extents: Vec<u64>,
    pub(super) fill: Fill,
    /// Strided views leave gaps.
    pub(super) gaps: bool,
}

/// How a kernel is tried. `others` are the guards of variants that are tried before it.
///
/// # Errors
/// [`CallError`] if a guard cannot be evaluated; no trials if no size within reach fits it.
pub(super) fn trials(
    signature: &Signature,
    artifact: &Artifact,
    others: &[&ShapeExpr],
) -> Result<Vec<Trial>, CallError> {
    let roles = &signature.roles;
    let mut fitting = Vec::new();
    for extents in candidates(roles) {
        if artifact.guard.evaluate(roles, &extents)? == 0 {
            continue;
        }
        let mut is_first = true;
        for guard in others {
            is_first &= guard.evaluate(roles, &extents)? == 0;
        }
        fitting.push((!is_first, extents.iter().product::<u64>(), extents));
    }
    // Sizes at which the kernel would be the one that runs come first.
    fitting.sort();
    let Some((passed, _, small)) = fitting.first() else {
        return Ok(Vec::new());
    };
    let large = fitting.iter().find(|(also, points, _)| also == passed && *points >= LARGE_POINTS);
    let fills = [(Fill::Edges, false), (Fill::Plain, true), (Fill::Sparse, false)];
    let of = |extents: &[u64], (fill, gaps)| Trial { extents: extents.to_vec(), fill, gaps };
    let mut trials: Vec<Trial> = fills.into_iter().map(|how| of(small, how)).collect();
    if let Some((_, _, large)) = large.filter(|(_, _, large)| large != small) {
        trials.push(of(large, (Fill::Sparse, false)));
    }
    Ok(trials)
}

/// Extents to choose from.
fn candidates(roles: &[AxisRole]) -> Vec<Vec<u64>> {
    let place = |wanted: AxisRole| {
        move |nth: usize| {
            let of_role = roles.iter().enumerate().filter(move |(_, role)| **role == wanted);
            of_role.map(|(axis, _)| axis).nth(nth)
        }
    };
    let (kept, reduced) = (place(AxisRole::Kept), place(AxisRole::Reduced));
    let sizes = |axis: Option<usize>, more: &'static [u64]| match axis {
        Some(_) => more,
        None => &[1][..],
    };
    let mut all = Vec::new();
    for first in sizes(kept(0), &SIZES) {
        for second in sizes(kept(1), &[3, 70, 1500, 2000]) {
            for depth in sizes(reduced(0), &SIZES) {
                let mut extents = vec![2; roles.len()];
                let given = [(kept(0), first), (kept(1), second), (reduced(0), depth)];
                for (axis, size) in given {
                    if let Some(extent) = axis.and_then(|axis| extents.get_mut(axis)) {
                        *extent = *size;
                    }
                }
                if extents.iter().product::<u64>() <= POINTS_MAX {
                    all.push(extents);
                }
            }
        }
    }
    all
}

/// The call of a trial.
pub(super) fn call(signature: &Arc<Signature>, trial: &Trial) -> Call<Arc<Column>> {
    let extents = &trial.extents;
    let views: Vec<ViewData> =
        signature.views.iter().map(|view| view_data(view, extents, trial.gaps)).collect();
    let params = signature.params.iter().zip(0..).map(|(dtype, at)| param(*dtype, at, trial.fill));
    let mut call = Call {
        key: signature.key(),
        extents: extents.clone(),
        views,
        sources: Vec::new(),
        params: params.collect(),
        outputs: Vec::new(),
        roll: signature.is_rolled().then(|| roll(&signature.params)),
        signature: Arc::clone(signature),
    };
    let filled = |dtype: DType, len: u64, seed: u64| Arc::new(column(dtype, len, seed, trial.fill));
    for (source, dtype) in (0u32..).zip(&signature.sources) {
        let own = signature.loads().filter(|(loaded, _)| *loaded == source);
        let len = own.map(|(_, view)| reach(&call, view)).max().unwrap_or(GATHERED);
        call.sources.push(filled(*dtype, len, source.into()));
    }
    for (number, output) in (100..).zip(&signature.outputs) {
        let dtype = signature.nodes.get(output.node as usize).map_or(DType::F64, |node| node.dtype);
        let target = output.view.map(|view| filled(dtype, reach(&call, view), number));
        call.outputs.push(target.map_or(CallOutput::New, CallOutput::Update));
    }
    call
}

/// Strides of an array in order, or with room between its elements and before the first.
fn view_data(view: &View, extents: &[u64], gaps: bool) -> ViewData {
    if view.form == ViewForm::Dense {
        return ViewData::default();
    }
    let (offset, mut step) = if gaps { (3, 2) } else { (0, 1) };
    let strides = view.axes.iter().zip(extents).map(|(access, extent)| match access {
        AxisAccess::One => 0,
        AxisAccess::Full => {
            let stride = step;
            step *= *extent as i64;
            stride
        }
    });
    ViewData { strides: strides.collect(), offset }
}

/// Elements that a buffer needs to be seen through a view.
fn reach(call: &Call<Arc<Column>>, view: u32) -> u64 {
    let data = call.view_data(view as usize);
    let steps = data.strides.iter().zip(&call.extents);
    let last: u64 = steps.map(|(stride, extent)| stride.unsigned_abs() * (extent - 1)).sum();
    data.offset + last + 1
}

/// The first scalar of each parameter changes from trip to trip.
fn roll(params: &[DType]) -> Roll {
    let mut roll = Roll { trips: TRIPS, ..Roll::once(params.len()) };
    let Some(dtype) = params.first() else {
        return roll;
    };
    let mut table = vec![0];
    for trip in 0..TRIPS {
        match dtype {
            DType::F64 => {
                let bits = (0.5 + f64::from(trip)).to_bits();
                table.extend([bits as u32, (bits >> 32) as u32]);
            }
            DType::F32 => table.push((0.5 + trip as f32).to_bits()),
            DType::Bool => table.push(trip % 2),
            DType::U32 | DType::I32 | DType::U8 | DType::I8 | DType::U16 | DType::I16 => {
                table.push(trip);
            }
        }
    }
    if let Some(place) = roll.places.first_mut() {
        *place = 1;
    }
    roll.table = Arc::new(table);
    roll
}

fn param(dtype: DType, at: usize, fill: Fill) -> Scalar {
    let numbers: &[f64] = match fill {
        Fill::Plain | Fill::Sparse => &[1.5, 0.75, 2.0, -3.0, 0.1],
        Fill::Edges => &[2.0, 0.0, -1.0, 0.5, 1e10],
        Fill::Unit => &[0.5, 0.25, 0.75, 0.125, 0.875],
        Fill::Above => &[1.5, 2.0, 1.25, 1.75, 3.0],
    };
    let number = numbers[at % numbers.len()];
    match dtype {
        DType::F64 => Scalar::f64(number),
        DType::F32 => Scalar::f32(number as f32),
        DType::Bool => Scalar::bool(at.is_multiple_of(2)),
        DType::U32 | DType::I32 | DType::U8 | DType::I8 | DType::U16 | DType::I16 => {
            Scalar { dtype, bits: at as u64 % 4 }
        }
    }
}

/// Values of a type; the same for the same numbers.
fn column(dtype: DType, len: u64, seed: u64, fill: Fill) -> Column {
    let len = len as usize;
    let number = |at: usize| {
        let word = mixed(at as u64, seed);
        let edges = edges(dtype);
        let edge = edges[(word >> 8) as usize % edges.len()];
        match fill {
            // In order, each array from another one on: pairs differ.
            Fill::Edges => edges[(at * (seed as usize * 2 + 1) + at / edges.len()) % edges.len()],
            Fill::Sparse if word.is_multiple_of(97) => edge,
            Fill::Plain | Fill::Sparse => plain(word),
            Fill::Unit => 0.1 + 0.8 * unit(word),
            Fill::Above => 1.1 + 1.9 * unit(word),
        }
    };
    match dtype {
        DType::F64 => Column::F64((0..len).map(number).collect()),
        DType::F32 => Column::F32((0..len).map(|at| number(at) as f32).collect()),
        DType::Bool => Column::Word((0..len).map(|at| mixed(at as u64, seed) as u32 & 1).collect()),
        DType::U32 | DType::I32 | DType::U8 | DType::I8 | DType::U16 | DType::I16 => {
            let word = |at: usize| (mixed(at as u64, seed) % GATHERED) as u32;
            Column::Word((0..len).map(word).collect())
        }
    }
}

/// A number from 0 on and below 1.
fn unit(word: u64) -> f64 {
    (word >> 11) as f64 / (1u64 << 53) as f64
}

/// A number between -8 and 8, one in eight a small one, one in eight whole.
fn plain(word: u64) -> f64 {
    let number = (unit(word) - 0.5) * 16.0;
    match word % 8 {
        0 => number.round(),
        1 => number * 1e-4,
        _ => number,
    }
}

fn edges(dtype: DType) -> [f64; 24] {
    let (least, normal, most) = match dtype {
        // A device may take subnormal `f32` as 0.
        DType::F32 => (1e-37, f64::from(f32::MIN_POSITIVE), f64::from(f32::MAX)),
        _ => (5e-324, f64::MIN_POSITIVE, f64::MAX),
    };
    [
        0.0,
        1.0,
        f64::NAN,
        -0.0,
        -1.0,
        f64::INFINITY,
        0.5,
        f64::NEG_INFINITY,
        -2.5,
        most,
        normal,
        100.25,
        least,
        -most,
        1e-10,
        -0.7,
        3.0,
        -least,
        1e10,
        -1.5,
        30.0,
        2.0,
        -90.0,
        0.1,
    ]
}

fn mixed(at: u64, seed: u64) -> u64 {
    // SplitMix64 (Steele, Lea, Flood, 2014).
    let mut word = (at + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (seed << 32);
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

/// True if a group reads positions that it computes: the reference knows nothing past an end.
pub(super) fn has_reference(signature: &Signature) -> bool {
    let known = |kind: &NodeKind| match kind {
        NodeKind::Apply { op, .. } | NodeKind::Reduce { op, .. } | NodeKind::Scan { op, .. } => {
            preheat_ops::find(*op).is_some()
        }
        NodeKind::Load { .. }
        | NodeKind::Index { .. }
        | NodeKind::Param { .. }
        | NodeKind::Constant { .. }
        | NodeKind::Contract { .. }
        | NodeKind::Gather { .. } => true,
    };
    signature.nodes.iter().all(|node| known(&node.kind))
}
