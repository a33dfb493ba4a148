//! `preheat replay`: the plans of an archive, call by call, on the device and on the CPU.
//!
//! Each call runs from the archive alone; the CPU computes the same call from the device's own
//! operands, so differences do not add up from call to call.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args as ClapArgs, ValueHint};
use preheat_compiler::trace::engine::Column;
use preheat_format::{Call, CallOutput, DType, GroupKey, Plan};
use preheat_runtime::{Buffer, DeviceChoice, ReplayInputs, Runtime, RuntimeError};
use serde::Serialize;

use crate::Status;
use crate::args::Trusting;
use crate::failure::Failure;
use crate::keys;
use crate::report;
use crate::run::open_archive;
use crate::text;
use crate::user_cache;
use crate::warm;

/// Differences that are taken for rounding, relative to the largest magnitude among operands and
/// results of a call: some dozens of functions with 4 ULP each, or a sum in another order. A call
/// that computes anything in `f32` is held to that.
const SINGLE_TOLERANCE: f64 = 1e-5;
const DOUBLE_TOLERANCE: f64 = 1e-11;
/// One of so many truth values may differ: of two numbers that differ in the last place one may
/// pass a limit and the other not.
const LOGICAL_PER_DIFFERENCE: usize = 10_000;

#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:\n  preheat replay warm.preheat --plan heat.m --size N=1000")]
pub(crate) struct ReplayArgs {
    /// The archive
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// Only this plan; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) plan: Vec<String>,
    /// Another size than the recorded one, in the plans that have it; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = size)]
    pub(crate) size: Vec<(String, u64)>,
    /// Another seed of random numbers
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Device sidecar of the archive; may be repeated
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) sidecar: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) trust: Trusting,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

fn size(word: &str) -> Result<(String, u64), String> {
    let (name, value) = word.split_once('=').ok_or("expected `name=value`")?;
    let value = value.parse().map_err(|_| format!("`{value}` is not a whole number"))?;
    Ok((name.to_owned(), value))
}

/// How one plan went.
#[derive(Debug, Default, Serialize)]
struct Row {
    plan: String,
    calls: usize,
    /// Elements that were compared.
    elements: u64,
    /// Largest difference between numbers, relative to the largest magnitude of its call.
    worst: f64,
    /// Calls whose results differ by more than rounding.
    different: Vec<String>,
    /// Why it could not be run to its end.
    error: Option<String>,
}

/// Runs plans and compares.
pub(crate) fn replay(args: &ReplayArgs) -> Result<Status, Failure> {
    let archive = open_archive(&args.file)?;
    let policy = args.trust.policy(keys::local()?.as_ref())?;
    keys::say_untrusted(&args.file, &archive, &policy);
    let mut builder = Runtime::builder().archive(archive.clone()).trust(policy).strict(true);
    if let Some(folder) = user_cache::device_folder() {
        builder = builder.device_cache(folder);
    }
    for sidecar in warm::open_sidecars(&args.sidecar)? {
        builder = builder.sidecar(sidecar);
    }
    let device = builder.device(DeviceChoice::Vulkan).build().map_err(Failure::Runtime)?;
    device.adapter().map_err(Failure::Runtime)?;
    let host = Runtime::builder().archive(archive).device(DeviceChoice::Cpu);
    let host = host.build().map_err(Failure::Runtime)?;
    let names = if args.plan.is_empty() { device.plans() } else { args.plan.clone() };
    say_unknown_sizes(args, &device, &names);
    let mut called = BTreeSet::new();
    let rows: Vec<Row> = names
        .iter()
        .map(|name| Pair { device: &device, host: &host, args }.replay(name, &mut called))
        .collect();
    report::set_aside(&device.telemetry());
    let alone = device.groups().iter().filter(|key| !called.contains(*key)).count();
    print(args, &rows, alone)?;
    let is_clean = rows.iter().all(|row| row.different.is_empty() && row.error.is_none());
    Ok(if is_clean { Status::Done } else { Status::Findings })
}

/// Warns of each `--size` that no plan has: it changes nothing.
fn say_unknown_sizes(args: &ReplayArgs, device: &Runtime, names: &[String]) {
    for (wanted, _) in &args.size {
        let has = |name: &String| {
            let loaded = device.plan(name);
            loaded.is_ok_and(|one| one.plan().sizes.iter().any(|size| size.name == *wanted))
        };
        if !names.iter().any(has) {
            report::line(&format!("warning: no plan that is replayed has a size `{wanted}`"));
        }
    }
}

