//! Which operations keep a matrix diagonal or sparse, so that it prints as Octave prints it.
//!
//! The elements of such a matrix are those of any other; only its name is kept, for printing and
//! for systems with a narrow band. A sparse number is a number.

use crate::shape::Shape;
use crate::syntax::ast::BinaryOp;
use crate::trace::interpreter::Subscript;
use crate::trace::value::{Class, Form, Number, Value};

impl Form {
    /// The form of a matrix that was converted to a class.
    pub(crate) fn in_class(self, class: Class) -> Form {
        match self {
            Form::Sparse if !matches!(class, Class::Double | Class::Logical) => Form::Full,
            Form::Diagonal | Form::Permutation if !class.is_float() => Form::Full,
            form => form,
        }
    }

    /// The form of a matrix one element of which was written.
    pub(crate) fn once_written(self, on_diagonal: bool) -> Form {
        match self {
            Form::Sparse => Form::Sparse,
            Form::Diagonal if on_diagonal => Form::Diagonal,
            Form::Diagonal | Form::Permutation | Form::Full => Form::Full,
        }
    }
}

impl Value {
    /// How the value prints.
    pub(crate) fn form(&self) -> Form {
        match self {
            Value::Lazy(lazy) => lazy.form,
            Value::Array(array) => array.form,
            Value::Number(_)
            | Value::Range(_)
            | Value::Cell(_)
            | Value::Struct(_)
            | Value::Function(_)
            | Value::Map(_)
            | Value::Deferred(_) => Form::Full,
        }
    }

    /// The same value with another form; only arrays have one, and only matrices of `double` or
    /// truth values are sparse.
    pub(crate) fn with_form(mut self, form: Form) -> Value {
        let form = match (form, self.class()) {
            (Form::Sparse, Some(Class::Double | Class::Logical)) if self.shape().rank() == 2 => {
                form
            }
            (Form::Sparse, _) => Form::Full,
            (form, _) => form,
        };
        match &mut self {
            Value::Lazy(lazy) => lazy.form = form,
            Value::Array(array) => array.form = form,
            Value::Number(_)
            | Value::Range(_)
            | Value::Cell(_)
            | Value::Struct(_)
            | Value::Function(_)
            | Value::Map(_)
            | Value::Deferred(_) => {}
        }
        self
    }
}

/// The form of `-operand`.
pub(crate) fn of_negated(operand: &Value) -> Form {
    match operand.form() {
        form @ (Form::Diagonal | Form::Sparse) => form,
        Form::Full | Form::Permutation => Form::Full,
    }
}

/// How many results of a row of the table are sparse, from its arguments and how many results are
/// wanted: two factors, no places.
pub(crate) fn sparse_results(name: &str, args: &[Value], nargout: usize) -> usize {
    let is_sparse = |value: &Value| value.form() == Form::Sparse;
    let counts = match name {
        "cat" | "horzcat" | "vertcat" | "kron" | "max" | "min" | "mod" | "rem" | "atan2"
        | "xor" => args.iter().any(is_sparse),
        _ => args.first().is_some_and(is_sparse),
    };
    match name {
        _ if !counts => 0,
        "lu" | "qr" => 2,
        "log2" if nargout > 1 => 0,
        _ => usize::from(KEEPING.contains(&name)),
    }
}

const KEEPING: &[&str] = &[
    "abs",
    "acos",
    "acosh",
    "all",
    "angle",
    "any",
    "arg",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cat",
    "cbrt",
    "ceil",
    "chol",
    "circshift",
    "conj",
    "cos",
    "cosh",
    "cumprod",
    "cumsum",
    "diag",
    "diff",
    "double",
    "erf",
    "exp",
    "expm1",
    "fix",
    "flip",
    "fliplr",
    "flipud",
    "floor",
    "horzcat",
    "imag",
    "inv",
    "isfinite",
    "isinf",
    "isnan",
    "kron",
    "log",
    "log10",
    "log1p",
    "log2",
    "logical",
    "max",
    "mean",
    "min",
    "mod",
    "permute",
    "prod",
    "real",
    "rem",
    "repmat",
    "reshape",
    "rot90",
    "round",
    "sign",
    "sin",
    "sinh",
    "sort",
    "sqrt",
    "sum",
    "sumsq",
    "tan",
    "tanh",
    "tril",
    "triu",
    "vertcat",
    "xor",
];

/// The form of what keeps a sparse matrix sparse and makes an ordinary one of any other.
pub(crate) fn if_sparse(operand: &Value) -> Form {
    if operand.form() == Form::Sparse { Form::Sparse } else { Form::Full }
}

/// The form of `left op right` where one is sparse: an ordinary matrix if zeros do not stay zeros.
fn of_sparse(op: BinaryOp, left: &Value, right: &Value) -> Form {
    let is_scalar = |value: &Value| value.shape().is_scalar();
    let both = left.form() != Form::Full && right.form() != Form::Full;
    let is_positive = matches!(right, Value::Number(power) if power.to_f64() > 0.0);
    let keeps = match op {
        BinaryOp::Add | BinaryOp::Sub => both,
        BinaryOp::Mul => both || is_scalar(left) || is_scalar(right),
        BinaryOp::Div => both || is_scalar(right),
        BinaryOp::LeftDiv => both || is_scalar(left),
        BinaryOp::ElemDiv => !is_scalar(left),
        BinaryOp::ElemLeftDiv => !is_scalar(right),
        BinaryOp::Pow | BinaryOp::ElemPow => !is_scalar(left) && (both || is_positive),
        BinaryOp::ElemMul
        | BinaryOp::Lt
        | BinaryOp::Le
        | BinaryOp::Eq
        | BinaryOp::Ne
        | BinaryOp::Ge
        | BinaryOp::Gt
        | BinaryOp::And
        | BinaryOp::Or => true,
    };
    if keeps { Form::Sparse } else { Form::Full }
}

