@group(0) @binding(0) var<storage, read_write> total: u32;
@group(0) @binding(1) var<storage> data: array<u32>;

fn first() -> u32 { return data[0]; }

@compute @workgroup_size(32)
fn main() {
    total = first();
}
