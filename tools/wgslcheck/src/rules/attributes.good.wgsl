struct S {
    @size(8) a: u32,
}
