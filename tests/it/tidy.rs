//! The house rules that a program can check.

#[test]
fn tidy_finds_nothing() {
    let root = super::harness::root();
    if !root.join(".git").exists() {
        println!("skipped: not a git checkout");
        return;
    }
    let mut out = Vec::new();
    let found = preheat_tests::tidy::run(&root, &mut out).expect("git lists the files");
    assert_eq!(found, 0, "{}", String::from_utf8_lossy(&out));
}
