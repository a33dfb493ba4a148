//! What is compiled once is not compiled again, and a store decides nothing but time.

use std::fs;
use std::path::PathBuf;

use crate::place::Place;
use crate::{done, ended, file, json, refused};

/// Scripts with so many groups in all, no two alike: chains of four kinds of operation.
fn write_chains(place: &Place, scripts: usize, groups_each: usize) {
    for script in 0..scripts {
        let mut text = "x = linspace(0, 1, 64);\n".to_owned();
        for group in 0..groups_each {
            text.push_str(&chain(script * groups_each + group));
        }
        place.write(&format!("chains/chain{script:02}.m"), &text);
    }
}

/// The digits of a number in base 4 as operations.
fn chain(mut number: usize) -> String {
    let mut line = "y = x".to_owned();
    for _ in 0..6 {
        let step = [" + 2", " .* 3", " - x", " ./ 5"][number % 4];
        line = format!("{line}; y = y{step}");
        number /= 4;
    }
    format!("{line}; disp(y)\n")
}

fn built(place: &Place, output: &str, args: &[&str]) -> serde_json::Value {
    json(&done(place, &[&["build", "chains", "-o", output, "--json"], args].concat()))
}

#[test]
fn a_rebuild_without_a_change_calls_naga_not_once() {
    let place = Place::new();
    write_chains(&place, 16, 64);
    let first = built(&place, "a.preheat", &[]);
    let kernels = first["kernels"].as_u64().expect("a number");
    assert!(kernels >= 1000, "{kernels} kernels");
    assert!(first["naga_calls"].as_u64() >= Some(3 * kernels), "{first}");
    assert_eq!((&first["reused_groups"], &first["traced_scripts"]), (&0.into(), &16.into()));
    let again = built(&place, "b.preheat", &["--jobs", "3"]);
    assert_eq!(again["naga_calls"], 0, "{again}");
    assert_eq!((&again["built_groups"], &again["reused_groups"]), (&0.into(), &first["groups"]));
    assert_eq!(again["traced_scripts"], 0, "{again}");
    for count in ["kernels", "artifacts", "plans", "root_hash"] {
        assert_eq!(again[count], first[count], "{count}");
    }
    assert!(file(&place, "a.preheat") == file(&place, "b.preheat"));
    // One script with one more group.
    let path = place.folder.path().join("chains/chain03.m");
    let text = fs::read_to_string(&path).expect("a script");
    fs::write(&path, text + "y = cos(x) + 7; disp(y)\n").expect("a script");
    let changed = built(&place, "c.preheat", &[]);
    assert_eq!(changed["built_groups"], 1, "{changed}");
    assert_eq!(changed["traced_scripts"], 1, "{changed}");
    assert_eq!(changed["reused_groups"], first["groups"]);
    let whole = built(&place, "d.preheat", &["--no-store"]);
    assert_eq!(whole["reused_groups"], 0);
    assert!(file(&place, "c.preheat") == file(&place, "d.preheat"));
}

#[test]
fn what_depends_on_an_option_is_built_for_it_and_the_rest_is_not() {
    let place = Place::new();
    write_chains(&place, 1, 4);
    let first = built(&place, "a.preheat", &["--store", "store"]);
    assert!(place.folder.path().join("store/v1/actions").is_dir());
    assert!(!place.folder.path().join("cache/preheat/store").exists());
    let wgsl = built(&place, "b.preheat", &["--store", "store", "--targets", "wgsl"]);
    assert_eq!(wgsl["naga_calls"], 0, "one target of two: {wgsl}");
    let native = built(&place, "b.preheat", &["--store", "store", "--limits", "native"]);
    assert_eq!(native["reused_groups"], 0, "{native}");
    assert_eq!(native["naga_calls"], first["naga_calls"]);
    let msl = ["--store", "store", "--targets", "spirv,wgsl,hlsl"];
    let more = built(&place, "b.preheat", &msl);
    assert!(more["naga_calls"].as_u64() < first["naga_calls"].as_u64(), "{more}");
    assert_eq!(built(&place, "b.preheat", &msl)["naga_calls"], 0);
}

