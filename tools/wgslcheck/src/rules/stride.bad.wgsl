@group(0) @binding(0) var<storage, read_write> a: array<f32, 1024>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) id: u32) {
    for (var i = 0u; i < 16; i++) {
        a[id * 16 + i] = 1.0;
    }
}
