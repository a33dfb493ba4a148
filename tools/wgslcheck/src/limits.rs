//! Device limits that a module can break by itself.

use serde::Deserialize;

/// The limits of WebGPU that concern shaders; a file may set any of them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Limits {
    /// Number of bind groups.
    pub max_bind_groups: u32,
    /// Binding numbers are below this.
    pub max_bindings_per_bind_group: u32,
    /// Sampled textures of one stage.
    pub max_sampled_textures_per_shader_stage: u32,
    /// Samplers of one stage.
    pub max_samplers_per_shader_stage: u32,
    /// Storage buffers of one stage.
    pub max_storage_buffers_per_shader_stage: u32,
    /// Storage textures of one stage.
    pub max_storage_textures_per_shader_stage: u32,
    /// Uniform buffers of one stage.
    pub max_uniform_buffers_per_shader_stage: u32,
    /// Bytes of one uniform.
    pub max_uniform_buffer_binding_size: u64,
    /// Bytes of one storage buffer.
    pub max_storage_buffer_binding_size: u64,
    /// Variables between vertex and fragment stage.
    pub max_inter_stage_shader_variables: u32,
    /// Vertex attributes.
    pub max_vertex_attributes: u32,
    /// Fragment outputs.
    pub max_color_attachments: u32,
    /// Bytes of immediates.
    pub max_immediate_size: u64,
    /// Bytes of workgroup memory.
    pub max_compute_workgroup_storage_size: u64,
    /// Invocations of a workgroup.
    pub max_compute_invocations_per_workgroup: u64,
    /// Workgroup size, first dimension.
    pub max_compute_workgroup_size_x: u32,
    /// Workgroup size, second dimension.
    pub max_compute_workgroup_size_y: u32,
    /// Workgroup size, third dimension.
    pub max_compute_workgroup_size_z: u32,
}

impl Default for Limits {
    /// The limits that every WebGPU device has (WebGPU specification, section 3.6.2).
    fn default() -> Self {
        Self {
            max_bind_groups: 4,
            max_bindings_per_bind_group: 1000,
            max_sampled_textures_per_shader_stage: 16,
            max_samplers_per_shader_stage: 16,
            max_storage_buffers_per_shader_stage: 8,
            max_storage_textures_per_shader_stage: 4,
            max_uniform_buffers_per_shader_stage: 12,
            max_uniform_buffer_binding_size: 64 << 10,
            max_storage_buffer_binding_size: 128 << 20,
            max_inter_stage_shader_variables: 16,
            max_vertex_attributes: 16,
            max_color_attachments: 8,
            max_immediate_size: 64,
            max_compute_workgroup_storage_size: 16 << 10,
            max_compute_invocations_per_workgroup: 256,
            max_compute_workgroup_size_x: 256,
            max_compute_workgroup_size_y: 256,
            max_compute_workgroup_size_z: 64,
        }
    }
}

impl Limits {
    /// The profile of that name: `webgpu`, `downlevel` (what wgpu assumes of OpenGL ES 3.1) or
    /// `native` (what desktop Vulkan drivers of the last years have).
    pub fn profile(name: &str) -> Option<Self> {
        let webgpu = Self::default();
        match name {
            "webgpu" => Some(webgpu),
            "downlevel" => Some(Self {
                max_storage_buffers_per_shader_stage: 4,
                max_uniform_buffer_binding_size: 16 << 10,
                max_inter_stage_shader_variables: 15,
                max_immediate_size: 0,
                max_color_attachments: 4,
                ..webgpu
            }),
            "native" => Some(Self {
                max_bind_groups: 8,
                max_sampled_textures_per_shader_stage: 1 << 16,
                max_samplers_per_shader_stage: 1 << 16,
                max_storage_buffers_per_shader_stage: 1 << 16,
                max_storage_textures_per_shader_stage: 1 << 16,
                max_uniform_buffers_per_shader_stage: 1 << 16,
                max_storage_buffer_binding_size: (2 << 30) - 4,
                max_inter_stage_shader_variables: 28,
                max_vertex_attributes: 32,
                max_immediate_size: 128,
                max_compute_workgroup_storage_size: 48 << 10,
                max_compute_invocations_per_workgroup: 1024,
                max_compute_workgroup_size_x: 1024,
                max_compute_workgroup_size_y: 1024,
                ..webgpu
            }),
            _ => None,
        }
    }
}
