//! Host evaluation against MATLAB's values, and the laws of the table.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed step is a failed test, in the functions that tests share too"
)]

use preheat_format::{DType, OpId};
use preheat_ops::eval::Eval;
use preheat_ops::op::Reduction;
use preheat_ops::template::{Int64, cast_wgsl, closure, fill, sources};
use preheat_ops::{Kind, OpDef, find, philox4x32_10, table};

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

fn row(id: &str) -> &'static OpDef {
    find(OpId::new(id)).unwrap_or_else(|| panic!("no row `{id}`"))
}

/// An operation of `f64` operands; tests give 0 and 1.
fn apply(id: &str, operands: &[f64]) -> f64 {
    let Kind::Elementwise { eval, .. } = &row(id).kind else { panic!("`{id}`") };
    let (mut value, mut flag) = ([0.0], [0]);
    match (eval, operands) {
        (Eval::Float1 { f64, .. }, [x]) => f64(&[*x], &mut value),
        (Eval::Float2 { f64, .. }, [x, y]) => f64(&[*x], &[*y], &mut value),
        (Eval::Test1 { f64, .. }, [x]) => f64(&[*x], &mut flag),
        (Eval::Test2 { f64, .. }, [x, y]) => f64(&[*x], &[*y], &mut flag),
        _ => panic!("`{id}` takes other operands"),
    }
    if matches!(eval, Eval::Test1 { .. } | Eval::Test2 { .. }) { flag[0].into() } else { value[0] }
}

/// The same in `f32`, for elementwise operations with a float result.
fn apply_f32(id: &str, operands: &[f64]) -> Option<f32> {
    let Kind::Elementwise { eval, .. } = &row(id).kind else {
        return None;
    };
    let mut value = [0.0];
    match (eval, operands) {
        (Eval::Float1 { f32, .. }, [x]) => f32(&[*x as f32], &mut value),
        (Eval::Float2 { f32, .. }, [x, y]) => f32(&[*x as f32], &[*y as f32], &mut value),
        _ => return None,
    }
    Some(value[0])
}

/// Equal, NaN to NaN, and zeros of the same sign.
fn same(found: f64, expected: f64) -> bool {
    if expected.is_nan() {
        found.is_nan()
    } else {
        found == expected && found.is_sign_negative() == expected.is_sign_negative()
    }
}

/// Results that are exact in MATLAB, in both float types.
const EXACT: &[(&str, &[f64], f64)] = &[
    ("pow", &[NAN, 0.0], 1.0),
    ("pow", &[0.0, 0.0], 1.0),
    ("pow", &[-2.0, 3.0], -8.0),
    ("pow", &[-8.0, 0.5], NAN),
    ("pow", &[1.0, INF], 1.0),
    ("pow", &[-0.0, -3.0], -INF),
    ("pow", &[-0.0, 2.0], 0.0),
    ("pow", &[-INF, 3.0], -INF),
    ("pow", &[0.5, INF], 0.0),
    ("round", &[2.5], 3.0),
    ("round", &[-2.5], -3.0),
    ("round", &[0.499_999_97], 0.0),
    ("fix", &[-2.7], -2.0),
    ("mod", &[5.0, 0.0], 5.0),
    ("mod", &[-1.0, 3.0], 2.0),
    ("mod", &[1.0, -3.0], -2.0),
    ("mod", &[-6.0, 3.0], 0.0),
    ("mod", &[5.5, 5.5], 0.0),
    ("mod", &[INF, 3.0], NAN),
    ("rem", &[-1.0, 3.0], -1.0),
    ("rem", &[5.0, 0.0], NAN),
    ("rem", &[5.0, INF], 5.0),
    ("min", &[NAN, 1.0], 1.0),
    ("max", &[1.0, NAN], 1.0),
    ("max", &[NAN, NAN], NAN),
    ("sign", &[-3.0], -1.0),
    ("sign", &[NAN], NAN),
    ("sqrt", &[-1.0], NAN),
    ("cbrt", &[-27.0], -3.0),
    ("hypot", &[INF, NAN], INF),
    ("hypot", &[3.0, -4.0], 5.0),
    ("exp", &[-INF], 0.0),
    ("log", &[0.0], -INF),
    ("log", &[-1.0], NAN),
    ("log10", &[1000.0], 3.0),
    ("log2", &[8.0], 3.0),
    ("log1p", &[-1.0], -INF),
    ("expm1", &[-0.0], -0.0),
    ("atan2", &[0.0, 0.0], 0.0),
    ("atanh", &[1.0], INF),
    ("acosh", &[0.5], NAN),
    ("tanh", &[INF], 1.0),
    ("sin", &[INF], NAN),
    ("sind", &[180.0], 0.0),
    ("sind", &[30.0], 0.5),
    ("sind", &[-90.0], -1.0),
    ("cosd", &[90.0], 0.0),
    ("cosd", &[60.0], 0.5),
    ("cosd", &[1e6], 0.173_648_177_666_930_33),
    ("tand", &[45.0], 1.0),
    ("tand", &[90.0], INF),
    ("tand", &[-135.0], 1.0),
    ("asind", &[-0.5], -30.000000000000004),
    ("acosd", &[0.5], 60.000_000_000_000_01),
    ("atand", &[1.0], 45.0),
    ("erf", &[INF], 1.0),
    ("erfc", &[-INF], 2.0),
    ("gamma", &[5.0], 24.0),
    ("gamma", &[-1.0], INF),
    ("gamma", &[-0.0], -INF),
    ("gammaln", &[1.0], 0.0),
    ("gammaln", &[0.0], INF),
    ("gammaln", &[-0.5], NAN),
];

