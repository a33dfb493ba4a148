//! Keeping drivers from joining a product and a sum into one operation with one rounding.
//!
//! SPIR-V allows that for every product whose sum is near, and NVIDIA's driver does it: `u*v - v*u`
//! is no longer 0 then. naga has no way to forbid it, so the decoration `NoContraction` is put to
//! each sum, difference and product of a module here. What is meant to be one operation is written
//! as `fma` and stays one.

const HEADER_WORDS: usize = 5;
const OP_DECORATE: u32 = 71;
const NO_CONTRACTION: u32 = 42;
/// `OpTypeVoid` to `OpTypeForwardPointer`: the first of them follows all decorations.
const OP_TYPES: std::ops::RangeInclusive<u32> = 19..=39;
/// `OpFAdd`, `OpFSub`, `OpFMul`, `OpVectorTimesScalar`.
const OP_SUMS_AND_PRODUCTS: [u32; 4] = [129, 131, 133, 142];

/// A module, as words, in which no product and sum may be joined; `None` if it is none.
pub(super) fn forbid(module: &[u32]) -> Option<Vec<u32>> {
    let (mut types_at, mut decorations) = (None, Vec::new());
    let mut at = HEADER_WORDS;
    while let Some(first) = module.get(at) {
        let (op, len) = (first & 0xffff, (first >> 16) as usize);
        if OP_TYPES.contains(&op) {
            types_at = types_at.or(Some(at));
        }
        if OP_SUMS_AND_PRODUCTS.contains(&op) {
            let result = *module.get(at + 2)?;
            decorations.extend([3 << 16 | OP_DECORATE, result, NO_CONTRACTION]);
        }
        at += len.max(1);
    }
    let (before, after) = module.split_at_checked(types_at?)?;
    Some([before, &decorations, after].concat())
}

#[cfg(test)]
mod tests {
    use preheat_format::Target;

    use crate::emit::{Contraction, validate, write};

    #[test]
    fn every_sum_and_product_is_decorated() {
        let text = "@group(0) @binding(0) var<storage, read_write> x: array<f64>;
            @compute @workgroup_size(1) fn main() {
                let v = vec2<f64>(x[0], x[1]) * x[2];
                x[3] = x[0] * x[1] - x[1] * x[2] + v.x / v.y;
            }";
        let valid = validate(text).unwrap();
        let count = |contraction| {
            let bytes = write(&valid, Target::Spirv, contraction).unwrap();
            let words = bytes.as_chunks::<4>().0.iter().map(|word| u32::from_le_bytes(*word));
            let words: Vec<u32> = words.collect();
            words.windows(3).filter(|word| word[0] == 3 << 16 | 71 && word[2] == 42).count()
        };
        assert_eq!(count(Contraction::Allowed), 0);
        assert_eq!(count(Contraction::Forbidden), 5);
    }
}
