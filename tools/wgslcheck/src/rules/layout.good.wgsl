// layout: {"Params":[{"name":"origin","offset":0,"size":12},{"name":"count","offset":12,"size":4}]}
struct Params { origin: vec3<f32>, count: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> total: u32;

@compute @workgroup_size(32)
fn main() {
    total = params.count + u32(params.origin.x);
}
