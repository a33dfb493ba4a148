//! Comparing a run with an earlier one.

use std::fs;
use std::path::Path;

use crate::failure::Failure;

use super::{Report, Row};

/// What became worse than in an earlier report: one line each.
///
/// # Errors
/// [`Failure::Read`] or [`Failure::Json`] for the earlier report.
pub(super) fn compare(
    path: &Path,
    report: &Report,
    slack_percent: f64,
) -> Result<Vec<String>, Failure> {
    let bytes = fs::read(path).map_err(Failure::reading(path))?;
    let earlier: Report = serde_json::from_slice(&bytes)?;
    Ok(slower(&earlier, report, slack_percent))
}

fn slower(earlier: &Report, report: &Report, slack_percent: f64) -> Vec<String> {
    let mut findings = Vec::new();
    if earlier.device != report.device {
        findings.push(format!(
            "the earlier run was on another device: `{}`, this one on `{}`",
            earlier.device, report.device
        ));
    }
    let same = |a: &Row, b: &Row| a.workload == b.workload && a.engine == b.engine && a.n == b.n;
    for row in report.rows.iter().filter(|row| row.engine == "preheat") {
        let Some(before) = earlier.rows.iter().find(|before| same(before, row)) else {
            continue;
        };
        let percent = (row.best_ms() / before.best_ms() - 1.0) * 100.0;
        if percent > slack_percent {
            findings.push(format!(
                "{}: {:.3} ms, {percent:.0} % slower than {:.3} ms before",
                row.workload,
                row.best_ms(),
                before.best_ms()
            ));
        }
        if row.check != before.check {
            findings.push(format!(
                "{}: {:?}, other numbers than {:?} before",
                row.workload, row.check, before.check
            ));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::Spread;
    use super::*;

    fn report(ms: f64, check: f64) -> Report {
        let spread = Spread { median: ms, least: ms, most: ms };
        let row = Row {
            workload: "sum".to_owned(),
            n: 16,
            engine: "preheat".to_owned(),
            wall_ms: spread,
            kernel_ms: None,
            dispatches: None,
            gigabytes_per_second: 1.0,
            teraflops: None,
            check: vec![check],
            agrees: true,
        };
        Report {
            version: 1,
            preheat: String::new(),
            device: "CPU".to_owned(),
            driver: String::new(),
            fast_math: false,
            time: 0,
            rows: vec![row],
        }
    }

    #[test]
    fn slower_runs_and_other_numbers_are_findings() {
        let findings = |ms, check| slower(&report(1.0, 0.5), &report(ms, check), 15.0).len();
        assert_eq!(findings(1.1, 0.5), 0);
        assert_eq!(findings(1.2, 0.5), 1);
        assert_eq!(findings(1.2, 0.6), 2);
    }
}
