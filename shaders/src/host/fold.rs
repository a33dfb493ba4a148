//! Reductions on the host: rows of elements into one [`Accumulator`] per column.
//!
//! A single column is folded as several lanes that are joined in a fixed order. Lanes and columns
//! alike are worked on side by side, so that they vectorise; their number does not depend on the
//! vector unit, so neither do the bits.

use pulp::{Arch, Simd, WithSimd};

use crate::op::Accumulator;

/// Columns that are worked on together, and lanes of a single column.
const LANES: usize = 16;

/// An element, seen as `f64`.
pub(crate) trait Term: Copy + Into<f64> {
    /// True if the sum of a tile of them in `f64` needs no compensation.
    const NARROW: bool;
}

impl Term for f64 {
    const NARROW: bool = false;
}

impl Term for f32 {
    const NARROW: bool = true;
}

impl Term for u32 {
    const NARROW: bool = true;
}

/// A way of folding elements into a state of `N` numbers.
trait Fold<T, const N: usize>: Copy {
    /// The state of a column before any element.
    fn start(self, column: usize) -> [f64; N];
    fn step(self, state: [f64; N], x: T, position: f64) -> [f64; N];
    /// The state of a column after `count` elements.
    fn accumulator(self, state: [f64; N], count: usize) -> Accumulator;
}

/// Joins two accumulators.
type Combine = fn(&Accumulator, &Accumulator) -> Accumulator;

/// Rows of elements, one for each accumulator; the first row is at position `start`.
struct Rows<'a, T, F, const N: usize> {
    fold: F,
    combine: Combine,
    accumulators: &'a mut [Accumulator],
    values: &'a [T],
    start: u64,
}

impl<T: Copy, F: Fold<T, N>, const N: usize> WithSimd for Rows<'_, T, F, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, _: S) {
        let width = self.accumulators.len();
        if width == 1 {
            return self.single();
        }
        let mut first = 0;
        while first < width {
            first += match width - first {
                LANES.. => self.columns::<LANES>(first),
                4.. => self.columns::<4>(first),
                _ => self.columns::<1>(first),
            };
        }
    }
}

impl<T: Copy, F: Fold<T, N>, const N: usize> Rows<'_, T, F, N> {
    /// Folds the only column: lanes first, then what does not fill them.
    #[inline(always)]
    fn single(mut self) {
        let (lines, rest) = self.values.as_chunks::<LANES>();
        let mut position = self.start as f64;
        if !lines.is_empty() {
            let mut states = Lanes::<N, LANES>::new(|_| self.fold.start(0));
            for line in lines {
                states.step(self.fold, line, (position, 1.0));
                position += LANES as f64;
            }
            for lane in 0..LANES {
                self.join(0, states.of(lane), lines.len());
            }
        }
        let mut last = Lanes::<N, 1>::new(|_| self.fold.start(0));
        for (i, x) in rest.iter().enumerate() {
            last.step(self.fold, &[*x], (position + i as f64, 1.0));
        }
        self.join(0, last.of(0), rest.len());
    }

    /// Folds `W` columns from one on; returns their number.
    #[inline(always)]
    fn columns<const W: usize>(&mut self, first: usize) -> usize {
        let width = self.accumulators.len();
        let mut states = Lanes::<N, W>::new(|lane| self.fold.start(first + lane));
        let mut position = self.start as f64;
        for row in self.values.chunks_exact(width) {
            if let Some((line, _)) = row[first..].split_first_chunk::<W>() {
                states.step(self.fold, line, (position, 0.0));
            }
            position += 1.0;
        }
        for lane in 0..W {
            self.join(first + lane, states.of(lane), self.values.len() / width);
        }
        W
    }

    #[inline(always)]
    fn join(&mut self, column: usize, state: [f64; N], count: usize) {
        if count > 0 {
            let accumulator = &mut self.accumulators[column];
            *accumulator = (self.combine)(accumulator, &self.fold.accumulator(state, count));
        }
    }
}

/// The states of `W` columns or lanes, number by number.
struct Lanes<const N: usize, const W: usize>([[f64; W]; N]);

