const m = mat3x2f(1, 4, 2, 5, 3, 6);

@fragment
fn main() -> @location(0) vec4<f32> {
    return vec4<f32>(m[0], m[1]);
}
