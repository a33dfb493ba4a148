//! Values as text: what scripts print, and text as values.
//!
//! `display` shows values (`x = ..`, `disp`) and `matrix`, `layout`, `number` are its parts from
//! large to small; `function` spells functions; `printf` is `fprintf` and `sprintf`; `convert` is
//! `num2str` and its kin; `scan` reads numbers.
//!
//! GNU Octave 7.3 is the reference, character by character: `tests/*.txt` are its own answers.
//! Values are known here: no lazy array and no deferred value comes in; one that does is shown by
//! its size and class.
//!
//! Deliberately absent: printing (that is the caller's), `format` beyond `short` and `long`, and
//! a common scale factor for matrices, which Octave has off.

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

/// What `format` has set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// 5 significant digits.
    #[default]
    Short,
    /// 16 significant digits, 8 for `single`.
    Long,
}

impl Format {
    /// Significant digits.
    pub(crate) fn precision(self) -> usize {
        match self {
            Format::Short => 5,
            Format::Long => 16,
        }
    }
}

/// Longest width or precision that a text may ask for: user text cannot fill memory.
pub(crate) const WIDTH_MAX: usize = 1 << 16;
