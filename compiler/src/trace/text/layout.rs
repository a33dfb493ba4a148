//! How wide the numbers of one display are, and with how many decimals: Octave's rules.
//!
//! Every rule here was found by asking Octave 7.3. An array is shown in one of three styles:
//! integers, fixed decimals, or exponents where fixed decimals would need half as many digits
//! again as the format has.

use super::number;
use crate::trace::text::Format;

/// How the real part or the imaginary part of numbers is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Integers; so many significant digits at most.
    Integer(usize),
    /// So many decimals.
    Fixed(usize),
    /// So many decimals before the exponent.
    Exponent(usize),
    /// So many significant digits, in the shorter form.
    General(usize),
    /// The same, padded to as many characters.
    Padded(usize),
    /// A fraction of at most so many characters beside the sign, as matrices have it.
    Fraction(usize),
    /// A fraction, as scalars have it.
    Ratio,
}

/// Characters of a fraction: of a scalar with its sign, of an element without.
const RATIO_MAX: usize = 10;
const FRACTION_MAX: usize = 8;
/// What stands for a fraction that is too long.
const TOO_LONG: &str = "*";
/// Decimals of `format bank`.
const BANK_DECIMALS: usize = 2;

impl Style {
    /// A number, not yet padded.
    pub(super) fn write(self, value: f64) -> String {
        if let Style::Padded(digits) = self {
            return format!("{:>digits$}", Style::General(digits).write(value));
        }
        if value == 0.0 {
            return "0".to_owned();
        }
        match self {
            Style::Integer(digits) | Style::General(digits) | Style::Padded(digits) => {
                number::general(value, digits, false)
            }
            Style::Fraction(limit) => {
                let limit = limit + usize::from(value < 0.0);
                number::rational(value, limit, true).unwrap_or_else(|| TOO_LONG.to_owned())
            }
            Style::Ratio => {
                number::rational(value, RATIO_MAX, false).unwrap_or_else(|| TOO_LONG.to_owned())
            }
            Style::Fixed(decimals) => number::fixed(value, decimals),
            Style::Exponent(decimals) => number::exponent(value, decimals),
        }
    }
}

/// How numbers of one array are written: the style, and the width with the sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// The style.
    pub(super) style: Style,
    /// Least width of a real number, with room for its sign.
    pub(super) width: usize,
}

/// The precision that applies to a class, and how many digits fixed decimals may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Precision {
    digits: i32,
    digits_max: i32,
    single: bool,
    format: Format,
}

/// Characters beside the digits in the columns of the general form.
const GENERAL_MORE: usize = 6;

impl Precision {
    /// Of `double` or `single` numbers.
    pub(super) fn new(format: Format, single: bool) -> Precision {
        let most = if single { 8 } else { 16 };
        let digits = (format.precision() as i32).min(most);
        let digits_max = (digits * 3 / 2).min(most);
        Precision { digits, digits_max, single, format }
    }

    fn is_exponent(self) -> bool {
        matches!(self.format, Format::ShortExponent | Format::LongExponent)
    }

    /// The layout of columns of a form that does not look at the numbers, if that is asked for.
    fn general(self) -> Option<Layout> {
        let digits = self.digits as usize;
        if self.format == Format::Rational {
            return Some(Layout { style: Style::Fraction(FRACTION_MAX), width: FRACTION_MAX + 1 });
        }
        let layout = Layout { style: Style::General(digits), width: digits + GENERAL_MORE };
        self.format.is_general().then_some(layout)
    }

    /// The layout of numbers with at most so many digits in `format bank`.
    fn bank(self, digits: i32) -> Option<Layout> {
        let width = 1 + digits.max(1) as usize + 1 + BANK_DECIMALS;
        let layout = Layout { style: Style::Fixed(BANK_DECIMALS), width };
        (self.format == Format::Bank).then_some(layout)
    }

    fn digits_of(self, value: f64) -> i32 {
        if self.single { number::digits_of_single(value) } else { number::digits_of(value) }
    }

    /// Digits before the point and decimals for a number of `digits` digits.
    fn split(self, digits: i32) -> (i32, i32) {
        let rest = |used: i32| {
            if self.digits > used { self.digits - used } else { self.digits }
        };
        if digits > 0 {
            (digits, rest(digits))
        } else {
            (1, rest(if digits < 0 { digits } else { 1 }))
        }
    }

