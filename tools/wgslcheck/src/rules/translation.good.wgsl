// targets: glsl
@group(0) @binding(0) var<storage, read_write> a: array<f32, 4>;

@compute @workgroup_size(32)
fn main() {
    a[0] = 1.0;
}
