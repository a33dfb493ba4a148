//! The uniform buffer of a kernel: fields by name, laid out as WGSL lays out a struct.

use preheat_format::{DType, ShapeExpr, ShapeOp, UniformField, UniformValue};

/// Collects fields in the order of first use.
#[derive(Clone, Debug, Default)]
pub(super) struct Uniform {
    fields: Vec<(String, DType, UniformValue)>,
    /// Scalars are variables of the kernel, set anew in each trip of a rolled loop.
    scalars_are_local: bool,
}

impl Uniform {
    /// The uniform buffer of a rolled loop: [`Uniform::scalar`] names variables `p0`, `p1`, ..
    pub(super) fn rolled() -> Uniform {
        Uniform { fields: Vec::new(), scalars_are_local: true }
    }

    /// The number of trips.
    pub(super) fn trips(&mut self) -> String {
        self.add("trips".to_owned(), DType::U32, UniformValue::Trips)
    }

    /// A scalar's value in the first trip, as it is stored, and its place in the table.
    pub(super) fn changing(&mut self, param: u32, dtype: DType) -> [String; 2] {
        let first = self.first(param, dtype);
        let place = UniformValue::TablePlace(param);
        [first, self.add(format!("p{param}_place"), DType::U32, place)]
    }

    /// A scalar's value in the first trip, as it is stored.
    pub(super) fn first(&mut self, param: u32, dtype: DType) -> String {
        self.add(format!("p{param}"), dtype, UniformValue::Scalar(param, dtype))
    }

    fn add(&mut self, name: String, dtype: DType, value: UniformValue) -> String {
        let place = format!("params.{name}");
        if !self.fields.iter().any(|(known, _, _)| *known == name) {
            self.fields.push((name, dtype, value));
        }
        place
    }

    /// A size under a name of its own.
    pub(super) fn shape(&mut self, name: &str, value: ShapeExpr) -> String {
        self.add(name.to_owned(), DType::U32, UniformValue::Shape(value))
    }

    /// The extent of a domain axis: `params.e0`.
    pub(super) fn extent(&mut self, axis: usize) -> String {
        self.shape(&format!("e{axis}"), ShapeExpr::op(ShapeOp::Extent(axis as u8)))
    }

    /// The offset of a strided view, or of the indices of a dense one: `params.v1_offset`.
    pub(super) fn offset(&mut self, view: u32) -> String {
        self.add(format!("v{view}_offset"), DType::U32, UniformValue::ViewOffset(view))
    }

    /// The stride of a view along an axis: `params.v1_s0`.
    pub(super) fn stride(&mut self, view: u32, axis: usize) -> String {
        let value = UniformValue::ViewStride(view, axis as u32);
        self.add(format!("v{view}_s{axis}"), DType::U32, value)
    }

    /// A scalar of the script: `params.p0`, as its kernel type.
    pub(super) fn scalar(&mut self, param: u32, dtype: DType) -> String {
        let place = match self.scalars_are_local {
            true => format!("p{param}"),
            false => self.first(param, dtype),
        };
        if dtype == DType::Bool { format!("({place} != 0u)") } else { place }
    }

    /// The struct and its binding.
    pub(super) fn declaration(&self, binding: usize) -> String {
        let mut text = "struct Params {\n".to_owned();
        for (name, dtype, _) in &self.fields {
            text += &format!("    {name}: {},\n", field_type(*dtype));
        }
        if self.fields.is_empty() {
            text += "    unused: u32,\n";
        }
        text + &format!("}}\n@group(0) @binding({binding}) var<uniform> params: Params;\n")
    }

    /// The fields with their offsets, and the size rounded up to 16 bytes.
    pub(super) fn layout(&self) -> (Vec<UniformField>, u32) {
        let mut end = 0u32;
        let mut fields = Vec::with_capacity(self.fields.len());
        for (name, dtype, value) in &self.fields {
            let size = if *dtype == DType::F64 { 8 } else { 4 };
            let offset_bytes = end.next_multiple_of(size);
            end = offset_bytes + size;
            fields.push(UniformField { name: name.clone(), offset_bytes, value: value.clone() });
        }
        (fields, end.next_multiple_of(16).max(16))
    }
}

pub(super) fn field_type(dtype: DType) -> &'static str {
    match dtype {
        DType::F64 => "f64",
        DType::F32 => "f32",
        DType::I32 | DType::I8 | DType::I16 => "i32",
        DType::Bool | DType::U32 | DType::U8 | DType::U16 => "u32",
    }
}
