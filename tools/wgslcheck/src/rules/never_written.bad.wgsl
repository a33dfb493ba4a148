@group(0) @binding(0) var<storage, read_write> a: array<f32, 4>;
@group(0) @binding(1) var<storage, read_write> b: array<f32, 4>;
@group(0) @binding(2) var image: texture_storage_2d<r32float, read_write>;

@compute @workgroup_size(32)
fn main() {
    b[0] = a[0];
    textureStore(image, vec2<u32>(), vec4<f32>());
}
