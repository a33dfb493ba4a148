//! What a dispatch needs, evaluated from an artifact and a call; no device takes part.
//!
//! All sizes come from the artifact's expressions and the call's extents. Workgroup counts beyond
//! the limit of one dimension are folded into two; kernels linearise with `num_workgroups`.

use preheat_format::{
    Artifact, Call, CallError, DType, Pass, UniformField, UniformValue, ViewData,
};

/// The most workgroups along one dimension that every device takes.
const WORKGROUPS_MAX: u64 = 65_535;

/// An artifact with the numbers of one call.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Launch {
    /// Content of the uniform buffer.
    pub(crate) uniform: Vec<u8>,
    /// Bytes of each scratch buffer.
    pub(crate) scratch_bytes: Vec<u64>,
    /// Workgroups of each pass, along two dimensions; `None` where there is nothing to do.
    pub(crate) workgroups: Vec<Option<[u32; 2]>>,
}

impl Launch {
    /// Evaluates every expression of an artifact.
    ///
    /// # Errors
    /// [`CallError`] if a size overflows or does not fit its field.
    pub(crate) fn new<B>(artifact: &Artifact, call: &Call<B>) -> Result<Launch, CallError> {
        let roles = &call.signature.roles;
        let evaluate = |pass: &Pass| pass.workgroup_count.evaluate(roles, &call.extents);
        Ok(Launch {
            uniform: pack(&artifact.uniform, artifact.uniform_size_bytes, call)?,
            scratch_bytes: artifact
                .scratch
                .iter()
                .map(|size| size.evaluate(roles, &call.extents))
                .collect::<Result<_, _>>()?,
            workgroups: artifact
                .passes
                .iter()
                .map(|pass| fold(evaluate(pass)?))
                .collect::<Result<_, _>>()?,
        })
    }
}

/// Splits a workgroup count over two dimensions, as evenly as it can be; `None` if it is 0.
pub(crate) fn fold(count: u64) -> Result<Option<[u32; 2]>, CallError> {
    if count == 0 {
        return Ok(None);
    }
    let rows = count.div_ceil(WORKGROUPS_MAX);
    if rows > WORKGROUPS_MAX {
        return Err(CallError::TooLarge { what: "workgroup count", value: count.into() });
    }
    // Both are at most 65,535.
    Ok(Some([count.div_ceil(rows) as u32, rows as u32]))
}

/// Writes the fields of a uniform buffer.
fn pack<B>(fields: &[UniformField], size_bytes: u32, call: &Call<B>) -> Result<Vec<u8>, CallError> {
    let mut bytes = vec![0; size_bytes as usize];
    let views: Vec<ViewData> =
        (0..call.signature.views.len()).map(|view| call.view_data(view)).collect();
    let word = |what, value: i128| {
        // Indices are computed modulo 2^32, so a negative stride is its two's complement.
        let fits = (i128::from(i32::MIN)..=i128::from(u32::MAX)).contains(&value);
        if fits { Ok(u64::from(value as u32)) } else { Err(CallError::TooLarge { what, value }) }
    };
    for field in fields {
        let (bits, len) = match &field.value {
            UniformValue::Shape(expr) => {
                let value = expr.evaluate(&call.signature.roles, &call.extents)?;
                (word("a size", value.into())?, 4)
            }
            UniformValue::ViewOffset(view) => {
                // Of a dense view it is where indices begin: those of a whole call at 0.
                let offset = call.views.get(*view as usize).map_or(0, |data| data.offset);
                (word("a view's offset", offset.into())?, 4)
            }
            UniformValue::ViewStride(view, axis) => {
                let view = views.get(*view as usize);
                let stride = view.and_then(|data| data.strides.get(*axis as usize));
                (word("a view's stride", stride.copied().unwrap_or(0).into())?, 4)
            }
            UniformValue::Scalar(param, dtype) => {
                let bits = call.params.get(*param as usize).map_or(0, |scalar| scalar.bits);
                (bits, if *dtype == DType::F64 { 8 } else { 4 })
            }
            UniformValue::Trips => (call.roll.as_ref().map_or(1, |roll| roll.trips).into(), 4),
            UniformValue::TablePlace(param) => {
                let places = call.roll.as_ref().map(|roll| roll.places.as_slice());
                let place = places.unwrap_or_default().get(*param as usize);
                (place.copied().unwrap_or(0).into(), 4)
            }
        };
        let start = field.offset_bytes as usize;
        // The fields of a group's artifacts were checked to lie inside when they were loaded.
        if let Some(place) = bytes.get_mut(start..start + len) {
            place.copy_from_slice(&bits.to_le_bytes()[..len]);
        }
    }
    check_changing(fields, call)?;
    Ok(bytes)
}

