// limits: webgpu
@compute @workgroup_size(1024)
fn main() {
}
