//! Byte offsets to lines and columns.

use std::ops::Range;

use crate::report::Position;

/// The line starts of a text, so that an offset is resolved by a binary search.
pub(crate) struct LineIndex<'a> {
    source: &'a str,
    starts: Vec<usize>,
}

impl<'a> LineIndex<'a> {
    /// Indexes `source`, by WGSL's line breaks (specification, section 3.2).
    pub(crate) fn new(source: &'a str) -> Self {
        let mut starts = vec![0];
        let mut previous_was_cr = false;
        for (offset, c) in source.char_indices() {
            match c {
                '\n' if previous_was_cr => {
                    starts.pop();
                    starts.push(offset + 1);
                }
                '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                    starts.push(offset + c.len_utf8());
                }
                _ => {}
            }
            previous_was_cr = c == '\r';
        }
        Self { source, starts }
    }

    /// The position of the byte at `offset`, clamped to the text and to a character boundary.
    pub(crate) fn position(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.source.len());
        while !self.source.is_char_boundary(offset) {
            offset -= 1;
        }
        let line_index = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let line_start = self.starts.get(line_index).copied().unwrap_or(0);
        let column = self.source.get(line_start..offset).map_or(0, |text| text.chars().count());
        Position { line: line_index as u32 + 1, column: column as u32 + 1, offset: offset as u32 }
    }

    /// The positions of both ends of `range`.
    pub(crate) fn range(&self, range: &Range<usize>) -> (Position, Position) {
        (self.position(range.start), self.position(range.end))
    }
}

#[cfg(test)]
mod tests {
    use super::LineIndex;

    fn line_column(source: &str, offset: usize) -> (u32, u32) {
        let position = LineIndex::new(source).position(offset);
        (position.line, position.column)
    }

    #[test]
    fn columns_count_characters_not_bytes() {
        assert_eq!(line_column("é x", 3), (1, 3));
    }

    #[test]
    fn carriage_return_and_line_feed_are_one_break() {
        assert_eq!(line_column("a\r\nb", 3), (2, 1));
    }

    #[test]
    fn an_offset_past_the_end_is_the_end() {
        assert_eq!(line_column("ab", 99), (1, 3));
    }
}
