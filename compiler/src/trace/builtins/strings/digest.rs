//! Digests of texts.

use md5::Digest;

/// The digest of bytes by a function of the language's name, in digits of 16; none if there is no
/// such function.
pub(super) fn digest(name: &str, bytes: &[u8]) -> Option<String> {
    Some(match name.to_lowercase().as_str() {
        "md2" => digits::<md2::Md2>(bytes),
        "md4" => digits::<md4::Md4>(bytes),
        "md5" => digits::<md5::Md5>(bytes),
        "sha1" => digits::<sha1::Sha1>(bytes),
        "sha224" => digits::<sha2::Sha224>(bytes),
        "sha256" => digits::<sha2::Sha256>(bytes),
        "sha384" => digits::<sha2::Sha384>(bytes),
        "sha512" => digits::<sha2::Sha512>(bytes),
        _ => return None,
    })
}

fn digits<D: Digest>(bytes: &[u8]) -> String {
    D::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
