//! Type expressions (specification, sections 6.2 to 6.9 and 6.11).

use super::types::{Access, Dim, Len, Scalar, Space, Texture, Ty, Type, Types};
use super::{Entity, Ex, Referent, Res, Sema, Stage, Stop, fail, type_error, value_error};
use crate::rules;
use crate::syntax::ast::{Expr, ExprKind, Name, Span};

/// What the name of a type without its arguments stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Generator {
    Vector(u8),
    Matrix(u8, u8),
    Array,
}

/// A predeclared type name.
pub(super) enum Predeclared {
    Type(Ty),
    Generator(Generator),
}

/// Texel formats of storage textures with the type of their channels.
pub(super) const FORMATS: &[(&str, Scalar)] = &[
    ("rgba8unorm", Scalar::F32),
    ("rgba8snorm", Scalar::F32),
    ("rgba8uint", Scalar::U32),
    ("rgba8sint", Scalar::I32),
    ("rgba16unorm", Scalar::F32),
    ("rgba16snorm", Scalar::F32),
    ("rgba16uint", Scalar::U32),
    ("rgba16sint", Scalar::I32),
    ("rgba16float", Scalar::F32),
    ("r32uint", Scalar::U32),
    ("r32sint", Scalar::I32),
    ("r32float", Scalar::F32),
    ("rg32uint", Scalar::U32),
    ("rg32sint", Scalar::I32),
    ("rg32float", Scalar::F32),
    ("rgba32uint", Scalar::U32),
    ("rgba32sint", Scalar::I32),
    ("rgba32float", Scalar::F32),
    ("bgra8unorm", Scalar::F32),
    ("r8unorm", Scalar::F32),
    ("r8snorm", Scalar::F32),
    ("r8uint", Scalar::U32),
    ("r8sint", Scalar::I32),
    ("rg8unorm", Scalar::F32),
    ("rg8snorm", Scalar::F32),
    ("rg8uint", Scalar::U32),
    ("rg8sint", Scalar::I32),
    ("r16unorm", Scalar::F32),
    ("r16snorm", Scalar::F32),
    ("r16uint", Scalar::U32),
    ("r16sint", Scalar::I32),
    ("r16float", Scalar::F32),
    ("rg16unorm", Scalar::F32),
    ("rg16snorm", Scalar::F32),
    ("rg16uint", Scalar::U32),
    ("rg16sint", Scalar::I32),
    ("rg16float", Scalar::F32),
    ("rgb10a2uint", Scalar::U32),
    ("rgb10a2unorm", Scalar::F32),
    ("rg11b10ufloat", Scalar::F32),
];

impl<'a> Sema<'a> {
    /// The type that `expr` names.
    pub(super) fn type_of(&mut self, expr: &'a Expr<'a>) -> Res<Ty> {
        let ExprKind::Name(name) = &expr.kind else {
            return type_error(expr.span, "this is no type");
        };
        match self.lookup(name.ident.name)? {
            Some(Entity::Type(ty)) if name.args.is_none() => Ok(ty),
            Some(Entity::Type(_)) => type_error(expr.span, "this type takes no arguments"),
            Some(_) => type_error(expr.span, format!("`{}` is no type", name.ident.name)),
            None => match self.predeclared(name)? {
                Some(Predeclared::Type(ty)) => Ok(ty),
                Some(Predeclared::Generator(_)) => {
                    type_error(expr.span, format!("`{}` needs arguments", name.ident.name))
                }
                None if super::builtins::is_builtin(name.ident.name) => {
                    type_error(expr.span, format!("`{}` is no type", name.ident.name))
                }
                None => self.unknown(name.ident.name, expr.span),
            },
        }
    }

    /// The predeclared type of that name, which the caller knows is not shadowed.
    pub(super) fn predeclared(&mut self, name: &'a Name<'a>) -> Res<Option<Predeclared>> {
        let span = name.ident.span;
        let text = name.ident.name;
        if let Some(ty) = self.plain_name(text, span)? {
            if name.args.is_some() {
                return type_error(span, format!("`{text}` takes no arguments"));
            }
            return Ok(Some(Predeclared::Type(ty)));
        }
        if let Some(generator) = generator(text) {
            let Some(args) = &name.args else {
                return Ok(Some(Predeclared::Generator(generator)));
            };
            return self.generated(generator, args, span).map(|ty| Some(Predeclared::Type(ty)));
        }
        let args = name.args.as_deref().unwrap_or_default();
        let ty = match text {
            "atomic" => self.atomic(args, span)?,
            "ptr" => self.pointer(args, span)?,
            "texture_external" if name.args.is_none() => {
                self.types.intern(Type::Texture(Texture::External))
            }
            _ => match self.texture(text, name.args.as_deref(), span)? {
                Some(texture) => self.types.intern(Type::Texture(texture)),
                None => return Ok(None),
            },
        };
        Ok(Some(Predeclared::Type(ty)))
    }

