//! Drawing the groups: anchors with their epilogues, then maps, stage by stage.

use std::collections::BTreeSet;

use preheat_format::{NumericMode, SignatureError};

use super::Group;
use super::emit::{Draft, emit};
use super::stage::{SOURCES_MAX, Stages};
use crate::dag::{Dag, DagOp, NodeId};

/// The most results of one group.
const OUTPUTS_MAX: usize = 3;
/// The most storage bindings of one group, scratch apart.
const BINDINGS_MAX: usize = 7;

/// Groups that compute `roots`, in an order in which they can run.
///
/// # Errors
/// [`SignatureError`] if a group breaks a limit of the format.
pub fn partition(
    dag: &Dag,
    roots: &[NodeId],
    mode: NumericMode,
) -> Result<Vec<Group>, SignatureError> {
    let stages = Stages::new(dag, roots);
    let mut drafts = anchor_drafts(&stages);
    grow_epilogues(&stages, &mut drafts);
    let absorbed: BTreeSet<NodeId> =
        drafts.iter().flat_map(|draft| draft.members.iter().copied()).collect();
    drafts.extend(map_drafts(&stages, &absorbed));
    // Anchors of a stage run before its maps; `sort_by_key` keeps the order within both.
    drafts.sort_by_key(|draft| (draft.stage, draft.anchors.is_empty()));
    let mut available = BTreeSet::new();
    let mut groups = Vec::with_capacity(drafts.len());
    for draft in &mut drafts {
        draft.outputs = outputs(&stages, draft);
        groups.push(emit(&stages, draft, &available, mode)?);
        available.extend(draft.outputs.iter().copied());
    }
    Ok(groups)
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
                draft.members.insert(id);
            }
            None => drafts.push(Draft {
                stage,
                anchors: vec![id],
                members: BTreeSet::from([id]),
                outputs: Vec::new(),
            }),
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
    let shape = |anchor: NodeId| {
        dag.operands(anchor).first().map(|operand| dag.node(*operand).shape.clone())
    };
    let known = draft_sources(stages, draft);
    let own = stages.sources(id);
    let common = known.intersection(&own).next().is_some() || (known.is_empty() && own.is_empty());
    let sources = known.union(&own).count();
    a == b
        && shape(*first) == shape(id)
        && common
        && draft.anchors.len() < OUTPUTS_MAX
        && sources <= SOURCES_MAX
        && sources + draft.anchors.len() < BINDINGS_MAX
}

/// Arrays that a draft reads from elsewhere.
fn draft_sources(stages: &Stages<'_>, draft: &Draft) -> BTreeSet<NodeId> {
    let mut sources = BTreeSet::new();
    for member in &draft.members {
        sources.extend(stages.sources(*member));
    }
    sources.retain(|source| !draft.members.contains(source));
    sources
}

/// Lets each anchor's group take in the element-wise work on its results.
fn grow_epilogues(stages: &Stages<'_>, drafts: &mut [Draft]) {
    for id in stages.order.iter().copied() {
        let node = stages.dag.node(id);
        if !matches!(node.op, DagOp::Apply(_)) {
            continue;
        }
        let operands = stages.dag.operands(id);
        let home = drafts.iter_mut().find(|draft| {
            operands.iter().any(|operand| draft.members.contains(operand))
                && takes_in(stages, draft, id, &operands)
        });
        if let Some(draft) = home {
            draft.members.insert(id);
        }
    }
}

fn takes_in(stages: &Stages<'_>, draft: &Draft, id: NodeId, operands: &[NodeId]) -> bool {
    let dag = stages.dag;
    let Some(anchor) = draft.anchors.first() else {
        return false;
    };
    if matches!(dag.node(*anchor).op, DagOp::Update(_)) {
        return false;
    }
    let ready = |operand: &NodeId| {
        draft.members.contains(operand)
            || matches!(dag.node(*operand).op, DagOp::Param(_) | DagOp::Constant(_) | DagOp::Leaf)
            || stages.stage(*operand) < draft.stage
    };
    let mut grown = draft.clone();
    grown.members.insert(id);
    let sources = draft_sources(stages, &grown).len();
    stages.stage(id) == draft.stage
        && dag.node(id).shape == dag.node(*anchor).shape
        && operands.iter().all(ready)
        && sources <= SOURCES_MAX
        && sources + outputs(stages, &grown).len() <= BINDINGS_MAX
}

/// Members whose values are wanted outside the group, in order. A map's are given.
fn outputs(stages: &Stages<'_>, draft: &Draft) -> Vec<NodeId> {
    if draft.anchors.is_empty() {
        return draft.outputs.clone();
    }
    let pending: BTreeSet<NodeId> = stages.order.iter().copied().collect();
    let wanted = |member: &NodeId| {
        stages.roots.contains(member)
            || stages.barriers.contains_key(member)
            || matches!(stages.dag.node(*member).op, DagOp::Update(_))
            || stages
                .dag
                .users(*member)
                .iter()
                .any(|user| pending.contains(user) && !draft.members.contains(user))
    };
    stages.order.iter().copied().filter(|id| draft.members.contains(id) && wanted(id)).collect()
}

/// Stored nodes outside every anchor's group, merged where shape and data are common.
fn map_drafts(stages: &Stages<'_>, absorbed: &BTreeSet<NodeId>) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = Vec::new();
    for id in stages.order.iter().copied() {
        let stored = stages.roots.contains(&id) || stages.barriers.contains_key(&id);
        if !stored || absorbed.contains(&id) {
            continue;
        }
        let stage = stages.stage(id);
        let home =
            drafts.iter_mut().find(|draft| draft.stage == stage && shares_map(stages, draft, id));
        match home {
            Some(draft) => {
                draft.outputs.push(id);
                draft.members.insert(id);
            }
            None => drafts.push(Draft {
                stage,
                anchors: Vec::new(),
                members: BTreeSet::from([id]),
                outputs: vec![id],
            }),
        }
    }
    drafts
}

fn shares_map(stages: &Stages<'_>, draft: &Draft, id: NodeId) -> bool {
    let Some(first) = draft.outputs.first() else {
        return false;
    };
    let known = draft_sources(stages, draft);
    let own = stages.sources(id);
    let uses_member = stages.dag.operands(id).iter().any(|operand| draft.members.contains(operand));
    let common = known.intersection(&own).next().is_some() || uses_member;
    let sources = known.union(&own).count();
    stages.dag.node(*first).shape == stages.dag.node(id).shape
        && common
        && !stages.barriers.contains_key(&id)
        && draft.outputs.len() < OUTPUTS_MAX
        && sources + draft.outputs.len() < BINDINGS_MAX
}
