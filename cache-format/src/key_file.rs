//! Keys of signers, and their text form.
//!
//! A key file has four lines: what it is, name, version, 64 hexadecimal digits.
//! ```text
//! preheat public key 1
//! name acme
//! version 3
//! key 9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60
//! ```

use std::fmt;

use crate::error::SignError;

/// The longest name of a key in bytes.
pub const KEY_NAME_LEN_MAX: usize = 32;
/// The longest key file in bytes.
pub const KEY_FILE_LEN_MAX: u64 = 1024;

const PUBLIC_HEAD: &str = "preheat public key 1";
const SECRET_HEAD: &str = "preheat secret key 1";

/// Name and version of a key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId {
    name: String,
    version: u32,
}

impl KeyId {
    /// A name of 1 to 32 characters `a-z`, `0-9`, `.`, `_`, `-`.
    ///
    /// # Errors
    /// [`SignError::Malformed`] for other names.
    pub fn new(name: &str, version: u32) -> Result<KeyId, SignError> {
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let is_allowed = |byte: u8| is_plain(byte) || matches!(byte, b'.' | b'_' | b'-');
        if name.is_empty() || name.len() > KEY_NAME_LEN_MAX || !name.bytes().all(is_allowed) {
            let rule = "a key's name has 1 to 32 characters a-z, 0-9, `.`, `_`, `-`";
            return Err(SignError::Malformed { rule });
        }
        Ok(KeyId { name: name.to_owned(), version })
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version: another one for each new key of the name.
    pub fn version(&self) -> u32 {
        self.version
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.name, self.version)
    }
}

/// A key that can be pinned.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey {
    id: KeyId,
    bytes: [u8; 32],
}

impl PublicKey {
    /// A key from its 32 bytes.
    pub fn new(id: KeyId, bytes: [u8; 32]) -> PublicKey {
        PublicKey { id, bytes }
    }

    /// Name and version.
    pub fn id(&self) -> &KeyId {
        &self.id
    }

    /// The 32 bytes of RFC 8032.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// [`SignError::Malformed`] if it is none, or one of a secret key.
    pub fn parse(text: &str) -> Result<PublicKey, SignError> {
        let (id, bytes) = parse(text, PUBLIC_HEAD, "the file is not a public key of preheat")?;
        Ok(PublicKey { id, bytes })
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text(PUBLIC_HEAD, &self.id, &self.bytes))
    }
}

/// A key that signs. Its text form is for the file that keeps it, and never shown.
#[derive(Clone)]
pub struct SecretKey {
    id: KeyId,
    seed: [u8; 32],
}

impl SecretKey {
    /// The key of 32 random bytes.
    pub fn new(id: KeyId, seed: [u8; 32]) -> SecretKey {
        SecretKey { id, seed }
    }

    /// Name and version.
    pub fn id(&self) -> &KeyId {
        &self.id
    }

    pub(crate) fn seed(&self) -> &[u8; 32] {
        &self.seed
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// [`SignError::Malformed`] if it is none, or one of a public key.
    pub fn parse(text: &str) -> Result<SecretKey, SignError> {
        let (id, seed) = parse(text, SECRET_HEAD, "the file is not a secret key of preheat")?;
        Ok(SecretKey { id, seed })
    }

    /// The content of its key file.
    pub fn to_file(&self) -> String {
        text(SECRET_HEAD, &self.id, &self.seed)
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({})", self.id)
    }
}

fn text(head: &str, id: &KeyId, bytes: &[u8; 32]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{head}\nname {}\nversion {}\nkey {digits}\n", id.name, id.version)
}

fn parse(text: &str, head: &str, other: &'static str) -> Result<(KeyId, [u8; 32]), SignError> {
    let malformed = |rule| SignError::Malformed { rule };
    let mut lines = text.lines().map(str::trim_end);
    if lines.next() != Some(head) {
        return Err(malformed(other));
    }
    let mut field = |name: &str, rule| {
        let line = lines.next().and_then(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.ok_or(malformed(rule))
    };
    let name = field("name", "the second line of a key file is its name")?;
    let version = field("version", "the third line of a key file is its version")?;
    let digits = field("key", "the fourth line of a key file is the key")?;
    let version = version.parse().map_err(|_| malformed("a key's version is a number"))?;
    let bytes = bytes(digits).ok_or(malformed("a key has 64 hexadecimal digits"))?;
    if lines.any(|line| !line.is_empty()) {
        return Err(malformed("a key file has four lines"));
    }
    Ok((KeyId::new(name, version)?, bytes))
}

fn bytes(digits: &str) -> Option<[u8; 32]> {
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    let mut bytes = [0; 32];
    if !rest.is_empty() || pairs.len() != bytes.len() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        let value = |digit: u8| char::from(digit).to_digit(16);
        let [high, low] = pair.map(value);
        *byte = u8::try_from(high? * 16 + low?).ok()?;
    }
    Some(bytes)
}
