//! Words, numbers and marks of a shader text in any dialect, without comments.

use std::ops::Range;

/// A token's text and place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub(super) text: &'a str,
    pub(super) start: usize,
}

impl Token<'_> {
    pub(super) fn range(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }

    pub(super) fn is_word(&self) -> bool {
        self.text.starts_with(|c: char| c == '_' || c.is_alphabetic())
    }
}

/// The tokens of `text`, in order. A mark is one character.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::with_capacity(text.len() / 4);
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let skipped = blank(rest);
        let len = if skipped > 0 { skipped } else { token_len(rest) };
        if skipped == 0 {
            found.push(Token { text: rest.get(..len).unwrap_or(rest), start: at });
        }
        at += len;
    }
    found
}

/// The length of the white space or the comment that `rest` begins with.
fn blank(rest: &str) -> usize {
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return block_comment(rest);
    }
    rest.len() - rest.trim_start().len()
}

/// Block comments nest.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(pair) = rest.as_bytes().get(at..at + 2) {
        match pair {
            b"/*" => depth += 1,
            b"*/" => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

fn token_len(rest: &str) -> usize {
    let in_word = |c: char| c == '_' || c.is_alphanumeric();
    let word: usize = rest.chars().take_while(|c| in_word(*c)).map(char::len_utf8).sum();
    if word > 0 { word } else { rest.chars().next().map_or(1, char::len_utf8) }
}

#[cfg(test)]
mod tests {
    use super::tokens;

    #[test]
    fn comments_nest_and_places_are_bytes() {
        let found = tokens("é /* a /* b */ c */ x1+=2 // d\n;");
        let texts: Vec<&str> = found.iter().map(|token| token.text).collect();
        assert_eq!(texts, ["é", "x1", "+", "=", "2", ";"]);
        assert_eq!(found[1].start, 21);
    }
}
