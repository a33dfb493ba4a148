//! The language's rules, a line or two each: what is refused with which code, what is accepted.

use std::collections::BTreeMap;

use wgslcheck::{Checker, Options, Severity, Verdict};

/// The code of the first error, or `""`.
fn first_error(source: &str, defines: &[(&str, f64)]) -> String {
    let defines: BTreeMap<String, f64> =
        defines.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
    let options = Options { defines, ..Options::default() };
    let report = Checker::new(options).check_source("case", source);
    let error = report.findings.iter().find(|finding| finding.severity == Severity::Error);
    assert_eq!(error.is_some(), report.verdict == Verdict::Invalid, "{source}");
    error.map_or(String::new(), |finding| finding.code.clone())
}

fn check(cases: &[(&str, &str)]) {
    for (code, source) in cases {
        assert_eq!(first_error(source, &[]), *code, "{source}");
    }
}

#[test]
fn grammar() {
    check(&[
        ("W001", "const a = 1 & 2 | 3;"),
        ("", "const a = (1 & 2) | 3;"),
        ("W001", "const a = 1 < 2 == true;"),
        ("W001", "const a = true && false || true;"),
        ("W001", "const a = 1 << 2 + 3;"),
        ("", "fn f(a: i32, b: i32) -> bool { return (a < b) == (b > a); }"),
        ("", "const a: array<vec2<f32>, 2> = array<vec2<f32>, 2>();"),
        ("W001", "const __a = 1;"),
        ("W001", "const a = 0x1.8h;"),
        ("W001", "const a = 0x1.00000001p0f;"),
        ("W001", "const a = 0x1p-150f;"),
        ("", "const a = 0x1p-149f;"),
        ("", "const a = 0x1.00000000000001p0;"),
        ("", "const a = 0x1p-2000;"),
        ("W001", "const a = 0x1p1024;"),
        ("W001", "const a = 0x1.00000000000000001p0;"),
        ("", "const a = 0x0000000000000000000001.0000000000000000000000p0f;"),
        ("W001", "fn f() { @invariant var a = 1; }"),
        ("", "/* a /* nested */ comment */ const a = 1;"),
        ("W001", "/* /* */"),
    ]);
}

#[test]
fn constants() {
    check(&[
        ("W004", "const a: i32 = 2147483648;"),
        ("W004", "const a = 9223372036854775807 + 1;"),
        ("", "const a = 2147483647i + 1i;"),
        ("W004", "const a = 3e38f * 2f;"),
        ("W004", "enable f16; const a = 65504h * 2h;"),
        ("W004", "const a = sqrt(-1.0);"),
        ("W004", "const a = clamp(1, 3, 2);"),
        ("W004", "fn f(x: u32) { _ = extractBits(x, 30u, 3u); }"),
        ("W004", "fn f(x: i32) { _ = x / 0; }"),
        ("W004", "fn f(x: u32) { _ = x << 32u; }"),
        ("W004", "const a = array(1, 2)[2];"),
        ("W004", "fn f(i: i32) { _ = array(1, 9223372036854775807)[i]; }"),
        ("W004", "@group(0) @binding(0) var<storage> a: array<i32>; fn f() { _ = a[2147483648]; }"),
        ("", "const a = abs(-9223372036854775807 - 1);"),
        ("W004", "enable f16; const a = determinant(mat2x2h(300, 300, 300, 300));"),
        // Columns (0, 0, 1), (0, 300, 0), (0, 0, 300): the minor of the first cell overflows.
        ("W004", "enable f16; const a = determinant(mat3x3h(0, 0, 1, 0, 300, 0, 0, 0, 300));"),
        ("", "enable f16; const a = determinant(mat3x3h(0, 0, 1, 300, 0, 0, 0, 0, 300));"),
        ("", "enable f16; const a = 65504h % 0.5h;"),
        ("W004", "const a = 3e38f % 1e-30f;"),
        ("", "const a = bitcast<u32>(vec2(1, 0.5));"),
        ("", "enable f16; const a = bitcast<vec4<f16>>(vec4(1.0));"),
        ("W003", "const a = bitcast<u32>(vec3(1.0));"),
        ("W004", "const_assert transpose(mat2x3f(1, 2, 3, 4, 5, 6))[2].y != 6.0;"),
        ("", "const_assert frexp(8.0).exp == 4;"),
        ("", "const_assert unpack4xU8(0x04030201)[2] == 3u;"),
        ("", "const a = false && (1 / 0) == 1;"),
        ("W003", "const a = bitcast<vec2<f32>>(1u);"),
    ]);
}

