//! A plan of a script, run with other sizes, arrays and seed; no front end for scripts is linked.
//!
//! ```text
//! preheat build heat.m -D N=512 -o heat.preheat
//! cargo run --release -p preheat-runtime --example replay -- heat.preheat
//! cargo run --release -p preheat-runtime --example replay -- heat.preheat heat.m N=1000 seed=7
//! ```
//!
//! Without the name of a plan it lists those of the archive. `NAME=VALUE` sets a size; `seed` is
//! that of random numbers; an array that must be given is filled with 0, 1/n, 2/n, ..
#![expect(clippy::print_stdout, reason = "a program that prints its result")]

use std::error::Error;
use std::time::Instant;

use preheat_cpu::Column;
use preheat_format::{DType, PlanInput};
use preheat_runtime::{Archive, Buffer, ReplayInputs, Runtime};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let path = args.next().ok_or("expected an archive")?;
    // The program made the archive itself; others pin a key with `trust`.
    let runtime = Runtime::builder().archive(Archive::open(path)?).trusted(true).build()?;
    let Some(name) = args.next() else {
        return list(&runtime);
    };
    let plan = runtime.plan(&name)?;
    let mut sizes = Vec::new();
    let mut inputs = ReplayInputs::new();
    for word in args {
        let (name, value) = word.split_once('=').ok_or("expected NAME=VALUE")?;
        if name == "seed" {
            inputs = inputs.seed(value.parse()?);
        } else {
            sizes.push((name.to_owned(), value.parse()?));
            inputs = inputs.size(name, value.parse()?);
        }
    }
    let numbers = plan.plan().sizes(&sizes)?;
    for input in plan.plan().inputs.iter().filter(|input| input.data.is_none()) {
        inputs = inputs.array(&*input.name, given(&runtime, input, &numbers)?);
    }
    let start = Instant::now();
    let outputs = runtime.replay(&name, &inputs)?;
    for output in &outputs {
        let (shape, column) = (&output.shape, runtime.read(&output.array)?);
        println!("{} {shape:?} {}", output.name, beginning(&column));
    }
    let telemetry = runtime.telemetry();
    println!("engine             {} {}", telemetry.engine, telemetry.adapter);
    println!("calls, dispatches  {}, {}", telemetry.calls, telemetry.dispatches);
    println!("frontend compiles  {}", telemetry.frontend_compiles);
    println!("time               {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
    Ok(())
}

fn list(runtime: &Runtime) -> Result<(), Box<dyn Error>> {
    for name in runtime.plans() {
        let plan = runtime.plan(&name)?;
        let sizes = plan.plan().sizes.iter();
        let sizes: Vec<String> =
            sizes.map(|size| format!("{} {}..={}", size.name, size.min, size.max)).collect();
        let outputs = plan.plan().outputs.iter().map(|output| output.name.as_str());
        let outputs: Vec<&str> = outputs.collect();
        println!("{name}: sizes [{}], outputs [{}]", sizes.join(", "), outputs.join(", "));
    }
    Ok(())
}

fn given(runtime: &Runtime, input: &PlanInput, sizes: &[u64]) -> Result<Buffer, Box<dyn Error>> {
    let len = usize::try_from(input.len.evaluate_u64(sizes)?)?;
    let values = (0..len).map(|at| at as f64 / len as f64);
    let column = match input.dtype {
        DType::F64 => Column::F64(values.collect()),
        DType::F32 => Column::F32(values.map(|value| value as f32).collect()),
        _ => Column::Word((0..len as u32).collect()),
    };
    Ok(runtime.upload(input.dtype, column)?)
}

fn beginning(column: &Column) -> String {
    match column {
        Column::F64(values) => format!("{:?}", values.iter().take(4).collect::<Vec<_>>()),
        Column::F32(values) => format!("{:?}", values.iter().take(4).collect::<Vec<_>>()),
        Column::Word(values) => format!("{:?}", values.iter().take(4).collect::<Vec<_>>()),
    }
}
