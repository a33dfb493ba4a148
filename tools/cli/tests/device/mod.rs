//! Whether there is a device to test on.

use crate::place::Place;

/// Prints that a test is skipped without one, and fails it where one is required.
pub(crate) fn has_gpu(place: &Place) -> bool {
    let found = place.preheat(&["info", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&found.stdout).expect("JSON");
    let has = json["adapters"].as_array().is_some_and(|adapters| !adapters.is_empty());
    let required = std::env::var_os("PREHEAT_REQUIRE_GPU").is_some_and(|value| value == "1");
    assert!(has || !required, "PREHEAT_REQUIRE_GPU=1 and no adapter");
    if !has {
        println!("skipped: no adapter");
    }
    has
}
