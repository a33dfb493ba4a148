//! Twenty processes build into one store and publish one archive, for a moment; the chore runs them
//! for a minute.

use std::process::Command;

#[test]
fn twenty_processes_tear_nothing() {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["processes", "--count", "20", "--seconds", "1.5"])
        .output()
        .expect("the chore runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("faults 0"), "{text}");
    // Each of them got to publish something.
    let published = text.split(": ").nth(1).and_then(|rest| rest.split(' ').next());
    let published: u32 = published.and_then(|count| count.parse().ok()).expect(&text);
    assert!(published >= 20, "{text}");
}
