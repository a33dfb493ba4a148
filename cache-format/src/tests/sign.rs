//! Who vouches for an archive, and what takes that away.

use std::io::Cursor;

use super::archive;
use super::reseal::{reseal_header, reseal_rows};
use crate::sign::{
    self, Covered, KeyId, PublicKey, SecretKey, TrustPolicy, TrustedKey, decode_detached,
    encode_detached, sign_all,
};
use crate::{
    ArchiveError, ArchiveView, ArtifactKey, Attachment, DeviceDescription, EntryRef, Part,
    SectionId, SidecarBuilder, SidecarView, SignError, attach,
};

fn key(name: &str, seed: u8) -> SecretKey {
    SecretKey::new(KeyId::new(name, 3).unwrap(), [seed; 32])
}

fn policy(key: &SecretKey, generation_min: u64) -> TrustPolicy {
    TrustPolicy { keys: vec![TrustedKey { key: key.public(), generation_min }] }
}

fn with(bytes: &[u8], attachments: &[Attachment]) -> Vec<u8> {
    let view = ArchiveView::open(bytes).unwrap();
    let mut sink = Cursor::new(Vec::new());
    attach::attach(&view, attachments, &mut sink).unwrap();
    sink.into_inner()
}

fn signed(bytes: &[u8], signers: &[(SecretKey, u64)], more: Vec<Attachment>) -> Vec<u8> {
    let root_hash = ArchiveView::open(bytes).unwrap().root_hash();
    with(bytes, &sign_all(root_hash, more, signers))
}

fn check(bytes: &[u8], policy: &TrustPolicy) -> Result<(), SignError> {
    policy.check(&ArchiveView::open(bytes).unwrap(), &[]).map(|_| ())
}

#[test]
fn a_pinned_key_makes_an_archive_trusted() {
    let (one, acme, other) = (archive(3), key("acme", 1), key("acme", 2));
    let bytes = signed(&one, &[(acme.clone(), 7)], Vec::new());
    assert_eq!(check(&bytes, &policy(&acme, 7)), Ok(()));
    assert_eq!(check(&one, &policy(&acme, 0)), Err(SignError::Unsigned));
    let id = acme.id().clone();
    // The name is the same; the key is not.
    assert_eq!(check(&bytes, &policy(&other, 0)), Err(SignError::OtherKey { id: id.clone() }));
    let replayed = SignError::Replayed { id, found: 7, expected: 8 };
    assert_eq!(check(&bytes, &policy(&acme, 8)), Err(replayed));
    assert!(ArchiveView::open(&bytes).unwrap().verify_all().is_empty());
}

#[test]
fn several_keys_may_sign_and_one_is_enough() {
    let (acme, local) = (key("acme", 1), key("local", 2));
    let signers = [(local.clone(), 0), (acme.clone(), 7)];
    let bytes = signed(&archive(2), &signers, Vec::new());
    assert_eq!(check(&bytes, &policy(&acme, 7)), Ok(()));
    assert_eq!(check(&bytes, &policy(&local, 0)), Ok(()));
    let list = sign::signatures(&ArchiveView::open(&bytes).unwrap()).unwrap();
    let ids: Vec<String> = list.iter().map(|signature| signature.id.to_string()).collect();
    assert_eq!(ids, ["acme@3", "local@3"]);
}

#[test]
fn a_table_that_was_sealed_again_is_not_signed() {
    let acme = key("acme", 1);
    let bytes = signed(&archive(3), &[(acme.clone(), 0)], Vec::new());
    let forged = Err(SignError::Forged { id: acme.id().clone() });
    for id in [0x11, 3, 4, 5] {
        let view = ArchiveView::open(&bytes).unwrap();
        let section = view.sections().find(|section| section.id == SectionId(id)).unwrap();
        let mut tampered = bytes.clone();
        tampered[(section.offset_bytes + section.len_bytes) as usize - 1] ^= 1;
        reseal_rows(&mut tampered);
        reseal_header(&mut tampered);
        assert_eq!(check(&tampered, &policy(&acme, 0)), forged, "section {id:#x}");
    }
}

