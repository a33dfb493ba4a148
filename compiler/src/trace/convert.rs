//! Small conversions between values, host arrays, numbers and text.

use std::rc::Rc;

use crate::shape::Shape;
use crate::trace::interpreter::{Complex, narrow};
use crate::trace::value::{
    CellArray, Class, Float, Form, HostArray, HostData, IntClass, Lazy, Number, Range, StructArray,
    Value,
};

impl Range {
    /// The value at a 0-based position.
    pub fn at(&self, index: u64) -> f64 {
        if index == 0 {
            return self.start;
        }
        let value = self.start + index as f64 * self.step;
        match self.overshoot() {
            Some(limit) if index + 1 == self.count => limit,
            _ => value,
        }
    }

    /// The end that was written, if rounding brings the last value beyond it: Octave stops there.
    pub(crate) fn overshoot(&self) -> Option<f64> {
        let last = self.start + self.count.checked_sub(1)? as f64 * self.step;
        self.limit.filter(|limit| if self.step > 0.0 { last > *limit } else { last < *limit })
    }

    /// True if a value after the first is 0, whose sign a range does not have.
    pub(crate) fn has_inner_zero(self) -> bool {
        let place = -self.start / self.step;
        place >= 1.0 && place < self.count as f64 && place.fract() == 0.0
    }

    /// True if it goes on for ever.
    pub(crate) fn is_endless(self) -> bool {
        let has_end = self.start.is_finite() && self.limit.is_none_or(f64::is_finite);
        self.count == u64::MAX && !has_end
    }

    /// True if all values, and what they are computed from, are whole numbers without rounding.
    pub(crate) fn is_whole(self) -> bool {
        let largest = self.start.abs() + self.step.abs() * self.count as f64;
        self.start.fract() == 0.0 && self.step.fract() == 0.0 && largest < 9_007_199_254_740_992.0
    }

    /// All values.
    pub fn to_array(self) -> HostArray {
        let values = (0..self.count).map(|index| self.at(index)).collect();
        HostArray::new(Shape::matrix(1, self.count), HostData::Double(values))
    }
}

impl HostData {
    /// Complex numbers, rounded to a precision; real ones if none has an imaginary part.
    pub fn complex(float: Float, mut values: Vec<[f64; 2]>) -> HostData {
        if float == Float::Single {
            for part in values.iter_mut().flatten() {
                *part = float.round(*part);
            }
        }
        match (values.iter().all(|[_, im]| *im == 0.0), float) {
            (true, Float::Double) => {
                HostData::Double(values.into_iter().map(|[re, _]| re).collect())
            }
            (true, Float::Single) => {
                HostData::Single(values.into_iter().map(|[re, _]| re as f32).collect())
            }
            (false, _) => HostData::Complex(float, values),
        }
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        match self {
            HostData::Double(values) => values.len(),
            HostData::Single(values) => values.len(),
            HostData::Logical(values) => values.len(),
            HostData::Char(values) => values.len(),
            HostData::Int(_, values) => values.len(),
            HostData::Uint64(values) => values.len(),
            HostData::Complex(_, values) => values.len(),
        }
    }

    /// True without elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The element at a 0-based position, if there is one.
    pub fn get(&self, index: usize) -> Option<Number> {
        Some(match self {
            HostData::Double(values) => Number::Double(*values.get(index)?),
            HostData::Single(values) => Number::Single(*values.get(index)?),
            HostData::Logical(values) => Number::Logical(*values.get(index)?),
            HostData::Char(values) => Number::Char(*values.get(index)?),
            HostData::Int(class, values) => Number::Int(*class, (*values.get(index)?).into()),
            HostData::Uint64(values) => Number::Int(IntClass::Uint64, (*values.get(index)?).into()),
            HostData::Complex(float, values) => {
                let [re, im] = *values.get(index)?;
                Number::Complex(*float, re, im)
            }
        })
    }

    /// The same as a value of its own: real if it has no imaginary part.
    pub fn element(&self, index: usize) -> Option<Number> {
        Some(match self.get(index)? {
            Number::Complex(float, re, im) => narrow(float, Complex::new(re, im)),
            other => other,
        })
    }

