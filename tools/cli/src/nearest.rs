//! What archives have instead of a group that they lack: the explanation of a miss.

use std::io::{self, Write};
use std::path::Path;

use preheat_format::named::is_named;
use preheat_format::nearest::{Difference, signature_differences};
use preheat_format::{ArchiveError, ArchiveView, GroupKey, Signature};
use serde::Serialize;

use crate::diff::fields_json;
use crate::failure::Failure;
use crate::list::{Place, places};
use crate::text;

/// Fields that are shown in which the nearest group differs.
const DIFFERENCES_MAX: usize = 8;

/// An archive that was given, by its path.
pub(crate) struct Given<'a> {
    pub(crate) path: &'a Path,
    pub(crate) view: ArchiveView<'a>,
}

/// What an archive has instead, and every field that keeps the keys apart.
#[derive(Debug, Serialize)]
pub(crate) struct NearestGroup {
    archive: String,
    group: String,
    places: Vec<Place>,
    /// `field`, what the script needs as `expected`, what the archive has as `found`.
    differences: Vec<serde_json::Value>,
    #[serde(skip)]
    lines: Vec<String>,
}

/// The nearest group so far.
struct Best<'a> {
    distance: usize,
    group: GroupKey,
    differences: Vec<Difference>,
    given: &'a Given<'a>,
}

/// For `map_err`, with the archive that was read.
pub(crate) fn damaged(path: &Path) -> impl Fn(ArchiveError) -> Failure {
    move |error| Failure::Archive { path: path.to_path_buf(), source: error.into() }
}

impl NearestGroup {
    /// The group of some archives with the fewest differences; of equally near ones the first.
    /// `None` if they hold no group of a script.
    ///
    /// # Errors
    /// [`Failure::Archive`] if one is damaged.
    pub(crate) fn find(
        wanted: &Signature,
        given: &[Given<'_>],
    ) -> Result<Option<NearestGroup>, Failure> {
        let mut best = None;
        for one in given {
            search(wanted, one, &mut best).map_err(damaged(one.path))?;
        }
        let Some(Best { group, differences, given, .. }) = best else {
            return Ok(None);
        };
        let failed = |source| Failure::Archive { path: given.path.to_path_buf(), source };
        let line = |one: &Difference| {
            let (expected, found) = (text::printable(&one.expected), text::printable(&one.found));
            format!("{}: expected {expected}, found {found}", one.field)
        };
        Ok(Some(NearestGroup {
            archive: given.path.display().to_string(),
            group: group.to_string(),
            places: places(&given.view, group).map_err(failed)?,
            differences: fields_json(&differences, ["expected", "found"]),
            lines: differences.iter().map(line).collect(),
        }))
    }

    /// The group and what differs, for people.
    ///
    /// # Errors
    /// Those of the writer.
    pub(crate) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let short: String = self.group.chars().take(16).collect();
        let place = self.places.first();
        let place = place.map_or(String::new(), |place| format!(" of {}", place.name()));
        writeln!(out, "  nearest in {}: {short}{place}; what differs:", self.archive)?;
        self.lines.iter().take(DIFFERENCES_MAX).try_for_each(|line| writeln!(out, "    {line}"))?;
        let more = self.lines.len().saturating_sub(DIFFERENCES_MAX);
        if more > 0 {
            writeln!(out, "    .. {}", text::counted(more, "more field"))?;
        }
        Ok(())
    }
}

/// Looks at every group of an archive. What stands for the name of a hand-written kernel is no
/// neighbour of anything.
fn search<'a>(
    wanted: &Signature,
    given: &'a Given<'a>,
    best: &mut Option<Best<'a>>,
) -> Result<(), ArchiveError> {
    let mut last = None;
    for entry in given.view.entries() {
        let group = entry?.row().group_key;
        if last.replace(group) == Some(group) {
            continue;
        }
        let signature = given.view.signature(group)?.filter(|signature| !is_named(signature));
        let Some(signature) = signature else { continue };
        let differences = signature_differences(wanted, &signature);
        let distance = differences.len() + unmatched(wanted, &signature);
        if best.as_ref().is_none_or(|best| distance < best.distance) {
            *best = Some(Best { distance, group, differences, given });
        }
    }
    Ok(())
}

/// Parts that only one of two signatures has. Differences name the two lengths once, so without
/// this every long group would be near the shortest one.
fn unmatched(left: &Signature, right: &Signature) -> usize {
    let lengths = |one: &Signature| {
        let lists = [one.roles.len(), one.sources.len(), one.params.len(), one.views.len()];
        (lists, [one.nodes.len(), one.outputs.len(), one.carries.len()])
    };
    let (left, right) = (lengths(left), lengths(right));
    let lists = left.0.iter().chain(&left.1).zip(right.0.iter().chain(&right.1));
    lists.map(|(one, other)| one.abs_diff(*other)).sum()
}
