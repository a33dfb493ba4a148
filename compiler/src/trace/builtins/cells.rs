//! Cell arrays: making them, and turning arrays into cells and back.

use super::structs::{texts, truth};
use super::{ANY, Builtin, Call, Needs};
use crate::shape::Shape;
use crate::trace::error::ScriptError;
use crate::trace::interpreter::{LIST_LEN_MAX, too_long};
use crate::trace::text::convert;
use crate::trace::value::{CellArray, Class, Float, HostArray, HostData, IntClass, Number, Value};

type Outcome = Result<Vec<Value>, ScriptError>;

/// Rows of this family.
pub(super) const BUILTINS: &[Builtin] = &[
    Builtin {
        name: "cell",
        args_min: 0,
        args_max: ANY,
        outputs_max: 1,
        needs: Needs::Values,
        run: make,
        doc: "A cell array of empty matrices.",
    },
    Builtin {
        name: "iscell",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Nodes,
        run: |call| truth(matches!(call.get(0), Some(Value::Cell(_)))),
        doc: "True for a cell array.",
    },
    Builtin {
        name: "iscellstr",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Nodes,
        run: |call| match call.get(0) {
            Some(Value::Cell(cell)) => truth(cell.values.iter().all(Value::is_char)),
            Some(_) | None => truth(false),
        },
        doc: "True for a cell array of texts.",
    },
    Builtin {
        name: "cellstr",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Values,
        run: cell_of_texts,
        doc: "The rows of a char matrix as a column of texts.",
    },
    Builtin {
        name: "num2cell",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Values,
        run: from_elements,
        doc: "A cell of the elements of an array.",
    },
    Builtin {
        name: "cell2mat",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Values,
        run: to_matrix,
        doc: "The arrays of a cell, joined into one.",
    },
    Builtin {
        name: "mat2cell",
        args_min: 2,
        args_max: 3,
        outputs_max: 1,
        needs: Needs::Values,
        run: from_blocks,
        doc: "The blocks of a matrix, of given heights and widths, as a cell.",
    },
];

fn make(call: &mut Call<'_, '_>) -> Outcome {
    let mut extents = Vec::new();
    for index in 0..call.args.len() {
        extents.extend(call.array(index)?.doubles());
    }
    let extents: Vec<u64> = match extents.as_slice() {
        [] => vec![0, 0],
        [both] => vec![*both as u64; 2],
        several => several.iter().map(|extent| *extent as u64).collect(),
    };
    let shape = Shape::new(extents);
    if shape.len() > LIST_LEN_MAX {
        return Err(too_long().at(call.span));
    }
    let values = vec![Value::empty(); shape.len() as usize];
    Ok(vec![Value::Cell(CellArray::new(shape, values))])
}

fn cell_of_texts(call: &mut Call<'_, '_>) -> Outcome {
    let value = call.take(0)?;
    let lines: Vec<String> = match &value {
        Value::Cell(cell) if cell.values.iter().all(Value::is_char) => return Ok(vec![value]),
        Value::Array(array) if value.is_char() && array.shape.extent(0) > 0 => {
            let rows = convert::rows_of(array);
            rows.iter().map(|row| row.trim_end_matches([' ', '\0']).to_owned()).collect()
        }
        _ if value.is_char() => vec![value.to_text().unwrap_or_default()],
        Value::Array(array) if array.is_empty() => vec![String::new()],
        _ => {
            let message = "cellstr: argument STRING must be a 2-D character array";
            return Err(call.error("M331", message));
        }
    };
    let values: Vec<Value> = lines.iter().map(|line| Value::from(line.as_str())).collect();
    Ok(vec![Value::Cell(CellArray::new(Shape::matrix(values.len() as u64, 1), values))])
}

fn from_elements(call: &mut Call<'_, '_>) -> Outcome {
    let value = call.take(0)?;
    let (shape, values) = match &value {
        Value::Cell(cell) => {
            let wrap = |value: &Value| Value::cell_row(vec![value.clone()]);
            (cell.shape.clone(), cell.values.iter().map(wrap).collect())
        }
        other => match convert::elements(other) {
            Some(array) => {
                let elements = (0..array.len()).filter_map(|index| array.data.element(index));
                (array.shape.clone(), elements.map(Value::Number).collect())
            }
            None => {
                call.args = vec![value];
                return call.by_form();
            }
        },
    };
    Ok(vec![Value::Cell(CellArray::new(shape, values))])
}

fn to_matrix(call: &mut Call<'_, '_>) -> Outcome {
    if !matches!(call.get(0), Some(Value::Cell(_))) {
        return call.by_form();
    }
    let Value::Cell(cell) = call.take(0)? else {
        return Err(call.error("M332", "cell2mat: C must be a cell array"));
    };
    let (rows, columns) = (cell.shape.extent(0) as usize, cell.shape.extent(1) as usize);
    if cell.values.is_empty() {
        let data = crate::trace::value::HostData::Double(Vec::new());
        return Ok(vec![HostArray::new(cell.shape.clone(), data).into()]);
    }
    if let [only] = cell.values.as_slice()
        && !matches!(only, Value::Function(_))
    {
        return Ok(vec![only.clone()]);
    }
    let blocks: Option<Vec<HostArray>> = cell.values.iter().map(convert::elements).collect();
    let is_flat = |block: &HostArray| block.shape.rank() == 2;
    let blocks = blocks.filter(|blocks| {
        let class = blocks.first().map(HostArray::class);
        let are_alike = blocks.iter().all(|block| Some(block.class()) == class);
        are_alike && cell.shape.rank() == 2 && blocks.iter().all(is_flat)
    });
    if let Some(array) = blocks.and_then(|blocks| joined(&blocks, rows, columns)) {
        return Ok(vec![array.into()]);
    }
    call.args[0] = Value::Cell(cell);
    call.by_form()
}

