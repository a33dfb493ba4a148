//! naga_oil: its preprocessor resolves `#ifdef`s and defs and rewrites imported names; the modules
//! they come from are then appended, their own names rewritten in the same way. naga_oil's
//! `Composer` is not used, for it yields a module of naga's without the places of the text.
//!
//! Not handled, and said so: `override fn` of virtual functions.

#![expect(clippy::disallowed_types, reason = "naga_oil's preprocessor takes its defs so")]

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use ignore::WalkBuilder;
use naga_oil::compose::preprocess::Preprocessor;
use naga_oil::compose::{Composer, ComposerErrorInner, ShaderDefValue};

use super::origin::Composed;
use super::tokens::{Token, tokens};
use super::{DefValue, Dialects, Refusal, display};

/// naga_oil writes an imported name as `item`, this, the module's name in base 32, and `X`.
const DECORATION: &str = "X_naga_oil_mod_X";

/// Whether a line of `source` is a directive of the preprocessor: WGSL has no `#`.
pub(super) fn is_written_in(source: &str) -> bool {
    source.contains('#') && source.lines().any(|line| line.trim_start().starts_with('#'))
}

/// The files that call themselves importable, found when the first import is.
pub(crate) struct Modules {
    candidates: Vec<PathBuf>,
    by_name: OnceLock<BTreeMap<String, PathBuf>>,
}

impl Modules {
    /// Modules are looked for in `files` and in the `.wgsl` files of `folders`.
    pub(crate) fn new(files: Vec<PathBuf>, folders: &[PathBuf]) -> Self {
        let walked = folders.iter().flat_map(|folder| WalkBuilder::new(folder).build().flatten());
        let shaders = walked.map(ignore::DirEntry::into_path);
        let shaders = shaders.filter(|path| path.extension().is_some_and(|end| end == "wgsl"));
        let candidates = files.into_iter().chain(shaders).collect();
        Self { candidates, by_name: OnceLock::new() }
    }

    fn find(&self, name: &str) -> Option<&PathBuf> {
        let by_name = self.by_name.get_or_init(|| {
            let named = self.candidates.iter().filter_map(|path| {
                let text = std::fs::read_to_string(path).ok()?;
                Some((import_path(&text)?.to_owned(), path.clone()))
            });
            named.collect()
        });
        by_name.get(name)
    }
}

/// What `#define_import_path` says.
fn import_path(text: &str) -> Option<&str> {
    let line = text.lines().find(|line| line.trim_start().starts_with("#define_import_path"))?;
    line.split_whitespace().nth(1)
}

/// Makes WGSL of `source` and of all that it imports.
pub(super) fn compose(path: &str, source: &str, dialects: &Dialects) -> Result<Composed, Refusal> {
    let source = source.replace("\r\n", "\n");
    let preprocessor = Preprocessor::default();
    let own = |error| refusal(path, &source, &error);
    let head = preprocessor.get_preprocessor_metadata(&source, true).map_err(own)?;
    let mut defs: HashMap<String, ShaderDefValue> = head.defines;
    defs.extend(dialects.defs.iter().map(|(name, value)| (name.clone(), value.into())));
    let text = preprocessor.preprocess(&source, &defs).map_err(own)?.preprocessed_source;
    let mut composed = Composed::default();
    let file = composed.add_file(path.to_owned(), source.clone());
    let mut pending = VecDeque::from(imported(&text)?);
    let text = match &head.name {
        Some(name) => decorate(&text, name),
        None => text,
    };
    composed.push(&text, file, 0..source.len());
    let mut seen: BTreeSet<String> = head.name.into_iter().collect();
    let mut enables = BTreeSet::new();
    while let Some(name) = pending.pop_front() {
        if !seen.insert(name.clone()) {
            continue;
        }
        let (module_path, text) = load(&name, path, dialects)?;
        let own = |error| refusal(&module_path, &text, &error);
        let head = preprocessor.get_preprocessor_metadata(&text, false).map_err(own)?;
        let plain = preprocessor.preprocess(&head.cleaned_source, &defs).map_err(own)?;
        pending.extend(imported(&plain.preprocessed_source)?);
        enables.extend(head.wgsl_directives.enables.into_iter().flat_map(|one| one.extensions));
        let len = text.len();
        let decorated = decorate(&plain.preprocessed_source, &name);
        let file = composed.add_file(module_path, text);
        composed.push(&decorated, file, 0..len);
    }
    let enables: Vec<String> = enables.iter().map(|name| format!("enable {name};\n")).collect();
    composed.prepend(&enables.concat());
    Ok(composed)
}

