//! Texture built-in functions (specification, section 17.7).

use super::super::types::{Access, Dim, Scalar, Texture, Ty, Type, Types};
use super::super::typing::FORMATS;
use super::super::{Ex, Res, Sema, Stage, type_error, value_error};
use crate::syntax::ast::{Call, Expr};

/// The functions of this file.
pub(super) const NAMES: &[&str] = &[
    "textureDimensions",
    "textureGather",
    "textureGatherCompare",
    "textureLoad",
    "textureNumLayers",
    "textureNumLevels",
    "textureNumSamples",
    "textureSample",
    "textureSampleBaseClampToEdge",
    "textureSampleBias",
    "textureSampleCompare",
    "textureSampleCompareLevel",
    "textureSampleGrad",
    "textureSampleLevel",
    "textureStore",
];

/// A parameter after the texture.
#[derive(Clone, Copy)]
enum Param {
    Sampler,
    Comparison,
    /// `f32` vectors of that width.
    Floats(u8),
    /// Vectors of `i32` or `u32` of that width.
    Integers(u8),
    /// Constant `i32` vectors of that width, which may be left out.
    Offset(u8),
    Texel(Scalar),
}

impl Dim {
    fn is_array(self) -> bool {
        matches!(self, Self::D2Array | Self::CubeArray)
    }

    fn is_cube(self) -> bool {
        matches!(self, Self::Cube | Self::CubeArray)
    }

    /// The number of coordinates.
    fn width(self) -> u8 {
        match self {
            Self::D1 => 1,
            Self::D2 | Self::D2Array => 2,
            Self::D3 | Self::Cube | Self::CubeArray => 3,
        }
    }
}

/// Coordinates, array index: what most functions take after texture and sampler.
fn place(dim: Dim, params: &mut Vec<Param>) {
    params.push(Param::Floats(dim.width()));
    if dim.is_array() {
        params.push(Param::Integers(1));
    }
}

fn offset(dim: Dim, params: &mut Vec<Param>) {
    if !dim.is_cube() && dim != Dim::D1 {
        params.push(Param::Offset(dim.width()));
    }
}

impl<'a> Sema<'a> {
    pub(super) fn texture_call(&mut self, name: &'static str, call: &'a Call<'a>) -> Res<Ex> {
        let mut args = self.args(call)?;
        let mut exprs: Vec<&'a Expr<'a>> = call.args.iter().collect();
        let mut has_component = false;
        if name == "textureGather"
            && let Some(first) = args.first()
            && self.types.shape(first.ty).is_some()
        {
            let component = args.remove(0);
            let expr = exprs.remove(0);
            self.gather_component(&component, expr)?;
            has_component = true;
        }
        let texture = args.first().map(|arg| self.types.get(arg.ty));
        let Some(Type::Texture(texture)) = texture else {
            return type_error(call.span, format!("`{name}` takes a texture"));
        };
        let Some((params, result)) = self.overload(name, texture, has_component, args.len()) else {
            return type_error(call.span, format!("`{name}` does not take this texture"));
        };
        let optional = usize::from(matches!(params.last(), Some(Param::Offset(_))));
        let given = args.len() - 1;
        if given > params.len() || given + optional < params.len() {
            let message = format!("`{name}` does not take {} values here", args.len());
            return type_error(call.span, message);
        }
        for ((param, arg), expr) in
            params.iter().zip(args.into_iter().skip(1)).zip(exprs.iter().skip(1))
        {
            self.texture_arg(*param, arg, expr)?;
        }
        Ok(Ex::runtime(result))
    }

    fn gather_component(&mut self, component: &Ex, expr: &'a Expr<'a>) -> Res<()> {
        let integer = matches!(
            self.types.get(component.ty),
            Type::Scalar(Scalar::I32 | Scalar::U32 | Scalar::AbstractInt)
        );
        if !integer || component.stage != Stage::Const {
            return type_error(expr.span, "the component must be a constant integer");
        }
        match component.value.as_ref().and_then(super::Value::as_int) {
            Some(at) if !(0..=3).contains(&at) => {
                value_error(expr.span, "the component is from 0 to 3")
            }
            _ => Ok(()),
        }
    }

    fn texture_arg(&mut self, param: Param, arg: Ex, expr: &'a Expr<'a>) -> Res<()> {
        let kind = self.types.get(arg.ty);
        match param {
            Param::Sampler if kind == Type::Sampler => Ok(()),
            Param::Comparison if kind == Type::SamplerComparison => Ok(()),
            Param::Sampler | Param::Comparison => {
                type_error(expr.span, "expected a sampler of the other kind")
            }
            Param::Floats(width) => {
                let ty = self.types.shaped(width, Scalar::F32);
                self.coerce(arg, ty, expr.span).map(drop)
            }
            Param::Texel(scalar) => {
                let ty = self.types.shaped(4, scalar);
                self.coerce(arg, ty, expr.span).map(drop)
            }
            Param::Integers(width) => {
                let scalar = match self.types.shape(arg.ty) {
                    Some((_, Scalar::U32)) => Scalar::U32,
                    _ => Scalar::I32,
                };
                let ty = self.types.shaped(width, scalar);
                self.coerce(arg, ty, expr.span).map(drop)
            }
            Param::Offset(width) => {
                let ty = self.types.shaped(width, Scalar::I32);
                let arg = self.coerce(arg, ty, expr.span)?;
                self.check_offset(&arg, expr.span)
            }
        }
    }

