//! The operation table, row by row: kernels validate alone and in a chain, in every numeric form;
//! on edge values the device gives what the host gives; docs/ops.md is the table's.

use std::fs;
use std::sync::Arc;

use preheat_compiler::pack::{self, PackOptions};
use preheat_cpu::Column;
use preheat_format::{
    AxisRole, Call, CallOutput, DType, NodeKind, NumericMode, OpId, Signature, SignatureBuilder,
    View,
};
use preheat_ops::{DTypeRule, Kind, OpDef};
use preheat_runtime::{DeviceChoice, Runtime};

use super::harness;

/// Results of one group: as many as leave room for its operands among eight bindings.
const TOGETHER: usize = 4;

/// An operation with the types of its operands and its result.
#[derive(Clone)]
struct Trial {
    def: &'static OpDef,
    operands: Vec<DType>,
    result: DType,
}

/// What becomes of the operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Map,
    Reduce,
    Scan,
}

fn trials(form: Form) -> Vec<Trial> {
    let mut found = Vec::new();
    for def in preheat_ops::table() {
        for dtype in [DType::F64, DType::F32, DType::Bool, DType::U32] {
            found.extend(trial(def, dtype, form));
        }
    }
    found
}

fn trial(def: &'static OpDef, dtype: DType, form: Form) -> Option<Trial> {
    let is_float = dtype.is_float();
    let trial = |operands: Vec<DType>, result: DType| Some(Trial { def, operands, result });
    match (&def.kind, form) {
        (Kind::Elementwise { arity: 3, .. }, Form::Map) if def.id.as_str() == "select" => {
            trial(vec![DType::Bool, dtype, dtype], dtype)
        }
        (Kind::Elementwise { arity, wgsl, .. }, Form::Map) => {
            wgsl.of(dtype, NumericMode::Precise)?;
            // Operations on words: logic on truth values, arithmetic of positions on numbers.
            let is_logic = def.dtype == DTypeRule::Bool;
            if !is_float && is_logic != (dtype == DType::Bool) {
                return None;
            }
            trial(vec![dtype; usize::from(*arity)], def.result_dtype(dtype, dtype))
        }
        (Kind::Cast, Form::Map) if is_float => trial(vec![dtype], DType::I16),
        (Kind::Reduction(_), Form::Reduce) => {
            let takes = match def.id.as_str() {
                "red_any" | "red_all" => is_float || dtype == DType::Bool,
                _ => is_float,
            };
            let result = def.result_dtype(dtype, DType::F64);
            if takes { trial(vec![dtype], result) } else { None }
        }
        (Kind::Reduction(_), Form::Scan) if is_float => {
            let scans = ["red_sum", "red_prod", "red_min", "red_max", "red_argmin", "red_argmax"];
            let result = def.result_dtype(dtype, DType::F64);
            if scans.contains(&def.id.as_str()) { trial(vec![dtype], result) } else { None }
        }
        (_, _) => None,
    }
}

fn node(builder: &mut SignatureBuilder, trial: &Trial, operands: Vec<u32>, form: Form) -> u32 {
    let op = trial.def.id;
    let first = operands.first().copied().unwrap_or_default();
    let kind = match form {
        Form::Map => NodeKind::Apply { op, operands },
        Form::Reduce => NodeKind::Reduce { op, operand: first },
        Form::Scan => NodeKind::Scan { op, operand: first },
    };
    builder.node(trial.result, kind)
}