    /// Decimals in the exponent style, and the width of such a number without its sign.
    fn exponent(self, extremes: [i32; 2]) -> (usize, usize) {
        let decimals = if self.digits > 1 { self.digits - 1 } else { self.digits } as usize;
        let long = extremes.iter().any(|digits| (*digits - 1).abs() >= 100);
        (decimals, 2 + decimals + if long { 5 } else { 4 })
    }

    /// The layout of numbers with at most and at least so many digits.
    fn fractional(self, extremes: [i32; 2]) -> Layout {
        let (left, right) = (self.split(extremes[0]), self.split(extremes[1]));
        let (leading, decimals) = (left.0.max(right.0), left.1.max(right.1));
        if self.is_exponent() || leading + decimals > self.digits_max {
            return self.exponential(extremes);
        }
        let width = (1 + leading + 1 + decimals) as usize;
        Layout { style: Style::Fixed(decimals as usize), width }
    }

    fn exponential(self, extremes: [i32; 2]) -> Layout {
        let (decimals, width) = self.exponent(extremes);
        Layout { style: Style::Exponent(decimals), width: 1 + width }
    }
}

/// Largest and smallest count of digits among finite numbers, and what kinds there are.
struct Survey {
    extremes: [i32; 2],
    all_integers: bool,
    any_special: bool,
}

fn survey(precision: Precision, values: impl Iterator<Item = f64>) -> Survey {
    let (mut largest, mut smallest) = (None, None);
    let (mut all_integers, mut any_special) = (true, false);
    for value in values {
        if !value.is_finite() {
            any_special = true;
            continue;
        }
        let size = value.abs();
        largest = Some(largest.map_or(size, |other: f64| other.max(size)));
        smallest = Some(smallest.map_or(size, |other: f64| other.min(size)));
        // Octave asks this question in single precision.
        let rounded = value as f32;
        all_integers &= rounded.is_infinite() || rounded == rounded.round();
    }
    let digits = |value: Option<f64>| precision.digits_of(value.unwrap_or(0.0));
    Survey { extremes: [digits(largest), digits(smallest)], all_integers, any_special }
}

/// A real scalar; its width is not used.
pub(super) fn scalar(precision: Precision, value: f64) -> Style {
    if precision.format.is_general() {
        return Style::Padded(precision.digits as usize);
    }
    if precision.format == Format::Rational {
        return Style::Ratio;
    }
    if precision.format == Format::Bank && value.is_finite() {
        return if value == 0.0 { Style::Padded(3) } else { Style::Fixed(BANK_DECIMALS) };
    }
    // Octave gives a missing value the width of `NaN`.
    if number::is_missing(value) {
        return Style::Padded(3);
    }
    let digits = precision.digits_of(value);
    if precision.is_exponent() && value.is_finite() {
        let layout = precision.exponential([digits; 2]);
        return if value == 0.0 { Style::Padded(layout.width - 1) } else { layout.style };
    }
    if value != value.round() {
        return precision.fractional([digits; 2]).style;
    }
    if digits > precision.digits_max {
        return precision.exponential([digits; 2]).style;
    }
    Style::Integer(digits.max(1) as usize)
}

/// A real matrix. Two spaces come before every column.
pub(super) fn matrix(precision: Precision, values: &[f64]) -> Layout {
    if let Some(layout) = precision.general() {
        return layout;
    }
    let found = survey(precision, values.iter().copied());
    let least = if found.any_special { 4 } else { 0 };
    let mut layout = match precision.bank(found.extremes[0]) {
        Some(layout) => layout,
        None if found.all_integers && !precision.is_exponent() => {
            integers(precision, found.extremes)
        }
        None => precision.fractional(found.extremes),
    };
    layout.width = layout.width.max(least);
    layout
}

fn integers(precision: Precision, extremes: [i32; 2]) -> Layout {
    let digits = extremes[0].max(extremes[1]);
    if digits + 1 > precision.digits_max {
        return precision.exponential(extremes);
    }
    let width = if digits <= 0 { 2 } else { digits as usize + 1 };
    Layout { style: Style::Integer(width), width }
}

