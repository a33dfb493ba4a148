//! Random graphs of array operations: every engine computes what the scalar reference does, and a
//! group's key does not depend on names or on the order in which independent work is recorded.
//!
//! All values are small whole numbers, NaN or infinite, so that every operation here is exact in
//! any class, in any order, with or without fused multiply-add: results must be equal, not close.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use preheat_compiler::diagnostic::Span;
use preheat_compiler::shape::Shape;
use preheat_compiler::trace::engine::{Buffer, Engine, EngineError, GroupOrigin};
use preheat_compiler::trace::graph::{Graph, GraphOptions};
use preheat_compiler::trace::planner::map_call;
use preheat_compiler::trace::record::{Operand, Slice};
use preheat_compiler::trace::value::{Class, HostArray, HostData, Lazy, Number};
use preheat_cpu::Column;
use preheat_format::{Call, DType, GroupKey, OpId};
use preheat_runtime::{DeviceChoice, Runtime};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;

use super::differential::runtime;
use super::harness::{self, RuntimeEngine};

/// Values are brought back to at most this size after every operation that may leave it.
const BOUND: f64 = 64.0;

/// A graph to be recorded: numbers are reduced to what is in range.
#[derive(Clone)]
struct Recipe {
    /// Extents of which every array has each or 1.
    extents: Vec<u64>,
    leaves: Vec<Leaf>,
    steps: Vec<Step>,
    /// Arrays that are read, one after the other.
    reads: Vec<Index>,
    /// Whether an array is still held by a variable while others are read.
    held: Vec<bool>,
}

#[derive(Clone, Debug)]
struct Leaf {
    class: u8,
    /// Axes along which it has extent 1.
    single: Vec<bool>,
    seed: u64,
}

#[derive(Clone, Debug)]
struct Step {
    kind: u8,
    operands: [Index; 3],
    axis: Index,
}

/// Names of the steps by their kind.
const KINDS: [&str; 20] = [
    "add",
    "add",
    "sub",
    "mul",
    "min",
    "max",
    "abs",
    "neg",
    "lt",
    "eq",
    "select",
    "single",
    "plus 3",
    "red_sum",
    "red_max",
    "red_min",
    "any below 0",
    "flip",
    "max with scalar",
    "turned",
];

/// A recipe as a person reads it: one array a line.
impl fmt::Debug for Recipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f)?;
        for (place, leaf) in self.leaves.iter().enumerate() {
            writeln!(f, "%{place} = {:?}", leaf.array(&self.extents))?;
        }
        for (step, place) in self.steps.iter().zip(self.leaves.len()..) {
            let [a, b, c] = step.operands.map(|index| index.index(place));
            let axis = step.axis.index(self.extents.len());
            writeln!(f, "%{place} = {} %{a} %{b} %{c} axis {axis}", KINDS[step.kind as usize])?;
        }
        let count = self.leaves.len() + self.steps.len();
        let reads: Vec<usize> = self.reads.iter().map(|index| index.index(count)).collect();
        let held: Vec<usize> = (0..count).filter(|place| self.held[*place]).collect();
        writeln!(f, "read {reads:?}, held {held:?}")
    }
}

fn recipe() -> impl Strategy<Value = Recipe> {
    use prop::collection::vec;
    let extent =
        prop_oneof![1 => Just(0u64), 6 => Just(1), 8 => Just(2), 8 => 3..6u64, 4 => 6..12u64];
    let leaf = (0..3u8, vec(any::<bool>(), 6), any::<u64>())
        .prop_map(|(class, single, seed)| Leaf { class, single, seed });
    let step = (0..20u8, any::<[Index; 3]>(), any::<Index>())
        .prop_map(|(kind, operands, axis)| Step { kind, operands, axis });
    (
        vec(extent, 2..7),
        vec(leaf, 1..5),
        vec(step, 1..41),
        vec(any::<Index>(), 1..4),
        vec(any::<bool>(), 45),
    )
        .prop_map(|(extents, leaves, steps, reads, held)| Recipe {
            extents,
            leaves,
            steps,
            reads,
            held,
        })
}

