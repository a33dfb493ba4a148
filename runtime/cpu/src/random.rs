//! Counter-based random numbers, block by block.

use preheat_format::DType;
use preheat_ops::op::RandomDef;
use preheat_ops::philox4x32_10;

use crate::column::{Column, Element, mismatch};

/// Where an element's number comes from: block of the stream and seed.
#[derive(Clone, Copy, PartialEq)]
struct Place {
    block: u64,
    key: [u32; 2],
}

impl Place {
    /// Counter `(block low, block high, 0, 0)`, key `(seed low, seed high)`.
    fn words(self) -> [u32; 4] {
        philox4x32_10([self.block as u32, (self.block >> 32) as u32, 0, 0], self.key)
    }
}

/// Random numbers for the points of a tile. `operands` are element index, seed low and high word,
/// first block low and high word.
pub(crate) fn fill(
    random: &RandomDef,
    dtype: DType,
    operands: [&[u32]; 5],
    out: &mut Column,
    len: usize,
) {
    match dtype {
        DType::F32 => lanes(random.f32, operands, &mut f32::of_mut(out)[..len]),
        DType::F64 => lanes(random.f64, operands, &mut f64::of_mut(out)[..len]),
        DType::Bool
        | DType::U32
        | DType::I32
        | DType::U8
        | DType::I8
        | DType::U16
        | DType::I16 => mismatch(),
    }
}

/// Neighbours mostly share a block, so the last one is kept.
fn lanes<T: Element, const N: usize>(
    distribution: fn([u32; 4]) -> [T; N],
    [index, seed_low, seed_high, first_low, first_high]: [&[u32]; 5],
    out: &mut [T],
) {
    let mut known: Option<(Place, [T; N])> = None;
    for (i, out) in out.iter_mut().enumerate() {
        let first = u64::from(first_low[i]) | u64::from(first_high[i]) << 32;
        let block = first.wrapping_add(u64::from(index[i]) / N as u64);
        let place = Place { block, key: [seed_low[i], seed_high[i]] };
        let values = match known {
            Some((at, values)) if at == place => values,
            Some(_) | None => distribution(place.words()),
        };
        known = Some((place, values));
        *out = values[index[i] as usize % N];
    }
}
