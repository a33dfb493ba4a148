//! Transforms and filters on the host.

use preheat_dense::{Complex, Transform};

use crate::shape::Shape;
use crate::trace::builtins::arguments::one;
use crate::trace::builtins::{Builtin, Call};
use crate::trace::error::ScriptError;
use crate::trace::value::{Class, Float, HostArray, HostData, Number, Value};

type Outcome = Result<Vec<Value>, ScriptError>;

pub(super) const BUILTINS: &[Builtin] = &[
    Builtin::values("fft", (1, 3, 1), fourier, "Fourier transform along a dimension."),
    Builtin::values("ifft", (1, 3, 1), fourier, "Inverse Fourier transform along a dimension."),
    Builtin::values("filter", (3, 5, 2), filter, "A rational filter along a dimension."),
    Builtin::values("conv2", (2, 4, 1), convolve, "Convolution of matrices."),
];

/// Real or complex numbers.
trait Field:
    Copy
    + Default
    + std::ops::Add<Output = Self>
    + std::ops::Sub<Output = Self>
    + std::ops::Mul<Output = Self>
    + std::ops::Div<Output = Self>
{
}

impl Field for f64 {}

impl Field for Complex<f64> {}

fn elements(array: &HostArray) -> Vec<Complex<f64>> {
    let complex = |number: Number| match number {
        Number::Complex(_, re, im) => Complex::new(re, im),
        other => Complex::new(other.to_f64(), 0.0),
    };
    array.numbers().map(complex).collect()
}

/// An array of complex elements; real if every imaginary part is zero.
fn array_of(shape: Shape, values: &[Complex<f64>], class: Class) -> Value {
    let parts = values.iter().map(|value| [value.re, value.im]).collect();
    let data = HostData::complex(Float::of(class), parts);
    HostArray::new(shape, data).into()
}

/// Where the lines of an array along an axis are.
struct Lines {
    /// Elements between neighbours of a line.
    stride: usize,
    /// Elements of a line.
    extent: usize,
    /// First elements.
    starts: Vec<usize>,
}

impl Lines {
    fn of(shape: &Shape, axis: usize) -> Lines {
        let stride: usize = (0..axis).map(|before| shape.extent(before) as usize).product();
        let extent = shape.extent(axis) as usize;
        let block = stride * extent;
        let blocks = (shape.len() as usize).checked_div(block).unwrap_or(0);
        let starts = (0..blocks).flat_map(|at| (0..stride).map(move |inner| at * block + inner));
        Lines { stride, extent, starts: starts.collect() }
    }
}

fn fourier(call: &mut Call<'_, '_>) -> Outcome {
    let array = call.array(0)?;
    let class = if array.class() == Class::Single { Class::Single } else { Class::Double };
    let axis = if call.args.len() > 2 { call.axis(2)? } else { array.shape.first_axis() };
    let old = Lines::of(&array.shape, axis);
    let len = match call.get(1) {
        Some(value) if !value.is_empty() => {
            let len = call.number(1)?;
            if len < 0.0 || len.fract() != 0.0 {
                let name = call.builtin.name;
                let message = format!("{name}: number of points (N) must be a positive integer");
                return Err(call.error("M113", message));
            }
            len as usize
        }
        Some(_) | None => old.extent,
    };
    if array.is_empty() {
        return Ok(vec![array_of(array.shape.with_extent(axis, len as u64), &[], class)]);
    }
    let values = elements(&array);
    let shape = array.shape.with_extent(axis, len as u64);
    let new = Lines::of(&shape, axis);
    let mut result = vec![Complex::new(0.0, 0.0); shape.len() as usize];
    let mut line = vec![Complex::new(0.0, 0.0); len];
    let is_inverse = call.builtin.name == "ifft";
    let transform = Transform::new(len, is_inverse);
    let is_real = |values: &[Complex<f64>]| {
        let tail = values.iter().skip(1).zip(values.iter().skip(1).rev());
        values.first().is_none_or(|value| value.im == 0.0)
            && tail.into_iter().all(|(a, b)| a.re == b.re && a.im == -b.im)
    };
    for (from, to) in old.starts.iter().zip(&new.starts) {
        line.fill(Complex::new(0.0, 0.0));
        for at in 0..len.min(old.extent) {
            line[at] = values[from + at * old.stride];
        }
        let gives_real = is_inverse && is_real(&line);
        let takes_real = line.iter().all(|value| value.im == 0.0);
        transform.apply(&mut line);
        if gives_real {
            line.iter_mut().for_each(|value| value.im = 0.0);
        }
        if takes_real {
            mirror(&mut line);
        }
        for (at, value) in line.iter().enumerate() {
            result[to + at * new.stride] = *value;
        }
    }
    Ok(vec![array_of(shape, &result, class)])
}

