//! What the entry points of a module ask of a device, read from the validated module.

use naga::{AddressSpace, ShaderStage};

use super::ValidModule;
use super::reflect::size_bytes;

/// What one compute entry point needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    /// Name of the entry point.
    pub entry_point: String,
    /// Invocations per workgroup along each dimension.
    pub workgroup_size: [u32; 3],
    /// Bytes of workgroup memory.
    pub workgroup_bytes: u64,
    /// Storage buffers.
    pub storage_bindings: u64,
    /// Uniform buffers.
    pub uniform_bindings: u64,
    /// One more than the greatest binding number.
    pub binding_numbers: u64,
    /// Bytes of the largest uniform buffer.
    pub uniform_bytes: u64,
    /// Bytes that the largest storage buffer must have at least.
    pub storage_bytes: u64,
}

impl ValidModule {
    /// What each compute entry point needs, in the order of the text.
    pub fn demands(&self) -> Vec<Demand> {
        let points = self.module.entry_points.iter().enumerate();
        let compute = points.filter(|(_, point)| point.stage == ShaderStage::Compute);
        compute.map(|(index, point)| self.demand(index, point)).collect()
    }

    fn demand(&self, index: usize, point: &naga::EntryPoint) -> Demand {
        let info = self.info.get_entry_point(index);
        let mut demand = Demand {
            entry_point: point.name.clone(),
            workgroup_size: point.workgroup_size,
            ..Demand::default()
        };
        for (handle, variable) in self.module.global_variables.iter() {
            if info[handle].is_empty() {
                continue;
            }
            let bytes = u64::from(size_bytes(&self.module, variable.ty));
            match variable.space {
                AddressSpace::WorkGroup => {
                    // Each variable begins where the strictest type may.
                    demand.workgroup_bytes += bytes.next_multiple_of(16);
                }
                AddressSpace::Uniform => {
                    demand.uniform_bindings += 1;
                    demand.uniform_bytes = demand.uniform_bytes.max(bytes);
                }
                AddressSpace::Storage { access: _ } => {
                    demand.storage_bindings += 1;
                    demand.storage_bytes = demand.storage_bytes.max(bytes);
                }
                _ => {}
            }
            if let Some(place) = variable.binding {
                let numbers = u64::from(place.binding) + 1;
                demand.binding_numbers = demand.binding_numbers.max(numbers);
            }
        }
        demand
    }
}