impl<const N: usize, const W: usize> Lanes<N, W> {
    #[inline(always)]
    fn new(start: impl Fn(usize) -> [f64; N]) -> Self {
        Lanes(std::array::from_fn(|i| std::array::from_fn(|lane| start(lane)[i])))
    }

    #[inline(always)]
    fn of(&self, lane: usize) -> [f64; N] {
        std::array::from_fn(|i| self.0[i][lane])
    }

    /// Adds an element to each; the first is at a position, the others a step further each.
    #[inline(always)]
    fn step<T: Copy, F: Fold<T, N>>(
        &mut self,
        fold: F,
        line: &[T; W],
        (position, apart): (f64, f64),
    ) {
        for lane in 0..W {
            let next = fold.step(self.of(lane), line[lane], position + apart * lane as f64);
            for (numbers, next) in self.0.iter_mut().zip(next) {
                numbers[lane] = next;
            }
        }
    }
}

/// The rounding error of `a + b`, given their rounded sum. After Knuth, TAOCP vol. 2, 4.2.2.
#[inline(always)]
fn sum_error(a: f64, b: f64, sum: f64) -> f64 {
    let b_seen = sum - a;
    (a - (sum - b_seen)) + (b - b_seen)
}

/// A sum and its error after one more term.
#[inline(always)]
fn add_term<T: Term>([sum, error]: [f64; 2], term: f64) -> [f64; 2] {
    let next = sum + term;
    [next, if T::NARROW { error } else { error + sum_error(sum, term, next) }]
}

/// An infinite or undefined sum is itself: its error is undefined.
fn settled(sum: f64, error: f64) -> f64 {
    if sum.is_finite() { sum + error } else { sum }
}

#[derive(Clone, Copy)]
struct Sum;

impl<T: Term> Fold<T, 2> for Sum {
    #[inline(always)]
    fn start(self, _: usize) -> [f64; 2] {
        [0.0; 2]
    }

    #[inline(always)]
    fn step(self, state: [f64; 2], x: T, _: f64) -> [f64; 2] {
        add_term::<T>(state, x.into())
    }

    #[inline(always)]
    fn accumulator(self, [sum, error]: [f64; 2], _: usize) -> Accumulator {
        [sum, error, 0.0, 0.0]
    }
}

/// Components: sum, its error.
pub(crate) fn sum<T: Term>(accumulators: &mut [Accumulator], values: &[T], start: u64) {
    let combine = sum_combine;
    Arch::new().dispatch(Rows { fold: Sum, combine, accumulators, values, start });
}

pub(crate) fn sum_combine(a: &Accumulator, b: &Accumulator) -> Accumulator {
    let [sum, error] = add_term::<f64>([a[0], a[1]], b[0]);
    [sum, error + b[1], 0.0, 0.0]
}

pub(crate) fn sum_finish(acc: &Accumulator, _count: u64) -> f64 {
    settled(acc[0], acc[1])
}

pub(crate) fn mean_finish(acc: &Accumulator, count: u64) -> f64 {
    settled(acc[0], acc[1]) / count as f64
}