    fn plain_name(&mut self, text: &str, span: Span) -> Res<Option<Ty>> {
        let scalar = match text {
            "bool" => Scalar::Bool,
            "i32" => Scalar::I32,
            "u32" => Scalar::U32,
            "f32" => Scalar::F32,
            "f16" => Scalar::F16,
            "f64" => Scalar::F64,
            "i64" => Scalar::I64,
            "u64" => Scalar::U64,
            "sampler" => return Ok(Some(self.types.intern(Type::Sampler))),
            "sampler_comparison" => return Ok(Some(self.types.intern(Type::SamplerComparison))),
            _ => return self.short_name(text, span),
        };
        self.need_f16(scalar, span)?;
        Ok(Some(self.types.scalar(scalar)))
    }

    /// `vec3f`, `mat2x4h` and their like.
    fn short_name(&mut self, text: &str, span: Span) -> Res<Option<Ty>> {
        let Some(last) = text.chars().next_back().filter(char::is_ascii) else {
            return Ok(None);
        };
        let scalar = match last {
            'i' => Scalar::I32,
            'u' => Scalar::U32,
            'f' => Scalar::F32,
            'h' => Scalar::F16,
            _ => return Ok(None),
        };
        let ty = match generator(&text[..text.len() - 1]) {
            Some(Generator::Vector(width)) => Type::Vector(width, scalar),
            Some(Generator::Matrix(columns, rows)) if scalar.is_float() => {
                Type::Matrix(columns, rows, scalar)
            }
            _ => return Ok(None),
        };
        self.need_f16(scalar, span)?;
        Ok(Some(self.types.intern(ty)))
    }

    fn need_f16(&self, scalar: Scalar, span: Span) -> Res<()> {
        if scalar == Scalar::F16 && !self.enabled("f16") {
            return fail(&rules::EXTENSIONS, span, "`f16` needs `enable f16;`");
        }
        Ok(())
    }

