//! Every row's WGSL is accepted by naga, alone and with the prelude that it names, and its SPIR-V
//! by `spirv-val` where that is installed.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed step is a failed test, in the functions that tests share too"
)]

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use naga::valid::{Capabilities, ModuleInfo, ValidationFlags, Validator};
use preheat_format::{DType, NumericMode};
use preheat_ops::op::{Component, ComponentType, RandomDef, Reduction};
use preheat_ops::template::{Int64, cast_wgsl, closure, constant_holes, fill, wgsl_type};
use preheat_ops::{Kind, table};

const FLOATS: [DType; 2] = [DType::F64, DType::F32];
const VALUES: [DType; 3] = [DType::F64, DType::F32, DType::Bool];
const MODES: [NumericMode; 2] = [NumericMode::Precise, NumericMode::Fast];

fn parse(text: &str) -> (naga::Module, ModuleInfo) {
    let module = naga::front::wgsl::parse_str(text)
        .unwrap_or_else(|error| panic!("{}\n{text}", error.emit_to_string(text)));
    let capabilities = Capabilities::FLOAT64 | Capabilities::SHADER_INT64;
    let info = Validator::new(ValidationFlags::all(), capabilities)
        .validate(&module)
        .unwrap_or_else(|error| panic!("{}\n{text}", error.emit_to_string(text)));
    (module, info)
}

