//! Sets of numbers, texts and rows: on the host, for their sizes follow from the values.

use std::cmp::Ordering;

use super::search::compare;
use super::{Builtin, Call};
use crate::shape::Shape;
use crate::trace::error::ScriptError;
use crate::trace::interpreter::{collect_numbers, convert_number};
use crate::trace::value::{CellArray, Class, HostArray, HostData, Number, Value};

type Outcome = Result<Vec<Value>, ScriptError>;

pub(super) const BUILTINS: &[Builtin] = &[
    Builtin::values("unique", (1, 5, 3), unique, "Different elements in order."),
    Builtin::values("ismember", (2, 3, 2), is_member, "True for elements that are in a set."),
    Builtin::values("union", (2, 4, 3), union, "What is in one set or both."),
    Builtin::values("intersect", (2, 4, 3), intersect, "What is in both sets."),
    Builtin::values("setdiff", (2, 4, 2), setdiff, "What is in the first set only."),
    Builtin::values("setxor", (2, 4, 3), setxor, "What is in one set only."),
];

/// An element, text or row as a thing to compare.
#[derive(Clone, Debug, PartialEq)]
enum Key {
    Number(Number),
    Text(String),
    Row(Vec<Number>),
}

impl Key {
    fn compare(&self, other: &Key) -> Ordering {
        match (self, other) {
            (Key::Number(a), Key::Number(b)) => compare(a, b),
            (Key::Text(a), Key::Text(b)) => a.cmp(b),
            (Key::Row(a), Key::Row(b)) => a
                .iter()
                .zip(b)
                .map(|(a, b)| compare(a, b))
                .find(|ordering| *ordering != Ordering::Equal)
                .unwrap_or(Ordering::Equal),
            (Key::Number(_) | Key::Text(_) | Key::Row(_), _) => Ordering::Equal,
        }
    }

    fn is_nan(&self) -> bool {
        match self {
            Key::Number(number) => number.to_f64().is_nan(),
            Key::Row(numbers) => numbers.iter().any(|number| number.to_f64().is_nan()),
            Key::Text(_) => false,
        }
    }

    fn is(&self, other: &Key) -> bool {
        self.compare(other) == Ordering::Equal && !self.is_nan()
    }
}

/// The keys of a set, and how to make a value of some of them.
struct Set {
    value: Value,
    keys: Vec<Key>,
    rows: bool,
}

impl Set {
    fn of(call: &mut Call<'_, '_>, index: usize, rows: bool) -> Result<Set, ScriptError> {
        let value = call.args.get(index).cloned().unwrap_or_else(Value::empty);
        if let Value::Cell(cell) = &value {
            let text = |value: &Value| value.to_text().map(Key::Text);
            let keys: Option<Vec<Key>> = cell.values.iter().map(text).collect();
            let name = call.builtin.name;
            let message = match name {
                "unique" => "unique: X must be an array or cell array of strings".to_owned(),
                _ => format!("{name}: A and B must be arrays or cell arrays of strings"),
            };
            let keys = keys.ok_or_else(|| call.error("M113", message))?;
            return Ok(Set { value, keys, rows: false });
        }
        let array = call.array(index)?;
        let keys = match rows {
            false => array.numbers().map(Key::Number).collect(),
            true => (0..array.shape.extent(0)).map(|row| key_of_row(&array, row)).collect(),
        };
        Ok(Set { value: array.into(), keys, rows })
    }

    fn bring_to(&mut self, class: Class) {
        for key in &mut self.keys {
            match key {
                Key::Number(number) => *number = convert_number(*number, class),
                Key::Row(row) => {
                    row.iter_mut().for_each(|number| *number = convert_number(*number, class));
                }
                Key::Text(_) => {}
            }
        }
    }

    fn is_cell(&self) -> bool {
        matches!(self.value, Value::Cell(_))
    }