#[test]
fn overrides_are_checked_again_with_their_values() {
    let source = "override n: i32; @compute @workgroup_size(32) fn main() { _ = 8 / n; }";
    assert_eq!(first_error(source, &[]), "");
    assert_eq!(first_error(source, &[("n", 2.0)]), "");
    assert_eq!(first_error(source, &[("n", 0.0)]), "W004");
    // The fraction of an integer's value is dropped.
    assert_eq!(first_error(source, &[("n", 2.5)]), "");
    assert_eq!(first_error(source, &[("n", 0.5)]), "W004");
    assert_eq!(first_error(source, &[("n", 3e9)]), "W013");
    assert_eq!(first_error(source, &[("m", 1.0)]), "W013");
}

#[test]
fn uniformity() {
    let compute = |body: &str| {
        format!(
            "@group(0) @binding(0) var<storage, read_write> b: array<u32, 4>;
            fn add(p: ptr<function, u32>, x: u32) {{ *p += x; }}
            fn sync() {{ workgroupBarrier(); }}
            @compute @workgroup_size(64)
            fn main(@builtin(local_invocation_index) i: u32,
                    @builtin(workgroup_id) w: vec3<u32>) {{ {body} }}"
        )
    };
    let cases = [
        ("W009", "if i == 0 { workgroupBarrier(); }"),
        ("", "if w.x == 0 { workgroupBarrier(); }"),
        ("W009", "if i == 0 { sync(); }"),
        ("W009", "if i == 0 { return; } workgroupBarrier();"),
        ("", "if i == 0 { b[0] = 1; } workgroupBarrier();"),
        ("W009", "var x = 0u; add(&x, i); if x == 0 { workgroupBarrier(); }"),
        ("", "var x = 0u; add(&x, w.x); if x == 0 { workgroupBarrier(); }"),
        ("W009", "for (var k = 0u; k < i; k++) { workgroupBarrier(); }"),
        ("", "for (var k = 0u; k < w.x; k++) { workgroupBarrier(); }"),
        ("W009", "loop { workgroupBarrier(); continuing { break if i == 3; } }"),
        ("W009", "if b[0] == 0 { workgroupBarrier(); }"),
        ("", "let p = &b[0]; let q = p; workgroupBarrier(); _ = q;"),
    ];
    for (code, body) in cases {
        assert_eq!(first_error(&compute(body), &[]), code, "{body}");
    }
}

#[test]
fn aliases_behaviour_and_attributes() {
    check(&[
        ("W008", "var<private> x: i32; fn f(p: ptr<private, i32>) { *p = x; } fn g() { f(&x); }"),
        ("", "var<private> x: i32; fn f(p: ptr<private, i32>) { _ = *p + x; } fn g() { f(&x); }"),
        ("W007", "fn f() { loop { } }"),
        ("W007", "fn f() -> i32 { loop { break; } }"),
        ("", "fn f() -> i32 { loop { return 1; } }"),
        (
            "W007",
            "fn f(a: bool) { loop { if a { continue; } let b = a; continuing { break if b; } } }",
        ),
        ("W002", "fn f() { g(); } fn g() { f(); }"),
        ("W002", "struct A { b: B } struct B { a: A }"),
        ("W005", "struct S { @align(3) a: u32 }"),
        ("W006", "@fragment fn f(@location(0) a: i32) { }"),
        ("", "@fragment fn f(@location(0) @interpolate(flat) a: i32) { }"),
        ("W003", "struct S { a: f32, b: array<f32, 2> } @group(0) @binding(0) var<uniform> s: S;"),
        ("W011", "fn f() { _ = subgroupAdd(1); }"),
        ("W004", "@compute @workgroup_size(0) fn f() { }"),
    ]);
}

