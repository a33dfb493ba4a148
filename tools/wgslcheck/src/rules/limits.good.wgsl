// limits: webgpu
@compute @workgroup_size(256)
fn main() {
}
