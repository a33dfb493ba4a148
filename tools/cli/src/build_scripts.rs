//! What builds keep of a script that they traced, so that an unchanged one is not traced again.
//!
//! Three things lie in the store. Under the *action* (the script's text and everything on the
//! command line that decides what comes of it) the questions that tracing asked: which functions'
//! files, which environment variables. Under the action with the answers of today a record: notes,
//! where groups come from, plans, and the names of the contents that make up the groups. The
//! contents are those that compiling the groups gave (`preheat_compiler::store`).
//!
//! Everything is hashed again when it is read. What is damaged or missing means that the script is
//! traced again.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use preheat_compiler::diagnostic::{Diagnostic, FileId, Severity, SourceMap, Span};
use preheat_compiler::pack::{self, GroupSet, PackOptions};
use preheat_compiler::store::Compiler;
use preheat_compiler::trace::interpreter::Define;
use preheat_compiler::{emit, lower};
use preheat_files::{ContentName, Store};
use preheat_format::{ContentHash, OwnedArchive, Target};
use serde::{Deserialize, Serialize};

use crate::args::Numeric;
use crate::build::BuildArgs;
use crate::build_store::BuildStore;
use crate::build_trace::{Asked, Outcome, distinct};
use crate::inputs::Case;
use crate::reads::{Questions, Reads};
use crate::script;

/// Codes of notes that a record can hold; a script with another one is traced by every build.
const NOTE_CODES: [&str; 7] = ["M130", "M131", "M132", "M135", "M138", "M142", "M307"];

/// Sets of questions that are kept of a script.
const QUESTIONS_MAX: usize = 8;

/// All that decides what comes of tracing a script, but for what it reads.
#[derive(Clone, Copy, Debug)]
struct Action<'a> {
    /// Which program traces.
    program: &'a str,
    generator: [u8; 32],
    translator: &'a str,
    options: &'a str,
    limits: &'a str,
    targets: &'a [Target],
    numeric: &'a [Numeric],
    is_fast: bool,
    has_plans: bool,
    name: &'a str,
    /// It was found in a folder, not named.
    is_found: bool,
    expect_error: Option<&'a str>,
    defines: &'a [(String, Define)],
    folders: &'a [PathBuf],
    text: &'a [u8],
}

impl Action<'_> {
    fn key(&self) -> [u8; 32] {
        let mut bytes = b"preheat 2026-11 script action v1".to_vec();
        bytes.extend_from_slice(&self.generator);
        for text in [self.program, self.translator, self.options, self.limits, self.name] {
            put(&mut bytes, text.as_bytes());
        }
        put(&mut bytes, self.text);
        let targets: Vec<u8> = self.targets.iter().map(|target| target.code()).collect();
        put(&mut bytes, &targets);
        let flags = [self.is_fast, self.has_plans, self.is_found, self.expect_error.is_some()];
        bytes.extend(flags.map(u8::from));
        put(&mut bytes, self.expect_error.unwrap_or_default().as_bytes());
        let numeric: Vec<u8> =
            self.numeric.iter().map(|numeric| u8::from(*numeric == Numeric::F32)).collect();
        put(&mut bytes, &numeric);
        for (name, value) in self.defines {
            put(&mut bytes, name.as_bytes());
            match value {
                Define::Number(number) => put(&mut bytes, &number.to_bits().to_le_bytes()),
                // Nine bytes and more: no number.
                Define::Text(text) => put(&mut bytes, &[b"text     ", text.as_bytes()].concat()),
            }
        }
        for folder in self.folders {
            put(&mut bytes, b"folder");
            put(&mut bytes, folder.as_os_str().as_encoded_bytes());
        }
        ContentHash::of(&bytes).0
    }
}

fn put(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
    bytes.extend_from_slice(part);
}

