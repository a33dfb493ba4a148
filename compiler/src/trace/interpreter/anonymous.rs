//! Calls of anonymous functions, and programs that run in a caller's variables.

use std::rc::Rc;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, FileId, Severity, Span};
use crate::syntax::ast::{Anonymous, Ident, Param, Program};
use crate::trace::error::{ScriptError, fail};
use crate::trace::interpreter::call::surplus;
use crate::trace::interpreter::{Frame, Interpreter};
use crate::trace::value::Value;

impl Interpreter<'_> {
    /// Calls an anonymous function.
    pub(crate) fn call_anonymous(
        &mut self,
        (function, captures): (&Arc<Anonymous>, &Rc<Vec<Option<Value>>>),
        args: Vec<Value>,
        nargout: usize,
        span: Span,
    ) -> Result<Vec<Value>, ScriptError> {
        if args.len() > function.params.len() && function.varargin.is_none() {
            let message = "@<anonymous>: function called with too many inputs";
            let (takes, given) = (function.params.len(), args.len());
            return Err(fail("M107", message)
                .identifier("Octave:invalid-fun-call")
                .hint(format!("it takes {takes}, not {given}"))
                .at(span));
        }
        let file = self.file_of(function.body.span);
        let mut frame = Frame::new(Arc::clone(&function.names), &function.scope, file);
        (frame.nargin, frame.nargout) = (args.len(), nargout);
        for (capture, value) in function.captures.iter().zip(captures.iter()) {
            frame.slots[capture.inner.index()].clone_from(value);
        }
        // One more than the text names: what scripts had made where the function was.
        if let Some(Some(Value::Struct(made))) = captures.get(function.captures.len()) {
            let fields = made.fields.iter();
            let known =
                fields.filter_map(|(name, list)| Some((name.clone(), list.first()?.clone())));
            frame.extra = Some(known.collect());
        }
        let mut args = args.into_iter();
        for param in &function.params {
            let Some(value) = args.next() else { break };
            if let Param::Named(Ident { slot: Some(slot), .. }) = param {
                frame.slots[slot.index()] = Some(value);
            }
        }
        if let Some(slot) = function.varargin.and_then(|rest| rest.slot) {
            frame.slots[slot.index()] = Some(surplus(args.collect()));
        }
        self.enter(frame, span)?;
        let result = self.anonymous_body(function, nargout);
        self.leave();
        result.map_err(|error| error.called_from("@<anonymous>".to_owned(), span))
    }

    /// Runs a program's statements with the variables of the running frame.
    ///
    /// # Errors
    /// Those of its statements.
    pub(crate) fn run_inside(&mut self, program: &Arc<Program>) -> Result<(), ScriptError> {
        let file = match self.files.iter().position(|file| file.id == program.file) {
            Some(file) => file,
            None => self.add_file(program),
        };
        let mut frame = Frame::new(Arc::clone(&program.names), &program.scope, file);
        frame.is_text = true;
        frame.function.clone_from(&self.frame.function);
        (frame.nargin, frame.nargout) = (self.frame.nargin, self.frame.nargout);
        let names: Vec<String> =
            program.scope.names.iter().map(|name| program.names.text(*name).to_owned()).collect();
        for (slot, name) in names.iter().enumerate() {
            frame.slots[slot] = self.load_name(name);
        }
        self.enter(frame, Span::default())?;
        let result = self.body(&program.body);
        // What the text has declared global is global for the call around it.
        let links = std::mem::take(&mut self.frame.links);
        let inner = (0..names.len()).map(|slot| self.frame.slots[slot].take());
        let values: Vec<Option<Value>> = inner.collect();
        let extra = self.frame.extra.take();
        self.leave();
        for (name, value) in extra.into_iter().flatten() {
            self.store_name(&name, value);
        }
        for (index, (name, value)) in names.iter().zip(values).enumerate() {
            if let Some(Some(link)) = links.get(index) {
                match self.frame.slot(name) {
                    Some(slot) => self.connect(slot, Rc::clone(link)),
                    None => {
                        let value = link.borrow().clone();
                        value.into_iter().for_each(|value| self.store_name(name, value));
                    }
                }
                continue;
            }
            match value {
                Some(value) => self.store_name(name, value),
                None => self.clear(Some(name)),
            }
        }
        result.map(drop)
    }
}

impl Interpreter<'_> {
    /// Runs a text with the variables of the running frame.
    ///
    /// # Errors
    /// Those of the text.
    pub(crate) fn eval_text(&mut self, text: &str, span: Span) -> Result<(), ScriptError> {
        let program = self.parse_text(text, span)?;
        self.run_inside(&program)
    }

    /// The value of an expression's text.
    ///
    /// # Errors
    /// Those of the expression; if it has no value.
    pub(crate) fn eval_expression(&mut self, text: &str, span: Span) -> Result<Value, ScriptError> {
        let name = super::traceback::EVAL_RESULT;
        self.eval_text(&format!("{name} = {};", text.trim().trim_end_matches(';')), span)?;
        let value = self.load_name(name);
        self.clear(Some(name));
        value.ok_or_else(|| fail("M110", "eval: the text has no value").at(span))
    }

    fn parse_text(&mut self, text: &str, span: Span) -> Result<Arc<Program>, ScriptError> {
        let file = FileId(EVAL_FILES + self.programs.len() as u32);
        let (mut program, findings) = crate::syntax::parse(file, text);
        let is_error = |found: &&Diagnostic| found.severity == Severity::Error;
        if let Some(found) = findings.iter().find(is_error) {
            let (what, more) = match found.message.split_once(": ") {
                Some((what @ "syntax error", more)) => (what, format!("{more}, ")),
                Some(_) | None => (found.message.as_str(), String::new()),
            };
            let message = format!("parse error:\n\n  {what}\n{}", excerpt(text, found));
            return Err(fail("M134", message)
                .identifier("")
                .hint(format!("{more}in the text `{text}`"))
                .at(span));
        }
        crate::syntax::keep_variables(&mut program);
        let program = Arc::new(program);
        self.programs.push(Arc::clone(&program));
        Ok(program)
    }

    /// True if the caller of the running function wants a result, 0-based.
    pub(crate) fn is_wanted(&self, index: usize) -> bool {
        index < self.frame.nargout.max(1)
            && !self.frame.ignored.get(index).copied().unwrap_or(false)
    }
}

/// The line of a text that a finding is in, with a mark under its place, as Octave shows it.
fn excerpt(text: &str, found: &Diagnostic) -> String {
    let Some(span) = found.span else {
        return String::new();
    };
    let mut start = (span.start as usize).min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line = text[line_start..].split('\n').next().unwrap_or_default();
    let column = text[line_start..start].chars().count();
    // What an expression is put into to be read.
    let ahead = format!("{} = ", super::traceback::EVAL_RESULT);
    let (line, column) = match line.strip_prefix(&ahead) {
        Some(line) => (line.trim_end_matches(';'), column.saturating_sub(ahead.len())),
        None => (line, column),
    };
    format!("\n>>> {line}\n{}^", " ".repeat(column + 4))
}

/// Ids of texts that are run by `eval`; no file has so many before it.
pub(super) const EVAL_FILES: u32 = 1 << 31;