/// The transform of a real line is its own mirror image, conjugated: make it exactly so.
fn mirror(line: &mut [Complex<f64>]) {
    let len = line.len();
    if let Some(first) = line.first_mut() {
        first.im = 0.0;
    }
    for at in 1..=len / 2 {
        match at * 2 == len {
            true => line[at].im = 0.0,
            false => line[len - at] = line[at].conj(),
        }
    }
}

fn filter(call: &mut Call<'_, '_>) -> Outcome {
    let (b, a) = (call.array(0)?, call.array(1)?);
    let x = call.array(2)?;
    let is_single = [&a, &b, &x].iter().any(|array| array.class() == Class::Single);
    let class = if is_single { Class::Single } else { Class::Double };
    let axis = if call.args.len() > 4 { call.axis(4)? } else { x.shape.first_axis() };
    if elements(&a).first().is_none_or(|lead| lead.norm() == 0.0) {
        return Err(call.error("M113", "filter: a_vector[0] can not be zero"));
    }
    let order = a.len().max(b.len());
    let lines = Lines::of(&x.shape, axis);
    let states = order.saturating_sub(1);
    let given = match call.get(3) {
        Some(state) if !state.is_empty() => call.array(3)?,
        Some(_) | None => HostArray::new(Shape::matrix(0, 0), HostData::Double(Vec::new())),
    };
    if !given.is_empty() && given.len() != states * lines.starts.len() {
        let message =
            "filter: first dimension of SI must be of length max (length (a), length (b)) - 1";
        return Err(call.error("M113", message));
    }
    let is_complex = [&a, &b, &x, &given].iter().any(|array| array.is_complex());
    // Real numbers stay real: an infinity times a complex number would be NaN.
    let (result, last) = match is_complex {
        true => filtered([&elements(&b), &elements(&a), &elements(&x), &elements(&given)], &lines),
        false => {
            let [b, a, x, given] = [&b, &a, &x, &given].map(HostArray::doubles);
            let (result, last) = filtered([&b, &a, &x, &given], &lines);
            let complex = |values: Vec<f64>| {
                values.into_iter().map(|value| Complex::new(value, 0.0)).collect::<Vec<_>>()
            };
            (complex(result), complex(last))
        }
    };
    let columns = (last.len()).checked_div(states).unwrap_or(0) as u64;
    let state = array_of(Shape::matrix(states as u64, columns), &last, class);
    Ok(vec![array_of(x.shape, &result, class), state])
}

/// The filtered lines and the states at their ends, from numerator, denominator, values and states.
fn filtered<T: Field>([b, a, values, given]: [&[T]; 4], lines: &Lines) -> (Vec<T>, Vec<T>) {
    let order = a.len().max(b.len());
    let states = order.saturating_sub(1);
    let zero = T::default();
    let lead = a.first().copied().unwrap_or(zero);
    let scaled = |factors: &[T]| -> Vec<T> {
        let factor = |at: usize| factors.get(at).map_or(zero, |value| *value / lead);
        (0..order).map(factor).collect()
    };
    // Without feedback there is none to be multiplied by 0, which is NaN beside an infinity.
    let has_feedback = a.len() > 1;
    let (b, a) = (scaled(b), scaled(a));
    let mut result = values.to_vec();
    let mut last = Vec::with_capacity(states * lines.starts.len());
    for (number, start) in lines.starts.iter().enumerate() {
        let mut state = match given.get(number * states..(number + 1) * states) {
            Some(given) => given.to_vec(),
            None => vec![zero; states],
        };
        for at in 0..lines.extent {
            let place = start + at * lines.stride;
            let input = values[place];
            let output = b[0] * input + state.first().copied().unwrap_or(zero);
            for step in 0..states {
                let next = state.get(step + 1).copied().unwrap_or(zero);
                let rest = if has_feedback { next - a[step + 1] * output } else { next };
                state[step] = rest + b[step + 1] * input;
            }
            result[place] = output;
        }
        last.extend(state);
    }
    (result, last)
}

