//! What archives have instead of a group that they lack: the explanation of a miss.

use std::io::{self, Write};
use std::path::Path;

use preheat_format::nearest::{Difference, Nearest, nearest};
use preheat_format::{ArchiveError, ArchiveView, GroupKey, Signature, Target};
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

impl Given<'_> {
    /// True if the archive has a group, in any language.
    pub(crate) fn has(&self, group: GroupKey) -> bool {
        Target::ALL.into_iter().any(|target| self.view.lookup(group, target).next().is_some())
    }
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
        let mut best: Option<(&Given<'_>, Nearest)> = None;
        for one in given {
            let found = nearest(&one.view, wanted).map_err(damaged(one.path))?;
            let Some(found) = found else { continue };
            if best.as_ref().is_none_or(|(_, best)| found.distance < best.distance) {
                best = Some((one, found));
            }
        }
        let Some((given, Nearest { group, differences, .. })) = best else {
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
