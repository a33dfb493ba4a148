const present = 1;

fn f() -> i32 {
    return present;
}
