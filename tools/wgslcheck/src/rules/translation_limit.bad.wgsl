// targets: hlsl
struct Large {
    @size(134217728) a: u32,
    b: u32,
}

@group(0) @binding(0) var<storage, read_write> large: Large;

@compute @workgroup_size(32)
fn main() {
    large.b = large.a;
}
