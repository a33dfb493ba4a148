//! Rolling: calls of one group that feed each other become one call of several trips.
//!
//! The planner marks a group whose outputs take the place of its sources in the next iteration
//! (`Signature::carries`). Such a call is not run at once: it opens a *chain*, and the call of the
//! next iteration becomes one more trip of it if it is of the same group, over the same extents
//! and arrays, with the last trip's outputs as its carried sources. Its scalars may differ; they
//! go to the table of the call. Those of random streams go on as `stream` says. A chain is run when
//! something wants its last outputs, or when it is full; what a trip before the last made is never
//! stored.
//!
//! Whether somebody wants the outputs of the trip before is known only at the end of a cut, when
//! what nobody holds is gone. Until then that trip is remembered, and the chain may end there.

use std::sync::Arc;

use preheat_format::{Call, CallOutput, DType, Roll, Scalar, TRIPS_MAX};

use crate::dag::NodeId;
use crate::fuse::Group;
use crate::stream::Streams;
use crate::trace::engine::{Buffer, GroupOrigin};

/// The most chains that are open at once.
const CHAINS_MAX: usize = 8;
/// The most scalars of a chain: bounds its memory whatever the number of parameters.
const SCALARS_MAX: usize = 1 << 16;

/// A source of a trip that may continue a chain.
pub(super) enum Trip {
    /// The same array in every trip.
    Fixed(Buffer),
    /// An output of the trip before.
    Carried { node: NodeId, output: usize },
}

/// A chain on its way to the engine.
pub(super) struct Flushed {
    pub(super) call: Call<Buffer>,
    pub(super) origin: GroupOrigin,
    /// The node behind each output, `None` if nothing wants it.
    pub(super) nodes: Vec<Option<NodeId>>,
}

/// Trips of one group.
struct Chain {
    /// The first trip.
    call: Call<Buffer>,
    origin: GroupOrigin,
    /// Scalars of the trips after the first, one row each.
    rows: Vec<Scalar>,
    /// Which scalars are of random streams.
    streams: Streams,
    trips: u32,
    /// Outputs of the last trip, those that something wants.
    nodes: Vec<Option<NodeId>>,
    /// Outputs of the trip before, until the end of the cut.
    before_last: Vec<Option<NodeId>>,
}

/// The open chains, oldest first.
#[derive(Default)]
pub(super) struct Chains {
    open: Vec<Chain>,
    /// The last trip of a chain whose trips before it were taken.
    split: Option<Chain>,
}

impl Chain {
    fn is_full(&self) -> bool {
        let row = self.call.params.len().max(1);
        self.trips >= TRIPS_MAX || self.rows.len() + row > SCALARS_MAX
    }

    fn is_continued_by(&self, group: &Group, sources: &[Trip]) -> bool {
        self.call.key == group.key
            && self.call.extents == group.extents
            && self.call.views == group.views
            && !self.is_full()
            && self.before_last.iter().all(Option::is_none)
            && self.streams.go_on(self.rows_that_tell(), &group.params)
            && sources.iter().zip(&self.call.sources).all(|(source, first)| match source {
                Trip::Fixed(buffer) => buffer.is_same(first),
                Trip::Carried { node, output } => self.nodes.get(*output) == Some(&Some(*node)),
            })
    }

    /// The scalars of the last trip.
    fn last_row(&self) -> &[Scalar] {
        match self.trips {
            0 | 1 => &self.call.params,
            _ => &self.rows[self.rows.len() - self.call.params.len()..],
        }
    }

    /// The scalars of the first, the second (if there is one) and the last trip.
    fn rows_that_tell(&self) -> [&[Scalar]; 3] {
        let second = self.rows.get(..self.call.params.len()).unwrap_or_default();
        [&self.call.params, second, self.last_row()]
    }

    /// Takes the last of several trips away; yields it as a chain of its own, whose carried
    /// sources are still those of this chain.
    fn split_last(&mut self) -> Chain {
        let call = Call { params: self.last_row().to_vec(), ..self.call.clone() };
        let nodes = std::mem::replace(&mut self.nodes, std::mem::take(&mut self.before_last));
        self.rows.truncate(self.rows.len() - self.call.params.len());
        self.trips -= 1;
        Chain {
            call,
            origin: self.origin.clone(),
            rows: Vec::new(),
            streams: self.streams.clone(),
            trips: 1,
            nodes,
            before_last: Vec::new(),
        }
    }

    fn flushed(self) -> Flushed {
        let roll = roll(&self.call.params, &self.rows, self.trips);
        let call = Call { roll: Some(roll), ..self.call };
        Flushed { call, origin: self.origin, nodes: self.nodes }
    }
}