impl From<&DefValue> for ShaderDefValue {
    fn from(value: &DefValue) -> Self {
        match *value {
            DefValue::Bool(value) => Self::Bool(value),
            DefValue::Int(value) => Self::Int(value),
            DefValue::UInt(value) => Self::UInt(value),
        }
    }
}

/// The path and the text of the module `name`, imported by the file at `importer`.
fn load(name: &str, importer: &str, dialects: &Dialects) -> Result<(String, String), Refusal> {
    let found = match name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) {
        Some(quoted) => {
            let beside = Path::new(importer).parent().unwrap_or(Path::new(""));
            let folders =
                std::iter::once(beside).chain(dialects.folders.iter().map(PathBuf::as_path));
            folders.map(|folder| folder.join(quoted)).find(|path| path.is_file())
        }
        None => dialects.modules.find(name).cloned(),
    };
    let Some(path) = found else {
        let message = format!("no file here defines `{name}`, which is imported");
        return Err(Refusal {
            help: Some("name the folder that holds it with `--modules`".to_owned()),
            ..Refusal::undecided(message)
        });
    };
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok((display(&path), text.replace("\r\n", "\n"))),
        Err(error) => Err(Refusal::undecided(format!("cannot read `{}`: {error}", path.display()))),
    }
}

/// The modules whose items `text` names.
fn imported(text: &str) -> Result<Vec<String>, Refusal> {
    let found = tokens(text);
    let texts: Vec<&str> = found.iter().map(|token| token.text).collect();
    if texts.windows(2).any(|pair| pair == ["override", "fn"]) {
        let message = "`override fn` of naga_oil is not followed here".to_owned();
        return Err(Refusal::undecided(message));
    }
    Ok(found.iter().filter_map(|token| undecorate(token.text)).map(|(_, module)| module).collect())
}

/// The item and the module of a name that naga_oil wrote.
fn undecorate(word: &str) -> Option<(&str, String)> {
    let (item, rest) = word.split_once(DECORATION)?;
    let module = data_encoding::BASE32_NOPAD.decode(rest.strip_suffix('X')?.as_bytes()).ok()?;
    Some((item, String::from_utf8(module).ok()?))
}

/// `text` with the names that naga_oil wrote as `module::item`.
pub(super) fn readable(text: &str) -> String {
    if !text.contains(DECORATION) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for token in tokens(text) {
        if let Some((item, module)) = undecorate(token.text) {
            out.push_str(text.get(end..token.start).unwrap_or(""));
            out.push_str(&format!("{module}::{item}"));
            end = token.range().end;
        }
    }
    out.push_str(text.get(end..).unwrap_or(""));
    out
}

/// A module's text with everything that it declares renamed as its importers name it.
fn decorate(text: &str, module: &str) -> String {
    let found = tokens(text);
    let names = declared(&found);
    let mut out = String::with_capacity(text.len() * 2);
    let mut end = 0;
    let mut place = Place::default();
    for (index, token) in found.iter().enumerate() {
        place.step(&found, index);
        let is_virtual = token.text == "virtual" && place.braces == 0;
        let is_own = names.contains(token.text) && place.is_reference(&found, index);
        if !(is_virtual || is_own) {
            continue;
        }
        out.push_str(text.get(end..token.start).unwrap_or(""));
        if !is_virtual {
            out.push_str(&Composer::decorated_name(Some(module), token.text));
        }
        end = token.range().end;
    }
    out.push_str(text.get(end..).unwrap_or(""));
    out
}

