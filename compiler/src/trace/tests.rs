//! Scripts and what they print, on `preheat-cpu`; Octave 7.3 printed the expected texts. Cases are
//! beside this file in `tests/*.m`, each with its `*.txt`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use preheat_cpu::Column;
use preheat_format::{Call, CallOutput, DType};

use crate::diagnostic::FileId;
use crate::trace::builtins;
use crate::trace::engine::{Buffer, Engine, EngineError, GroupOrigin};
use crate::trace::error::ScriptError;
use crate::trace::files::no_disk;
use crate::trace::graph::{Graph, GraphOptions};
use crate::trace::interpreter::{Define, Host, run};
use crate::trace::planner::Planner;

type Keys = std::rc::Rc<std::cell::RefCell<Vec<String>>>;

/// Runs every group at once on the host, and remembers the keys.
struct Cpu {
    keys: Keys,
}

fn column(buffer: &Buffer) -> Arc<Column> {
    Arc::clone(buffer.inner::<Arc<Column>>().unwrap())
}

impl Engine for Cpu {
    fn upload(&mut self, _: DType, column: Arc<Column>) -> Result<Buffer, EngineError> {
        Ok(Buffer::new(column))
    }

    fn call(&mut self, call: Call<Buffer>, _: &GroupOrigin) -> Result<Vec<Buffer>, EngineError> {
        self.keys.borrow_mut().push(format!("{:?}", call.key));
        let outputs = call.outputs.into_iter().map(|output| match output {
            CallOutput::New => CallOutput::New,
            CallOutput::Update(base) => CallOutput::Update(column(&base)),
        });
        let call = Call {
            signature: call.signature,
            key: call.key,
            extents: call.extents,
            views: call.views,
            sources: call.sources.iter().map(column).collect(),
            params: call.params,
            outputs: outputs.collect(),
            roll: call.roll,
        };
        let results = preheat_cpu::run(call).unwrap();
        Ok(results.into_iter().map(Buffer::new).collect())
    }

    fn read(&mut self, buffer: &Buffer) -> Result<Arc<Column>, EngineError> {
        Ok(column(buffer))
    }

    fn is_planning(&self) -> bool {
        false
    }
}

/// An engine that runs, or one that plans; both remember keys.
fn engine(planning: bool, keys: &Keys) -> Box<dyn Engine> {
    let keys = std::rc::Rc::clone(keys);
    match planning {
        false => Box::new(Cpu { keys }),
        true => Box::new(Planner::new(Box::new(move |call, _| {
            keys.borrow_mut().push(format!("{:?}", call.key));
        }))),
    }
}

/// What a script printed, the keys of its groups, and its error.
struct Ran {
    printed: String,
    keys: Vec<String>,
    error: Option<ScriptError>,
}

fn execute(source: &str, planning: bool) -> Ran {
    let (program, findings) = crate::syntax::parse(FileId(0), source);
    assert!(findings.is_empty(), "{findings:?}");
    let keys = Keys::default();
    let mut graph = Graph::new(engine(planning, &keys), GraphOptions::default());
    let mut printed = String::new();
    let host = Host {
        print: &mut |text| printed.push_str(text),
        note: &mut |_| {},
        env: &|_| None,
        folder: &|| String::from("/home/scripts"),
        load: &mut |_| None,
        search: &|_| {},
        path: &|_| None,
        disk: &no_disk,
        clock: &|| 0.0,
    };
    let defines = [("defined".to_owned(), Define::Number(7.0))];
    let error = run(&program, &mut graph, host, &defines).err();
    let keys = keys.borrow().clone();
    Ran { printed, keys, error }
}

/// Calls a test with the stack that deep recursion needs.
fn with_stack(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(64 << 20).spawn(test).unwrap();
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

fn check(source: &'static str, expected: &'static str) {
    with_stack(move || {
        let ran = execute(source, false);
        let error = ran.error.map(|error| error.to_string()).unwrap_or_default();
        assert_eq!(ran.printed + &error, expected);
        // Building meets the same groups in the same order.
        assert_eq!(execute(source, true).keys, ran.keys);
    });
}

fn check_error(source: &'static str, code: &str, fragment: &str) {
    let ran = execute(source, false);
    let error = ran.error.unwrap();
    assert_eq!(error.diagnostic().code, code, "{error}");
    assert!(error.to_string().contains(fragment), "{error}");
    assert!(error.diagnostic().span.is_some());
}

#[test]
fn scripts_print_what_octave_prints() {
    with_stack(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/trace/tests");
        let mut scripts: Vec<PathBuf> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        scripts.retain(|path| path.extension().is_some_and(|extension| extension == "m"));
        scripts.sort();
        assert!(!scripts.is_empty());
        for script in scripts {
            let source = std::fs::read_to_string(&script).unwrap();
            let expected = std::fs::read_to_string(script.with_extension("txt")).unwrap();
            let ran = execute(&source, false);
            assert_eq!(ran.error.map(|error| error.to_string()), None, "{}", script.display());
            assert_eq!(ran.printed, expected, "{}", script.display());
            assert_eq!(execute(&source, true).keys, ran.keys, "{}", script.display());
        }
    });
}