fn convolve(call: &mut Call<'_, '_>) -> Outcome {
    let part = match call.args.last() {
        Some(value) if value.is_char() => call.args.pop().and_then(|value| value.to_text()),
        Some(_) | None => None,
    };
    let part = part.unwrap_or_else(|| "full".to_owned());
    if call.args.len() == 3 {
        let (v1, v2) = (call.array(0)?, call.array(1)?);
        let column = HostArray::new(Shape::matrix(v1.len() as u64, 1), (*v1.data).clone());
        let row = HostArray::new(Shape::matrix(1, v2.len() as u64), (*v2.data).clone());
        let m = call.array(2)?;
        let kernel = convolved(&column, &row);
        return cut(call, (&m, &kernel), &part);
    }
    let (a, b) = (call.array(0)?, call.array(1)?);
    cut(call, (&a, &b), &part)
}

fn cut(call: &Call<'_, '_>, (a, b): (&HostArray, &HostArray), part: &str) -> Outcome {
    if a.shape.rank() > 2 || b.shape.rank() > 2 {
        return Err(call.error("M113", "conv2: A and B must be 1-D vectors or 2-D matrices"));
    }
    let full = convolved(a, b);
    let extent = |array: &HostArray, axis: usize| array.shape.extent(axis) as usize;
    let range = |axis: usize| {
        let (m, n) = (extent(a, axis), extent(b, axis));
        match part {
            "same" => (n / 2, m),
            "valid" => (n.max(1) - 1, (m + 1).saturating_sub(n)),
            _ => (0, extent(&full, axis)),
        }
    };
    if !matches!(part, "full" | "same" | "valid") {
        return Err(call.error("M113", "conv2: SHAPE type not valid"));
    }
    let ((top, rows), (left, columns)) = (range(0), range(1));
    let height = extent(&full, 0);
    let places = (0..columns)
        .flat_map(|column| (0..rows).map(move |row| top + row + (left + column) * height));
    let data = full.data.gather(places);
    one(HostArray::new(Shape::matrix(rows as u64, columns as u64), data))
}

fn convolved(a: &HostArray, b: &HostArray) -> HostArray {
    let extent = |array: &HostArray, axis: usize| array.shape.extent(axis) as usize;
    let (ma, na, mb, nb) = (extent(a, 0), extent(a, 1), extent(b, 0), extent(b, 1));
    let (m, n) = ((ma + mb).saturating_sub(1), (na + nb).saturating_sub(1));
    let sizes = [ma, na, mb, nb];
    let is_complex = a.is_complex() || b.is_complex();
    let is_single = a.class() == Class::Single || b.class() == Class::Single;
    let data = if is_complex {
        let sums = products(&elements(a), &elements(b), sizes);
        let float = if is_single { Float::Single } else { Float::Double };
        HostData::complex(float, sums.iter().map(|value| [value.re, value.im]).collect())
    } else {
        // Real numbers stay real: an infinity times a complex number would be NaN.
        let sums = products(&a.doubles(), &b.doubles(), sizes);
        match is_single {
            true => HostData::Single(sums.iter().map(|value| *value as f32).collect()),
            false => HostData::Double(sums),
        }
    };
    HostArray::new(Shape::matrix(m as u64, n as u64), data)
}

/// The sums of products of a convolution.
fn products<T: Field>(x: &[T], y: &[T], sizes: [usize; 4]) -> Vec<T> {
    let [ma, na, mb, nb] = sizes;
    let (m, n) = ((ma + mb).saturating_sub(1), (na + nb).saturating_sub(1));
    let mut sums = vec![T::default(); m * n];
    for column in 0..na {
        for other in 0..nb {
            for row in 0..ma {
                let factor = x[row + ma * column];
                let at = row + m * (column + other);
                for inner in 0..mb {
                    sums[at + inner] = sums[at + inner] + factor * y[inner + mb * other];
                }
            }
        }
    }
    sums
}
