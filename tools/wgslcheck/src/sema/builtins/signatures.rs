//! The table of built-in functions whose parameters are scalars and vectors.
//!
//! A signature is parameters, `>`, result. `S` is a scalar or vector of the type `T`; `V` a vector
//! of it, `V3` one of three; `B` the same shape of `bool`; `E` the same shape of the exponent's
//! type; `u`, `i`, `f`, `b`, `v4f` and their like are what they say; `-` is no result.

use super::super::types::Scalar;

/// One overload.
pub(super) struct Signature {
    pub(super) name: &'static str,
    text: &'static str,
    /// The types that `T` may be.
    pub(super) set: &'static [Scalar],
    /// Whether it can be part of a const-expression.
    pub(super) is_const: bool,
}

impl Signature {
    /// The parameters.
    pub(super) fn params(&self) -> impl Iterator<Item = &'static str> + Clone + use<> {
        self.text.split('>').next().unwrap_or("").split_whitespace()
    }

    /// The result.
    pub(super) fn result(&self) -> &'static str {
        self.text.split('>').nth(1).unwrap_or("-").trim()
    }
}

const fn c(name: &'static str, text: &'static str, set: &'static [Scalar]) -> Signature {
    Signature { name, text, set, is_const: true }
}

const fn r(name: &'static str, text: &'static str, set: &'static [Scalar]) -> Signature {
    Signature { name, text, set, is_const: false }
}

use Scalar::{AbstractFloat, AbstractInt, Bool, F16, F32, F64, I32, I64, U32, U64};

/// Every float.
const F: &[Scalar] = &[AbstractFloat, F32, F16, F64];
/// `f32` alone.
const D: &[Scalar] = &[F32];
/// Every number.
const N: &[Scalar] = &[AbstractInt, AbstractFloat, I32, U32, F32, F16, F64, I64, U64];
/// Every number with a sign.
const G: &[Scalar] = &[AbstractInt, AbstractFloat, I32, F32, F16, F64, I64];
/// Integers of a width.
const I: &[Scalar] = &[I32, U32, I64, U64];
/// 32-bit integers.
const J: &[Scalar] = &[I32, U32];
/// Numbers of a width.
const K: &[Scalar] = &[I32, U32, F32, F16, F64, I64, U64];
/// `bool`.
const B: &[Scalar] = &[Bool];

/// All overloads, by name.
pub(super) const SIGNATURES: &[Signature] = &[
    c("abs", "S > S", N),
    c("acos", "S > S", F),
    c("acosh", "S > S", F),
    c("all", "S > b", B),
    c("any", "S > b", B),
    c("asin", "S > S", F),
    c("asinh", "S > S", F),
    c("atan", "S > S", F),
    c("atan2", "S S > S", F),
    c("atanh", "S > S", F),
    c("ceil", "S > S", F),
    c("clamp", "S S S > S", N),
    c("cos", "S > S", F),
    c("cosh", "S > S", F),
    c("countLeadingZeros", "S > S", I),
    c("countOneBits", "S > S", I),
    c("countTrailingZeros", "S > S", I),
    c("cross", "V3 V3 > V3", F),
    c("degrees", "S > S", F),
    c("distance", "S S > T", F),
    c("dot", "V V > T", N),
    c("dot4I8Packed", "u u > i", B),
    c("dot4U8Packed", "u u > u", B),
    r("dpdx", "S > S", D),
    r("dpdxCoarse", "S > S", D),
    r("dpdxFine", "S > S", D),
    r("dpdy", "S > S", D),
    r("dpdyCoarse", "S > S", D),
    r("dpdyFine", "S > S", D),
    c("exp", "S > S", F),
    c("exp2", "S > S", F),
    c("extractBits", "S u u > S", J),
    c("faceForward", "V V V > V", F),
    c("firstLeadingBit", "S > S", I),
    c("firstTrailingBit", "S > S", I),
    c("floor", "S > S", F),
    c("fma", "S S S > S", F),
    c("fract", "S > S", F),
    r("fwidth", "S > S", D),
    r("fwidthCoarse", "S > S", D),
    r("fwidthFine", "S > S", D),
    c("insertBits", "S S u u > S", J),
    c("inverseSqrt", "S > S", F),
    c("ldexp", "S E > S", F),
    c("length", "S > T", F),
    c("log", "S > S", F),
    c("log2", "S > S", F),
    c("max", "S S > S", N),
    c("min", "S S > S", N),
    c("mix", "S S S > S", F),
    c("mix", "V V T > V", F),
    c("normalize", "V > V", F),
    c("pack2x16float", "v2f > u", B),
    c("pack2x16snorm", "v2f > u", B),
    c("pack2x16unorm", "v2f > u", B),
    c("pack4x8snorm", "v4f > u", B),
    c("pack4x8unorm", "v4f > u", B),
    c("pack4xI8", "v4i > u", B),
    c("pack4xI8Clamp", "v4i > u", B),
    c("pack4xU8", "v4u > u", B),
    c("pack4xU8Clamp", "v4u > u", B),
    c("pow", "S S > S", F),
    r("quadSwapDiagonal", "S > S", K),
    r("quadSwapX", "S > S", K),
    r("quadSwapY", "S > S", K),
    c("quantizeToF16", "S > S", D),
    c("radians", "S > S", F),
    c("reflect", "V V > V", F),
    c("refract", "V V T > V", F),
    c("reverseBits", "S > S", I),
    c("round", "S > S", F),
    c("saturate", "S > S", F),
    c("sign", "S > S", G),
    c("sin", "S > S", F),
    c("sinh", "S > S", F),
    c("smoothstep", "S S S > S", F),
    c("sqrt", "S > S", F),
    c("step", "S S > S", F),
    r("storageBarrier", " > -", B),
    r("subgroupAdd", "S > S", K),
    r("subgroupAll", "b > b", B),
    r("subgroupAnd", "S > S", I),
    r("subgroupAny", "b > b", B),
    r("subgroupBallot", "b > v4u", B),
    r("subgroupBroadcastFirst", "S > S", K),
    r("subgroupElect", " > b", B),
    r("subgroupExclusiveAdd", "S > S", K),
    r("subgroupExclusiveMul", "S > S", K),
    r("subgroupInclusiveAdd", "S > S", K),
    r("subgroupInclusiveMul", "S > S", K),
    r("subgroupMax", "S > S", K),
    r("subgroupMin", "S > S", K),
    r("subgroupMul", "S > S", K),
    r("subgroupOr", "S > S", I),
    r("subgroupShuffleDown", "S u > S", K),
    r("subgroupShuffleUp", "S u > S", K),
    r("subgroupShuffleXor", "S u > S", K),
    r("subgroupXor", "S > S", I),
    c("tan", "S > S", F),
    c("tanh", "S > S", F),
    r("textureBarrier", " > -", B),
    c("trunc", "S > S", F),
    c("unpack2x16float", "u > v2f", B),
    c("unpack2x16snorm", "u > v2f", B),
    c("unpack2x16unorm", "u > v2f", B),
    c("unpack4x8snorm", "u > v4f", B),
    c("unpack4x8unorm", "u > v4f", B),
    c("unpack4xI8", "u > v4i", B),
    c("unpack4xU8", "u > v4u", B),
    r("workgroupBarrier", " > -", B),
];

#[cfg(test)]
mod tests {
    use super::SIGNATURES;

    #[test]
    fn the_table_is_sorted_for_the_binary_search() {
        assert!(SIGNATURES.is_sorted_by_key(|signature| signature.name));
    }
}
