@group(0) @binding(0) var<storage, read_write> a: array<f32, 4>;
@group(0) @binding(1) var<storage, read_write> b: array<f32, 4>;

@compute @workgroup_size(32)
fn main() {
    b[0] = a[0];
}
