//! A folder of its own in which a test runs the program.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

pub(crate) struct Place {
    pub(crate) folder: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Place {
        Place { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).expect("a folder");
        }
        fs::write(&path, text).expect("a file");
        path
    }

    pub(crate) fn preheat(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("the program runs")
    }

    /// The program, not yet started. Proving kernels has tests of its own and takes time, so a
    /// build proves only where that is asked for.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_preheat"));
        let is_build = args.first() == Some(&"build");
        let proves = !is_build || args.contains(&"--prove") || args.contains(&"--check");
        command
            .args(args)
            .args(if proves { &[][..] } else { &["--prove", "never"] })
            .current_dir(self.folder.path())
            .env("XDG_CACHE_HOME", self.folder.path().join("cache"))
            .env("XDG_CONFIG_HOME", self.folder.path().join("config"))
            .env("NO_COLOR", "1");
        command
    }
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
