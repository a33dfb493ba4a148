//! What a script computes with.
//!
//! A value is a host scalar, a host array (column-major, copy on write, read and written by scalar
//! index in place), a range that no one has made into an array, a lazy array (a node of the
//! pending Dag), or one of the things that never go to a device: text, cells, structures,
//! functions. Array operations take host arrays as leaves and give lazy arrays; scalar operations
//! stay on the host.

use std::rc::Rc;
use std::sync::Arc;

use indexmap::IndexMap;
use preheat_format::DType;

use crate::dag::NodeId;
pub use crate::shape::Shape;
use crate::syntax::ast::{Anonymous, Function};
use crate::trace::map::Map;

/// Integer classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IntClass {
    /// `int8`.
    Int8,
    /// `int16`.
    Int16,
    /// `int32`.
    Int32,
    /// `int64`.
    Int64,
    /// `uint8`.
    Uint8,
    /// `uint16`.
    Uint16,
    /// `uint32`.
    Uint32,
    /// `uint64`.
    Uint64,
}

impl IntClass {
    /// MATLAB's name.
    pub fn name(self) -> &'static str {
        match self {
            IntClass::Int8 => "int8",
            IntClass::Int16 => "int16",
            IntClass::Int32 => "int32",
            IntClass::Int64 => "int64",
            IntClass::Uint8 => "uint8",
            IntClass::Uint16 => "uint16",
            IntClass::Uint32 => "uint32",
            IntClass::Uint64 => "uint64",
        }
    }

    /// Element type on a device; none for 64 bits, which no float holds.
    pub fn device_dtype(self) -> Option<DType> {
        Some(match self {
            IntClass::Int8 => DType::I8,
            IntClass::Int16 => DType::I16,
            IntClass::Int32 => DType::I32,
            IntClass::Uint8 => DType::U8,
            IntClass::Uint16 => DType::U16,
            IntClass::Uint32 => DType::U32,
            IntClass::Int64 | IntClass::Uint64 => return None,
        })
    }

    /// The value that the lowest bits stand for, as many as the class has; those above are 0.
    pub(crate) fn of_bits(self, bits: u64) -> i128 {
        match self {
            IntClass::Int8 => (bits as i8).into(),
            IntClass::Int16 => (bits as i16).into(),
            IntClass::Int32 => (bits as i32).into(),
            IntClass::Int64 => (bits as i64).into(),
            IntClass::Uint8 | IntClass::Uint16 | IntClass::Uint32 | IntClass::Uint64 => bits.into(),
        }
    }

    /// Smallest and largest value.
    pub fn bounds(self) -> (i128, i128) {
        match self {
            IntClass::Int8 => (i8::MIN.into(), i8::MAX.into()),
            IntClass::Int16 => (i16::MIN.into(), i16::MAX.into()),
            IntClass::Int32 => (i32::MIN.into(), i32::MAX.into()),
            IntClass::Int64 => (i64::MIN.into(), i64::MAX.into()),
            IntClass::Uint8 => (0, u8::MAX.into()),
            IntClass::Uint16 => (0, u16::MAX.into()),
            IntClass::Uint32 => (0, u32::MAX.into()),
            IntClass::Uint64 => (0, u64::MAX.into()),
        }
    }
}

/// Classes of numeric, logical and char arrays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// `double`.
    Double,
    /// `single`.
    Single,
    /// `logical`.
    Logical,
    /// `char`.
    Char,
    /// An integer class.
    Int(IntClass),
}

impl Class {
    /// The class of what arithmetic gives for two arrays: that of an operand of an integer class,
    /// else `single` if one is, else `double`.
    pub fn combined(self, other: Class) -> Class {
        match (self, other) {
            (int @ Class::Int(_), _) | (_, int @ Class::Int(_)) => int,
            (Class::Single, _) | (_, Class::Single) => Class::Single,
            (
                Class::Double | Class::Logical | Class::Char,
                Class::Double | Class::Logical | Class::Char,
            ) => Class::Double,
        }
    }

