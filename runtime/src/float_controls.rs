//! Subnormal numbers, NaN and infinities as IEEE 754 says, on devices that would take liberties.
//!
//! Vulkan lets a driver take subnormal `f32` as 0, unless a module asks for them
//! by the execution modes of `SPV_KHR_float_controls`; naga does not write these, and a module that
//! has them is invalid on a device without the property. So archives hold modules without them,
//! and they are put in here, on the way to a driver that has them. Modules of kernels that are not
//! precise, and those that a person wrote, stay as they are.

use std::borrow::Cow;

/// Execution modes of `f32` that a device has.
///
/// The runtime applies them to the precise kernels of an archive. A program that gives SPIR-V of
/// its own to `create_shader_module_passthrough` can do the same; the modes are those of
/// `SPV_KHR_float_controls`, core in Vulkan 1.2 as `VkPhysicalDeviceFloatControlsProperties`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FloatControls {
    /// Subnormal operands and results are kept.
    pub denorm_preserve: bool,
    /// The compiler may not assume that there are no NaN, infinities and -0.
    pub signed_zero_inf_nan_preserve: bool,
}

/// Words of a module before its first instruction.
const HEADER_WORDS: usize = 5;
const OP_EXTENSION: u32 = 10;
const OP_ENTRY_POINT: u32 = 15;
const OP_EXECUTION_MODE: u32 = 16;
const OP_CAPABILITY: u32 = 17;
/// `OpExtension "SPV_KHR_float_controls"` without its first word.
const EXTENSION: &[u8; 24] = b"SPV_KHR_float_controls\0\0";
const F32_BITS: u32 = 32;

/// An execution mode with the capability that it needs.
struct Mode {
    name: &'static str,
    capability: u32,
    code: u32,
}

const DENORM_PRESERVE: Mode = Mode { name: "denorm_preserve", capability: 4464, code: 4459 };
const SIGNED_ZERO_INF_NAN_PRESERVE: Mode =
    Mode { name: "signed_zero_inf_nan_preserve", capability: 4466, code: 4461 };

impl FloatControls {
    /// What the device behind an adapter has.
    #[cfg(any(windows, all(unix, not(target_vendor = "apple"))))]
    pub fn of(adapter: &wgpu::Adapter) -> FloatControls {
        use ash::vk;
        #[expect(unsafe_code, reason = "wgpu has no safe way to these properties")]
        // SAFETY: nothing that belongs to the adapter is destroyed, and it outlives the guard.
        let Some(hal) = (unsafe { adapter.as_hal::<wgpu::hal::api::Vulkan>() }) else {
            return FloatControls::default();
        };
        // The structure is core from 1.2 on, and the extension with it.
        let version = hal.physical_device_capabilities().properties().api_version;
        let instance = hal.shared_instance();
        if version.min(instance.instance_api_version()) < vk::API_VERSION_1_2 {
            return FloatControls::default();
        }
        let mut controls = vk::PhysicalDeviceFloatControlsProperties::default();
        let mut properties = vk::PhysicalDeviceProperties2::default().push_next(&mut controls);
        #[expect(unsafe_code, reason = "a call of the Vulkan interface")]
        // SAFETY: the physical device is of this instance, whose version has the function, and the
        // chain holds one structure that lives as long as the call.
        unsafe {
            let device = hal.raw_physical_device();
            instance.raw_instance().get_physical_device_properties2(device, &mut properties);
        }
        let is_free = |independence| independence != vk::ShaderFloatControlsIndependence::NONE;
        FloatControls {
            denorm_preserve: controls.shader_denorm_preserve_float32 == vk::TRUE
                && is_free(controls.denorm_behavior_independence),
            signed_zero_inf_nan_preserve: controls.shader_signed_zero_inf_nan_preserve_float32
                == vk::TRUE,
        }
    }

    /// What the device behind an adapter has.
    #[cfg(not(any(windows, all(unix, not(target_vendor = "apple")))))]
    pub fn of(_adapter: &wgpu::Adapter) -> FloatControls {
        FloatControls::default()
    }

