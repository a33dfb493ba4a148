@group(0) @binding(0) var<storage, read> table: array<vec4<f32>, 2048>;

fn first() -> vec4<f32> {
    return table[0];
}
