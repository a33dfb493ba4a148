//! Results of maps that a group of reductions stores on the way.
//!
//! A map is stored, and the next group reduces it: that group can compute the elements itself,
//! store each and reduce it, and nothing is read back. It may if it is the first that reads the
//! map's results, at no element but the one at hand, and if the map is cheap.

use std::collections::{BTreeMap, BTreeSet};

use preheat_format::Space;

use super::Group;
use super::cost::ALONG_WEIGHT_MAX;
use super::emit::Draft;
use super::partition::{OUTPUTS_MAX, STORAGE_MAX, outputs};
use super::stage::{SOURCES_MAX, Stages};
use crate::dag::{DagOp, NodeId};

/// Scratch arrays of a reduction that is split over workgroups.
const SCRATCH: usize = 2;

/// Which elements of a map's results a group reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reads {
    /// At each point of its domain the one there.
    Own,
    /// Others.
    Any,
}

/// The drafts in the order in which they run, maps joined to the reductions that read them first.
/// Nodes of `apart` are left alone.
pub(super) fn store_on_the_way(
    stages: &Stages<'_>,
    mut drafts: Vec<Draft>,
    apart: &BTreeSet<NodeId>,
) -> Vec<Draft> {
    let is_open = |draft: &Draft| {
        draft.anchors.is_empty() && !draft.outputs.iter().any(|output| apart.contains(output))
    };
    let Some(first) = drafts.iter().position(is_open) else {
        return drafts;
    };
    if !drafts[first..].iter().any(|draft| reduces(stages, draft)) {
        return drafts;
    }
    // Maps that nothing has read yet, by their results.
    let mut unread: BTreeMap<NodeId, usize> = BTreeMap::new();
    let mut available: BTreeSet<NodeId> = BTreeSet::new();
    let mut joined = vec![false; drafts.len()];
    for at in 0..drafts.len() {
        let mut found: BTreeMap<usize, Reads> = BTreeMap::new();
        for (id, reads) in reads(stages, &drafts[at], &available, &unread) {
            let Some(map) = unread.get(&id) else { continue };
            let known = found.entry(*map).or_insert(reads);
            if reads == Reads::Any {
                *known = Reads::Any;
            }
        }
        for (map, reads) in found {
            unread.retain(|_, reader| *reader != map);
            let grown = match reads {
                Reads::Own => with_map(stages, &drafts[at], &drafts[map]),
                Reads::Any => None,
            };
            if let Some(grown) = grown {
                drafts[at] = grown;
                joined[map] = true;
            }
        }
        let stored = match drafts[at].anchors.is_empty() {
            true => drafts[at].outputs.clone(),
            false => outputs(stages, &drafts[at]),
        };
        if is_open(&drafts[at]) {
            unread.extend(stored.iter().map(|output| (*output, at)));
        }
        available.extend(stored);
    }
    let mut joined = joined.into_iter();
    drafts.retain(|_| joined.next() == Some(false));
    drafts
}

fn reduces(stages: &Stages<'_>, draft: &Draft) -> bool {
    let is_reduction = |id: &NodeId| matches!(stages.dag.node(*id).op, DagOp::Reduce { .. });
    !draft.anchors.is_empty() && draft.anchors.iter().all(is_reduction)
}

/// Stored arrays that a draft reads, and how, as far as they are results of unread maps.
fn reads(
    stages: &Stages<'_>,
    draft: &Draft,
    available: &BTreeSet<NodeId>,
    unread: &BTreeMap<NodeId, usize>,
) -> Vec<(NodeId, Reads)> {
    let mut found = Vec::new();
    if unread.is_empty() {
        return found;
    }
    let dag = stages.dag;
    let mut seen: BTreeSet<(NodeId, bool)> = BTreeSet::new();
    // Nodes with whether each point of the domain reads the element there.
    let mut stack: Vec<(NodeId, bool)> = Vec::new();
    for member in &draft.members {
        let is_reduction = matches!(dag.node(*member).op, DagOp::Reduce { .. });
        let operands = dag.operands(*member).iter();
        stack.extend(operands.map(|operand| (*operand, is_reduction)));
    }
    while let Some((id, is_own)) = stack.pop() {
        if draft.members.contains(&id) || !seen.insert((id, is_own)) {
            continue;
        }
        if available.contains(&id) {
            if unread.contains_key(&id) {
                found.push((id, if is_own { Reads::Own } else { Reads::Any }));
            }
            continue;
        }
        let node = dag.node(id);
        stack.extend(dag.operands(id).iter().map(|operand| {
            // A reshape leaves elements in their order.
            let keeps = match node.op {
                DagOp::Apply(_) => dag.node(*operand).shape == node.shape,
                DagOp::Reshape => true,
                _ => false,
            };
            (*operand, is_own && keeps)
        }));
    }
    found
}

/// A draft of reductions with the results of a map, if one kernel can have both.
fn with_map(stages: &Stages<'_>, draft: &Draft, map: &Draft) -> Option<Draft> {
    let anchor = draft.anchors.first()?;
    let reduced = stages.dag.operands(*anchor).first()?;
    let domain = &stages.dag.node(*reduced).shape;
    let fits = |output: &NodeId| {
        let shape = &stages.dag.node(*output).shape;
        let is_domain = stages.same_shape(*output, *reduced) && shape == domain;
        let is_reshaped = stages.is_linear(*output) && shape.len() == domain.len();
        stages.weight(*output) <= ALONG_WEIGHT_MAX && (is_domain || is_reshaped)
    };
    if !reduces(stages, draft) || !map.outputs.iter().all(fits) {
        return None;
    }
    let mut grown = draft.clone();
    for output in &map.outputs {
        grown.add(*output, stages.sources(*output));
    }
    grown.stores.extend(&map.outputs);
    let (sources, outputs) = (grown.sources().len(), outputs(stages, &grown).len());
    let binds_few = sources <= SOURCES_MAX
        && outputs <= OUTPUTS_MAX
        && sources + outputs + SCRATCH <= STORAGE_MAX;
    binds_few.then_some(grown)
}

/// True if everything that a group of reductions stores on the way varies along what it reduces:
/// the format tells by that over which points a value exists.
pub(super) fn is_complete(draft: &Draft, group: &Group) -> bool {
    let spaces = group.signature.spaces();
    let is_full = |node: u32| spaces.get(node as usize) == Some(&Space::Full);
    let mut outputs = group.outputs.iter().zip(&group.signature.outputs);
    outputs.all(|(output, spec)| !draft.stores.contains(&output.node) || is_full(spec.node))
}