/// Functions in files of their own, an environment variable, a clock, a warning, a plan.
const CALLER: &str = "if (exist('absent') == 2) k = 2; else k = 1; end
x = linspace(0, 1, 64);
y = scaled(x) + k;
if (strcmp(getenv('PREHEAT_MODE'), 'deep')) y = sin(y); end
tic; z = y .* 2; t = toc;
figure; plot(z);
disp(z)
";
const SCALED: &str = "function y = scaled(x)\n y = x .* 3 - 1;\nend\n";

struct Traces<'a> {
    place: &'a Place,
    folder: String,
}

impl Traces<'_> {
    /// Scripts that are traced by a build with these words and variables; the bytes are those of
    /// a build without a store.
    fn count(&self, args: &[&str], variables: &[(&str, &str)]) -> u64 {
        let build = |output: &str, more: &[&str]| {
            let words = ["build", &self.folder, "-o", output, "--json"];
            let words = [&words[..], args, more].concat();
            let output = self.place.command(&words).envs(variables.iter().copied()).output();
            let output = output.expect("the program runs");
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(0), "{said}");
            (json(&String::from_utf8_lossy(&output.stdout)), said)
        };
        let (kept, said) = build("kept.preheat", &["--store", "store"]);
        let (whole, said_then) = build("whole.preheat", &["--no-store"]);
        assert_eq!(said, said_then, "the same is said");
        assert_eq!(kept["root_hash"], whole["root_hash"]);
        assert!(file(self.place, "kept.preheat") == file(self.place, "whole.preheat"));
        assert_eq!(kept["no_plan"], whole["no_plan"]);
        kept["traced_scripts"].as_u64().expect("a number")
    }
}

#[test]
fn a_script_is_traced_again_when_something_changed_that_it_depends_on() {
    let place = Place::new();
    place.write("s/caller.m", CALLER);
    place.write("s/scaled.m", SCALED);
    place.write("s/other.m", "x = linspace(0, 1, 64); disp(sum(x .* 5))\n");
    let here = Traces { place: &place, folder: "s".to_owned() };
    let count = |args: &[&str]| here.count(args, &[]);
    assert_eq!(count(&[]), 2);
    assert_eq!(count(&[]), 0);
    // What is not read does not count: threads, language, other variables, other files.
    assert_eq!(count(&["--jobs", "1"]), 0);
    assert_eq!(here.count(&[], &[("LC_ALL", "de_DE.UTF-8"), ("TZ", "Asia/Tokyo")]), 0);
    assert_eq!(here.count(&[], &[("UNRELATED", "1"), ("RUST_LOG", "debug")]), 0);
    place.write("s/notes.txt", "hello");
    assert_eq!(count(&[]), 0);
    // A variable that one script reads.
    assert_eq!(here.count(&[], &[("PREHEAT_MODE", "deep")]), 1);
    assert_eq!(here.count(&[], &[("PREHEAT_MODE", "deep")]), 0);
    assert_eq!(count(&[]), 0, "the old answer is still known");
    // A function that one script calls, a name that it looked for, and the script itself.
    place.write("s/scaled.m", &SCALED.replace('3', "4"));
    assert_eq!(count(&[]), 1);
    place.write("s/absent.m", "function y = absent()\n y = 1;\nend\n");
    assert_eq!(count(&[]), 1);
    place.write("s/scaled.m", SCALED);
    fs::remove_file(place.folder.path().join("s/absent.m")).expect("a file");
    assert_eq!(count(&[]), 0, "as it was at first");
    place.write("s/other.m", "x = linspace(0, 1, 64); disp(sum(x .* 6))\n");
    assert_eq!(count(&[]), 1);
    // Options that decide the bytes.
    for args in [
        &["--targets", "wgsl"][..],
        &["--numeric", "f64,f32"],
        &["--limits", "native"],
        &["--fast-math"],
        &["--no-plans"],
        &["-D", "k=3"],
    ] {
        assert_eq!(count(args), 2, "{args:?}");
        assert_eq!(count(args), 0, "{args:?}");
    }
    assert_eq!(count(&["--targets", "wgsl,spirv"]), 0, "in another order");
    // The folder moves, and the build is started elsewhere.
    fs::create_dir_all(place.folder.path().join("deep")).expect("a folder");
    let moved = place.folder.path().join("deep/t");
    fs::rename(place.folder.path().join("s"), &moved).expect("a folder");
    let there = Traces { place: &place, folder: moved.display().to_string() };
    assert_eq!(there.count(&[], &[]), 0);
    // A script by another name is another script: the archive says where groups come from.
    fs::rename(moved.join("other.m"), moved.join("another.m")).expect("a file");
    assert_eq!(there.count(&[], &[]), 1);
}

