//! Structures: making them, looking at fields, turning them into cells and back.

use std::rc::Rc;

use indexmap::IndexMap;

use super::{ANY, Builtin, Call, Needs};
use crate::shape::Shape;
use crate::trace::error::ScriptError;
use crate::trace::text::convert;
use crate::trace::value::{CellArray, HostArray, HostData, StructArray, Value};

type Outcome = Result<Vec<Value>, ScriptError>;

/// Rows of this family.
pub(super) const BUILTINS: &[Builtin] = &[
    Builtin {
        name: "struct",
        args_min: 0,
        args_max: ANY,
        outputs_max: 1,
        needs: Needs::Nodes,
        run: make,
        doc: "A structure of fields and values; cells of values make a structure array.",
    },
    Builtin {
        name: "isstruct",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Nodes,
        run: |call| truth(matches!(call.get(0), Some(Value::Struct(_)))),
        doc: "True for a structure.",
    },
    Builtin {
        name: "isfield",
        args_min: 2,
        args_max: 2,
        outputs_max: 1,
        needs: Needs::Nodes,
        run: is_field,
        doc: "True for the names that are fields of a structure.",
    },
    Builtin {
        name: "fieldnames",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Nodes,
        run: field_names,
        doc: "The names of a structure's fields, a column of texts.",
    },
    Builtin {
        name: "numfields",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Nodes,
        run: |call| {
            let message = "numfields: argument must be a struct";
            let structure = structure(call, 0, message)?;
            Ok(vec![Value::from(structure.fields.len() as f64)])
        },
        doc: "How many fields a structure has.",
    },
    Builtin {
        name: "rmfield",
        args_min: 2,
        args_max: 2,
        outputs_max: 1,
        needs: Needs::Nodes,
        run: remove_field,
        doc: "A structure without a field, or without several.",
    },
    Builtin {
        name: "setfield",
        args_min: 3,
        args_max: ANY,
        outputs_max: 1,
        needs: Needs::Nodes,
        run: set_field,
        doc: "A structure with a field, or a field of a field, set.",
    },
    Builtin {
        name: "getfield",
        args_min: 2,
        args_max: ANY,
        outputs_max: 1,
        needs: Needs::Nodes,
        run: get_field,
        doc: "A field, or a field of a field, of a structure.",
    },
    Builtin {
        name: "orderfields",
        args_min: 1,
        args_max: 2,
        outputs_max: 2,
        needs: Needs::Nodes,
        run: order_fields,
        doc: "A structure with its fields sorted, or in a given order.",
    },
    Builtin {
        name: "struct2cell",
        args_min: 1,
        args_max: 1,
        outputs_max: 1,
        needs: Needs::Nodes,
        run: to_cell,
        doc: "The values of a structure's fields, a column; further axes for a structure array.",
    },
    Builtin {
        name: "cell2struct",
        args_min: 2,
        args_max: 3,
        outputs_max: 1,
        needs: Needs::Nodes,
        run: from_cell,
        doc: "A structure of the values of a cell along a dimension.",
    },
];

pub(super) fn truth(value: bool) -> Outcome {
    Ok(vec![Value::from(value)])
}

fn structure(
    call: &mut Call<'_, '_>,
    index: usize,
    message: &str,
) -> Result<StructArray, ScriptError> {
    match call.take(index)? {
        Value::Struct(structure) => Ok(structure),
        _ => Err(call.error("M320", message)),
    }
}

/// The texts of an argument: a text, a char matrix by rows, or a cell of texts.
pub(super) fn texts(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Cell(cell) => {
            cell.values.iter().map(|value| value.to_text().filter(|_| value.is_char())).collect()
        }
        Value::Array(array) if value.is_char() => match array.to_text() {
            Some(text) => Some(vec![text]),
            None => {
                Some(convert::rows_of(array).iter().map(|row| row.trim_end().to_owned()).collect())
            }
        },
        _ => value.to_text().filter(|_| value.is_char()).map(|text| vec![text]),
    }
}

