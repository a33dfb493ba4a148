//! Drawing the groups: anchors with their epilogues, then maps, stage by stage.

use std::collections::{BTreeMap, BTreeSet};

use preheat_format::SignatureError;

use super::emit::{Draft, emit};
use super::stage::{SOURCES_MAX, Sources, Stages, join_sources};
use super::{Aim, Group};
use crate::dag::{Dag, DagOp, NodeId};

/// The most results of one group.
const OUTPUTS_MAX: usize = 3;
/// The most storage bindings of one group, scratch apart.
const BINDINGS_MAX: usize = 7;

/// The most states of a rolled loop in one group.
const STATES_MAX: usize = 6;

/// Storage bindings of a kernel under WebGPU's default limits.
pub(super) const STORAGE_MAX: usize = 8;
/// How often a plan is made again because a group turned out to bind too many arrays.
const PLANS_MAX: usize = 64;

/// Groups that compute `roots`, in an order in which they can run.
///
/// # Errors
/// [`SignatureError`] if a group breaks a limit of the format.
pub fn partition(
    dag: &Dag,
    roots: &[NodeId],
    mut aim: Aim<'_>,
) -> Result<Vec<Group>, SignatureError> {
    let mut forced = BTreeSet::new();
    for _ in 0..PLANS_MAX {
        match plan(&Stages::new(dag, roots, &forced), aim, STORAGE_MAX)? {
            Plan::Groups(groups) => return Ok(groups),
            Plan::JoinLess => {
                aim.joins_states = false;
                forced.clear();
            }
            Plan::Store(id) if !forced.insert(id) => break,
            Plan::Store(_) => {}
        }
    }
    // No other cut helps: the engine says which group is too wide.
    aim.joins_states = false;
    match plan(&Stages::new(dag, roots, &forced), aim, usize::MAX)? {
        Plan::Groups(groups) => Ok(groups),
        Plan::Store(_) | Plan::JoinLess => Ok(Vec::new()),
    }
}

/// Nodes other than `roots` that a plan stores before others read them, as long as no group needs
/// more arrays than a kernel may bind.
pub fn barriers(dag: &Dag, roots: &[NodeId]) -> Vec<NodeId> {
    let stages = Stages::new(dag, roots, &BTreeSet::new());
    let is_stored = |id: &NodeId| !stages.is_root(*id) && stages.barrier(*id).is_some();
    stages.order.iter().copied().filter(is_stored).collect()
}

/// A plan, or what has to change for a group to bind fewer arrays.
enum Plan {
    Groups(Vec<Group>),
    /// The node has to be stored.
    Store(NodeId),
    /// States of a loop must not be joined in one group: they do not roll.
    JoinLess,
}

fn plan(stages: &Stages<'_>, aim: Aim<'_>, storage_max: usize) -> Result<Plan, SignatureError> {
    let mut drafts = anchor_drafts(stages);
    grow_epilogues(stages, &mut drafts);
    let absorbed: BTreeSet<NodeId> =
        drafts.iter().flat_map(|draft| draft.members.iter().copied()).collect();
    drafts.extend(map_drafts(stages, aim, &absorbed));
    // Anchors of a stage run before its maps; `sort_by_key` keeps the order within both.
    drafts.sort_by_key(|draft| (draft.stage, draft.anchors.is_empty()));
    let mut available = BTreeSet::new();
    let mut groups = Vec::with_capacity(drafts.len());
    for draft in &mut drafts {
        draft.outputs = outputs(stages, draft);
        let group = emit(stages, draft, &available, aim)?;
        let signature = &group.signature;
        if group.outputs.len() > OUTPUTS_MAX && draft.anchors.is_empty() && !signature.is_rolled() {
            return Ok(Plan::JoinLess);
        }
        // A state of a rolled loop is read and written in one array.
        let arrays = group.sources.len() + group.outputs.len() - signature.carries.len();
        let table = usize::from(signature.is_rolled());
        if arrays + table + scratch(stages, draft) > storage_max
            && let Some(id) = widest(stages, draft, &available)
        {
            return Ok(Plan::Store(id));
        }
        groups.push(group);
        available.extend(draft.outputs.iter().copied());
    }
    Ok(Plan::Groups(groups))
}

