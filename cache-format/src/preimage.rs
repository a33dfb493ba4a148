//! Reading back what kernel and artifact keys are made of, to explain a miss field by field.

use crate::encode::Reader;
use crate::error::DecodeError;
use crate::key::{ArtifactPreimage, GroupKey, KernelKey, KernelPreimage};
use crate::types::Target;

/// The longest field of a preimage in bytes.
pub const FIELD_LEN_MAX: usize = 1 << 16;

impl KernelPreimage {
    /// Reads what [`KernelPreimage::encode`] wrote; the bytes may come from anywhere.
    ///
    /// # Errors
    /// [`DecodeError`] if they are not exactly one preimage.
    pub fn decode(bytes: &[u8]) -> Result<KernelPreimage, DecodeError> {
        let mut reader = Reader::new(bytes);
        let preimage = KernelPreimage {
            group: GroupKey(reader.take("group key")?),
            variant: text(&mut reader, "variant")?,
            guard: field(&mut reader, "guard")?.to_vec(),
            generator: reader.take("generator hash")?,
        };
        reader.end("kernel preimage")?;
        Ok(preimage)
    }
}

impl ArtifactPreimage {
    /// Reads what [`ArtifactPreimage::encode`] wrote; the bytes may come from anywhere.
    ///
    /// # Errors
    /// [`DecodeError`] if they are not exactly one preimage.
    pub fn decode(bytes: &[u8]) -> Result<ArtifactPreimage, DecodeError> {
        let mut reader = Reader::new(bytes);
        let preimage = ArtifactPreimage {
            kernel: KernelKey(reader.take("kernel key")?),
            target: reader.code("target", Target::from_code)?,
            translator: text(&mut reader, "translator")?,
            options: text(&mut reader, "options")?,
            limits: text(&mut reader, "limits")?,
        };
        reader.end("artifact preimage")?;
        Ok(preimage)
    }
}

fn field<'a>(reader: &mut Reader<'a>, name: &'static str) -> Result<&'a [u8], DecodeError> {
    let len = reader.u32(name)? as usize;
    if len > FIELD_LEN_MAX {
        let (found, limit) = (len as u64, FIELD_LEN_MAX as u64);
        return Err(DecodeError::LimitExceeded { field: name, found, limit });
    }
    reader.slice(name, len)
}

fn text(reader: &mut Reader<'_>, name: &'static str) -> Result<String, DecodeError> {
    let bytes = field(reader, name)?;
    let text = std::str::from_utf8(bytes);
    text.map(str::to_owned).map_err(|source| DecodeError::Text { field: name, source })
}