/// A group of trials with the same operands; in a chain every operand is negated or inverted
/// twice before, and every result added to itself after.
fn group(trials: &[Trial], form: Form, mode: NumericMode, chained: bool) -> Signature {
    let role = if form == Form::Map { AxisRole::Kept } else { AxisRole::Reduced };
    let mut builder = SignatureBuilder::new(mode, vec![role]);
    let view = builder.view(View::identity(1));
    let mut operands = Vec::new();
    for dtype in &trials[0].operands {
        let source = builder.source(*dtype);
        let mut operand = builder.node(*dtype, NodeKind::Load { source, view });
        if chained && *dtype != DType::U32 {
            let op = OpId::new(if *dtype == DType::Bool { "not" } else { "neg" });
            for _ in 0..2 {
                operand = builder.node(*dtype, NodeKind::Apply { op, operands: vec![operand] });
            }
        }
        operands.push(operand);
    }
    for trial in trials {
        let mut result = node(&mut builder, trial, operands.clone(), form);
        if chained && trial.result.is_float() {
            let op = OpId::new("add");
            let operands = vec![result, result];
            result = builder.node(trial.result, NodeKind::Apply { op, operands });
        }
        builder.output(result, None);
    }
    builder.finish().expect("a valid group").0
}

/// Trials that can share a group.
fn groups(form: Form) -> Vec<Vec<Trial>> {
    let mut groups: Vec<Vec<Trial>> = Vec::new();
    for trial in trials(form) {
        let fits = |group: &&mut Vec<Trial>| {
            let limit = if form == Form::Map { TOGETHER } else { 1 };
            group.len() < limit && group[0].operands == trial.operands
        };
        match groups.iter_mut().find(fits) {
            Some(group) => group.push(trial),
            None => groups.push(vec![trial]),
        }
    }
    groups
}

#[test]
fn every_row_validates_alone_and_in_a_chain() {
    let mut count = 0;
    for form in [Form::Map, Form::Reduce, Form::Scan] {
        for trial in trials(form) {
            for (mode, chained) in [
                (NumericMode::Precise, false),
                (NumericMode::Precise, true),
                (NumericMode::Fast, false),
            ] {
                let signature = group(std::slice::from_ref(&trial), form, mode, chained);
                let compiled = pack::compile(&Arc::new(signature), &PackOptions::default());
                let name = trial.def.id;
                assert!(compiled.is_ok(), "{name} of {:?}: {:?}", trial.operands, compiled.err());
                count += 1;
            }
        }
    }
    assert!(count > 300, "only {count} kernels");
}

fn edge_values() -> Vec<f64> {
    let mut values = vec![0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN];
    for value in [1.0, 0.5, 1.5, 2.0, 2.5, 3.0, 0.1, 0.7, 10.0, 30.0, 90.0, 100.25, 1e-10, 1e10] {
        values.extend([value, -value]);
    }
    values
}

/// Operand `place` of every combination of edge values.
fn operand(dtype: DType, place: usize, arity: usize) -> Column {
    let mut values = edge_values();
    match dtype {
        DType::F64 => values.extend([5e-324, -5e-324, f64::MIN_POSITIVE, f64::MAX, f64::MIN]),
        _ => {
            let (least, most) = (f64::from(f32::MIN_POSITIVE), f64::from(f32::MAX));
            values.extend([1e-45, -1e-45, least, most, -most]);
        }
    }
    let count = values.len();
    let total = if arity == 1 { count } else { count * count };
    let pick = |index: usize| match place {
        0 => values[index % count],
        1 => values[index / count],
        _ => values[(index + 1) % count],
    };
    let indices = 0..total;
    match dtype {
        DType::F64 => Column::F64(indices.map(pick).collect()),
        DType::F32 => Column::F32(indices.map(|index| pick(index) as f32).collect()),
        _ => {
            let bit = |index: usize| ((index * 7 + place * 3) / 2 % 2) as u32;
            let word = |index: usize| (index as u32).wrapping_mul(2_654_435_761);
            let is_bool = dtype == DType::Bool;
            Column::Word(indices.map(|i| if is_bool { bit(i) } else { word(i) }).collect())
        }
    }
}

