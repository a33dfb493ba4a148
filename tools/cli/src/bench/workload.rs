//! The workloads: scripts with their sizes.

use serde::Deserialize;

use crate::failure::Failure;

const MANIFEST: &str = include_str!("../../../bench/workloads.toml");

/// What a device is kept busy with before a measured part.
pub(crate) const WARM_UP: &str = include_str!("../../../bench/workloads/warm_up.m");

/// Scripts by name.
const SCRIPTS: &[(&str, &str)] = &[
    ("scale", include_str!("../../../bench/workloads/scale.m")),
    ("sum_vector", include_str!("../../../bench/workloads/sum_vector.m")),
    ("sum_columns", include_str!("../../../bench/workloads/sum_columns.m")),
    ("sum_rows", include_str!("../../../bench/workloads/sum_rows.m")),
    ("cumsum_vector", include_str!("../../../bench/workloads/cumsum_vector.m")),
    ("chain", include_str!("../../../bench/workloads/chain.m")),
    ("chain_given", include_str!("../../../bench/workloads/chain_given.m")),
    ("image_normalise", include_str!("../../../bench/workloads/image_normalise.m")),
    ("monte_carlo", include_str!("../../../bench/workloads/monte_carlo.m")),
    ("uniform", include_str!("../../../bench/workloads/uniform.m")),
    ("normal", include_str!("../../../bench/workloads/normal.m")),
    ("exp_double", include_str!("../../../bench/workloads/exp_double.m")),
    ("product_single", include_str!("../../../bench/workloads/product_single.m")),
    ("product_double", include_str!("../../../bench/workloads/product_double.m")),
];

#[derive(Debug, Deserialize)]
struct Manifest {
    workload: Vec<Workload>,
}

/// One workload, as `tools/bench/workloads.toml` describes it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Workload {
    pub(crate) name: String,
    /// Size on a GPU.
    pub(crate) device_n: u64,
    /// Size on a CPU.
    pub(crate) host_n: u64,
    bytes: f64,
    power: i32,
    flops_power3: Option<f64>,
    pub(crate) tolerance: f64,
}

impl Workload {
    /// Its script.
    pub(crate) fn script(&self) -> &'static str {
        SCRIPTS.iter().find(|(name, _)| *name == self.name).map_or("", |(_, text)| text)
    }

    /// The first line of its script.
    pub(crate) fn title(&self) -> &'static str {
        self.script().lines().next().unwrap_or("").trim_start_matches("% ")
    }

    /// Least bytes that it moves, over a time, in 10^9 bytes per second.
    pub(crate) fn gigabytes_per_second(&self, n: u64, ms: f64) -> f64 {
        self.bytes * (n as f64).powi(self.power) / ms / 1e6
    }

    /// Its floating-point operations over a time, in 10^12 per second.
    pub(crate) fn teraflops(&self, n: u64, ms: f64) -> Option<f64> {
        self.flops_power3.map(|flops| flops * (n as f64).powi(3) / ms / 1e9)
    }
}

/// All workloads.
///
/// # Errors
/// [`Failure::Workloads`] if the manifest in this program is damaged: a mistake of ours.
pub(crate) fn all() -> Result<Vec<Workload>, Failure> {
    let manifest: Manifest = toml::from_str(MANIFEST).map_err(Box::new)?;
    Ok(manifest.workload)
}

/// Those that were named, or all.
///
/// # Errors
/// [`Failure::NoWorkload`] for a name that is none.
pub(crate) fn choose(known: Vec<Workload>, names: &[String]) -> Result<Vec<Workload>, Failure> {
    if names.is_empty() {
        return Ok(known);
    }
    let find = |name: &String| {
        let found = known.iter().find(|workload| workload.name == *name).cloned();
        found.ok_or_else(|| Failure::NoWorkload { name: name.clone() })
    };
    names.iter().map(find).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_workload_has_a_script_that_waits_twice() {
        let workloads = all().unwrap();
        assert_eq!(workloads.len(), SCRIPTS.len());
        for workload in workloads {
            let waits = workload.script().matches("wait(gpuDevice);").count();
            assert_eq!(waits, 2, "{}", workload.name);
            assert!(workload.script().contains("printf('check "), "{}", workload.name);
        }
    }
}
