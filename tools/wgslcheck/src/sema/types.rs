//! The types of WGSL (specification, section 6), interned so that equality is that of numbers.

use indexmap::IndexSet;

/// A scalar type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Scalar {
    Bool,
    AbstractInt,
    AbstractFloat,
    I32,
    U32,
    F32,
    F16,
    F64,
    I64,
    U64,
}

impl Scalar {
    pub(crate) fn is_abstract(self) -> bool {
        matches!(self, Self::AbstractInt | Self::AbstractFloat)
    }

    pub(crate) fn is_float(self) -> bool {
        matches!(self, Self::AbstractFloat | Self::F32 | Self::F16 | Self::F64)
    }

    pub(crate) fn is_integer(self) -> bool {
        matches!(self, Self::AbstractInt | Self::I32 | Self::U32 | Self::I64 | Self::U64)
    }

    pub(crate) fn is_signed_integer(self) -> bool {
        matches!(self, Self::AbstractInt | Self::I32 | Self::I64)
    }

    pub(crate) fn is_numeric(self) -> bool {
        self != Self::Bool
    }

    /// The width in bits; an abstract type has that of its evaluation.
    pub(crate) fn bits(self) -> u32 {
        match self {
            Self::F16 => 16,
            Self::Bool | Self::I32 | Self::U32 | Self::F32 => 32,
            Self::AbstractInt | Self::AbstractFloat | Self::F64 | Self::I64 | Self::U64 => 64,
        }
    }

    /// The type that a value of this type gets where nothing else decides.
    pub(crate) fn concrete(self) -> Self {
        match self {
            Self::AbstractInt => Self::I32,
            Self::AbstractFloat => Self::F32,
            other => other,
        }
    }

    /// Conversion rank to `to` (specification, section 6.1.2); `None` if there is no conversion.
    pub(crate) fn rank_to(self, to: Self) -> Option<u32> {
        use Scalar::{AbstractFloat, AbstractInt, F16, F32, F64, I32, I64, U32, U64};
        match (self, to) {
            _ if self == to => Some(0),
            (AbstractFloat, F32) => Some(1),
            (AbstractFloat, F16) => Some(2),
            (AbstractFloat, F64) => Some(8),
            (AbstractInt, I32) => Some(3),
            (AbstractInt, U32) => Some(4),
            (AbstractInt, AbstractFloat) => Some(5),
            (AbstractInt, F32) => Some(6),
            (AbstractInt, F16) => Some(7),
            (AbstractInt, I64) => Some(9),
            (AbstractInt, U64) => Some(10),
            (AbstractInt, F64) => Some(11),
            _ => None,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::AbstractInt => "abstract-int",
            Self::AbstractFloat => "abstract-float",
            Self::I32 => "i32",
            Self::U32 => "u32",
            Self::F32 => "f32",
            Self::F16 => "f16",
            Self::F64 => "f64",
            Self::I64 => "i64",
            Self::U64 => "u64",
        }
    }
}

/// The scalar to which both convert, if there is one.
pub(crate) fn common_scalar(a: Scalar, b: Scalar) -> Option<Scalar> {
    if b.rank_to(a).is_some() {
        Some(a)
    } else if a.rank_to(b).is_some() {
        Some(b)
    } else {
        None
    }
}

/// An address space.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Space {
    Function,
    Private,
    Workgroup,
    Uniform,
    Storage,
    Handle,
    Immediate,
}

impl Space {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Private => "private",
            Self::Workgroup => "workgroup",
            Self::Uniform => "uniform",
            Self::Storage => "storage",
            Self::Handle => "handle",
            Self::Immediate => "immediate",
        }
    }
}

/// An access mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Access {
    Read,
    Write,
    ReadWrite,
}

impl Access {
    pub(crate) fn reads(self) -> bool {
        self != Self::Write
    }

    pub(crate) fn writes(self) -> bool {
        self != Self::Read
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::ReadWrite => "read_write",
        }
    }
}

/// The number of elements of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Len {
    Const(u32),
    /// Set by an override-expression; the number tells different expressions apart.
    Override(u32),
    Runtime,
}

