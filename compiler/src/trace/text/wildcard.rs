//! Patterns of names: `*`, `?` and sets of characters, as `who`, `clear`, `save`, `load` and `glob`
//! take them.

/// True if a pattern fits a whole name.
pub(crate) fn fits(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    // Places in both, and where to go on if the last `*` takes one more letter.
    let (mut at, mut letter, mut star) = (0, 0, None);
    while letter < name.len() {
        if pattern.get(at) == Some(&'*') {
            star = Some((at, letter));
            at += 1;
        } else if let Some(len) = takes(pattern.get(at..).unwrap_or_default(), name[letter]) {
            (at, letter) = (at + len, letter + 1);
        } else if let Some((place, taken)) = star {
            star = Some((place, taken + 1));
            (at, letter) = (place + 1, taken + 1);
        } else {
            return false;
        }
    }
    pattern.iter().skip(at).all(|wanted| *wanted == '*')
}

/// How many characters of a pattern take one letter; `None`: it does not fit.
fn takes(pattern: &[char], letter: char) -> Option<usize> {
    let (first, rest) = pattern.split_first()?;
    match first {
        '?' => Some(1),
        '[' => match set(rest, letter) {
            Some((is_in, len)) => is_in.then_some(len + 1),
            None => (letter == '[').then_some(1),
        },
        own => (*own == letter).then_some(1),
    }
}

/// Whether a letter is in the set that ends with `]`, and the length of the set; `None` without an
/// end.
fn set(text: &[char], letter: char) -> Option<(bool, usize)> {
    let is_negated = matches!(text.first(), Some('!' | '^'));
    let start = usize::from(is_negated);
    // A bracket that comes first stands for itself.
    let end = (start + 1..text.len()).find(|at| text[*at] == ']')?;
    let (mut at, mut is_in) = (start, false);
    while at < end {
        let low = text[at];
        let is_span = text.get(at + 1) == Some(&'-') && at + 2 < end;
        let high = if is_span { text[at + 2] } else { low };
        is_in |= (low..=high).contains(&letter);
        at += if is_span { 3 } else { 1 };
    }
    Some((is_in != is_negated, end + 1))
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns_fit_whole_names() {
        for (pattern, name, expected) in [
            ("*", "", true),
            ("a*c", "abbc", true),
            ("a*c", "abcd", false),
            ("?b", "ab", true),
            ("?b", "b", false),
            ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false),
            ("[^ab]?", "cd", true),
            ("[]x]", "]", true),
            ("[ab", "[ab", true),
            ("*.m*", "a.mat", true),
            ("x", "xy", false),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }
}