/// The form of `left op right`.
pub(crate) fn of_binary(op: BinaryOp, left: &Value, right: &Value) -> Form {
    let (a, b) = (left.form(), right.form());
    if a == Form::Full && b == Form::Full {
        return Form::Full;
    }
    if a == Form::Sparse || b == Form::Sparse {
        return of_sparse(op, left, right);
    }
    let are_permutations = a == Form::Permutation && b == Form::Permutation;
    let is_whole = matches!(right, Value::Number(Number::Double(power)) if power.fract() == 0.0);
    if (op == BinaryOp::Mul && are_permutations)
        || (op == BinaryOp::Pow && a == Form::Permutation && is_whole)
    {
        return Form::Permutation;
    }
    // In `single`, a real diagonal matrix times a complex number is an ordinary one.
    let becomes_complex = match (a, b) {
        (Form::Diagonal, Form::Full) => right.is_complex() && !left.is_complex(),
        (Form::Full, Form::Diagonal) => left.is_complex() && !right.is_complex(),
        (_, _) => false,
    };
    let is_single = |value: &Value| value.class() == Some(Class::Single);
    if becomes_complex && (is_single(left) || is_single(right)) {
        return Form::Full;
    }
    let is_scalar = |value: &Value| value.shape().is_scalar();
    let both = a == Form::Diagonal && b == Form::Diagonal;
    let keeps = match op {
        BinaryOp::Mul => {
            both || (a == Form::Diagonal && is_scalar(right))
                || (b == Form::Diagonal && is_scalar(left))
        }
        BinaryOp::Div => a == Form::Diagonal && is_scalar(right) || both,
        BinaryOp::LeftDiv => b == Form::Diagonal && is_scalar(left) || both,
        BinaryOp::Add | BinaryOp::Sub => both,
        BinaryOp::Pow => a == Form::Diagonal && is_scalar(right),
        BinaryOp::ElemMul
        | BinaryOp::ElemDiv
        | BinaryOp::ElemLeftDiv
        | BinaryOp::ElemPow
        | BinaryOp::Lt
        | BinaryOp::Le
        | BinaryOp::Eq
        | BinaryOp::Ne
        | BinaryOp::Ge
        | BinaryOp::Gt
        | BinaryOp::And
        | BinaryOp::Or => false,
    };
    if keeps { Form::Diagonal } else { Form::Full }
}

/// True for rows and columns of a host identity in another order, as lists.
fn is_permutation(base: &Value, subscripts: [&Subscript; 2]) -> bool {
    let Value::Array(array) = base else { return false };
    let order = array.shape.extent(0);
    let orders = |subscript: &Subscript| match subscript {
        Subscript::All => true,
        Subscript::Many { indices, .. } => {
            let mut sorted = indices.clone();
            sorted.sort_unstable();
            sorted.into_iter().eq(0..order)
        }
        Subscript::One(_) | Subscript::Span { .. } => false,
    };
    let any_list = subscripts.iter().any(|list| matches!(list, Subscript::Many { .. }));
    order > 1
        && any_list
        && order == array.shape.extent(1)
        && subscripts.into_iter().all(orders)
        && (array.form == Form::Permutation
            || array.doubles().iter().step_by(order as usize + 1).all(|value| *value == 1.0))
}

/// The same matrix with another order of rows or columns, which Octave keeps as that order where
/// it had an identity or an order of rows before.
pub(crate) fn reordered(before: &Value, after: Value) -> Value {
    let Value::Array(array) = before else {
        return after;
    };
    let (rows, columns) = (array.shape.extent(0) as usize, array.shape.extent(1) as usize);
    let values = match array.form {
        Form::Full | Form::Sparse => Vec::new(),
        Form::Diagonal | Form::Permutation => array.doubles(),
    };
    let is_one = |line: usize| values[line * rows..(line + 1) * rows].iter().sum::<f64>() == 1.0;
    let is_order = rows == columns
        && rows > 1
        && values.len() == rows * rows
        && values.iter().all(|value| *value == 0.0 || *value == 1.0)
        && (0..rows).all(is_one);
    let is_same = matches!(&after, Value::Array(after) if after.data == array.data);
    match (is_order, is_same) {
        (_, true) => after.with_form(array.form),
        (true, false) => after.with_form(Form::Permutation),
        (false, false) => after,
    }
}

/// The form of a part: of the rows and columns from the first on of a diagonal matrix.
pub(crate) fn of_index(base: &Value, subscripts: &[Subscript]) -> Form {
    if base.form() == Form::Sparse {
        return Form::Sparse;
    }
    if base.form() == Form::Permutation && matches!(subscripts, [Subscript::All, Subscript::All]) {
        return Form::Permutation;
    }
    let (Form::Diagonal | Form::Permutation, [row, column]) = (base.form(), subscripts) else {
        return Form::Full;
    };
    if is_permutation(base, [row, column]) {
        return Form::Permutation;
    }
    if base.form() == Form::Permutation {
        return Form::Full;
    }
    let shape: Shape = base.shape();
    let leads = |subscript: &Subscript, extent: u64| match subscript {
        Subscript::All => true,
        Subscript::One(index) => *index == 0,
        Subscript::Span { start, step, count } => *start == 0 && *step == 1 && *count <= extent,
        Subscript::Many { .. } => false,
    };
    let is_one = |subscript: &Subscript| matches!(subscript, Subscript::One(_));
    let leads = leads(row, shape.extent(0)) && leads(column, shape.extent(1));
    if leads && !(is_one(row) && is_one(column)) { Form::Diagonal } else { Form::Full }
}