struct Pair<'a> {
    device: &'a Runtime,
    host: &'a Runtime,
    args: &'a ReplayArgs,
}

impl Pair<'_> {
    fn replay(&self, name: &str, called: &mut BTreeSet<GroupKey>) -> Row {
        let mut row = Row { plan: name.to_owned(), ..Row::default() };
        row.error = self.run(name, called, &mut row).err().map(|error| described_error(&error));
        row
    }

    fn run(
        &self,
        name: &str,
        called: &mut BTreeSet<GroupKey>,
        row: &mut Row,
    ) -> Result<(), RuntimeError> {
        let loaded = self.device.plan(name)?;
        let plan = loaded.plan();
        let mut inputs = ReplayInputs::new();
        for (size, value) in &self.args.size {
            if plan.sizes.iter().any(|known| known.name == *size) {
                inputs = inputs.size(size, *value);
            }
        }
        if let Some(seed) = self.args.seed.filter(|_| plan.seed().is_some()) {
            inputs = inputs.seed(seed);
        }
        let mut replay = loaded.start(&inputs)?;
        while let Some(call) = replay.next_call()? {
            called.insert(call.key);
            let outputs = self.compare(call, row)?;
            replay.made(outputs);
            row.calls += 1;
        }
        Ok(())
    }

    /// Runs a call on both, and gives the device's outputs.
    fn compare(&self, call: Call<Buffer>, row: &mut Row) -> Result<Vec<Buffer>, RuntimeError> {
        let (key, mut scale) = (call.key, 0.0f64);
        let mut copy = |buffer: &Buffer| {
            let column = self.device.read(buffer)?;
            scale = scale.max(magnitude(&column));
            self.host.upload(buffer.dtype(), column)
        };
        let sources = call.sources.iter().map(&mut copy).collect::<Result<_, _>>()?;
        let outputs = call.outputs.iter().map(|output| match output {
            CallOutput::New => Ok(CallOutput::New),
            CallOutput::Update(buffer) => copy(buffer).map(CallOutput::Update),
        });
        let outputs = outputs.collect::<Result<Vec<_>, RuntimeError>>()?;
        let host_call = Call {
            signature: Arc::clone(&call.signature),
            key,
            extents: call.extents.clone(),
            views: call.views.clone(),
            sources,
            params: call.params.clone(),
            outputs,
            roll: call.roll.clone(),
        };
        let single = |node: &preheat_format::Node| node.dtype == DType::F32;
        let tolerance = match call.signature.nodes.iter().any(single) {
            true => SINGLE_TOLERANCE,
            false => DOUBLE_TOLERANCE,
        };
        let made = self.device.call(call)?;
        let expected = self.host.call(host_call)?;
        for (number, (one, other)) in made.iter().zip(&expected).enumerate() {
            let (found, wanted) = (self.device.read(one)?, self.host.read(other)?);
            let scale = scale.max(magnitude(&wanted));
            let difference = Difference::of([&found, &wanted], scale, tolerance);
            row.elements += wanted.len() as u64;
            row.worst = row.worst.max(difference.worst);
            if difference.is_more_than_rounding {
                let call = row.calls + 1;
                let what = format!("call {call}, group {}, output {number}", key.short());
                row.different.push(format!("{what}: {}", difference.text()));
            }
        }
        Ok(made)
    }
}

/// How two results differ.
struct Difference {
    count: usize,
    len: usize,
    worst: f64,
    is_more_than_rounding: bool,
}

impl Difference {
    fn of([found, wanted]: [&Column; 2], scale: f64, tolerance: f64) -> Difference {
        match (found, wanted) {
            (Column::F64(found), Column::F64(wanted)) => {
                let pairs = found.iter().copied().zip(wanted.iter().copied());
                Difference::of_numbers(pairs, scale, tolerance)
            }
            (Column::F32(found), Column::F32(wanted)) => {
                let wide = |number: &f32| f64::from(*number);
                let pairs = found.iter().map(wide).zip(wanted.iter().map(wide));
                Difference::of_numbers(pairs, scale, tolerance)
            }
            (Column::Word(found), Column::Word(wanted)) if found.len() == wanted.len() => {
                let count = found.iter().zip(wanted).filter(|(one, other)| one != other).count();
                let is_more_than_rounding = count * LOGICAL_PER_DIFFERENCE > wanted.len();
                Difference { count, len: wanted.len(), worst: 0.0, is_more_than_rounding }
            }
            _ => {
                let len = found.len().max(wanted.len());
                Difference { count: len, len, worst: f64::INFINITY, is_more_than_rounding: true }
            }
        }
    }