fn make(call: &mut Call<'_, '_>) -> Outcome {
    if let [value @ Value::Struct(_)] = call.args.as_slice() {
        return Ok(vec![value.clone()]);
    }
    if let [Value::Array(array)] = call.args.as_slice()
        && array.is_empty()
    {
        let fields = std::rc::Rc::default();
        return Ok(vec![Value::Struct(StructArray { shape: array.shape.clone(), fields })]);
    }
    let bad = "struct: additional arguments must occur as \"field\", VALUE pairs";
    if call.args.len() % 2 == 1 {
        return Err(call.error("M321", bad));
    }
    let mut shape: Option<(Shape, usize)> = None;
    for (position, value) in call.args.iter().enumerate().skip(1).step_by(2) {
        let Value::Cell(cell) = value else { continue };
        if cell.shape.is_scalar() {
            continue;
        }
        match &shape {
            None => shape = Some((cell.shape.clone(), position + 1)),
            Some((known, _)) if *known == cell.shape => {}
            Some((_, first)) => {
                let here = position + 1;
                return Err(call.error(
                    "M322",
                    format!(
                        "struct: dimensions of parameter {first} do not match those of parameter \
                         {here}"
                    ),
                ));
            }
        }
    }
    let shape = shape.map_or_else(Shape::scalar, |(shape, _)| shape);
    let mut fields = IndexMap::new();
    for pair in call.args.chunks(2) {
        let [name, value] = pair else { continue };
        let Some(name) = name.to_text().filter(|_| name.is_char()) else {
            return Err(call.error("M321", bad));
        };
        let values = match value {
            Value::Cell(cell) if cell.shape.is_scalar() => {
                vec![
                    cell.values.first().cloned().unwrap_or_else(Value::empty);
                    shape.len() as usize
                ]
            }
            Value::Cell(cell) => cell.values.as_ref().clone(),
            other => vec![other.clone(); shape.len() as usize],
        };
        fields.insert(name, values);
    }
    Ok(vec![Value::Struct(StructArray { shape, fields: Rc::new(fields) })])
}

fn is_field(call: &mut Call<'_, '_>) -> Outcome {
    let (value, names) = (call.take(0)?, call.take(1)?);
    let has = |name: &Value| match (&value, name.to_text().filter(|_| name.is_char())) {
        (Value::Struct(structure), Some(name)) => structure.fields.contains_key(&name),
        _ => false,
    };
    match &names {
        Value::Cell(cell) if matches!(value, Value::Struct(_)) => {
            let data = HostData::Logical(cell.values.iter().map(has).collect());
            Ok(vec![HostArray::new(cell.shape.clone(), data).into()])
        }
        name => truth(has(name)),
    }
}

fn field_names(call: &mut Call<'_, '_>) -> Outcome {
    let structure = structure(call, 0, "fieldnames: Invalid input argument")?;
    let names: Vec<Value> =
        structure.fields.keys().map(|name| Value::from(name.as_str())).collect();
    Ok(vec![Value::Cell(CellArray::new(Shape::matrix(names.len() as u64, 1), names))])
}

fn remove_field(call: &mut Call<'_, '_>) -> Outcome {
    let mut structure = structure(call, 0, "rmfield: first argument must be a struct")?;
    let Some(names) = call.get(1).and_then(texts) else {
        let message = "rmfield: second argument must be a cellstr or character string";
        return Err(call.error("M320", message));
    };
    let fields = Rc::make_mut(&mut structure.fields);
    for name in names {
        if fields.shift_remove(&name).is_none() {
            let message = format!("rmfield: structure does not contain field {name}");
            return Err(call.error("M323", message));
        }
    }
    Ok(vec![Value::Struct(structure)])
}

/// The field names of a `getfield` or `setfield` path.
fn path(call: &Call<'_, '_>, names: &[Value]) -> Result<Vec<String>, ScriptError> {
    let name = |value: &Value| {
        value
            .to_text()
            .filter(|_| value.is_char())
            .ok_or_else(|| call.error("M324", format!("{}: invalid index", call.builtin.name)))
    };
    names.iter().map(name).collect()
}

/// True if a path has an index.
fn has_index(path: &[Value]) -> bool {
    path.iter().any(|part| matches!(part, Value::Cell(_)))
}

fn set_field(call: &mut Call<'_, '_>) -> Outcome {
    if has_index(call.args.get(1..call.args.len() - 1).unwrap_or_default()) {
        return call.by_form();
    }
    let mut args = std::mem::take(&mut call.args);
    let value = args.pop().unwrap_or_else(Value::empty);
    let names = path(call, args.get(1..).unwrap_or_default())?;
    let mut target = args.into_iter().next().unwrap_or_else(Value::empty);
    store(call, &mut target, &names, value)?;
    Ok(vec![target])
}

fn store(
    call: &Call<'_, '_>,
    target: &mut Value,
    names: &[String],
    value: Value,
) -> Result<(), ScriptError> {
    let Some((name, rest)) = names.split_first() else {
        *target = value;
        return Ok(());
    };
    if let Value::Array(array) = target
        && array.is_empty()
    {
        *target = Value::Struct(StructArray::single([]));
    }
    match target {
        Value::Struct(structure) if structure.shape.is_scalar() => {
            let fields = Rc::make_mut(&mut structure.fields);
            let column = fields.entry(name.clone()).or_insert_with(|| vec![Value::empty()]);
            match column.first_mut() {
                Some(slot) => store(call, slot, rest, value),
                None => Err(call.invalid()),
            }
        }
        _ => Err(call.error("M320", "setfield: invalid input")),
    }
}