/// What a script prints of the time does not reach the archive.
#[test]
fn an_archive_does_not_depend_on_when_it_was_built() {
    let place = Place::new();
    let script = "rng('shuffle'); x = rand(1, 64); t = clock(); s = toc;
if (mod(floor(now * 86400 * 64), 2) == 0) y = x + 1; else y = x .* 2; end
while (toc < 2) s = toc; end
disp(sum(y))
";
    place.write("s/timed.m", script);
    let build = |output| done(&place, &["build", "s", "-o", output, "--no-store"]);
    build("a.preheat");
    std::thread::sleep(std::time::Duration::from_millis(30));
    build("b.preheat");
    assert!(file(&place, "a.preheat") == file(&place, "b.preheat"));
}

/// A text of `eval` has no file that a note could name: such a script is remembered too.
#[test]
fn a_script_with_a_round_trip_inside_eval_is_remembered() {
    let place = Place::new();
    let text = "n = 40; x = linspace(0, 1, n); disp(x(2));\n\
                eval('b = sum(x .* 2);'); disp(b);\nx(3) = 1; disp(sum(x));\n";
    place.write("chains/one.m", text);
    let first = built(&place, "a.preheat", &["--prove", "never"]);
    assert_eq!(first["traced_scripts"], 1, "{first}");
    let again = built(&place, "b.preheat", &["--prove", "never"]);
    assert_eq!(again["traced_scripts"], 0, "{again}");
    // A build counts what `explain` shows.
    let words = ["build", "chains", "-o", "c.preheat", "--prove", "never"];
    let said = String::from_utf8_lossy(&place.preheat(&words).stderr).into_owned();
    assert!(said.contains("1 place") && said.contains("preheat explain"), "{said}");
    let said = place.preheat(&["explain", "chains/one.m"]);
    let said = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(said.contains("M138") && said.contains("one.m:3"), "{said}");
}

/// A machine of a build service: no home, no folder for caches.
#[test]
fn a_build_needs_no_home() {
    let place = Place::new();
    write_chains(&place, 1, 2);
    let words = ["build", "chains", "-o", "a.preheat", "--prove", "never", "--json"];
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_preheat"));
    let output = command.args(words).current_dir(place.folder.path()).env_clear().output();
    let output = output.expect("the program runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert_eq!(json(&String::from_utf8_lossy(&output.stdout))["traced_scripts"], 1);
    assert!(said.is_empty(), "{said}");
    let left: Vec<_> = fs::read_dir(place.folder.path()).expect("a folder").collect();
    assert_eq!(left.len(), 2, "nothing is left beside scripts and archive: {left:?}");
    let words = ["build", "chains", "-o", "b.preheat", "--store", "store", "--prove", "never"];
    done(&place, &words);
    // Signatures are the user's; content is content.
    let root = |name| json(&done(&place, &["stats", name, "--json"]))["root_hash"].clone();
    assert_eq!(root("a.preheat"), root("b.preheat"));
}

#[test]
fn a_file_that_would_not_change_is_left_alone() {
    let place = Place::new();
    write_chains(&place, 1, 2);
    built(&place, "a.preheat", &[]);
    let path = place.folder.path().join("a.preheat");
    let old = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    let time = || fs::metadata(&path).and_then(|found| found.modified()).expect("a time");
    let set = fs::File::options().write(true).open(&path).and_then(|file| file.set_modified(old));
    set.expect("a time");
    built(&place, "a.preheat", &[]);
    assert_eq!(time(), old);
    // A damaged one is not what it should be.
    let mut bytes = fs::read(&path).expect("a file");
    let last = bytes.len() - 1;
    bytes[last / 2] ^= 1;
    fs::write(&path, &bytes).expect("a file");
    built(&place, "a.preheat", &[]);
    bytes[last / 2] ^= 1;
    assert!(file(&place, "a.preheat") == bytes);
}

/// Every file below a folder.
fn files(folder: PathBuf) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.flat_map(|path| if path.is_dir() { files(path) } else { vec![path] }).collect()
}