/// Blocks, column-major, as one matrix: each row of blocks has one height and the rows one width.
fn joined(blocks: &[HostArray], rows: usize, columns: usize) -> Option<HostArray> {
    let extent = |block: &HostArray, axis: usize| block.shape.extent(axis) as usize;
    let block = |row: usize, column: usize| blocks.get(column * rows + row);
    let mut lines: Vec<Vec<Number>> = Vec::new();
    let mut width = None;
    for row in 0..rows {
        let parts: Vec<&HostArray> = (0..columns).filter_map(|column| block(row, column)).collect();
        let parts: Vec<&HostArray> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let Some(height) = parts.first().map(|part| extent(part, 0)) else {
            continue;
        };
        if parts.iter().any(|part| extent(part, 0) != height) {
            return None;
        }
        for line in 0..height {
            let numbers = parts.iter().flat_map(|part| {
                (0..extent(part, 1)).filter_map(move |at| part.get(line + height * at))
            });
            lines.push(numbers.collect());
        }
        let total = parts.iter().map(|part| extent(part, 1)).sum::<usize>();
        if *width.get_or_insert(total) != total {
            return None;
        }
    }
    let width = width.unwrap_or(0);
    let order = (0..width).flat_map(|at| lines.iter().filter_map(move |line| line.get(at)));
    let class = blocks.first()?.class();
    let complex = blocks.iter().any(HostArray::is_complex);
    let data = collected(order.copied().collect(), class, complex);
    Some(HostArray::new(Shape::matrix(lines.len() as u64, width as u64), data))
}

/// Numbers of one class as the data of an array.
fn collected(numbers: Vec<Number>, class: Class, complex: bool) -> HostData {
    let code = |number: Number| match number {
        Number::Char(value) => value,
        other => char::from_u32(other.to_f64() as u32).unwrap_or('\0'),
    };
    let whole = |number: Number| match number {
        Number::Int(_, value) => value,
        other => other.to_f64() as i128,
    };
    match class {
        Class::Double | Class::Single if complex => {
            let parts = numbers.into_iter().map(|number| match number {
                Number::Complex(_, re, im) => [re, im],
                other => [other.to_f64(), 0.0],
            });
            HostData::Complex(Float::of(class), parts.collect())
        }
        Class::Double => HostData::Double(numbers.into_iter().map(Number::to_f64).collect()),
        Class::Single => {
            HostData::Single(numbers.into_iter().map(|number| number.to_f64() as f32).collect())
        }
        Class::Logical => {
            HostData::Logical(numbers.into_iter().map(|number| number.to_f64() != 0.0).collect())
        }
        Class::Char => HostData::Char(numbers.into_iter().map(code).collect()),
        Class::Int(IntClass::Uint64) => {
            HostData::Uint64(numbers.into_iter().map(|number| whole(number) as u64).collect())
        }
        Class::Int(int) => {
            HostData::Int(int, numbers.into_iter().map(|number| whole(number) as i64).collect())
        }
    }
}

fn from_blocks(call: &mut Call<'_, '_>) -> Outcome {
    let array = call.array(0)?;
    let heights = call.array(1)?.doubles();
    let widths = match call.args.len() {
        2 => vec![array.shape.extent(1) as f64],
        _ => call.array(2)?.doubles(),
    };
    let sums = [heights.iter().sum::<f64>(), widths.iter().sum::<f64>()];
    for (axis, sum) in sums.into_iter().enumerate() {
        let extent = array.shape.extent(axis);
        if sum != extent as f64 || array.shape.rank() > 2 {
            let axis = axis + 1;
            let message = format!("mat2cell: mismatch on dimension {axis} ({extent} != {sum})");
            return Err(call.error("M333", message));
        }
    }
    let rows = array.shape.extent(0) as usize;
    let mut values = Vec::new();
    let mut left = 0;
    for width in &widths {
        let mut top = 0;
        for height in &heights {
            let (tall, wide) = (*height as usize, *width as usize);
            let indices = (left..left + wide)
                .flat_map(|column| (top..top + tall).map(move |row| row + rows * column));
            let data = array.data.gather(indices);
            values.push(HostArray::new(Shape::matrix(tall as u64, wide as u64), data).into());
            top += tall;
        }
        left += *width as usize;
    }
    let shape = Shape::matrix(heights.len() as u64, widths.len() as u64);
    Ok(vec![Value::Cell(CellArray::new(shape, values))])
}

/// What several text functions do with a cell: the same for each of its texts.
pub(super) fn each_text(
    call: &Call<'_, '_>,
    value: &Value,
    message: &str,
    edit: &dyn Fn(&str) -> Value,
) -> Result<Value, ScriptError> {
    let wrong = || call.error("M340", message);
    match value {
        Value::Cell(cell) => {
            let values: Result<Vec<Value>, ScriptError> =
                cell.values.iter().map(|value| each_text(call, value, message, edit)).collect();
            Ok(Value::Cell(CellArray::new(cell.shape.clone(), values?)))
        }
        Value::Array(array) if value.is_char() && array.shape.extent(0) > 1 => {
            let lines = texts(value).ok_or_else(wrong)?;
            let edited: Vec<String> =
                lines.iter().filter_map(|line| edit(line).to_text()).collect();
            Ok(convert::char_matrix(&edited).into())
        }
        _ if value.is_char() => Ok(edit(&value.to_text().ok_or_else(wrong)?)),
        _ => Err(wrong()),
    }
}
