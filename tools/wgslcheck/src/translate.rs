//! naga's writers, one target at a time, with panics caught.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use naga::back;
use naga::valid::ModuleInfo;

use crate::checker::Draft;
use crate::isolation::Request;
use crate::naga_stage::{ValidModule, chain, is_not_implemented, panic_message};
use crate::report::Target;
use crate::rules::{self, f64_functions, translation_limit};
use crate::spirv_val;

/// Translates `valid` to every requested target and reports what fails.
pub(crate) fn check_targets(valid: &ValidModule, options: &Request, push: &mut impl FnMut(Draft)) {
    let wants_f64 = f64_functions::uses_f64(&valid.module);
    for &target in &options.targets {
        if wants_f64 && f64_functions::check(valid, target, push) {
            continue;
        }
        if let Some(draft) = translation_limit::check(&valid.module, target) {
            push(draft);
            continue;
        }
        let outcome = catch_unwind(AssertUnwindSafe(|| translate(valid, target, options)));
        match outcome {
            Ok(Ok(())) => {}
            Ok(Err(Failure::MissingOverride(name))) => push(
                Draft::new(
                    &rules::NOT_IMPLEMENTED,
                    format!("not translated: override `{name}` has no value"),
                )
                .on(target)
                .help(format!("give it one with `--define {name}=VALUE`")),
            ),
            Ok(Err(Failure::Overrides(message))) => push(
                Draft::new(
                    &rules::NOT_IMPLEMENTED,
                    format!("naga cannot set the overrides: {message}"),
                )
                .on(target),
            ),
            Ok(Err(Failure::Writer(message))) => push(
                Draft::new(
                    &rules::TRANSLATION,
                    format!("naga cannot write this module as {}: {message}", target.name()),
                )
                .on(target),
            ),
            Ok(Err(Failure::SpirvVal(message))) => {
                let message = format!("naga's SPIR-V is invalid: {message}");
                let mut draft = Draft::new(&rules::TRANSLATION, message)
                    .on(target)
                    .help("the module is valid WGSL: this is a mistake of naga's writer");
                draft.naga_only = true;
                push(draft);
            }
            Err(payload) if is_not_implemented(&panic_message(payload.as_ref())) => push(
                Draft::new(
                    &rules::NOT_IMPLEMENTED,
                    format!("naga's {} writer does not handle this module", target.name()),
                )
                .on(target),
            ),
            Err(payload) => push(
                Draft::new(
                    &rules::TRANSLATION_PANIC,
                    format!(
                        "naga's {} writer panics on this module: {}",
                        target.name(),
                        panic_message(payload.as_ref())
                    ),
                )
                .on(target),
            ),
        }
    }
}

/// Why a module could not be written.
enum Failure {
    /// An override without a default was given no value.
    MissingOverride(String),
    /// naga cannot evaluate the overrides; whether they have values is judged elsewhere.
    Overrides(String),
    /// The writer's own words.
    Writer(String),
    /// What `spirv-val` says about the writer's work.
    SpirvVal(String),
}

type Processed<'a> = (Cow<'a, naga::Module>, Cow<'a, ModuleInfo>);

fn translate(valid: &ValidModule, target: Target, options: &Request) -> Result<(), Failure> {
    if target == Target::Wgsl {
        let flags = back::wgsl::WriterFlags::empty();
        return back::wgsl::write_string(&valid.module, &valid.info, flags)
            .map(drop)
            .map_err(|error| Failure::Writer(chain(&error)));
    }
    if valid.module.overrides.is_empty() && target != Target::Glsl {
        let whole = (Cow::Borrowed(&valid.module), Cow::Borrowed(&valid.info));
        return write(&whole, target, None, options);
    }
    for entry_point in &valid.module.entry_points {
        let selected = (entry_point.stage, entry_point.name.as_str());
        let processed = resolve_overrides(valid, selected, options)?;
        write(&processed, target, Some(selected), options)?;
    }
    Ok(())
}