/// The name of a record: an action with what its script was given.
fn record_key(action: &[u8; 32], reads: &Reads) -> [u8; 32] {
    let mut bytes = b"preheat 2026-11 script record v1".to_vec();
    bytes.extend_from_slice(action);
    bytes.extend_from_slice(&reads.encode());
    ContentHash::of(&bytes).0
}

/// What the store has of a script.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Record {
    is_skipped: bool,
    no_plan: Option<String>,
    notes: Vec<Note>,
    /// Texts that notes point into, with their names.
    texts: Vec<(String, String)>,
    /// Contents: origins and plans first, then the groups.
    contents: Vec<ContentName>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Note {
    code: String,
    is_error: bool,
    message: String,
    label: Option<String>,
    hint: Option<String>,
    /// Number of the text, first byte, one past the last.
    span: Option<(u32, u32, u32)>,
}

/// A script that an earlier build traced.
#[derive(Debug)]
pub(crate) struct KeptScript {
    parts: Vec<(ContentName, Arc<OwnedArchive>)>,
}

impl KeptScript {
    /// Archives of its groups, origins and plans, by name.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (ContentName, &OwnedArchive)> {
        self.parts.iter().map(|(name, archive)| (*name, &**archive))
    }
}

/// The scripts of a store.
pub(crate) struct ScriptStore {
    store: Option<Store<'static>>,
    program: String,
    targets: Vec<Target>,
    numeric: Vec<Numeric>,
    limits: String,
    folders: Vec<PathBuf>,
    is_fast: bool,
    has_plans: bool,
    /// Contents that were read, by name.
    contents: Mutex<BTreeMap<ContentName, Arc<OwnedArchive>>>,
}

impl ScriptStore {
    /// The scripts of a build's store. A part of a build traces all scripts.
    pub(crate) fn new(store: &BuildStore, args: &BuildArgs, options: &PackOptions) -> ScriptStore {
        let mut targets = options.targets.clone();
        targets.sort();
        targets.dedup();
        let program = if args.shard.is_none() { store.exact_program() } else { None };
        let store_of = program.as_ref().and(store.store()).cloned();
        ScriptStore {
            program: program.unwrap_or_default(),
            store: store_of,
            targets,
            numeric: distinct(&args.numeric),
            limits: options.limits.name.clone(),
            folders: args.folders.clone(),
            is_fast: args.fast_math,
            has_plans: !args.no_plans,
            contents: Mutex::default(),
        }
    }

    /// The name of tracing a script.
    pub(crate) fn action(
        &self,
        case: &Case,
        defines: &[(String, Define)],
        text: &[u8],
    ) -> [u8; 32] {
        let action = Action {
            program: &self.program,
            generator: lower::generator_hash(),
            translator: emit::TRANSLATOR,
            options: emit::OPTIONS,
            limits: &self.limits,
            targets: &self.targets,
            numeric: &self.numeric,
            is_fast: self.is_fast,
            has_plans: self.has_plans,
            name: &case.name,
            is_found: case.is_found,
            expect_error: case.expect_error.as_deref(),
            defines,
            folders: &self.folders,
            text,
        };
        action.key()
    }

    /// What an earlier build kept of a script, if nothing that it depends on has changed and all of
    /// it is there.
    pub(crate) fn recall(&self, case: &Case, action: &[u8; 32]) -> Option<Outcome> {
        let store = self.store.as_ref()?;
        let folder = script::folder_of(&case.path);
        let answered = |questions: &Questions| record_key(action, &questions.ask(&folder));
        let mut records = all_questions(store, action).into_iter();
        let record = records.find_map(|questions| store.recall(&answered(&questions)))?;
        let record: Record = serde_json::from_slice(&record).ok()?;
        let mut parts = Vec::with_capacity(record.contents.len());
        for name in &record.contents {
            parts.push((*name, self.content(store, name)?));
        }
        Some(Outcome {
            name: case.name.clone(),
            asked: Asked::Kept(KeptScript { parts }),
            notes: record.restored_notes()?,
            no_plan: record.no_plan,
            report: None,
            finding: None,
            is_skipped: record.is_skipped,
        })
    }