    /// MATLAB's name.
    pub fn name(self) -> &'static str {
        match self {
            Class::Double => "double",
            Class::Single => "single",
            Class::Logical => "logical",
            Class::Char => "char",
            Class::Int(int) => int.name(),
        }
    }

    /// True for `double` and `single`.
    pub fn is_float(self) -> bool {
        matches!(self, Class::Double | Class::Single)
    }

    /// Element type on a device, if arrays of the class can be recorded. `Char` and the integer
    /// classes of 64 bits stay on the host.
    pub fn device_dtype(self) -> Option<DType> {
        match self {
            Class::Double => Some(DType::F64),
            Class::Single => Some(DType::F32),
            Class::Logical => Some(DType::Bool),
            Class::Int(int) => int.device_dtype(),
            Class::Char => None,
        }
    }
}

/// The precision of the parts of complex numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Float {
    /// `single`. Its numbers are held as `f64`, rounded.
    Single,
    /// `double`.
    Double,
}

impl Float {
    /// That of numbers of a class: `single` for `single` alone.
    pub fn of(class: Class) -> Float {
        if class == Class::Single { Float::Single } else { Float::Double }
    }

    /// The class of real numbers of this precision.
    pub fn class(self) -> Class {
        match self {
            Float::Single => Class::Single,
            Float::Double => Class::Double,
        }
    }

    /// The nearest number of this precision.
    pub fn round(self, value: f64) -> f64 {
        match self {
            Float::Single => f64::from(value as f32),
            Float::Double => value,
        }
    }
}

/// One number, truth value or character on the host.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// `double`.
    Double(f64),
    /// `single`.
    Single(f32),
    /// `logical`.
    Logical(bool),
    /// `char`.
    Char(char),
    /// An integer class; always within its bounds.
    Int(IntClass, i128),
    /// Complex `single` or `double`: real and imaginary part, each of that precision.
    Complex(Float, f64, f64),
}

impl Number {
    /// Its class.
    pub fn class(self) -> Class {
        match self {
            Number::Double(_) => Class::Double,
            Number::Single(_) => Class::Single,
            Number::Complex(float, ..) => float.class(),
            Number::Logical(_) => Class::Logical,
            Number::Char(_) => Class::Char,
            Number::Int(class, _) => Class::Int(class),
        }
    }

    /// Its value as `f64`; the real part of a complex number.
    pub fn to_f64(self) -> f64 {
        match self {
            Number::Double(value) | Number::Complex(_, value, _) => value,
            Number::Single(value) => value.into(),
            Number::Logical(value) => f64::from(u8::from(value)),
            Number::Char(value) => f64::from(u32::from(value)),
            Number::Int(_, value) => value as f64,
        }
    }
}

/// Elements of a host array, column-major.
#[derive(Clone, Debug, PartialEq)]
pub enum HostData {
    /// `double`.
    Double(Vec<f64>),
    /// `single`.
    Single(Vec<f32>),
    /// `logical`.
    Logical(Vec<bool>),
    /// `char`.
    Char(Vec<char>),
    /// An integer class; each within its bounds.
    Int(IntClass, Vec<i64>),
    /// `uint64`, whose values may exceed `i64`.
    Uint64(Vec<u64>),
    /// Complex `single` or `double`: real and imaginary parts, each of that precision.
    Complex(Float, Vec<[f64; 2]>),
}

/// How Octave would store a matrix. Only what is printed depends on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Every element.
    #[default]
    Full,
    /// The diagonal alone.
    Diagonal,
    /// The order of its rows alone.
    Permutation,
    /// What is not zero alone.
    Sparse,
}

/// A host array. Cloning shares; writing copies if shared.
#[derive(Clone, Debug, PartialEq)]
pub struct HostArray {
    /// Extents.
    pub shape: Shape,
    /// Elements; as many as the shape says.
    pub data: Rc<HostData>,
    /// Written with double quotes (char arrays only); decides how it prints in a few places.
    pub double_quoted: bool,
    /// How it prints.
    pub form: Form,
    /// True if the text of the script decides its shape, whatever the sizes of its parameters:
    /// operations on such arrays of a few elements are done at once (`interpreter/small.rs`).
    pub fixed: bool,
    /// True once the elements were read from the engine: another upload is a round trip.
    pub returned: bool,
}