#[test]
fn edge_values_are_matlabs() {
    for (id, operands, expected) in EXACT {
        let found = apply(id, operands);
        let near = (found - expected).abs() <= 2.0 * f64::EPSILON * expected.abs();
        let exact = same(found, *expected);
        assert!(exact || (near && expected.fract() != 0.0), "{id}{operands:?}: {found}");
        let narrow = apply_f32(id, operands).map(f64::from);
        let rounded = f64::from(*expected as f32);
        assert!(narrow.is_none_or(|found| same(found, rounded)), "{id}{operands:?}: {narrow:?}");
    }
}

#[test]
fn tests_treat_nan_as_ieee_does() {
    let cases: [(&str, &[f64], f64); 8] = [
        ("isnan", &[NAN], 1.0),
        ("isinf", &[-INF], 1.0),
        ("isfinite", &[1.0], 1.0),
        ("isfinite", &[INF], 0.0),
        ("eq", &[NAN, NAN], 0.0),
        ("ne", &[NAN, NAN], 1.0),
        ("lt", &[1.0, 2.0], 1.0),
        ("ge", &[1.0, NAN], 0.0),
    ];
    for (id, operands, expected) in cases {
        assert_eq!(apply(id, operands), expected, "{id}{operands:?}");
    }
}

#[test]
fn modulus_is_exact_and_forgives_rounded_quotients() {
    let (mut state, mut exact) = (1.0, 1_u64);
    for _ in 0..1000 {
        state = apply("mod", &[1_664_525.0 * state + 1_013_904_223.0, 4_294_967_296.0]);
        exact = (1_664_525 * exact + 1_013_904_223) % (1 << 32);
        assert_eq!(state, exact as f64);
    }
    assert_eq!(apply("mod", &[0.3, 0.1]), 0.0);
}

