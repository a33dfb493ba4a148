@compute @workgroup_size(48)
fn main() {
}
