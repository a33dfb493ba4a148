@group(0) @binding(0) var<storage, read> points: array<vec3<f32>>;

fn first() -> vec3<f32> {
    return points[0];
}
