// targets: hlsl
struct Large {
    a: array<u32, 33554432>,
    b: u32,
}

@group(0) @binding(0) var<storage, read_write> large: Large;

@compute @workgroup_size(32)
fn main() {
    large.b = large.a[0];
}
