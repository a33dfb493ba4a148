struct Params {
    a: f32,
    count: u32,
}

override size: u32 = 64;

@group(0) @binding(0) var<storage> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@group(0) @binding(2) var<uniform> params: Params;

// y = a x + y
@compute @workgroup_size(size)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x < params.count {
        y[id.x] = fma(params.a, x[id.x], y[id.x]);
    }
}