    fn of_numbers(
        pairs: impl Iterator<Item = (f64, f64)>,
        scale: f64,
        tolerance: f64,
    ) -> Difference {
        let (mut count, mut len, mut worst) = (0, 0, 0.0f64);
        for (found, wanted) in pairs {
            len += 1;
            if found == wanted || (found.is_nan() && wanted.is_nan()) {
                continue;
            }
            let relative = (found - wanted).abs() / scale;
            // Of an infinity or a NaN on one side alone.
            let relative = if relative.is_finite() { relative } else { f64::INFINITY };
            worst = worst.max(relative);
            count += usize::from(relative > tolerance);
        }
        Difference { count, len, worst, is_more_than_rounding: count > 0 }
    }

    fn text(&self) -> String {
        format!("{} of {} elements differ, by up to {:.1e}", self.count, self.len, self.worst)
    }
}

/// The largest finite magnitude.
fn magnitude(column: &Column) -> f64 {
    let largest = |numbers: &mut dyn Iterator<Item = f64>| {
        numbers.map(f64::abs).filter(|number| number.is_finite()).fold(0.0, f64::max)
    };
    match column {
        Column::F64(numbers) => largest(&mut numbers.iter().copied()),
        Column::F32(numbers) => largest(&mut numbers.iter().map(|number| f64::from(*number))),
        Column::Word(_) => 0.0,
    }
}

fn described_error(error: &RuntimeError) -> String {
    let mut message = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !message.ends_with(&inner_text) {
            message.push_str(&format!(": {inner_text}"));
        }
        cause = inner.source();
    }
    message
}

fn print(args: &ReplayArgs, rows: &[Row], alone: usize) -> Result<(), Failure> {
    let out = &mut io::stdout().lock();
    if args.json {
        let archive = Path::new(&args.file).display().to_string();
        let json = serde_json::json!({
            "archive": archive, "plans": rows, "groups_in_no_plan": alone
        });
        return Ok(writeln!(out, "{json:#}")?);
    }
    let cells: Vec<[String; 5]> = rows.iter().map(cells).collect();
    text::table(out, ["plan", "calls", "elements", "worst", "result"], &cells)?;
    for row in rows {
        row.different.iter().try_for_each(|text| writeln!(out, "{}: {text}", row.plan))?;
    }
    if alone > 0 {
        let groups = text::counted(alone, "group");
        report::line(&format!("{groups} of the archive are in no plan that ran"));
    }
    Ok(())
}

fn cells(row: &Row) -> [String; 5] {
    let result = match (&row.error, row.different.len()) {
        (Some(error), _) => text::printable(error),
        (None, 0) => "equal".to_owned(),
        (None, count) => format!("{count} different"),
    };
    [
        text::printable(&row.plan),
        text::grouped(row.calls as u64),
        text::grouped(row.elements),
        format!("{:.1e}", row.worst),
        result,
    ]
}

/// What a plan covers, in a line.
pub(crate) fn described(plan: &Plan) -> String {
    let names: Vec<String> = plan.sizes.iter().map(|size| size.name.clone()).collect();
    let sizes = plan.sizes.iter().map(|size| match (size.min, size.max) {
        (min, max) if min == max => format!("{} = {min}", size.name),
        (min, max) => format!("{} from {min} to {max}", size.name),
    });
    let mut parts = vec![text::counted(plan.calls.len(), "call")];
    parts.extend(sizes);
    let given = plan.inputs.iter().filter(|input| input.data.is_none());
    parts.extend(given.map(|input| {
        format!("needs `{}`: {} {}", input.name, input.len.display(&names), input.dtype)
    }));
    let prints: Vec<&str> = plan.outputs.iter().map(|output| output.name.as_str()).collect();
    if !prints.is_empty() {
        parts.push(format!("prints {}", prints.join(" ")));
    }
    text::printable(&parts.join(", "))
}
