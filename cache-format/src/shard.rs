//! Which of several builders makes a group, without asking the others.
//!
//! Rendezvous hashing (Thaler and Ravishankar, "A Name-Based Mapping Scheme for Rendezvous",
//! 1996): every shard has a weight for a group, the heaviest takes it. When the number of shards
//! changes from n to n + 1, one group in n + 1 moves.

use crate::key::GroupKey;

/// The most shards of a build.
pub const SHARDS_MAX: u32 = 4096;

const CONTEXT: &str = "preheat 2026-11 shard weight v1";

/// The shard, 0-based, that makes a group; 0 if there are none.
pub fn shard_of(group: GroupKey, shard_count: u32) -> u32 {
    let weight = |shard: &u32| {
        let mut bytes = [0; 36];
        bytes[..32].copy_from_slice(&group.0);
        bytes[32..].copy_from_slice(&shard.to_le_bytes());
        blake3::derive_key(CONTEXT, &bytes)
    };
    (0..shard_count).max_by_key(weight).unwrap_or(0)
}
