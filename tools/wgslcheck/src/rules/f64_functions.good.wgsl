@group(0) @binding(0) var<storage, read_write> a: array<f64>;

@compute @workgroup_size(1)
fn main() {
    a[0] = f64(sin(f32(a[1])));
}
