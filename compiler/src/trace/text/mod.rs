//! Values as text: what scripts print, and text as values.
//!
//! `display` shows values (`x = ..`, `disp`) and `matrix`, `layout`, `number` are its parts from
//! large to small; `function` spells functions; `printf` is `fprintf` and `sprintf`; `convert` is
//! `num2str` and its kin; `scan` reads numbers; `wildcard` fits patterns to names.
//!
//! GNU Octave 7.3 is the reference, character by character: `tests/*.txt` are its own answers.
//! Values are known here: no lazy array and no deferred value comes in; one that does is shown by
//! its size and class.
//!
//! Deliberately absent: printing (that is the caller's), `format hex` and `bit`, and a common scale
//! factor for matrices, which Octave has off.

pub mod convert;
pub mod display;
pub mod function;
mod layout;
mod matrix;
pub mod number;
pub mod printf;
pub mod scan;
#[cfg(test)]
mod tests;
pub(crate) mod wildcard;

/// What `format` has set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// 5 significant digits.
    #[default]
    Short,
    /// 16 significant digits, 8 for `single`.
    Long,
    /// 5 significant digits, fixed or with an exponent as each number is shorter.
    ShortGeneral,
    /// The same with 16 digits.
    LongGeneral,
    /// 5 significant digits, with an exponent unless all is integer.
    ShortExponent,
    /// The same with 16 digits.
    LongExponent,
    /// Two decimals.
    Bank,
    /// Fractions of whole numbers.
    Rational,
}

impl Format {
    /// Significant digits.
    pub(crate) fn precision(self) -> usize {
        match self {
            Format::Short
            | Format::ShortGeneral
            | Format::ShortExponent
            | Format::Bank
            | Format::Rational => 5,
            Format::Long | Format::LongGeneral | Format::LongExponent => 16,
        }
    }

    /// True if each number has the form that suits it.
    pub(crate) fn is_general(self) -> bool {
        match self {
            Format::ShortGeneral | Format::LongGeneral => true,
            Format::Short
            | Format::Long
            | Format::ShortExponent
            | Format::LongExponent
            | Format::Bank
            | Format::Rational => false,
        }
    }
}

/// What `format compact` leaves of a display: no blank line but the last.
pub(crate) fn compacted(text: &str) -> String {
    let lines = text.split_inclusive('\n').filter(|line| *line != "\n");
    let mut compact: String = lines.collect();
    if text.ends_with("\n\n") {
        compact.push('\n');
    }
    compact
}

/// Longest width or precision that a text may ask for: user text cannot fill memory.
pub(crate) const WIDTH_MAX: usize = 1 << 16;
