//! Errors of this crate. Each names what was expected and what was found.

use thiserror::Error;

use crate::archive::{ContentHash, Part, SectionId};
use crate::key::{ArtifactKey, GroupKey};
use crate::key_file::KeyId;
use crate::row::KeyKind;
use crate::types::Target;

/// A plan that cannot be run as asked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PlanError {
    /// A value of a size that the plan does not cover.
    #[error("`{name}` is {found}, the plan covers {min} to {max}")]
    Size {
        /// The size.
        name: String,
        /// The value asked for.
        found: u64,
        /// The least that is covered.
        min: u64,
        /// The largest.
        max: u64,
    },
    /// A size that the plan does not have.
    #[error("the plan has no size `{name}`; it has {}", listed(known))]
    UnknownSize {
        /// The name asked for.
        name: String,
        /// The names that it has.
        known: Vec<String>,
    },
    /// A number that does not fit where it belongs.
    #[error("{what} comes to {value}, which does not fit")]
    Overflow {
        /// What does not fit.
        what: &'static str,
        /// Its value; the largest number if that does not fit either.
        value: i128,
    },
    /// A plan that contradicts itself.
    #[error("the plan is malformed, expected: {rule}")]
    Rule {
        /// The broken rule.
        rule: &'static str,
    },
}

/// Names for a message.
fn listed(names: &[String]) -> String {
    match names {
        [] => String::from("none"),
        names => names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
    }
}

/// Bytes that are not a signature, a key preimage or another hand-encoded record.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The bytes end inside a field.
    #[error("`{field}` needs {needed} bytes at offset {offset}, {available} are left")]
    Truncated {
        /// The field.
        field: &'static str,
        /// Where it begins.
        offset: usize,
        /// Bytes that it needs.
        needed: usize,
        /// Bytes that are left.
        available: usize,
    },
    /// A field holds a code that this version does not know.
    #[error("`{field}` holds {found}, which is not a known code")]
    UnknownCode {
        /// The field.
        field: &'static str,
        /// Its code.
        found: u64,
    },
    /// A count is beyond the limit of the format.
    #[error("`{field}` counts {found}, the limit is {limit}")]
    LimitExceeded {
        /// The list.
        field: &'static str,
        /// Its count.
        found: u64,
        /// The largest count.
        limit: u64,
    },
    /// A version other than ours.
    #[error("`{field}` is version {found}, this program reads version {expected}")]
    Version {
        /// The record.
        field: &'static str,
        /// Its version.
        found: u32,
        /// Our version.
        expected: u32,
    },
    /// Bytes after the end of the record.
    #[error("{count} bytes follow the end of `{field}`")]
    TrailingBytes {
        /// The record.
        field: &'static str,
        /// Bytes after its end.
        count: usize,
    },
    /// A field that holds text is not UTF-8.
    #[error("`{field}` is not UTF-8")]
    Text {
        /// The field.
        field: &'static str,
        /// Where the text breaks.
        #[source]
        source: std::str::Utf8Error,
    },
    /// The record is not the one encoding of its content.
    #[error("`{field}` is not in canonical form")]
    NotCanonical {
        /// The record.
        field: &'static str,
    },
    /// The record is well formed and breaks a rule of signatures.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

/// A group that is not a valid signature.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// More of something than the format allows.
    #[error("a signature holds at most {limit} {what}, this one has {found}")]
    TooMany {
        /// What is counted.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there may be.
        limit: usize,
    },
    /// A node refers to a node at or after its own place, or out of the list.
    #[error("node {node} names {what} {index}, which does not come before it")]
    BadReference {
        /// The node, or the number of nodes for an output.
        node: usize,
        /// What it names.
        what: &'static str,
        /// The index that it names.
        index: u32,
    },
    /// A view's access list is not as long as the domain's rank.
    #[error("view {view} has {found} axes, the domain has {expected}")]
    ViewRank {
        /// The view.
        view: usize,
        /// Axes of the view.
        found: usize,
        /// Axes of the domain.
        expected: usize,
    },
    /// A signature without outputs computes nothing.
    #[error("a signature needs at least one output")]
    NoOutputs,
    /// A reduction of a value that is already reduced, or in a domain without a reduced axis.
    #[error("node {node} reduces a value that has no reduced axis")]
    NothingToReduce {
        /// The node.
        node: usize,
    },
    /// A state of a rolled loop that is not element by element.
    #[error(
        "source {source_index} cannot be carried from trip to trip: it needs an output of its own, \
         of its type and without a view, identity views, a domain without reduced axes, and its \
         place in order"
    )]
    Carry {
        /// The source.
        source_index: u32,
    },
    /// A scan runs along one axis.
    #[error("node {node} is a scan in a domain with {found} reduced axes, it runs along one")]
    ScanAxes {
        /// The node.
        node: usize,
        /// Reduced axes of the domain.
        found: usize,
    },
    /// The index of a gather has another type.
    #[error("node {node} gathers by an index that is not of type u32")]
    IndexType {
        /// The node.
        node: usize,
    },
}

