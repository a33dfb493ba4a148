//! One run: from the arguments to a report for every text.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use wgslcheck::{Checker, Limits, Options, rules};

use super::args::{Args, When};
use super::cache::{Cache, Stamp};
use super::checked::{Checked, merge_same_files};
use super::dialects::{Dialects, Modules};
use super::files::{Input, Inputs};
use super::{Failure, layout, rust, template};

/// Nested expressions recurse in the parsers; the default of 2 MiB is too little for naga.
const STACK_BYTES: usize = 64 << 20;

/// What a run shows.
pub(crate) struct Outcome {
    pub(crate) checked: Vec<Checked>,
    /// Messages about files that could not be read.
    pub(crate) unreadable: Vec<String>,
    /// Names of `--define` that no text has, if all texts were read.
    pub(crate) unused_defines: Vec<String>,
    /// Whether the cache was written; the reports are right without it.
    pub(crate) kept: std::io::Result<()>,
}

/// Checks all that the arguments name.
pub(crate) fn run(args: &Args) -> Result<Outcome, Failure> {
    if let Some(code) = args.allow.iter().find(|code| rules::find(code).is_none()) {
        return Err(Failure::UnknownCode(code.clone()));
    }
    let mut inputs = Inputs::default();
    inputs.add_shaders(&args.paths, &args.exclude);
    inputs.add_rust(&args.rust, &args.exclude);
    let Inputs { found: inputs, errors: mut unreadable } = inputs;
    let options = options(args, inputs.len())?;
    let cache = args.cache.as_ref().map(|path| {
        // What else decides which report a file has.
        let words = format!("{options:?} {:?} {}", args.template, args.in_process);
        Cache::open(path, &words)
    });
    let mut checker = Checker::new(options);
    // Without its own path the program translates in this process.
    if let Ok(program) = std::env::current_exe()
        && !args.in_process
    {
        checker = checker.with_worker(program, vec!["worker".to_owned()]);
    }
    let pool = rayon::ThreadPoolBuilder::new().stack_size(STACK_BYTES).build()?;
    let used = args.defines.iter().map(|_| AtomicBool::new(false)).collect();
    let job = Job { checker, args, dialects: dialects(args, &inputs), cache, used };
    let results: Vec<Result<Vec<Checked>, String>> =
        pool.install(|| inputs.par_iter().map(|input| job.check(input)).collect());
    let mut checked = Vec::with_capacity(results.len());
    for result in results {
        match result {
            Ok(some) => checked.extend(some),
            Err(message) => unreadable.push(message),
        }
    }
    merge_same_files(&mut checked);
    let unused = args.defines.iter().zip(&job.used);
    let unused = unused.filter(|(_, used)| !used.load(Ordering::Relaxed));
    let unused_defines = unused.map(|((name, _), _)| name.clone()).collect();
    let kept = job.cache.map_or(Ok(()), Cache::close);
    Ok(Outcome { checked, unreadable, unused_defines, kept })
}

fn dialects(args: &Args, inputs: &[Input]) -> Dialects {
    let files = inputs.iter().filter_map(|input| match input {
        Input::File(path) => Some(path.clone()),
        Input::Stdin | Input::Rust(_) => None,
    });
    Dialects {
        defs: args.shader_def.iter().cloned().collect(),
        folders: args.modules.clone(),
        modules: Modules::new(files.collect(), &args.modules),
    }
}

/// `auto` runs `spirv-val` over no more texts than this: it is a process each.
const SPIRV_VAL_AUTO_MAX: usize = 100;

fn spirv_val(args: &Args, texts: usize) -> Result<Option<std::path::PathBuf>, Failure> {
    let installed = || {
        let folders = std::env::var_os("PATH").unwrap_or_default();
        let name = format!("spirv-val{}", std::env::consts::EXE_SUFFIX);
        std::env::split_paths(&folders).map(|folder| folder.join(&name)).find(|path| path.is_file())
    };
    match args.spirv_val {
        When::Never => Ok(None),
        When::Auto if texts > SPIRV_VAL_AUTO_MAX => Ok(None),
        When::Auto => Ok(installed()),
        When::Always => installed().map(Some).ok_or(Failure::NoSpirvVal),
    }
}