#[test]
fn names_of_builtins_are_unique() {
    let mut names: Vec<&str> = builtins::table().map(|builtin| builtin.name).collect();
    names.sort_unstable();
    let twice: Vec<_> = names.windows(2).filter(|pair| pair[0] == pair[1]).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

#[test]
fn scalar_loops_record_nothing() {
    let source = "x = [1 2 3]; for k = 1:3, x(k) = x(k) * 2 + mod(k, 2); end, disp(x(3));";
    assert!(execute(source, false).keys.is_empty());
}

#[test]
fn iterations_have_equal_groups() {
    let source = "n = 9; s = ones(n, 1); for k = 1:4, s = s .* exp(k * s) + 1; end, \
                  disp(sum(s) > 0);";
    let keys = execute(source, false).keys;
    // `ones`, the four iterations, the sum.
    assert_eq!(keys.len(), 3, "{keys:?}");
    // A sum of each iteration's result keeps iterations apart: body and sum alternate.
    let source = "n = 9; s = ones(n, 1); for k = 1:4, s = s .* exp(k * s) + 1; \
                  fprintf('%g', sum(s)); end";
    let keys = execute(source, false).keys;
    assert!(keys[1..].windows(3).all(|three| three[0] == three[2]), "{keys:?}");
    assert_eq!(keys.len(), 9, "{keys:?}");
}

#[test]
fn output_needs_no_values_while_building() {
    let source = "x = rand(1e5, 1e4); disp(['mean ' num2str(mean(x(:)))]); fprintf('%g', x(:));";
    let ran = execute(source, true);
    assert_eq!((ran.printed.as_str(), ran.error.is_none()), ("", true));
    assert!(!ran.keys.is_empty());
}

#[test]
fn deferred_text_is_forced_by_control_flow() {
    let source = "t = num2str(sum([1 2 3])); if strcmp(t, '6'), x = ones(2) * 2; disp(x(1)); end";
    check(source, "2\n");
}

#[test]
fn a_definition_sets_a_variable() {
    check("disp(defined + 1)", "8\n");
}

#[test]
fn recursion_has_a_limit() {
    check(
        "try, f(1), catch e, disp(e.message), end\nfunction r = f(n)\nr = f(n + 1);\nend",
        "max_recursion_depth exceeded: 256 calls are active at once\n",
    );
}

#[test]
fn errors_name_what_and_hint() {
    check_error("x = 1;\ny = frobnicate(x);", "M101", "'frobnicate' undefined");
    check_error("x = lenght([1 2]);", "M101", "did you mean `length`?");
    check_error("if false, w = 2; end, disp(w)", "M101", "on the way to this place");
    check_error("ones(3, 4) * ones(3, 4)", "M103", "`.*`");
    check_error("ones(3, 4) + ones(3, 5)", "M103", "op1 is 3x4, op2 is 3x5");
    check_error("a = [1 2 3]; a(5)", "M105", "a(5): out of bound 3 (dimensions are 1x3)");
    let shadows = "(note: variable 'sum' shadows function)";
    let message = format!("sum(3): out of bound 1 (dimensions are 1x1) {shadows}");
    check_error("sum = 5; sum(3)", "M105", &message);
    check_error("a = [1 2 3]; a(0)", "M106", "indices start at 1");
    check_error("a = ones(3, 4); a(:, 1) = [1 2];", "M112", "op1 is 3x1, op2 is 1x2");
    check_error("sin()", "M107", "`sin` takes 1 argument, not 0");
    check_error("x.a = 1; x.b", "M117", "no field `b`");
    check_error("error('a:b', 'n is %d', 3)", "M100", "n is 3");
    check_error("x = fmincon(3);", "M114", "fmincon");
}
