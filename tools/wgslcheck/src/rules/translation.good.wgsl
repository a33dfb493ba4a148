// targets: hlsl
@fragment
fn main(@location(0) @interpolate(flat) index: u32) -> @location(0) vec4<f32> {
    return vec4<f32>(f32(index));
}