/// A fold without regard to positions, whose state is one number.
macro_rules! simple {
    ($(#[$doc:meta])* $function:ident, $fold:ident, $start:expr, $combine:ident,
     |$state:ident, $x:ident| $next:expr) => {
        #[derive(Clone, Copy)]
        struct $fold;

        impl<T: Term> Fold<T, 1> for $fold {
            #[inline(always)]
            fn start(self, _: usize) -> [f64; 1] {
                [$start]
            }

            #[inline(always)]
            fn step(self, [$state]: [f64; 1], x: T, _: f64) -> [f64; 1] {
                let $x: f64 = x.into();
                [$next]
            }

            #[inline(always)]
            fn accumulator(self, [state]: [f64; 1], _: usize) -> Accumulator {
                [state, 0.0, 0.0, 0.0]
            }
        }

        $(#[$doc])*
        pub(crate) fn $function<T: Term>(
            accumulators: &mut [Accumulator],
            values: &[T],
            start: u64,
        ) {
            let combine = $combine;
            Arch::new().dispatch(Rows { fold: $fold, combine, accumulators, values, start });
        }
    };
}

/// Norms: the squares of large, usual (and their error) and small elements.
#[derive(Clone, Copy)]
struct Norm;

impl<T: Term> Fold<T, 4> for Norm {
    #[inline(always)]
    fn start(self, _: usize) -> [f64; 4] {
        [0.0; 4]
    }

    #[inline(always)]
    fn step(self, state: [f64; 4], x: T, _: f64) -> [f64; 4] {
        norm_combine(&state, &lift_norm(x.into(), 0))
    }

    #[inline(always)]
    fn accumulator(self, state: [f64; 4], _: usize) -> Accumulator {
        state
    }
}

/// Components: squares of large elements, of usual ones, the error of these, of small ones.
pub(crate) fn norm<T: Term>(accumulators: &mut [Accumulator], values: &[T], start: u64) {
    let combine = norm_combine;
    Arch::new().dispatch(Rows { fold: Norm, combine, accumulators, values, start });
}

/// Elements of a norm beyond this are large: sums of more than 2^32 usual squares are finite.
const LARGE: f64 = f64::from_bits((1023 + 486) << 52);
/// What large elements are multiplied by.
const LARGE_SCALE: f64 = f64::from_bits((1023 - 538) << 52);
/// Elements of a norm below this are small.
const SMALL: f64 = f64::from_bits((1023 - 450) << 52);
/// What small elements are multiplied by.
const SMALL_SCALE: f64 = f64::from_bits((1023 + 600) << 52);

/// The accumulator of one element of a norm.
#[inline(always)]
pub(crate) fn lift_norm(x: f64, _position: u64) -> Accumulator {
    let size = x.abs();
    let (large, small) = (size * LARGE_SCALE, size * SMALL_SCALE);
    if size > LARGE {
        [large * large, 0.0, 0.0, 0.0]
    } else if size < SMALL {
        [0.0, 0.0, 0.0, small * small]
    } else {
        [0.0, size * size, 0.0, 0.0]
    }
}

#[inline(always)]
pub(crate) fn norm_combine(a: &Accumulator, b: &Accumulator) -> Accumulator {
    let [usual, error] = add_term::<f64>([a[1], a[2]], b[1]);
    [a[0] + b[0], usual, error + b[2], a[3] + b[3]]
}

pub(crate) fn norm_finish(acc: &Accumulator, _count: u64) -> f64 {
    let usual = settled(acc[1], acc[2]);
    if acc[0] > 0.0 {
        (acc[0] + usual * LARGE_SCALE * LARGE_SCALE).sqrt() / LARGE_SCALE
    } else if acc[3] > 0.0 && usual == 0.0 {
        acc[3].sqrt() / SMALL_SCALE
    } else {
        (usual + acc[3] / SMALL_SCALE / SMALL_SCALE).sqrt()
    }
}

/// Products: a fraction from 1 to 2 (or 0, an infinity, NaN) and its exponent.
#[derive(Clone, Copy)]
struct Product;

impl<T: Term> Fold<T, 2> for Product {
    #[inline(always)]
    fn start(self, _: usize) -> [f64; 2] {
        [1.0, 0.0]
    }

    #[inline(always)]
    fn step(self, state: [f64; 2], x: T, _: f64) -> [f64; 2] {
        multiplied(state, [x.into(), 0.0])
    }

    #[inline(always)]
    fn accumulator(self, [fraction, exponent]: [f64; 2], _: usize) -> Accumulator {
        [fraction, exponent, 0.0, 0.0]
    }
}

/// Components: the product's fraction and exponent.
pub(crate) fn product<T: Term>(accumulators: &mut [Accumulator], values: &[T], start: u64) {
    let combine = product_combine;
    Arch::new().dispatch(Rows { fold: Product, combine, accumulators, values, start });
}

#[inline(always)]
fn multiplied(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    let [b_fraction, b_more] = fraction_and_exponent(b[0]);
    let [fraction, more] = fraction_and_exponent(a[0] * b_fraction);
    [fraction, a[1] + b[1] + b_more + more]
}

/// `x` as a fraction from 1 to 2 with its sign, and the exponent; 0, the infinities and NaN as they
/// are.
#[inline(always)]
fn fraction_and_exponent(x: f64) -> [f64; 2] {
    if x == 0.0 || !x.is_finite() {
        return [x, 0.0];
    }
    let (x, shift) = if x.is_subnormal() { (x * 2.0f64.powi(54), 54) } else { (x, 0) };
    let bits = x.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32 - 1023 - shift;
    let fraction = f64::from_bits(bits & 0x800f_ffff_ffff_ffff | 0x3ff0_0000_0000_0000);
    [fraction, exponent.into()]
}

pub(crate) fn product_finish(acc: &Accumulator, _count: u64) -> f64 {
    let power = |exponent: f64| f64::from_bits(((exponent + 1023.0) as u64) << 52);
    // In two steps, of which the first is exact.
    let first = acc[1].clamp(-1022.0, 1023.0);
    let second = (acc[1] - first).clamp(-1022.0, 1023.0);
    acc[0] * power(first) * power(second)
}

simple!(
    /// Component: smallest so far; NaN is the value for no numbers.
    min, Min, f64::NAN, min_combine, |least, x| lesser(least, x)
);

simple!(
    /// Component: largest so far.
    max, Max, f64::NAN, max_combine, |most, x| greater(most, x)
);

simple!(
    /// Component: 1 if some element is neither 0 nor NaN.
    any, Any, 0.0, max_combine, |any, x| if (x != 0.0) & !x.is_nan() { 1.0 } else { any }
);

simple!(
    /// Component: 0 if some element is 0.
    all, All, 1.0, min_combine, |all, x| if x == 0.0 { 0.0 } else { all }
);

/// The smaller; NaN only if both are.
#[inline(always)]
fn lesser(a: f64, b: f64) -> f64 {
    if (b < a) | a.is_nan() { b } else { a }
}

#[inline(always)]
fn greater(a: f64, b: f64) -> f64 {
    if (b > a) | a.is_nan() { b } else { a }
}

pub(crate) fn product_combine(a: &Accumulator, b: &Accumulator) -> Accumulator {
    let [fraction, exponent] = multiplied([a[0], a[1]], [b[0], b[1]]);
    [fraction, exponent, 0.0, 0.0]
}

/// The first component as it is.
pub(crate) fn first(acc: &Accumulator, _count: u64) -> f64 {
    acc[0]
}

pub(crate) fn min_combine(a: &Accumulator, b: &Accumulator) -> Accumulator {
    [lesser(a[0], b[0]), 0.0, 0.0, 0.0]
}

pub(crate) fn max_combine(a: &Accumulator, b: &Accumulator) -> Accumulator {
    [greater(a[0], b[0]), 0.0, 0.0, 0.0]
}

/// Squares of the deviations from each column's mean, which the state begins with.
#[derive(Clone, Copy)]
struct Deviations<'a> {
    means: &'a [f64],
}

impl<T: Term> Fold<T, 3> for Deviations<'_> {
    #[inline(always)]
    fn start(self, column: usize) -> [f64; 3] {
        [self.means[column], 0.0, 0.0]
    }

    #[inline(always)]
    fn step(self, [mean, sum, error]: [f64; 3], x: T, _: f64) -> [f64; 3] {
        let deviation = x.into() - mean;
        let [sum, error] = add_term::<T>([sum, error], deviation * deviation);
        [mean, sum, error]
    }

    #[inline(always)]
    fn accumulator(self, [mean, sum, error]: [f64; 3], count: usize) -> Accumulator {
        [count as f64, mean, settled(sum, error), 0.0]
    }
}

