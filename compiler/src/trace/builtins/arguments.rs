//! What the argument lists of many functions have in common: sizes, classes, dimensions.

use crate::shape::Shape;
use crate::trace::builtins::Call;
use crate::trace::error::ScriptError;
use crate::trace::value::{Class, IntClass, Number, Value};

/// The greatest dimension that may be named.
const DIM_MAX: f64 = 128.0;

/// The class of a name.
pub(crate) fn class_of(name: &str) -> Option<Class> {
    Some(match name {
        "double" => Class::Double,
        "single" => Class::Single,
        "logical" => Class::Logical,
        "char" => Class::Char,
        "int8" => Class::Int(IntClass::Int8),
        "int16" => Class::Int(IntClass::Int16),
        "int32" => Class::Int(IntClass::Int32),
        "int64" => Class::Int(IntClass::Int64),
        "uint8" => Class::Int(IntClass::Uint8),
        "uint16" => Class::Int(IntClass::Uint16),
        "uint32" => Class::Int(IntClass::Uint32),
        "uint64" => Class::Int(IntClass::Uint64),
        _ => return None,
    })
}

impl Call<'_, '_> {
    /// Takes a trailing class name or `'like', x` off the arguments.
    pub(crate) fn take_class(&mut self) -> Option<Class> {
        let count = self.args.len();
        if count >= 2
            && self.args.get(count - 2).and_then(Value::to_text).as_deref() == Some("like")
        {
            let class = self.args.pop().and_then(|value| value.class());
            self.args.pop();
            return class;
        }
        let name = self.args.last().filter(|value| value.is_char()).and_then(Value::to_text)?;
        let class = class_of(&name)?;
        self.args.pop();
        Some(class)
    }

    /// Arguments from `first` on as a size: none `1x1`, `n` `n x n`, `[m n ..]` or `m, n, ..`.
    ///
    /// # Errors
    /// If one is no size.
    pub(crate) fn size_from(&mut self, first: usize) -> Result<Shape, ScriptError> {
        let mut extents = Vec::new();
        for index in first..self.args.len() {
            let array = self.array(index)?;
            if array.len() != 1 && self.args.len() > first + 1 {
                return Err(self.error("M113", "dimensions must be scalar integers"));
            }
            for value in array.doubles() {
                if value.is_nan() || value > 9.2e18 {
                    let message = format!("{}: sizes must be whole numbers", self.builtin.name);
                    return Err(self.error("M113", message));
                }
                if value.fract() != 0.0 {
                    let message = format!(
                        "{} (A): use {} (size (A)) instead",
                        self.builtin.name, self.builtin.name
                    );
                    return Err(self.error("M113", message));
                }
                extents.push(value.max(0.0) as u64);
            }
        }
        Ok(match extents.as_slice() {
            [] if self.args.len() > first => Shape::matrix(0, 0),
            [] => Shape::scalar(),
            [n] => Shape::matrix(*n, *n),
            _ => Shape::new(extents),
        })
    }

    /// The error for a text where a dimension stands.
    fn no_dimension(&self, text: &str) -> ScriptError {
        let name = self.builtin.name;
        let message = match name {
            "sum" | "prod" => format!("{name}: unrecognized type argument '{text}'"),
            "cumsum" => "cumsum: unrecognized string argument".to_owned(),
            "sort" => "sort: MODE must be either \"ascend\" or \"descend\"".to_owned(),
            "any" | "all" => format!("{name}: DIM must be an integer"),
            _ => format!("{name}: DIM must be a valid dimension"),
        };
        self.error("M113", message)
    }

    /// The error for a number that is no dimension.
    fn bad_dimension(&self, number: Option<f64>) -> ScriptError {
        let name = self.builtin.name;
        let message = match name {
            "mean" | "median" | "mode" | "center" => {
                format!("{name}: DIM must be an integer and a valid dimension")
            }
            "sum" | "prod" | "sumsq" if number == Some(0.0) => {
                format!("{name}: invalid dimension DIM = 0")
            }
            "var" | "std" => {
                "var: DIM must be a positive integer scalar, vector, or 'all'".to_owned()
            }
            _ => format!("{name}: DIM must be a valid dimension"),
        };
        self.error("M113", message)
    }

    /// Argument `index` as a 1-based dimension, 0-based.
    ///
    /// # Errors
    /// If it is none.
    pub(crate) fn axis(&mut self, index: usize) -> Result<usize, ScriptError> {
        if let Some(text) = self.get(index).filter(|value| value.is_char()).and_then(Value::to_text)
        {
            return Err(self.no_dimension(&text));
        }
        let dim = self.number(index)?;
        if dim >= 1.0 && dim.fract() == 0.0 && dim <= DIM_MAX {
            return Ok(dim as usize - 1);
        }
        Err(self.bad_dimension(Some(dim)))
    }

    /// Argument `index` as dimensions, 0-based: a number, a vector, or `'all'`.
    ///
    /// # Errors
    /// If it is none of them.
    pub(crate) fn axes(&mut self, index: usize, rank: usize) -> Result<Vec<usize>, ScriptError> {
        if self.get(index).and_then(Value::to_text).as_deref() == Some("all") {
            return Ok((0..rank).collect());
        }
        if let Some(text) = self.get(index).filter(|value| value.is_char()).and_then(Value::to_text)
        {
            return Err(self.no_dimension(&text));
        }
        let dims = self.array(index)?.doubles();
        let is_dim = |dim: &f64| *dim >= 1.0 && dim.fract() == 0.0 && *dim <= DIM_MAX;
        if dims.is_empty() || !dims.iter().all(is_dim) {
            return Err(self.bad_dimension(dims.first().copied()));
        }
        let mut axes: Vec<usize> = dims.into_iter().map(|dim| dim as usize - 1).collect();
        axes.sort_unstable();
        axes.dedup();
        Ok(axes)
    }

    /// True if an option is among the arguments; it is taken out.
    pub(crate) fn take_option(&mut self, name: &str) -> bool {
        let is_option = |value: &Value| {
            value.is_char() && value.to_text().is_some_and(|text| text.eq_ignore_ascii_case(name))
        };
        match self.args.iter().position(is_option) {
            Some(index) => {
                self.args.remove(index);
                true
            }
            None => false,
        }
    }
}

/// One number as the only result.
pub(crate) fn one(value: impl Into<Value>) -> Result<Vec<Value>, ScriptError> {
    Ok(vec![value.into()])
}

impl From<Number> for Value {
    fn from(number: Number) -> Value {
        Value::Number(number)
    }
}
