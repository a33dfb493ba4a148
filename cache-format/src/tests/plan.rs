//! Plans: their bytes, their numbers, and their section.

use std::io::Cursor;
use std::sync::Arc;

use super::{archive, samples};
use crate::merge::Merge;
use crate::{
    ArchiveBuilder, ArchiveError, ArchiveView, BuildError, CallOutput, DType, DecodeError,
    GroupKey, Part, Plan, PlanCall, PlanError, PlanInput, PlanNumbers, PlanOutput, PlanRoll,
    PlanRun, PlanScalar, PlanSize, PlanView, Scalar, SectionId, SizeExpr, SizePart, SizeTerm,
};

/// `sum of coefficient * N^a * M^b`
fn polynomial(terms: &[(i64, [u8; 2])]) -> SizeExpr {
    let term = |(coefficient, powers): &(i64, [u8; 2])| SizeTerm {
        coefficient: *coefficient,
        powers: powers.to_vec(),
    };
    let terms = terms.iter().map(term).collect();
    SizeExpr { parts: vec![SizePart { factor: 1, divisor: 1, terms }] }
}

fn size(name: &str, [min, recorded, max]: [u64; 3]) -> PlanSize {
    PlanSize { name: name.to_owned(), recorded, min, max }
}

/// Every form that a plan can hold.
fn plan(key: GroupKey) -> Plan {
    let blocks = SizePart {
        factor: 3,
        divisor: 4,
        terms: vec![SizeTerm { coefficient: 1, powers: vec![0, 1] }],
    };
    let call = PlanCall {
        key,
        extents: vec![polynomial(&[(1, [1, 1]), (-1, [1, 0])])],
        views: vec![PlanView {
            offset: SizeExpr::constant(2),
            strides: vec![polynomial(&[(-1, [0, 1])])],
        }],
        sources: vec![0, 1],
        params: vec![
            PlanScalar::Fixed(Scalar::f32(0.5)),
            PlanScalar::Size(DType::F64, polynomial(&[(1, [2, 0])])),
            PlanScalar::Size(DType::U32, SizeExpr { parts: vec![blocks.clone()] }),
            PlanScalar::Quotient {
                dtype: DType::F32,
                dividend: 8.0,
                divisor: polynomial(&[(1, [0, 1]), (-1, [0, 0])]),
            },
            PlanScalar::Seed { word: 0, recorded: 42 },
            PlanScalar::Seed { word: 1, recorded: 0 },
        ],
        outputs: vec![None, Some(1)],
        roll: Some(PlanRoll {
            trips: 3,
            places: vec![0, 0, 1, 0, 0, 0],
            table: vec![
                PlanRun::Words(vec![0]),
                PlanRun::Ramp {
                    count: 3,
                    start: SizeExpr::default(),
                    step: SizeExpr { parts: vec![SizePart { factor: 1, ..blocks }] },
                },
            ],
        }),
    };
    let input =
        |name: &str, len, data| PlanInput { name: name.to_owned(), dtype: DType::F32, len, data };
    Plan {
        sizes: vec![size("M", [2, 5, 9]), size("N", [2, 40, 323])],
        inputs: vec![
            input("x", polynomial(&[(1, [1, 0])]), None),
            input("input2", SizeExpr::constant(1), Some(vec![0, 0, 128, 63])),
        ],
        calls: vec![call],
        outputs: vec![PlanOutput {
            name: "y".to_owned(),
            value: 3,
            shape: vec![polynomial(&[(1, [0, 1])])],
        }],
    }
}

#[test]
fn a_plan_comes_back_from_its_bytes() {
    let plan = plan(GroupKey([7; 32]));
    let bytes = plan.encode();
    assert_eq!(Plan::decode(&bytes).unwrap(), plan);
    for len in 0..bytes.len() {
        assert!(Plan::decode(&bytes[..len]).is_err(), "cut at {len}");
    }
    let trailing = [&bytes[..], &[0]].concat();
    let error = Plan::decode(&trailing).unwrap_err();
    assert_eq!(error, DecodeError::TrailingBytes { field: "plan", count: 1 });
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x80;
        // Whatever it says, it is read without a panic, and has one encoding if it is a plan.
        if let Ok(other) = Plan::decode(&flipped) {
            assert_eq!(other.encode(), flipped, "flipped at {at}");
        }
    }
}

#[test]
fn numbers_follow_from_the_sizes() {
    let sample = samples(1).remove(0);
    let plan = plan(sample.group_key());
    let sizes = plan.sizes(&[("N".to_owned(), 100), ("M".to_owned(), 6)]).unwrap();
    assert_eq!(sizes, [6, 100]);
    let signature = Arc::new(sample.signature);
    let numbers = PlanNumbers { sizes: &sizes, seed: Some(1 << 32 | 9) };
    let call = plan.call(0, &signature, numbers).unwrap();
    // Powers are those of M, then N.
    assert_eq!(call.extents, [600 - 6]);
    assert_eq!((call.views[0].offset, call.views[0].strides.as_slice()), (2, &[-100][..]));
    assert_eq!(call.params[1], Scalar::f64(36.0));
    assert_eq!(call.params[2], Scalar::u32(75));
    assert_eq!(call.params[3], Scalar::f32(8.0 / 99.0));
    assert_eq!((call.params[4], call.params[5]), (Scalar::u32(9), Scalar::u32(1)));
    assert_eq!(*call.roll.unwrap().table, [0, 0, 25, 50]);
    assert_eq!(call.outputs, [CallOutput::New, CallOutput::Update(1)]);
    assert_eq!((plan.first_value(0), plan.value_count(), plan.seed()), (2, 4, Some(42)));
    assert_eq!(plan.last_uses(), [Some(0), Some(0), None, None]);
}

