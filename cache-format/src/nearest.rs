//! What keeps two keys apart, field by field: the explanation of a miss.
//!
//! Keys are hashes, so unequal keys say nothing; their preimages say everything. A difference
//! names the field and both values. The nearest group is the one with the least distance: the
//! number of differences, and of parts that only one of the two has. (Differences name two lengths
//! once, so without that every long group would be near the shortest one.)

use crate::error::ArchiveError;
use crate::key::{ArtifactPreimage, GroupKey, KernelPreimage};
use crate::named::is_named;
use crate::read::ArchiveView;
use crate::signature::{Node, NodeKind, Signature};

/// The most differences that are listed; more say only that two groups are unrelated.
pub const DIFFERENCES_MAX: usize = 256;

/// One field that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The field, e.g. `node 3: operation`.
    pub field: String,
    /// What was asked for.
    pub expected: String,
    /// What the other side has.
    pub found: String,
}

/// The group of an archive that is nearest to one that it does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nearest {
    /// Its key.
    pub group: GroupKey,
    /// How far it is, to be compared with the nearest groups of other archives.
    pub distance: usize,
    /// Every field that differs, in the order of the encoding.
    pub differences: Vec<Difference>,
}

/// The nearest group of an archive; of equally near ones the first. `None` if it holds none: what
/// stands for the name of a hand-written kernel is no neighbour of anything.
///
/// # Errors
/// [`ArchiveError`] if the archive is damaged.
pub fn nearest(
    view: &ArchiveView<'_>,
    wanted: &Signature,
) -> Result<Option<Nearest>, ArchiveError> {
    let mut best: Option<Nearest> = None;
    let mut last = None;
    for entry in view.entries() {
        let group = entry?.row().group_key;
        if last == Some(group) {
            continue;
        }
        last = Some(group);
        let signature = view.signature(group)?.filter(|signature| !is_named(signature));
        let Some(signature) = signature else { continue };
        let differences = signature_differences(wanted, &signature);
        let distance = differences.len() + unmatched(wanted, &signature);
        if best.as_ref().is_none_or(|best| distance < best.distance) {
            best = Some(Nearest { group, distance, differences });
        }
    }
    Ok(best)
}

/// Parts that only one of two signatures has.
fn unmatched(left: &Signature, right: &Signature) -> usize {
    let lengths = |one: &Signature| {
        let lists = [one.roles.len(), one.sources.len(), one.params.len(), one.views.len()];
        (lists, [one.nodes.len(), one.outputs.len(), one.carries.len()])
    };
    let (left, right) = (lengths(left), lengths(right));
    let lists = left.0.iter().chain(&left.1).zip(right.0.iter().chain(&right.1));
    lists.map(|(one, other)| one.abs_diff(*other)).sum()
}

#[derive(Default)]
struct Differences {
    list: Vec<Difference>,
}

impl Differences {
    fn compare<T: PartialEq>(
        &mut self,
        field: impl FnOnce() -> String,
        values: [&T; 2],
        show: impl Fn(&T) -> String,
    ) {
        let [expected, found] = values;
        if expected != found && self.list.len() < DIFFERENCES_MAX {
            let (expected, found) = (show(expected), show(found));
            self.list.push(Difference { field: field(), expected, found });
        }
    }

    fn text(&mut self, field: &str, expected: &str, found: &str) {
        self.compare(|| field.to_owned(), [&expected, &found], |text| (*text).to_owned());
    }

    /// Two lists: their lengths, then what both have.
    fn lists<T: PartialEq>(
        &mut self,
        names: [&str; 2],
        lists: [&[T]; 2],
        mut item: impl FnMut(&mut Self, usize, [&T; 2]),
    ) {
        let [many, _] = names;
        let [expected, found] = lists;
        let lengths = [&expected.len(), &found.len()];
        self.compare(|| format!("number of {many}"), lengths, usize::to_string);
        for (index, pair) in expected.iter().zip(found).enumerate() {
            if pair.0 != pair.1 {
                item(self, index, [pair.0, pair.1]);
            }
        }
    }
}