fn get_field(call: &mut Call<'_, '_>) -> Outcome {
    if has_index(call.args.get(1..).unwrap_or_default()) {
        return call.by_form();
    }
    let args = std::mem::take(&mut call.args);
    let names = path(call, args.get(1..).unwrap_or_default())?;
    let mut value = args.into_iter().next().unwrap_or_else(Value::empty);
    for name in names {
        value = match &value {
            Value::Struct(structure) => match structure.field(&name) {
                Some(value) => value.clone(),
                None => {
                    let message = format!("structure has no member '{name}'");
                    return Err(call.error("M323", message).identifier("Octave:invalid-indexing"));
                }
            },
            _ => return Err(call.error("M320", "getfield: invalid input")),
        };
    }
    Ok(vec![value])
}

fn order_fields(call: &mut Call<'_, '_>) -> Outcome {
    let structure = structure(call, 0, "orderfields: S1 must be a struct")?;
    let mut names: Vec<String> = match call.get(1) {
        None => structure.fields.keys().cloned().collect(),
        Some(Value::Struct(like)) => like.fields.keys().cloned().collect(),
        Some(places) if places.class().is_some() && !places.is_char() => {
            let places = call.array(1)?.doubles();
            let name = |place: &f64| structure.fields.get_index(*place as usize - 1);
            let in_range = |place: &&f64| **place >= 1.0 && place.fract() == 0.0;
            let known = places.iter().filter(in_range).filter_map(name);
            known.map(|(name, _)| name.clone()).collect()
        }
        Some(names) => texts(names).unwrap_or_default(),
    };
    if call.args.len() < 2 {
        names.sort();
    }
    let (mut fields, mut order) = (IndexMap::new(), Vec::new());
    for name in names {
        if let Some((position, name, column)) = structure.fields.get_full(&name) {
            fields.insert(name.clone(), column.clone());
            order.push(position as f64 + 1.0);
        }
    }
    if fields.len() != structure.fields.len() {
        let message = "orderfields: FIELDS do not match those of the structure";
        return Err(call.error("M323", message));
    }
    let sorted = StructArray { shape: structure.shape, fields: Rc::new(fields) };
    Ok(vec![Value::Struct(sorted), HostArray::column(order).into()])
}

fn to_cell(call: &mut Call<'_, '_>) -> Outcome {
    let structure = structure(call, 0, "struct2cell: argument S must be a structure")?;
    let count = structure.shape.len() as usize;
    let mut values = Vec::with_capacity(count * structure.fields.len());
    for index in 0..count {
        values.extend(structure.fields.values().filter_map(|column| column.get(index).cloned()));
    }
    let mut extents = vec![structure.fields.len() as u64];
    extents.extend(structure.shape.extents());
    Ok(vec![Value::Cell(CellArray::new(Shape::new(extents), values))])
}

fn from_cell(call: &mut Call<'_, '_>) -> Outcome {
    let Value::Cell(cell) = call.take(0)? else {
        return Err(call.error("M320", "cell2struct: argument CELL must be of type 'cell array'"));
    };
    let Some(names) = call.get(1).and_then(texts) else {
        let message = "cell2struct: FIELDS must be a cell array of strings or a character matrix";
        return Err(call.error("M320", message));
    };
    let dim = if call.args.len() > 2 { call.number(2)? } else { 1.0 };
    if cell.shape.rank() > 2 || (dim != 1.0 && dim != 2.0) {
        return Err(call.error("M324", "cell2struct: DIM must be 1 or 2, and CELL a matrix"));
    }
    let axis = dim as usize - 1;
    if cell.shape.extent(axis) != names.len() as u64 {
        let message = "cell2struct: number of FIELDS does not match dimension";
        return Err(call.error("M323", message));
    }
    let (rows, others) = (cell.shape.extent(0) as usize, cell.shape.extent(1 - axis));
    let mut fields = IndexMap::new();
    for (position, name) in names.into_iter().enumerate() {
        let column = (0..others as usize).filter_map(|other| {
            let index = if axis == 0 { position + rows * other } else { other + rows * position };
            cell.values.get(index).cloned()
        });
        fields.insert(name, column.collect());
    }
    let shape = Shape::matrix(others, 1);
    Ok(vec![Value::Struct(StructArray { shape, fields: Rc::new(fields) })])
}