/// Components: count, mean, sum of squared deviations. Rows are measured about their own mean, then
/// joined: Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing
/// sample variances", 1979.
pub(crate) fn moments<T: Term>(accumulators: &mut [Accumulator], values: &[T], start: u64) {
    let mut sums = vec![[0.0; 4]; accumulators.len()];
    sum(&mut sums, values, start);
    let count = (values.len() / accumulators.len()) as u64;
    let means: Vec<f64> = sums.iter().map(|sum| mean_finish(sum, count)).collect();
    let (fold, combine) = (Deviations { means: &means }, moments_combine);
    Arch::new().dispatch(Rows { fold, combine, accumulators, values, start });
}

pub(crate) fn moments_combine(a: &Accumulator, b: &Accumulator) -> Accumulator {
    if a[0] == 0.0 {
        return *b;
    }
    if b[0] == 0.0 {
        return *a;
    }
    let count = a[0] + b[0];
    let apart = b[1] - a[1];
    let mean = a[1] + apart * (b[0] / count);
    let squares = a[2] + b[2] + apart * apart * (a[0] * (b[0] / count));
    [count, mean, squares, 0.0]
}

pub(crate) fn variance_finish(acc: &Accumulator, count: u64) -> f64 {
    // One element varies by nothing, unless it is no number.
    acc[2] / (count.max(2) - 1) as f64
}