    /// The parameters after the texture, and the result.
    fn overload(
        &mut self,
        name: &str,
        texture: Texture,
        has_component: bool,
        count: usize,
    ) -> Option<(Vec<Param>, Ty)> {
        match name {
            "textureDimensions" => self.dimensions(texture, count),
            "textureNumLayers" | "textureNumLevels" | "textureNumSamples" => {
                counts(name, texture).then_some((Vec::new(), Types::U32))
            }
            "textureLoad" => self.load(texture),
            "textureStore" => store(texture).map(|params| (params, Types::VOID)),
            "textureGather" => {
                let (dim, scalar) = match texture {
                    Texture::Sampled(dim, scalar) if has_component => (dim, scalar),
                    Texture::Depth(dim) if !has_component => (dim, Scalar::F32),
                    _ => return None,
                };
                if matches!(dim, Dim::D1 | Dim::D3) {
                    return None;
                }
                let mut params = vec![Param::Sampler];
                place(dim, &mut params);
                offset(dim, &mut params);
                Some((params, self.types.shaped(4, scalar)))
            }
            "textureSampleBaseClampToEdge" => match texture {
                Texture::External | Texture::Sampled(Dim::D2, Scalar::F32) => {
                    let params = vec![Param::Sampler, Param::Floats(2)];
                    Some((params, self.types.shaped(4, Scalar::F32)))
                }
                _ => None,
            },
            _ => self.sample(name, texture),
        }
    }

    fn sample(&mut self, name: &str, texture: Texture) -> Option<(Vec<Param>, Ty)> {
        let (dim, is_depth) = match texture {
            Texture::Sampled(dim, Scalar::F32) => (dim, false),
            Texture::Depth(dim) => (dim, true),
            _ => return None,
        };
        let compares = name.contains("Compare");
        let sampler = if compares { Param::Comparison } else { Param::Sampler };
        let mut params = vec![sampler];
        place(dim, &mut params);
        match name {
            "textureSample" => {}
            "textureSampleBias" if !is_depth && dim != Dim::D1 => params.push(Param::Floats(1)),
            "textureSampleLevel" if is_depth => params.push(Param::Integers(1)),
            "textureSampleLevel" => params.push(Param::Floats(1)),
            "textureSampleGrad" if !is_depth && dim != Dim::D1 => {
                params.extend([Param::Floats(dim.width()); 2]);
            }
            _ if compares && is_depth => params.push(Param::Floats(1)),
            _ => return None,
        }
        offset(dim, &mut params);
        let width = match name {
            "textureGatherCompare" => 4,
            _ if is_depth => 1,
            _ => 4,
        };
        Some((params, self.types.shaped(width, Scalar::F32)))
    }

    fn dimensions(&mut self, texture: Texture, count: usize) -> Option<(Vec<Param>, Ty)> {
        let (dim, has_levels) = match texture {
            Texture::Sampled(dim, _) | Texture::Depth(dim) => (dim, true),
            Texture::Storage(dim, ..) => (dim, false),
            Texture::Multisampled(_) | Texture::DepthMultisampled | Texture::External => {
                (Dim::D2, false)
            }
        };
        let width = if dim.is_cube() { 2 } else { dim.width() };
        let params = if has_levels && count > 1 { vec![Param::Integers(1)] } else { Vec::new() };
        Some((params, self.types.shaped(width, Scalar::U32)))
    }

    fn load(&mut self, texture: Texture) -> Option<(Vec<Param>, Ty)> {
        let mut params = Vec::new();
        let coordinates = |dim: Dim, params: &mut Vec<Param>| {
            params.push(Param::Integers(dim.width()));
            if dim.is_array() {
                params.push(Param::Integers(1));
            }
        };
        let (width, scalar) = match texture {
            Texture::Sampled(dim, _) | Texture::Depth(dim) if dim.is_cube() => return None,
            Texture::Sampled(dim, scalar) => {
                coordinates(dim, &mut params);
                params.push(Param::Integers(1));
                (4, scalar)
            }
            Texture::Depth(dim) => {
                coordinates(dim, &mut params);
                params.push(Param::Integers(1));
                (1, Scalar::F32)
            }
            Texture::Multisampled(scalar) => {
                params.extend([Param::Integers(2), Param::Integers(1)]);
                (4, scalar)
            }
            Texture::DepthMultisampled => {
                params.extend([Param::Integers(2), Param::Integers(1)]);
                (1, Scalar::F32)
            }
            Texture::External => {
                params.push(Param::Integers(2));
                (4, Scalar::F32)
            }
            Texture::Storage(dim, format, access) => {
                if !access.reads() {
                    return None;
                }
                coordinates(dim, &mut params);
                (4, channel(format))
            }
        };
        Some((params, self.types.shaped(width, scalar)))
    }
}

fn channel(format: &str) -> Scalar {
    FORMATS.iter().find(|(name, _)| *name == format).map_or(Scalar::F32, |(_, scalar)| *scalar)
}

fn counts(name: &str, texture: Texture) -> bool {
    match name {
        "textureNumLayers" => match texture {
            Texture::Sampled(dim, _) | Texture::Depth(dim) | Texture::Storage(dim, ..) => {
                dim.is_array()
            }
            _ => false,
        },
        "textureNumLevels" => matches!(texture, Texture::Sampled(..) | Texture::Depth(_)),
        _ => matches!(texture, Texture::Multisampled(_) | Texture::DepthMultisampled),
    }
}

fn store(texture: Texture) -> Option<Vec<Param>> {
    let Texture::Storage(dim, format, access) = texture else {
        return None;
    };
    if access == Access::Read {
        return None;
    }
    let mut params = vec![Param::Integers(dim.width())];
    if dim.is_array() {
        params.push(Param::Integers(1));
    }
    params.push(Param::Texel(channel(format)));
    Some(params)
}
