var<uniform> a: vec4<f32>;