/// The names that a module declares at its top.
fn declared<'a>(found: &[Token<'a>]) -> BTreeSet<&'a str> {
    let mut names = BTreeSet::new();
    let mut braces = 0_usize;
    for (index, token) in found.iter().enumerate() {
        match token.text {
            "{" => braces += 1,
            "}" => braces = braces.saturating_sub(1),
            "fn" | "struct" | "alias" | "const" | "override" | "var" if braces == 0 => {
                let mut rest = found.iter().skip(index + 1).peekable();
                if rest.peek().is_some_and(|next| next.text == "<") {
                    rest.find(|next| next.text == ">");
                }
                names.extend(rest.next().filter(|next| next.is_word()).map(|next| next.text));
            }
            _ => {}
        }
    }
    names
}

/// Where in a module a token stands, as far as it decides whether a word is a reference.
#[derive(Default)]
struct Place {
    braces: usize,
    in_struct: bool,
    /// Within `@builtin(..)` and its like, whose words are no names; the depth of parentheses.
    in_attribute: usize,
}

impl Place {
    fn step(&mut self, found: &[Token<'_>], index: usize) {
        let text = |index: Option<usize>| index.and_then(|at| found.get(at)).map_or("", |t| t.text);
        let words = ["builtin", "interpolate", "diagnostic"];
        match text(Some(index)) {
            "{" => {
                let opens_struct = text(index.checked_sub(2)) == "struct";
                self.in_struct |= opens_struct && self.braces == 0;
                self.braces += 1;
            }
            "}" => {
                self.braces = self.braces.saturating_sub(1);
                self.in_struct &= self.braces > 0;
            }
            "(" if self.in_attribute > 0 => self.in_attribute += 1,
            "(" => {
                let opens = words.contains(&text(index.checked_sub(1)))
                    && text(index.checked_sub(2)) == "@";
                self.in_attribute = usize::from(opens);
            }
            ")" => self.in_attribute = self.in_attribute.saturating_sub(1),
            _ => {}
        }
    }

    fn is_reference(&self, found: &[Token<'_>], index: usize) -> bool {
        let text = |index: Option<usize>| index.and_then(|at| found.get(at)).map_or("", |t| t.text);
        let before = text(index.checked_sub(1));
        let is_member = self.in_struct && text(Some(index + 1)) == ":";
        self.in_attribute == 0 && before != "." && before != "@" && !is_member
    }
}

/// What naga_oil's preprocessor says, at its place.
fn refusal(path: &str, text: &str, error: &ComposerErrorInner) -> Refusal {
    let at = match error {
        ComposerErrorInner::ImportParseError(_, at)
        | ComposerErrorInner::ImportNotFound(_, at)
        | ComposerErrorInner::NotEnoughEndIfs(at)
        | ComposerErrorInner::TooManyEndIfs(at)
        | ComposerErrorInner::ElseWithoutCondition(at)
        | ComposerErrorInner::DefineInModule(at) => *at,
        ComposerErrorInner::UnknownShaderDefOperator { pos, .. }
        | ComposerErrorInner::UnknownShaderDef { pos, .. }
        | ComposerErrorInner::InvalidShaderDefComparisonValue { pos, .. }
        | ComposerErrorInner::InvalidShaderDefDefinitionValue { pos, .. } => *pos,
        _ => 0,
    };
    let line = text.get(at..).map_or(0, |rest| rest.find('\n').unwrap_or(rest.len()));
    let is_def = matches!(error, ComposerErrorInner::UnknownShaderDef { .. });
    let message = error.to_string();
    let message = message.trim_end_matches('.').to_owned();
    Refusal {
        file: Some((path.to_owned(), text.to_owned(), at..at + line)),
        message: message
            .chars()
            .take(1)
            .flat_map(char::to_lowercase)
            .chain(message.chars().skip(1))
            .collect(),
        help: is_def.then(|| "give it a value with `--shader-def NAME=VALUE`".to_owned()),
        undecided: is_def,
    }
}
