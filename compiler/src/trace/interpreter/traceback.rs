//! Where the script is: places in files, the stack that `catch err` gives, texts of calls.

use std::rc::Rc;

use crate::diagnostic::{Diagnostic, Span};
use crate::shape::Shape;
use crate::trace::error::ScriptError;
use crate::trace::interpreter::{FileScope, Frame, Interpreter};
use crate::trace::value::{StructArray, Value};

/// What stands before a text that `eval` gives the value of.
pub(super) const EVAL_RESULT: &str = "eval_result__";

impl Interpreter<'_> {
    /// The file of a span, if it is one of the script's or the library's.
    fn file_at(&self, span: Span) -> Option<&FileScope> {
        self.files.iter().find(|file| file.id == span.file)
    }

    /// The text that a span names.
    pub(crate) fn source(&self, span: Span) -> Option<&str> {
        let file = self.file_at(span)?;
        file.text.get(span.start as usize..span.end as usize)
    }

    /// Line and column of a span, from 1.
    pub(crate) fn position(&self, span: Span) -> Option<(usize, usize)> {
        let file = self.file_at(span)?;
        let before = file.text.get(..span.start as usize)?;
        let line = before.rsplit('\n').next().unwrap_or_default();
        let ahead = match line.starts_with(EVAL_RESULT) {
            true => EVAL_RESULT.len() + " = ".len(),
            false => 0,
        };
        let column = (line.chars().count() + 1).saturating_sub(ahead);
        Some((before.matches('\n').count() + 1, column))
    }

    /// The whole path of a file; empty for functions of the library. Those of the search path have
    /// the path by which they were found.
    pub(crate) fn path_of(&self, span: Span) -> String {
        let folder_of = |path: &str| path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
        let path = self.file_at(span).map_or("", |file| &*file.path);
        let of_script = self.files.first().and_then(|script| folder_of(&script.path));
        match self.file_name(span) {
            "" => String::new(),
            name if folder_of(path) == of_script => {
                format!("{}/{name}", (self.host.folder)().trim_end_matches('/'))
            }
            _ => path.to_owned(),
        }
    }

    /// The name of a file without its folder.
    fn file_name(&self, span: Span) -> &str {
        let path = self.file_at(span).map_or("", |file| &*file.path);
        path.rsplit('/').next().unwrap_or_default()
    }

    /// The whole path of the running file.
    pub(crate) fn running_path(&self) -> String {
        self.files.get(self.frame.file).map_or_else(String::new, |file| {
            let start = Span { file: file.id, start: 0, end: 0 };
            self.path_of(start)
        })
    }

    /// What a stack calls the script of a file.
    fn script_name(&self, span: Span) -> &str {
        let name = self.file_name(span);
        name.strip_suffix(".m").unwrap_or(name)
    }

    /// What `catch err` gives: message, identifier, stack.
    pub(super) fn error_value(&self, error: &ScriptError) -> Value {
        Value::Struct(StructArray::single([
            ("message".to_owned(), Value::from(error.message())),
            ("identifier".to_owned(), Value::from(error.id())),
            ("stack".to_owned(), Value::Struct(self.error_stack(error))),
        ]))
    }

    /// The calls around a place that runs, as those around an error.
    pub(crate) fn call_stack(&self, at: Span) -> Value {
        let error = crate::trace::error::fail("M100", "").at(at);
        Value::Struct(self.error_stack(&error))
    }

    /// Calls around an error, innermost first, down to the script.
    fn error_stack(&self, error: &ScriptError) -> StructArray {
        let mut at = error.diagnostic().span.unwrap_or_default();
        let mut places: Vec<(String, Span)> = Vec::new();
        for frame in error.stack() {
            places.push((frame.function.clone(), at));
            at = frame.span;
        }
        let name = |frame: &Frame| {
            let function = frame.function.as_ref();
            function.map_or("", |function| function.names.text(function.name)).to_owned()
        };
        places.push((name(&self.frame), at));
        let mut call = self.frame.call;
        for frame in self.callers.iter().rev() {
            places.push((name(frame), call));
            call = frame.call;
        }
        let number = |number: Option<usize>| Value::from(number.map_or(-1.0, |n| n as f64));
        let positions: Vec<_> = places.iter().map(|(_, span)| self.position(*span)).collect();
        let name = |(name, at): &(String, Span)| match name.as_str() {
            "" => Value::from(self.script_name(*at)),
            name => Value::from(name),
        };
        let names = places.iter().map(name).collect();
        let files = places.iter().map(|(_, at)| Value::from(self.path_of(*at).as_str())).collect();
        let lines = positions.iter().map(|at| number(at.map(|(line, _)| line))).collect();
        let columns = positions.iter().map(|at| number(at.map(|(_, column)| column))).collect();
        let fields = [
            ("file".to_owned(), files),
            ("name".to_owned(), names),
            ("line".to_owned(), lines),
            ("column".to_owned(), columns),
        ];
        let shape = Shape::matrix(places.len() as u64, 1);
        StructArray { shape, fields: Rc::new(fields.into_iter().collect()) }
    }

    /// While planning: names places where arrays go to the device that the host had read from it.
    pub(super) fn note_round_trips(&mut self) {
        if !self.graph.is_planning() {
            return;
        }
        for (span, count) in std::mem::take(&mut self.graph.round_trips) {
            // Texts of `eval` and the library's have no place that a reader could open.
            if span.file.0 >= super::anonymous::EVAL_FILES {
                continue;
            }
            let times = if count == 1 { "once".to_owned() } else { format!("{count} times") };
            let message = format!("an array goes from the host back to the device here, {times}");
            let hint = "an index by single numbers or a function of the host read it before; \
                        whole-array code in its place would leave it on the device";
            self.warn(Diagnostic::warning("M138", message).at(span).hint(hint));
        }
    }

    /// Texts of the arguments of the running function's call, if it was one in a file.
    pub(crate) fn argument_texts(&self) -> Vec<String> {
        self.source(self.frame.call).map_or_else(Vec::new, argument_texts)
    }
}

/// The arguments in the text of a call: what stands between commas outside brackets and texts.
pub(crate) fn argument_texts(call: &str) -> Vec<String> {
    let Some((_, inside)) = call.split_once('(') else {
        return Vec::new();
    };
    let inside = inside.trim_end().strip_suffix(')').unwrap_or(inside);
    let mut texts = vec![String::new()];
    let (mut depth, mut quote, mut last) = (0usize, None, ' ');
    for letter in inside.chars() {
        let is_operand =
            last.is_alphanumeric() || matches!(last, ')' | ']' | '}' | '\'' | '.' | '_');
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (Some(_), _) => {}
            (None, '"') => quote = Some('"'),
            (None, '\'') if !is_operand => quote = Some('\''),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (None, _) => {}
        }
        match texts.last_mut() {
            Some(text) if letter != ',' || depth > 0 || quote.is_some() => text.push(letter),
            Some(_) | None => texts.push(String::new()),
        }
        last = letter;
    }
    texts.iter().map(|text| text.trim().to_owned()).collect()
}
