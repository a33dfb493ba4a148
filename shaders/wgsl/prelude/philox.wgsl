// Philox4x32-10 in 32-bit arithmetic, for devices without 64-bit integers.
// After Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.

// The high word of a product, by 16-bit halves.
fn product_high(a: u32, b: u32) -> u32 {
  let a_low = a & 0xffffu;
  let a_high = a >> 16u;
  let b_low = b & 0xffffu;
  let b_high = b >> 16u;
  let low = a_low * b_low;
  let middle = a_high * b_low + (low >> 16u);
  let other = a_low * b_high + (middle & 0xffffu);
  return a_high * b_high + (middle >> 16u) + (other >> 16u);
}

fn philox_round(c: vec4<u32>, key: vec2<u32>) -> vec4<u32> {
  let first_high = product_high(c.x, 0xd2511f53u);
  let second_high = product_high(c.z, 0xcd9e8d57u);
  return vec4<u32>(
    second_high ^ c.y ^ key.x,
    c.z * 0xcd9e8d57u,
    first_high ^ c.w ^ key.y,
    c.x * 0xd2511f53u,
  );
}

// The block of a counter, lowest word first, under a key.
fn philox4x32_10(counter: vec4<u32>, key: vec2<u32>) -> vec4<u32> {
  let step = vec2<u32>(0x9e3779b9u, 0xbb67ae85u);
  var c = philox_round(counter, key);
  c = philox_round(c, key + step);
  c = philox_round(c, key + 2u * step);
  c = philox_round(c, key + 3u * step);
  c = philox_round(c, key + 4u * step);
  c = philox_round(c, key + 5u * step);
  c = philox_round(c, key + 6u * step);
  c = philox_round(c, key + 7u * step);
  c = philox_round(c, key + 8u * step);
  return philox_round(c, key + 9u * step);
}
