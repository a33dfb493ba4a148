//! Times as bars on a logarithmic axis, one block of bars per workload.

use std::fmt::Write;

use super::{Report, Row};

const LABELS_WIDTH: f64 = 150.0;
const BARS_WIDTH: f64 = 560.0;
const BAR_HEIGHT: f64 = 14.0;
const BLOCK_GAP: f64 = 12.0;
const TOP: f64 = 56.0;
/// Fills by engine: ours, then the peers in the order of their first row.
const FILLS: [&str; 5] = ["#1b6ac9", "#8a8f98", "#c98a1b", "#5aa469", "#a0508a"];

/// The picture.
pub(super) fn svg(report: &Report) -> String {
    let best: Vec<f64> = report.rows.iter().map(Row::best_ms).collect();
    let least = best.iter().copied().fold(f64::INFINITY, f64::min).max(1e-4);
    let most = best.iter().copied().fold(0.0, f64::max).max(least * 10.0);
    let (low, high) = (least.log10().floor(), most.log10().ceil());
    let x = |ms: f64| LABELS_WIDTH + BARS_WIDTH * (ms.max(1e-4).log10() - low) / (high - low);
    let mut engines: Vec<&str> = Vec::new();
    for row in &report.rows {
        if !engines.contains(&row.engine.as_str()) {
            engines.push(&row.engine);
        }
    }
    let (bars, height) = bars(report, &engines, x);
    let width = LABELS_WIDTH + BARS_WIDTH + 90.0;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         font-family=\"sans-serif\" font-size=\"11\">\n<rect width=\"100%\" height=\"100%\" \
         fill=\"white\"/>\n<text x=\"10\" y=\"18\" font-size=\"13\">{}: best time in \
         milliseconds, less is better</text>",
        escaped(&report.device)
    );
    for (place, engine) in engines.iter().enumerate() {
        let at = LABELS_WIDTH + 110.0 * place as f64;
        let fill = FILLS[place % FILLS.len()];
        let _ = writeln!(
            text,
            "<rect x=\"{at}\" y=\"27\" width=\"10\" height=\"10\" fill=\"{fill}\"/><text \
             x=\"{}\" y=\"36\">{}</text>",
            at + 14.0,
            escaped(engine)
        );
    }
    for power in low as i32..=high as i32 {
        let at = x(10f64.powi(power));
        let _ = writeln!(
            text,
            "<line x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{TOP}\" y2=\"{:.1}\" \
             stroke=\"#dddddd\"/><text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\" \
             fill=\"#666666\">{}</text>",
            height - 24.0,
            height - 10.0,
            10f64.powi(power)
        );
    }
    text + &bars + "</svg>\n"
}

/// The bars, and the height of the picture.
fn bars(report: &Report, engines: &[&str], x: impl Fn(f64) -> f64) -> (String, f64) {
    let mut text = String::new();
    let mut y = TOP;
    let mut before = "";
    for row in &report.rows {
        if row.workload != before {
            y += BLOCK_GAP;
            let _ = writeln!(
                text,
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                LABELS_WIDTH - 8.0,
                y + 11.0,
                escaped(&row.workload)
            );
            before = &row.workload;
        }
        let place = engines.iter().position(|engine| *engine == row.engine).unwrap_or(0);
        let end = x(row.best_ms()).max(LABELS_WIDTH + 1.0);
        let _ = writeln!(
            text,
            "<rect x=\"{LABELS_WIDTH}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{}\" \
             fill=\"{}\"/><text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            y + 1.0,
            end - LABELS_WIDTH,
            BAR_HEIGHT - 2.0,
            FILLS[place % FILLS.len()],
            end + 4.0,
            y + 11.0,
            number(row.best_ms())
        );
        y += BAR_HEIGHT;
    }
    (text, y + 36.0)
}

fn number(ms: f64) -> String {
    match ms {
        ms if ms >= 100.0 => format!("{ms:.0}"),
        ms if ms >= 1.0 => format!("{ms:.2}"),
        ms => format!("{ms:.3}"),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