    fn generated(&mut self, generator: Generator, args: &'a [Expr<'a>], span: Span) -> Res<Ty> {
        match (generator, args) {
            (Generator::Vector(width), [arg]) => {
                let element = self.type_of(arg)?;
                match self.types.get(element) {
                    Type::Scalar(scalar) => Ok(self.types.intern(Type::Vector(width, scalar))),
                    _ => type_error(arg.span, "a vector holds scalars only"),
                }
            }
            (Generator::Matrix(columns, rows), [arg]) => {
                let element = self.type_of(arg)?;
                match self.types.get(element) {
                    Type::Scalar(scalar) if scalar.is_float() => {
                        Ok(self.types.intern(Type::Matrix(columns, rows, scalar)))
                    }
                    _ => type_error(arg.span, "a matrix holds floats only"),
                }
            }
            (Generator::Array, [element]) => {
                let element = self.element(element)?;
                Ok(self.types.intern(Type::Array(element, Len::Runtime)))
            }
            (Generator::Array, [element, count]) => {
                let element = self.element(element)?;
                let len = self.array_len(count)?;
                if let Len::Const(count) = len {
                    let bytes = self.types.stride(element).saturating_mul(u64::from(count));
                    if bytes > u64::from(u32::MAX) {
                        return value_error(
                            span,
                            format!("an array of {bytes} bytes is too large"),
                        );
                    }
                }
                Ok(self.types.intern(Type::Array(element, len)))
            }
            _ => type_error(span, "wrong number of arguments for this type"),
        }
    }

    fn element(&mut self, expr: &'a Expr<'a>) -> Res<Ty> {
        let ty = self.type_of(expr)?;
        if self.types.is_plain(ty) && self.types.has_creation_footprint(ty) {
            return Ok(ty);
        }
        let name = self.types.name(ty);
        type_error(expr.span, format!("`{name}` cannot be an element of an array"))
    }

    fn array_len(&mut self, expr: &'a Expr<'a>) -> Res<Len> {
        let ex = self.value(expr)?;
        let Some((1, scalar)) = self.types.shape(ex.ty) else {
            return type_error(expr.span, "the length of an array is an integer");
        };
        if !scalar.is_integer() {
            return type_error(expr.span, "the length of an array is an integer");
        }
        if ex.stage == Stage::Runtime {
            return type_error(expr.span, "the length of an array is known before it runs");
        }
        if let Some(len) = ex.value.as_ref().and_then(super::value::Value::as_int) {
            if ex.stage > Stage::Const {
                // Whether it fits is asked where an entry point uses it.
                let identity = self.override_identity(expr);
                self.override_lens.insert(identity, (len, expr.span));
                return Ok(Len::Override(identity));
            }
            if len < 1 || len > i64::from(u32::MAX) {
                return value_error(expr.span, format!("an array cannot have {len} elements"));
            }
            return Ok(Len::Const(len as u32));
        } else if ex.stage == Stage::Const {
            return Err(Stop::Undecided(expr.span, "this constant".to_owned()));
        }
        Ok(Len::Override(self.override_identity(expr)))
    }

    /// The same override makes the same type; any other expression is a type of its own.
    fn override_identity(&mut self, expr: &'a Expr<'a>) -> u32 {
        let mut inner = expr;
        while let ExprKind::Paren(next) = &inner.kind {
            inner = next;
        }
        if let ExprKind::Name(_) = inner.kind
            && let Some(Referent::Override(index)) =
                self.notes.get(inner.id.0 as usize).map(|note| note.referent)
        {
            return index;
        }
        self.next_override_len += 1;
        u32::MAX - self.next_override_len
    }

    fn atomic(&mut self, args: &'a [Expr<'a>], span: Span) -> Res<Ty> {
        let [arg] = args else {
            return type_error(span, "`atomic` takes one argument");
        };
        let inner = self.type_of(arg)?;
        match self.types.get(inner) {
            Type::Scalar(scalar @ (Scalar::I32 | Scalar::U32)) => {
                Ok(self.types.intern(Type::Atomic(scalar)))
            }
            Type::Scalar(Scalar::I64 | Scalar::U64) => {
                Err(Stop::Undecided(arg.span, "naga's 64-bit atomics".to_owned()))
            }
            _ => type_error(arg.span, "an atomic holds `i32` or `u32`"),
        }
    }

    fn pointer(&mut self, args: &'a [Expr<'a>], span: Span) -> Res<Ty> {
        let (space, store, access) = match args {
            [space, store] => (space, store, None),
            [space, store, access] => (space, store, Some(access)),
            _ => {
                return type_error(span, "`ptr` takes an address space, a type and an access mode");
            }
        };
        let word = self.enumerant(space, "an address space")?;
        let Some(space_kind) = space_of(word) else {
            return type_error(space.span, format!("`{word}` is no address space"));
        };
        let ty = self.type_of(store)?;
        let mode = match access {
            Some(expr) => {
                let word = self.enumerant(expr, "an access mode")?;
                let Some(mode) = access_of(word) else {
                    return type_error(expr.span, format!("`{word}` is no access mode"));
                };
                if space_kind != Space::Storage {
                    return type_error(expr.span, "only `storage` takes an access mode");
                }
                if mode == Access::Write {
                    return type_error(expr.span, "`storage` has no access mode `write`");
                }
                mode
            }
            None => default_access(space_kind),
        };
        self.check_store_type(space_kind, mode, ty, store.span)?;
        Ok(self.types.intern(Type::Pointer(space_kind, ty, mode)))
    }

    /// The word of a context-dependent name.
    pub(super) fn enumerant(&mut self, expr: &'a Expr<'a>, what: &str) -> Res<&'a str> {
        match &expr.kind {
            ExprKind::Name(name) if name.args.is_none() => {
                if self.is_shadowed(name.ident.name) {
                    return type_error(expr.span, format!("`{}` is not {what}", name.ident.name));
                }
                Ok(name.ident.name)
            }
            _ => type_error(expr.span, format!("expected {what}")),
        }
    }

    fn texture(
        &mut self,
        text: &str,
        args: Option<&'a [Expr<'a>]>,
        span: Span,
    ) -> Res<Option<Texture>> {
        let Some(rest) = text.strip_prefix("texture_") else {
            return Ok(None);
        };
        if let Some(dim) = rest.strip_prefix("storage_") {
            let dim = match dim {
                "1d" => Dim::D1,
                "2d" => Dim::D2,
                "2d_array" => Dim::D2Array,
                "3d" => Dim::D3,
                _ => return Ok(None),
            };
            return self.storage_texture(dim, args.unwrap_or_default(), span).map(Some);
        }
        if let Some(depth) = rest.strip_prefix("depth_") {
            let texture = match depth {
                "2d" => Texture::Depth(Dim::D2),
                "2d_array" => Texture::Depth(Dim::D2Array),
                "cube" => Texture::Depth(Dim::Cube),
                "cube_array" => Texture::Depth(Dim::CubeArray),
                "multisampled_2d" => Texture::DepthMultisampled,
                _ => return Ok(None),
            };
            if args.is_some() {
                return type_error(span, format!("`{text}` takes no arguments"));
            }
            return Ok(Some(texture));
        }
        let dim = match rest {
            "1d" => Dim::D1,
            "2d" | "multisampled_2d" => Dim::D2,
            "2d_array" => Dim::D2Array,
            "3d" => Dim::D3,
            "cube" => Dim::Cube,
            "cube_array" => Dim::CubeArray,
            _ => return Ok(None),
        };
        let Some([arg]) = args else {
            return type_error(span, format!("`{text}` takes one argument"));
        };
        let texel = self.type_of(arg)?;
        let scalar = match self.types.get(texel) {
            Type::Scalar(scalar @ (Scalar::F32 | Scalar::I32 | Scalar::U32)) => scalar,
            Type::Scalar(Scalar::I64 | Scalar::U64) => {
                return Err(Stop::Undecided(arg.span, "naga's 64-bit textures".to_owned()));
            }
            _ => return type_error(arg.span, "a texture holds `f32`, `i32` or `u32`"),
        };
        Ok(Some(if rest == "multisampled_2d" {
            Texture::Multisampled(scalar)
        } else {
            Texture::Sampled(dim, scalar)
        }))
    }

    fn storage_texture(&mut self, dim: Dim, args: &'a [Expr<'a>], span: Span) -> Res<Texture> {
        let [format, access] = args else {
            return type_error(span, "a storage texture takes a texel format and an access mode");
        };
        let word = self.enumerant(format, "a texel format")?;
        let Some((name, _)) = FORMATS.iter().find(|(name, _)| *name == word) else {
            if word == "r64uint" {
                return Err(Stop::Undecided(
                    format.span,
                    "naga's texel format `r64uint`".to_owned(),
                ));
            }
            return type_error(format.span, format!("`{word}` is no texel format"));
        };
        let mode_word = self.enumerant(access, "an access mode")?;
        if mode_word == "atomic" {
            return Err(Stop::Undecided(access.span, "naga's atomic textures".to_owned()));
        }
        let Some(mode) = access_of(mode_word) else {
            return type_error(access.span, format!("`{mode_word}` is no access mode"));
        };
        Ok(Texture::Storage(dim, name, mode))
    }

    /// A constant of any type that is needed now.
    pub(super) fn need_const(&mut self, expr: &'a Expr<'a>) -> Res<Ex> {
        let ex = self.value(expr)?;
        if ex.stage != Stage::Const {
            return type_error(expr.span, "this must be a const-expression");
        }
        Ok(ex)
    }

    /// Whether the scalar of `ty` is boolean.
    pub(super) fn is_bool(&self, ty: Ty) -> bool {
        ty == Types::BOOL
    }
}

