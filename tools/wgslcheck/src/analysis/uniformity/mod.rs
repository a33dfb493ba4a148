//! Uniformity analysis (specification, section 15.2): barriers, derivatives and subgroup
//! operations are reached by all invocations of a workgroup together, or not at all.
//!
//! Each function becomes a graph whose nodes are values and points of control flow; an edge leads
//! to what a node depends on. What must be uniform must not reach the node of what may not be.
//! A callee is described to its callers by a [`Summary`].

mod calls;
mod expressions;
mod graph;
mod loops;
mod statements;

use std::collections::{BTreeMap, BTreeSet};

use super::roots::Roots;
use crate::rules;
use crate::sema::attributes::filter_parts;
use crate::sema::types::Type;
use crate::sema::{Issue, Sema};
use crate::syntax::ast::{Attribute, Function, Span};
use graph::{CF_START, Graph, NON_UNIFORM, Node};

/// What a caller must know of a function.
#[derive(Default)]
pub(super) struct Summary {
    /// It must be called in uniform control flow.
    call_required: bool,
    /// Its result may differ between invocations.
    result_varies: bool,
    params: Vec<ParamSummary>,
}

/// What a caller must know of a parameter.
#[derive(Default)]
struct ParamSummary {
    value_required: bool,
    contents_required: bool,
    value_in_result: bool,
    contents_in_result: bool,
    /// What the contents behind a pointer depend on afterwards; `None` if they stay as they are.
    output: Option<Output>,
}

/// What the memory behind a pointer parameter holds after the call.
#[derive(Default)]
struct Output {
    varies: bool,
    values: BTreeSet<usize>,
    contents: BTreeSet<usize>,
}

/// Something that must be uniform.
struct Requirement {
    node: Node,
    span: Span,
    what: String,
}

/// Which violations are errors here.
#[derive(Clone, Copy)]
struct Filters {
    derivatives: bool,
    subgroups: bool,
}

impl Filters {
    fn set(&mut self, severity: &str, rule: &str) {
        let is_error = severity == "error";
        match rule {
            "derivative_uniformity" => self.derivatives = is_error,
            "subgroup_uniformity" => self.subgroups = is_error,
            _ => {}
        }
    }

    fn with(mut self, attributes: &[Attribute<'_>]) -> Self {
        for attribute in attributes.iter().filter(|attribute| attribute.name == "diagnostic") {
            if let Some((severity, rule)) = filter_parts(attribute) {
                self.set(severity, &rule);
            }
        }
        self
    }
}

/// Checks every function, callees first.
pub(super) fn check(sema: &Sema<'_>) -> Vec<Issue> {
    if !calls::has_requirements(sema) {
        return Vec::new();
    }
    let mut filters = Filters { derivatives: true, subgroups: true };
    for filter in &sema.module.directives.filters {
        filters.set(filter.severity, &filter.rule);
    }
    let mut summaries = BTreeMap::new();
    let mut issues = Vec::new();
    for function in super::callees_first(sema) {
        let Some(tree) = super::tree(sema, function) else {
            continue;
        };
        let mut walker = Walker::new(sema, function, &summaries, filters);
        walker.function(function, tree);
        issues.extend(walker.issues());
        let summary = walker.summary();
        summaries.insert(function, summary);
    }
    issues
}

/// Builds the graph of one function.
struct Walker<'c, 'a> {
    sema: &'c Sema<'a>,
    roots: Roots<'c, 'a>,
    summaries: &'c BTreeMap<u32, Summary>,
    graph: Graph,
    filters: Filters,
    /// What variables, and memory behind pointer parameters, hold now.
    values: BTreeMap<u32, Node>,
    /// The values of `let` declarations and parameters.
    lets: BTreeMap<u32, Node>,
    loops: Vec<loops::Frame>,
    params: Vec<Param>,
    result: Node,
    requirements: Vec<Requirement>,
}

/// The nodes of a parameter.
struct Param {
    value: Node,
    /// For pointers: the memory when the function starts, and when it ends.
    memory: Option<(Node, Node)>,
}

impl<'c, 'a> Walker<'c, 'a> {
    fn new(
        sema: &'c Sema<'a>,
        function: u32,
        summaries: &'c BTreeMap<u32, Summary>,
        filters: Filters,
    ) -> Self {
        let mut graph = Graph::new();
        let result = graph.node();
        Self {
            sema,
            roots: Roots::new(sema, function),
            summaries,
            graph,
            filters,
            values: BTreeMap::new(),
            lets: BTreeMap::new(),
            loops: Vec::new(),
            params: Vec::new(),
            result,
            requirements: Vec::new(),
        }
    }

