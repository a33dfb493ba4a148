//! Counter-based random numbers, block by block.

use preheat_format::DType;
use preheat_ops::op::RandomDef;
use preheat_ops::philox4x32_10;
use pulp::{Arch, Simd, WithSimd};

use crate::column::{Column, Element, mismatch};

/// Where an element's number comes from: block of the stream and seed.
#[derive(Clone, Copy, PartialEq)]
struct Place {
    block: u64,
    key: [u32; 2],
}

impl Place {
    /// The place of the element at `i`, with `N` elements a block.
    fn of<const N: usize>(
        [index, seed_low, seed_high, first_low, first_high]: [&[u32]; 5],
        i: usize,
    ) -> Place {
        let first = u64::from(first_low[i]) | u64::from(first_high[i]) << 32;
        let block = first.wrapping_add(u64::from(index[i]) / N as u64);
        Place {
            block,
            key: [seed_low[i], seed_high[i]],
        }
    }

    /// Counter `(block low, block high, 0, 0)`, key `(seed low, seed high)`.
    fn words(self) -> [u32; 4] {
        philox4x32_10(
            [self.block as u32, (self.block >> 32) as u32, 0, 0],
            self.key,
        )
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
        DType::Bool | DType::U32 | DType::I32 | DType::U8 | DType::I8 | DType::U16 | DType::I16 => {
            mismatch()
        }
    }
}

fn lanes<T: Element, const N: usize>(
    distribution: fn([u32; 4]) -> [T; N],
    operands: [&[u32]; 5],
    out: &mut [T],
) {
    let [index, stream @ ..] = operands;
    let first = index.first().copied().unwrap_or(0);
    let fits = u64::from(first) + out.len() as u64 <= u64::from(u32::MAX);
    if !(fits && counts_up(index) && stream.into_iter().all(is_constant)) {
        return each(distribution, operands, out);
    }
    // Neighbours along one stream: whole blocks, with what is left of one before and after.
    let before = ((N - first as usize % N) % N).min(out.len());
    let (head, body) = out.split_at_mut(before);
    each(distribution, operands, head);
    let place = Place::of::<N>(operands, before.min(index.len().saturating_sub(1)));
    let (blocks, tail) = body.as_chunks_mut::<N>();
    let after = before + blocks.len() * N;
    Arch::new().dispatch(Blocks {
        place,
        distribution,
        blocks,
    });
    each(distribution, operands.map(|words| &words[after..]), tail);
}

/// True if each word is the one before plus 1. Looks at all, which is faster than stopping early.
fn counts_up(words: &[u32]) -> bool {
    let first = words.first().copied().unwrap_or(0);
    let expected = (0..words.len() as u32).map(|i| first.wrapping_add(i));
    words
        .iter()
        .zip(expected)
        .fold(0, |differ, (word, expected)| differ | (word ^ expected))
        == 0
}

/// True if all words are the same.
fn is_constant(words: &[u32]) -> bool {
    let first = words.first().copied().unwrap_or(0);
    words.iter().fold(0, |differ, word| differ | (word ^ first)) == 0
}

/// Blocks that are computed together, one a vector lane.
const BATCH: usize = 16;

/// Numbers of a place's block and the blocks after it.
struct Blocks<'a, T, const N: usize> {
    place: Place,
    distribution: fn([u32; 4]) -> [T; N],
    blocks: &'a mut [[T; N]],
}

impl<T, const N: usize> WithSimd for Blocks<'_, T, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let mut place = self.place;
        for blocks in self.blocks.chunks_mut(BATCH) {
            let [a, b, c, d] = philox_batch(place);
            for (i, block) in blocks.iter_mut().enumerate() {
                *block = (self.distribution)([a[i], b[i], c[i], d[i]]);
            }
            place.block = place.block.wrapping_add(BATCH as u64);
        }
    }
}

/// [`philox4x32_10`] of a place and the blocks after it, word by word: loops over one array after
/// the other, which the compiler turns into vector code.
#[inline(always)]
fn philox_batch(place: Place) -> [[u32; BATCH]; 4] {
    let blocks: [u64; BATCH] = std::array::from_fn(|i| place.block.wrapping_add(i as u64));
    let mut words = [
        blocks.map(|block| block as u32),
        blocks.map(|block| (block >> 32) as u32),
        [0; BATCH],
        [0; BATCH],
    ];
    let [mut key_low, mut key_high] = place.key;
    for _ in 0..10 {
        let [x0, x1, x2, x3] = words;
        let (high_a, low_a) = multiply(x0, 0xD251_1F53);
        let (high_b, low_b) = multiply(x2, 0xCD9E_8D57);
        words = [
            mix(high_b, x1, key_low),
            low_b,
            mix(high_a, x3, key_high),
            low_a,
        ];
        key_low = key_low.wrapping_add(0x9E37_79B9);
        key_high = key_high.wrapping_add(0xBB67_AE85);
    }
    words
}

/// High and low words of products.
#[inline(always)]
fn multiply(words: [u32; BATCH], factor: u32) -> ([u32; BATCH], [u32; BATCH]) {
    let (mut high, mut low) = ([0; BATCH], [0; BATCH]);
    for ((high, low), word) in high.iter_mut().zip(&mut low).zip(words) {
        let product = u64::from(word) * u64::from(factor);
        (*high, *low) = ((product >> 32) as u32, product as u32);
    }
    (high, low)
}

#[inline(always)]
fn mix(high: [u32; BATCH], word: [u32; BATCH], key: u32) -> [u32; BATCH] {
    let mut mixed = [0; BATCH];
    for ((mixed, high), word) in mixed.iter_mut().zip(high).zip(word) {
        *mixed = high ^ word ^ key;
    }
    mixed
}

/// Any places, element by element. Neighbours mostly share a block, so the last one is kept.
fn each<T: Element, const N: usize>(
    distribution: fn([u32; 4]) -> [T; N],
    operands: [&[u32]; 5],
    out: &mut [T],
) {
    let mut known: Option<(Place, [T; N])> = None;
    for (i, out) in out.iter_mut().enumerate() {
        let place = Place::of::<N>(operands, i);
        let values = match known {
            Some((at, values)) if at == place => values,
            Some(_) | None => distribution(place.words()),
        };
        known = Some((place, values));
        *out = values[operands[0][i] as usize % N];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_equals_single_blocks() {
        let place = Place {
            block: u64::from(u32::MAX) - 5,
            key: [3, u32::MAX],
        };
        let batch = philox_batch(place);
        for i in 0..BATCH {
            let single = Place {
                block: place.block + i as u64,
                ..place
            };
            assert_eq!(batch.map(|word| word[i]), single.words());
        }
    }
}
