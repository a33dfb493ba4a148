//! Times of typical groups: `cargo run --release -p preheat-cpu --example throughput`.
//!
//! Each group runs several times; the best and the median are printed, and the processor time of
//! the best run over all threads (Linux only), which a busy machine disturbs less.
//! `RAYON_NUM_THREADS` sets the number of threads; a word on the command line selects groups whose
//! names contain it.

#![expect(clippy::print_stdout, clippy::expect_used, reason = "a measuring program")]

use std::sync::Arc;
use std::time::Instant;

use preheat_cpu::{Column, run};
use preheat_format::signature::AxisAccess::{Full, One};
use preheat_format::signature::AxisRole::{Kept, Reduced};
use preheat_format::{
    AxisAccess, AxisRole, Call, CallOutput, DType, NodeKind, NumericMode, OpId, Roll, Scalar,
    SignatureBuilder, View, ViewData, ViewForm,
};

const REPEATS: usize = 7;

/// A group in the making, with the operands of its call.
struct Group {
    builder: SignatureBuilder,
    extents: Vec<u64>,
    dtype: DType,
    sources: Vec<Arc<Column>>,
    params: Vec<Scalar>,
    /// Trips of a rolled group, and the parameter that counts blocks of random numbers.
    trips: Option<(u32, u32)>,
}

impl Group {
    fn new(dtype: DType, axes: &[(AxisRole, u64)]) -> Group {
        let roles = axes.iter().map(|(role, _)| *role).collect();
        let builder = SignatureBuilder::new(NumericMode::Precise, roles);
        let extents = axes.iter().map(|(_, extent)| *extent).collect();
        Group { builder, extents, dtype, sources: Vec::new(), params: Vec::new(), trips: None }
    }

    fn view(&mut self, axes: &[AxisAccess]) -> u32 {
        self.builder.view(View { form: ViewForm::Dense, axes: axes.to_vec() })
    }

    /// A source that varies along the axes given as `Full`.
    fn load(&mut self, axes: &[AxisAccess]) -> u32 {
        let full = axes.iter().zip(&self.extents).filter(|(access, _)| **access == Full);
        let len: u64 = full.map(|(_, extent)| *extent).product();
        let value = |i: u64| (i % 1009) as f64 / 1009.0;
        let column = match self.dtype {
            DType::F64 => Column::F64((0..len).map(value).collect()),
            _ => Column::F32((0..len).map(|i| value(i) as f32).collect()),
        };
        self.sources.push(Arc::new(column));
        let (source, view) = (self.builder.source(self.dtype), self.view(axes));
        self.builder.node(self.dtype, NodeKind::Load { source, view })
    }

    fn param(&mut self, value: f64) -> u32 {
        self.params.push(match self.dtype {
            DType::F64 => Scalar::f64(value),
            _ => Scalar::f32(value as f32),
        });
        let param = self.builder.param(self.dtype);
        self.builder.node(self.dtype, NodeKind::Param { param })
    }

    fn apply(&mut self, op: &str, operands: &[u32]) -> u32 {
        let kind = NodeKind::Apply { op: OpId::new(op), operands: operands.to_vec() };
        self.builder.node(self.dtype, kind)
    }

    fn reduce(&mut self, op: &str, operand: u32) -> u32 {
        self.builder.node(self.dtype, NodeKind::Reduce { op: OpId::new(op), operand })
    }

    fn random(&mut self, op: &str, axes: &[AxisAccess]) -> u32 {
        let view = self.view(axes);
        let mut operands = vec![self.builder.node(DType::U32, NodeKind::Index { view })];
        for bits in [7, 0, 0, 0] {
            operands.push(self.builder.node(DType::U32, NodeKind::Constant { bits }));
        }
        self.apply(op, &operands)
    }

    /// Times the group; `work` of `unit` is done by one run.
    fn time(mut self, name: &str, output: u32, work: f64, unit: &str) {
        if std::env::args().nth(1).is_some_and(|word| !name.contains(&word)) {
            return;
        }
        self.builder.output(output, None);
        let (signature, numbering) = self.builder.finish().expect("the group is well formed");
        let call = Call {
            key: signature.key(),
            views: vec![ViewData::default(); signature.views.len()],
            sources: numbering
                .sources
                .iter()
                .map(|id| Arc::clone(&self.sources[*id as usize]))
                .collect(),
            params: numbering.params.iter().map(|id| self.params[*id as usize]).collect(),
            outputs: vec![CallOutput::New],
            roll: self.trips.map(|(trips, counter)| Roll {
                trips,
                places: numbering.params.iter().map(|id| u32::from(*id == counter)).collect(),
                // Word 0 is not used.
                table: Arc::new((0..=trips).map(|word| word << 18).collect()),
            }),
            extents: self.extents,
            signature: Arc::new(signature),
        };
        let (mut times, mut busy) = (Vec::new(), f64::INFINITY);
        for _ in 0..REPEATS {
            let (start, processor) = (Instant::now(), processor_seconds());
            let columns = run(call.clone()).expect("the call fits");
            times.push(start.elapsed().as_secs_f64());
            busy = busy.min(processor_seconds() - processor);
            std::hint::black_box(columns);
        }
        times.sort_by(f64::total_cmp);
        let [best, median, busy] = [times[0], times[REPEATS / 2], busy].map(|time| time * 1e3);
        let rate = work / times[0];
        println!(
            "{name:<34} {best:>9.3} ms  median {median:>9.3}  processor {busy:>9.3}  \
             {rate:>8.2} {unit}/s"
        );
    }
}