fn run(runtime: &Runtime, trials: &[Trial], form: Form) -> Vec<Arc<Column>> {
    let signature = group(trials, form, NumericMode::Precise, false);
    let arity = trials[0].operands.len();
    let mut sources = Vec::new();
    let mut extent = 0;
    for (place, dtype) in trials[0].operands.iter().enumerate() {
        let column = operand(*dtype, place, if form == Form::Map { arity } else { 1 });
        extent = column.len() as u64;
        sources.push(runtime.upload(*dtype, Arc::new(column)).expect("room"));
    }
    let outputs = signature.outputs.iter().map(|_| CallOutput::New).collect();
    let call = Call {
        key: signature.key(),
        extents: vec![extent],
        views: vec![Default::default(); signature.views.len()],
        sources,
        params: Vec::new(),
        outputs,
        roll: None,
        signature: Arc::new(signature),
    };
    let buffers = runtime.call(call).expect("the group runs");
    buffers.iter().map(|buffer| runtime.read(buffer).expect("values")).collect()
}

/// Numbers between two floats of one type; 0 for two NaN and for zeros of either sign.
fn ulps_apart(a: f64, b: f64, dtype: DType) -> u64 {
    if a == b || (a.is_nan() && b.is_nan()) {
        return 0;
    }
    let rank = |value: f64| match dtype {
        DType::F32 => {
            let bits = (value as f32).to_bits() as i32;
            i64::from(if bits < 0 { i32::MIN - bits } else { bits })
        }
        _ => {
            let bits = value.to_bits() as i64;
            if bits < 0 { i64::MIN - bits } else { bits }
        }
    };
    if a.is_nan() || b.is_nan() { u64::MAX } else { rank(a).abs_diff(rank(b)) }
}

fn number(column: &Column, index: usize) -> f64 {
    match column {
        Column::F64(values) => values[index],
        Column::F32(values) => f64::from(values[index]),
        Column::Word(values) => f64::from(values[index]),
    }
}

#[test]
fn the_device_gives_what_the_host_gives_on_edge_values() {
    if !harness::has_gpu() {
        return;
    }
    let runtime = |device| {
        let hook = Box::new(super::differential::compile);
        Runtime::builder().device(device).compile_hook(hook).build().expect("a runtime")
    };
    let (device, host) = (runtime(DeviceChoice::Vulkan), runtime(DeviceChoice::Cpu));
    let mut failures = Vec::new();
    for form in [Form::Map, Form::Reduce, Form::Scan] {
        for group in groups(form) {
            let (found, expected) = (run(&device, &group, form), run(&host, &group, form));
            for ((trial, found), expected) in group.iter().zip(&found).zip(&expected) {
                // The host is within one unit of the exact value, the device within `ulp_max`.
                let limit = u64::from(trial.def.ulp_max) + u64::from(trial.def.ulp_max > 0);
                let apart = |index: &usize| {
                    let (found, expected) = (number(found, *index), number(expected, *index));
                    ulps_apart(found, expected, trial.result) > limit
                };
                if let Some(at) = (0..expected.len()).find(apart) {
                    let operands: Vec<f64> = (trial.operands.iter().enumerate())
                        .map(|(place, dtype)| {
                            let arity = if form == Form::Map { trial.operands.len() } else { 1 };
                            number(&operand(*dtype, place, arity), at)
                        })
                        .collect();
                    failures.push(format!(
                        "{} ({form:?}) of {operands:?} as {}: {:?} on the device, {:?} on the host",
                        trial.def.id,
                        trial.operands[0],
                        number(found, at),
                        number(expected, at)
                    ));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn the_page_of_operations_is_fresh() {
    let path = harness::root().join("docs/ops.md");
    let found = fs::read_to_string(path).expect("docs/ops.md");
    let is_fresh = found == preheat_ops::page();
    assert!(is_fresh, "docs/ops.md is not what the table says: run `cargo xtask gen`");
}

#[test]
fn names_are_unique() {
    let mut names: Vec<&str> = preheat_ops::table().map(|def| def.id.as_str()).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}
