//! What the end-to-end tests and the chores have in common: the corpus as data, the house rules.

pub mod conformance;
pub mod corpus;
pub mod randomness;
pub mod scan;
pub mod sums;
pub mod tidy;
