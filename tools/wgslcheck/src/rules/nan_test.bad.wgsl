fn is_nan(x: f32) -> bool {
    return x != x;
}