/// Every field in which two signatures differ.
pub fn signature_differences(expected: &Signature, found: &Signature) -> Vec<Difference> {
    let mut all = Differences::default();
    let debug = |value: &dyn std::fmt::Debug| format!("{value:?}");
    all.compare(|| "numeric mode".to_owned(), [&expected.mode, &found.mode], |mode| debug(mode));
    all.lists(["axes", "axis"], [&expected.roles, &found.roles], |all, index, pair| {
        all.compare(|| format!("axis {index}: role"), pair, |role| debug(role));
    });
    all.lists(["sources", "source"], [&expected.sources, &found.sources], |all, index, pair| {
        all.compare(|| format!("source {index}: type"), pair, ToString::to_string);
    });
    all.lists(
        ["parameters", "parameter"],
        [&expected.params, &found.params],
        |all, index, pair| {
            all.compare(|| format!("parameter {index}: type"), pair, ToString::to_string);
        },
    );
    all.lists(["views", "view"], [&expected.views, &found.views], |all, index, [left, right]| {
        all.compare(
            || format!("view {index}: form"),
            [&left.form, &right.form],
            |form| debug(form),
        );
        all.lists(["axes of a view", "axis"], [&left.axes, &right.axes], |all, axis, pair| {
            all.compare(|| format!("view {index}: axis {axis}"), pair, |access| debug(access));
        });
    });
    all.lists(["nodes", "node"], [&expected.nodes, &found.nodes], |all, index, pair| {
        node_differences(all, index, pair);
    });
    all.lists(["outputs", "output"], [&expected.outputs, &found.outputs], |all, index, pair| {
        let [left, right] = pair;
        all.compare(|| format!("output {index}: node"), [&left.node, &right.node], u32::to_string);
        let views = [&left.view, &right.view];
        all.compare(
            || format!("output {index}: view"),
            views,
            |view| match view {
                Some(view) => view.to_string(),
                None => "none".to_owned(),
            },
        );
    });
    all.lists(["carries", "carry"], [&expected.carries, &found.carries], |all, index, pair| {
        all.compare(|| format!("carry {index}"), pair, |carry| debug(carry));
    });
    all.list
}

fn node_differences(all: &mut Differences, index: usize, [expected, found]: [&Node; 2]) {
    let types = [&expected.dtype, &found.dtype];
    all.compare(|| format!("node {index}: type"), types, ToString::to_string);
    let (left, right) = (fields(&expected.kind), fields(&found.kind));
    let kinds = [&left.kind, &right.kind];
    all.compare(|| format!("node {index}: kind"), kinds, |kind| (*kind).to_owned());
    if left.kind != right.kind {
        return;
    }
    all.compare(|| format!("node {index}: operation"), [&left.op, &right.op], String::clone);
    let what = left.what;
    all.lists(
        [&format!("{what}s of node {index}"), what],
        [&left.numbers, &right.numbers],
        |all, place, pair| {
            let field = || match left.what {
                "operand" => format!("node {index}: operand {place}"),
                what => format!("node {index}: {}", what_of(what, place)),
            };
            all.compare(field, pair, |number| {
                if what == "bits" { format!("{number:#x}") } else { number.to_string() }
            });
        },
    );
}

/// A load names a source and a view.
fn what_of(what: &str, place: usize) -> &str {
    match (what, place) {
        ("source", 1) => "view",
        (what, _) => what,
    }
}

struct Fields {
    kind: &'static str,
    op: String,
    what: &'static str,
    numbers: Vec<u64>,
}

fn fields(kind: &NodeKind) -> Fields {
    let numbers = |list: &[u32]| list.iter().copied().map(u64::from).collect::<Vec<u64>>();
    let (kind, op, what, numbers) = match kind {
        NodeKind::Load { source, view } => {
            ("load", String::new(), "source", numbers(&[*source, *view]))
        }
        NodeKind::Index { view } => ("index", String::new(), "view", numbers(&[*view])),
        NodeKind::Param { param } => ("parameter", String::new(), "parameter", numbers(&[*param])),
        NodeKind::Constant { bits } => ("constant", String::new(), "bits", vec![*bits]),
        NodeKind::Apply { op, operands } => {
            ("operation", op.to_string(), "operand", numbers(operands))
        }
        NodeKind::Reduce { op, operand } => {
            ("reduction", op.to_string(), "operand", numbers(&[*operand]))
        }
        NodeKind::Scan { op, operand } => ("scan", op.to_string(), "operand", numbers(&[*operand])),
        NodeKind::Gather { source, index } => {
            ("gather", String::new(), "source", numbers(&[*source, *index]))
        }
        NodeKind::Contract { left, right } => {
            ("product", String::new(), "operand", numbers(&[*left, *right]))
        }
    };
    Fields { kind, op, what, numbers }
}

/// Every field in which two kernel preimages differ, their group apart.
pub fn kernel_differences(expected: &KernelPreimage, found: &KernelPreimage) -> Vec<Difference> {
    let mut all = Differences::default();
    let hexadecimal = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    all.text("variant", &expected.variant, &found.variant);
    let guards = [&expected.guard, &found.guard];
    all.compare(|| "guard".to_owned(), guards, |guard| hexadecimal(guard));
    let generators = [&expected.generator, &found.generator];
    all.compare(|| "generator".to_owned(), generators, |hash| hexadecimal(hash));
    all.list
}

/// Every field in which two artifact preimages differ, their kernel apart.
pub fn artifact_differences(
    expected: &ArtifactPreimage,
    found: &ArtifactPreimage,
) -> Vec<Difference> {
    let mut all = Differences::default();
    all.compare(|| "target".to_owned(), [&expected.target, &found.target], ToString::to_string);
    all.text("translator", &expected.translator, &found.translator);
    all.text("options", &expected.options, &found.options);
    all.text("limits", &expected.limits, &found.limits);
    all.list
}