/// The dimensions of a texture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Dim {
    D1,
    D2,
    D2Array,
    D3,
    Cube,
    CubeArray,
}

/// A texture type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Texture {
    Sampled(Dim, Scalar),
    Multisampled(Scalar),
    Depth(Dim),
    DepthMultisampled,
    Storage(Dim, &'static str, Access),
    External,
}

/// A type, by its index in [`Types`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Ty(u32);

/// What a type is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Type {
    Void,
    Scalar(Scalar),
    Vector(u8, Scalar),
    /// Columns, rows.
    Matrix(u8, u8, Scalar),
    Atomic(Scalar),
    Array(Ty, Len),
    Struct(u32),
    Pointer(Space, Ty, Access),
    Reference(Space, Ty, Access),
    Texture(Texture),
    Sampler,
    SamplerComparison,
    /// The result of `frexp`; width 1 is the scalar form.
    Frexp(u8, Scalar),
    /// The result of `modf`.
    Modf(u8, Scalar),
    /// The result of `atomicCompareExchangeWeak`.
    Exchange(Scalar),
}

/// A member of a structure.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) ty: Ty,
    pub(crate) align: Option<u64>,
    pub(crate) size: Option<u64>,
    /// Byte offset; kept only for structures with a fixed layout.
    pub(crate) offset: u64,
}

/// A structure.
#[derive(Clone, Debug, Default)]
pub(crate) struct StructInfo {
    pub(crate) name: String,
    pub(crate) members: Vec<Member>,
}

/// What follows from a type's parts.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Facts {
    constructible: bool,
    fixed: bool,
    created: bool,
    shareable: bool,
    atomic: bool,
    array: bool,
    /// The number of scalars, vectors and matrices inside.
    pub(crate) scalars: u64,
}

impl Facts {
    /// The facts of a structure of both.
    fn and(self, other: Self) -> Self {
        Self {
            constructible: self.constructible && other.constructible,
            fixed: self.fixed && other.fixed,
            created: self.created && other.created,
            shareable: self.shareable && other.shareable,
            atomic: self.atomic || other.atomic,
            array: self.array || other.array,
            scalars: self.scalars.saturating_add(other.scalars),
        }
    }
}

/// All types of a module.
#[derive(Debug)]
pub(crate) struct Types {
    set: IndexSet<Type>,
    facts: Vec<Facts>,
    /// Alignment and size of each type.
    layouts: Vec<(u64, u64)>,
    pub(crate) structs: Vec<StructInfo>,
}

impl Types {
    pub(crate) const VOID: Ty = Ty(0);
    pub(crate) const BOOL: Ty = Ty(1);
    pub(crate) const U32: Ty = Ty(5);

    pub(crate) fn new() -> Self {
        let mut types = Self {
            set: IndexSet::new(),
            facts: Vec::new(),
            layouts: Vec::new(),
            structs: Vec::new(),
        };
        types.intern(Type::Void);
        for scalar in [
            Scalar::Bool,
            Scalar::AbstractInt,
            Scalar::AbstractFloat,
            Scalar::I32,
            Scalar::U32,
            Scalar::F32,
        ] {
            types.intern(Type::Scalar(scalar));
        }
        types
    }

    pub(crate) fn intern(&mut self, ty: Type) -> Ty {
        let (index, is_new) = self.set.insert_full(ty);
        if is_new {
            self.facts.push(self.derive(ty));
            self.layouts.push(self.derive_layout(ty));
        }
        Ty(index as u32)
    }

    /// Alignment and size in bytes; a runtime-sized array counts one element.
    pub(crate) fn layout(&self, ty: Ty) -> (u64, u64) {
        self.layouts.get(ty.0 as usize).copied().unwrap_or((1, 0))
    }

    pub(crate) fn get(&self, ty: Ty) -> Type {
        self.set.get_index(ty.0 as usize).copied().unwrap_or(Type::Void)
    }

    pub(crate) fn scalar(&mut self, scalar: Scalar) -> Ty {
        self.intern(Type::Scalar(scalar))
    }

