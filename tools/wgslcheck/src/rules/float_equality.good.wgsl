fn same(a: f32, b: f32) -> bool {
    return abs(a - b) < 1e-6;
}