#[test]
fn philox_gives_the_papers_blocks() {
    let zeros = philox4x32_10([0; 4], [0; 2]);
    assert_eq!(zeros, [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
    let ones = philox4x32_10([u32::MAX; 4], [u32::MAX; 2]);
    assert_eq!(ones, [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
}

#[test]
fn uniforms_are_strictly_inside() {
    let Kind::Random(rand) = &row("rand").kind else { panic!("rand is random") };
    for word in [0, u32::MAX] {
        for x in (rand.f32)([word; 4]) {
            assert!(x > 0.0 && x < 1.0, "{x}");
        }
        for x in (rand.f64)([word; 4]) {
            assert!(x > 0.0 && x < 1.0, "{x}");
        }
    }
}

fn reduction(id: &str) -> &'static Reduction {
    let Kind::Reduction(reduction) = &row(id).kind else { panic!("`{id}` reduces") };
    reduction
}

/// Reduces in runs of the given length, joined left to right.
fn reduce(id: &str, values: &[f64], run: usize) -> f64 {
    let eval = &reduction(id).eval;
    let mut total = eval.identity;
    for (at, values) in values.chunks(run).enumerate() {
        let mut part = eval.identity;
        (eval.f64)(std::slice::from_mut(&mut part), values, (at * run) as u64);
        total = (eval.combine)(&total, &part);
    }
    (eval.finish)(&total, values.len() as u64)
}

#[test]
fn reductions_give_matlabs_values_however_cut() {
    let cases: [(&str, &[f64], f64); 27] = [
        ("red_sum", &[1.0, 2.0, 3.5], 6.5),
        ("red_sum", &[1e300, 1.0, -1e300], 1.0),
        ("red_sum", &[INF, 1.0], INF),
        ("red_sum", &[INF, -INF], NAN),
        ("red_mean", &[1.0, 2.0, 6.0], 3.0),
        ("red_prod", &[2.0, 3.0, -1.0], -6.0),
        ("red_min", &[NAN, 3.0, 1.0], 1.0),
        ("red_max", &[NAN, NAN], NAN),
        ("red_var", &[1.0, 2.0, 3.0, 4.0], 5.0 / 3.0),
        ("red_var", &[7.0], 0.0),
        ("red_var", &[INF, 1.0], NAN),
        ("red_var_pop", &[1.0, 2.0, 3.0, 4.0], 1.25),
        ("red_norm", &[3.0, -4.0, 0.0, 12.0], 13.0),
        ("red_norm", &[-1e300, 1.0], 1e300),
        ("red_norm", &[0.0, 1e-300], 1e-300),
        ("red_norm", &[INF, NAN], NAN),
        ("red_norm", &[1.0, -INF], INF),
        ("red_prod", &[4e307, 4.0, 0.25, 1.0], 4e307),
        ("red_prod", &[1e300, 1e300, 0.0, 1.0], 0.0),
        ("red_prod", &[INF, 0.0], NAN),
        ("red_any", &[0.0, NAN], 0.0),
        ("red_any", &[0.0, 2.0], 1.0),
        ("red_all", &[1.0, NAN], 1.0),
        ("red_all", &[1.0, 0.0], 0.0),
        ("red_argmin", &[NAN, 2.0, 1.0, 1.0], 2.0),
        ("red_argmax", &[3.0, 3.0, NAN], 0.0),
        ("red_argmax", &[NAN, NAN], 0.0),
    ];
    for (id, values, expected) in cases {
        for run in 1..=4 {
            let found = reduce(id, values, run);
            assert!(same(found, expected), "{id}{values:?} by {run}: {found}");
        }
    }
}

#[test]
fn variance_of_shifted_data_keeps_its_digits() {
    let values: Vec<f64> = (0..1000).map(|i| 1e6 + f64::from(i % 2)).collect();
    let expected = 250.0 / 999.0;
    for run in [1, 7, 1000] {
        assert!((reduce("red_var", &values, run) / expected - 1.0).abs() < 1e-9, "{run}");
    }
}

#[test]
fn ids_are_unique_and_found() {
    let mut ids: Vec<_> = table().map(|op| op.id).collect();
    for op in table() {
        assert!(find(op.id).is_some_and(|found| std::ptr::eq(found, op)), "{}", op.id);
        assert!(op.doc.ends_with('.'), "{}", op.id);
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), table().count());
    assert!(find(OpId::new("no_such_op")).is_none());
}

#[test]
fn closure_holds_what_is_named_and_no_more() {
    assert_eq!(closure("let v1 = v0 + 1.0f;", Int64::Native), "");
    let text = closure("isnan_f32(v0)", Int64::Native);
    assert!(text.starts_with("fn isnan_f32") && text.matches("fn ").count() == 1, "{text}");
    let native = closure("philox4x32_10(c, k)", Int64::Native);
    let emulated = closure("philox4x32_10(c, k)", Int64::Emulated);
    assert!(native.contains("u64") && !emulated.contains("u64"));
    assert_eq!(native, closure("philox4x32_10", Int64::Native));
}

#[test]
fn fill_leaves_unknown_holes_and_braces() {
    assert_eq!(fill("{0} + {1}", &[("0", "a"), ("1", "b")]), "a + b");
    assert_eq!(fill("fn f() { {x} }", &[("x", "y;")]), "fn f() { y; }");
    assert_eq!(fill("{unknown", &[]), "{unknown");
}

#[test]
fn casts_clamp_only_where_values_may_not_fit() {
    assert_eq!(cast_wgsl(DType::F32, DType::F64, "v"), "f64(v)");
    assert_eq!(cast_wgsl(DType::U8, DType::I16, "v"), "i32(v)");
    assert_eq!(cast_wgsl(DType::I32, DType::U8, "v"), "u32(clamp(v, 0i, 255i))");
    assert_eq!(cast_wgsl(DType::F64, DType::I32, "v"), "i32_of_f64(v)");
    assert_eq!(cast_wgsl(DType::F64, DType::Bool, "v"), "all_f64(v)");
}

#[test]
fn sources_cover_the_preludes() {
    assert!(sources().any(|text| text.contains("fn sin_f64")));
    assert!(sources().any(|text| text == "{0} + {1}"));
}