#[test]
fn a_damaged_store_is_made_again() {
    let place = Place::new();
    write_chains(&place, 1, 4);
    built(&place, "a.preheat", &["--store", "store"]);
    for (number, path) in files(place.folder.path().join("store")).iter().enumerate() {
        let mut bytes = fs::read(path).expect("a file");
        let middle = bytes.len() / 2;
        match number % 3 {
            0 => bytes[middle] ^= 1,
            1 => bytes.truncate(middle),
            _ => bytes = b"something else".to_vec(),
        }
        fs::write(path, bytes).expect("a file");
    }
    let again = built(&place, "b.preheat", &["--store", "store"]);
    assert!(again["naga_calls"].as_u64() > Some(0), "{again}");
    assert!(file(&place, "a.preheat") == file(&place, "b.preheat"));
    assert_eq!(built(&place, "b.preheat", &["--store", "store"])["naga_calls"], 0);
    // One file at a time; each is made again where it counts.
    for path in files(place.folder.path().join("store")) {
        let bytes = fs::read(&path).expect("a file");
        let middle = bytes.len() / 2;
        let changed = [&bytes[..middle], &[bytes[middle] ^ 1], &bytes[middle + 1..]].concat();
        fs::write(&path, &changed).expect("a file");
        built(&place, "b.preheat", &["--store", "store"]);
        assert!(file(&place, "a.preheat") == file(&place, "b.preheat"), "{}", path.display());
        let again = built(&place, "b.preheat", &["--store", "store"]);
        assert_eq!((&again["naga_calls"], &again["traced_scripts"]), (&0.into(), &0.into()));
    }
}

#[test]
fn what_a_failed_build_made_is_kept() {
    let place = Place::new();
    write_chains(&place, 3, 4);
    place.write("chains/wrong.m", "x = ones(2, 3) * ones(2, 3);\n");
    let args = ["build", "chains", "-o", "a.preheat"];
    let said = refused(&place, 2, &args);
    assert!(said.contains("1 of 4 scripts have errors"), "{said}");
    assert!(!place.folder.path().join("a.preheat").exists());
    place.write("chains/wrong.m", "x = ones(2, 3) * ones(3, 2); disp(x)\n");
    let mended = built(&place, "a.preheat", &[]);
    assert_eq!(mended["traced_scripts"], 1, "{mended}");
    assert_eq!(mended["naga_calls"], 0, "a script without a group: {mended}");
}

#[test]
fn a_store_that_cannot_be_written_is_a_warning() {
    let place = Place::new();
    write_chains(&place, 1, 2);
    place.write("store", "a file where a folder should be");
    let args = ["build", "chains", "-o", "a.preheat", "--store", "store"];
    let said = refused(&place, 0, &args);
    assert!(said.contains("the store cannot be written"), "{said}");
    done(&place, &["verify", "a.preheat", "--quick"]);
}

#[test]
fn a_check_rebuilds_and_says_what_differs() {
    let place = Place::new();
    write_chains(&place, 1, 3);
    built(&place, "a.preheat", &[]);
    let same = done(&place, &["build", "chains", "--check", "a.preheat"]);
    assert!(same.contains("is what its inputs make"), "{same}");
    place.write("chains/chain00.m", "x = linspace(0, 1, 64);\ny = x + 2; y = y - 3; disp(y)\n");
    let text = ended(&place, 1, &["build", "chains", "--check", "a.preheat"]);
    assert!(text.contains("differs from a rebuild") && text.contains("- group"), "{text}");
    let found = ended(&place, 1, &["build", "chains", "--check", "a.preheat", "--json"]);
    let found = json(&found);
    assert_eq!(found["same"], false);
    let gone = |list: &str| found["differences"][list].as_array().expect("a list").len();
    assert!(gone("removed") >= 2 && gone("added") == 1, "{found}");
    // The limits are part of what an archive is.
    let other = ["build", "chains", "--check", "a.preheat", "--limits", "native"];
    ended(&place, 1, &other);
    refused(&place, 2, &["build", "chains", "--check", "absent.preheat"]);
    refused(&place, 2, &["build", "chains"]);
}

