//! `cargo xtask ulp`: how far the element-wise functions are from their exact values, on a device
//! and on the host.
//!
//! An `f64` function is compared at every point with the system's mathematics library, and with
//! multi-precision arithmetic at all landmarks, at an even sample of the other points, and at those
//! where device or host are farthest from the library. An `f32`
//! function is compared at every point with the row's own `f64` form on the host, whose error,
//! measured in the same run, is far below an `f32` unit. What IEEE arithmetic rounds correctly is
//! compared with that, at every point. An error of 4 is an error of 4 units in the last place of
//! the exact value.

mod device;
mod exact;
mod opinion;
mod points;
mod precise;
mod report;
mod truth;

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use preheat_format::{DType, NumericMode};
use preheat_ops::eval::Eval;
use preheat_ops::template::fill;
use preheat_ops::{Kind, OpDef, table};

use device::{CHUNK_POINTS, Device};
use points::Points;
use precise::Precise;
use truth::{F32, F64, Format, Truth};

/// The share of multi-precision comparisons that goes where device or host may be worst.
const DIFFERING_SHARE: usize = 2;

/// Options of the chore.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Functions, by the name of their row; without any, all, and docs/accuracy.md is written.
    functions: Vec<String>,
    /// Points per function and type.
    #[arg(long, default_value_t = 1_000_000)]
    points: usize,
    /// Points of an `f64` function compared with multi-precision arithmetic.
    #[arg(long, default_value_t = 100_000)]
    references: usize,
    /// Part of the device's name; without it, the fastest Vulkan device.
    #[arg(long)]
    device: Option<String>,
}

/// Errors of one evaluation of a function.
#[derive(Clone, Copy, Default)]
struct Errors {
    /// The largest, in units in the last place.
    worst: f64,
    /// The operands where it is.
    at: (f64, f64),
    /// Wrong NaNs, infinities and signs of zero.
    wrong: u64,
    /// The first operands, and the result, of a wrong special value.
    wrong_at: Option<[f64; 3]>,
}

/// What was measured of one function and type.
struct Row {
    id: &'static str,
    dtype: DType,
    arity: u8,
    ulp_max: u32,
    device: Errors,
    host: Option<Errors>,
    points: usize,
    compared: usize,
}

impl Row {
    fn format(&self) -> Format {
        if self.dtype == DType::F32 { F32 } else { F64 }
    }

    /// Whether the row's promise is broken.
    fn is_finding(&self) -> bool {
        let is_over = |errors: &Errors| errors.wrong > 0 || errors.worst > f64::from(self.ulp_max);
        is_over(&self.device) || self.host.as_ref().is_some_and(is_over)
    }
}