/// Scratch arrays that a split reduction may need: words and doubles.
fn scratch(stages: &Stages<'_>, draft: &Draft) -> usize {
    let reduces =
        |id: &NodeId| matches!(stages.dag.node(*id).op, DagOp::Reduce { .. } | DagOp::Scan { .. });
    if draft.anchors.iter().any(reduces) { 2 } else { 0 }
}

/// The longest operand that a group computes itself and could read instead.
fn widest(stages: &Stages<'_>, draft: &Draft, available: &BTreeSet<NodeId>) -> Option<NodeId> {
    let open = |id: &NodeId| {
        let node = stages.dag.node(*id);
        matches!(node.op, DagOp::Apply(_) | DagOp::Gather | DagOp::View(_) | DagOp::Reshape)
            && !available.contains(id)
            && !draft.members.contains(id)
            && stages.barrier(*id).is_none()
    };
    let members = draft.members.iter().flat_map(|member| stages.dag.operands(*member));
    let found = members.copied().filter(open).max_by_key(|id| stages.size(*id));
    // A member may be stored alone too, unless the group is nothing else.
    found.or_else(|| {
        let apart = |id: &&NodeId| !stages.is_anchor(**id) && stages.barrier(**id).is_none();
        draft.members.iter().filter(apart).max_by_key(|id| stages.size(**id)).copied()
    })
}

/// One draft per anchor; reductions of one shape over the same axes that read common data share.
fn anchor_drafts(stages: &Stages<'_>) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = Vec::new();
    for id in stages.order.iter().copied().filter(|id| stages.is_anchor(*id)) {
        let stage = stages.stage(id);
        let home =
            drafts.iter_mut().find(|draft| draft.stage == stage && shares_pass(stages, draft, id));
        match home {
            Some(draft) => {
                draft.anchors.push(id);
                draft.add(id, stages.sources(id));
            }
            None => {
                let mut draft = Draft { stage, anchors: vec![id], ..Draft::default() };
                draft.add(id, stages.sources(id));
                drafts.push(draft);
            }
        }
    }
    drafts
}

fn shares_pass(stages: &Stages<'_>, draft: &Draft, id: NodeId) -> bool {
    let Some(first) = draft.anchors.first() else {
        return false;
    };
    let dag = stages.dag;
    let (DagOp::Reduce { axes: a, .. }, DagOp::Reduce { axes: b, .. }) =
        (&dag.node(*first).op, &dag.node(id).op)
    else {
        return false;
    };
    let same_shape = match (dag.operands(*first).first(), dag.operands(id).first()) {
        (Some(left), Some(right)) => stages.same_shape(*left, *right),
        (_, _) => false,
    };
    let (known, own) = (draft.sources(), stages.sources(id));
    let common = has_common(&known, own) || (known.is_empty() && own.is_empty());
    let sources = joined(known, own).len();
    a == b
        && same_shape
        && common
        && draft.anchors.len() < OUTPUTS_MAX
        && sources <= SOURCES_MAX
        && sources + draft.anchors.len() < BINDINGS_MAX
}

fn has_common(left: &[NodeId], right: &[NodeId]) -> bool {
    left.iter().any(|id| right.binary_search(id).is_ok())
}

fn joined(mut left: Sources, right: &[NodeId]) -> Sources {
    join_sources(&mut left, right);
    left
}

/// Lets each anchor's group take in the element-wise work on its results.
fn grow_epilogues(stages: &Stages<'_>, drafts: &mut [Draft]) {
    let mut homes: BTreeMap<NodeId, usize> = BTreeMap::new();
    for (home, draft) in drafts.iter().enumerate() {
        homes.extend(draft.members.iter().map(|member| (*member, home)));
    }
    for id in stages.order.iter().copied() {
        if !matches!(stages.dag.node(id).op, DagOp::Apply(_)) {
            continue;
        }
        let operands = stages.dag.operands(id);
        let candidates: BTreeSet<usize> =
            operands.iter().filter_map(|operand| homes.get(operand).copied()).collect();
        let grown = candidates.into_iter().find_map(|home| {
            let grown = with_epilogue(stages, &drafts[home], id, operands)?;
            Some((home, grown))
        });
        if let Some((home, grown)) = grown {
            drafts[home] = grown;
            homes.insert(id, home);
        }
    }
}

