var<immediate> factor: f32;

@compute @workgroup_size(1)
fn main() {
    let value: f32 = factor;
}
