//! The law of dependencies, read from `cargo tree`, asked per package: a workspace build unifies
//! features.

use std::collections::BTreeSet;
use std::process::Command;

/// Direct, normal dependencies of a package on this system.
fn direct(package: &str) -> BTreeSet<String> {
    tree(package, &["--depth", "1"])
}

/// Normal dependencies of a package and of those.
fn all(package: &str) -> BTreeSet<String> {
    tree(package, &[])
}

fn tree(package: &str, args: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "-p", package, "-e", "normal", "--prefix", "none"])
        .args(args)
        .args(["--offline", "--locked"])
        .current_dir(super::harness::root())
        .output()
        .expect("cargo runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    text.lines()
        .skip(1)
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

fn internal(package: &str) -> Vec<String> {
    direct(package).into_iter().filter(|name| name.starts_with("preheat")).collect()
}

#[test]
fn arrows_point_the_right_way() {
    assert_eq!(internal("preheat-format"), Vec::<String>::new());
    assert_eq!(internal("preheat-ops"), ["preheat-format"]);
    assert_eq!(internal("preheat-cpu"), ["preheat-format", "preheat-ops"]);
    assert_eq!(internal("preheat-files"), Vec::<String>::new());
    assert_eq!(internal("preheat-dense"), Vec::<String>::new());
    let of_compiler =
        ["preheat-cpu", "preheat-dense", "preheat-files", "preheat-format", "preheat-ops"];
    assert_eq!(internal("preheat-compiler"), of_compiler);
    let expected = ["preheat-cpu", "preheat-files", "preheat-format", "preheat-ops"];
    for found in internal("preheat-runtime") {
        assert!(expected.contains(&found.as_str()), "preheat-runtime names {found}");
    }
    assert_eq!(internal("wgslcheck"), Vec::<String>::new());
    assert_eq!(internal("wgslcheck-cli"), Vec::<String>::new());
}

/// Dialects are slow to build, and only the program reads them.
#[test]
fn the_checker_is_linked_without_dialects() {
    for package in ["wgslcheck", "preheat"] {
        for dialect in ["naga_oil", "wesl", "wgsl-parse"] {
            assert!(!all(package).contains(dialect), "{package} links {dialect}");
        }
    }
    assert!(all("wgslcheck-cli").contains("wesl"));
}

#[test]
fn naga_wgpu_and_petgraph_stay_in_their_crates() {
    let packages = [
        "preheat-format",
        "preheat-ops",
        "preheat-cpu",
        "preheat-compiler",
        "preheat-runtime",
        "preheat",
        "wgslcheck",
        "wgslcheck-cli",
    ];
    for (library, homes) in [
        ("naga", &["preheat-compiler", "wgslcheck"][..]),
        ("wgpu", &["preheat-runtime"][..]),
        ("petgraph", &["preheat-compiler"][..]),
    ] {
        for package in packages {
            let named = direct(package).contains(library);
            assert_eq!(named, homes.contains(&package), "{package} and {library}");
        }
    }
}