    /// A text among cells is one text.
    fn widened(self) -> Set {
        let text = self.value.to_text().filter(|_| self.value.is_char());
        match text {
            Some(text) => {
                let value = Value::cell_row(vec![self.value]);
                Set { value, keys: vec![Key::Text(text)], rows: false }
            }
            None => self,
        }
    }

    fn is_row(&self) -> bool {
        let shape = self.value.shape();
        shape.rank() == 2 && shape.extent(0) == 1 && !shape.is_empty()
    }
}

fn key_of_row(array: &HostArray, row: u64) -> Key {
    let columns = array.len().checked_div(array.shape.extent(0) as usize).unwrap_or(0);
    let at = |column: usize| array.get(row as usize + column * array.shape.extent(0) as usize);
    Key::Row((0..columns).filter_map(at).collect())
}

/// The class of what two sets have; none of cells.
fn common_class(sets: [&Set; 2]) -> Option<Class> {
    let weight = |class: Class| match class {
        Class::Int(_) => 4,
        Class::Char => 3,
        Class::Single => 2,
        Class::Double => 1,
        Class::Logical => 0,
    };
    let (first, second) = (sets[0].value.class()?, sets[1].value.class()?);
    Some(if weight(second) > weight(first) { second } else { first })
}

/// Keys as a value of the kind and class of the sets.
fn gathered(sets: [&Set; 2], picked: &[(usize, usize)], shape: Shape) -> Value {
    let key = |(set, index): &(usize, usize)| sets[*set].keys.get(*index);
    if sets.iter().any(|set| set.is_cell()) {
        let texts = picked.iter().filter_map(|place| match key(place) {
            Some(Key::Text(text)) => Some(Value::from(text.as_str())),
            _ => None,
        });
        return Value::Cell(CellArray::new(shape, texts.collect()));
    }
    let class = common_class(sets).unwrap_or(Class::Double);
    let mut numbers: Vec<Number> = Vec::with_capacity(picked.len());
    if sets[0].rows {
        for column in 0..shape.extent(1) as usize {
            numbers.extend(picked.iter().filter_map(|place| match key(place) {
                Some(Key::Row(row)) => row.get(column).copied(),
                _ => None,
            }));
        }
    } else {
        numbers.extend(picked.iter().filter_map(|place| match key(place) {
            Some(Key::Number(number)) => Some(*number),
            _ => None,
        }));
    }
    collect_numbers(class, shape, numbers.into_iter()).into()
}

fn column_of(places: impl Iterator<Item = usize>) -> Value {
    HostArray::column(places.map(|place| place as f64 + 1.0).collect()).into()
}

/// Options from an argument on; `None` if one is no text.
fn options_of(call: &Call<'_, '_>, first: usize) -> Option<Vec<String>> {
    let options = call.args.get(first..).unwrap_or_default();
    options.iter().map(|value| value.to_text().filter(|_| value.is_char())).collect()
}

fn is_cell(value: &Value) -> bool {
    matches!(value, Value::Cell(_))
}

fn is_set(value: &Value) -> bool {
    value.class().is_some() || is_cell(value)
}

/// True for a text, a cell of texts, and for nothing.
fn is_text(value: &Value) -> bool {
    match value {
        Value::Cell(cell) => cell.values.iter().all(Value::is_char),
        value => value.is_char() || value.is_empty(),
    }
}

/// True if the arguments are two sets that can be compared, and at most one of some options.
fn are_plain(call: &Call<'_, '_>, known: &[&str]) -> bool {
    let ([first, second, ..], Some(options)) = (call.args.as_slice(), options_of(call, 2)) else {
        return false;
    };
    let has_cell = is_cell(first) || is_cell(second);
    let width = |value: &Value| value.shape().extent(1);
    let is_flat = |value: &Value| value.shape().rank() == 2;
    let can_stack = is_flat(first)
        && is_flat(second)
        && (first.is_empty() || second.is_empty() || width(first) == width(second));
    let fits = match has_cell {
        // Rows of characters are several texts.
        true => {
            let is_line = |value: &Value| !value.is_char() || value.shape().extent(0) <= 1;
            let are_lines = call.builtin.name == "ismember" || is_line(first) && is_line(second);
            options.is_empty() && is_text(first) && is_text(second) && are_lines
        }
        false => options.iter().all(|option| option != "rows") || can_stack,
    };
    let are_known = options.iter().all(|option| known.contains(&option.as_str()));
    is_set(first) && is_set(second) && fits && are_known && options.len() < 2
}

