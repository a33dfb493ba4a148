//! Octave wants the functions of a script defined before their use; MATLAB's style puts them
//! at the end. The corpus follows MATLAB; this moves them for Octave.

use std::borrow::Cow;

/// Moves everything from the first `function` at the margin of a script to its front.
/// A script that already starts with definitions (Octave's `1;` comes first) is left alone.
pub(crate) fn functions_first(script: &str) -> Cow<'_, str> {
    let starts_function = |line: &str| line.starts_with("function ");
    let octave_style = script.lines().any(|line| line.trim() == "1;");
    let mut offset = 0;
    for line in script.split_inclusive('\n') {
        if !octave_style && starts_function(line) {
            let (body, functions) = script.split_at(offset);
            return Cow::Owned(format!("1;\n{functions}\n{body}"));
        }
        offset += line.len();
    }
    Cow::Borrowed(script)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_at_the_end_go_to_the_front() {
        let script = "x = f(1);\nfunction y = f(x)\n    y = x;\nend\n";
        let hoisted = "1;\nfunction y = f(x)\n    y = x;\nend\n\nx = f(1);\n";
        assert_eq!(functions_first(script), hoisted);
    }

    #[test]
    fn scripts_without_functions_stay() {
        assert_eq!(functions_first("disp(1)\n"), "disp(1)\n");
    }
}
