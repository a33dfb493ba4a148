//! The corpus as data: what the end-to-end tests and the chores have in common.

pub mod corpus;
