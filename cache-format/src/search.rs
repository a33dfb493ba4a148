//! Finding a key among sorted rows, with few pages of memory touched.

use std::cmp::Ordering;

/// Guesses before the search goes on from the last of them.
const GUESSES: usize = 3;

/// The first row that is not `before` what is wanted; rows ascend by their first 32 bytes, and
/// `before` agrees with that order.
///
/// Keys are hashes, evenly spread over all values, so where a key lies follows from its first bytes
/// but for chance: three guesses among 20,000 rows end a few rows from it, on the same pages of
/// memory. Halving the whole table touches another page at nearly every step. A file whose keys are
/// not so spread costs twice the steps of halving at most. Rows are compared by their first 8
/// bytes, and by all that `before` looks at only where these are equal.
pub(crate) fn first_at_least<const N: usize>(
    rows: &[[u8; N]],
    key: &[u8; 32],
    before: impl Fn(&[u8; N]) -> bool,
) -> usize {
    let wanted = number(key);
    let is_before = |row: &[u8; N]| match number(row).cmp(&wanted) {
        Ordering::Less => true,
        Ordering::Equal => before(row),
        Ordering::Greater => false,
    };
    // Rows below `low` are before what is wanted, those from `high` on are not; the keys between
    // them are from `least` to `most`.
    let (mut low, mut high) = (0, rows.len());
    let (mut least, mut most) = (0u64, u64::MAX);
    let mut near = 0;
    for _ in 0..GUESSES {
        // Rounding moves the guess, not the result.
        let share = wanted.saturating_sub(least) as f64 / most.saturating_sub(least).max(1) as f64;
        near = (low + (share * (high - low) as f64) as usize).min(high.saturating_sub(1));
        let Some(row) = rows.get(near).filter(|_| low < high) else {
            return low;
        };
        if is_before(row) {
            (low, least) = (near + 1, number(row));
        } else {
            (high, most) = (near, number(row));
        }
    }
    // Away from the last guess in growing steps, until the key is between two rows.
    let mut step = 1;
    if low == near + 1 {
        while let Some(row) = rows.get(near + step).filter(|_| near + step < high) {
            if !is_before(row) {
                high = near + step;
                break;
            }
            low = near + step + 1;
            step *= 2;
        }
    } else {
        while let Some(at) = near.checked_sub(step).filter(|at| *at >= low) {
            if rows.get(at).is_some_and(is_before) {
                low = at + 1;
                break;
            }
            high = at;
            step *= 2;
        }
    }
    low + rows.get(low..high).unwrap_or_default().partition_point(is_before)
}

/// The first 8 bytes, in the order of the bytes.
fn number(bytes: &[u8]) -> u64 {
    bytes.first_chunk().map_or(0, |chunk| u64::from_be_bytes(*chunk))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Row = [u8; 40];

    fn check(mut rows: Vec<Row>) {
        rows.sort();
        rows.dedup();
        let mut wanted = rows.clone();
        for row in &rows {
            for change in [1u8, 255] {
                let mut other = *row;
                other[31] = other[31].wrapping_add(change);
                wanted.push(other);
            }
        }
        wanted.extend([[0; 40], [255; 40]]);
        for row in wanted {
            let key: [u8; 32] = *row.first_chunk().unwrap();
            let before = |known: &Row| known[..32] < key[..];
            let expected = rows.partition_point(before);
            let found = first_at_least(&rows, &key, before);
            assert_eq!(found, expected, "{} rows, {key:?}", rows.len());
        }
    }

    fn row(number: u64) -> Row {
        let mut row = [0; 40];
        row[..32].copy_from_slice(blake3::hash(&number.to_le_bytes()).as_bytes());
        row
    }

    #[test]
    fn it_finds_what_halving_finds() {
        for count in [0, 1, 2, 3, 10, 1000, 20_000] {
            check((0..count).map(row).collect());
        }
        // Keys that no hash gives: all alike at first, close together, at the ends.
        let close = |number: u64| {
            let mut row = [7; 40];
            row[24..32].copy_from_slice(&number.to_be_bytes());
            row
        };
        check((0..2000).map(close).collect());
        let spread = (0..64).flat_map(|bit| {
            [row(bit), close(1 << bit), {
                let mut row = [0; 40];
                row[..8].copy_from_slice(&(1u64 << bit).to_be_bytes());
                row
            }]
        });
        check(spread.chain([[0; 40], [255; 40]]).collect());
    }

    /// Whole keys are compared where their first bytes are equal: with the row itself, perhaps more
    /// than once.
    #[test]
    fn few_whole_keys_are_compared() {
        let mut rows: Vec<Row> = (0..20_000).map(row).collect();
        rows.sort();
        let mut compared = 0u32;
        for wanted in &rows {
            let key: [u8; 32] = *wanted.first_chunk().unwrap();
            let count = std::cell::Cell::new(0);
            first_at_least(&rows, &key, |known| {
                count.set(count.get() + 1);
                known[..32] < key[..]
            });
            compared += count.get();
        }
        let mean = f64::from(compared) / rows.len() as f64;
        assert!(mean < 3.0, "{mean} keys a search");
    }
}