/// Time that this program's threads have run.
fn processor_seconds() -> f64 {
    let Ok(threads) = std::fs::read_dir("/proc/self/task") else {
        return f64::NAN;
    };
    let run = |thread: std::fs::DirEntry| {
        let text = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<f64>().ok()
    };
    threads.flatten().filter_map(run).sum::<f64>() * 1e-9
}

fn elementwise() {
    const N: u64 = 10_000_000;
    for op in ["sin", "exp", "cos", "tanh", "log", "sqrt", "pow"] {
        let mut group = Group::new(DType::F32, &[(Kept, N)]);
        let x = group.load(&[Full]);
        let y = if op == "pow" { group.apply(op, &[x, x]) } else { group.apply(op, &[x]) };
        group.time(&format!("{op} 1e7 f32"), y, N as f64 / 1e9, "G");
    }
    let mut group = Group::new(DType::F32, &[(Kept, N)]);
    let x = group.load(&[Full]);
    let chain = ["sin", "exp", "cos", "tanh"];
    let y = chain.iter().fold(x, |x, op| group.apply(op, &[x]));
    group.time("chain sin exp cos tanh 1e7 f32", y, N as f64 / 1e9, "G");

    let mut group = Group::new(DType::F32, &[(Kept, N)]);
    let (x, a, b) = (group.load(&[Full]), group.param(2.0), group.param(3.0));
    let y = group.apply("mul", &[x, a]);
    let y = group.apply("add", &[y, b]);
    group.time("scale and add 1e7 f32", y, N as f64 * 8e-9, "GB");

    let mut group = Group::new(DType::F32, &[(Kept, 3000), (Kept, 3000)]);
    let (x, r, c) = (group.load(&[Full, Full]), group.load(&[Full, One]), group.load(&[One, Full]));
    let y = group.apply("mul", &[x, r]);
    let y = group.apply("add", &[y, c]);
    group.time("broadcast rows, columns 9e6 f32", y, 9e6 * 8e-9, "GB");
}

/// The element-wise case of the corpus, its line made on the way.
fn corpus_chain() {
    const N: u64 = 10_000_000;
    let mut group = Group::new(DType::F32, &[(Kept, N)]);
    let view = group.view(&[Full]);
    let index = group.builder.node(DType::U32, NodeKind::Index { view });
    let op = OpId::new("cast");
    let x = group.builder.node(DType::F32, NodeKind::Apply { op, operands: vec![index] });
    let [step, first] = [8.0 / N as f64, -4.0].map(|value| group.param(value));
    let [tenth, half, three, quarter] = [-0.1, 0.5, 3.0, 0.25].map(|value| group.param(value));
    let [one, power, hundredth] = [1.0, 1.5, 0.01].map(|value| group.param(value));
    let x = group.apply("mul", &[x, step]);
    let x = group.apply("add", &[x, first]);
    let square = group.apply("mul", &[x, x]);
    let decay = group.apply("mul", &[tenth, square]);
    let decay = group.apply("exp", &[decay]);
    let sine = group.apply("sin", &[x]);
    let wave = group.apply("mul", &[sine, decay]);
    let cosine = group.apply("mul", &[three, x]);
    let cosine = group.apply("cos", &[cosine]);
    let cosine = group.apply("mul", &[half, cosine]);
    let y = group.apply("add", &[wave, cosine]);
    let y_square = group.apply("mul", &[y, y]);
    let cube = group.apply("mul", &[y_square, y]);
    let cube = group.apply("mul", &[quarter, cube]);
    let below = group.apply("add", &[one, y_square]);
    let ratio = group.apply("div", &[y, below]);
    let z = group.apply("tanh", &[y]);
    let z = group.apply("add", &[z, cube]);
    let z = group.apply("sub", &[z, ratio]);
    let size = group.apply("abs", &[z]);
    let w = group.apply("pow", &[size, power]);
    let fourth = group.apply("mul", &[square, square]);
    let fourth = group.apply("mul", &[hundredth, fourth]);
    let w = group.apply("add", &[w, fourth]);
    group.time("corpus chain 1e7 f32", w, N as f64 / 1e9, "G");
}

