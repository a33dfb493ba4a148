//! Known keys: the same groups have the same bytes and keys in every build, for ever.

#![expect(clippy::unwrap_used, reason = "a test; its helpers are outside `#[test]` functions")]

use std::path::PathBuf;

use preheat_format::{
    ArtifactPreimage, AxisAccess, AxisRole, DType, KernelKey, KernelPreimage, NodeKind,
    NumericMode, OpId, Signature, SignatureBuilder, Target, View, ViewForm,
};
use serde_json::{Value, json};

const HELP: &str = "
A key that was published has changed, so no archive built before will be found by this program.
If that is not what you want, undo the change of the encoding. If it is:
  1. raise SIGNATURE_VERSION (signatures) and the version in the key's context, key.rs;
  2. say so in cache-format/FORMAT.md, section `Versions`, and in CHANGELOG.md;
  3. run `UPDATE_KEY_VECTORS=1 cargo test -p preheat-format --test key_vectors`;
  4. commit tests/key_vectors.json together with the three.";

const KEPT: AxisRole = AxisRole::Kept;
const REDUCED: AxisRole = AxisRole::Reduced;
const FULL: AxisAccess = AxisAccess::Full;
const ONE: AxisAccess = AxisAccess::One;

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/key_vectors.json")
}

#[test]
fn known_keys_stay() {
    let built: Vec<Value> = vectors();
    if std::env::var_os("UPDATE_KEY_VECTORS").is_some() {
        let text = serde_json::to_string_pretty(&built).unwrap();
        std::fs::write(path(), text + "\n").unwrap();
    }
    let text = std::fs::read_to_string(path()).unwrap();
    let known: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(known.len(), built.len(), "the number of vectors has changed\n{HELP}");
    for (known, built) in known.iter().zip(&built) {
        let name = &built["name"];
        assert_eq!(known["preimage"], built["preimage"], "preimage of {name}\n{HELP}");
        assert_eq!(known, built, "key of {name}\n{HELP}");
    }
}

#[test]
fn known_preimages_decode() {
    let text = std::fs::read_to_string(path()).unwrap();
    let known: Vec<Value> = serde_json::from_str(&text).unwrap();
    let groups = known.iter().filter(|vector| vector["kind"] == "group");
    assert!(groups.clone().count() >= 8);
    for vector in groups {
        let preimage = bytes(vector["preimage"].as_str().unwrap());
        let signature = Signature::decode(&preimage).unwrap();
        assert_eq!(signature.encode(), preimage, "{HELP}");
        assert_eq!(signature.key().to_string(), vector["key"].as_str().unwrap(), "{HELP}");
    }
}

fn vectors() -> Vec<Value> {
    let groups = [
        ("constant", constant()),
        ("saxpy, broadcast", saxpy()),
        ("saxpy, fast", saxpy_fast()),
        ("sum over the second axis", sum()),
        ("centre and scale, two outputs", two_outputs()),
        ("matrix product with bias", product()),
        ("update through a strided view", update()),
        ("index generator", generator()),
        ("every element type", every_dtype()),
        ("rolled loop, two states", rolled()),
        ("running sum along the second axis", scan()),
        ("elements by computed index", gather()),
    ];
    let mut all: Vec<Value> = groups
        .into_iter()
        .map(|(name, signature)| vector("group", name, &signature.encode(), signature.key()))
        .collect();
    let kernel = KernelPreimage {
        group: saxpy().key(),
        variant: "vec4".to_owned(),
        guard: vec![1, 2, 3],
        generator: [0xa5; 32],
    };
    all.push(vector("kernel", "saxpy vec4", &kernel.encode(), kernel.key()));
    for target in Target::ALL {
        let translation = ArtifactPreimage {
            kernel: KernelKey::of(b"kernel"),
            target,
            translator: "naga 30.0.1".to_owned(),
            options: "bounds=restrict".to_owned(),
            limits: "webgpu".to_owned(),
        };
        all.push(vector("artifact", target.name(), &translation.encode(), translation.key()));
    }
    all
}

