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
        Place { block, key: [seed_low[i], seed_high[i]] }
    }

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
        DType::F32 => {
            let distribution = Distribution { one: random.f32, many: random.f32_blocks };
            distribution.fill(operands, &mut f32::of_mut(out)[..len]);
        }
        DType::F64 => {
            let distribution = Distribution { one: random.f64, many: random.f64_blocks };
            distribution.fill(operands, &mut f64::of_mut(out)[..len]);
        }
        DType::Bool | DType::U32 | DType::I32 | DType::U8 | DType::I8 | DType::U16 | DType::I16 => {
            mismatch()
        }
    }
}

/// Numbers of one block, and of many.
struct Distribution<T, const N: usize> {
    one: fn([u32; 4]) -> [T; N],
    many: fn([&[u32]; 4], &mut [[T; N]]),
}

impl<T: Element, const N: usize> Distribution<T, N> {
    fn fill(&self, operands: [&[u32]; 5], out: &mut [T]) {
        let [index, stream @ ..] = operands;
        let first = index.first().copied().unwrap_or(0);
        let fits = u64::from(first) + out.len() as u64 <= u64::from(u32::MAX);
        if !(fits && counts_up(index) && stream.into_iter().all(is_constant)) {
            return each(self.one, operands, out);
        }
        // Neighbours along one stream: whole blocks, with what is left of one before and after.
        let before = ((N - first as usize % N) % N).min(out.len());
        let (head, body) = out.split_at_mut(before);
        each(self.one, operands, head);
        let mut place = Place::of::<N>(operands, before.min(index.len().saturating_sub(1)));
        let (blocks, tail) = body.as_chunks_mut::<N>();
        let after = before + blocks.len() * N;
        let mut words = [[0; BLOCKS]; 4];
        for blocks in blocks.chunks_mut(BLOCKS) {
            Arch::new().dispatch(Words { place, words: &mut words, count: blocks.len() });
            (self.many)(words.each_ref().map(|words| &words[..blocks.len()]), blocks);
            place.block = place.block.wrapping_add(BLOCKS as u64);
        }
        each(self.one, operands.map(|words| &words[after..]), tail);
    }
}

/// True if each word is the one before plus 1. Looks at all, which is faster than stopping early.
fn counts_up(words: &[u32]) -> bool {
    let first = words.first().copied().unwrap_or(0);
    let expected = (0..words.len() as u32).map(|i| first.wrapping_add(i));
    words.iter().zip(expected).fold(0, |differ, (word, expected)| differ | (word ^ expected)) == 0
}

/// True if all words are the same.
fn is_constant(words: &[u32]) -> bool {
    let first = words.first().copied().unwrap_or(0);
    words.iter().fold(0, |differ, word| differ | (word ^ first)) == 0
}

/// The most blocks that a vector unit computes together, one a lane.
const LANES_MAX: usize = 16;

/// Blocks whose words are computed before their numbers.
const BLOCKS: usize = 256;

/// The words of a place's block and of the blocks after it, of which `count` are wanted.
struct Words<'a> {
    place: Place,
    words: &'a mut [[u32; BLOCKS]; 4],
    count: usize,
}

impl WithSimd for Words<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Words { mut place, words, count } = self;
        for first in (0..count).step_by(S::U32_LANES) {
            let found = philox(simd, place);
            for (words, found) in words.iter_mut().zip(&found) {
                let found = bytemuck::cast_slice(std::slice::from_ref(found));
                words[first..first + S::U32_LANES].copy_from_slice(found);
            }
            place.block = place.block.wrapping_add(S::U32_LANES as u64);
        }
    }
}

/// [`philox4x32_10`] of a place and the blocks after it, one a lane, word by word.
#[inline(always)]
fn philox<S: Simd>(simd: S, place: Place) -> [S::u32s; 4] {
    let (mut low, mut high) = ([0; LANES_MAX], [0; LANES_MAX]);
    for (i, (low, high)) in low.iter_mut().zip(&mut high).enumerate() {
        let block = place.block.wrapping_add(i as u64);
        (*low, *high) = (block as u32, (block >> 32) as u32);
    }
    let (mut x0, mut x1) = (S::as_simd_u32s(&low).0[0], S::as_simd_u32s(&high).0[0]);
    let (mut x2, mut x3) = (simd.splat_u32s(0), simd.splat_u32s(0));
    let factors = [simd.splat_u32s(0xD251_1F53), simd.splat_u32s(0xCD9E_8D57)];
    let [mut key_low, mut key_high] = place.key;
    for _ in 0..10 {
        let (low_a, high_a) = simd.widening_mul_u32s(x0, factors[0]);
        let (low_b, high_b) = simd.widening_mul_u32s(x2, factors[1]);
        x0 = simd.xor_u32s(simd.xor_u32s(high_b, x1), simd.splat_u32s(key_low));
        x2 = simd.xor_u32s(simd.xor_u32s(high_a, x3), simd.splat_u32s(key_high));
        (x1, x3) = (low_b, low_a);
        key_low = key_low.wrapping_add(0x9E37_79B9);
        key_high = key_high.wrapping_add(0xBB67_AE85);
    }
    [x0, x1, x2, x3]
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
    fn many_blocks_equal_single_ones() {
        let place = Place { block: u64::from(u32::MAX) - 5, key: [3, u32::MAX] };
        let mut words = [[0; BLOCKS]; 4];
        Arch::new().dispatch(Words { place, words: &mut words, count: 37 });
        for i in 0..37 {
            let block = words.map(|words| words[i]);
            assert_eq!(block, Place { block: place.block + i as u64, ..place }.words());
        }
    }
}