    fn content(&self, store: &Store<'_>, name: &ContentName) -> Option<Arc<OwnedArchive>> {
        let known = || self.contents.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known().get(name) {
            return Some(Arc::clone(found));
        }
        let archive = OwnedArchive::new(&store.content(name)?).ok()?;
        Some(Arc::clone(known().entry(*name).or_insert_with(|| Arc::new(archive))))
    }

    /// Keeps what was traced and compiled, unless it may not come out the same again. A store that
    /// cannot be written costs time; the compiler reports it.
    pub(crate) fn keep(&self, outcome: &Outcome, compiler: &Compiler<'_>) {
        let Asked::Traced { groups, reads, action } = &outcome.asked else { return };
        let Some(store) = self.store.as_ref().filter(|_| reads.is_steady()) else { return };
        if outcome.finding.is_some() {
            return;
        }
        let Some(record) = record(outcome, groups, store, compiler) else { return };
        let mut all = all_questions(store, action);
        let questions = reads.questions();
        all.retain(|known| *known != questions);
        all.insert(0, questions);
        all.truncate(QUESTIONS_MAX);
        if let (Ok(record), Ok(all)) = (serde_json::to_vec(&record), serde_json::to_vec(&all))
            && store.keep(&record_key(action, reads), &record).is_ok()
        {
            let _ = store.keep(action, &all);
        }
    }
}