/// Sizes or operands of a call that do not fit its signature.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CallError {
    /// A list of the call is not as long as the signature's.
    #[error("the call has {found} {what}, its signature has {expected}")]
    Count {
        /// The list.
        what: &'static str,
        /// Its length.
        found: usize,
        /// The length by the signature.
        expected: usize,
    },
    /// Too many trips, or none.
    #[error("a rolled call makes 1 to {limit} trips, this one {found}")]
    Trips {
        /// Trips of the call.
        found: u32,
        /// The most that it may make.
        limit: u32,
    },
    /// A scalar that the kernel takes as the same in all trips.
    #[error("scalar {param} changes from trip to trip, the kernel takes it as one value")]
    Fixed {
        /// The parameter.
        param: usize,
    },
    /// A view reaches outside its buffer.
    #[error("view {view} reaches element {element}, its buffer holds {len}")]
    OutOfBounds {
        /// The view.
        view: usize,
        /// The element that it reaches.
        element: i128,
        /// Elements of the buffer.
        len: u64,
    },
    /// A shape expression over- or underflows, divides by zero or is malformed.
    #[error("a size of the kernel cannot be evaluated: {reason}")]
    Shape {
        /// What is wrong.
        reason: &'static str,
    },
    /// A value does not fit the 32-bit field of the kernel's parameters.
    #[error("`{what}` is {value}, a kernel's parameters hold 32-bit values")]
    TooLarge {
        /// The value.
        what: &'static str,
        /// What it is.
        value: i128,
    },
}

