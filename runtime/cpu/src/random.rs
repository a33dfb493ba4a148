//! Counter-based random numbers, block by block.

use preheat_format::DType;
use preheat_ops::op::RandomDef;
use preheat_ops::philox4x32_10;
use pulp::Arch;

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
    let mut place = Place::of::<N>(operands, before.min(index.len().saturating_sub(1)));
    let (blocks, tail) = body.as_chunks_mut::<N>();
    let after = before + blocks.len() * N;
    for blocks in blocks.chunks_mut(BATCH) {
        let words = Arch::new().dispatch(|| philox_batch(place));
        for (i, block) in blocks.iter_mut().enumerate() {
            *block = distribution(words.map(|word| word[i]));
        }
        place.block = place.block.wrapping_add(blocks.len() as u64);
    }
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

/// [`philox4x32_10`] of a place and the blocks after it, word by word.
#[inline(always)]
fn philox_batch(place: Place) -> [[u32; BATCH]; 4] {
    let mut words = [[0; BATCH]; 4];
    for i in 0..BATCH {
        let block = place.block.wrapping_add(i as u64);
        (words[0][i], words[1][i]) = (block as u32, (block >> 32) as u32);
    }
    let [mut key_low, mut key_high] = place.key;
    for _ in 0..10 {
        for i in 0..BATCH {
            let a = u64::from(words[0][i]) * 0xD251_1F53;
            let b = u64::from(words[2][i]) * 0xCD9E_8D57;
            words[0][i] = (b >> 32) as u32 ^ words[1][i] ^ key_low;
            words[1][i] = b as u32;
            words[2][i] = (a >> 32) as u32 ^ words[3][i] ^ key_high;
            words[3][i] = a as u32;
        }
        key_low = key_low.wrapping_add(0x9E37_79B9);
        key_high = key_high.wrapping_add(0xBB67_AE85);
    }
    words
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