/// Makes a cell of the rows of a matrix of characters beside a cell.
fn rows_as_texts(call: &mut Call<'_, '_>) -> Result<(), ScriptError> {
    let has_cell = call.args.iter().take(2).any(is_cell);
    for index in 0..call.args.len().min(2) {
        let value = &call.args[index];
        if has_cell && value.is_char() && value.shape().extent(0) > 1 {
            let value = call.take(index)?;
            call.args[index] = call.by("cellstr", vec![value])?;
        }
    }
    Ok(())
}

fn unique(call: &mut Call<'_, '_>) -> Outcome {
    let mut options = options_of(call, 1);
    if let Some(options) = &mut options {
        options.retain(|option| option != "rows");
    }
    let is_known = match options.as_deref() {
        Some([]) => true,
        Some([way]) => ["first", "last", "sorted", "stable"].contains(&way.as_str()),
        Some(_) | None => false,
    };
    if !is_known || !call.get(0).is_some_and(is_set) {
        return call.by_form();
    }
    let rows = call.take_option("rows");
    let stable = call.take_option("stable");
    let last = call.take_option("last");
    for option in ["first", "sorted"] {
        call.take_option(option);
    }
    let set = Set::of(call, 0, rows)?;
    let (shape, keys) = (set.value.shape(), &set.keys);
    if shape.is_empty() && !set.rows {
        let place = Value::empty();
        let empty = match shape == Shape::matrix(0, 0) || set.is_cell() {
            true => set.value.clone(),
            false => collect_numbers(
                set.value.class().unwrap_or(Class::Double),
                Shape::matrix(0, 1),
                std::iter::empty(),
            )
            .into(),
        };
        return Ok(vec![empty, place.clone(), place]);
    }
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_by(|a, b| keys[*a].compare(&keys[*b]));
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for index in order {
        match groups.last_mut() {
            Some(group) if group.first().is_some_and(|first| keys[*first].is(&keys[index])) => {
                group.push(index);
            }
            Some(_) | None => groups.push(vec![index]),
        }
    }
    if stable {
        groups.sort_by_key(|group| group.first().copied());
    }
    let mut numbers = vec![0; keys.len()];
    for (number, group) in groups.iter().enumerate() {
        group.iter().for_each(|index| numbers[*index] = number);
    }
    let pick = |group: &Vec<usize>| if last { group.last() } else { group.first() }.copied();
    let picked: Vec<usize> = groups.iter().filter_map(pick).collect();
    let count = picked.len() as u64;
    let target = match (set.rows, set.is_row()) {
        (true, _) => Shape::matrix(count, shape.extent(1)),
        (false, true) => Shape::matrix(1, count),
        (false, false) => Shape::matrix(count, 1),
    };
    let places: Vec<(usize, usize)> = picked.iter().map(|index| (0, *index)).collect();
    let values = gathered([&set, &set], &places, target);
    Ok(vec![values, column_of(picked.into_iter()), column_of(numbers.into_iter())])
}

/// The places of a set in order of its keys.
fn ordered(keys: &[Key]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_by(|a, b| keys[*a].compare(&keys[*b]));
    order
}