impl Leaf {
    fn array(&self, extents: &[u64]) -> HostArray {
        let along = |(extent, single): (&u64, &bool)| if *single { 1 } else { *extent };
        let shape = Shape::new(extents.iter().zip(&self.single).map(along).collect());
        let mut state = self.seed | 1;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040);
            match state >> 56 {
                0..3 => f64::NAN,
                3..5 => f64::INFINITY,
                5 => f64::NEG_INFINITY,
                _ => ((state >> 33) % 17) as f64 - 8.0,
            }
        };
        let values: Vec<f64> = (0..shape.len()).map(|_| next()).collect();
        let data = match self.class {
            0 => HostData::Double(values),
            1 => HostData::Single(values.iter().map(|value| *value as f32).collect()),
            _ => HostData::Logical(values.iter().map(|value| *value > 0.0).collect()),
        };
        HostArray::new(shape, data)
    }
}

fn op(name: &str) -> OpId {
    OpId::from_bytes(name.as_bytes()).expect("a name")
}

/// Records one recipe and reads its results.
struct Recorder<'a> {
    recipe: &'a Recipe,
    graph: Graph,
}

impl Recorder<'_> {
    fn apply(&mut self, name: &str, operands: &[&Lazy]) -> Lazy {
        let operands: Vec<Operand<'_>> = operands.iter().map(|lazy| Operand::Lazy(lazy)).collect();
        self.graph.apply(op(name), &operands, Span::default()).expect("shapes that go together")
    }

    fn with_number(&mut self, name: &str, left: &Lazy, right: f64) -> Lazy {
        let operands = [Operand::Lazy(left), Operand::Number(Number::Double(right))];
        self.graph.apply(op(name), &operands, Span::default()).expect("a number goes with all")
    }

    fn bounded(&mut self, lazy: &Lazy) -> Lazy {
        let below = self.with_number("max", lazy, -BOUND);
        self.with_number("min", &below, BOUND)
    }

    fn reduce(&mut self, name: &str, lazy: &Lazy, axis: usize) -> Lazy {
        let reduced = self.graph.reduce(op(name), lazy, &[axis], Span::default());
        let reduced = reduced.expect("a class that can be reduced");
        if reduced.class == Class::Logical { reduced } else { self.bounded(&reduced) }
    }

    /// The array of a step.
    fn step(&mut self, step: &Step, known: &[Lazy]) -> Lazy {
        let [a, b, c] = step.operands.map(|index| known[index.index(known.len())].clone());
        let axis = step.axis.index(self.recipe.extents.len());
        match step.kind {
            0 | 1 => {
                let sum = self.apply("add", &[&a, &b]);
                self.bounded(&sum)
            }
            2 => {
                let difference = self.apply("sub", &[&a, &b]);
                self.bounded(&difference)
            }
            3 => {
                let product = self.apply("mul", &[&a, &b]);
                self.bounded(&product)
            }
            4 => self.apply("min", &[&a, &b]),
            5 => self.apply("max", &[&a, &b]),
            6 => self.apply("abs", &[&a]),
            7 => self.apply("neg", &[&a]),
            8 => self.apply("lt", &[&a, &b]),
            9 => self.apply("eq", &[&a, &b]),
            10 => {
                let test = self.with_number("gt", &c, 0.0);
                let [test, a, b] = [&test, &a, &b].map(Operand::Lazy);
                self.graph.select(test, a, b, Span::default()).expect("shapes that go together")
            }
            11 => self.graph.cast(&a, Class::Single, Span::default()).expect("a class"),
            12 => self.with_number("add", &a, 3.0),
            13 => self.reduce("red_sum", &a, axis),
            14 => self.reduce("red_max", &a, axis),
            15 => self.reduce("red_min", &a, axis),
            16 => {
                let test = self.with_number("lt", &a, 0.0);
                self.reduce("red_any", &test, axis)
            }
            17 => self.flipped(&a, axis),
            18 => self.through_column(&a, &b),
            _ => self.turned(&a, axis),
        }
    }

    fn flipped(&mut self, lazy: &Lazy, axis: usize) -> Lazy {
        let slice = |at: usize| {
            let count = lazy.shape.extent(at);
            match at == axis && count > 0 {
                true => Slice { start: count as i64 - 1, step: -1, count, whole: false },
                false => Slice::all(count),
            }
        };
        let slices: Vec<Slice> = (0..lazy.shape.rank()).map(slice).collect();
        self.graph.slice(lazy, &slices, Span::default())
    }

    /// `reshape(max(a(:), scalar), size(a))`, the scalar the largest element of another array.
    fn through_column(&mut self, a: &Lazy, b: &Lazy) -> Lazy {
        let column = Shape::matrix(a.shape.len(), 1);
        let column = self.graph.reshape(a, column, Span::default()).expect("as many elements");
        let axes: Vec<usize> = (0..b.shape.rank()).collect();
        let largest = self.graph.reduce(op("red_max"), b, &axes, Span::default());
        let largest = largest.expect("a class that can be reduced");
        let larger = match largest.shape.is_scalar() {
            true => self.apply("max", &[&column, &largest]),
            false => column,
        };
        self.graph.reshape(&larger, a.shape.clone(), Span::default()).expect("as many elements")
    }

    /// An operation on the array with its axes turned by some places, and back.
    fn turned(&mut self, lazy: &Lazy, by: usize) -> Lazy {
        let rank = self.recipe.extents.len().max(lazy.shape.rank());
        let order: Vec<usize> = (0..rank).map(|axis| (axis + by) % rank).collect();
        let back: Vec<usize> = (0..rank).map(|axis| (axis + rank - by) % rank).collect();
        let turned = self.graph.permute(lazy, &order, Span::default());
        let changed = self.with_number("sub", &turned, 1.0);
        let changed = self.bounded(&changed);
        self.graph.permute(&changed, &back, Span::default())
    }
}

