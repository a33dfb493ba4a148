//! W201: the module exceeds a limit of the device.

use super::Rule;
use crate::limits::Limits;
use crate::report::Severity;
use crate::sema::layout::round_up;
use crate::sema::types::{Len, Space, Texture, Ty, Type};
use crate::sema::{EntryStage, FnInfo, Global, Issue, Sema};
use crate::syntax::ast::Span;

/// The module exceeds a limit of the device.
pub(crate) const RULE: Rule = Rule {
    code: "W201",
    name: "limits",
    severity: Severity::Error,
    summary: "The module exceeds a limit of the device.",
    doc: "\
With `--limits webgpu|downlevel|native|FILE.json` every entry point is held against the limits
of the device: workgroup size and invocations, workgroup memory, bind groups and bindings,
resources per stage and kind, uniform size, immediates, variables between stages. Pipelines that
exceed one are refused when they are made. Sizes that overrides decide are
those of the values that `--define` gives, or else of their declarations.",
    bad: include_str!("limits.bad.wgsl"),
    good: include_str!("limits.good.wgsl"),
};

/// Holds every entry point against `limits`.
pub(crate) fn check(sema: &Sema<'_>, limits: &Limits) -> Vec<Issue> {
    let mut found = Found { issues: Vec::new() };
    for (index, info) in sema.functions.iter().enumerate() {
        if let Some(stage) = info.entry {
            workgroup_size(info, limits, &mut found);
            resources(sema, index as u32, limits, &mut found);
            interface(sema, info, stage, limits, &mut found);
        }
    }
    for global in &sema.globals {
        buffer_size(sema, global, limits, &mut found);
    }
    found.issues
}

struct Found {
    issues: Vec<Issue>,
}

impl Found {
    fn compare(&mut self, span: Span, what: &str, value: u64, limit: u64) {
        if value > limit {
            self.issues.push(Issue {
                rule: &RULE,
                message: format!("{what} is {value}, above the limit of {limit}"),
                span,
                help: None,
            });
        }
    }
}

fn workgroup_size(info: &FnInfo, limits: &Limits, found: &mut Found) {
    let maxima = [
        limits.max_compute_workgroup_size_x,
        limits.max_compute_workgroup_size_y,
        limits.max_compute_workgroup_size_z,
    ];
    let mut invocations = 1_u64;
    for ((size, max), axis) in info.workgroup_size.iter().zip(maxima).zip(["x", "y", "z"]) {
        let size = u64::from(size.unwrap_or(1));
        invocations = invocations.saturating_mul(size);
        found.compare(info.span, &format!("the workgroup size in {axis}"), size, u64::from(max));
    }
    let limit = limits.max_compute_invocations_per_workgroup;
    found.compare(info.span, "the number of invocations of a workgroup", invocations, limit);
}

/// Bytes of a type, with overrides applied as far as they are known.
fn bytes(sema: &Sema<'_>, ty: Ty) -> u64 {
    match sema.types.get(ty) {
        Type::Array(element, Len::Override(identity)) => {
            let count = sema.override_lens.get(&identity).map_or(1, |(count, _)| *count);
            sema.types.stride(element).saturating_mul(count.max(1) as u64)
        }
        _ => sema.types.layout(ty).1,
    }
}

fn resources(sema: &Sema<'_>, entry: u32, limits: &Limits, found: &mut Found) {
    let mut counts = [0_u64; 5];
    let mut workgroup = 0_u64;
    let mut span = Span::default();
    let mut seen = std::collections::BTreeSet::new();
    for function in sema.reachable(entry) {
        let Some(info) = sema.functions.get(function as usize) else {
            continue;
        };
        if function == entry {
            span = info.span;
        }
        for index in info.globals.keys() {
            let Some(global) = sema.globals.get(*index as usize).filter(|_| seen.insert(*index))
            else {
                continue;
            };
            if global.space == Space::Workgroup {
                workgroup = workgroup.saturating_add(round_up(16, bytes(sema, global.ty)));
            }
            let kind = match (global.space, sema.types.get(global.ty)) {
                (Space::Uniform, _) => 0,
                (Space::Storage, _) => 1,
                (_, Type::Texture(Texture::Storage(..))) => 2,
                (_, Type::Texture(_)) => 3,
                (_, Type::Sampler | Type::SamplerComparison) => 4,
                _ => continue,
            };
            counts[kind] += 1;
        }
    }
    let limit = limits.max_compute_workgroup_storage_size;
    found.compare(span, "the workgroup memory in bytes", workgroup, limit);
    let maxima = [
        ("uniform buffers", limits.max_uniform_buffers_per_shader_stage),
        ("storage buffers", limits.max_storage_buffers_per_shader_stage),
        ("storage textures", limits.max_storage_textures_per_shader_stage),
        ("sampled textures", limits.max_sampled_textures_per_shader_stage),
        ("samplers", limits.max_samplers_per_shader_stage),
    ];
    for (count, (what, max)) in counts.into_iter().zip(maxima) {
        found.compare(span, &format!("the number of {what}"), count, u64::from(max));
    }
}

fn interface(
    sema: &Sema<'_>,
    info: &FnInfo,
    stage: EntryStage,
    limits: &Limits,
    found: &mut Found,
) {
    let (inputs, outputs) = sema.location_counts(info);
    let between = u64::from(limits.max_inter_stage_shader_variables);
    let attributes = u64::from(limits.max_vertex_attributes);
    let colors = u64::from(limits.max_color_attachments);
    match stage {
        EntryStage::Vertex => {
            found.compare(info.span, "the number of vertex attributes", inputs, attributes);
            found.compare(info.span, "the number of variables between stages", outputs, between);
        }
        EntryStage::Fragment => {
            found.compare(info.span, "the number of variables between stages", inputs, between);
            found.compare(info.span, "the number of fragment outputs", outputs, colors);
        }
        EntryStage::Compute => {}
    }
}

fn buffer_size(sema: &Sema<'_>, global: &Global, limits: &Limits, found: &mut Found) {
    if global.space == Space::Immediate {
        let size = bytes(sema, global.ty);
        let limit = limits.max_immediate_size;
        found.compare(global.span, "the size of these immediates in bytes", size, limit);
    }
    let Some((group, binding)) = global.binding else {
        return;
    };
    let (group, binding) = (u64::from(group), u64::from(binding));
    let groups = u64::from(limits.max_bind_groups).saturating_sub(1);
    let bindings = u64::from(limits.max_bindings_per_bind_group).saturating_sub(1);
    found.compare(global.span, "the bind group", group, groups);
    found.compare(global.span, "the binding", binding, bindings);
    let size = bytes(sema, global.ty);
    match global.space {
        Space::Uniform => {
            let limit = limits.max_uniform_buffer_binding_size;
            found.compare(global.span, "the size of this uniform in bytes", size, limit);
        }
        Space::Storage => {
            let limit = limits.max_storage_buffer_binding_size;
            found.compare(global.span, "the size of this storage buffer in bytes", size, limit);
        }
        Space::Function | Space::Private | Space::Workgroup | Space::Handle | Space::Immediate => {}
    }
}
