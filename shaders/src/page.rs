//! The table as a page for people: docs/ops.md.

use crate::op::{DTypeRule, Kind, OpDef};
use crate::ops::FAMILIES;

/// The text of docs/ops.md.
pub fn page() -> String {
    let mut text = "# Operations\n\n\
        <!-- Made by `cargo xtask gen` from shaders/src/ops; a test compares. -->\n\n\
        What a kernel can be made of. A script's functions are formulas over these. \
        *Error* is the largest distance from the exact result in units in \
        the last place, in precise mode, over the whole range; 0: correctly rounded or exact. \
        A reduction marked *scan* also gives running values along an axis.\n"
        .to_owned();
    for (title, rows) in FAMILIES {
        text +=
            &format!("\n## {title}\n\n| operation | operands | result | error | what it is |\n");
        text += "|---|---|---|---|---|\n";
        for row in *rows {
            text += &line(row);
        }
    }
    text
}

fn line(row: &OpDef) -> String {
    let operands = match &row.kind {
        Kind::Elementwise { arity, wgsl, .. } => {
            let forms = [("f64", wgsl.f64), ("f32", wgsl.f32), ("words", wgsl.word)];
            let known: Vec<&str> = forms
                .into_iter()
                .filter(|(_, text)| !text.is_empty())
                .map(|(name, _)| name)
                .collect();
            format!("{arity} of {}", known.join(", "))
        }
        Kind::Cast => "1 of any type".to_owned(),
        Kind::Random(_) => "position, seed, first block".to_owned(),
        Kind::Reduction(reduction) => {
            let flags = reduction.accumulator.iter().any(crate::op::Component::is_flag);
            let large = reduction.accumulator.len() > 2;
            if flags || large { "an array".to_owned() } else { "an array; scan".to_owned() }
        }
    };
    let result = match row.dtype {
        DTypeRule::Same => "as the operands",
        DTypeRule::Bool => "logical",
        DTypeRule::Stated => "as asked",
    };
    let error = row.ulp_max;
    let doc = row.doc.replace('|', "\\|");
    format!("| `{}` | {operands} | {result} | {error} | {doc} |\n", row.id)
}