/// Every array by its place in the recipe, recorded in an order that `order` picks from those
/// whose operands are there. A step's operands are arrays of earlier places.
fn record(recipe: &Recipe, engine: Box<dyn Engine>, order: &[Index]) -> Vec<Vec<f64>> {
    let graph = Graph::new(engine, GraphOptions::default());
    let mut recorder = Recorder { recipe, graph };
    let mut known: Vec<Lazy> = Vec::new();
    for leaf in &recipe.leaves {
        let array = leaf.array(&recipe.extents);
        known.push(recorder.graph.leaf(&array, Span::default()).expect("a class that uploads"));
    }
    let leaf_count = known.len();
    let mut made: Vec<Option<Lazy>> = known.into_iter().map(Some).collect();
    made.resize(leaf_count + recipe.steps.len(), None);
    let mut picks = order.iter().cycle();
    loop {
        let is_ready = |place: &usize| {
            let step = &recipe.steps[place - leaf_count];
            let needs = step.operands.iter().map(|index| index.index(*place));
            made[*place].is_none() && needs.into_iter().all(|need| made[need].is_some())
        };
        let ready: Vec<usize> = (leaf_count..made.len()).filter(is_ready).collect();
        let Some(first) = ready.first() else { break };
        let place = picks.next().map_or(*first, |pick| ready[pick.index(ready.len())]);
        // Places that are not there yet are no operands: they stand in for the list's length.
        let stand_in = made[0].clone().expect("a leaf");
        let known: Vec<Lazy> =
            made[..place].iter().map(|lazy| lazy.clone().unwrap_or(stand_in.clone())).collect();
        let lazy = recorder.step(&recipe.steps[place - leaf_count], &known);
        made[place] = Some(lazy);
    }
    let reads: Vec<Lazy> =
        recipe.reads.iter().filter_map(|index| made[index.index(made.len())].clone()).collect();
    for (lazy, held) in made.iter_mut().zip(&recipe.held) {
        if !held {
            *lazy = None;
        }
    }
    let read = |lazy: &Lazy| recorder.graph.read(lazy).expect("it runs").doubles();
    reads.iter().map(read).collect()
}

/// The engine of plain loops over scalars.
struct Reference;

impl Engine for Reference {
    fn upload(&mut self, _: DType, column: Arc<Column>) -> Result<Buffer, EngineError> {
        Ok(Buffer::new(column))
    }