fn resolve_overrides<'a>(
    valid: &'a ValidModule,
    selected: (naga::ShaderStage, &str),
    options: &Request,
) -> Result<Processed<'a>, Failure> {
    use back::pipeline_constants::{PipelineConstantError, process_overrides};
    let mut constants = naga::back::PipelineConstants::default();
    for (_, declared) in valid.module.overrides.iter() {
        let key = match (declared.id, &declared.name) {
            (Some(id), _) => id.to_string(),
            (None, Some(name)) => name.clone(),
            (None, None) => continue,
        };
        let by_name = declared.name.as_ref().and_then(|name| options.defines.get(name));
        if let Some(value) = options.defines.get(&key).or(by_name) {
            constants.insert(key, *value);
        }
    }
    process_overrides(&valid.module, &valid.info, Some(selected), &constants).map_err(|error| {
        match error {
            PipelineConstantError::MissingValue(name) => Failure::MissingOverride(name),
            other => Failure::Overrides(chain(&other)),
        }
    })
}

fn write(
    processed: &Processed<'_>,
    target: Target,
    selected: Option<(naga::ShaderStage, &str)>,
    options: &Request,
) -> Result<(), Failure> {
    let (module, info) = (processed.0.as_ref(), processed.1.as_ref());
    match target {
        Target::Spirv => {
            let words = write_spirv(module, info)?;
            match &options.spirv_val {
                Some(program) => {
                    let is_library = module.entry_points.is_empty();
                    spirv_val::check(program, &words, is_library).map_err(Failure::SpirvVal)
                }
                None => Ok(()),
            }
        }
        Target::Msl => write_msl(module, info),
        Target::Hlsl => write_hlsl(module, info),
        Target::Glsl => {
            selected.map_or(Ok(()), |(stage, name)| write_glsl(module, info, stage, name))
        }
        Target::Wgsl => Ok(()),
    }
}

/// SPIR-V 1.3 is what Vulkan 1.1 takes and what subgroup operations need.
fn write_spirv(module: &naga::Module, info: &ModuleInfo) -> Result<Vec<u32>, Failure> {
    let options = back::spv::Options { lang_version: (1, 3), ..Default::default() };
    back::spv::write_vec(module, info, &options, None)
        .map_err(|error| Failure::Writer(chain(&error)))
}

fn write_msl(module: &naga::Module, info: &ModuleInfo) -> Result<(), Failure> {
    let options = back::msl::Options { lang_version: (3, 1), ..Default::default() };
    let pipeline = back::msl::PipelineOptions::default();
    let (_, translation) = back::msl::write_string(module, info, &options, &pipeline)
        .map_err(|error| Failure::Writer(chain(&error)))?;
    first_entry_error(&translation.entry_point_names)
}

fn write_hlsl(module: &naga::Module, info: &ModuleInfo) -> Result<(), Failure> {
    let options =
        back::hlsl::Options { shader_model: back::hlsl::ShaderModel::V6_6, ..Default::default() };
    let pipeline = back::hlsl::PipelineOptions::default();
    let mut text = String::new();
    let mut writer = back::hlsl::Writer::new(&mut text, &options, &pipeline);
    let reflection =
        writer.write(module, info, None).map_err(|error| Failure::Writer(chain(&error)))?;
    first_entry_error(&reflection.entry_point_names)
}

fn first_entry_error<E: std::error::Error>(names: &[Result<String, E>]) -> Result<(), Failure> {
    names
        .iter()
        .find_map(|name| name.as_ref().err())
        .map_or(Ok(()), |error| Err(Failure::Writer(chain(error))))
}

fn write_glsl(
    module: &naga::Module,
    info: &ModuleInfo,
    stage: naga::ShaderStage,
    name: &str,
) -> Result<(), Failure> {
    let options =
        back::glsl::Options { version: back::glsl::Version::Desktop(450), ..Default::default() };
    let pipeline = back::glsl::PipelineOptions {
        shader_stage: stage,
        entry_point: name.to_owned(),
        multiview: None,
    };
    let mut text = String::new();
    let policies = naga::proc::BoundsCheckPolicies::default();
    back::glsl::Writer::new(&mut text, module, info, &options, &pipeline, policies)
        .and_then(|mut writer| writer.write())
        .map(drop)
        .map_err(|error| Failure::Writer(chain(&error)))
}
