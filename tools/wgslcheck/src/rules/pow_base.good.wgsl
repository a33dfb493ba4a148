fn f(x: f32) -> f32 {
    return pow(abs(x - 1.0), 2.0);
}
