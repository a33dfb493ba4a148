fn helper() -> f32 {
    return 1.0;
}

@fragment
fn main() -> @location(0) vec4<f32> {
    return vec4<f32>(helper());
}
