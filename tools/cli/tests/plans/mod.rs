//! Plans from outside: building, listing, explaining, replaying.

use super::has_gpu;
use super::place::{Place, stderr, stdout};

const SCRIPT: &str = "
rng(1);
x = linspace(0, 1, N);
y = x .* 2 + rand(1, N);
z = cumsum(y, 2);
total = sum(z);
fprintf('%.6g %d\\n', total, max(y) < 3);
";

fn built() -> Place {
    let place = Place::new();
    place.write("wave.m", SCRIPT);
    place.write("branch.m", "x = rand(4, 4);\nif sum(x(:)) > 3, disp(x + 1), end\n");
    let args = ["build", "wave.m", "branch.m", "-o", "wave.preheat", "-D", "N=1000", "--json"];
    let built = place.preheat(&args);
    assert_eq!(built.status.code(), Some(0), "{}", stderr(&built));
    let json: serde_json::Value = serde_json::from_slice(&built.stdout).expect("JSON");
    assert_eq!((&json["plans"], &json["no_plan"][0]["script"]), (&1.into(), &"branch.m".into()));
    place
}

#[test]
fn plans_are_listed_and_explained() {
    let place = built();
    let listed = stdout(&place.preheat(&["list", "wave.preheat"]));
    assert!(listed.contains("wave.m"), "{listed}");
    assert!(listed.contains("N from 2 to 8003, prints total printed2"), "{listed}");
    let explained = stdout(&place.preheat(&["explain", "branch.m"]));
    assert!(explained.contains("plan: none: its flow, or the host, needs"), "{explained}");
    let none = place.preheat(&["build", "wave.m", "-o", "n", "-D", "N=9", "--no-plans"]);
    assert!(none.status.success());
    assert!(!stdout(&place.preheat(&["list", "n"])).contains("plan "));
}

#[test]
fn replaying_compares_the_device_with_the_cpu() {
    let place = built();
    if !has_gpu(&place) {
        return;
    }
    for sizes in [&[][..], &["--size", "N=77"], &["--size", "N=8003", "--seed", "9"]] {
        let replayed = place.preheat(&[&["replay", "wave.preheat", "--json"], sizes].concat());
        assert_eq!(replayed.status.code(), Some(0), "{} {}", stdout(&replayed), stderr(&replayed));
        let json: serde_json::Value = serde_json::from_slice(&replayed.stdout).expect("JSON");
        let row = &json["plans"][0];
        assert_eq!(row["plan"], "wave.m");
        assert!(row["calls"].as_u64() > Some(1) && row["elements"].as_u64() > Some(77), "{row}");
    }
    let beyond = place.preheat(&["replay", "wave.preheat", "--size", "N=8004"]);
    assert_eq!(beyond.status.code(), Some(1));
    assert!(stdout(&beyond).contains("the plan covers 2 to 8003"), "{}", stdout(&beyond));
    let absent = place.preheat(&["replay", "wave.preheat", "--plan", "other.m"]);
    assert_eq!(absent.status.code(), Some(1));
    assert!(stdout(&absent).contains("no archive has it"), "{}", stdout(&absent));
    let unknown = place.preheat(&["replay", "wave.preheat", "--size", "M=5"]);
    assert!(stderr(&unknown).contains("has a size `M`"), "{}", stderr(&unknown));
}
