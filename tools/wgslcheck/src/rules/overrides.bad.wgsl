// define: n=-1
override n: u32;

@compute @workgroup_size(1)
fn main() {
    _ = n;
}