fn options(args: &Args, texts: usize) -> Result<Options, Failure> {
    let limits = match &args.limits {
        None => None,
        Some(name) => match Limits::profile(name) {
            Some(limits) => Some(limits),
            None => {
                let text = Input::File(name.into()).read().map_err(Failure::Unreadable)?;
                let limits = serde_json::from_str(&text);
                Some(limits.map_err(|source| Failure::LimitsFile { path: name.clone(), source })?)
            }
        },
    };
    Ok(Options {
        targets: args.targets.clone(),
        defines: args.defines.iter().cloned().collect(),
        extensions: args.extensions.as_ref().map(|list| list.iter().cloned().collect()),
        limits,
        layouts: args.layout.as_deref().map(layout::declared).transpose()?,
        spirv_val: spirv_val(args, texts)?,
        lints: !args.no_lints,
        allow: args
            .allow
            .iter()
            .filter_map(|code| rules::find(code))
            .map(|rule| rule.code.to_owned())
            .collect(),
    })
}

/// What all workers share.
struct Job<'a> {
    checker: Checker,
    args: &'a Args,
    dialects: Dialects,
    cache: Option<Cache>,
    /// Of each define, whether a text has its name, or may have: it was not read.
    used: Vec<AtomicBool>,
}

/// True if an override of a text may be called `name`: by its name, or by its `@id`.
fn may_define(source: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    source.contains("override")
        && source.match_indices(name).any(|(at, _)| {
            let (before, after) = (&source[..at], &source[at + name.len()..]);
            !before.ends_with(is_part) && !after.starts_with(is_part)
        })
}

impl Job<'_> {
    fn check(&self, input: &Input) -> Result<Vec<Checked>, String> {
        let name = input.name();
        if let (Input::File(path), Some(cache)) = (input, &self.cache)
            && let Some(report) = cache.of_file(path, &name, &self.checker)
        {
            self.used.iter().for_each(|used| used.store(true, Ordering::Relaxed));
            return Ok(vec![Checked::on_disk(report, path.clone())]);
        }
        let (source, stamp) = input.read_stamped()?;
        let whole = match input {
            Input::Rust(path) => return self.check_rust(path, &source),
            Input::File(path) => Some(path.as_path()),
            Input::Stdin => None,
        };
        let texts = template::expand(&source, &self.args.template)
            .map_err(|error| format!("`{name}`: {error}"))?;
        let checked = texts.into_iter().flat_map(|(label, source)| {
            if label.is_empty() {
                return self.check_text(&name, source, whole.map(|path| (path, stamp)));
            }
            let mut checked = self.check_text(&name, source, None);
            if let Some(first) = checked.first_mut() {
                first.report.path = format!("{name}[{label}]");
                first.variant = label;
            }
            checked
        });
        Ok(checked.collect())
    }

    fn check_rust(&self, path: &Path, source: &str) -> Result<Vec<Checked>, String> {
        let name = path.display().to_string();
        let found = rust::find(path, source).map_err(|error| format!("`{name}`: {error}"))?;
        let texts = found.texts.into_iter();
        let mut checked: Vec<Checked> =
            texts.flat_map(|text| self.check_text(&name, text, None)).collect();
        for path in found.included {
            checked.extend(self.check(&Input::File(path))?);
        }
        Ok(checked)
    }

    /// `file` is the file that holds just this text, with its stamp if that proves anything.
    fn check_text(
        &self,
        name: &str,
        source: String,
        file: Option<(&Path, Option<Stamp>)>,
    ) -> Vec<Checked> {
        for ((define, _), used) in self.args.defines.iter().zip(&self.used) {
            if may_define(&source, define) {
                used.store(true, Ordering::Relaxed);
            }
        }
        let report = |name: &str, wgsl: &str, stamped| match &self.cache {
            Some(cache) => cache.of_text((name, wgsl), stamped, &self.checker),
            None => self.checker.check_source(name, wgsl),
        };
        if Dialects::are_in(name, &source) {
            let check = |name: &str, wgsl: &str| report(name, wgsl, None);
            return self.dialects.check(name, source, &self.args.targets, check);
        }
        let Some((path, stamp)) = file else {
            return vec![Checked::new(report(name, &source, None), source)];
        };
        let report = report(name, &source, stamp.map(|stamp| (path, stamp)));
        // Texts of all files at once would take memory for few excerpts.
        vec![Checked::on_disk(report, path.to_owned())]
    }
}