/// Bytes that are not an archive, or an archive that does not hold what it says.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// A plan that cannot be decoded.
    #[error("plan `{name}` is malformed")]
    Plan {
        /// Its name.
        name: String,
        /// What is wrong with it.
        #[source]
        source: Box<DecodeError>,
    },
    /// A plan whose name depends on the machine that built it.
    #[error("{part} has a name that is not relative, with `/`")]
    PlanName {
        /// The row.
        part: Part,
    },
    /// The bytes lie at an address at which entries cannot be read in place.
    #[error(
        "the archive lies {remainder} bytes past a multiple of {align}, read it from an aligned \
         address"
    )]
    Misaligned {
        /// The alignment that is needed.
        align: u64,
        /// The address modulo that.
        remainder: u64,
    },
    /// The bytes end inside something of fixed length.
    #[error("the {part} needs {needed} bytes, the file has {found}")]
    Truncated {
        /// What is cut off.
        part: Part,
        /// Bytes that it needs.
        needed: u64,
        /// Bytes that there are.
        found: u64,
    },
    /// Another kind of file.
    #[error(
        "not a preheat archive: it starts with `{}`, expected `{}`",
        found.escape_ascii(),
        expected.escape_ascii()
    )]
    Magic {
        /// The first bytes of every archive.
        expected: [u8; 8],
        /// The first bytes of this file.
        found: [u8; 8],
    },
    /// An archive written in another byte order.
    #[error("the byte-order tag is {found:#010x}, expected {expected:#010x}")]
    Endianness {
        /// Our tag.
        expected: u32,
        /// The file's.
        found: u32,
    },
    /// An archive of another version of the format; it has to be built again.
    #[error("the archive is version {found}, this program reads version {expected}")]
    Version {
        /// Our version.
        expected: u32,
        /// The file's.
        found: u32,
    },
    /// A file of this format with another purpose.
    #[error("the file is of kind {found}, expected kind {expected}")]
    Kind {
        /// The kind that can be opened here.
        expected: u32,
        /// The file's.
        found: u32,
    },
    /// The file is longer or shorter than it says.
    #[error("the archive should be {expected} bytes long, it is {found}")]
    Length {
        /// Length by the header.
        expected: u64,
        /// Length of the bytes.
        found: u64,
    },
    /// Something is larger than the format allows.
    #[error("{found} {what}, the limit is {limit}")]
    Limit {
        /// What is counted.
        what: &'static str,
        /// How many there are.
        found: u64,
        /// How many there may be.
        limit: u64,
    },
    /// Bytes do not have the hash that is stored for them.
    #[error("the {part} has hash {found}, expected {expected}")]
    Hash {
        /// What was hashed.
        part: Part,
        /// The stored hash.
        expected: ContentHash,
        /// The hash of the bytes.
        found: ContentHash,
    },
    /// Bytes that must be zero are not.
    #[error("reserved bytes of the {part} are not zero")]
    Reserved {
        /// Where they are.
        part: Part,
    },
    /// Sections are not in ascending order of their ids.
    #[error("section {id} follows section {previous}, expected ascending ids")]
    SectionOrder {
        /// The section out of order.
        id: SectionId,
        /// The one before it.
        previous: SectionId,
    },
    /// A section does not begin at the first aligned byte after the one before it.
    #[error("section {id} begins at {found}, expected {expected}")]
    SectionPlace {
        /// The section.
        id: SectionId,
        /// Where it has to begin.
        expected: u64,
        /// Where the table says it does.
        found: u64,
    },
    /// A section ends after the file.
    #[error("section {id} ends at {end}, the file at {file_len}")]
    SectionBounds {
        /// The section.
        id: SectionId,
        /// Its end.
        end: u64,
        /// The length of the file.
        file_len: u64,
    },
    /// A section's flags are not those of its id, or have bits that this version does not know.
    #[error("section {id} has flags {found:#x}, expected 1, or 0 if it may be skipped")]
    SectionFlags {
        /// The section.
        id: SectionId,
        /// Its flags.
        found: u32,
    },
    /// A section is too short for its rows, or its length is not a whole number of rows.
    #[error("section {id} has {len} bytes, expected {expected} for {row_count} rows")]
    SectionLen {
        /// The section.
        id: SectionId,
        /// Its length.
        len: u64,
        /// Length of the rows that it counts.
        expected: u64,
        /// Rows that it counts.
        row_count: u64,
    },
    /// A section without which there is no archive is absent.
    #[error("section {id} is missing")]
    MissingSection {
        /// The section.
        id: SectionId,
    },
    /// A section that must be understood and is not.
    #[error("section {id} is required and not known to this program")]
    UnknownSection {
        /// The section.
        id: SectionId,
    },
    /// A row points outside its section.
    #[error("the {part} ends at {end}, its section at {section_len}")]
    Bounds {
        /// What is pointed to.
        part: Part,
        /// Its end, relative to the section.
        end: u64,
        /// Length of the section.
        section_len: u64,
    },
    /// A blob does not lie where the one before it ends.
    #[error("the {part} lies at {found}, expected {expected}")]
    Place {
        /// The blob.
        part: Part,
        /// Where it has to lie, relative to the section.
        expected: u64,
        /// Where its row says it does.
        found: u64,
    },
    /// A row is not greater than the one before it.
    #[error("the {part} is not greater than the row before it")]
    Unsorted {
        /// The row.
        part: Part,
    },
    /// An artifact has two index rows.
    #[error("the {part} is the second one of artifact {}", key.short())]
    Duplicate {
        /// The row.
        part: Part,
        /// Key of the artifact.
        key: ArtifactKey,
    },
    /// A row holds a code that this version does not know.
    #[error("the {part} has {field} {found}, which is not a known code")]
    UnknownCode {
        /// The row.
        part: Part,
        /// The field.
        field: &'static str,
        /// Its code.
        found: u32,
    },
    /// An entry's bytes are not an archived artifact.
    #[error("the entry {} is malformed", key.short())]
    Entry {
        /// Key of the artifact.
        key: ArtifactKey,
        /// What the check of the bytes found.
        #[source]
        source: rkyv::rancor::Error,
    },
    /// An artifact breaks a rule that every artifact obeys.
    #[error("the entry {} breaks a rule: {rule}", key.short())]
    Artifact {
        /// Key of the artifact.
        key: ArtifactKey,
        /// The rule.
        rule: &'static str,
    },
    /// An entry is not the one that its index row names, or keys do not belong together.
    #[error("the {part} has {field} {values}")]
    Field {
        /// What was read.
        part: Part,
        /// The field.
        field: &'static str,
        /// Its value as stored, and as it is referred to.
        values: Box<Mismatch>,
    },
    /// A module is not code of its target.
    #[error("the module {} is not {target}: {rule}", key.short())]
    Module {
        /// Key of the artifact.
        key: ArtifactKey,
        /// Its target.
        target: Target,
        /// What such code must be.
        rule: &'static str,
    },
    /// The preimage of a key is absent.
    #[error("the {} preimage of {key} is missing", kind.name())]
    MissingPreimage {
        /// Kind of key.
        kind: KeyKind,
        /// The key.
        key: ContentHash,
    },
    /// A preimage cannot be read.
    #[error("the {} preimage of {key} is malformed", kind.name())]
    Preimage {
        /// Kind of key.
        kind: KeyKind,
        /// The key.
        key: ContentHash,
        /// What is wrong.
        #[source]
        source: DecodeError,
    },
    /// The section of signatures cannot be read.
    #[error("the signatures cannot be read")]
    Signatures(#[from] SignError),
    /// The section of certificates cannot be read.
    #[error("the certificates cannot be read: {rule}")]
    Certificates {
        /// The rule that it breaks.
        rule: &'static str,
    },
    /// A script's name depends on a machine.
    #[error("the {part} names a script by other than a relative name with `/`")]
    ScriptName {
        /// Where it is.
        part: Part,
    },
    /// Text is not UTF-8.
    #[error("the {part} holds text that is not UTF-8")]
    Text {
        /// Where it is.
        part: Part,
        /// Where the text breaks.
        #[source]
        source: std::str::Utf8Error,
    },
}

