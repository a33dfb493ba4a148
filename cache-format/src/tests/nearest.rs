//! A miss names the field that differs, whichever it is.

use super::samples;
use crate::nearest::{
    Difference, artifact_differences, kernel_differences, nearest, signature_differences,
};
use crate::{
    ArchiveBuilder, ArchiveView, ArtifactInput, AxisAccess, AxisRole, DType, NodeKind, NumericMode,
    OpId, Signature, Target, ViewForm,
};

/// SplitMix64 (Steele, Lea, Flood, 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((word ^ (word >> 31)) % limit as u64) as usize
    }
}

fn other_dtype(dtype: DType) -> DType {
    if dtype == DType::F32 { DType::I32 } else { DType::F32 }
}

/// Changes one field of a signature at random, and says which.
fn mutate(signature: &mut Signature, random: &mut Random) -> String {
    loop {
        let node = random.below(signature.nodes.len());
        match random.below(12) {
            0 => {
                signature.mode = match signature.mode {
                    NumericMode::Precise => NumericMode::Fast,
                    NumericMode::Fast => NumericMode::Precise,
                };
                return "numeric mode".to_owned();
            }
            1 => {
                signature.roles[0] = match signature.roles[0] {
                    AxisRole::Kept => AxisRole::Reduced,
                    AxisRole::Reduced => AxisRole::Kept,
                };
                return "axis 0: role".to_owned();
            }
            2 => {
                signature.sources[0] = other_dtype(signature.sources[0]);
                return "source 0: type".to_owned();
            }
            3 => {
                signature.params[0] = other_dtype(signature.params[0]);
                return "parameter 0: type".to_owned();
            }
            4 => {
                signature.views[0].form = ViewForm::Strided;
                return "view 0: form".to_owned();
            }
            5 => {
                signature.views[0].axes[0] = AxisAccess::One;
                return "view 0: axis 0".to_owned();
            }
            6 => {
                signature.nodes[node].dtype = other_dtype(signature.nodes[node].dtype);
                return format!("node {node}: type");
            }
            7 => {
                signature.outputs[0].node = 0;
                return "output 0: node".to_owned();
            }
            8 => {
                signature.outputs[0].view = Some(random.below(100) as u32);
                return "output 0: view".to_owned();
            }
            9 => {
                signature.sources.push(DType::F64);
                return "number of sources".to_owned();
            }
            10 => {
                signature.params.push(DType::F64);
                return "number of parameters".to_owned();
            }
            _ => {
                if let Some(field) = mutate_kind(&mut signature.nodes[node].kind, node, random) {
                    return field;
                }
            }
        }
    }
}

fn mutate_kind(kind: &mut NodeKind, node: usize, random: &mut Random) -> Option<String> {
    match kind {
        NodeKind::Apply { op, .. } if random.below(2) == 0 => {
            *op = OpId::new("mutant");
            Some(format!("node {node}: operation"))
        }
        NodeKind::Apply { operands, .. } => {
            let place = random.below(operands.len());
            operands[place] += 100;
            Some(format!("node {node}: operand {place}"))
        }
        NodeKind::Load { source, .. } if random.below(2) == 0 => {
            *source += 1;
            Some(format!("node {node}: source"))
        }
        NodeKind::Load { view, .. } => {
            *view += 1;
            Some(format!("node {node}: view"))
        }
        NodeKind::Param { param } => {
            *param += 1;
            Some(format!("node {node}: parameter"))
        }
        NodeKind::Index { .. }
        | NodeKind::Constant { .. }
        | NodeKind::Reduce { .. }
        | NodeKind::Scan { .. }
        | NodeKind::Gather { .. }
        | NodeKind::Contract { .. } => None,
    }
}

/// The only field of a list of differences.
fn only(differences: &[Difference]) -> &str {
    assert_eq!(differences.len(), 1, "{differences:?}");
    assert_ne!(differences[0].expected, differences[0].found, "{differences:?}");
    &differences[0].field
}

#[test]
fn the_field_of_a_thousand_random_mutations_is_named() {
    let samples = samples(24);
    let mut builder = ArchiveBuilder::new();
    samples.iter().for_each(|sample| builder.add(&sample.input()).unwrap());
    let bytes = builder.finish().unwrap().bytes;
    let view = ArchiveView::open(&bytes).unwrap();
    let mut random = Random(7);
    for _ in 0..1000 {
        let sample = &samples[random.below(samples.len())];
        match random.below(9) {
            0 => {
                let mut kernel = sample.kernel.clone();
                let field = match random.below(3) {
                    0 => {
                        kernel.variant.push('x');
                        "variant"
                    }
                    1 => {
                        kernel.guard.push(random.below(256) as u8);
                        "guard"
                    }
                    _ => {
                        kernel.generator[random.below(32)] ^= 1;
                        "generator"
                    }
                };
                assert_ne!(kernel.key(), sample.kernel.key());
                assert_eq!(only(&kernel_differences(&kernel, &sample.kernel)), field);
            }
            1 => {
                let mut translation = sample.translation.clone();
                let field = match random.below(4) {
                    0 => {
                        translation.target = Target::Msl;
                        "target"
                    }
                    1 => {
                        translation.translator.push('1');
                        "translator"
                    }
                    2 => {
                        translation.options.push('x');
                        "options"
                    }
                    _ => {
                        translation.limits.push('x');
                        "limits"
                    }
                };
                assert_ne!(translation.key(), sample.translation.key());
                let differences = artifact_differences(&translation, &sample.translation);
                assert_eq!(only(&differences), field);
            }
            _ => {
                let mut wanted = sample.signature.clone();
                let field = mutate(&mut wanted, &mut random);
                assert_ne!(wanted.key(), sample.signature.key(), "{field}");
                let found = nearest(&view, &wanted).unwrap().unwrap();
                assert_eq!(only(&found.differences), field);
                assert_eq!(found.group, sample.group_key(), "{field}");
            }
        }
    }
}

#[test]
fn equal_signatures_do_not_differ_and_an_empty_archive_has_no_nearest_group() {
    let sample = samples(1).remove(0);
    assert!(signature_differences(&sample.signature, &sample.signature).is_empty());
    let ArtifactInput { signature, .. } = sample.input();
    let bytes = ArchiveBuilder::new().finish().unwrap().bytes;
    assert_eq!(nearest(&ArchiveView::open(&bytes).unwrap(), signature).unwrap(), None);
}