pub(crate) fn variance_of_all_finish(acc: &Accumulator, count: u64) -> f64 {
    acc[2] / count as f64
}

/// The extreme value and its position: the largest if `MOST`, else the smallest.
#[derive(Clone, Copy)]
struct Extreme<const MOST: bool>;

impl<T: Term, const MOST: bool> Fold<T, 2> for Extreme<MOST> {
    #[inline(always)]
    fn start(self, _: usize) -> [f64; 2] {
        [f64::NAN, 0.0]
    }

    #[inline(always)]
    fn step(self, [best, at]: [f64; 2], x: T, position: f64) -> [f64; 2] {
        let x: f64 = x.into();
        let better = if MOST { x > best } else { x < best };
        let wins = better | (best.is_nan() & !x.is_nan());
        [if wins { x } else { best }, if wins { position } else { at }]
    }

    #[inline(always)]
    fn accumulator(self, [best, at]: [f64; 2], _: usize) -> Accumulator {
        [best, at, 0.0, 0.0]
    }
}

fn extreme_combine(a: &Accumulator, b: &Accumulator, better: bool) -> Accumulator {
    let earlier_equal = a[0] == b[0] && b[1] < a[1];
    let only_number = a[0].is_nan() && !b[0].is_nan();
    if better || earlier_equal || only_number { *b } else { *a }
}

/// Components: the smallest value, its position.
pub(crate) fn argmin<T: Term>(accumulators: &mut [Accumulator], values: &[T], start: u64) {
    let (fold, combine) = (Extreme::<false>, argmin_combine);
    Arch::new().dispatch(Rows { fold, combine, accumulators, values, start });
}

pub(crate) fn argmin_combine(a: &Accumulator, b: &Accumulator) -> Accumulator {
    extreme_combine(a, b, b[0] < a[0])
}

pub(crate) fn argmax<T: Term>(accumulators: &mut [Accumulator], values: &[T], start: u64) {
    let (fold, combine) = (Extreme::<true>, argmax_combine);
    Arch::new().dispatch(Rows { fold, combine, accumulators, values, start });
}

pub(crate) fn argmax_combine(a: &Accumulator, b: &Accumulator) -> Accumulator {
    extreme_combine(a, b, b[0] > a[0])
}

/// The second component: a position.
pub(crate) fn position(acc: &Accumulator, _count: u64) -> f64 {
    acc[1]
}

/// The accumulator of one element, for sums, products and extremes.
pub(crate) fn lift(x: f64, _position: u64) -> Accumulator {
    [x, 0.0, 0.0, 0.0]
}

/// The accumulator of one element at its position.
pub(crate) fn lift_position(x: f64, position: u64) -> Accumulator {
    [x, position as f64, 0.0, 0.0]
}

/// The count, mean and deviations of one element.
pub(crate) fn lift_moment(x: f64, _position: u64) -> Accumulator {
    [1.0, x, 0.0, 0.0]
}

/// 1 for what is neither 0 nor NaN.
pub(crate) fn lift_any(x: f64, _position: u64) -> Accumulator {
    [f64::from(u8::from(x != 0.0 && !x.is_nan())), 0.0, 0.0, 0.0]
}

/// 0 for 0.
pub(crate) fn lift_all(x: f64, _position: u64) -> Accumulator {
    [f64::from(u8::from(x != 0.0)), 0.0, 0.0, 0.0]
}