/// Geometric Brownian motion: `S = S .* exp(drift + scale * randn(N, 1, 'single'))`, 256 times.
fn monte_carlo() {
    const N: u64 = 1_000_000;
    let mut group = Group::new(DType::F32, &[(Kept, N)]);
    let state = group.load(&[Full]);
    let (drift, scale) = (group.param(1e-4), group.param(1e-2));
    let view = group.view(&[Full]);
    let mut operands = vec![group.builder.node(DType::U32, NodeKind::Index { view })];
    operands.extend([7, 0].map(|bits| group.builder.node(DType::U32, NodeKind::Constant { bits })));
    group.params.push(Scalar { dtype: DType::U32, bits: 0 });
    let counter = group.builder.param(DType::U32);
    operands.push(group.builder.node(DType::U32, NodeKind::Param { param: counter }));
    operands.push(group.builder.node(DType::U32, NodeKind::Constant { bits: 0 }));
    let normal = group.apply("randn", &operands);
    let step = group.apply("mul", &[scale, normal]);
    let step = group.apply("add", &[drift, step]);
    let growth = group.apply("exp", &[step]);
    let next = group.apply("mul", &[state, growth]);
    group.trips = Some((256, counter));
    group.builder.carry(0, 0);
    group.time("Monte Carlo 1e6 x 256 f32", next, 256.0 * N as f64 / 1e9, "G");
}

fn reductions() {
    const N: u64 = 10_000_000;
    for (dtype, size) in [(DType::F32, 4e-9), (DType::F64, 8e-9)] {
        for op in ["red_sum", "red_max", "red_var", "red_argmax"] {
            let mut group = Group::new(dtype, &[(Reduced, N)]);
            let x = group.load(&[Full]);
            let y = match op {
                "red_argmax" => {
                    let op = OpId::new(op);
                    group.builder.node(DType::U32, NodeKind::Reduce { op, operand: x })
                }
                _ => group.reduce(op, x),
            };
            group.time(&format!("{op} 1e7 {dtype}"), y, N as f64 * size, "GB");
        }
    }
    let shapes: [(&str, &[(AxisRole, u64)]); 5] = [
        ("sum fast axis 4000x4000 f32", &[(Reduced, 4000), (Kept, 4000)]),
        ("sum slow axis 4000x4000 f32", &[(Kept, 4000), (Reduced, 4000)]),
        ("sum fast axis 3x4e6 f32", &[(Reduced, 3), (Kept, 4_000_000)]),
        ("sum slow axis 4e6x3 f32", &[(Kept, 4_000_000), (Reduced, 3)]),
        ("sum slow axis 16x1e6 f32", &[(Kept, 16), (Reduced, 1_000_000)]),
    ];
    for (name, axes) in shapes {
        let mut group = Group::new(DType::F32, axes);
        let x = group.load(&[Full, Full]);
        let y = group.reduce("red_sum", x);
        let points: u64 = axes.iter().map(|(_, extent)| *extent).product();
        group.time(name, y, points as f64 * 4e-9, "GB");
    }
    let axes = [(Kept, 16), (Reduced, 720), (Reduced, 900)];
    let mut group = Group::new(DType::F32, &axes);
    let x = group.load(&[Full, Full, Full]);
    let mean = group.reduce("red_mean", x);
    let centred = group.apply("sub", &[x, mean]);
    let square = group.apply("mul", &[centred, centred]);
    let variance = group.reduce("red_mean", square);
    let epsilon = group.param(1e-6);
    let variance = group.apply("add", &[variance, epsilon]);
    let deviation = group.apply("sqrt", &[variance]);
    let y = group.apply("div", &[centred, deviation]);
    group.time("image normalise 16x720x900 f32", y, 16.0 * 720.0 * 900.0 * 1e-9, "G");
}

fn products() {
    let squares = [64, 512, 1024].map(|n| (n, n, n));
    let others = [(1_000_000, 20, 20), (2000, 2000, 1), (20, 20, 1_000_000)];
    for dtype in [DType::F64, DType::F32] {
        for (m, k, n) in squares.into_iter().chain(others) {
            let mut group = Group::new(dtype, &[(Kept, m), (Kept, n), (Reduced, k)]);
            let (left, right) = (group.load(&[Full, One, Full]), group.load(&[One, Full, Full]));
            let y = group.builder.node(dtype, NodeKind::Contract { left, right });
            let work = 2e-9 * m as f64 * k as f64 * n as f64;
            group.time(&format!("product {m}x{k} * {k}x{n} {dtype}"), y, work, "GFLOP");
        }
        let mut group = Group::new(dtype, &[(Kept, 50), (Kept, 50), (Reduced, 200_000)]);
        let (left, right) = (group.load(&[Full, One, Full]), group.load(&[One, Full, Full]));
        let y = group.builder.node(dtype, NodeKind::Contract { left, right });
        group.time(&format!("product 50x200000 * 200000x50 {dtype}"), y, 1.0, "GFLOP");
    }
}

fn random() {
    const N: u64 = 10_000_000;
    for (op, dtype) in [("rand", DType::F32), ("rand", DType::F64), ("randn", DType::F32)] {
        let mut group = Group::new(dtype, &[(Kept, N)]);
        let y = group.random(op, &[Full]);
        group.time(&format!("{op} 1e7 {dtype}"), y, N as f64 / 1e9, "G");
    }
}

fn main() {
    elementwise();
    corpus_chain();
    monte_carlo();
    reductions();
    products();
    random();
}