    /// Elements at 0-based positions, which must exist.
    pub fn gather(&self, indices: impl Iterator<Item = usize>) -> HostData {
        fn pick<T: Copy>(values: &[T], indices: impl Iterator<Item = usize>) -> Vec<T> {
            indices.filter_map(|index| values.get(index).copied()).collect()
        }
        match self {
            HostData::Double(values) => HostData::Double(pick(values, indices)),
            HostData::Single(values) => HostData::Single(pick(values, indices)),
            HostData::Logical(values) => HostData::Logical(pick(values, indices)),
            HostData::Char(values) => HostData::Char(pick(values, indices)),
            HostData::Int(class, values) => HostData::Int(*class, pick(values, indices)),
            HostData::Uint64(values) => HostData::Uint64(pick(values, indices)),
            HostData::Complex(float, values) => HostData::complex(*float, pick(values, indices)),
        }
    }
}

impl HostArray {
    /// An array of a shape; the data has as many elements.
    pub fn new(shape: Shape, data: HostData) -> HostArray {
        debug_assert_eq!(shape.len(), data.len() as u64);
        HostArray {
            shape,
            data: Rc::new(data),
            double_quoted: false,
            form: Form::Full,
            fixed: false,
            returned: false,
        }
    }

    /// A `1 x n` row of doubles.
    pub fn row(values: Vec<f64>) -> HostArray {
        HostArray::new(Shape::matrix(1, values.len() as u64), HostData::Double(values))
    }

    /// An `n x 1` column of doubles.
    pub fn column(values: Vec<f64>) -> HostArray {
        HostArray::new(Shape::matrix(values.len() as u64, 1), HostData::Double(values))
    }

    /// A row of characters; `0x0` for an empty text.
    pub fn from_text(text: &str) -> HostArray {
        let chars: Vec<char> = text.chars().collect();
        let rows = u64::from(!chars.is_empty());
        HostArray::new(Shape::matrix(rows, chars.len() as u64), HostData::Char(chars))
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        self.data.len()
    }

    /// True without elements.
    pub fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    /// The element at a 0-based position, if there is one.
    pub fn get(&self, index: usize) -> Option<Number> {
        self.data.get(index)
    }

    /// Elements in order.
    pub fn numbers(&self) -> impl Iterator<Item = Number> + '_ {
        (0..self.len()).filter_map(|index| self.data.get(index))
    }

    /// The first element as a real number.
    pub fn first(&self) -> Option<f64> {
        self.get(0).map(Number::to_f64)
    }

    /// Elements as real numbers.
    pub fn doubles(&self) -> Vec<f64> {
        match &*self.data {
            HostData::Double(values) => values.clone(),
            HostData::Single(_)
            | HostData::Logical(_)
            | HostData::Char(_)
            | HostData::Int(..)
            | HostData::Uint64(_)
            | HostData::Complex(..) => self.numbers().map(Number::to_f64).collect(),
        }
    }

    /// The characters, if this is a text: at most one row, or empty.
    pub fn to_text(&self) -> Option<String> {
        match &*self.data {
            HostData::Char(chars) if self.shape.extent(0) <= 1 || chars.is_empty() => {
                Some(chars.iter().collect())
            }
            _ if self.shape.is_empty() && self.class() == Class::Double => Some(String::new()),
            HostData::Char(_)
            | HostData::Double(_)
            | HostData::Single(_)
            | HostData::Logical(_)
            | HostData::Int(..)
            | HostData::Uint64(_)
            | HostData::Complex(..) => None,
        }
    }
}

impl Number {
    /// As a host array of one element.
    pub fn to_array(self) -> HostArray {
        let data = match self {
            Number::Double(value) => HostData::Double(vec![value]),
            Number::Single(value) => HostData::Single(vec![value]),
            Number::Logical(value) => HostData::Logical(vec![value]),
            Number::Char(value) => HostData::Char(vec![value]),
            Number::Int(IntClass::Uint64, value) => HostData::Uint64(vec![value as u64]),
            Number::Int(class, value) => HostData::Int(class, vec![value as i64]),
            Number::Complex(float, re, im) => HostData::Complex(float, vec![[re, im]]),
        };
        HostArray::new(Shape::scalar(), data)
    }
}

impl From<Number> for HostArray {
    fn from(number: Number) -> HostArray {
        number.to_array()
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Value {
        Value::Number(Number::Double(value))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Number(Number::Logical(value))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        HostArray::from_text(text).into()
    }
}

impl From<HostArray> for Value {
    /// One element becomes a [`Number`].
    fn from(array: HostArray) -> Value {
        match array.get(0) {
            Some(number) if array.shape.is_scalar() => Value::Number(number),
            Some(_) | None => Value::Array(array),
        }
    }
}

impl From<Lazy> for Value {
    fn from(lazy: Lazy) -> Value {
        Value::Lazy(lazy)
    }
}

impl Value {
    /// `[]`.
    pub fn empty() -> Value {
        Value::Array(HostArray::new(Shape::matrix(0, 0), HostData::Double(Vec::new())))
    }