#[test]
fn rules_that_other_checkers_settled() {
    check(&[
        ("", "const a = 5--1; const b = --1; fn f() { var x = 1; x--; x = x---1; }"),
        ("W001", "fn f() { var x = 1; --x; }"),
        ("", "fn f() { _ = 4294967296; }"),
        ("W004", "fn f() { let x = 4294967296; }"),
        ("", "const_assert i32(1e39) == 2147483647; const_assert i32(1e10f) == 2147483520;"),
        ("W004", "enable f16; const a = 65504h + 2h;"),
        ("W004", "enable f16; const a: f16 = 65504.0001;"),
        ("", "enable f16; const a = 65504h + 0.0001h; const b = fma(12h, 0.0001h, 65504h);"),
        ("W004", "enable f16; fn f(x: f16) { _ = smoothstep(-65504h, 1h, x); }"),
        ("W004", "fn f(x: vec2f) { _ = smoothstep(vec2(0, -3e38), vec2(1, 3e38), x); }"),
        ("", "enable f16; fn f(x: f16) { _ = smoothstep(-32752h, 32752h, x); }"),
        ("W001", "enable f16; const a = 65505h;"),
        ("W001", "const a = 3.4028235e38f;"),
        ("W004", "const a = 1e308 % 1e-308;"),
        ("", "const a = 1 >> 100u;"),
        ("W005", "struct S { @align(8) a: vec4f }"),
        ("W005", "struct S { @location(0) a: f32, @location(0) b: f32 }"),
        ("W005", "@vertex fn f(@location(0) @interpolate(linear) a: i32) { }"),
        ("W005", "@diagnostic(off, a) @diagnostic(off, a) fn f() { }"),
        ("W006", "var<workgroup> w: i32; @fragment fn f() { _ = &w; }"),
        (
            "W006",
            "@group(0) @binding(0) var<storage, read_write> w: i32;
            @vertex fn f() -> @builtin(position) vec4f { w = 1; return vec4f(); }",
        ),
        ("W004", "var<private> a: array<i32, 1073741824>;"),
        ("W001", "const a\u{200d}b = 1;"),
        ("", "var<immediate> p: vec4f; @compute @workgroup_size(1) fn f() { _ = p; }"),
        ("W010", "var<immediate> p: array<f32, 4>;"),
        (
            "",
            "requires uniform_buffer_standard_layout;
            @group(0) @binding(0) var<uniform> u: array<f32, 4>;",
        ),
    ]);
}

#[test]
fn a_later_feature_leaves_the_module_in_doubt() {
    let source = "requires swizzle_assignment; fn f() { var v = vec2(1); v.xy = vec2(2); }";
    assert_eq!(Checker::default().check_source("later", source).verdict, Verdict::Unsupported);
}

#[test]
fn an_array_that_overrides_size_is_judged_where_it_is_used() {
    let source = "override n: i32; var<workgroup> w: array<u32, n>;
        @compute @workgroup_size(1) fn f() { USE }";
    let used = source.replace("USE", "w[0] = 1;");
    assert_eq!(first_error(&used, &[("n", 4.0)]), "");
    assert_eq!(first_error(&used, &[("n", 0.0)]), "W004");
    assert_eq!(first_error(&source.replace("USE", ""), &[("n", 0.0)]), "");
}

#[test]
fn what_no_value_can_mend_is_found_with_values_too() {
    let source = "override b: bool; override x = b && (1 / 0) == 1;";
    assert_eq!(first_error(source, &[]), "W004");
    assert_eq!(first_error(source, &[("b", 0.0)]), "W004");
}