/// `start`, `start + step`, ..: `count` values, a `1 x count` row of class `double`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// First value.
    pub start: f64,
    /// Increment.
    pub step: f64,
    /// Number of values.
    pub count: u64,
    /// The end as it was written, which decides the width of what is printed; `None` for what
    /// arithmetic or an index gave, which prints as a matrix.
    pub limit: Option<f64>,
}

/// A node of the pending Dag, kept alive by this handle.
#[derive(Clone, Debug)]
pub struct Lazy {
    /// The node.
    pub node: NodeId,
    /// MATLAB's class.
    pub class: Class,
    /// Extents.
    pub shape: Shape,
    /// How it prints.
    pub form: Form,
    /// Shared with the graph, which counts the holders.
    pub(crate) token: Rc<Token>,
}

impl Lazy {
    /// The array as it is now, without keeping it alive.
    pub(crate) fn held(&self) -> Held {
        Held { node: self.node, token: Rc::downgrade(&self.token) }
    }
}

/// Remembers a node that may be gone by now.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) node: NodeId,
    pub(crate) token: std::rc::Weak<Token>,
}

/// Shared by the handles of one node; tells the graph when the last one is gone.
#[derive(Debug)]
pub(crate) struct Token {
    pub(crate) node: NodeId,
    pub(crate) dropped: Rc<std::cell::RefCell<Vec<NodeId>>>,
}

impl Drop for Token {
    fn drop(&mut self) {
        self.dropped.borrow_mut().push(self.node);
    }
}

/// A value of the script.
#[derive(Clone, Debug)]
pub enum Value {
    /// A host scalar.
    Number(Number),
    /// A host array.
    Array(HostArray),
    /// A range not yet made into an array.
    Range(Range),
    /// A lazy array.
    Lazy(Lazy),
    /// A cell array.
    Cell(CellArray),
    /// A structure or structure array.
    Struct(StructArray),
    /// A function.
    Function(FunctionValue),
    /// A `containers.Map`.
    Map(Map),
    /// While building: the result of a host function on values that no one has computed. Control
    /// flow forces it; output does not.
    Deferred(Rc<Deferred>),
}

/// A cell array, column-major. Cloning shares.
#[derive(Clone, Debug)]
pub struct CellArray {
    /// Extents.
    pub shape: Shape,
    /// Elements.
    pub values: Rc<Vec<Value>>,
}

/// A structure array: `shape.len()` structures of the same fields in the same order.
#[derive(Clone, Debug)]
pub struct StructArray {
    /// Extents; `1x1` for a plain structure.
    pub shape: Shape,
    /// One column of values per field, column-major.
    pub fields: Rc<IndexMap<String, Vec<Value>>>,
}

/// A function as a value.
#[derive(Clone, Debug)]
pub enum FunctionValue {
    /// `@name` of a builtin, or of a function looked up when it is called.
    Named(Rc<str>),
    /// `@name` of a function of a file.
    User(Arc<Function>),
    /// `@(x) ..` with its captured values.
    Anonymous {
        /// The text.
        function: Arc<Anonymous>,
        /// Captured values, in the order of `function.captures`; `None`: it had no value. One more,
        /// a structure, has the variables that scripts had made where the function was.
        captures: Rc<Vec<Option<Value>>>,
    },
}

/// A pure host function's result that no one has computed yet; only while building.
#[derive(Debug)]
pub struct Deferred {
    /// Name of the builtin.
    pub function: &'static str,
    /// Its arguments.
    pub args: Vec<Value>,
    /// Which of its results.
    pub output_index: usize,
    /// The result once something forced it.
    pub forced: std::cell::OnceCell<Value>,
}
