//! `--limits`: the profile that kernels are checked against when they are built.

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use preheat_compiler::limits::Limits;
use serde::Deserialize;

use crate::failure::Failure;

/// The longest file of limits that is read.
const FILE_LEN_MAX: u64 = 1 << 20;

/// A limits profile as it is named on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LimitsChoice {
    /// What every WebGPU device has.
    Webgpu,
    /// What desktop Vulkan drivers of the last years have.
    Native,
    /// The first adapter of a file that `preheat info --json` wrote.
    File(PathBuf),
}

impl FromStr for LimitsChoice {
    type Err = std::convert::Infallible;

    fn from_str(word: &str) -> Result<LimitsChoice, Self::Err> {
        Ok(match word {
            "webgpu" => LimitsChoice::Webgpu,
            "native" => LimitsChoice::Native,
            path => LimitsChoice::File(PathBuf::from(path)),
        })
    }
}

#[derive(Deserialize)]
struct Info {
    adapters: Vec<Adapter>,
}

/// The numbers of an adapter that bound kernels; the names are those of `preheat info --json`.
#[derive(Deserialize)]
struct Adapter {
    max_binding_bytes: u64,
    max_uniform_bytes: Option<u64>,
    max_storage_bindings: u64,
    max_workgroups: u64,
    max_invocations: u64,
    max_workgroup_size: Option<[u64; 3]>,
    max_workgroup_bytes: u64,
}

impl LimitsChoice {
    /// The profile.
    ///
    /// # Errors
    /// [`Failure::Read`] or [`Failure::LimitsFile`] for a file that is none.
    pub(crate) fn read(&self) -> Result<Limits, Failure> {
        match self {
            LimitsChoice::Webgpu => Ok(Limits::webgpu()),
            LimitsChoice::Native => Ok(Limits::native()),
            LimitsChoice::File(path) => read_file(path),
        }
    }
}

fn read_file(path: &Path) -> Result<Limits, Failure> {
    let failed = |rule: String| Failure::LimitsFile { path: path.to_path_buf(), rule };
    let len = fs::metadata(path).map_err(Failure::reading(path))?.len();
    if len > FILE_LEN_MAX {
        return Err(failed(format!("it has {len} bytes, at most {FILE_LEN_MAX} are read")));
    }
    let text = fs::read_to_string(path).map_err(Failure::reading(path))?;
    let info: Info = serde_json::from_str(&text).map_err(|error| failed(error.to_string()))?;
    let Some(adapter) = info.adapters.into_iter().next() else {
        return Err(failed("it lists no adapter".to_owned()));
    };
    let webgpu = Limits::webgpu();
    let size = adapter.max_workgroup_size.unwrap_or(webgpu.workgroup_size);
    Ok(Limits {
        storage_bindings: adapter.max_storage_bindings,
        storage_bytes: adapter.max_binding_bytes,
        uniform_bytes: adapter.max_uniform_bytes.unwrap_or(webgpu.uniform_bytes),
        workgroup_bytes: adapter.max_workgroup_bytes,
        invocations: adapter.max_invocations,
        workgroup_size: size,
        workgroups: adapter.max_workgroups,
        ..webgpu
    }
    .named_by_content())
}

/// The same limits for the shader checker; what a compute shader has nothing of stays WebGPU's.
pub(crate) fn for_checker(limits: &Limits) -> wgslcheck::Limits {
    // Numbers beyond the checker's fields bound nothing that a shader could ask for.
    let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let [x, y, z] = limits.workgroup_size.map(small);
    wgslcheck::Limits {
        max_bindings_per_bind_group: small(limits.binding_numbers),
        max_storage_buffers_per_shader_stage: small(limits.storage_bindings),
        max_uniform_buffers_per_shader_stage: small(limits.uniform_bindings),
        max_uniform_buffer_binding_size: limits.uniform_bytes,
        max_storage_buffer_binding_size: limits.storage_bytes,
        max_compute_workgroup_storage_size: limits.workgroup_bytes,
        max_compute_invocations_per_workgroup: limits.invocations,
        max_compute_workgroup_size_x: x,
        max_compute_workgroup_size_y: y,
        max_compute_workgroup_size_z: z,
        ..wgslcheck::Limits::default()
    }
}
