//! `cargo xtask random`: statistical tests of the random numbers of the operation table.

use std::io::Write;

use anyhow::{Result, bail};
use preheat_ops::eval::{Eval, Map1};
use preheat_ops::op::RandomDef;
use preheat_ops::{Kind, philox4x32_10};
use preheat_tests::randomness::{self, NORMAL, Report, UNIFORM};

/// Arguments of the chore.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Numbers of each sample.
    #[arg(long, default_value_t = 100_000_000)]
    samples: u64,
    /// Seeds to measure.
    #[arg(long, default_values_t = [0u64, 1])]
    seed: Vec<u64>,
}

/// Measures every distribution and counts what is unlikely.
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<usize> {
    let (uniform, normal) = (distribution("rand")?, distribution("randn")?);
    let erfc = erfc()?;
    let gauss = |x: f64| {
        let mut result = [0.0];
        erfc(&[-x / std::f64::consts::SQRT_2], &mut result);
        result[0] / 2.0
    };
    let mut findings = 0;
    for seed in &args.seed {
        let mut report = |name: &str, report: Report| -> Result<()> {
            writeln!(out, "{name}, seed {seed}: {report}")?;
            for found in report.findings() {
                writeln!(out, "  {found}")?;
                findings += 1;
            }
            Ok(())
        };
        let single = |def: &'static RandomDef| {
            let numbers = blocks(*seed).flat_map(move |block| (def.f32)(block));
            numbers.map(f64::from).take(args.samples as usize)
        };
        let double = |def: &'static RandomDef| {
            blocks(*seed).flat_map(move |block| (def.f64)(block)).take(args.samples as usize)
        };
        report("rand single", randomness::measure(single(uniform), UNIFORM, |x| x))?;
        report("rand double", randomness::measure(double(uniform), UNIFORM, |x| x))?;
        report("randn single", randomness::measure(single(normal), NORMAL, gauss))?;
        report("randn double", randomness::measure(double(normal), NORMAL, gauss))?;
    }
    Ok(findings)
}

fn blocks(seed: u64) -> impl Iterator<Item = [u32; 4]> {
    let key = [seed as u32, (seed >> 32) as u32];
    (0u64..).map(move |block| philox4x32_10([block as u32, (block >> 32) as u32, 0, 0], key))
}

fn distribution(name: &str) -> Result<&'static RandomDef> {
    let row = preheat_ops::table().find(|def| def.id.as_str() == name);
    match row.map(|def| &def.kind) {
        Some(Kind::Random(def)) => Ok(def),
        _ => bail!("the table has no distribution `{name}`"),
    }
}

fn erfc() -> Result<Map1<f64, f64>> {
    let row = preheat_ops::table().find(|def| def.id.as_str() == "erfc");
    match row.map(|def| &def.kind) {
        Some(Kind::Elementwise { eval: Eval::Float1 { f64, .. }, .. }) => Ok(*f64),
        _ => bail!("the table has no function `erfc` of one number"),
    }
}
