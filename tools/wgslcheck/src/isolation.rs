//! naga in a process of its own: what it may do to a process (panic, overflow the stack, hang,
//! take all memory) then ends a worker, not the check.
//!
//! A worker is the program started again with a hidden command. It answers one request after the
//! other, a line of JSON each way, so that a check of thousands of files starts a few processes.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::checker::NagaAnswer;

/// Longer than this no translation takes.
const DEADLINE: Duration = Duration::from_secs(10);

/// What a worker may map, in bytes: translations of real shaders need a hundredth of it.
#[cfg(unix)]
const MEMORY_BYTES_MAX: u64 = 1 << 30;

/// The stack of the thread that works: naga recurses on nested expressions.
const STACK_BYTES: usize = 64 << 20;

/// One module to parse, validate and translate.
#[derive(Serialize, Deserialize)]
pub(crate) struct Request {
    pub(crate) source: String,
    pub(crate) targets: Vec<crate::Target>,
    pub(crate) defines: std::collections::BTreeMap<String, f64>,
    pub(crate) trusted: bool,
    /// The construct that naga's refusal would not settle.
    pub(crate) doubt: Option<String>,
    /// The program `spirv-val`, if it is to be run.
    pub(crate) spirv_val: Option<PathBuf>,
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Lost {
    /// No answer in time.
    Hung,
    /// The worker ended: a stack overflow or too much memory.
    Died,
    /// No worker could be started.
    Unavailable,
}

/// Workers that wait for requests.
#[derive(Debug)]
pub(crate) struct Pool {
    program: PathBuf,
    args: Vec<String>,
    idle: Mutex<Vec<Worker>>,
}

impl Pool {
    pub(crate) fn new(program: PathBuf, args: Vec<String>) -> Self {
        Self { program, args, idle: Mutex::new(Vec::new()) }
    }

    /// Sends `request` to a worker; one that does not answer is ended.
    pub(crate) fn ask(&self, request: &Request) -> Result<NagaAnswer, Lost> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut worker = match idle {
            Some(worker) => worker,
            None => Worker::start(self).ok_or(Lost::Unavailable)?,
        };
        let answer = worker.ask(request)?;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
        Ok(answer)
    }
}

#[derive(Debug)]
struct Worker {
    child: Child,
    stdin: ChildStdin,
    answers: Receiver<String>,
}

impl Worker {
    fn start(pool: &Pool) -> Option<Self> {
        let mut child = Command::new(&pool.program)
            .args(&pool.args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let stdin = child.stdin.take()?;
        let stdout = child.stdout.take()?;
        let (sender, answers) = channel();
        // The thread ends when the worker closes its output.
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Some(Self { child, stdin, answers })
    }

    fn ask(&mut self, request: &Request) -> Result<NagaAnswer, Lost> {
        let mut line = serde_json::to_string(request).map_err(|_| Lost::Unavailable)?;
        line.push('\n');
        self.stdin.write_all(line.as_bytes()).map_err(|_| Lost::Died)?;
        self.stdin.flush().map_err(|_| Lost::Died)?;
        let answer = self.answers.recv_timeout(DEADLINE).map_err(|error| match error {
            RecvTimeoutError::Timeout => Lost::Hung,
            RecvTimeoutError::Disconnected => Lost::Died,
        })?;
        serde_json::from_str(&answer).map_err(|_| Lost::Died)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may be gone already; there is nothing to do about any other error.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Answers requests from standard input until it ends: what the hidden command of a program that
/// uses [`crate::Checker::with_worker`] must call.
///
/// # Errors
/// Standard output cannot be written.
pub fn serve() -> std::io::Result<()> {
    limit_memory();
    let worker = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(answer_all)?;
    worker.join().unwrap_or(Ok(()))
}

fn answer_all() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let Ok(request) = serde_json::from_str::<Request>(&line) else {
            break;
        };
        let answer = crate::checker::ask_naga(&request);
        serde_json::to_writer(&mut out, &answer)?;
        out.write_all(b"\n")?;
        out.flush()?;
    }
    Ok(())
}

/// Where the limit cannot be set the deadline alone must do.
#[cfg(unix)]
fn limit_memory() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let limit = Rlimit { current: Some(MEMORY_BYTES_MAX), maximum: Some(MEMORY_BYTES_MAX) };
    let _ = setrlimit(Resource::As, limit);
}

#[cfg(not(unix))]
fn limit_memory() {}
