//! Limits profiles: what kernels may ask of the devices that an archive is for.
//!
//! A kernel that breaks its profile would be refused by a driver on a user's machine; here it is
//! refused when it is built. The profile's name enters artifact keys, so a profile that comes from
//! a file is named by its numbers, never by its path.

use preheat_format::{AxisRole, ContentHash, Pass, ShapeExpr};
use thiserror::Error;

use crate::emit::{Demand, ValidModule};

/// The runtime folds larger dispatches into a second dimension of rows of at most so many.
const FOLD_MAX: u64 = 65_535;
/// Bytes of the smallest stored element.
const ELEMENT_BYTES_MIN: u64 = 4;
const NAME_CONTEXT: &str = "preheat 2026-11 limits profile v1";

/// Limits of a device, as WebGPU names them (WebGPU specification, section 3.6.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Name that enters artifact keys.
    pub name: String,
    /// Storage buffers of one kernel.
    pub storage_bindings: u64,
    /// Uniform buffers of one kernel.
    pub uniform_bindings: u64,
    /// Binding numbers are below this.
    pub binding_numbers: u64,
    /// Bytes of a storage buffer that can be bound at once.
    pub storage_bytes: u64,
    /// Bytes of a uniform buffer.
    pub uniform_bytes: u64,
    /// Bytes of workgroup memory.
    pub workgroup_bytes: u64,
    /// Invocations of a workgroup.
    pub invocations: u64,
    /// Invocations of a workgroup along each dimension.
    pub workgroup_size: [u64; 3],
    /// Workgroups along one dimension of a dispatch.
    pub workgroups: u64,
}

/// A kernel that asks for more than its profile has.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("entry point `{entry_point}` needs {found} {what}, limits profile `{profile}` has {limit}")]
pub struct LimitError {
    /// The entry point.
    pub entry_point: String,
    /// What is limited, with its unit.
    pub what: &'static str,
    /// What the kernel needs.
    pub found: u64,
    /// What the profile allows.
    pub limit: u64,
    /// The profile.
    pub profile: String,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits::webgpu()
    }
}

impl Limits {
    /// What every WebGPU device has.
    pub fn webgpu() -> Limits {
        Limits {
            name: "webgpu".to_owned(),
            storage_bindings: 8,
            uniform_bindings: 12,
            binding_numbers: 1000,
            storage_bytes: 128 << 20,
            uniform_bytes: 64 << 10,
            workgroup_bytes: 16 << 10,
            invocations: 256,
            workgroup_size: [256, 256, 64],
            workgroups: 65_535,
        }
    }

    /// What desktop Vulkan drivers of the last years have.
    pub fn native() -> Limits {
        Limits {
            name: "native".to_owned(),
            storage_bindings: 1 << 16,
            uniform_bindings: 1 << 16,
            storage_bytes: (2 << 30) - 4,
            workgroup_bytes: 48 << 10,
            invocations: 1024,
            workgroup_size: [1024, 1024, 64],
            ..Limits::webgpu()
        }
    }

    /// The profile with a name that follows from its numbers.
    #[must_use]
    pub fn named_by_content(self) -> Limits {
        let [x, y, z] = self.workgroup_size;
        let numbers = [
            self.storage_bindings,
            self.uniform_bindings,
            self.binding_numbers,
            self.storage_bytes,
            self.uniform_bytes,
            self.workgroup_bytes,
            self.invocations,
            x,
            y,
            z,
            self.workgroups,
        ];
        let bytes: Vec<u8> = numbers.into_iter().flat_map(u64::to_le_bytes).collect();
        let hash = ContentHash(blake3::derive_key(NAME_CONTEXT, &bytes)).to_string();
        Limits { name: format!("device {}", hash.get(..16).unwrap_or_default()), ..self }
    }

    /// Checks every entry point of a module.
    ///
    /// # Errors
    /// The first thing of which one needs too much.
    pub fn check_module(&self, module: &ValidModule) -> Result<(), Box<LimitError>> {
        module.demands().iter().try_for_each(|demand| self.check_demand(demand))
    }

    fn check_demand(&self, demand: &Demand) -> Result<(), Box<LimitError>> {
        let [x, y, z] = demand.workgroup_size.map(u64::from);
        let [x_max, y_max, z_max] = self.workgroup_size;
        let invocations = x.saturating_mul(y).saturating_mul(z);
        let rules = [
            ("invocations in a workgroup", invocations, self.invocations),
            ("invocations along x", x, x_max),
            ("invocations along y", y, y_max),
            ("invocations along z", z, z_max),
            ("bytes of workgroup memory", demand.workgroup_bytes, self.workgroup_bytes),
            ("storage bindings", demand.storage_bindings, self.storage_bindings),
            ("uniform bindings", demand.uniform_bindings, self.uniform_bindings),
            ("binding numbers", demand.binding_numbers, self.binding_numbers),
            ("bytes in a uniform binding", demand.uniform_bytes, self.uniform_bytes),
            ("bytes in a storage binding", demand.storage_bytes, self.storage_bytes),
        ];
        let broken = rules.into_iter().find(|(_, found, limit)| found > limit);
        broken.map_or(Ok(()), |(what, found, limit)| {
            Err(self.error(&demand.entry_point, what, [found, limit]))
        })
    }

