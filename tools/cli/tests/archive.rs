//! What is done to archives, from outside: shards, merging, and what each tool says.
#![allow(clippy::expect_used, reason = "a failed expectation is a failed test")]

mod place;

use std::fs;

use place::{Place, stderr, stdout};

/// Scripts with a handful of groups each.
fn write_scripts(place: &Place) {
    for (name, body) in [
        ("scale.m", "y = x * 2 + 1; fprintf('%g\\n', sum(y));"),
        ("waves.m", "y = sin(x) .* exp(-x); z = cos(y) + x; fprintf('%g %g\\n', max(y), min(z));"),
        ("spread.m", "y = (x - mean(x)) ./ std(x); fprintf('%g\\n', norm(y));"),
    ] {
        place.write(&format!("scripts/{name}"), &format!("x = linspace(0, 1, 100);\n{body}\n"));
    }
}

fn done(place: &Place, args: &[&str]) -> String {
    let output = place.preheat(args);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {}", stderr(&output));
    stdout(&output)
}

fn file(place: &Place, name: &str) -> Vec<u8> {
    fs::read(place.folder.path().join(name)).expect(name)
}

#[test]
fn shards_merge_to_the_whole_archive() {
    let place = Place::new();
    write_scripts(&place);
    done(&place, &["build", "scripts", "-o", "whole.preheat"]);
    let whole = file(&place, "whole.preheat");
    for count in [1, 2, 7, 64] {
        let names: Vec<String> = (1..=count).map(|n| format!("shard-{n}.preheat")).collect();
        for (name, number) in names.iter().zip(1..) {
            let shard = format!("{number}/{count}");
            done(&place, &["build", "scripts", "-o", name, "--shard", &shard]);
        }
        // From the first, from the last, and every third of them in turn.
        let mut orders: [Vec<&String>; 3] = [names.iter().collect(), Vec::new(), Vec::new()];
        orders[1] = names.iter().rev().collect();
        orders[2] = (0..3).flat_map(|first| names.iter().skip(first).step_by(3)).collect();
        for order in orders {
            let mut args = vec!["merge", "-o", "merged.preheat"];
            args.extend(order.iter().map(|name| name.as_str()));
            done(&place, &args);
            assert!(file(&place, "merged.preheat") == whole, "{count} shards: {order:?}");
        }
    }
    for wrong in ["0/2", "3/2", "1", "a/b", "1/0"] {
        let output = place.preheat(&["build", "scripts", "-o", "x.preheat", "--shard", wrong]);
        assert_eq!(output.status.code(), Some(2), "{wrong}");
    }
}

#[test]
fn releases_are_signed_and_pinned() {
    let place = Place::new();
    write_scripts(&place);
    done(&place, &["build", "scripts", "-o", "a.preheat"]);
    let local = place.folder.path().join("config/preheat/local.key");
    assert!(local.is_file(), "the first build makes the local key");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&local).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    done(&place, &["keygen", "acme", "-o", "acme"]);
    done(&place, &["keygen", "other", "-o", "other"]);
    let again = place.preheat(&["keygen", "acme", "-o", "acme"]);
    assert_eq!(again.status.code(), Some(2), "a key is never replaced");
    let verify = |args: &[&str]| {
        let output = place.preheat(&[&["verify", "a.preheat", "--quick"], args].concat());
        (output.status.code(), stdout(&output))
    };
    let (code, text) = verify(&[]);
    assert!(code == Some(0) && text.contains("signed by local@1, generation 0: local"), "{text}");
    assert_eq!(verify(&["--key", "acme.pub"]).0, Some(1));
    done(&place, &["sign", "a.preheat", "--key", "acme.key", "--generation", "7"]);
    let (code, text) = verify(&["--key", "acme.pub", "--min-generation", "7"]);
    assert!(code == Some(0) && text.contains("acme@1, generation 7: trusted"), "{text}");
    assert!(text.contains("local@1"), "other signatures stay: {text}");
    assert_eq!(verify(&["--key", "acme.pub", "--min-generation", "8"]).0, Some(1));
    assert_eq!(verify(&["--key", "other.pub"]).0, Some(1));
    done(&place, &["sign", "a.preheat", "--key", "other.key", "--detached"]);
    assert_eq!(verify(&["--key", "other.pub"]).0, Some(0));
    let secret = place.preheat(&["verify", "a.preheat", "--key", "acme.key"]);
    assert_eq!(secret.status.code(), Some(2), "a secret key is not a public one");
}

#[test]
fn builds_are_checked_and_pinned_by_their_root_hash() {
    let place = Place::new();
    write_scripts(&place);
    done(&place, &["build", "scripts", "-o", "a.preheat"]);
    let text = done(&place, &["verify", "a.preheat"]);
    let root = text.lines().find_map(|line| line.strip_prefix("root hash ")).expect(&text);
    done(&place, &["verify", "a.preheat", "--quick", "--root-hash", root]);
    let zeros = "0".repeat(64);
    let other = place.preheat(&["verify", "a.preheat", "--quick", "--root-hash", &zeros]);
    assert_eq!(other.status.code(), Some(1));
}

/// An archive of someone else is used through its WGSL, and one whose key is named through its
/// SPIR-V; on the CPU it makes no difference.
#[test]
fn an_archive_of_someone_else_is_said_to_be_untrusted() {
    let place = Place::new();
    write_scripts(&place);
    done(&place, &["build", "scripts", "-o", "a.preheat"]);
    let run = ["run", "scripts/scale.m", "--archive", "a.preheat", "--device", "cpu"];
    let ran = place.preheat(&run);
    assert_eq!((ran.status.code(), stderr(&ran).as_str()), (Some(0), ""));
    done(&place, &["keygen", "acme", "-o", "acme"]);
    done(&place, &["sign", "a.preheat", "--key", "acme.key", "--generation", "3"]);
    // Another user: another local key.
    fs::remove_dir_all(place.folder.path().join("config")).expect("the key goes");
    let ran = place.preheat(&run);
    assert_eq!(ran.status.code(), Some(0));
    assert!(stderr(&ran).contains("whose key is not trusted"), "{}", stderr(&ran));
    let trusting = [&run[..], &["--trust", "acme.pub"]].concat();
    let ran = place.preheat(&trusting);
    assert_eq!((ran.status.code(), stderr(&ran).as_str()), (Some(0), ""));
    let ran = place.preheat(&[&trusting[..], &["--min-generation", "4"]].concat());
    assert!(stderr(&ran).contains("generation 3, expected 4"), "{}", stderr(&ran));
}