    /// A vector, or the scalar itself for width 1.
    pub(crate) fn shaped(&mut self, width: u8, scalar: Scalar) -> Ty {
        if width == 1 { self.scalar(scalar) } else { self.intern(Type::Vector(width, scalar)) }
    }

    /// Width and component of a scalar (width 1) or vector.
    pub(crate) fn shape(&self, ty: Ty) -> Option<(u8, Scalar)> {
        match self.get(ty) {
            Type::Scalar(scalar) => Some((1, scalar)),
            Type::Vector(width, scalar) => Some((width, scalar)),
            _ => None,
        }
    }

    /// The members of a structure type.
    pub(crate) fn members(&self, ty: Ty) -> Option<&[Member]> {
        match self.get(ty) {
            Type::Struct(index) => self.structs.get(index as usize).map(|s| s.members.as_slice()),
            _ => None,
        }
    }

    /// The type behind a reference, or the type itself.
    pub(crate) fn unref(&self, ty: Ty) -> Ty {
        match self.get(ty) {
            Type::Reference(_, store, _) => store,
            _ => ty,
        }
    }

    /// The scalar that a scalar, vector, matrix or array of those is made of.
    pub(crate) fn leaf(&self, ty: Ty) -> Option<Scalar> {
        match self.get(ty) {
            Type::Scalar(scalar) | Type::Vector(_, scalar) | Type::Matrix(_, _, scalar) => {
                Some(scalar)
            }
            Type::Array(element, _) => self.leaf(element),
            Type::Frexp(_, scalar) | Type::Modf(_, scalar) => Some(scalar),
            _ => None,
        }
    }

    /// `ty` with its scalar replaced.
    pub(crate) fn with_leaf(&mut self, ty: Ty, scalar: Scalar) -> Ty {
        let kind = match self.get(ty) {
            Type::Scalar(_) => Type::Scalar(scalar),
            Type::Vector(width, _) => Type::Vector(width, scalar),
            Type::Matrix(columns, rows, _) => Type::Matrix(columns, rows, scalar),
            Type::Frexp(width, _) => Type::Frexp(width, scalar),
            Type::Modf(width, _) => Type::Modf(width, scalar),
            Type::Array(element, len) => {
                let element = self.with_leaf(element, scalar);
                Type::Array(element, len)
            }
            _ => return ty,
        };
        self.intern(kind)
    }

    /// The type that a value of `ty` gets where nothing else decides.
    pub(crate) fn concrete(&mut self, ty: Ty) -> Ty {
        match self.leaf(ty) {
            Some(scalar) if scalar.is_abstract() => self.with_leaf(ty, scalar.concrete()),
            _ => ty,
        }
    }

    /// Whether values of `from` convert to `to` on their own.
    pub(crate) fn converts(&mut self, from: Ty, to: Ty) -> bool {
        if from == to {
            return true;
        }
        let (Some(a), Some(b)) = (self.leaf(from), self.leaf(to)) else {
            return false;
        };
        a.is_abstract() && a.rank_to(b).is_some() && self.with_leaf(from, b) == to
    }

    /// Whether values can be made, loaded and passed (specification, section 6.2.12).
    pub(crate) fn is_constructible(&self, ty: Ty) -> bool {
        self.facts(ty).constructible
    }

    /// Whether the type has a size known when the pipeline is made.
    pub(crate) fn has_fixed_footprint(&self, ty: Ty) -> bool {
        self.facts(ty).fixed
    }

    /// Whether the type's size is known when the module is made.
    pub(crate) fn has_creation_footprint(&self, ty: Ty) -> bool {
        self.facts(ty).created
    }

    /// Whether the type may be in a buffer.
    pub(crate) fn is_host_shareable(&self, ty: Ty) -> bool {
        self.facts(ty).shareable
    }

    /// Whether an atomic is somewhere inside.
    pub(crate) fn contains_atomic(&self, ty: Ty) -> bool {
        self.facts(ty).atomic
    }

    /// Whether an array is somewhere inside.
    pub(crate) fn contains_array(&self, ty: Ty) -> bool {
        self.facts(ty).array
    }

    /// What follows from a type's parts; kept, for types can nest in exponentially many ways.
    pub(crate) fn facts(&self, ty: Ty) -> Facts {
        self.facts.get(ty.0 as usize).copied().unwrap_or_default()
    }