/// Two rows of the index trade their modules: each blob is whole, and has the hash that is stated.
#[test]
fn a_swapped_blob_is_not_what_was_signed() {
    let acme = key("acme", 1);
    let bytes = signed(&archive(3), &[(acme.clone(), 0)], Vec::new());
    let view = ArchiveView::open(&bytes).unwrap();
    let index = view.sections().find(|section| section.id == SectionId::INDEX).unwrap();
    let row = |number: usize| index.offset_bytes as usize + number * 192;
    let target = |number: usize| bytes[row(number) + 32];
    let hash = |number: usize| bytes[row(number) + 136..row(number) + 168].to_vec();
    let other = (1..12).find(|at| target(*at) == target(0) && hash(*at) != hash(0)).unwrap();
    let mut swapped = bytes.clone();
    for field in [56..72, 136..168] {
        for at in field {
            swapped.swap(row(0) + at, row(other) + at);
        }
    }
    // The header says nothing of a single row; the page that holds it does, and no kernel is
    // taken before that was asked.
    let view = ArchiveView::open(&swapped).unwrap();
    let entry = view.entries().next().unwrap().unwrap();
    assert!(entry.module().is_ok(), "the blob is sound in itself");
    let error = view.authenticate(&entry).unwrap_err();
    assert!(matches!(error, ArchiveError::Hash { part: Part::IndexPage(0), .. }), "{error}");
    // With every hash made right it is another archive than the one that was signed.
    reseal_rows(&mut swapped);
    reseal_header(&mut swapped);
    let view = ArchiveView::open(&swapped).unwrap();
    let entry = view.entries().next().unwrap().unwrap();
    assert!(view.authenticate(&entry).is_ok());
    let forged = Err(SignError::Forged { id: acme.id().clone() });
    assert_eq!(check(&swapped, &policy(&acme, 0)), forged);
    // And a stranger's signature over it, in the signer's name, is a stranger's.
    let signed_again = signed(&swapped, &[(key("acme", 9), 99)], Vec::new());
    let stranger = Err(SignError::OtherKey { id: acme.id().clone() });
    assert_eq!(check(&signed_again, &policy(&acme, 0)), stranger);
}

/// A changed entry is found when it is read, before anything of it is used.
#[test]
fn a_tampered_entry_is_refused_when_it_is_read() {
    let bytes = archive(2);
    let view = ArchiveView::open(&bytes).unwrap();
    let entries = view.sections().find(|section| section.id == SectionId::ENTRIES).unwrap();
    let place =
        |entry: &EntryRef<'_>| (entries.offset_bytes + entry.row().entry.offset_bytes) as usize;
    let first = view.entries().next().unwrap().unwrap();
    for at in 0..first.row().entry.len_bytes as usize {
        let mut tampered = bytes.clone();
        tampered[place(&first) + at] ^= 1;
        let view = ArchiveView::open(&tampered).unwrap();
        let entry = view.entries().next().unwrap().unwrap();
        let error = entry.to_artifact().unwrap_err();
        let is_hash = matches!(error, ArchiveError::Hash { part: Part::Entry(_), .. });
        assert!(is_hash, "byte {at}: {error}");
    }
}

/// A sidecar whose rows were given the keys of another device: the signature is over what was.
#[test]
fn a_sidecar_of_another_device_is_refused() {
    let describe = |version: &str| DeviceDescription {
        interface: "vulkan".to_owned(),
        adapter: "a GPU".to_owned(),
        driver: "driver".to_owned(),
        driver_version: version.to_owned(),
        pci: "10de:2335".to_owned(),
        wrapper: "wgpu 30".to_owned(),
        cache_header: [7; 64],
    };
    let (theirs, ours) = (describe("1.0"), describe("2.0"));
    let (acme, artifact) = (key("acme", 1), ArtifactKey([5; 32]));
    let mut builder = SidecarBuilder::new();
    builder.add(artifact, &theirs.encode(), &[9; 100]).unwrap();
    let bytes = builder.finish().unwrap();
    let view = SidecarView::open(&bytes).unwrap();
    let signature = acme.sign(&Covered::of_parts(view.root_hash(), &[]), 0);
    let trusted = |view: &SidecarView<'_>| {
        policy(&acme, 0).check_sidecar(view, std::slice::from_ref(&signature)).map(|_| ())
    };
    assert_eq!(trusted(&view), Ok(()));
    // It is theirs, so we find nothing in it.
    assert_eq!(view.find(ours.key(artifact)), None);
    let section = crate::archive::HEADER_LEN;
    let mut renamed = bytes.clone();
    renamed[section..section + 32].copy_from_slice(&ours.key(artifact).0);
    let view = SidecarView::open(&renamed).unwrap();
    let row = view.find(ours.key(artifact)).unwrap();
    assert!(matches!(view.description(&row), Err(ArchiveError::Hash { .. })));
    assert!(matches!(trusted(&view), Err(SignError::Malformed { .. })));
    reseal_header(&mut renamed);
    let view = SidecarView::open(&renamed).unwrap();
    assert_eq!(trusted(&view), Err(SignError::Forged { id: acme.id().clone() }));
}