fn is_member(call: &mut Call<'_, '_>) -> Outcome {
    if !are_plain(call, &["rows"]) {
        return call.by_form();
    }
    rows_as_texts(call)?;
    let rows = call.take_option("rows");
    let in_cell = matches!(call.get(1), Some(Value::Cell(_)));
    let mut wanted = Set::of(call, 0, rows)?;
    let set = Set::of(call, 1, rows)?;
    let mut shape = wanted.value.shape();
    if in_cell && wanted.value.is_char() {
        wanted = wanted.widened();
        shape = Shape::matrix(wanted.keys.len() as u64, 1);
    }
    if rows {
        shape = Shape::matrix(wanted.keys.len() as u64, 1);
    }
    let set = if wanted.is_cell() && !in_cell { set.widened() } else { set };
    let order = ordered(&set.keys);
    let place = |key: &Key| {
        // Of equal ones the last.
        let at = order.partition_point(|index| set.keys[*index].compare(key) != Ordering::Greater);
        let index = *order.get(at.checked_sub(1)?)?;
        set.keys[index].is(key).then_some(index)
    };
    let places: Vec<Option<usize>> = wanted.keys.iter().map(place).collect();
    let found = places.iter().map(Option::is_some).collect();
    let found = HostArray::new(shape.clone(), HostData::Logical(found));
    let places = places.iter().map(|place| place.map_or(0.0, |index| index as f64 + 1.0));
    let places = HostArray::new(shape, HostData::Double(places.collect()));
    Ok(vec![found.into(), places.into()])
}

/// What two sets have, key by key in order: where it first is in the one and in the other.
struct Merged {
    sets: [Set; 2],
    entries: Vec<[Option<usize>; 2]>,
}

fn merged(call: &mut Call<'_, '_>) -> Result<Merged, ScriptError> {
    let rows = call.take_option("rows");
    call.take_option("sorted");
    let sets = [Set::of(call, 0, rows)?, Set::of(call, 1, rows)?];
    let has_cell = sets.iter().any(Set::is_cell);
    let mut sets = if has_cell { sets.map(Set::widened) } else { sets };
    // Elements are compared in the class of the result.
    if let Some(class) = common_class([&sets[0], &sets[1]])
        && (matches!(class, Class::Int(_)) || class == Class::Single)
    {
        sets.iter_mut().for_each(|set| set.bring_to(class));
    }
    let mut all: Vec<(usize, usize)> = Vec::new();
    for (which, set) in sets.iter().enumerate() {
        all.extend((0..set.keys.len()).map(|index| (which, index)));
    }
    let key = |(which, index): (usize, usize)| &sets[which].keys[index];
    all.sort_by(|a, b| key(*a).compare(key(*b)));
    let mut entries: Vec<[Option<usize>; 2]> = Vec::new();
    let mut before: Option<(usize, usize)> = None;
    for place in all {
        let is_same = before.is_some_and(|before| key(before).is(key(place)));
        if !is_same {
            entries.push([None, None]);
        }
        if let Some(entry) = entries.last_mut() {
            entry[place.0].get_or_insert(place.1);
        }
        before = Some(place);
    }
    Ok(Merged { sets, entries })
}

impl Merged {
    /// The value of some entries, as a row if `is_row`.
    fn value(&self, kept: &[[Option<usize>; 2]], is_row: bool) -> Value {
        let place = |entry: &[Option<usize>; 2]| match *entry {
            [Some(index), _] => Some((0, index)),
            [None, Some(index)] => Some((1, index)),
            [None, None] => None,
        };
        let picked: Vec<(usize, usize)> = kept.iter().filter_map(place).collect();
        let count = picked.len() as u64;
        let shape = match (self.sets[0].rows, is_row) {
            (true, _) => {
                let width = |set: &Set| set.value.shape().extent(1);
                Shape::matrix(count, width(&self.sets[0]).max(width(&self.sets[1])))
            }
            (false, true) => Shape::matrix(1, count),
            (false, false) => Shape::matrix(count, 1),
        };
        gathered([&self.sets[0], &self.sets[1]], &picked, shape)
    }

    fn are_rows(&self) -> bool {
        self.sets.iter().all(Set::is_row)
    }

    /// True if an argument is empty: then the other decides the shape.
    fn is_row_beside_empty(&self) -> bool {
        let is_empty = |set: &Set| set.value.is_empty();
        match [is_empty(&self.sets[0]), is_empty(&self.sets[1])] {
            [true, true] => false,
            [true, false] => self.sets[1].is_row(),
            [false, true] => self.sets[0].is_row(),
            [false, false] => self.are_rows(),
        }
    }
}

