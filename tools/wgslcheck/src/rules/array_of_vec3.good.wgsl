@group(0) @binding(0) var<storage, read> points: array<vec4<f32>>;

fn first() -> vec4<f32> {
    return points[0];
}