    /// Checks that the dispatches for the longest array that can be bound, along any one axis, are
    /// within the limits once they are folded into two dimensions.
    ///
    /// # Errors
    /// The first pass that needs more workgroups.
    pub fn check_dispatches(&self, passes: &[Pass], rank: usize) -> Result<(), Box<LimitError>> {
        let longest = self.storage_bytes / ELEMENT_BYTES_MIN;
        for pass in passes {
            for axis in 0..rank.max(1) {
                let mut extents = vec![1; rank];
                extents.iter_mut().skip(axis).take(1).for_each(|extent| *extent = longest);
                let count = workgroups(&pass.workgroup_count, &extents);
                let rows = count.div_ceil(FOLD_MAX).max(1);
                let found = rows.max(count.div_ceil(rows));
                if found > self.workgroups {
                    let what = "workgroups along a dimension";
                    return Err(self.error(&pass.entry_point, what, [found, self.workgroups]));
                }
            }
        }
        Ok(())
    }

    fn error(&self, point: &str, what: &'static str, values: [u64; 2]) -> Box<LimitError> {
        let [found, limit] = values;
        let (entry_point, profile) = (point.to_owned(), self.name.clone());
        Box::new(LimitError { entry_point, what, found, limit, profile })
    }
}

/// Workgroups of a dispatch at these extents, all axes kept; 0 where that has no meaning for the
/// expression, which the call itself would report.
fn workgroups(count: &ShapeExpr, extents: &[u64]) -> u64 {
    let roles = vec![AxisRole::Kept; extents.len()];
    count.evaluate(&roles, extents).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit;

    fn checked(source: &str, limits: &Limits) -> Result<(), String> {
        let module = emit::validate(source).unwrap();
        limits.check_module(&module).map_err(|error| error.to_string())
    }

    /// At the limit, and one past it.
    #[test]
    fn each_limit_is_checked() {
        let module = |head: &str, size: &str, body: &str| {
            format!("{head}\n@compute @workgroup_size({size}) fn main() {{ {body} }}")
        };
        let webgpu = Limits::webgpu();
        let check = |good: String, bad: String, what: &str| {
            assert_eq!(checked(&good, &webgpu), Ok(()), "{what}");
            let message = checked(&bad, &webgpu).unwrap_err();
            assert!(message.contains(what) && message.contains("`webgpu`"), "{message}");
        };
        let size = |size: &str| module("", size, "");
        check(size("256"), size("16, 16, 2"), "invocations in a workgroup");
        check(size("1, 1, 64"), size("1, 1, 65"), "invocations along z");
        let shared =
            |len: u32| module(&format!("var<workgroup> w: array<u32, {len}>;"), "1", "w[0] = 1u;");
        check(shared(4096), shared(4097), "bytes of workgroup memory");
        let storage = |count: u32| {
            let name = |n: u32| format!("@group(0) @binding({n}) var<storage> s{n}: array<u32>;\n");
            let head: String = (0..count).map(name).collect();
            let body: String = (0..count).map(|n| format!("_ = s{n}[0];")).collect();
            module(&head, "1", &body)
        };
        check(storage(8), storage(9), "storage bindings");
        let uniform = |len: u32| {
            let head = format!("@group(0) @binding(0) var<uniform> u: array<vec4<u32>, {len}>;");
            module(&head, "1", "_ = u[0];")
        };
        check(uniform(4096), uniform(4097), "bytes in a uniform binding");
        let numbered = |number: u32| {
            let head = format!("@group(0) @binding({number}) var<storage> s: array<u32>;");
            module(&head, "1", "_ = s[0];")
        };
        check(numbered(999), numbered(1000), "binding numbers");
        assert_eq!(checked(&size("1024"), &Limits::native()), Ok(()));
    }

    #[test]
    fn dispatches_of_the_longest_array_are_folded_or_refused() {
        let pass = |divisor: u64| Pass {
            entry_point: "main".to_owned(),
            workgroup_size: [1; 3],
            bindings: Vec::new(),
            workgroup_count: ShapeExpr::op(preheat_format::ShapeOp::All).div_ceil(divisor),
        };
        let webgpu = Limits::webgpu();
        assert_eq!(webgpu.check_dispatches(&[pass(1)], 2), Ok(()));
        let small = Limits { workgroups: 1024, ..webgpu.clone() };
        let error = small.check_dispatches(&[pass(1)], 2).unwrap_err().to_string();
        assert!(error.contains("workgroups along a dimension"), "{error}");
        assert_eq!(small.check_dispatches(&[pass(1 << 16)], 2), Ok(()));
    }

    #[test]
    fn a_file_names_its_profile_by_its_numbers() {
        let first = Limits::webgpu().named_by_content();
        let again = Limits { name: "other".to_owned(), ..Limits::webgpu() }.named_by_content();
        assert_eq!(first, again);
        let more = Limits { invocations: 512, ..Limits::webgpu() }.named_by_content();
        assert_ne!(first.name, more.name);
    }
}
