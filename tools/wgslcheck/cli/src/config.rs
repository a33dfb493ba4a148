//! `wgslcheck.toml`: what the command line would say every time. The command line wins.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde::Deserialize;
use wgslcheck::Target;

use super::Failure;
use super::args::{Args, Deny};
use super::dialects::DefValue;

/// The file's name; the nearest one of the working directory and the folders above counts.
const NAME: &str = "wgslcheck.toml";

/// The file's form.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Config {
    targets: Vec<Target>,
    limits: Option<String>,
    deny: Vec<String>,
    allow: Vec<String>,
    exclude: Vec<String>,
    extensions: Option<Vec<String>>,
    layout: Option<PathBuf>,
    define: BTreeMap<String, f64>,
    template: BTreeMap<String, Vec<String>>,
    shader_def: BTreeMap<String, toml::Value>,
    modules: Vec<PathBuf>,
    cache: Option<PathBuf>,
}

/// Fills in what the arguments leave open from the configuration file, if there is one.
pub(crate) fn apply(args: &mut Args) -> Result<(), Failure> {
    let path = match &args.config {
        _ if args.no_config => None,
        Some(path) => Some(path.clone()),
        None => nearest(),
    };
    if let Some(path) = path {
        let text = std::fs::read_to_string(&path).map_err(|error| {
            Failure::Unreadable(format!("cannot read `{}`: {error}", path.display()))
        })?;
        let config: Config = toml::from_str(&text).map_err(|error| Failure::Config {
            path: path.display().to_string(),
            source: Box::new(error),
        })?;
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        merge(args, config, &folder)?;
    }
    if args.targets.is_empty() {
        args.targets.push(Target::Spirv);
    }
    Ok(())
}

fn nearest() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    here.ancestors().map(|folder| folder.join(NAME)).find(|path| path.is_file())
}

fn merge(args: &mut Args, config: Config, folder: &Path) -> Result<(), Failure> {
    if args.targets.is_empty() {
        args.targets = config.targets;
    }
    if let (None, Some(limits)) = (&args.limits, config.limits) {
        let is_profile = wgslcheck::Limits::profile(&limits).is_some();
        args.limits =
            Some(if is_profile { limits } else { folder.join(limits).display().to_string() });
    }
    for word in config.deny {
        let deny = Deny::from_str(&word, true).map_err(|_| {
            Failure::Unreadable(format!("`{NAME}`: nothing to deny is called `{word}`"))
        })?;
        args.deny.push(deny);
    }
    args.allow.extend(config.allow);
    args.exclude.extend(config.exclude);
    args.extensions = args.extensions.take().or(config.extensions);
    args.layout = args.layout.take().or(config.layout.map(|path| folder.join(path)));
    args.cache = args.cache.take().or(config.cache.map(|path| folder.join(path)));
    for (name, value) in config.define {
        if !args.defines.iter().any(|(other, _)| *other == name) {
            args.defines.push((name, value));
        }
    }
    args.modules.extend(config.modules.into_iter().map(|path| folder.join(path)));
    for (name, value) in config.shader_def {
        let value = DefValue::parse(value.as_str().unwrap_or(&value.to_string()))
            .ok_or_else(|| Failure::Unreadable(format!("`{NAME}`: `{name}` is no shader def")))?;
        if !args.shader_def.iter().any(|(other, _)| *other == name) {
            args.shader_def.push((name, value));
        }
    }
    for (name, values) in config.template {
        if !args.template.iter().any(|(other, _)| *other == name) {
            args.template.push((name, values));
        }
    }
    Ok(())
}