/// Measures, prints the table as it grows, and writes docs/accuracy.md. Returns the number of
/// rows beyond their promise.
pub(crate) fn run(root: &Path, args: &Args, out: &mut dyn Write) -> Result<usize> {
    ensure!(args.points > 0, "no points");
    for name in &args.functions {
        let is_known = table().any(|op| op.id.as_str() == name && measured(op).is_some());
        ensure!(is_known, "no element-wise function `{name}` of floats");
    }
    let device = Device::open(args.device.as_deref())?;
    let threads = std::thread::available_parallelism().map_or(1, |count| count.get());
    let precise = (0..threads).map(|_| Precise::new()).collect::<Result<_>>()?;
    let mut lab = Lab { device, precise, points: args.points, references: args.references };
    writeln!(out, "{}", report::device_line(&lab.device.info))?;
    let mut rows = Vec::new();
    for op in table() {
        let id = op.id.as_str();
        if !args.functions.is_empty() && !args.functions.iter().any(|name| name == id) {
            continue;
        }
        for dtype in [DType::F64, DType::F32] {
            if dtype == DType::F64 && !lab.device.has_f64() {
                continue;
            }
            let row = lab.measure(op, dtype);
            if let Some(row) = row.with_context(|| format!("measuring {id} of {dtype}"))? {
                writeln!(out, "{}", report::text_line(&row))?;
                out.flush()?;
                rows.push(row);
            }
        }
    }
    if args.functions.is_empty() {
        let text = report::markdown(&lab.device.info, args, &rows);
        let path = root.join("docs/accuracy.md");
        fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(rows.iter().filter(|row| row.is_finding()).count())
}

/// Arity and host form, if the row is one that is measured.
fn measured(op: &OpDef) -> Option<(u8, &Eval)> {
    match &op.kind {
        Kind::Elementwise { arity, wgsl, eval } => {
            let is_float = !wgsl.f64.is_empty() || !wgsl.f32.is_empty();
            is_float.then_some((*arity, eval))
        }
        Kind::Cast | Kind::Random(_) | Kind::Reduction(_) => None,
    }
}

/// What measures.
struct Lab {
    device: Device,
    /// One for each thread.
    precise: Vec<Precise>,
    points: usize,
    references: usize,
}

/// A run of points with what was computed there.
struct Chunk {
    points: Vec<(f64, f64)>,
    device: Vec<f64>,
    /// `None`: the row has no host form.
    host: Option<Vec<f64>>,
    /// The host's `f64` form at the same points.
    host_f64: Option<Vec<f64>>,
}

impl Lab {
    /// Measures a function; `None`: the row has no such form.
    fn measure(&mut self, op: &'static OpDef, dtype: DType) -> Result<Option<Row>> {
        let Some((arity, eval)) = measured(op) else {
            return Ok(None);
        };
        let Kind::Elementwise { wgsl, .. } = &op.kind else {
            return Ok(None);
        };
        let Some(template) = wgsl.of(dtype, NumericMode::Precise) else {
            return Ok(None);
        };
        // A choice takes the smaller of its two numbers, so that both are taken.
        let names: [&str; 3] = if arity == 3 { ["(x < y)", "x", "y"] } else { ["x", "y", ""] };
        let mut holes: Vec<_> = ["0", "1", "2"].into_iter().zip(names).collect();
        holes.push(("T", preheat_ops::template::wgsl_type(dtype)));
        let expression = fill(template, &holes);
        let is_test = matches!(eval, Eval::Test1 { .. } | Eval::Test2 { .. });
        let kernel = self.device.compile(&expression, dtype, is_test)?;
        let mut row = Row {
            id: op.id.as_str(),
            dtype,
            arity: arity.min(2),
            ulp_max: op.ulp_max,
            device: Errors::default(),
            host: None,
            points: self.points,
            compared: 0,
        };
        let mut points = Points::new(row.id, dtype, arity.min(2));
        let landmarks = points.landmark_count();
        row.points = row.points.max(landmarks);
        let mut from = 0;
        while from < row.points {
            let to = row.points.min(from + CHUNK_POINTS);
            let pairs: Vec<_> = (from..to).map(|index| points.next(index)).collect();
            let host = evaluate(eval, dtype, &pairs);
            let chunk = Chunk {
                device: self.on_device(&kernel, dtype, is_test, &pairs)?,
                host_f64: match dtype {
                    DType::F32 => evaluate(eval, DType::F64, &pairs),
                    _ => None,
                },
                host,
                points: pairs,
            };
            let first = landmarks.saturating_sub(from);
            self.compare(&chunk, first, &mut row)?;
            from = to;
        }
        Ok(Some(row))
    }

    fn on_device(
        &self,
        kernel: &device::Kernel,
        dtype: DType,
        is_test: bool,
        pairs: &[(f64, f64)],
    ) -> Result<Vec<f64>> {
        let (xs, ys): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
        let count = pairs.len();
        let width = if dtype == DType::F32 || is_test { 4 } else { 8 };
        let bytes = if dtype == DType::F32 {
            let [xs, ys] = [narrow(&xs), narrow(&ys)];
            let inputs = [bytemuck::cast_slice(&xs), bytemuck::cast_slice(&ys)];
            self.device.run(kernel, inputs, width * count, count)?
        } else {
            let inputs = [bytemuck::cast_slice(&xs), bytemuck::cast_slice(&ys)];
            self.device.run(kernel, inputs, width * count, count)?
        };
        Ok(match (is_test, dtype) {
            (true, _) => {
                bytemuck::pod_collect_to_vec::<u8, u32>(&bytes).into_iter().map(f64::from).collect()
            }
            (false, DType::F32) => widen(&bytemuck::pod_collect_to_vec::<u8, f32>(&bytes)),
            (false, _) => bytemuck::pod_collect_to_vec::<u8, f64>(&bytes),
        })
    }

    /// Adds a chunk's errors; its first `landmarks` points are compared whatever they cost.
    fn compare(&mut self, chunk: &Chunk, landmarks: usize, row: &mut Row) -> Result<()> {
        let is_cheap =
            row.dtype == DType::F32 || exact::rounded(row.id, row.dtype, 1.0, 1.0).is_some();
        let selected = if is_cheap {
            (0..chunk.points.len()).collect()
        } else {
            select(row.id, chunk, landmarks, self.share(chunk, row.points))
        };
        let part = selected.len().div_ceil(self.precise.len()).max(1);
        let works = selected.chunks(part).zip(&mut self.precise);
        let found: Vec<Result<Found>> = std::thread::scope(|scope| {
            let row = &*row;
            let threads: Vec<_> = works
                .map(|(selected, precise)| {
                    scope.spawn(move || compare(precise, row, chunk, selected))
                })
                .collect();
            let joined = threads.into_iter().map(|thread| thread.join());
            joined.map(|found| found.unwrap_or_else(|_| bail!("a comparison failed"))).collect()
        });
        for found in found {
            let found = found?;
            row.compared += found.compared;
            row.device.join(&found.device);
            if let Some(host) = found.host {
                row.host.get_or_insert_default().join(&host);
            }
        }
        Ok(())
    }

    /// How many multi-precision comparisons a chunk may have.
    fn share(&self, chunk: &Chunk, points: usize) -> usize {
        let part = chunk.points.len() as f64 / points as f64;
        (self.references as f64 * part) as usize
    }
}

/// What one thread found.
#[derive(Default)]
struct Found {
    device: Errors,
    host: Option<Errors>,
    compared: usize,
}

/// Errors at some points of a chunk.
fn compare(precise: &mut Precise, row: &Row, chunk: &Chunk, selected: &[usize]) -> Result<Found> {
    let format = row.format();
    let mut found = Found::default();
    for &index in selected {
        let Some(&(x, y)) = chunk.points.get(index) else {
            bail!("no point {index}");
        };
        let device = value(&chunk.device, index)?;
        let host = chunk.host.as_ref().map(|all| value(all, index)).transpose()?;
        let wide = chunk.host_f64.as_ref().map(|all| value(all, index)).transpose()?;
        let Some(truth) = truth(precise, row, (x, y), wide) else {
            bail!("no reference for this function");
        };
        found.compared += 1;
        let agrees = match host {
            // Where the sign is open, the two must still be alike.
            Some(host) if truth.is_of_either_sign() && host.abs() == device.abs() => {
                host.is_sign_negative() == device.is_sign_negative()
            }
            Some(_) | None => true,
        };
        let error = truth.error(format, device).filter(|_| agrees);
        found.device.add(error, (x, y), device);
        if let Some(host) = host {
            let errors = found.host.get_or_insert_default();
            errors.add(truth.error(format, host), (x, y), host);
        }
    }
    Ok(found)
}

fn truth(precise: &mut Precise, row: &Row, (x, y): (f64, f64), wide: Option<f64>) -> Option<Truth> {
    let format = row.format();
    if let Some(truth) = exact::rounded(row.id, row.dtype, x, y) {
        return Some(truth);
    }
    if let Some(truth) = exact::special(row.id, format, x, y) {
        return Some(truth);
    }
    if row.dtype == DType::F32 {
        // A zero of the reference is exact or far below the least number.
        return match Truth::of(F32, wide?) {
            Truth::Zero(_) => Some(Truth::Zero(None)),
            truth => Some(truth),
        };
    }
    let value = precise.value(row.id, x, y)?;
    Some(Truth::of_precise(F64, &value))
}

impl Errors {
    /// Adds what was found at later points.
    fn join(&mut self, later: &Errors) {
        if later.worst > self.worst {
            (self.worst, self.at) = (later.worst, later.at);
        }
        self.wrong += later.wrong;
        self.wrong_at = self.wrong_at.or(later.wrong_at);
    }

    fn add(&mut self, error: Option<f64>, at: (f64, f64), got: f64) {
        match error {
            Some(error) if error > self.worst => {
                self.worst = error;
                self.at = at;
            }
            Some(_) => {}
            None => {
                self.wrong += 1;
                self.wrong_at.get_or_insert([at.0, at.1, got]);
            }
        }
    }
}

/// Indices of a chunk's landmarks, of an even sample, and of where device or host are farthest from
/// the library's value, or from each other if it has none.
fn select(id: &str, chunk: &Chunk, landmarks: usize, share: usize) -> Vec<usize> {
    let count = chunk.points.len();
    let landmarks = landmarks.min(count);
    let rest = share.saturating_sub(landmarks).max(1);
    let differing = rest / DIFFERING_SHARE;
    let stride = ((count - landmarks) / (rest - differing).max(1)).max(1);
    let mut chosen: Vec<usize> = (0..landmarks).collect();
    chosen.extend((landmarks..count).step_by(stride));
    if let Some(host) = &chunk.host {
        let places = chunk.points.iter().zip(&chunk.device).zip(host).enumerate().skip(landmarks);
        let distances = places.map(|(index, ((point, device), host))| {
            let apart = |a: f64, b: f64| order(a).abs_diff(order(b));
            let distance = match opinion::opinion(id, point.0, point.1) {
                Some(value) => apart(*device, value).max(apart(*host, value)),
                None => apart(*device, *host),
            };
            (std::cmp::Reverse(distance), index)
        });
        let mut distances: Vec<_> = distances.collect();
        if differing > 0 && differing < distances.len() {
            distances.select_nth_unstable(differing);
        }
        chosen.extend(distances.into_iter().take(differing).map(|(_, index)| index));
    }
    chosen.sort_unstable();
    chosen.dedup();
    chosen
}

/// Numbers in the order of their values, all NaNs alike.
fn order(x: f64) -> i64 {
    if x.is_nan() {
        return i64::MAX;
    }
    let magnitude = (x.to_bits() & (u64::MAX >> 1)) as i64;
    if x < 0.0 { -magnitude } else { magnitude }
}

fn value(values: &[f64], index: usize) -> Result<f64> {
    values.get(index).copied().context("too few results")
}

fn narrow(values: &[f64]) -> Vec<f32> {
    values.iter().map(|&x| x as f32).collect()
}

fn widen(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&x| f64::from(x)).collect()
}

