//! Groups run on the host: known values, and the engine against the reference on random groups.

mod group;
mod known;
mod properties;