/// Scalars that differ between trips, as a table.
fn roll(first: &[Scalar], rows: &[Scalar], trips: u32) -> Roll {
    let mut places = Vec::with_capacity(first.len());
    let mut table = vec![0];
    for (index, scalar) in first.iter().enumerate() {
        let later = || rows.iter().skip(index).step_by(first.len());
        if later().all(|other| other.bits == scalar.bits) {
            places.push(0);
            continue;
        }
        // At most `SCALARS_MAX` scalars of two words.
        places.push(table.len() as u32);
        for value in std::iter::once(scalar).chain(later()) {
            table.push(value.bits as u32);
            if value.dtype == DType::F64 {
                table.push((value.bits >> 32) as u32);
            }
        }
    }
    Roll { trips, places, table: Arc::new(table) }
}

impl Chains {
    /// Makes a group another trip of an open chain; false if it continues none.
    pub(super) fn extend(&mut self, group: &Group, sources: &[Trip], nodes: &[NodeId]) -> bool {
        let continued =
            self.open.iter_mut().rev().find(|chain| chain.is_continued_by(group, sources));
        let Some(chain) = continued else {
            return false;
        };
        chain.rows.extend_from_slice(&group.params);
        chain.trips += 1;
        let last = nodes.iter().copied().map(Some).collect();
        chain.before_last = std::mem::replace(&mut chain.nodes, last);
        true
    }

    /// Opens a chain with its first trip.
    pub(super) fn open(&mut self, group: Group, sources: Vec<Buffer>, nodes: &[NodeId]) {
        let call = Call {
            signature: group.signature,
            key: group.key,
            extents: group.extents,
            views: group.views,
            sources,
            params: group.params,
            outputs: nodes.iter().map(|_| CallOutput::New).collect(),
            roll: None,
        };
        let nodes = nodes.iter().copied().map(Some).collect();
        let (rows, before_last, origin) = (Vec::new(), Vec::new(), group.origin);
        let streams = Streams::of(&call.signature);
        self.open.push(Chain { call, origin, rows, streams, trips: 1, nodes, before_last });
    }

    /// The oldest chain, if there is no room for another.
    pub(super) fn make_room(&mut self) -> Option<Flushed> {
        (self.open.len() >= CHAINS_MAX).then(|| self.open.remove(0).flushed())
    }

    /// The chain whose last trip gives a node.
    pub(super) fn take(&mut self, id: NodeId) -> Option<Flushed> {
        let at = self.open.iter().position(|chain| chain.nodes.contains(&Some(id)))?;
        Some(self.open.remove(at).flushed())
    }

    /// The trips up to the one that gives a node, if it is the last but one of a chain. The last
    /// trip waits for [`Chains::resume`].
    pub(super) fn take_before_last(&mut self, id: NodeId) -> Option<Flushed> {
        let at = self.open.iter().position(|chain| chain.before_last.contains(&Some(id)))?;
        let mut chain = self.open.remove(at);
        self.split = Some(chain.split_last());
        Some(chain.flushed())
    }

    /// Opens the last trip of a divided chain again, given the outputs of the trips before it.
    pub(super) fn resume(&mut self, outputs: Vec<Buffer>) {
        let Some(mut chain) = self.split.take() else {
            return;
        };
        for carry in &chain.call.signature.carries {
            let place = chain.call.sources.get_mut(carry.source as usize);
            if let (Some(place), Some(buffer)) = (place, outputs.get(carry.output as usize)) {
                *place = buffer.clone();
            }
        }
        if chain.nodes.iter().any(Option::is_some) {
            self.open.push(chain);
        }
    }

    /// A node that is still wanted though a chain has gone on from it.
    pub(super) fn wanted_before_last(&self) -> Option<NodeId> {
        self.open.iter().flat_map(|chain| &chain.before_last).copied().flatten().next()
    }

    /// A chain that can take no further trip.
    pub(super) fn take_full(&mut self) -> Option<Flushed> {
        let at = self.open.iter().position(Chain::is_full)?;
        Some(self.open.remove(at).flushed())
    }

    /// A chain that reads a buffer.
    pub(super) fn take_reader(&mut self, buffer: &Buffer) -> Option<Flushed> {
        let reads = |chain: &Chain| chain.call.sources.iter().any(|known| known.is_same(buffer));
        let at = self.open.iter().position(reads)?;
        Some(self.open.remove(at).flushed())
    }

    /// Nothing wants a node any more. A chain without wanted outputs is dropped.
    pub(super) fn forget(&mut self, id: NodeId) {
        for chain in &mut self.open {
            let nodes = chain.nodes.iter_mut().chain(&mut chain.before_last);
            nodes.filter(|node| **node == Some(id)).for_each(|node| *node = None);
        }
        self.open.retain(|chain| chain.nodes.iter().chain(&chain.before_last).any(Option::is_some));
    }
}