    /// The facts of a type whose parts are interned already.
    fn derive(&self, ty: Type) -> Facts {
        let plain = Facts {
            constructible: true,
            fixed: true,
            created: true,
            shareable: false,
            atomic: false,
            array: false,
            scalars: 1,
        };
        match ty {
            Type::Scalar(scalar) | Type::Vector(_, scalar) | Type::Matrix(_, _, scalar) => {
                Facts { shareable: scalar.is_numeric() && !scalar.is_abstract(), ..plain }
            }
            Type::Atomic(_) => {
                Facts { constructible: false, shareable: true, atomic: true, ..plain }
            }
            Type::Array(element, len) => self.derive_array(element, len),
            Type::Struct(index) => {
                let members = self.structs.get(index as usize).map(|s| s.members.as_slice());
                let all = Facts { shareable: true, scalars: 0, ..plain };
                members.unwrap_or_default().iter().fold(all, |all, m| all.and(self.facts(m.ty)))
            }
            Type::Frexp(..) | Type::Modf(..) | Type::Exchange(_) => plain,
            _ => Facts::default(),
        }
    }

    fn derive_array(&self, element: Ty, len: Len) -> Facts {
        let inner = self.facts(element);
        let count = match len {
            Len::Const(count) => u64::from(count),
            Len::Override(_) | Len::Runtime => 1,
        };
        let is_const = matches!(len, Len::Const(_));
        Facts {
            constructible: inner.constructible && is_const,
            fixed: inner.fixed && len != Len::Runtime,
            created: inner.created && is_const,
            shareable: inner.shareable && !matches!(len, Len::Override(_)),
            atomic: inner.atomic,
            array: true,
            scalars: inner.scalars.saturating_mul(count),
        }
    }

    /// Whether the type is made of scalars and atomics only.
    pub(crate) fn is_plain(&self, ty: Ty) -> bool {
        !matches!(
            self.get(ty),
            Type::Void
                | Type::Pointer(..)
                | Type::Reference(..)
                | Type::Texture(_)
                | Type::Sampler
                | Type::SamplerComparison
        )
    }

    /// The type's name in messages.
    pub(crate) fn name(&self, ty: Ty) -> String {
        let shaped = |width: u8, scalar: Scalar| match width {
            1 => scalar.name().to_owned(),
            _ => format!("vec{width}<{}>", scalar.name()),
        };
        match self.get(ty) {
            Type::Void => "nothing".to_owned(),
            Type::Scalar(scalar) => scalar.name().to_owned(),
            Type::Vector(width, scalar) => shaped(width, scalar),
            Type::Matrix(columns, rows, scalar) => {
                format!("mat{columns}x{rows}<{}>", scalar.name())
            }
            Type::Atomic(scalar) => format!("atomic<{}>", scalar.name()),
            Type::Array(element, Len::Const(len)) => {
                format!("array<{}, {len}>", self.name(element))
            }
            Type::Array(element, Len::Override(_)) => {
                format!("array<{}, override>", self.name(element))
            }
            Type::Array(element, Len::Runtime) => format!("array<{}>", self.name(element)),
            Type::Struct(index) => self
                .structs
                .get(index as usize)
                .map_or_else(|| "struct".to_owned(), |s| s.name.clone()),
            Type::Pointer(space, store, access) | Type::Reference(space, store, access) => {
                let word = if matches!(self.get(ty), Type::Pointer(..)) { "ptr" } else { "ref" };
                format!("{word}<{}, {}, {}>", space.name(), self.name(store), access.name())
            }
            Type::Texture(_) => "texture".to_owned(),
            Type::Sampler => "sampler".to_owned(),
            Type::SamplerComparison => "sampler_comparison".to_owned(),
            Type::Frexp(width, scalar) => format!("result of frexp of {}", shaped(width, scalar)),
            Type::Modf(width, scalar) => format!("result of modf of {}", shaped(width, scalar)),
            Type::Exchange(scalar) => format!("result of an exchange of {}", scalar.name()),
        }
    }
}
