//! `preheat explain --recorded`: the misses that a run wrote down, without its script.

use std::io::{self, Write};
use std::path::Path;

use preheat_format::Signature;
use serde::{Deserialize, Serialize};

use crate::Status;
use crate::exchange;
use crate::failure::Failure;
use crate::import::read_limited;
use crate::nearest::{Given, NearestGroup};
use crate::{text, user_cache};

/// The longest file of counters that is read.
const LEN_MAX: u64 = 64 << 20;

/// What is read of a run's counters.
#[derive(Deserialize)]
struct Counters {
    misses: Vec<Recorded>,
}

/// A miss as the runtime writes it.
#[derive(Deserialize)]
struct Recorded {
    key: String,
    /// Encoded, in hexadecimal; empty for a hand-written kernel.
    #[serde(default)]
    signature: String,
    reason: serde_json::Value,
}

/// A miss with what archives have instead.
#[derive(Debug, Serialize)]
struct Explained {
    group: String,
    reason: serde_json::Value,
    /// Whether one of the archives has it now; absent without archives.
    hit: Option<bool>,
    nearest: Option<NearestGroup>,
}

/// Explains the misses of a file of counters, or of the last run.
pub(crate) fn explain(
    file: Option<&Path>,
    given: &[Given<'_>],
    is_json: bool,
) -> Result<Status, Failure> {
    let last = user_cache::last_run();
    let path = file.or(last.as_deref()).filter(|path| file.is_some() || path.is_file());
    let path = path.ok_or(Failure::NoLastRun)?;
    let bytes = read_limited(path, LEN_MAX)?;
    let failed = |rule: String| Failure::Counters { path: path.to_path_buf(), rule };
    let counters: Counters =
        serde_json::from_slice(&bytes).map_err(|error| failed(error.to_string()))?;
    let mut explained = Vec::new();
    for miss in counters.misses {
        explained.push(one(miss, given, &failed)?);
    }
    let out = &mut io::stdout().lock();
    if is_json {
        let run = path.display().to_string();
        let json = serde_json::json!({ "run": run, "misses": explained });
        writeln!(out, "{json:#}")?;
        return Ok(Status::Done);
    }
    let count = explained.len();
    writeln!(out, "{}: {count} {}", path.display(), if count == 1 { "miss" } else { "misses" })?;
    explained.iter().try_for_each(|one| one.write(out))?;
    Ok(Status::Done)
}

fn one(
    miss: Recorded,
    given: &[Given<'_>],
    failed: &dyn Fn(String) -> Failure,
) -> Result<Explained, Failure> {
    let Recorded { key: group, signature, reason } = miss;
    let (mut hit, mut nearest) = (None, None);
    if !signature.is_empty() {
        let encoded = exchange::bytes(&signature, "signature").map_err(failed)?;
        let signature = Signature::decode(&encoded).map_err(|error| failed(error.to_string()))?;
        if signature.key().to_string() != group {
            return Err(failed(format!("the signature of group `{group}` has another key")));
        }
        let is_there = given.iter().any(|one| one.has(signature.key()));
        // With any other reason the run's archive had it too, and it could not be used.
        let was_absent =
            reason.as_object().is_none_or(|named| named.contains_key("not_in_archive"));
        hit = (!given.is_empty()).then_some(is_there && was_absent);
        nearest = if is_there { None } else { NearestGroup::find(&signature, given)? };
    }
    Ok(Explained { group, reason, hit, nearest })
}

impl Explained {
    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let short: String = self.group.chars().take(16).collect();
        let hit = match self.hit {
            None => "",
            Some(true) => ", there now",
            Some(false) => ", miss",
        };
        writeln!(out, "\ngroup {}{hit}", text::printable(&short))?;
        writeln!(out, "  reason  {}", text::printable(&reason(&self.reason)))?;
        self.nearest.as_ref().map_or(Ok(()), |nearest| nearest.write(out))
    }
}

/// `not_in_archive (archive_count 1)`
fn reason(reason: &serde_json::Value) -> String {
    let plain = |value: &serde_json::Value| match value {
        serde_json::Value::String(text) => text.clone(),
        value => value.to_string(),
    };
    let Some((name, fields)) = reason.as_object().and_then(|object| object.iter().next()) else {
        return plain(reason);
    };
    let fields = fields.as_object().into_iter().flatten();
    let fields: Vec<String> =
        fields.map(|(key, value)| format!("{key} {}", plain(value))).collect();
    format!("{name} ({})", fields.join(", "))
}