#[test]
fn what_is_attached_is_signed_too() {
    let acme = key("acme", 1);
    let note = |text: &str| Attachment {
        id: SectionId::CERTIFICATES,
        row_count: 0,
        bytes: text.as_bytes().to_vec(),
    };
    let bytes = signed(&archive(2), &[(acme.clone(), 0)], vec![note("proved")]);
    assert_eq!(check(&bytes, &policy(&acme, 0)), Ok(()));
    let view = ArchiveView::open(&bytes).unwrap();
    let signatures = attach::attachments(&view, &[SectionId::CERTIFICATES]);
    let forged = Err(SignError::Forged { id: acme.id().clone() });
    let other = [vec![note("PROVED")], signatures.clone()].concat();
    assert_eq!(check(&with(&bytes, &other), &policy(&acme, 0)), forged);
    // Taking the certificates away is another statement as well.
    assert_eq!(check(&with(&bytes, &signatures), &policy(&acme, 0)), forged);
}

#[test]
fn a_signature_of_another_archive_is_forged() {
    let acme = key("acme", 1);
    let old = signed(&archive(2), &[(acme.clone(), 9)], Vec::new());
    let taken = attach::attachments(&ArchiveView::open(&old).unwrap(), &[]);
    let forged = Err(SignError::Forged { id: acme.id().clone() });
    assert_eq!(check(&with(&archive(3), &taken), &policy(&acme, 0)), forged);
    // Nor can its generation be raised, nor another key's name be put on it.
    let view = ArchiveView::open(&old).unwrap();
    let mut signature = sign::signatures(&view).unwrap().remove(0);
    signature.generation += 1;
    let raised = with(&old, &[sign::attachment(vec![signature])]);
    assert_eq!(check(&raised, &policy(&acme, 0)), forged);
}

#[test]
fn detached_signatures_are_as_good() {
    let (one, acme) = (archive(2), key("acme", 1));
    let view = ArchiveView::open(&one).unwrap();
    let signature = acme.sign(&Covered::of(&view), 4);
    let file = encode_detached(view.root_hash(), vec![signature.clone()]);
    let (root_hash, list) = decode_detached(&file).unwrap();
    assert_eq!((root_hash, list.as_slice()), (view.root_hash(), &[signature][..]));
    assert!(policy(&acme, 4).check(&view, &list).is_ok());
    for len in 0..file.len() {
        assert!(decode_detached(&file[..len]).is_err(), "{len} bytes");
    }
    for at in 0..file.len() {
        let mut damaged = file.clone();
        damaged[at] ^= 0x40;
        let list = decode_detached(&damaged).map(|(_, list)| list).unwrap_or_default();
        // The head's root hash only says which archive is meant.
        let is_taken = policy(&acme, 4).check(&view, &list).is_ok();
        assert_eq!(is_taken, (16..48).contains(&at), "byte {at}");
    }
}

#[test]
fn key_files_are_read_back_and_nothing_else_is() {
    let acme = key("acme", 1);
    let (secret, public) = (acme.to_file(), acme.public().to_string());
    assert_eq!(PublicKey::parse(&public).unwrap(), acme.public());
    assert_eq!(SecretKey::parse(&secret).unwrap().public(), acme.public());
    assert!(PublicKey::parse(&secret).is_err() && SecretKey::parse(&public).is_err());
    assert!(!format!("{acme:?}").contains("0101"), "a secret is not shown");
    let wrong = [
        public.replace("name acme", "name Acme"),
        public.replace("name acme", "name"),
        public.replace("version 3", "version -3"),
        public.replace("key ", "key 0"),
        public.replace("key ", "key zz"),
        format!("{public}more\n"),
        String::new(),
    ];
    for text in wrong {
        assert!(PublicKey::parse(&text).is_err(), "{text}");
    }
}

/// RFC 8032, section 7.1, test 1 has this pair.
#[test]
fn keys_are_those_of_ed25519() {
    let hex = |text: &str| -> [u8; 32] {
        let byte = |at: usize| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap();
        std::array::from_fn(byte)
    };
    let seed = hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    let public = hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    let key = SecretKey::new(KeyId::new("rfc", 1).unwrap(), seed);
    assert_eq!(key.public().as_bytes(), &public);
}