fn vector(kind: &str, name: &str, preimage: &[u8], key: impl std::fmt::Display) -> Value {
    json!({ "kind": kind, "name": name, "preimage": hex(preimage), "key": key.to_string() })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.chars().map(|digit| digit.to_digit(16).unwrap() as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

fn group(roles: &[AxisRole]) -> SignatureBuilder {
    SignatureBuilder::new(NumericMode::Precise, roles.to_vec())
}

fn dense(axes: &[AxisAccess]) -> View {
    View { form: ViewForm::Dense, axes: axes.to_vec() }
}

fn load(builder: &mut SignatureBuilder, dtype: DType, view: View) -> u32 {
    let source = builder.source(dtype);
    let view = builder.view(view);
    builder.node(dtype, NodeKind::Load { source, view })
}

fn param(builder: &mut SignatureBuilder, dtype: DType) -> u32 {
    let param = builder.param(dtype);
    builder.node(dtype, NodeKind::Param { param })
}

fn apply(builder: &mut SignatureBuilder, dtype: DType, op: &str, operands: &[u32]) -> u32 {
    let op = OpId::from_bytes(op.as_bytes()).unwrap();
    builder.node(dtype, NodeKind::Apply { op, operands: operands.to_vec() })
}

fn reduce(builder: &mut SignatureBuilder, dtype: DType, op: &str, operand: u32) -> u32 {
    let op = OpId::from_bytes(op.as_bytes()).unwrap();
    builder.node(dtype, NodeKind::Reduce { op, operand })
}

fn finish(builder: SignatureBuilder) -> Signature {
    builder.finish().unwrap().0
}

fn constant() -> Signature {
    let mut builder = group(&[KEPT]);
    let bits = 1.5f64.to_bits();
    let node = builder.node(DType::F64, NodeKind::Constant { bits });
    builder.output(node, None);
    finish(builder)
}

fn saxpy_in(mut builder: SignatureBuilder) -> Signature {
    let a = param(&mut builder, DType::F32);
    let x = load(&mut builder, DType::F32, dense(&[FULL, FULL]));
    let y = load(&mut builder, DType::F32, dense(&[ONE, FULL]));
    let product = apply(&mut builder, DType::F32, "times", &[a, x]);
    let sum = apply(&mut builder, DType::F32, "plus", &[product, y]);
    builder.output(sum, None);
    finish(builder)
}

fn saxpy() -> Signature {
    saxpy_in(group(&[KEPT, KEPT]))
}

fn saxpy_fast() -> Signature {
    saxpy_in(SignatureBuilder::new(NumericMode::Fast, vec![KEPT, KEPT]))
}

fn sum() -> Signature {
    let mut builder = group(&[KEPT, REDUCED]);
    let x = load(&mut builder, DType::F64, dense(&[FULL, FULL]));
    let square = apply(&mut builder, DType::F64, "times", &[x, x]);
    let sum = reduce(&mut builder, DType::F64, "sum", square);
    let root = apply(&mut builder, DType::F64, "sqrt", &[sum]);
    builder.output(root, None);
    finish(builder)
}

fn two_outputs() -> Signature {
    let mut builder = group(&[KEPT, KEPT, KEPT]);
    let x = load(&mut builder, DType::F32, dense(&[FULL, FULL, FULL]));
    let mean = load(&mut builder, DType::F32, dense(&[FULL, ONE, ONE]));
    let scale = load(&mut builder, DType::F32, dense(&[FULL, ONE, ONE]));
    let centred = apply(&mut builder, DType::F32, "minus", &[x, mean]);
    let scaled = apply(&mut builder, DType::F32, "rdivide", &[centred, scale]);
    builder.output(scaled, None);
    builder.output(centred, None);
    finish(builder)
}

fn scan() -> Signature {
    let mut builder = group(&[KEPT, REDUCED]);
    let x = load(&mut builder, DType::F32, dense(&[FULL, FULL]));
    let scale = load(&mut builder, DType::F32, dense(&[ONE, FULL]));
    let op = OpId::new("sum");
    let scan = builder.node(DType::F32, NodeKind::Scan { op, operand: x });
    let scaled = apply(&mut builder, DType::F32, "rdivide", &[scan, scale]);
    builder.output(scaled, None);
    finish(builder)
}

fn gather() -> Signature {
    let mut builder = group(&[KEPT, KEPT]);
    let rows = load(&mut builder, DType::U32, dense(&[FULL, ONE]));
    let columns = load(&mut builder, DType::U32, dense(&[ONE, FULL]));
    let index = apply(&mut builder, DType::U32, "plus", &[rows, columns]);
    let source = builder.source(DType::F64);
    let element = builder.node(DType::F64, NodeKind::Gather { source, index });
    builder.output(element, None);
    finish(builder)
}

fn product() -> Signature {
    let mut builder = group(&[KEPT, KEPT, REDUCED]);
    let left = load(&mut builder, DType::F64, dense(&[FULL, ONE, FULL]));
    let right = load(&mut builder, DType::F64, dense(&[ONE, FULL, FULL]));
    let bias = load(&mut builder, DType::F64, dense(&[FULL, ONE, ONE]));
    let product = builder.node(DType::F64, NodeKind::Contract { left, right });
    let sum = apply(&mut builder, DType::F64, "plus", &[product, bias]);
    builder.output(sum, None);
    finish(builder)
}

fn update() -> Signature {
    let mut builder = group(&[KEPT]);
    let view = View { form: ViewForm::Strided, axes: vec![FULL] };
    let x = load(&mut builder, DType::I32, view.clone());
    let place = builder.view(view);
    let negated = apply(&mut builder, DType::I32, "uminus", &[x]);
    builder.output(negated, Some(place));
    finish(builder)
}

/// `s = s * a; t = t + s`, both carried.
fn rolled() -> Signature {
    let mut builder = group(&[KEPT]);
    let (s, t) = (builder.source(DType::F32), builder.source(DType::F32));
    let view = builder.view(dense(&[FULL]));
    let scale = param(&mut builder, DType::F32);
    let load_s = builder.node(DType::F32, NodeKind::Load { source: s, view });
    let load_t = builder.node(DType::F32, NodeKind::Load { source: t, view });
    let next_s = apply(&mut builder, DType::F32, "mul", &[load_s, scale]);
    let next_t = apply(&mut builder, DType::F32, "add", &[load_t, next_s]);
    builder.output(next_s, None);
    builder.output(next_t, None);
    builder.carry(t, 1);
    builder.carry(s, 0);
    finish(builder)
}

fn generator() -> Signature {
    let mut builder = group(&[KEPT, KEPT]);
    let view = builder.view(dense(&[FULL, ONE]));
    let index = builder.node(DType::U32, NodeKind::Index { view });
    let seed = param(&mut builder, DType::U32);
    let random = apply(&mut builder, DType::F32, "rand", &[seed, index]);
    builder.output(random, None);
    finish(builder)
}

fn every_dtype() -> Signature {
    let mut builder = group(&[KEPT]);
    let loads: Vec<u32> =
        DType::ALL.into_iter().map(|dtype| load(&mut builder, dtype, dense(&[FULL]))).collect();
    let params: Vec<u32> =
        DType::ALL[..7].iter().map(|dtype| param(&mut builder, *dtype)).collect();
    let operands: Vec<u32> = loads.into_iter().chain(params).collect();
    let node = apply(&mut builder, DType::Bool, "name_of_16_bytes", &operands);
    builder.output(node, None);
    finish(builder)
}
