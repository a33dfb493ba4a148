//! Getting values: reading lazy arrays, computing what was postponed, truth.

use crate::diagnostic::Span;
use crate::trace::builtins::{self, Call};
use crate::trace::error::{ScriptError, fail};
use crate::trace::interpreter::operator::{RANGE_LEN_MAX, too_long};
use crate::trace::interpreter::{Interpreter, is_no_truth, nan_as_truth};
use crate::trace::record::Operand;
use crate::trace::value::{HostArray, HostData, Lazy, Number, Value};

impl Interpreter<'_> {
    /// The elements of a numeric, logical or char value. A sync point if it is lazy.
    ///
    /// # Errors
    /// If it has none.
    pub(crate) fn host_array(
        &mut self,
        value: &Value,
        span: Span,
    ) -> Result<HostArray, ScriptError> {
        match value {
            Value::Number(number) => Ok(number.to_array()),
            Value::Array(array) => Ok(array.clone()),
            Value::Range(range) if range.count > RANGE_LEN_MAX => Err(too_long().at(span)),
            Value::Range(range) => Ok(range.to_array()),
            Value::Lazy(lazy) => Ok(self.graph.read(lazy)?),
            Value::Deferred(_) => {
                let value = self.forced(value.clone())?;
                self.host_array(&value, span)
            }
            Value::Cell(_) | Value::Struct(_) | Value::Function(_) | Value::Map(_) => {
                let message = format!("wrong type argument '{}'", described(value));
                Err(fail("M104", message).at(span))
            }
        }
    }

    /// The value itself, or the result of a postponed call.
    ///
    /// # Errors
    /// Those of the postponed function.
    pub(crate) fn forced(&mut self, value: Value) -> Result<Value, ScriptError> {
        let Value::Deferred(deferred) = value else {
            return Ok(value);
        };
        if let Some(value) = deferred.forced.get() {
            return Ok(value.clone());
        }
        let mut args = deferred.args.clone();
        for arg in &mut args {
            self.make_known(arg)?;
        }
        let Some(builtin) = builtins::find(deferred.function) else {
            return Err(fail("M101", format!("'{}' undefined", deferred.function)));
        };
        let (nargout, span) = (deferred.output_index + 1, Span::default());
        let mut call = Call { builtin, args, nargout, span, interpreter: self };
        let mut results = (builtin.run)(&mut call)?;
        let value = match deferred.output_index < results.len() {
            true => results.swap_remove(deferred.output_index),
            false => Value::empty(),
        };
        Ok(deferred.forced.get_or_init(|| value).clone())
    }

    /// Reads every lazy array in a value and computes what was postponed, in cells and
    /// structures too.
    pub(crate) fn make_known(&mut self, value: &mut Value) -> Result<(), ScriptError> {
        if !has_unknown(value) {
            return Ok(());
        }
        if let Value::Deferred(_) = value {
            *value = self.forced(std::mem::replace(value, Value::empty()))?;
            return self.make_known(value);
        }
        match value {
            Value::Lazy(lazy) => *value = self.graph.read(lazy)?.into(),
            Value::Cell(cell) => {
                for value in std::rc::Rc::make_mut(&mut cell.values) {
                    self.make_known(value)?;
                }
            }
            Value::Struct(array) => {
                for value in std::rc::Rc::make_mut(&mut array.fields).values_mut().flatten() {
                    self.make_known(value)?;
                }
            }
            Value::Number(_)
            | Value::Array(_)
            | Value::Range(_)
            | Value::Function(_)
            | Value::Map(_)
            | Value::Deferred(_) => {}
        }
        Ok(())
    }

    /// Whether a condition holds: not empty, and no element zero. A sync point if it is lazy.
    ///
    /// # Errors
    /// If the value is no condition.
    pub(crate) fn truth(&mut self, value: &Value, span: Span) -> Result<bool, ScriptError> {
        match value {
            Value::Number(Number::Logical(truth)) => Ok(*truth),
            Value::Number(Number::Complex(_, re, im)) if re.is_nan() || im.is_nan() => {
                Err(nan_as_truth().at(span))
            }
            Value::Number(Number::Complex(_, re, im)) => Ok(*re != 0.0 || *im != 0.0),
            Value::Number(number) if is_no_truth(*number) => Err(nan_as_truth().at(span)),
            Value::Number(number) => Ok(number.to_f64() != 0.0),
            Value::Lazy(lazy) if !lazy.shape.is_scalar() && !lazy.shape.is_empty() => {
                let axes: Vec<usize> = (0..lazy.shape.rank()).collect();
                let all = preheat_format::OpId::new("red_all");
                let all = self.graph.reduce(all, lazy, &axes, span)?;
                if lazy.class.is_float() {
                    let isnan = preheat_format::OpId::new("isnan");
                    let isnan = self.graph.apply(isnan, &[Operand::Lazy(lazy)], span)?;
                    let any = preheat_format::OpId::new("red_any");
                    let any = self.graph.reduce(any, &isnan, &axes, span)?;
                    if all_true(&self.graph.read(&any)?) {
                        return Err(nan_as_truth().at(span));
                    }
                }
                Ok(all_true(&self.graph.read(&all)?))
            }
            Value::Array(_) | Value::Range(_) | Value::Lazy(_) | Value::Deferred(_) => {
                let array = self.host_array(value, span)?;
                if has_nan(&array) {
                    return Err(nan_as_truth().at(span));
                }
                Ok(all_true(&array))
            }
            Value::Cell(_) => {
                let message = "invalid conversion from cell array to logical value";
                Err(fail("M104", message).at(span))
            }
            Value::Struct(_) | Value::Function(_) | Value::Map(_) => Ok(false),
        }
    }
}

