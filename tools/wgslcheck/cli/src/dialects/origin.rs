//! From places in a composed text back to places in the files that it was made of.
//!
//! A composed text is a list of parts; each was written from a range of one file. Between the two
//! the tokens are compared: those that are equal map exactly, one that the dialect replaced (an
//! imported name, a shader def) maps to what stood there.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::tokens::{Token, tokens};

/// A file that a composed text was made of.
#[derive(Debug)]
pub(crate) struct SourceFile {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// A part of a composed text.
#[derive(Debug)]
struct Part {
    composed: Range<usize>,
    file: usize,
    /// For each token of the part: its start in the composed text, and its place in the file.
    tokens: Vec<(usize, Range<usize>)>,
}

/// WGSL that a dialect's files were made into. The first file is the one that was asked for.
#[derive(Debug, Default)]
pub(crate) struct Composed {
    pub(crate) text: String,
    pub(crate) files: Vec<SourceFile>,
    parts: Vec<Part>,
}

impl Composed {
    /// Adds a file; its index is for [`Self::push`].
    pub(super) fn add_file(&mut self, path: String, text: String) -> usize {
        self.files.push(SourceFile { path, text });
        self.files.len() - 1
    }

    /// Appends `text`, which was written from `range` of the file.
    pub(super) fn push(&mut self, text: &str, file: usize, range: Range<usize>) {
        let start = self.text.len();
        self.text.push_str(text);
        self.text.push('\n');
        let original = self.files.get(file).and_then(|file| file.text.get(range.clone()));
        let tokens = align(text, start, original.unwrap_or(""), range.start);
        self.parts.push(Part { composed: start..self.text.len(), file, tokens });
    }

    /// Puts `text`, which comes from no file, in front.
    pub(super) fn prepend(&mut self, text: &str) {
        self.text.insert_str(0, text);
        for part in &mut self.parts {
            part.composed = part.composed.start + text.len()..part.composed.end + text.len();
            for (start, _) in &mut part.tokens {
                *start += text.len();
            }
        }
    }

    /// The file and the range there that `range` of the composed text comes from.
    pub(crate) fn locate(&self, range: &Range<usize>) -> Option<(usize, Range<usize>)> {
        let part = self.parts.iter().find(|part| part.composed.contains(&range.start))?;
        let token = |offset: usize| {
            let after = part.tokens.partition_point(|(start, _)| *start <= offset);
            part.tokens.get(after.saturating_sub(1)).map(|(_, place)| place.clone())
        };
        let first = token(range.start)?;
        let last = token(range.end.saturating_sub(1).max(range.start))?;
        Some((part.file, first.start..last.end.max(first.end)))
    }
}

/// The place in the file of each token of `text`.
fn align(text: &str, start: usize, original: &str, base: usize) -> Vec<(usize, Range<usize>)> {
    let (new, old) = (tokens(text), tokens(original));
    let words = |list: &[Token<'_>]| -> Vec<String> {
        list.iter().map(|token| token.text.to_owned()).collect()
    };
    let place = |index: usize| {
        let token = old.get(index).or(old.last());
        token.map_or(base..base, |token| base + token.range().start..base + token.range().end)
    };
    let mut aligned = Vec::with_capacity(new.len());
    for op in capture_diff_slices(Algorithm::Myers, &words(&old), &words(&new)) {
        let (new_range, old_start, old_last) = match op {
            DiffOp::Equal { old_index, new_index, len } => {
                (new_index..new_index + len, old_index, old_index + len - 1)
            }
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                (new_index..new_index + new_len, old_index, old_index + old_len.max(1) - 1)
            }
            DiffOp::Insert { old_index, new_index, new_len } => {
                (new_index..new_index + new_len, old_index, old_index)
            }
            DiffOp::Delete { .. } => continue,
        };
        for (step, index) in new_range.enumerate() {
            let token_start = new.get(index).map_or(0, |token| token.start);
            aligned.push((start + token_start, place((old_start + step).min(old_last))));
        }
    }
    aligned
}

#[cfg(test)]
mod tests {
    use super::Composed;

    #[test]
    fn equal_tokens_map_exactly_and_replaced_ones_to_what_stood_there() {
        let original = "#ifdef A\nlet x = lib::one + 2;\n#endif\n";
        let mut composed = Composed::default();
        let file = composed.add_file("a".to_owned(), original.to_owned());
        composed.push("\nlet x = one_X + 2;\n", file, 0..original.len());
        composed.prepend("enable f16;\n");
        let at = |word: &str| {
            let start = composed.text.find(word).unwrap();
            let (_, range) = composed.locate(&(start..start + word.len())).unwrap();
            &original[range]
        };
        assert_eq!(at("x"), "x");
        assert_eq!(at("2"), "2");
        assert!("lib::one".contains(at("one_X")));
    }
}
