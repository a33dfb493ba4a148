//! The scalars of a group that belong to streams of random numbers.
//!
//! A random node reads its stream's seed and the counter at which its numbers begin, two words
//! each. When a group is rolled, seeds stay and counters step evenly: a kernel then derives a
//! key once for all trips and computes its counters instead of reading them.

use std::collections::BTreeSet;

use preheat_format::{NodeKind, Scalar, Signature};

use crate::lower::is_random;

/// Parameters by what random nodes take them as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Streams {
    pub(crate) seeds: BTreeSet<u32>,
    pub(crate) counters: BTreeSet<u32>,
}

impl Streams {
    /// The parameters of a group.
    pub(crate) fn of(signature: &Signature) -> Streams {
        let mut streams = Streams::default();
        let param = |node: &u32| match signature.nodes.get(*node as usize).map(|node| &node.kind) {
            Some(NodeKind::Param { param }) => Some(*param),
            _ => None,
        };
        for node in &signature.nodes {
            let NodeKind::Apply { op, operands } = &node.kind else {
                continue;
            };
            if let [_, seed_low, seed_high, low, high] = operands.as_slice()
                && is_random(*op)
            {
                streams.seeds.extend([seed_low, seed_high].into_iter().filter_map(param));
                streams.counters.extend([low, high].into_iter().filter_map(param));
            }
        }
        streams
    }

    /// Whether the scalars of another trip go on as those of the trips before do: `first`, what
    /// the `second` had if there was one, and `last`.
    pub(crate) fn go_on(&self, trips: [&[Scalar]; 3], next: &[Scalar]) -> bool {
        let [first, second, last] = trips;
        let bits = |row: &[Scalar], param: &u32| {
            row.get(*param as usize).map_or(0, |scalar| scalar.bits as u32)
        };
        let step = |param: &u32| bits(second, param).wrapping_sub(bits(first, param));
        let stays = |param: &u32| bits(next, param) == bits(first, param);
        let is_even =
            |param: &u32| bits(next, param).wrapping_sub(bits(last, param)) == step(param);
        self.seeds.iter().all(stays) && (second.is_empty() || self.counters.iter().all(is_even))
    }
}

#[cfg(test)]
mod tests {
    use preheat_format::DType;

    use super::*;

    fn row(words: &[u32]) -> Vec<Scalar> {
        words.iter().map(|word| Scalar { dtype: DType::U32, bits: u64::from(*word) }).collect()
    }

    #[test]
    fn seeds_stay_and_counters_step_evenly() {
        let streams = Streams { seeds: [0].into(), counters: [1].into() };
        let goes_on = |rows: [&[u32]; 3], next: &[u32]| {
            let [first, second, last] = rows.map(row);
            streams.go_on([&first, &second, &last], &row(next))
        };
        assert!(goes_on([&[7, 10], &[], &[7, 10]], &[7, 99]));
        assert!(!goes_on([&[7, 10], &[], &[7, 10]], &[8, 99]));
        assert!(goes_on([&[7, 10], &[7, 14], &[7, 18]], &[7, 22]));
        assert!(!goes_on([&[7, 10], &[7, 14], &[7, 18]], &[7, 23]));
        // Counters go round at 2^32.
        assert!(goes_on([&[7, u32::MAX - 5], &[7, u32::MAX - 1], &[7, u32::MAX - 1]], &[7, 2]));
    }
}