/// True if some element is NaN.
fn has_nan(array: &HostArray) -> bool {
    match &*array.data {
        HostData::Double(values) => values.iter().any(|value| value.is_nan()),
        HostData::Single(values) => values.iter().any(|value| value.is_nan()),
        HostData::Complex(_, values) => values.iter().any(|[re, im]| re.is_nan() || im.is_nan()),
        HostData::Logical(_) | HostData::Char(_) | HostData::Int(..) | HostData::Uint64(_) => false,
    }
}

/// The error for a host value with NaN where truth values are wanted. What a device holds is not
/// looked at: there NaN counts as true.
pub(crate) fn refuse_nan(value: &Value) -> Result<(), ScriptError> {
    let is_none = match value {
        Value::Number(number) => is_no_truth(*number),
        Value::Array(array) => !array.is_complex() && has_nan(array),
        _ => false,
    };
    if is_none { Err(nan_as_truth()) } else { Ok(()) }
}

fn all_true(array: &HostArray) -> bool {
    !array.is_empty()
        && match &*array.data {
            HostData::Logical(values) => values.iter().all(|value| *value),
            HostData::Complex(_, values) => values.iter().all(|[re, im]| *re != 0.0 || *im != 0.0),
            HostData::Double(_)
            | HostData::Single(_)
            | HostData::Char(_)
            | HostData::Int(..)
            | HostData::Uint64(_) => array.numbers().all(|number| number.to_f64() != 0.0),
        }
}

/// True if some part of a value is lazy or postponed.
pub(crate) fn has_unknown(value: &Value) -> bool {
    match value {
        Value::Lazy(_) | Value::Deferred(_) => true,
        Value::Cell(cell) => cell.values.iter().any(has_unknown),
        Value::Struct(array) => array.fields.values().flatten().any(has_unknown),
        Value::Number(_)
        | Value::Array(_)
        | Value::Range(_)
        | Value::Function(_)
        | Value::Map(_) => false,
    }
}

/// Every lazy array in a value, in cells and structures too.
pub(crate) fn lazies<'v>(value: &'v Value, found: &mut Vec<&'v Lazy>) {
    match value {
        Value::Lazy(lazy) => found.push(lazy),
        Value::Cell(cell) => cell.values.iter().for_each(|value| lazies(value, found)),
        Value::Struct(array) => {
            array.fields.values().flatten().for_each(|value| lazies(value, found));
        }
        Value::Number(_)
        | Value::Array(_)
        | Value::Range(_)
        | Value::Function(_)
        | Value::Map(_)
        | Value::Deferred(_) => {}
    }
}

/// A value's kind in Octave's words.
pub(crate) fn described(value: &Value) -> String {
    let shape = value.shape();
    match value {
        Value::Cell(_) => return "cell array".to_owned(),
        Value::Function(_) => return "function handle".to_owned(),
        Value::Map(_) => return "object".to_owned(),
        Value::Struct(_) if shape.is_scalar() => return "scalar struct".to_owned(),
        Value::Struct(_) => return "struct".to_owned(),
        Value::Number(_)
        | Value::Array(_)
        | Value::Range(_)
        | Value::Lazy(_)
        | Value::Deferred(_) => {}
    }
    operand_type(value)
}

/// An operand's type as Octave names it in messages about operators.
pub(crate) fn operand_type(value: &Value) -> String {
    use crate::trace::value::Class;
    let is_scalar = value.shape().is_scalar();
    let name = match value.class() {
        None => {
            return match value {
                Value::Function(_) => "function handle".to_owned(),
                Value::Map(_) => "object".to_owned(),
                Value::Struct(_) if is_scalar => "scalar struct".to_owned(),
                _ => value.class_name().to_owned(),
            };
        }
        Some(class) => class,
    };
    let is_complex = value.is_complex();
    match (name, is_scalar) {
        (Class::Double, true) if is_complex => "complex scalar".to_owned(),
        (Class::Double, false) if is_complex => "complex matrix".to_owned(),
        (Class::Single, true) if is_complex => "float complex scalar".to_owned(),
        (Class::Single, false) if is_complex => "float complex matrix".to_owned(),
        (Class::Double, true) => "scalar".to_owned(),
        (Class::Double, false) => "matrix".to_owned(),
        (Class::Single, true) => "float scalar".to_owned(),
        (Class::Single, false) => "float matrix".to_owned(),
        (Class::Logical, true) => "bool".to_owned(),
        (Class::Logical, false) => "bool matrix".to_owned(),
        (Class::Char, _) => "string".to_owned(),
        (Class::Int(int), true) => format!("{} scalar", int.name()),
        (Class::Int(int), false) => format!("{} matrix", int.name()),
    }
}