#[test]
fn hostile_texts_end_soon() {
    let nested = format!("const a = {}1{};", "(".repeat(100_000), ")".repeat(100_000));
    let types: String =
        (0..60).map(|n| format!("struct S{n} {{ a: S{}, b: S{} }}", n + 1, n + 1)).collect();
    let types = format!("{types} struct S60 {{ a: i32 }} const z = S0();");
    let arrays = "const a = array<array<array<i32, 65535>, 65535>, 65535>();".to_owned();
    for source in [nested, types, arrays, "\0".to_owned(), "<".repeat(10_000)] {
        // Any verdict will do, within the test's time.
        let report = Checker::default().check_source("hostile", &source);
        assert!(report.verdict == Verdict::Valid || !report.findings.is_empty());
    }
}

/// A pipeline evaluates the override-expressions that its entry point reaches, and no others.
#[test]
fn values_of_overrides_count_where_an_entry_point_comes_by() {
    let wrong = "override a = 1; fn f() -> i32 { return 1 / a; } override unused = 5 / a;";
    let entry = |body: &str| format!("{wrong} @compute @workgroup_size(1) fn main() {{ {body} }}");
    assert_eq!(first_error(&entry("_ = a;"), &[("a", 0.0)]), "");
    assert_eq!(first_error(&entry("_ = f();"), &[("a", 0.0)]), "W004");
    assert_eq!(first_error(&entry("_ = unused;"), &[("a", 0.0)]), "W004");
    assert_eq!(first_error(wrong, &[("a", 0.0)]), "W004");
    let size = "override n: u32; @compute @workgroup_size(n) fn main() {}";
    assert_eq!(first_error(size, &[("m", 1.0)]), "W013");
}

#[test]
fn return_never_stands_in_continuing() {
    let around =
        |inner: &str| format!("fn f() {{ loop {{ continuing {{ {inner} break if true; }} }} }}");
    assert_eq!(first_error(&around("switch 1 { default { return; } }"), &[]), "W007");
    assert_eq!(first_error(&around("loop { return; }"), &[]), "W007");
    assert_eq!(first_error(&around("switch 1 { default { break; } }"), &[]), "");
}

#[test]
fn a_write_through_a_pointer_to_all_of_a_variable_replaces_its_value() {
    let module = |target: &str| {
        format!(
            "@compute @workgroup_size(32) fn main(@builtin(local_invocation_index) i: u32) {{
                var a = array(i, i); let p = &a; let x = &a[0]; {target} = array(1u, 1u);
                if a[0] > 0u {{ workgroupBarrier(); }} }}"
        )
    };
    assert_eq!(first_error(&module("*p"), &[]), "");
    assert_eq!(first_error(&module("*x = 1u; _"), &[]), "W009");
}

#[test]
fn nesting_beyond_what_the_parser_follows_is_undecided() {
    let source = format!("const a = {}1{};", "(".repeat(300), ")".repeat(300));
    let report = Checker::new(Options::default()).check_source("deep", &source);
    assert_ne!(report.verdict, Verdict::Invalid, "{:?}", report.findings);
}

#[test]
fn limits_count_sizes_by_the_defaults_of_overrides() {
    let source = |count: u32| {
        format!(
            "override n = {count}u; var<workgroup> w: array<f32, n>;
            @compute @workgroup_size(32) fn main(@builtin(local_invocation_index) i: u32) {{
                w[i] = 1.0; workgroupBarrier(); _ = w[0]; }}"
        )
    };
    let limits = Some(wgslcheck::Limits::default());
    let verdict = |count| {
        let options = Options { limits: limits.clone(), ..Options::default() };
        Checker::new(options).check_source("w", &source(count)).verdict
    };
    assert_eq!((verdict(4096), verdict(4097)), (Verdict::Valid, Verdict::Invalid));
    let defines = BTreeMap::from([("n".to_owned(), 4097.0)]);
    let options = Options { limits: limits.clone(), defines, ..Options::default() };
    assert_eq!(Checker::new(options).check_source("w", &source(1)).verdict, Verdict::Invalid);
}