    fn call(&mut self, call: Call<Buffer>, _: &GroupOrigin) -> Result<Vec<Buffer>, EngineError> {
        let call = map_call(&call, |buffer| Ok(column(buffer)))?;
        let results = preheat_cpu::reference(&call).map_err(|source| EngineError::Failed {
            message: source.to_string(),
            source: Some(Box::new(source)),
        })?;
        Ok(results.into_iter().map(Buffer::new).collect())
    }

    fn read(&mut self, buffer: &Buffer) -> Result<Arc<Column>, EngineError> {
        Ok(column(buffer))
    }

    fn is_planning(&self) -> bool {
        false
    }
}

fn column(buffer: &Buffer) -> Arc<Column> {
    Arc::clone(buffer.inner::<Arc<Column>>().expect("this engine's buffer"))
}

/// Results and keys on a runtime.
fn run(recipe: &Recipe, runtime: &Arc<Runtime>, order: &[Index]) -> (Vec<Vec<f64>>, Vec<GroupKey>) {
    let keys = Rc::new(RefCell::new(Vec::new()));
    let results = record(recipe, RuntimeEngine::new(runtime, &keys), order);
    let keys = keys.borrow().clone();
    (results, keys)
}

/// NaN equals NaN, 0 equals -0.
fn is_equal(left: &[Vec<f64>], right: &[Vec<f64>]) -> bool {
    let same = |(x, y): (&f64, &f64)| x == y || (x.is_nan() && y.is_nan());
    left.len() == right.len()
        && left
            .iter()
            .zip(right)
            .all(|(left, right)| left.len() == right.len() && left.iter().zip(right).all(same))
}

/// The same cases in every run, unless `PROPTEST_RNG_SEED` asks for others.
fn config(cases: u32) -> ProptestConfig {
    let stated = ProptestConfig::default();
    let rng_seed = match stated.rng_seed {
        RngSeed::Random => RngSeed::Fixed(1),
        RngSeed::Fixed(_) => stated.rng_seed,
    };
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 4_000, rng_seed, ..stated }
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn the_cpu_computes_what_the_scalar_reference_does(recipe in recipe()) {
        let runtime = runtime(DeviceChoice::Cpu);
        let expected = record(&recipe, Box::new(Reference), &[]);
        let (found, _) = run(&recipe, &runtime, &[]);
        prop_assert!(is_equal(&found, &expected), "{found:?}\n{expected:?}");
    }

    #[test]
    fn what_is_computed_at_once_is_what_groups_compute(recipe in recipe()) {
        let runtime = runtime(DeviceChoice::Cpu);
        let (expected, planned) = run(&recipe, &runtime, &[]);
        let keys = Rc::new(RefCell::new(Vec::new()));
        let found = record(&recipe, RuntimeEngine::new(&runtime, &keys).knowing(), &[]);
        prop_assert!(is_equal(&found, &expected), "{found:?}\n{expected:?}");
        let mut rest = planned.iter();
        prop_assert!(keys.borrow().iter().all(|key| rest.any(|planned| planned == key)));
    }

    #[test]
    fn the_order_of_independent_work_does_not_change_keys(
        recipe in recipe(),
        order in prop::collection::vec(any::<Index>(), 40),
    ) {
        let runtime = runtime(DeviceChoice::Cpu);
        let (found, keys) = run(&recipe, &runtime, &[]);
        let (reordered, others) = run(&recipe, &runtime, &order);
        prop_assert!(is_equal(&found, &reordered), "{found:?}\n{reordered:?}");
        prop_assert_eq!(keys, others);
    }
}

#[test]
fn the_device_computes_what_the_scalar_reference_does() {
    if !harness::has_gpu() {
        return;
    }
    let runtime = runtime(DeviceChoice::Vulkan);
    let mut runner = proptest::test_runner::TestRunner::new(config(40));
    let outcome = runner.run(&recipe(), |recipe| {
        let expected = record(&recipe, Box::new(Reference), &[]);
        let (found, _) = run(&recipe, &runtime, &[]);
        prop_assert!(is_equal(&found, &expected), "{found:?}\n{expected:?}");
        Ok(())
    });
    assert!(
        outcome.is_ok(),
        "{}",
        outcome.map_or_else(|error| error.to_string(), |()| String::new())
    );
}
