//! Measures verdicts against a file of cases: `cargo run --release --example wgsl_cases -- FILE`.
//!
//! Each line of the file is a JSON object with `test`, `kind`, `expect`, `wgsl` and optionally
//! `constants` and `device_features`. Printed are, by test name and in total, how often naga alone
//! and this checker are right, miss an invalid module, raise a false alarm, cannot decide, crash;
//! then the shares that must hold, and the tests on which naga alone does better. The exit status
//! is 1 if a share does not hold or there is such a test. With `--wrong` every wrong case is
//! listed; `--save=FILE` keeps the counts and `--before=FILE` prints what changed since;
//! `--spirv-val=PROGRAM` has the SPIR-V validated.

#![allow(clippy::print_stdout)]

use std::collections::{BTreeMap, BTreeSet};
use std::panic::catch_unwind;
use std::process::ExitCode;

use serde::Deserialize;
use wgslcheck::{Checker, Options, Verdict};

#[derive(Deserialize)]
struct Case {
    id: String,
    test: String,
    expect: String,
    wgsl: String,
    #[serde(default)]
    constants: Option<BTreeMap<String, f64>>,
    #[serde(default)]
    device_features: Features,
}

#[derive(Deserialize, Default)]
#[serde(untagged)]
enum Features {
    #[default]
    None,
    All(#[allow(dead_code)] String),
    List(Vec<String>),
}

#[derive(Default, Clone, Copy)]
struct Tally {
    right: u32,
    missed: u32,
    false_alarm: u32,
    unsupported: u32,
    crash: u32,
}

impl Tally {
    fn add(&mut self, expect_pass: bool, verdict: Option<Verdict>) {
        match verdict {
            None => self.crash += 1,
            Some(Verdict::Unsupported) => self.unsupported += 1,
            Some(Verdict::Valid) if !expect_pass => self.missed += 1,
            Some(Verdict::Invalid) if expect_pass => self.false_alarm += 1,
            Some(_) => self.right += 1,
        }
    }

    fn line(&self) -> String {
        format!(
            "{:>6} {:>6} {:>6} {:>6} {:>6}",
            self.right, self.missed, self.false_alarm, self.unsupported, self.crash
        )
    }

