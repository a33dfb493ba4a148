use preheat_compiler::diagnostic::*;
use preheat_compiler::trace::engine::*;
use preheat_compiler::trace::graph::*;
use preheat_compiler::trace::interpreter::*;
use preheat_cpu::Column;
use preheat_format::{Call, CallOutput};
use std::sync::Arc;
struct Cpu {
    planning: bool,
    keysout: bool,
    show: bool,
}
impl Engine for Cpu {
    fn upload(
        &mut self,
        _d: preheat_format::DType,
        column: Arc<Column>,
    ) -> Result<Buffer, EngineError> {
        Ok(Buffer::new(column))
    }
    fn call(
        &mut self,
        call: Call<Buffer>,
        origin: &GroupOrigin,
    ) -> Result<Vec<Buffer>, EngineError> {
        if self.keysout {
            eprintln!("KEY {:?}", call.key);
        }
        if self.show {
            eprintln!("group {} {:?}", origin.ops, call.extents);
        }
        let col = |b: &Buffer| b.inner::<Arc<Column>>().unwrap().clone();
        let sources = call.sources.iter().map(col).collect();
        let outputs = call
            .outputs
            .into_iter()
            .map(|o| match o {
                CallOutput::New => CallOutput::New,
                CallOutput::Update(b) => CallOutput::Update(match b.into_inner::<Arc<Column>>() {
                    Ok(c) => c,
                    Err(b) => col(&b),
                }),
            })
            .collect();
        let c = Call {
            signature: call.signature,
            key: call.key,
            extents: call.extents,
            views: call.views,
            sources,
            params: call.params,
            outputs,
        };
        let r = preheat_cpu::run(c).map_err(|e| EngineError::Failed {
            message: e.to_string(),
            source: None,
        })?;
        Ok(r.into_iter().map(Buffer::new).collect())
    }
    fn read(&mut self, b: &Buffer) -> Result<Arc<Column>, EngineError> {
        Ok(b.inner::<Arc<Column>>().unwrap().clone())
    }
    fn is_planning(&self) -> bool {
        self.planning
    }
}
fn main() {
    let mut defines = vec![];
    let mut planning = false;
    let mut show = false;
    let mut keysout = false;
    let mut path = String::new();
    for a in std::env::args().skip(1) {
        if a == "--plan" {
            planning = true;
        } else if a == "--keys" {
            keysout = true;
        } else if a == "--show" {
            show = true;
        } else if let Some((n, v)) = a.strip_prefix("-D").and_then(|a| a.split_once('=')) {
            defines.push((n.to_owned(), Define::Number(v.parse().unwrap())));
        } else {
            path = a;
        }
    }
    let text = std::fs::read_to_string(&path).unwrap();
    let mut map = SourceMap::default();
    let file = map.add(path.clone(), text.clone());
    let (program, findings) = preheat_compiler::syntax::parse(file, &text);
    if findings.iter().any(|f| f.severity == Severity::Error) {
        for f in findings {
            eprintln!("error: {f}");
        }
        std::process::exit(2);
    }
    let mut graph = Graph::new(
        Box::new(Cpu {
            planning,
            keysout,
            show,
        }),
        GraphOptions::default(),
    );
    let mut print = |t: &str| {
        use std::io::Write;
        std::io::stdout().write_all(t.as_bytes()).unwrap();
    };
    let mut note = |d: Diagnostic| eprintln!("note: {d}");
    let env = |n: &str| std::env::var(n).ok();
    let mut load = |_: &str| None;
    let clock = || 0.0;
    let host = Host {
        print: &mut print,
        note: &mut note,
        env: &env,
        load: &mut load,
        clock: &clock,
    };
    if let Err(e) = run(&program, &mut graph, host, &defines) {
        let at = e.diagnostic().span.and_then(|s| map.line_column(s));
        eprintln!("error: {} {:?}", e, at);
        std::process::exit(2);
    }
}
