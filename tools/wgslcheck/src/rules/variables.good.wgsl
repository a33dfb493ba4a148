@group(0) @binding(0) var<uniform> a: vec4<f32>;
