fn f(a: i32) -> u32 {
    return u32(a);
}
