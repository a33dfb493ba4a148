var<immediate> factor: f32;

@compute @workgroup_size(1)
fn main() {
    let count: i32 = factor;
}