    fn decided(&self) -> u32 {
        self.right + self.missed + self.false_alarm
    }
}

/// The shares that must hold, as they are named, as found and as they must be at least or most.
fn shares(tally: &Tally, (valid, invalid): (u32, u32)) -> [(&'static str, f64, f64, bool); 5] {
    let percent = |part: u32, whole: u32| 100.0 * f64::from(part) / f64::from(whole.max(1));
    let all = tally.decided() + tally.unsupported + tally.crash;
    [
        ("decided", percent(tally.decided(), all), 97.0, true),
        ("right when decided", percent(tally.right, tally.decided()), 99.5, true),
        ("invalid modules accepted", percent(tally.missed, invalid), 0.5, false),
        ("valid modules refused", percent(tally.false_alarm, valid), 0.3, false),
        ("crashes", f64::from(tally.crash), 0.0, false),
    ]
}

/// Prints whether the shares hold and which tests naga alone does better; whether all is well.
fn judge(by_test: &BTreeMap<String, (Tally, Tally)>, total: &Tally, counts: (u32, u32)) -> bool {
    let mut all_hold = true;
    for (name, found, limit, at_least) in shares(total, counts) {
        let holds = if at_least { found >= limit } else { found <= limit };
        all_hold &= holds;
        let bound = if at_least { "at least" } else { "at most" };
        let unit = if name == "crashes" { "" } else { " %" };
        let word = if holds { "holds" } else { "DOES NOT HOLD" };
        println!("{name}: {found:.2}{unit} ({bound} {limit}{unit}): {word}");
    }
    let worse = by_test.iter().filter(|(_, (naga, ours))| ours.right < naga.right);
    let worse: Vec<&String> = worse.map(|(name, _)| name).collect();
    println!("tests on which naga alone does better: {}", worse.len());
    for name in &worse {
        println!("  {name}");
    }
    all_hold && worse.is_empty()
}

fn naga_alone(case: &Case) -> Option<Verdict> {
    catch_unwind(|| {
        use naga::valid::{Capabilities, ShaderStages, SubgroupOperationSet, ValidationFlags};
        let Ok(module) = naga::front::wgsl::parse_str(&case.wgsl) else {
            return Verdict::Invalid;
        };
        let mut validator =
            naga::valid::Validator::new(ValidationFlags::all(), Capabilities::all());
        validator
            .subgroup_stages(ShaderStages::all())
            .subgroup_operations(SubgroupOperationSet::all());
        let Ok(info) = validator.validate(&module) else {
            return Verdict::Invalid;
        };
        let constants = case.constants.iter().flatten().map(|(k, v)| (k.clone(), *v)).collect();
        match naga::back::pipeline_constants::process_overrides(&module, &info, None, &constants) {
            Err(_) if case.constants.is_some() => Verdict::Invalid,
            _ => Verdict::Valid,
        }
    })
    .ok()
}

fn checked(case: &Case, targets: bool, spirv_val: Option<&str>) -> Option<(Verdict, String)> {
    let mut options =
        Options { defines: case.constants.clone().unwrap_or_default(), ..Options::default() };
    if !targets {
        options.targets.clear();
    }
    options.spirv_val = spirv_val.map(std::path::PathBuf::from);
    if let Features::List(list) = &case.device_features {
        let words = list.iter().map(|feature| match feature.as_str() {
            "shader-f16" => "f16".to_owned(),
            other => other.replace('-', "_"),
        });
        options.extensions = Some(words.collect::<BTreeSet<String>>());
    }
    catch_unwind(|| {
        let report = Checker::new(options).check_source("case", &case.wgsl);
        let text: Vec<String> =
            report.findings.iter().map(|f| format!("{} {}", f.code, f.message)).collect();
        (report.verdict, text.join(" | "))
    })
    .ok()
}

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    std::panic::set_hook(Box::new(|_| {}));
    let args: Vec<String> = std::env::args().skip(1).collect();
    let file = args.iter().find(|arg| !arg.starts_with("--")).ok_or("no file given")?;
    let wants = |flag: &str| args.iter().any(|arg| arg == flag);
    let value = |name: &str| args.iter().find_map(|arg| arg.strip_prefix(name));
    let mut by_test: BTreeMap<String, (Tally, Tally)> = BTreeMap::new();
    let mut total = (Tally::default(), Tally::default());
    let mut counts = (0, 0);
    for line in std::fs::read_to_string(file)?.lines() {
        let case: Case = serde_json::from_str(line)?;
        let pass = case.expect == "pass";
        counts = if pass { (counts.0 + 1, counts.1) } else { (counts.0, counts.1 + 1) };
        let entry = by_test.entry(case.test.clone()).or_default();
        let naga = naga_alone(&case);
        let ours = checked(&case, !wants("--no-targets"), value("--spirv-val="));
        entry.0.add(pass, naga);
        total.0.add(pass, naga);
        let verdict = ours.as_ref().map(|(verdict, _)| *verdict);
        entry.1.add(pass, verdict);
        total.1.add(pass, verdict);
        let wrong = match verdict {
            Some(Verdict::Valid) => !pass,
            Some(Verdict::Invalid) => pass,
            Some(Verdict::Unsupported) | None => true,
        };
        if wrong && wants("--wrong") {
            let message = ours.map_or("crash".to_owned(), |(_, text)| text);
            println!("{} expect {}: {message}\n{}\n----", case.id, case.expect, case.wgsl);
        }
    }
    println!("{:<70} naga:  right missed  false unsup. crash | wgslcheck", "test");
    for (test, (naga, ours)) in &by_test {
        let name = test.trim_start_matches("webgpu:shader,validation,");
        println!("{name:<70} {} | {}", naga.line(), ours.line());
    }
    println!("{:<70} {} | {}", "total", total.0.line(), total.1.line());
    let now: BTreeMap<&str, String> =
        by_test.iter().map(|(test, (_, ours))| (test.as_str(), ours.line())).collect();
    if let Some(before) = value("--before=") {
        compare(&std::fs::read_to_string(before)?, &now);
    }
    if let Some(path) = value("--save=") {
        let lines: Vec<String> =
            now.iter().map(|(test, line)| format!("{test}\t{line}\n")).collect();
        std::fs::write(path, lines.concat())?;
    }
    Ok(if judge(&by_test, &total.1, counts) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prints the tests whose counts differ from those that `--save` wrote.
fn compare(before: &str, now: &BTreeMap<&str, String>) {
    println!("\nchanged tests: right missed false unsup. crash");
    let mut changed = 0;
    for (test, old) in before.lines().filter_map(|line| line.split_once('\t')) {
        let new = now.get(test).map_or("gone", String::as_str);
        if new != old {
            changed += 1;
            println!("{test}\n  before {old}\n  after  {new}");
        }
    }
    println!("{changed} changed");
}
