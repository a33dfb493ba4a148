//! Reads any bytes as a description, a text, or a file's name of RunMat's warm-up folders. The code
//! is the program's own file, which needs nothing else of it.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../../tools/cli/src/runmat_pair.rs"]
#[allow(dead_code, reason = "nothing is imported here")]
mod runmat_pair;

fuzz_target!(|data: &[u8]| {
    let Some((kind, bytes)) = data.split_first() else { return };
    match kind % 3 {
        0 => {
            let Ok(found) = runmat_pair::description(bytes) else { return };
            assert_eq!(runmat_pair::description(bytes).as_ref(), Ok(&found));
        }
        1 => {
            let Ok(text) = runmat_pair::text(bytes.to_vec()) else { return };
            assert_eq!(text.as_bytes(), bytes);
        }
        _ => {
            let name = String::from_utf8_lossy(bytes);
            let Some(stem) = runmat_pair::stem(&name) else { return };
            let joined = std::path::Path::new("/folder").join(format!("{stem}.wgsl"));
            assert_eq!(joined.parent(), Some(std::path::Path::new("/folder")), "{name}");
        }
    }
});
