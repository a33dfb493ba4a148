//! The arguments.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use wgslcheck::Target;

use super::dialects::DefValue;

/// Checks WGSL shaders before anything runs them.
#[derive(Debug, Parser)]
#[command(
    version,
    args_conflicts_with_subcommands = true,
    after_help = "Example: wgslcheck --targets spirv,msl shaders/\n\
                  Exit status: 0 clean, 1 findings, 2 could not do the job."
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,

    /// Files, folders (*.wgsl and *.wesl there; .gitignore is respected), globs, `-` for stdin
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// Rust sources, or folders of them: shaders in string literals and `include_str!`
    #[arg(long, value_name = "PATH")]
    pub(crate) rust: Vec<PathBuf>,

    /// Globs to leave out
    #[arg(long, value_name = "GLOB", value_delimiter = ',')]
    pub(crate) exclude: Vec<String>,

    /// Read this configuration [default: the nearest wgslcheck.toml]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Read no configuration
    #[arg(long, conflicts_with = "config")]
    pub(crate) no_config: bool,

    /// Languages that the shaders must translate to [default: spirv]
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = parse_target)]
    pub(crate) targets: Vec<Target>,

    /// How to print the report
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,

    /// What else counts as a finding
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',')]
    pub(crate) deny: Vec<Deny>,

    /// Value of a pipeline-overridable constant, by name or id
    #[arg(short = 'D', long = "define", value_name = "NAME=VALUE", value_parser = parse_define)]
    pub(crate) defines: Vec<(String, f64)>,

    /// Device limits to keep: webgpu, downlevel, native, or a JSON file
    #[arg(long, value_name = "PROFILE")]
    pub(crate) limits: Option<String>,

    /// Layouts that the host declares, in JSON or TOML, to compare with the shaders' structures
    #[arg(long, value_name = "FILE")]
    pub(crate) layout: Option<PathBuf>,

    /// Whether `spirv-val` sees the SPIR-V; auto: if it is installed and at most 100 texts come
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = When::Auto)]
    pub(crate) spirv_val: When,

    /// Extensions that the device offers to `enable` [default: all]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub(crate) extensions: Option<Vec<String>>,

    /// Lints to leave out, by code
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub(crate) allow: Vec<String>,

    /// Values of a placeholder (@NAME@, ${NAME} or {{NAME}}); all products are checked
    #[arg(long, value_name = "NAME=V1,V2", value_parser = parse_template)]
    pub(crate) template: Vec<(String, Vec<String>)>,

    /// A shader def of naga_oil or a feature of WESL; the value is true if none is given
    #[arg(long, value_name = "NAME[=VALUE]", value_parser = parse_shader_def)]
    pub(crate) shader_def: Vec<(String, DefValue)>,

    /// Folders with modules that shaders import (naga_oil), or that `package::` names (WESL)
    #[arg(long, value_name = "DIR")]
    pub(crate) modules: Vec<PathBuf>,

    /// Keep reports in this file; next time what did not change is not checked again
    #[arg(long, value_name = "FILE")]
    pub(crate) cache: Option<PathBuf>,

    /// Report no lints
    #[arg(long)]
    pub(crate) no_lints: bool,

    /// Translate in this process: faster, but a hang or blow-up of naga's is not caught
    #[arg(long)]
    pub(crate) in_process: bool,
}

/// What else the program does.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Print the page of a rule, or the list of rules
    Explain {
        /// Code or name of the rule
        code: Option<String>,
        /// Print the whole manual as Markdown
        #[arg(long, conflicts_with = "code")]
        markdown: bool,
    },
    /// Print the memory layout of the structures in buffers, or compare it with the host's
    Layout {
        /// The shader
        path: PathBuf,
        /// Print the layouts as JSON (the default)
        #[arg(long, conflicts_with = "check")]
        emit: bool,
        /// Compare with the layouts that the host declares, in JSON or TOML
        #[arg(long, visible_alias = "layout", value_name = "FILE")]
        check: Option<PathBuf>,
    },
    /// Answer requests for translations; the program starts itself so
    #[command(hide = true)]
    Worker,
}

/// The output formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Excerpts for people
    Human,
    /// One JSON document
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// JUnit XML
    Junit,
}

/// When to do what costs time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// Where it is cheap
    Auto,
    /// In any case
    Always,
    /// Never
    Never,
}

/// What `--deny` turns into a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Deny {
    /// Modules that cannot be decided, and targets that naga cannot translate to
    Unsupported,
    /// Lints
    Warnings,
}

fn parse_target(text: &str) -> Result<Target, String> {
    Target::from_name(text).ok_or_else(|| {
        let names: Vec<&str> = Target::ALL.iter().map(|target| target.name()).collect();
        format!("expected one of {}", names.join(", "))
    })
}

fn parse_template(text: &str) -> Result<(String, Vec<String>), String> {
    let (name, values) = text.split_once('=').ok_or("expected NAME=V1,V2")?;
    if name.is_empty() {
        return Err("the name is empty".to_owned());
    }
    Ok((name.to_owned(), values.split(',').map(str::to_owned).collect()))
}

fn parse_shader_def(text: &str) -> Result<(String, DefValue), String> {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    let value = DefValue::parse(value).ok_or_else(|| {
        format!("`{value}` is neither true, false, nor an integer such as 1 or 1u")
    })?;
    if name.is_empty() {
        return Err("the name is empty".to_owned());
    }
    Ok((name.to_owned(), value))
}

fn parse_define(text: &str) -> Result<(String, f64), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    let number = match value {
        "true" => 1.0,
        "false" => 0.0,
        _ => value.parse::<f64>().map_err(|error| format!("`{value}` is no number: {error}"))?,
    };
    if name.is_empty() {
        return Err("the name is empty".to_owned());
    }
    Ok((name.to_owned(), number))
}