/// Every scalar that changes from trip to trip must be one that the kernel reads from the table.
fn check_changing<B>(fields: &[UniformField], call: &Call<B>) -> Result<(), CallError> {
    let Some(roll) = &call.roll else {
        return Ok(());
    };
    let is_read = |param: usize| {
        fields.iter().any(|field| match field.value {
            UniformValue::TablePlace(known) => known as usize == param,
            UniformValue::Shape(_)
            | UniformValue::ViewOffset(_)
            | UniformValue::ViewStride(..)
            | UniformValue::Scalar(..)
            | UniformValue::Trips => false,
        })
    };
    let fixed = (0..).zip(&roll.places).find(|(param, place)| **place != 0 && !is_read(*param));
    fixed.map_or(Ok(()), |(param, _)| Err(CallError::Fixed { param }))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use preheat_format::{
        AxisRole, NodeKind, NumericMode, Scalar, ShapeExpr, ShapeOp, SignatureBuilder, View,
        ViewForm,
    };

    use super::*;

    #[test]
    fn workgroups_fold_evenly() {
        let check = |count, expected| assert_eq!(fold(count).unwrap(), expected);
        check(0, None);
        check(1, Some([1, 1]));
        check(65_535, Some([65_535, 1]));
        check(65_536, Some([32_768, 2]));
        check(65_535 * 65_535, Some([65_535, 65_535]));
        for count in [65_537, 200_001, 1 << 31, 4_294_836_225 - 1] {
            let [x, y] = fold(count).unwrap().unwrap();
            let all = u64::from(x) * u64::from(y);
            assert!(all >= count && all - count < u64::from(y));
        }
        assert!(fold(65_535 * 65_535 + 1).is_err());
    }

    /// A 2-d group with one strided source and two scalars.
    fn strided_call(offset: u64, strides: Vec<i64>) -> Call<()> {
        let mut group = SignatureBuilder::new(NumericMode::Precise, vec![AxisRole::Kept; 2]);
        let source = group.source(DType::F64);
        let axes = View::identity(2).axes;
        let view = group.view(View { form: ViewForm::Strided, axes });
        let (wide, narrow) = (group.param(DType::F64), group.param(DType::F32));
        let load = group.node(DType::F64, NodeKind::Load { source, view });
        let wide = group.node(DType::F64, NodeKind::Param { param: wide });
        let narrow = group.node(DType::F32, NodeKind::Param { param: narrow });
        let op = preheat_format::OpId::new("add");
        let sum =
            group.node(DType::F64, NodeKind::Apply { op, operands: vec![load, wide, narrow] });
        group.output(sum, None);
        let (signature, _) = group.finish().unwrap();
        Call {
            key: signature.key(),
            signature: Arc::new(signature),
            extents: vec![3, 5],
            views: vec![ViewData { offset, strides }],
            sources: vec![()],
            params: vec![Scalar::f64(1.5), Scalar::f32(-2.0)],
            outputs: vec![preheat_format::CallOutput::New],
            roll: None,
        }
    }

    #[test]
    fn uniform_fields_are_packed_at_their_offsets() {
        let field = |name: &str, offset_bytes, value| UniformField {
            name: name.to_owned(),
            offset_bytes,
            value,
        };
        let fields = [
            field("n", 0, UniformValue::Shape(ShapeExpr::op(ShapeOp::All))),
            field("offset", 4, UniformValue::ViewOffset(0)),
            field("stride_0", 8, UniformValue::ViewStride(0, 0)),
            field("stride_1", 12, UniformValue::ViewStride(0, 1)),
            field("wide", 16, UniformValue::Scalar(0, DType::F64)),
            field("narrow", 24, UniformValue::Scalar(1, DType::F32)),
        ];
        let bytes = pack(&fields, 32, &strided_call(7, vec![-1, 3])).unwrap();
        let mut expected = Vec::new();
        for word in [15u32, 7, u32::MAX, 3] {
            expected.extend(word.to_le_bytes());
        }
        expected.extend(1.5f64.to_le_bytes());
        expected.extend((-2.0f32).to_le_bytes());
        expected.extend([0; 4]);
        assert_eq!(bytes, expected);
        let too_far = strided_call(1 << 32, vec![1, 3]);
        let error = pack(&fields, 32, &too_far).unwrap_err();
        assert_eq!(error, CallError::TooLarge { what: "a view's offset", value: 1 << 32 });
    }
}