#[test]
fn limits_come_from_profiles_and_files() {
    let place = Place::new();
    place.write("scale.m", "x = linspace(0, 1, 64); y = x * 2 + 1; disp(y)\n");
    let build = |limits: &'static str| ["build", "scale.m", "-o", "a.preheat", "--limits", limits];
    done(&place, &build("native"));
    let adapter = |invocations: u32| {
        format!(
            "{{\"adapters\": [{{\"name\": \"x\", \"max_binding_bytes\": 134217728, \
             \"max_storage_bindings\": 8, \"max_workgroups\": 65535, \
             \"max_invocations\": {invocations}, \"max_workgroup_bytes\": 16384}}]}}"
        )
    };
    place.write("large.json", &adapter(256));
    done(&place, &build("large.json"));
    let shown = done(&place, &["show", "a.preheat", "scale.m:1", "--target", "wgsl"]);
    assert!(shown.contains("limits        device "), "{shown}");
    place.write("small.json", &adapter(64));
    let said = refused(&place, 2, &build("small.json"));
    assert!(said.contains("256 invocations in a workgroup") && said.contains("has 64"), "{said}");
    place.write("none.json", "{\"adapters\": []}");
    assert!(refused(&place, 2, &build("none.json")).contains("no adapter"));
    place.write("wrong.json", "{\"adapters\": [{\"max_workgroups\": \"many\"}]}");
    assert!(refused(&place, 2, &build("wrong.json")).contains("C051"));
    refused(&place, 2, &build("absent.json"));
    // What `info --json` prints is such a file, if there is an adapter.
    let info = done(&place, &["info", "--json"]);
    if json(&info)["adapters"].as_array().is_some_and(|list| !list.is_empty()) {
        place.write("info.json", &info);
        done(&place, &build("info.json"));
    }
}

#[test]
fn clean_gives_back_what_nobody_uses() {
    let place = Place::new();
    write_chains(&place, 2, 8);
    let first = built(&place, "a.preheat", &[]);
    // What a version before this one kept.
    place.write("cache/preheat/groups-0123456789abcdef/x.preheat", "old");
    place.write("cache/preheat/groups-0123456789abcdef/merge.lock", "");
    let clean = |args: &[&str]| json(&done(&place, &[&["clean", "--json"], args].concat()));
    // Somebody's own files are none of a cache's.
    let digits = "0123456789abcdef".repeat(4);
    for name in ["home/notes.txt", &format!("home/{digits}"), "home/v1/contents/00/notes.txt"] {
        place.write(name, "mine");
    }
    let own = clean(&["--store", "home", "--max-size", "0", "--dry-run"]);
    assert!(own["caches"]["store_of_builds"].is_null(), "{own}");
    let dry = clean(&["--dry-run", "--max-size", "0"]);
    let files = dry["all"]["files"].as_u64().expect("a number");
    assert!(files > 10 && dry["all"]["removed_files"].as_u64() == Some(files), "{dry}");
    let old = clean(&["--unused-since", "2020-01-01"]);
    assert_eq!(old["all"]["removed_files"], 1, "{old}");
    assert_eq!(old["caches"]["groups_of_other_versions"]["removed_bytes"], 3);
    let folder = place.folder.path().join("cache/preheat");
    assert!(!folder.join("groups-0123456789abcdef").exists());
    assert_eq!(built(&place, "b.preheat", &[])["naga_calls"], 0, "the store is whole");
    let half = clean(&["--max-size", "20kB"]);
    let left = half["all"]["bytes"].as_u64().expect("a number")
        - half["all"]["removed_bytes"].as_u64().expect("a number");
    assert!(left <= 20_000 && left > 0, "{half}");
    let again = built(&place, "c.preheat", &[]);
    assert_eq!(again["root_hash"], first["root_hash"]);
    let all = done(&place, &["clean", "--unused-since", "0s"]);
    assert!(all.contains("store of builds") && all.contains("removed"), "{all}");
    refused(&place, 2, &["clean", "--max-size", "much"]);
}
