// Philox4x32-10 with a 64-bit multiply; same names and bits as philox.wgsl.
// After Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.

fn philox_round(c: vec4<u32>, key: vec2<u32>) -> vec4<u32> {
  // Both words come of one multiplication; a conversion to u32 keeps the low one.
  let first = u64(c.x) * 0xd2511f53lu;
  let second = u64(c.z) * 0xcd9e8d57lu;
  return vec4<u32>(
    u32(second >> 32u) ^ c.y ^ key.x,
    u32(second),
    u32(first >> 32u) ^ c.w ^ key.y,
    u32(first),
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
