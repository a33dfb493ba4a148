//! The small closed vocabularies: element types, operation names, numeric modes, targets.

use std::fmt;

/// Element type of a stored array or of a value inside a kernel.
///
/// Storage is little-endian. `Bool` and the narrow integers are stored as 32-bit words, because
/// WGSL has no narrower storage type.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
#[rkyv(derive(Debug))]
#[repr(u8)]
pub enum DType {
    /// IEEE binary64.
    F64 = 1,
    /// IEEE binary32.
    F32 = 2,
    /// Logical, stored as a 32-bit 0 or 1.
    Bool = 3,
    /// Unsigned 32-bit; also the type of element indices.
    U32 = 4,
    /// Signed 32-bit.
    I32 = 5,
    /// Unsigned 8-bit values in 32-bit words.
    U8 = 6,
    /// Signed 8-bit values in 32-bit words.
    I8 = 7,
    /// Unsigned 16-bit values in 32-bit words.
    U16 = 8,
    /// Signed 16-bit values in 32-bit words.
    I16 = 9,
}

impl DType {
    /// Every element type, in the order of its code.
    pub const ALL: [DType; 9] = [
        DType::F64,
        DType::F32,
        DType::Bool,
        DType::U32,
        DType::I32,
        DType::U8,
        DType::I8,
        DType::U16,
        DType::I16,
    ];

    /// Bytes of one stored element.
    pub const fn size_bytes(self) -> u64 {
        match self {
            DType::F64 => 8,
            DType::F32
            | DType::Bool
            | DType::U32
            | DType::I32
            | DType::U8
            | DType::I8
            | DType::U16
            | DType::I16 => 4,
        }
    }

    /// True for `F64` and `F32`.
    pub const fn is_float(self) -> bool {
        matches!(self, DType::F64 | DType::F32)
    }

    /// The code used in signatures; see FORMAT.md.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The element type of a code, if there is one.
    pub fn from_code(code: u8) -> Option<DType> {
        DType::ALL.into_iter().find(|dtype| dtype.code() == code)
    }

    /// Short name, as printed in Dag text and in kernels' names.
    pub const fn name(self) -> &'static str {
        match self {
            DType::F64 => "f64",
            DType::F32 => "f32",
            DType::Bool => "bool",
            DType::U32 => "u32",
            DType::I32 => "i32",
            DType::U8 => "u8",
            DType::I8 => "i8",
            DType::U16 => "u16",
            DType::I16 => "i16",
        }
    }
}

impl fmt::Display for DType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The stable name of an operation: up to 16 bytes of lower-case ASCII, digits and `_`.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
pub struct OpId([u8; OpId::LEN_MAX]);

impl OpId {
    /// The longest name in bytes.
    pub const LEN_MAX: usize = 16;

    /// The id of a name written in the source.
    ///
    /// # Panics
    /// If the name is empty, longer than [`OpId::LEN_MAX`] or holds another character: a bug in
    /// our own table, found when the constant is evaluated.
    pub const fn new(name: &str) -> OpId {
        match OpId::from_bytes(name.as_bytes()) {
            Some(id) => id,
            #[expect(clippy::panic, reason = "evaluated at compile time over our own literals")]
            None => panic!("operation names are 1 to 16 of a-z, 0-9 and _"),
        }
    }

    /// The bytes of the name as two numbers.
    pub fn words(self) -> [u64; 2] {
        let [a, b, c, d, e, f, g, h, rest @ ..] = self.0;
        [u64::from_le_bytes([a, b, c, d, e, f, g, h]), u64::from_le_bytes(rest)]
    }

    /// The id of a name read from a file, if it is well formed.
    pub const fn from_bytes(name: &[u8]) -> Option<OpId> {
        if name.is_empty() || name.len() > OpId::LEN_MAX {
            return None;
        }
        let mut bytes = [0; OpId::LEN_MAX];
        let mut i = 0;
        while i < name.len() {
            if !matches!(name[i], b'a'..=b'z' | b'0'..=b'9' | b'_') {
                return None;
            }
            bytes[i] = name[i];
            i += 1;
        }
        Some(OpId(bytes))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        let len = self.0.iter().position(|&byte| byte == 0).unwrap_or(OpId::LEN_MAX);
        std::str::from_utf8(&self.0[..len]).unwrap_or_default()
    }
}

impl fmt::Display for OpId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for OpId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OpId({self})")
    }
}

/// How exactly a group's elementary functions are computed. Part of the signature.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
#[repr(u8)]
pub enum NumericMode {
    /// At most 4 ULP everywhere; NaN, Inf, -0 and subnormals as IEEE says.
    Precise = 1,
    /// The device's native functions, whatever their error.
    Fast = 2,
}

impl NumericMode {
    /// The code used in signatures.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The mode of a code, if there is one.
    pub const fn from_code(code: u8) -> Option<NumericMode> {
        match code {
            1 => Some(NumericMode::Precise),
            2 => Some(NumericMode::Fast),
            _ => None,
        }
    }
}

/// The language of a compiled module.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
#[rkyv(derive(Debug, PartialEq))]
#[repr(u8)]
pub enum Target {
    /// SPIR-V 1.3 words for Vulkan 1.2, little-endian.
    Spirv = 1,
    /// WGSL text, UTF-8.
    Wgsl = 2,
    /// Metal Shading Language text, UTF-8.
    Msl = 3,
    /// HLSL text for shader model 6, UTF-8.
    Hlsl = 4,
}

impl Target {
    /// Every target, in the order of its code.
    pub const ALL: [Target; 4] = [Target::Spirv, Target::Wgsl, Target::Msl, Target::Hlsl];

    /// The code used in keys and in the archive.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The target of a code, if there is one.
    pub fn from_code(code: u8) -> Option<Target> {
        Target::ALL.into_iter().find(|target| target.code() == code)
    }

    /// The name used on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Target::Spirv => "spirv",
            Target::Wgsl => "wgsl",
            Target::Msl => "msl",
            Target::Hlsl => "hlsl",
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
