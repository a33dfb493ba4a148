//! Any text gets a verdict by the specification, with and without values for overrides: no panic,
//! and with libFuzzer's own limits (`-timeout=5 -rss_limit_mb=1024`) no hang and no blow-up. naga
//! is left out: the program runs it in worker processes of its own.

#![no_main]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use wgslcheck::{Checker, Limits, Options};

static CHECKERS: LazyLock<[Checker; 2]> = LazyLock::new(|| {
    let limits = Some(Limits::default());
    let defines = ["a", "b", "n", "0", "1"].map(|name| (name.to_owned(), 1.0));
    [
        Checker::new(Options { limits: limits.clone(), ..Options::default() }),
        Checker::new(Options { limits, defines: BTreeMap::from(defines), ..Options::default() }),
    ]
});

fuzz_target!(|source: &str| {
    for checker in &*CHECKERS {
        let _ = checker.check_language("fuzz", source);
    }
});
