//! A rough scanner of Rust text: enough to find functions and to count their lines.
//!
//! It knows comments, strings and character literals, so that braces inside them do not count.
//! Absent: macros that build functions, and everything that needs a parser.

/// A function with a body.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    pub name: String,
    /// 1-based line of the `fn`.
    pub line: usize,
    /// From the `fn` to the closing brace.
    pub line_count: usize,
}

/// Every function with a body, nested ones too, in the order of their ends.
pub fn functions(text: &str) -> Vec<Function> {
    let plain = blank(text);
    let mut found = Vec::new();
    let mut open: Vec<(usize, Function)> = Vec::new();
    let mut waiting: Option<Function> = None;
    let (mut depth, mut line, mut nested) = (0_usize, 1_usize, 0_usize);
    for (index, byte) in plain.bytes().enumerate() {
        match byte {
            b'\n' => line += 1,
            b'f' if starts_function(&plain, index) => {
                if let Some(name) = function_name(&plain[index + 3..]) {
                    waiting = Some(Function { name, line, line_count: 0 });
                    nested = 0;
                }
            }
            b'(' | b'[' => nested += 1,
            b')' | b']' => nested = nested.saturating_sub(1),
            // A `;` inside brackets is the length of an array type.
            b';' if nested == 0 => waiting = None,
            b'{' => {
                if let Some(function) = waiting.take() {
                    open.push((depth, function));
                }
                depth += 1;
            }
            b'}' => {
                depth = depth.saturating_sub(1);
                if let Some((_, mut function)) = open.pop_if(|(outer, _)| *outer == depth) {
                    function.line_count = line - function.line + 1;
                    found.push(function);
                }
            }
            _ => {}
        }
    }
    found
}

fn starts_function(plain: &str, index: usize) -> bool {
    let before = plain[..index].chars().next_back();
    plain[index..].starts_with("fn ") && !before.is_some_and(is_word)
}

/// The name after `fn `; `None` for a function pointer type.
fn function_name(after: &str) -> Option<String> {
    let name: String = after.trim_start().chars().take_while(|&c| is_word(c)).collect();
    (!name.is_empty()).then_some(name)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The text with comments and literals turned into spaces, lines kept.
fn blank(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    let mut after_word = false;
    while let Some(first) = rest.chars().next() {
        let (length, literal) = match literal_length(rest, after_word) {
            Some(length) => (length, true),
            None => (first.len_utf8(), false),
        };
        let (piece, tail) = rest.split_at(length);
        if literal {
            plain.extend(piece.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        } else {
            plain.push_str(piece);
        }
        after_word = !literal && is_word(first);
        rest = tail;
    }
    plain
}

/// The length in bytes of the comment or literal that `rest` starts with.
fn literal_length(rest: &str, after_word: bool) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(block_comment_length(rest));
    }
    if rest.starts_with('"') {
        return Some(quoted_length(rest, '"'));
    }
    if rest.starts_with('\'') {
        return char_length(rest);
    }
    if rest.starts_with('r') && !after_word {
        return raw_string_length(rest);
    }
    None
}

fn block_comment_length(rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        let tail = &rest.as_bytes()[at..];
        if tail.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if tail.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

fn quoted_length(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (index, c) in rest.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == quote {
            return index + 1;
        }
    }
    rest.len()
}

/// The length of a character literal; `None` for a lifetime.
fn char_length(rest: &str) -> Option<usize> {
    let mut chars = rest.chars().skip(1);
    let first = chars.next()?;
    let closed = chars.next() == Some('\'');
    (first == '\\' || closed).then(|| quoted_length(rest, '\''))
}

fn raw_string_length(rest: &str) -> Option<usize> {
    let hashes: String = rest.chars().skip(1).take_while(|&c| c == '#').collect();
    let start = 1 + hashes.len();
    let body = rest[start..].strip_prefix('"')?;
    let end = format!("\"{hashes}");
    let length = body.find(&end).map_or(body.len(), |at| at + end.len());
    Some(start + 1 + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<(String, usize)> {
        functions(text).into_iter().map(|f| (f.name, f.line_count)).collect()
    }

    #[test]
    fn braces_in_literals_and_comments_do_not_count() {
        let text = "fn a() {\n    let x = '{'; // }\n    let y = \"}\\\"\";\n    r#\"}\"#;\n}\n";
        assert_eq!(names(text), [("a".to_owned(), 5)]);
    }

    #[test]
    fn lifetimes_are_not_characters() {
        let text = "fn a<'x>(s: &'x str) -> [u8; 2] {\n    s\n}\nfn b() {}\n";
        assert_eq!(names(text), [("a".to_owned(), 3), ("b".to_owned(), 1)]);
    }

    #[test]
    fn nested_functions_and_declarations() {
        let text = "trait T { fn no(&self); }\nfn out() {\n    fn inner() {\n    }\n}\n";
        assert_eq!(names(text), [("inner".to_owned(), 2), ("out".to_owned(), 4)]);
    }
}