/// The questions that tracings of a script asked, those of the last one first: other answers may
/// lead to other questions.
fn all_questions(store: &Store<'_>, action: &[u8; 32]) -> Vec<Questions> {
    let bytes = store.recall(action);
    bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

fn record(
    outcome: &Outcome,
    groups: &GroupSet,
    store: &Store<'_>,
    compiler: &Compiler<'_>,
) -> Option<Record> {
    let origins = pack::pack_origins(groups).ok()?;
    let mut record = Record {
        is_skipped: outcome.is_skipped,
        no_plan: outcome.no_plan.clone(),
        contents: vec![store.keep_content(&origins.bytes).ok()?],
        ..Record::default()
    };
    for (_, signature, _) in groups.iter() {
        record.contents.extend(compiler.contents(signature)?);
    }
    for (sources, note) in &outcome.notes {
        record.add_note(sources, note)?;
    }
    Some(record)
}

impl Record {
    /// `None` if it cannot be held.
    fn add_note(&mut self, sources: &SourceMap, note: &Diagnostic) -> Option<()> {
        let code = NOTE_CODES.iter().find(|code| **code == note.code)?;
        let span = match note.span {
            None => None,
            Some(span) => {
                let file = sources.file(span.file)?;
                let text = (file.name.clone(), file.text.to_string());
                let known = self.texts.iter().position(|known| *known == text);
                let number = known.unwrap_or_else(|| {
                    self.texts.push(text);
                    self.texts.len() - 1
                });
                Some((number as u32, span.start, span.end))
            }
        };
        self.notes.push(Note {
            code: (*code).to_owned(),
            is_error: note.severity == Severity::Error,
            message: note.message.clone(),
            label: note.label.clone(),
            hint: note.hint.clone(),
            span,
        });
        Some(())
    }

    fn restored_notes(&self) -> Option<Vec<(SourceMap, Diagnostic)>> {
        let mut sources = SourceMap::default();
        for (name, text) in &self.texts {
            sources.add(name.as_str(), text.as_str());
        }
        let note = |note: &Note| {
            let code = *NOTE_CODES.iter().find(|code| **code == note.code)?;
            let severity = if note.is_error { Severity::Error } else { Severity::Warning };
            let span = note.span.map(|(file, start, end)| Span { file: FileId(file), start, end });
            let (message, label, hint) =
                (note.message.clone(), note.label.clone(), note.hint.clone());
            let finding = Diagnostic { code, severity, message, span, label, hint };
            Some((sources.clone(), finding))
        };
        self.notes.iter().map(note).collect()
    }
}

/// Where the scripts of a folder are does not matter, what they are called there does.
#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Each thing that decides what comes of a script changes the name of its tracing, and nothing
    /// runs into its neighbour.
    #[test]
    fn every_field_of_an_action_changes_its_key() {
        let number = [("N".to_owned(), Define::Number(3.0))];
        let other = [("N".to_owned(), Define::Number(4.0))];
        let text = [("N".to_owned(), Define::Text("3".to_owned()))];
        let named = [("M".to_owned(), Define::Number(3.0))];
        let folders = [PathBuf::from("lib"), PathBuf::from("more")];
        let base = Action {
            program: "preheat",
            generator: [1; 32],
            translator: "naga",
            options: "fast",
            limits: "webgpu",
            targets: &[Target::Spirv, Target::Wgsl],
            numeric: &[Numeric::F64],
            is_fast: false,
            has_plans: true,
            name: "a.m",
            is_found: true,
            expect_error: None,
            defines: &number,
            folders: &[],
            text: b"x = 1;",
        };
        let others = [
            Action { program: "preheat 2", ..base },
            Action { generator: [2; 32], ..base },
            Action { translator: "naga 2", ..base },
            Action { translator: "nag", options: "afast", ..base },
            Action { options: "slow", ..base },
            Action { limits: "native", ..base },
            Action { targets: &[Target::Spirv], ..base },
            Action { targets: &[Target::Spirv, Target::Msl], ..base },
            Action { numeric: &[Numeric::F32], ..base },
            Action { numeric: &[Numeric::F64, Numeric::F32], ..base },
            Action { is_fast: true, ..base },
            Action { has_plans: false, ..base },
            Action { name: "b.m", ..base },
            Action { is_found: false, ..base },
            Action { expect_error: Some(""), ..base },
            Action { expect_error: Some("x"), ..base },
            Action { defines: &other, ..base },
            Action { defines: &text, ..base },
            Action { defines: &named, ..base },
            Action { defines: &[], ..base },
            Action { folders: &folders[..1], ..base },
            Action { folders: &folders, ..base },
            Action { text: b"x = 2;", ..base },
            Action { text: b"x = 1; ", ..base },
        ];
        let keys: BTreeSet<[u8; 32]> = others.iter().map(Action::key).collect();
        assert_eq!(keys.len(), others.len());
        assert!(!keys.contains(&base.key()));
        assert_eq!(base.key(), Action { ..base }.key());
    }

    #[test]
    fn notes_come_back_as_they_were() {
        let mut sources = SourceMap::default();
        sources.add("a.m", "one");
        let second = sources.add("b.m", "two lines\nhere");
        let notes = [
            Diagnostic::warning("M131", "hidden").hint("rename it"),
            Diagnostic::warning("M142", "odd").at(Span { file: second, start: 4, end: 9 }),
            Diagnostic::warning("M142", "odd")
                .at(Span { file: second, start: 0, end: 3 })
                .label("x"),
        ];
        let mut record = Record::default();
        for note in &notes {
            record.add_note(&sources, note).unwrap();
        }
        assert_eq!(record.texts.len(), 1);
        let restored = record.restored_notes().unwrap();
        for (note, (sources, restored)) in notes.iter().zip(&restored) {
            assert_eq!((&note.message, &note.label), (&restored.message, &restored.label));
            assert_eq!((note.code, &note.hint), (restored.code, &restored.hint));
            let shown = restored.span.map(|span| sources.file(span.file).unwrap().name.clone());
            assert_eq!(shown, note.span.map(|_| "b.m".to_owned()));
        }
        let unknown = Diagnostic::warning("M999", "new");
        assert!(record.add_note(&sources, &unknown).is_none());
    }
}