/// The generator of that name.
pub(super) fn generator(text: &str) -> Option<Generator> {
    let digit =
        |c: Option<&u8>| c.and_then(|c| c.checked_sub(b'0')).filter(|d| (2..=4).contains(d));
    let bytes = text.as_bytes();
    match bytes {
        b"array" => Some(Generator::Array),
        [b'v', b'e', b'c', width] => digit(Some(width)).map(Generator::Vector),
        [b'm', b'a', b't', columns, b'x', rows] => {
            Some(Generator::Matrix(digit(Some(columns))?, digit(Some(rows))?))
        }
        _ => None,
    }
}

/// The address space of that name.
pub(super) fn space_of(word: &str) -> Option<Space> {
    Some(match word {
        "function" => Space::Function,
        "private" => Space::Private,
        "workgroup" => Space::Workgroup,
        "uniform" => Space::Uniform,
        "storage" => Space::Storage,
        "immediate" => Space::Immediate,
        _ => return None,
    })
}

/// The access mode of that name.
pub(super) fn access_of(word: &str) -> Option<Access> {
    Some(match word {
        "read" => Access::Read,
        "write" => Access::Write,
        "read_write" => Access::ReadWrite,
        _ => return None,
    })
}

/// The access mode of a variable that names none.
pub(super) fn default_access(space: Space) -> Access {
    match space {
        Space::Function | Space::Private | Space::Workgroup => Access::ReadWrite,
        Space::Uniform | Space::Storage | Space::Handle | Space::Immediate => Access::Read,
    }
}