/// Validates WGSL, translates it and validates the SPIR-V.
fn check(text: &str) {
    let (module, info) = parse(text);
    let options = naga::back::spv::Options { lang_version: (1, 3), ..Default::default() };
    let words = naga::back::spv::write_vec(&module, &info, &options, None).unwrap();
    let spawned = Command::new("spirv-val")
        .args(["--target-env", "vulkan1.1", "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = spawned else { return };
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    child.stdin.take().unwrap().write_all(&bytes).unwrap();
    let output = child.wait_with_output().unwrap();
    let complaint = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "{complaint}\n{text}");
}

/// A kernel around an expression: operands `a`, `b`, `c`, a result of a type.
fn kernel(operands: DType, result: &str, body: &str, int64: Int64) -> String {
    let ty = wgsl_type(operands);
    let stored = if ty == "bool" { "u32" } else { ty };
    let load = |at: u32| match ty {
        "bool" => format!("values[{at}] != 0u"),
        _ => format!("values[{at}]"),
    };
    let store = if result == "bool" { "u32(result)" } else { "result" };
    let stored_result = if result == "bool" { "u32" } else { result };
    let mut text = closure(body, int64);
    write!(
        text,
        "@group(0) @binding(0) var<storage, read> values: array<{stored}>;\n\
         @group(0) @binding(1) var<storage, read_write> results: array<{stored_result}>;\n\
         @compute @workgroup_size(64)\nfn main() {{\n  let a = {};\n  let b = {};\n  let c = {};\n\
         \x20 let result: {result} = {body};\n  results[0] = {store};\n}}\n",
        load(0),
        load(1),
        load(2),
    )
    .unwrap();
    text
}

#[test]
fn prelude_files_are_valid_by_themselves() {
    for (name, text) in [
        ("logic", include_str!("../wgsl/prelude/logic.wgsl")),
        ("math_f32", include_str!("../wgsl/prelude/math_f32.wgsl")),
        ("math_f64", include_str!("../wgsl/prelude/math_f64.wgsl")),
        ("philox", include_str!("../wgsl/prelude/philox.wgsl")),
        ("philox_int64", include_str!("../wgsl/prelude/philox_int64.wgsl")),
    ] {
        assert!(!text.is_empty(), "{name}");
        parse(text);
    }
}

#[test]
fn elementwise_rows_are_valid() {
    for op in table() {
        let Kind::Elementwise { arity, wgsl, .. } = &op.kind else {
            continue;
        };
        for operands in VALUES {
            for mode in MODES {
                let Some(template) = wgsl.of(operands, mode) else {
                    continue;
                };
                // Positions and bits are words, not truth values.
                let is_word = ["index_", "bit"].iter().any(|name| op.id.as_str().starts_with(name));
                let operands = if is_word { DType::U32 } else { operands };
                let names = ["a", "b", "c"].map(str::to_owned);
                let is_select = op.id.as_str() == "select";
                let result = if is_select { operands } else { op.result_dtype(operands, operands) };
                let first = if is_select { "bool(a)".to_owned() } else { names[0].clone() };
                let holes = [("0", first.as_str()), ("1", &names[1]), ("2", &names[2])];
                let mut holes = holes[..usize::from(*arity)].to_vec();
                holes.push(("T", wgsl_type(operands)));
                let body = fill(template, &holes);
                assert!(!body.contains('{'), "{}: {body}", op.id);
                check(&kernel(operands, wgsl_type(result), &body, Int64::Native));
            }
        }
    }
}

#[test]
fn casts_are_valid() {
    for from in DType::ALL {
        for to in DType::ALL {
            let body = cast_wgsl(from, to, "a");
            check(&kernel(from, wgsl_type(to), &body, Int64::Native));
        }
    }
}

#[test]
fn random_rows_are_valid() {
    for op in table() {
        let Kind::Random(RandomDef { wgsl_f32, wgsl_f64, .. }) = &op.kind else {
            continue;
        };
        for int64 in [Int64::Native, Int64::Emulated] {
            let block = "philox4x32_10(vec4<u32>(1u, 2u, 3u, a), vec2<u32>(b, c))";
            let [f32_body, f64_body] =
                [wgsl_f32, wgsl_f64].map(|name| format!("{name}({block}).x"));
            check(&kernel(DType::U32, "f32", &f32_body, int64));
            check(&kernel(DType::U32, "f64", &f64_body, int64));
        }
    }
}

/// A kernel that folds three elements, two of them in an accumulator of their own.
fn reduction_kernel(reduction: &Reduction, element: DType, result: &str) -> String {
    let mut holes: Vec<(String, String)> = constant_holes(element)
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    holes.push(("R".to_owned(), result.to_owned()));
    holes.push(("n".to_owned(), fill("{T}(3u)", &borrowed(&holes))));
    let mut body = String::new();
    for (side, elements) in [("a", &["a"][..]), ("b", &["b", "c"][..])] {
        declare(&mut body, reduction.accumulator, side, &holes);
        for (at, name) in elements.iter().enumerate() {
            let mut step_holes = holes.clone();
            step_holes.push(("x".to_owned(), format!("value_{name}")));
            step_holes.push(("i".to_owned(), format!("{at}u")));
            for component in 0..reduction.accumulator.len() {
                step_holes.push((format!("a{component}"), format!("{side}{component}")));
            }
            update(&mut body, reduction.accumulator, side, |part| {
                fill(part.step, &borrowed(&step_holes))
            });
        }
    }
    for component in 0..reduction.accumulator.len() {
        holes.push((format!("a{component}"), format!("a{component}")));
        holes.push((format!("b{component}"), format!("b{component}")));
    }
    update(&mut body, reduction.accumulator, "a", |part| fill(part.combine, &borrowed(&holes)));
    let finish = fill(reduction.finish, &borrowed(&holes));
    let function = format!(
        "fn fold(value_a: {ty}, value_b: {ty}, value_c: {ty}) -> {result} {{\n{body}  return \
         {finish};\n}}\n",
        ty = wgsl_type(element)
    );
    let prelude = closure(&function, Int64::Native);
    format!("{prelude}{function}{}", kernel(element, result, "fold(a, b, c)", Int64::Native))
}

fn borrowed(holes: &[(String, String)]) -> Vec<(&str, &str)> {
    holes.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

fn declare(body: &mut String, parts: &[Component], side: &str, holes: &[(String, String)]) {
    for (component, part) in parts.iter().enumerate() {
        let ty = match part.dtype {
            ComponentType::Element => "{T}",
            ComponentType::Index => "u32",
            ComponentType::Flag => "bool",
        };
        let line = fill(
            &format!("  var {side}{component}: {ty} = {};\n", part.identity),
            &borrowed(holes),
        );
        body.push_str(&line);
    }
}

fn update(body: &mut String, parts: &[Component], side: &str, text: impl Fn(&Component) -> String) {
    body.push_str("  {\n");
    for (component, part) in parts.iter().enumerate() {
        writeln!(body, "    let next{component} = {};", text(part)).unwrap();
    }
    for component in 0..parts.len() {
        writeln!(body, "    {side}{component} = next{component};").unwrap();
    }
    body.push_str("  }\n");
}

#[test]
fn reductions_are_valid() {
    for op in table() {
        let Kind::Reduction(reduction) = &op.kind else {
            continue;
        };
        for element in FLOATS {
            for stated in FLOATS {
                let result = wgsl_type(op.result_dtype(element, stated));
                check(&reduction_kernel(reduction, element, result));
            }
        }
        if matches!(op.id.as_str(), "red_any" | "red_all") {
            check(&reduction_kernel(reduction, DType::Bool, "bool"));
        }
    }
}

#[test]
fn a_chain_of_all_unary_functions_is_valid() {
    for operands in FLOATS {
        let mut body = "a".to_owned();
        for op in table() {
            let Kind::Elementwise { arity: 1, wgsl, .. } = &op.kind else {
                continue;
            };
            let Some(template) = wgsl.of(operands, NumericMode::Precise) else {
                continue;
            };
            if op.result_dtype(operands, operands) == operands {
                body = fill(template, &[("0", &body)]);
            }
        }
        check(&kernel(operands, wgsl_type(operands), &body, Int64::Native));
    }
}
