enable wgpu_binding_array;

@group(0) @binding(0) var textures: binding_array<texture_2d<f32>, 4>;

@compute @workgroup_size(64)
fn main() {
    let x: u32 = textureNumLevels(textures[0]);
}