    /// Names of the modes.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        self.modes().map(|mode| mode.name)
    }

    fn modes(self) -> impl Iterator<Item = Mode> {
        let denorm = self.denorm_preserve.then_some(DENORM_PRESERVE);
        let special = self.signed_zero_inf_nan_preserve.then_some(SIGNED_ZERO_INF_NAN_PRESERVE);
        denorm.into_iter().chain(special)
    }

    /// A module, as words of SPIR-V, with the modes at each of its entry points; what is not a
    /// module stays as it is.
    pub fn apply(self, module: Cow<'_, [u32]>) -> Cow<'_, [u32]> {
        if self == FloatControls::default() {
            return module;
        }
        match self.with_modes(&module) {
            Some(words) => Cow::Owned(words),
            None => module,
        }
    }

    fn with_modes(self, module: &[u32]) -> Option<Vec<u32>> {
        let (mut extension_at, mut mode_at) = (None, None);
        let mut entry_points = Vec::new();
        let mut at = HEADER_WORDS;
        while let Some(first) = module.get(at) {
            let (op, len) = (first & 0xffff, (first >> 16) as usize);
            if op != OP_CAPABILITY {
                extension_at = extension_at.or(Some(at));
            }
            if op == OP_ENTRY_POINT {
                entry_points.push(*module.get(at + 2)?);
            } else if !entry_points.is_empty() {
                mode_at = Some(at);
                break;
            }
            at += len.max(1);
        }
        let (extension_at, mode_at) = (extension_at?, mode_at?);
        let mut words = Vec::with_capacity(module.len() + 32);
        words.extend_from_slice(module.get(..HEADER_WORDS)?);
        for mode in self.modes() {
            words.extend([2 << 16 | OP_CAPABILITY, mode.capability]);
        }
        words.extend_from_slice(module.get(HEADER_WORDS..extension_at)?);
        words.push((1 + EXTENSION.len() as u32 / 4) << 16 | OP_EXTENSION);
        words.extend(EXTENSION.as_chunks::<4>().0.iter().map(|word| u32::from_le_bytes(*word)));
        words.extend_from_slice(module.get(extension_at..mode_at)?);
        for entry_point in entry_points {
            for mode in self.modes() {
                words.extend([4 << 16 | OP_EXECUTION_MODE, entry_point, mode.code, F32_BITS]);
            }
        }
        words.extend_from_slice(module.get(mode_at..)?);
        Some(words)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::process::{Command, Stdio};

    use super::*;

    const BOTH: FloatControls =
        FloatControls { denorm_preserve: true, signed_zero_inf_nan_preserve: true };

    fn module() -> Vec<u32> {
        let text = "@group(0) @binding(0) var<storage, read_write> x: array<f32>;
            @compute @workgroup_size(64) fn first() { x[0] = x[1] * 0.5; }
            @compute @workgroup_size(32) fn second() { x[1] = x[0] + 1.0; }";
        let module = naga::front::wgsl::parse_str(text).unwrap();
        let flags = naga::valid::ValidationFlags::all();
        let mut validator = naga::valid::Validator::new(flags, naga::valid::Capabilities::empty());
        let info = validator.validate(&module).unwrap();
        naga::back::spv::write_vec(&module, &info, &naga::back::spv::Options::default(), None)
            .unwrap()
    }

    /// Counts of extensions and execution modes that set a float control.
    fn counts(words: &[u32]) -> [usize; 2] {
        let (mut at, mut counts) = (HEADER_WORDS, [0; 2]);
        while let Some(first) = words.get(at) {
            let is_control = (4459..=4461).contains(words.get(at + 2).unwrap_or(&0));
            counts[0] += usize::from(first & 0xffff == OP_EXTENSION && first >> 16 == 7);
            counts[1] += usize::from(first & 0xffff == OP_EXECUTION_MODE && is_control);
            at += (first >> 16) as usize;
        }
        assert_eq!(at, words.len());
        counts
    }

    #[test]
    fn every_entry_point_gets_the_modes_that_the_device_has() {
        let plain = module();
        let apply = |controls: FloatControls| controls.apply(Cow::Borrowed(&plain)).into_owned();
        assert_eq!(apply(FloatControls::default()), plain);
        let denorm = FloatControls { denorm_preserve: true, ..FloatControls::default() };
        assert_eq!(counts(&plain), [0, 0]);
        assert_eq!(counts(&apply(denorm)), [1, 2]);
        assert_eq!(counts(&apply(BOTH)), [1, 4]);
    }

    #[test]
    fn what_is_not_a_module_stays_as_it_is() {
        for words in [&[][..], &[1, 2, 3], &[0; 64], &[15; 64], &[u32::MAX; 64]] {
            assert_eq!(*BOTH.apply(Cow::Borrowed(words)), *words);
        }
    }

    #[test]
    fn spirv_val_accepts_the_result() {
        let mut command = Command::new("spirv-val");
        command.args(["--target-env", "vulkan1.2", "-"]).stdin(Stdio::piped());
        let Ok(mut child) = command.stderr(Stdio::piped()).spawn() else {
            println!("skipped: no spirv-val");
            return;
        };
        let words = BOTH.apply(Cow::Owned(module())).into_owned();
        child.stdin.take().unwrap().write_all(bytemuck::cast_slice(&words)).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}
