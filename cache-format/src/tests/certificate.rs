//! Certificates come back as they were attached, and nothing malformed does.

use std::io::Cursor;

use super::archive;
use crate::certificate::{Certificate, SpecialPolicy, attachment, certificates};
use crate::{ArchiveError, ArchiveView, ArtifactKey, Attachment, SectionId, attach};

fn certificate(number: u8, device: &str) -> Certificate {
    Certificate {
        artifact_key: ArtifactKey([number; 32]),
        policy: SpecialPolicy::AsReference,
        compared: 1000 + u64::from(number),
        undecided: 3,
        error_ulp: 1.5,
        bound_ulp: 4.0,
        device: device.to_owned(),
        driver: "driver 1.0".to_owned(),
    }
}

fn with(attachment: Attachment) -> Vec<u8> {
    let bytes = archive(2);
    let mut sink = Cursor::new(Vec::new());
    let view = ArchiveView::open(&bytes).unwrap();
    attach::attach(&view, &[attachment], &mut sink).unwrap();
    sink.into_inner()
}

fn read(bytes: &[u8]) -> Result<Vec<Certificate>, ArchiveError> {
    certificates(&ArchiveView::open(bytes).unwrap())
}

#[test]
fn certificates_come_back_and_the_root_hash_stays() {
    let list = vec![certificate(1, "a GPU"), certificate(2, "another"), certificate(9, "a GPU")];
    // In any order.
    let bytes = with(attachment(list.iter().rev().cloned()));
    assert_eq!(read(&bytes).unwrap(), list);
    let (before, view) = (archive(2), ArchiveView::open(&bytes).unwrap());
    assert_eq!(ArchiveView::open(&before).unwrap().root_hash(), view.root_hash());
    assert!(view.verify_all().is_empty());
    assert_eq!(read(&before).unwrap(), []);
}

#[test]
fn what_breaks_a_rule_is_refused_and_found() {
    let sound = attachment([certificate(1, "a GPU"), certificate(2, "another")]);
    assert_eq!(sound.row_count, 2);
    let nan = f64::NAN.to_bits().to_le_bytes();
    let beyond = 4.5f64.to_bits().to_le_bytes();
    // Place and bytes: order, policy, reserved, error, bound, offset, lengths, text.
    let changes: [(usize, &[u8]); 10] = [
        (0, &[7]),
        (32, &[2]),
        (36, &[1]),
        (56, &beyond),
        (56, &nan),
        (64, &nan),
        (72, &[255, 255, 255, 255, 255, 255, 255, 255]),
        (80, &[255, 255]),
        (84, &[1]),
        (192, &[0xff]),
    ];
    for (place, change) in changes {
        let mut damaged = sound.clone();
        damaged.bytes[place..place + change.len()].copy_from_slice(change);
        let bytes = with(damaged);
        let found = read(&bytes);
        assert!(matches!(found, Err(ArchiveError::Certificates { .. })), "{place}: {found:?}");
        let findings = ArchiveView::open(&bytes).unwrap().verify_all();
        assert!(matches!(findings[..], [ArchiveError::Certificates { .. }]), "{place}");
    }
    for row_count in [0, 1, 3, usize::MAX] {
        assert!(read(&with(Attachment { row_count, ..sound.clone() })).is_err(), "{row_count}");
    }
    let mut longer = sound.clone();
    longer.bytes.push(0);
    assert!(read(&with(longer)).is_err());
    assert_eq!(sound.id, SectionId::CERTIFICATES);
}