/// A range from `start` to `limit`. Octave leaves room for one more sign unless all is integer.
pub(super) fn range(precision: Precision, ends: [f64; 2], step: f64) -> Layout {
    if let Some(layout) = precision.general() {
        return layout;
    }
    let digits = ends.map(|end| precision.digits_of(end));
    let extremes = [digits[0].max(digits[1]), digits[0].min(digits[1])];
    if let Some(layout) = precision.bank(extremes[0]) {
        // Nothing below one has a sign there.
        let unsigned = extremes[0] <= 0 && ends.iter().all(|end| *end >= 0.0);
        return Layout { width: layout.width - usize::from(unsigned), ..layout };
    }
    let is_integer = |value: f64| value == value.round();
    let layout = if is_integer(ends[0]) && is_integer(step) && !precision.is_exponent() {
        integers(precision, extremes)
    } else {
        precision.fractional(extremes)
    };
    match layout.style {
        Style::Integer(_) => layout,
        Style::Fixed(_)
        | Style::Exponent(_)
        | Style::General(_)
        | Style::Padded(_)
        | Style::Fraction(_)
        | Style::Ratio => Layout { width: layout.width + 1, ..layout },
    }
}

/// How complex numbers are written: both parts in one style, the real one a sign wider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ComplexLayout {
    style: Style,
    width: usize,
}

impl ComplexLayout {
    /// Characters of one number.
    pub(super) fn total_width(self) -> usize {
        2 * self.width + 5 + self.more()
    }

    /// Room for a sign before the imaginary part, which the general form has.
    fn more(self) -> usize {
        usize::from(matches!(self.style, Style::General(_) | Style::Fraction(_)))
    }

    /// A number, padded.
    pub(super) fn write(self, [re, im]: [f64; 2]) -> String {
        let (real, imaginary) = (self.style.write(re), self.style.write(im.abs()));
        let sign = if im.is_sign_negative() { '-' } else { '+' };
        let width = self.width + self.more();
        format!("{real:>0$} {sign} {imaginary:>width$}i", self.width + 1)
    }
}

/// A complex scalar.
pub(super) fn complex_scalar(precision: Precision, [re, im]: [f64; 2]) -> ComplexLayout {
    if precision.format == Format::Rational {
        return ComplexLayout { style: Style::Ratio, width: 0 };
    }
    if let Some(layout) = precision.general() {
        return complex_of(layout);
    }
    let digits = [precision.digits_of(re), precision.digits_of(im)];
    let extremes = [digits[0].max(digits[1]), digits[0].min(digits[1])];
    let any_special = !re.is_finite() || !im.is_finite();
    let all_integers = re == re.round() && im == im.round() && !precision.is_exponent();
    if !any_special && !all_integers {
        return complex_of(precision.fractional(extremes));
    }
    if extremes[0] > precision.digits_max && !any_special {
        return complex_of(precision.exponential(extremes));
    }
    let finite = [re, im].into_iter().filter(|value| value.is_finite());
    let whole = finite.clone().all(|value| value == value.round() && value.abs() < 1e5);
    let least = if any_special { 3 } else { 1 };
    let width = (extremes[0].max(0) as usize).max(least);
    // Octave writes a fraction beside `NaN` or `Inf` with one digit.
    let style = Style::Integer(if any_special && !whole { 1 } else { width });
    ComplexLayout { style, width }
}

/// A complex matrix. Two spaces come before every column.
pub(super) fn complex_matrix(precision: Precision, values: &[[f64; 2]]) -> ComplexLayout {
    if let Some(layout) = precision.general() {
        return complex_of(layout);
    }
    let mut found = survey(precision, values.iter().flatten().copied());
    // The digits of the smallest are those of the part whose smallest is larger.
    let least = |part: usize| survey(precision, values.iter().map(|value| value[part])).extremes[1];
    found.extremes[1] = least(0).max(least(1));
    let layout = if found.all_integers && !precision.is_exponent() {
        integers(precision, found.extremes)
    } else {
        precision.fractional(found.extremes)
    };
    let mut complex = complex_of(layout);
    if found.any_special {
        complex.width = complex.width.max(3);
    }
    complex
}

fn complex_of(layout: Layout) -> ComplexLayout {
    ComplexLayout { style: layout.style, width: layout.width - 1 }
}