/// The host's results; `None`: the row has no host form.
fn evaluate(eval: &Eval, dtype: DType, pairs: &[(f64, f64)]) -> Option<Vec<f64>> {
    let (xs, ys): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    let (mut wide, mut words) = (vec![0.0; xs.len()], vec![0_u32; xs.len()]);
    if dtype == DType::F32 {
        let (xs, ys, mut narrow_results) = (narrow(&xs), narrow(&ys), vec![0.0; xs.len()]);
        match eval {
            Eval::Float1 { f32, .. } => f32(&xs, &mut narrow_results),
            Eval::Float2 { f32, .. } => f32(&xs, &ys, &mut narrow_results),
            Eval::Test1 { f32, .. } => f32(&xs, &mut words),
            Eval::Test2 { f32, .. } => f32(&xs, &ys, &mut words),
            Eval::Float3 { .. } | Eval::Logic1(_) | Eval::Logic2(_) | Eval::Select => return None,
        }
        wide = widen(&narrow_results);
    } else {
        match eval {
            Eval::Float1 { f64, .. } => f64(&xs, &mut wide),
            Eval::Float2 { f64, .. } => f64(&xs, &ys, &mut wide),
            Eval::Test1 { f64, .. } => f64(&xs, &mut words),
            Eval::Test2 { f64, .. } => f64(&xs, &ys, &mut words),
            Eval::Float3 { .. } | Eval::Logic1(_) | Eval::Logic2(_) | Eval::Select => return None,
        }
    }
    let is_test = matches!(eval, Eval::Test1 { .. } | Eval::Test2 { .. });
    Some(if is_test { words.into_iter().map(f64::from).collect() } else { wide })
}