    /// A `1 x n` cell.
    pub fn cell_row(values: Vec<Value>) -> Value {
        Value::Cell(CellArray::new(Shape::matrix(1, values.len() as u64), values))
    }

    /// Extents. A deferred value counts as one element; callers force it first.
    pub fn shape(&self) -> Shape {
        match self {
            Value::Number(_) | Value::Function(_) | Value::Deferred(_) => Shape::scalar(),
            Value::Map(map) => Shape::matrix(map.count(), 1),
            Value::Array(array) => array.shape.clone(),
            Value::Range(range) => Shape::matrix(1, range.count),
            Value::Lazy(lazy) => lazy.shape.clone(),
            Value::Cell(cell) => cell.shape.clone(),
            Value::Struct(array) => array.shape.clone(),
        }
    }

    /// The same, real if it is complex without any imaginary part.
    pub(crate) fn narrowed(self) -> Value {
        match self {
            Value::Number(Number::Complex(float, re, im)) => {
                Value::Number(narrow(float, Complex::new(re, im)))
            }
            Value::Array(mut array) => {
                if let HostData::Complex(float, values) = &*array.data
                    && values.iter().all(|[_, im]| *im == 0.0)
                {
                    array.data = Rc::new(HostData::complex(*float, values.clone()));
                }
                Value::Array(array)
            }
            other => other,
        }
    }

    /// True for numbers and arrays with imaginary parts.
    pub(crate) fn is_complex(&self) -> bool {
        match self {
            Value::Number(number) => matches!(number, Number::Complex(..)),
            Value::Array(array) => array.is_complex(),
            Value::Range(_)
            | Value::Lazy(_)
            | Value::Cell(_)
            | Value::Struct(_)
            | Value::Function(_)
            | Value::Map(_)
            | Value::Deferred(_) => false,
        }
    }

    /// Class of numeric, logical and char values.
    pub fn class(&self) -> Option<Class> {
        match self {
            Value::Number(number) => Some(number.class()),
            Value::Array(array) => Some(array.class()),
            Value::Range(_) => Some(Class::Double),
            Value::Lazy(lazy) => Some(lazy.class),
            Value::Cell(_)
            | Value::Struct(_)
            | Value::Function(_)
            | Value::Map(_)
            | Value::Deferred(_) => None,
        }
    }

    /// What `class(x)` says.
    pub fn class_name(&self) -> &'static str {
        match self {
            Value::Cell(_) => "cell",
            Value::Struct(_) => "struct",
            Value::Function(_) => "function_handle",
            Value::Map(map) => map.class_name(),
            Value::Deferred(deferred) => match deferred.forced.get() {
                Some(value) => value.class_name(),
                None => "char",
            },
            Value::Number(_) | Value::Array(_) | Value::Range(_) | Value::Lazy(_) => {
                self.class().map_or("double", Class::name)
            }
        }
    }

    /// The characters, if this is a text on the host.
    pub fn to_text(&self) -> Option<String> {
        match self {
            Value::Number(Number::Char(value)) => Some(value.to_string()),
            Value::Array(array) => array.to_text(),
            Value::Number(_)
            | Value::Range(_)
            | Value::Lazy(_)
            | Value::Cell(_)
            | Value::Struct(_)
            | Value::Function(_)
            | Value::Map(_)
            | Value::Deferred(_) => None,
        }
    }

    /// True for a char array of any shape.
    pub fn is_char(&self) -> bool {
        self.class() == Some(Class::Char)
    }

    /// True without elements.
    pub fn is_empty(&self) -> bool {
        self.shape().is_empty()
    }
}

impl CellArray {
    /// A cell of a shape with as many values.
    pub fn new(shape: Shape, values: Vec<Value>) -> CellArray {
        debug_assert_eq!(shape.len(), values.len() as u64);
        CellArray { shape, values: Rc::new(values) }
    }
}

impl StructArray {
    /// One structure.
    pub fn single(fields: impl IntoIterator<Item = (String, Value)>) -> StructArray {
        let fields = fields.into_iter().map(|(name, value)| (name, vec![value])).collect();
        StructArray { shape: Shape::scalar(), fields: Rc::new(fields) }
    }

    /// A field of a single structure.
    pub fn field(&self, name: &str) -> Option<&Value> {
        self.fields.get(name).and_then(|column| column.first())
    }
}
