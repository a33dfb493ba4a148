//! A domain of sizes that is found to be covered holds no miss, and one that is not is said so.
#![allow(clippy::expect_used, reason = "a failed expectation is a failed test")]

mod place;

use std::collections::BTreeSet;
use std::fs;

use place::{Place, stderr, stdout};
use preheat_compiler::pack::{GroupSet, PackOptions, pack};
use preheat_compiler::reach::{Domain, Reached};
use preheat_compiler::session::{self, Script, TracedGroup};
use preheat_compiler::trace::files::no_disk;
use preheat_compiler::trace::graph::GraphOptions;
use preheat_compiler::trace::interpreter::{Define, Host};
use preheat_format::{ArchiveView, Target};

/// Sizes decide what happens: degenerate extents, a threshold, a block.
const SCRIPT: &str = "x = linspace(0, 1, N)';
y = exp(-x) .* (1:B);
s = sum(y) ./ N;
if N > 4321
  z = cumsum(y(:, 1));
  t = max(z);
else
  t = mean(y(:));
end
if B == 64
  t = t + prod(size(y)) * max(s);
end
fprintf('%g %g\\n', sum(s), t);
";
const DOMAIN: &str = "N=0..1e9,B=1..64";
/// Points that are planned after the domain was found to be covered.
const POINTS: u64 = 10_000;

/// The groups at a point, planned only; those before an error of the script.
fn groups(script: &Script, domain: &Domain, point: &[u64]) -> Vec<TracedGroup> {
    let sizes = domain.variables().iter().zip(point);
    let sizes = sizes.map(|(variable, size)| (variable.name.clone(), Define::Number(*size as f64)));
    let host = Host {
        print: &mut |_| {},
        note: &mut |_| {},
        env: &|_| None,
        folder: &|| String::from("/home/scripts"),
        load: &mut |_| None,
        search: &|_| {},
        path: &|_| None,
        disk: &no_disk,
        clock: &|| 0.0,
    };
    session::trace(script, GraphOptions::default(), host, &sizes.collect::<Vec<_>>()).0
}

#[test]
fn ten_thousand_points_of_a_covered_domain_have_no_miss() {
    let domain: Domain = DOMAIN.parse().expect("a domain");
    let (script, _) = session::parse("vary.m", SCRIPT).expect("it parses");
    let mut set = GroupSet::default();
    let mut plan = |point: &[u64]| {
        let groups = groups(&script, &domain, point);
        set.extend(session::group_set(&script, &groups));
        Reached::Groups(groups.iter().map(|group| group.key).collect())
    };
    let found = domain.explore(200, &mut plan);
    assert!(found.changes.contains(&("N".to_owned(), 4321, 4322)), "{:?}", found.changes);
    let packed = pack(&set, &PackOptions::default(), || {}).expect("its groups compile");
    // The program says the same of the archive.
    let place = Place::new();
    place.write("vary.m", SCRIPT);
    fs::write(place.folder.path().join("all.preheat"), &packed.archive.bytes).expect("a file");
    let args = ["cover", "vary.m", "--archive", "all.preheat", "--vary", DOMAIN];
    let covered = place.preheat(&args);
    assert_eq!(covered.status.code(), Some(0), "{}{}", stdout(&covered), stderr(&covered));
    let view = ArchiveView::open(&packed.archive.bytes).expect("our own archive opens");
    let mut met = BTreeSet::new();
    for number in 0..POINTS {
        let point = domain.random_point(1_000_000 + number);
        for group in groups(&script, &domain, &point) {
            let held = view.lookup(group.key, Target::Spirv).next().is_some();
            assert!(held, "{point:?} needs {} of {}", group.key.short(), group.origin.ops);
            met.insert(group.key);
        }
    }
    // The points do reach what the sizes decide.
    assert!(met.len() > 5 && met.len() <= found.groups.len(), "{}", met.len());
}

#[test]
fn what_is_missing_is_listed_with_its_line_and_sizes() {
    let place = Place::new();
    place.write("vary.m", SCRIPT);
    let build = ["build", "vary.m", "-o", "a.preheat", "-D", "N=100", "-D", "B=5"];
    assert!(place.preheat(&build).status.success());
    let cover = ["cover", "vary.m", "--archive", "a.preheat", "--vary"];
    let found = place.preheat(&[&cover[..], &["N=2..4000,B=2..63"]].concat());
    assert_eq!(found.status.code(), Some(0), "{}", stdout(&found));
    let found = place.preheat(&[&cover[..], &["N=1..4000,B=2..63"]].concat());
    let text = stdout(&found);
    assert_eq!(found.status.code(), Some(1), "{text}");
    assert!(text.contains("vary.m:") && text.contains("needed at N=1"), "{text}");
    assert!(text.contains("groups change between N=1 and N=2"), "{text}");
    for wrong in ["N", "N=5..1", "N=1..2,N=1..2", "N=1..1e300"] {
        let refused = place.preheat(&[&cover[..], &[wrong]].concat());
        assert_eq!(refused.status.code(), Some(2), "{wrong}");
    }
}
