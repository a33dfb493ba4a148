//! Whole vectors against one element at a time, for every row of the table.

#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

use preheat_ops::eval::Eval;
use preheat_ops::op::{Accumulator, HostReduce, Reduction};
use preheat_ops::{Kind, table};

/// More than a vector of any unit, and no multiple of one.
const LEN: usize = 4099;

/// Random bits, by Marsaglia's xorshift.
struct Bits(u64);

impl Bits {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

const EDGES: [f64; 24] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    -0.5,
    2.0,
    3.0,
    -7.0,
    30.0,
    45.0,
    90.0,
    -180.0,
    1e-300,
    5e-324,
    -1e-40,
    1e-45,
    1e5,
    1e22,
    -3.4e38,
    f64::MAX,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
];

/// Every pair of edges, then numbers of every size, then numbers of a common size.
fn operands(seed: u64, second: bool) -> Vec<f64> {
    let mut bits = Bits(seed);
    let pairs = EDGES.len() * EDGES.len();
    let number = |i: usize| match i {
        _ if i < pairs => EDGES[if second { i / EDGES.len() } else { i % EDGES.len() }],
        _ if i.is_multiple_of(2) => f64::from_bits(bits.next()),
        _ => (bits.next() as f64 / u64::MAX as f64 - 0.5) * 20.0,
    };
    (0..LEN).map(number).collect()
}

trait Same {
    fn same(self, other: Self) -> bool;
}

impl Same for f64 {
    fn same(self, other: f64) -> bool {
        self.to_bits() == other.to_bits() || (self.is_nan() && other.is_nan())
    }
}

impl Same for f32 {
    fn same(self, other: f32) -> bool {
        self.to_bits() == other.to_bits() || (self.is_nan() && other.is_nan())
    }
}

impl Same for u32 {
    fn same(self, other: u32) -> bool {
        self == other
    }
}

fn compare1<T: Copy, R: Same + Copy + Default>(id: &str, map: fn(&[T], &mut [R]), xs: &[T]) {
    let mut whole = vec![R::default(); LEN];
    map(xs, &mut whole);
    for i in 0..LEN {
        let mut one = [R::default()];
        map(&xs[i..=i], &mut one);
        assert!(one[0].same(whole[i]), "{id}: element {i}");
    }
}

fn compare2<T: Copy, R: Same + Copy + Default>(
    id: &str,
    map: fn(&[T], &[T], &mut [R]),
    (xs, ys): (&[T], &[T]),
) {
    let mut whole = vec![R::default(); LEN];
    map(xs, ys, &mut whole);
    for i in 0..LEN {
        let mut one = [R::default()];
        map(&xs[i..=i], &ys[i..=i], &mut one);
        assert!(one[0].same(whole[i]), "{id}: element {i}");
    }
}

#[test]
fn vectors_hold_the_bits_of_single_elements() {
    let (xs, ys) = (operands(88_172_645_463_325_252, false), operands(362_436_069, true));
    let single = |values: &[f64]| values.iter().map(|x| *x as f32).collect::<Vec<f32>>();
    let (xs32, ys32) = (single(&xs), single(&ys));
    for op in table() {
        let Kind::Elementwise { eval, .. } = &op.kind else { continue };
        let id = op.id.as_str();
        match *eval {
            Eval::Float1 { f64, f32 } => {
                compare1(id, f64, &xs);
                compare1(id, f32, &xs32);
            }
            Eval::Test1 { f64, f32 } => {
                compare1(id, f64, &xs);
                compare1(id, f32, &xs32);
            }
            Eval::Float2 { f64, f32 } => {
                compare2(id, f64, (&xs, &ys));
                compare2(id, f32, (&xs32, &ys32));
            }
            Eval::Test2 { f64, f32 } => {
                compare2(id, f64, (&xs, &ys));
                compare2(id, f32, (&xs32, &ys32));
            }
            _ => {}
        }
    }
}

/// The result of rows of several columns, column by column.
fn columns(eval: &HostReduce, values: &[f64], width: usize) -> Vec<f64> {
    let mut accumulators: Vec<Accumulator> = vec![eval.identity; width];
    (eval.f64)(&mut accumulators, values, 0);
    let count = (values.len() / width) as u64;
    accumulators.iter().map(|accumulator| (eval.finish)(accumulator, count)).collect()
}

#[test]
fn columns_side_by_side_reduce_as_one_by_one() {
    let mut bits = Bits(521_288_629);
    for width in [2, 3, 4, 7, 16, 21, 64, 67] {
        let rows = 57;
        let number = |_| (bits.next() as f64 / u64::MAX as f64 - 0.25) * 1.5;
        let mut values: Vec<f64> = (0..width * rows).map(number).collect();
        values[3] = f64::NAN;
        for op in table() {
            let Kind::Reduction(Reduction { eval, .. }) = &op.kind else { continue };
            let together = columns(eval, &values, width);
            for (column, found) in together.into_iter().enumerate() {
                let own: Vec<f64> = values[column..].iter().step_by(width).copied().collect();
                let [expected] = columns(eval, &own, 1)[..] else { unreachable!() };
                let near = (found - expected).abs() <= expected.abs() * 1e-14;
                let same = found.same(expected) || near;
                assert!(same, "{} column {column} of {width}: {found}, {expected}", op.id);
            }
        }
    }
}