/// Two values that should be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// What it should be.
    pub expected: FieldValue,
    /// What it is.
    pub found: FieldValue,
}

impl std::fmt::Display for Mismatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, expected {}", self.found, self.expected)
    }
}

/// A value in a [`Mismatch`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldValue {
    /// A number or code.
    Number(u64),
    /// A key or hash.
    Hash(ContentHash),
}

impl std::fmt::Display for FieldValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            FieldValue::Number(number) => write!(f, "{number}"),
            FieldValue::Hash(hash) => write!(f, "{hash}"),
        }
    }
}

/// A signature, a key file, or the trust that is asked of them.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SignError {
    /// Bytes or text that break a rule of FORMAT.md.
    #[error("malformed: {rule}")]
    Malformed {
        /// The rule.
        rule: &'static str,
    },
    /// No signature at all.
    #[error("it carries no signature")]
    Unsigned,
    /// Signed, by a key that is not pinned.
    #[error("it is signed by `{id}`, whose key is not trusted")]
    OtherKey {
        /// Who the signature says signed.
        id: KeyId,
    },
    /// Signed by a trusted key, a release too old.
    #[error("`{id}` signed it as generation {found}, expected {expected} or later")]
    Replayed {
        /// Who signed.
        id: KeyId,
        /// The signature's generation.
        found: u64,
        /// The oldest that is taken.
        expected: u64,
    },
    /// The signature is not of these bytes.
    #[error("the signature of `{id}` is not of this archive")]
    Forged {
        /// Who is said to have signed.
        id: KeyId,
    },
}

impl SignError {
    /// Of several reasons the one to report is the largest.
    pub(crate) fn nearness(&self) -> u8 {
        match self {
            SignError::Unsigned => 0,
            SignError::OtherKey { .. } => 1,
            SignError::Replayed { .. } => 2,
            SignError::Malformed { .. } | SignError::Forged { .. } => 3,
        }
    }
}

/// Something that an archive cannot be built from.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BuildError {
    /// One key, two contents: a compiler that is not deterministic, or a generator that changed
    /// without its hash.
    #[error("artifact {} has two different {what}", key.short())]
    Conflict {
        /// The key.
        key: ArtifactKey,
        /// What differs: `entries` or `modules`.
        what: &'static str,
    },
    /// An artifact's key is not that of the preimage given with it.
    #[error("artifact {} has {field} {values} by its preimages", key.short())]
    Preimage {
        /// Key of the artifact.
        key: ArtifactKey,
        /// The field that differs.
        field: &'static str,
        /// Value in the artifact, and by the preimages.
        values: Box<Mismatch>,
    },
    /// One name, two plans.
    #[error("there are two different plans of the name `{name}`")]
    PlanConflict {
        /// The name.
        name: String,
    },
    /// A plan that cannot be stored.
    #[error("plan `{name}` cannot be stored")]
    Plan {
        /// Its name.
        name: String,
        /// What is wrong with it.
        #[source]
        source: Box<PlanError>,
    },
    /// A name that depends on the machine or the working directory.
    #[error("group {} comes from `{script}`, expected a relative name with `/`", group.short())]
    ScriptName {
        /// The group.
        group: GroupKey,
        /// The name.
        script: String,
    },
    /// A signature that cannot be stored.
    #[error("group {} is not a valid signature", group.short())]
    Signature {
        /// The group.
        group: GroupKey,
        /// The rule that it breaks.
        #[source]
        source: SignatureError,
    },
    /// A content section that cannot be merged row by row.
    #[error("section {section} cannot be merged; merge with the version that wrote it")]
    Unmergeable {
        /// The section.
        section: SectionId,
    },
    /// A delta for another archive.
    #[error("the delta is for the archive with root hash {expected}, this one has {found}")]
    Base {
        /// What the delta was made from.
        expected: ContentHash,
        /// What it is applied to.
        found: ContentHash,
    },
    /// A delta that does not make what it promises.
    #[error("the delta makes an archive with root hash {found}, expected {expected}")]
    Result {
        /// What it promises.
        expected: ContentHash,
        /// What came out.
        found: ContentHash,
    },
    /// The bytes could not be written.
    #[error("the archive could not be written")]
    Sink(#[from] std::io::Error),
    /// What was given would not be accepted by the reader.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}