/// The draft with an element-wise operation on its results, if its group can have it.
fn with_epilogue(
    stages: &Stages<'_>,
    draft: &Draft,
    id: NodeId,
    operands: &[NodeId],
) -> Option<Draft> {
    let dag = stages.dag;
    let anchor = draft.anchors.first()?;
    let ready = |operand: &NodeId| {
        draft.members.contains(operand)
            || matches!(dag.node(*operand).op, DagOp::Param(_) | DagOp::Constant(_) | DagOp::Leaf)
            || stages.stage(*operand) < draft.stage
    };
    let fits = stages.stage(id) == draft.stage
        && !matches!(dag.node(*anchor).op, DagOp::Update(_))
        && dag.node(id).shape == dag.node(*anchor).shape
        && operands.iter().all(ready);
    if !fits {
        return None;
    }
    let mut grown = draft.clone();
    grown.add(id, stages.sources(id));
    let (sources, outputs) = (grown.sources().len(), outputs(stages, &grown).len());
    let binds_few =
        sources <= SOURCES_MAX && outputs <= OUTPUTS_MAX && sources + outputs <= BINDINGS_MAX;
    binds_few.then_some(grown)
}

/// Members whose values are wanted outside the group, in order. A map's are given.
fn outputs(stages: &Stages<'_>, draft: &Draft) -> Vec<NodeId> {
    if draft.anchors.is_empty() {
        return draft.outputs.clone();
    }
    let wanted = |member: &NodeId| {
        stages.is_root(*member)
            || stages.barrier(*member).is_some()
            || matches!(stages.dag.node(*member).op, DagOp::Update(_))
            || stages
                .dag
                .users(*member)
                .iter()
                .any(|user| stages.is_pending(*user) && !draft.members.contains(user))
    };
    let mut found: Vec<NodeId> = draft.members.iter().copied().filter(wanted).collect();
    found.sort_by_key(|id| stages.position(*id));
    found
}

/// Stored nodes outside every anchor's group, merged where shape and data are common.
fn map_drafts(stages: &Stages<'_>, aim: Aim<'_>, absorbed: &BTreeSet<NodeId>) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = Vec::new();
    for id in stages.order.iter().copied() {
        let stored = stages.is_root(id) || stages.barrier(id).is_some();
        if !stored || absorbed.contains(&id) {
            continue;
        }
        let stage = stages.stage(id);
        let home = drafts
            .iter_mut()
            .find(|draft| draft.stage == stage && shares_map(stages, aim, draft, id));
        match home {
            Some(draft) => {
                draft.outputs.push(id);
                draft.add(id, stages.sources(id));
            }
            None => {
                let mut draft = Draft { stage, outputs: vec![id], ..Draft::default() };
                draft.add(id, stages.sources(id));
                drafts.push(draft);
            }
        }
    }
    drafts
}

fn shares_map(stages: &Stages<'_>, aim: Aim<'_>, draft: &Draft, id: NodeId) -> bool {
    let Some(first) = draft.outputs.first() else {
        return false;
    };
    if !stages.same_shape(*first, id) || stages.barrier(id).is_some() {
        return false;
    }
    let (known, own) = (draft.sources(), stages.sources(id));
    let uses_member = stages.dag.operands(id).iter().any(|operand| draft.members.contains(operand));
    let common = has_common(&known, own) || uses_member;
    let all = joined(known, own);
    let sources = all.len();
    let outputs = draft.outputs.len();
    let is_state = |id: NodeId| aim.states.iter().any(|(_, after)| *after == id);
    let fits = if aim.joins_states && is_state(id) && draft.outputs.iter().all(|id| is_state(*id)) {
        // If all goes well these are carried, and share their array with an output.
        let is_carried =
            |source: &&NodeId| aim.states.iter().any(|(before, _)| *before == **source);
        let carried = all.iter().filter(is_carried).count().min(outputs + 1);
        outputs < STATES_MAX && sources - carried + outputs + 1 < STORAGE_MAX
    } else {
        outputs < OUTPUTS_MAX && sources + outputs < BINDINGS_MAX
    };
    common && fits
}
