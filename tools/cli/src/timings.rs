//! What `--timings` prints: the stages of a run, and its kernels by the device's own clock.

use std::collections::BTreeMap;

use preheat_format::GroupKey;
use preheat_runtime::{KernelCounts, TimeMs};

use crate::failure::Failure;
use crate::text;

/// Characters of a group's operations in the table.
const OPS_LEN_MAX: usize = 40;

/// Where the time went, a line each. The last four passed beside the others.
pub(crate) fn stages(times: &TimeMs, compile_ms: f64) -> String {
    let rows = [
        ("open archives", times.open),
        ("trace and host", times.trace),
        ("wait for device", times.device_wait),
        ("compile", compile_ms),
        ("pipelines", times.pipelines),
        ("execute", (times.execute - compile_ms).max(0.0)),
        ("total", times.total),
        ("pipelines, beside", times.ahead),
        ("instance, beside", times.instance),
        ("adapter, beside", times.adapter),
        ("device, beside", times.device),
    ];
    let rows = rows.map(|(name, ms)| format!("{name:<17} {:>9}", text::milliseconds(ms)));
    rows.join("\n")
}

/// A table of kernels, those that took longest first, with their sum. Bytes are those that must
/// move at least: every element read or written, once.
///
/// # Errors
/// None in practice: memory is written to.
pub(crate) fn kernels(
    kernels: &[KernelCounts],
    names: &BTreeMap<GroupKey, String>,
) -> Result<String, Failure> {
    let mut out = Vec::new();
    let name = |kernel: &KernelCounts| {
        names.get(&kernel.group).map_or_else(String::new, |ops| text::shortened(ops, OPS_LEN_MAX))
    };
    let row = |kernel: &KernelCounts| {
        [
            kernel.group.short().to_string(),
            kernel.name.clone(),
            text::grouped(kernel.dispatches),
            cell(kernel.time_ns, |ns| text::milliseconds(ns as f64 / 1e6)),
            cell(kernel.bytes, text::bytes),
            rate(kernel.time_ns, kernel.bytes),
            name(kernel),
        ]
    };
    let mut rows: Vec<[String; 7]> = kernels.iter().map(row).collect();
    let sum = |field: fn(&KernelCounts) -> Option<u64>| kernels.iter().map(field).sum();
    let (time_ns, bytes) = (sum(|kernel| kernel.time_ns), sum(|kernel| kernel.bytes));
    let dispatches = kernels.iter().map(|kernel| kernel.dispatches).sum();
    rows.push([
        String::from("all"),
        String::new(),
        text::grouped(dispatches),
        cell(time_ns, |ns| text::milliseconds(ns as f64 / 1e6)),
        cell(bytes, text::bytes),
        rate(time_ns, bytes),
        String::new(),
    ]);
    let head = ["group", "kernel", "dispatches", "time", "bytes", "GB/s", "operations"];
    text::table(&mut out, head, &rows)?;
    Ok(String::from_utf8_lossy(&out).trim_end().to_owned())
}

fn cell(value: Option<u64>, show: impl Fn(u64) -> String) -> String {
    value.map_or_else(|| String::from("-"), show)
}

fn rate(time_ns: Option<u64>, bytes: Option<u64>) -> String {
    match (time_ns, bytes) {
        // Bytes per nanosecond are gigabytes per second.
        (Some(time_ns), Some(bytes)) if time_ns > 0 => {
            format!("{:.1}", bytes as f64 / time_ns as f64)
        }
        (Some(_) | None, Some(_) | None) => String::from("-"),
    }
}