#[test]
fn what_a_plan_does_not_cover_is_said() {
    let plan = plan(GroupKey([7; 32]));
    let given = |name: &str, value| plan.sizes(&[(name.to_owned(), value)]);
    assert_eq!(given("N", 323).unwrap(), [5, 323]);
    let error = given("N", 324).unwrap_err();
    let (name, found, min, max) = ("N".to_owned(), 324, 2, 323);
    assert_eq!(error, PlanError::Size { name, found, min, max });
    let error = given("K", 3).unwrap_err();
    assert!(matches!(&error, PlanError::UnknownSize { known, .. } if known == &["M", "N"]));
    // 2^40 * 2^40 elements.
    let huge = polynomial(&[(1, [2, 0])]).evaluate_u64(&[1 << 40, 0]);
    assert!(matches!(huge, Err(PlanError::Overflow { value, .. }) if value == 1 << 80));
    let negative = polynomial(&[(-1, [1, 0])]).evaluate_u64(&[3, 0]);
    assert!(matches!(negative, Err(PlanError::Overflow { value: -3, .. })));
    assert!(polynomial(&[(i64::MAX, [8, 8])]).evaluate(&[u64::MAX, u64::MAX]).is_err());
}

#[test]
fn a_plan_that_contradicts_itself_is_refused() {
    let good = plan(GroupKey([7; 32]));
    let check = |change: fn(&mut Plan)| {
        let mut plan = good.clone();
        change(&mut plan);
        assert!(matches!(plan.check(), Err(PlanError::Rule { .. })));
        assert!(Plan::decode(&plan.encode()).is_err());
        assert!(ArchiveBuilder::new().add_plan("a.m", &plan).is_err());
    };
    check(|plan| plan.calls[0].sources[0] = 2);
    check(|plan| plan.calls[0].outputs[1] = Some(3));
    check(|plan| plan.outputs[0].value = 4);
    check(|plan| plan.sizes.reverse());
    check(|plan| plan.sizes[0].recorded = 1);
    check(|plan| plan.inputs[1].name = "x".to_owned());
    check(|plan| plan.calls[0].roll.as_mut().unwrap().trips = 0);
    assert!(matches!(
        ArchiveBuilder::new().add_plan("/tmp/a.m", &good),
        Err(BuildError::Plan { .. })
    ));
}

fn with_plans(names: &[&str]) -> Vec<u8> {
    let mut builder = ArchiveBuilder::new();
    let samples = samples(2);
    samples.iter().for_each(|sample| builder.add(&sample.input()).unwrap());
    for name in names {
        builder.add_plan(name, &plan(samples[0].group_key())).unwrap();
    }
    builder.finish().unwrap().bytes
}

#[test]
fn an_archive_gives_its_plans_by_name() {
    let bytes = with_plans(&["b.m", "a/c.m"]);
    let view = ArchiveView::open(&bytes).unwrap();
    let names: Vec<&str> = view.plans().map(|plan| plan.unwrap().name).collect();
    assert_eq!(names, ["a/c.m", "b.m"]);
    assert!(view.plan("b.m").unwrap().is_some());
    assert!(view.plan("c.m").unwrap().is_none());
    assert!(view.verify_all().is_empty());
    // Without plans there is no such section.
    let none = archive(2);
    let none = ArchiveView::open(&none).unwrap();
    assert!(none.section_bytes(SectionId::PLANS).is_none());
    assert!(none.plan("b.m").unwrap().is_none());
    let mut damaged = bytes.clone();
    let section = view.sections().find(|section| section.id == SectionId::PLANS).unwrap();
    damaged[section.end_bytes() as usize - 1] ^= 1;
    let view = ArchiveView::open(&damaged).unwrap();
    let part = Part::Section(SectionId::PLANS);
    assert!(matches!(view.plan("b.m"), Err(ArchiveError::Hash { part: p, .. }) if p == part));
    assert!(!view.verify_all().is_empty());
}

#[test]
fn plans_are_merged_by_name() {
    let (one, two) = (with_plans(&["a.m"]), with_plans(&["b.m"]));
    let views = [ArchiveView::open(&one).unwrap(), ArchiveView::open(&two).unwrap()];
    let merged = |keep: &(dyn Fn(&crate::IndexRow) -> bool + Sync)| {
        let mut sink = Cursor::new(Vec::new());
        Merge { views: &views, keep }.write(&mut sink, |_| Vec::new()).map(|_| sink.into_inner())
    };
    assert_eq!(merged(&|_| true).unwrap(), with_plans(&["a.m", "b.m"]));
    // A plan goes with its group.
    let gone = samples(1).remove(0).group_key();
    let rest = merged(&|row| row.group_key != gone).unwrap();
    assert_eq!(ArchiveView::open(&rest).unwrap().plans().count(), 0);
    let mut builder = ArchiveBuilder::new();
    builder.add_plan("a.m", &plan(gone)).unwrap();
    let error = builder.add_plan("a.m", &plan(GroupKey([1; 32]))).unwrap_err();
    assert!(matches!(error, BuildError::PlanConflict { .. }));
    let other = builder.finish().unwrap().bytes;
    let mut conflicting = ArchiveBuilder::new();
    conflicting.add_plan("a.m", &plan(GroupKey([1; 32]))).unwrap();
    let conflicting = conflicting.finish().unwrap().bytes;
    let views = [ArchiveView::open(&other).unwrap(), ArchiveView::open(&conflicting).unwrap()];
    let error = Merge { views: &views, keep: &|_| true }
        .write(&mut Cursor::new(Vec::new()), |_| Vec::new())
        .unwrap_err();
    assert!(matches!(error, BuildError::PlanConflict { .. }));
}