    fn function(&mut self, function: u32, tree: &'a Function<'a>) {
        let Some(info) = self.sema.functions.get(function as usize) else {
            return;
        };
        for (index, (param, ty)) in tree.params.iter().zip(&info.params).enumerate() {
            let local = index as u32;
            let value = self.graph.node();
            if let Some(stage) = info.entry
                && !self.sema.is_uniform_input(stage, *ty, &param.attributes)
            {
                self.graph.edge(value, NON_UNIFORM);
            }
            self.lets.insert(local, value);
            let memory = matches!(self.sema.types.get(*ty), Type::Pointer(..)).then(|| {
                let start = self.graph.node();
                self.values.insert(local, start);
                (start, self.graph.node())
            });
            self.params.push(Param { value, memory });
        }
        let declaration = self.sema.module.declarations.get(info.declaration);
        let attributes = declaration.map(|declaration| declaration.attributes.as_slice());
        self.filters = self.filters.with(attributes.unwrap_or_default());
        self.filters = self.filters.with(&tree.body.attributes);
        self.sequence(CF_START, &tree.body.statements);
        self.leave();
    }

    /// The memory behind pointers as the function leaves it here.
    fn leave(&mut self) {
        for (index, param) in self.params.iter().enumerate() {
            if let Some((_, end)) = param.memory
                && let Some(now) = self.values.get(&(index as u32))
            {
                self.graph.edge(end, *now);
            }
        }
    }

    fn require(&mut self, node: Node, span: Span, what: impl Into<String>) {
        self.requirements.push(Requirement { node, span, what: what.into() });
    }

    fn issues(&self) -> Vec<Issue> {
        let violated = self
            .requirements
            .iter()
            .filter(|requirement| self.graph.reach([requirement.node]).contains(&NON_UNIFORM));
        violated
            .map(|requirement| Issue {
                rule: &rules::UNIFORMITY,
                message: requirement.what.clone(),
                span: requirement.span,
                help: Some(
                    "move it out of the branch or loop, or make the condition the same for all \
                     invocations"
                        .to_owned(),
                ),
            })
            .collect()
    }

    fn summary(&self) -> Summary {
        let required = self.graph.reach(self.requirements.iter().map(|one| one.node));
        let result = self.graph.reach([self.result]);
        let memory = |param: &Param| param.memory.map(|(start, _)| start);
        let params = self.params.iter().map(|param| {
            let start = memory(param);
            let output = param.memory.and_then(|(start, end)| self.output(start, end));
            ParamSummary {
                value_required: required.contains(&param.value),
                contents_required: start.is_some_and(|node| required.contains(&node)),
                value_in_result: result.contains(&param.value),
                contents_in_result: start.is_some_and(|node| result.contains(&node)),
                output,
            }
        });
        Summary {
            call_required: required.contains(&CF_START),
            result_varies: result.contains(&NON_UNIFORM),
            params: params.collect(),
        }
    }

    fn output(&self, start: Node, end: Node) -> Option<Output> {
        let reached = self.graph.reach([end]);
        let untouched = reached.len() == 2 && reached.contains(&start);
        let indices = |test: &dyn Fn(&Param) -> bool| {
            let params = self.params.iter().enumerate();
            params.filter(|(_, param)| test(param)).map(|(index, _)| index).collect()
        };
        (!untouched).then(|| Output {
            varies: reached.contains(&NON_UNIFORM),
            values: indices(&|param| reached.contains(&param.value)),
            contents: indices(&|param| {
                param.memory.is_some_and(|(start, _)| reached.contains(&start))
            }),
        })
    }
}
