//! What `preheat build` says when it is done.

use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use preheat_compiler::pack::Packed;
use serde_json::json;

use crate::build_run::RanScript;
use crate::build_shaders::ShaderReports;
use crate::build_trace::Outcome;
use crate::prove::command::Proofs;
use crate::text;

/// A build that was done, with all that there is to say of it.
pub(crate) struct Built {
    pub(crate) packed: Packed,
    pub(crate) proofs: Proofs,
    pub(crate) elapsed: Duration,
    pub(crate) outcomes: Vec<Outcome>,
    /// Scripts with an unexpected error.
    pub(crate) failed: usize,
    /// Groups that cannot be compiled.
    pub(crate) refused: usize,
    pub(crate) shaders: ShaderReports,
    pub(crate) has_store: bool,
}

impl Built {
    fn script_count(&self) -> usize {
        self.outcomes.iter().filter(|outcome| !outcome.is_skipped).count()
    }

    /// Scripts that were traced now.
    fn traced_count(&self) -> usize {
        let traced = |outcome: &&Outcome| !outcome.is_skipped && outcome.kept().is_none();
        self.outcomes.iter().filter(traced).count()
    }

    /// The summary for people.
    ///
    /// # Errors
    /// Those of the writer.
    pub(crate) fn write(&self, output: &Path, out: &mut impl Write) -> io::Result<()> {
        let packed = &self.packed;
        let len = packed.archive.bytes.len() as u64;
        let mut rows = vec![
            ("archive", output.display().to_string()),
            ("scripts", text::grouped(self.script_count() as u64)),
            ("groups", text::grouped(packed.group_count as u64)),
            ("kernels", text::grouped(packed.kernel_count as u64)),
            ("artifacts", text::grouped(packed.artifact_count as u64)),
            ("certificates", self.proofs.summary()),
            ("plans", text::grouped(packed.plan_count as u64)),
            ("bytes", format!("{} ({})", text::grouped(len), text::bytes(len))),
            ("root hash", packed.archive.root_hash.to_string()),
            ("time", text::duration(self.elapsed)),
        ];
        if self.has_store {
            let (reused, built) = (packed.reused_count, self.built_count());
            let (traced, scripts) = (self.traced_count(), self.script_count());
            let words = format!(
                "{reused} of {} groups, {} of {scripts} scripts",
                reused + built,
                scripts - traced
            );
            rows.insert(5, ("reused", words));
        }
        if self.failed > 0 {
            rows.push(("failed", text::counted(self.failed, "script")));
        }
        if self.refused > 0 {
            rows.push(("refused", text::counted(self.refused, "group")));
        }
        text::pairs(out, 0, &rows)?;
        out.flush()
    }

    /// Groups for which something was compiled.
    fn built_count(&self) -> usize {
        self.packed.group_count - self.packed.reused_count
    }

    /// The same for machines.
    pub(crate) fn json(&self, output: &Path, ran: &[RanScript]) -> serde_json::Value {
        let findings = self.outcomes.iter().filter_map(|outcome| {
            let message = outcome.finding.as_ref()?;
            Some(json!({ "script": outcome.name, "message": message }))
        });
        let unplanned = self.outcomes.iter().filter_map(|outcome| {
            let reason = outcome.no_plan.as_ref()?;
            Some(json!({ "script": outcome.name, "reason": reason }))
        });
        let packed = &self.packed;
        json!({
            "archive": output.display().to_string(),
            "scripts": self.script_count(),
            "traced_scripts": self.traced_count(),
            "groups": packed.group_count,
            "kernels": packed.kernel_count,
            "artifacts": packed.artifact_count,
            "reused_groups": packed.reused_count,
            "built_groups": self.built_count(),
            "naga_calls": packed.naga_calls,
            "proved": self.proofs.certificates.len(),
            "wrong": self.proofs.failed,
            "unproved": self.proofs.unproved,
            "untried": self.proofs.untried,
            "plans": packed.plan_count,
            "no_plan": unplanned.collect::<Vec<_>>(),
            "bytes": packed.archive.bytes.len(),
            "root_hash": packed.archive.root_hash.to_string(),
            "time_ms": self.elapsed.as_secs_f64() * 1e3,
            "refused_groups": self.refused,
            "shaders": self.shaders.len(),
            "shader_findings": self.shaders.json(),
            "findings": findings.collect::<Vec<_>>(),
            "runs": ran,
        })
    }
}
