@group(0) @binding(0) var<storage, read_write> used: array<f32, 4>;
@group(0) @binding(1) var<uniform> unused: vec4<f32>;

@compute @workgroup_size(32)
fn main(@builtin(local_invocation_index) i: u32) {
    used[i % 4] = 1.0;
}
