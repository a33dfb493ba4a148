const m = transpose(mat2x3f(1, 2, 3, 4, 5, 6));

@fragment
fn main() -> @location(0) vec4<f32> {
    return vec4<f32>(m[0], m[1]);
}
