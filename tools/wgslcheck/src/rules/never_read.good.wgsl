var<private> scratch: f32;

@fragment
fn main() -> @location(0) vec4<f32> {
    scratch = 1.0;
    return vec4<f32>(scratch);
}