fn union(call: &mut Call<'_, '_>) -> Outcome {
    rows_as_texts(call)?;
    if !are_plain(call, &["rows", "sorted"]) {
        return call.by_form();
    }
    let merged = merged(call)?;
    // An empty row is a row here, other empty sets are not.
    let is_line = |set: &Set| set.value.shape().rank() == 2 && set.value.shape().extent(0) == 1;
    let is_row = merged.sets.iter().all(is_line) && !merged.entries.is_empty();
    let value = merged.value(&merged.entries, is_row);
    let first = merged.entries.iter().filter_map(|entry| entry[0]);
    let second = merged.entries.iter().filter(|entry| entry[0].is_none());
    Ok(vec![value, column_of(first), column_of(second.filter_map(|entry| entry[1]))])
}

fn intersect(call: &mut Call<'_, '_>) -> Outcome {
    rows_as_texts(call)?;
    if !are_plain(call, &["rows", "sorted"]) {
        return call.by_form();
    }
    let merged = merged(call)?;
    let is_both = |entry: &&[Option<usize>; 2]| entry.iter().all(Option::is_some);
    let kept: Vec<[Option<usize>; 2]> = merged.entries.iter().filter(is_both).copied().collect();
    if merged.sets.iter().any(|set| set.value.is_empty()) {
        let empty = match merged.sets.iter().any(Set::is_cell) {
            true => Value::Cell(CellArray::new(Shape::matrix(0, 0), Vec::new())),
            false => Value::empty(),
        };
        return Ok(vec![empty, Value::empty(), Value::empty()]);
    }
    let are_scalars = merged.sets.iter().all(|set| set.value.shape().is_scalar());
    let value = match kept.is_empty() && are_scalars && !merged.sets.iter().any(Set::is_cell) {
        true => Value::empty(),
        false => merged.value(&kept, merged.are_rows()),
    };
    let places = |which: usize| column_of(kept.iter().filter_map(move |entry| entry[which]));
    Ok(vec![value, places(0), places(1)])
}

fn setdiff(call: &mut Call<'_, '_>) -> Outcome {
    rows_as_texts(call)?;
    if !are_plain(call, &["rows", "sorted"]) {
        return call.by_form();
    }
    let merged = merged(call)?;
    let is_first = |entry: &&[Option<usize>; 2]| entry[0].is_some() && entry[1].is_none();
    let kept: Vec<[Option<usize>; 2]> = merged.entries.iter().filter(is_first).copied().collect();
    if merged.sets[0].value.shape() == Shape::matrix(0, 0) {
        return Ok(vec![merged.sets[0].value.clone(), Value::empty()]);
    }
    let value = merged.value(&kept, merged.sets[0].is_row());
    // The class is that of the first set.
    let value = match (&value, merged.sets[0].value.class()) {
        (Value::Cell(_), _) | (_, None) => value,
        (value, Some(class)) => {
            let array = call.interpreter.host_array(value, call.span)?;
            collect_numbers(class, array.shape.clone(), array.numbers()).into()
        }
    };
    Ok(vec![value, column_of(kept.iter().filter_map(|entry| entry[0]))])
}

fn setxor(call: &mut Call<'_, '_>) -> Outcome {
    rows_as_texts(call)?;
    if !are_plain(call, &["rows", "sorted"]) {
        return call.by_form();
    }
    let merged = merged(call)?;
    let is_one = |entry: &&[Option<usize>; 2]| entry[0].is_none() != entry[1].is_none();
    let kept: Vec<[Option<usize>; 2]> = merged.entries.iter().filter(is_one).copied().collect();
    let value = merged.value(&kept, merged.is_row_beside_empty());
    let places = |which: usize| column_of(kept.iter().filter_map(move |entry| entry[which]));
    Ok(vec![value, places(0), places(1)])
}
