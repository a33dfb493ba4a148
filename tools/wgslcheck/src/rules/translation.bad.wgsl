// targets: glsl
enable f16;

@group(0) @binding(0) var<storage, read_write> a: array<f16, 4>;

@compute @workgroup_size(32)
fn main() {
    a[0] = 1.0h;
}
