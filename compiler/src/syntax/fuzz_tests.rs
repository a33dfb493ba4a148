//! Texts that are no scripts: parsing them must end, without a panic.

use super::parse;
use crate::diagnostic::FileId;

const SCRIPT: &str = r#"
% a script with most constructs
function varargout = main(a, ~, b = 3, varargin)
  if nargin < 2 || isempty(a), b = []; elseif ~b c{end+1} = {1, 'it''s'; "x\n" @sin}; else d; end
  for k = 1:2:numel(a), s.(k).x(end, :) = [a(k) -b' ; c.' 3]; s.n += k; end
  while true, x++; if x >= 3 && !y, break; end, end
  do z = f(z)(1){2}; until z == 3
  switch class(x), case {'a', 'b'} y = 1; otherwise error('id:x', "no %d\n", x); end
  try, g = @(t, u) t.^2 + a * u; catch err, disp(err.message); end
  unwind_protect
    global q = 3 %{ no block
  unwind_protect_cleanup
    hold on; x = 0x1F + 1e-3i ... more
      + 2./x;
  end_unwind_protect
end
%{
block
%}
[m, ~] = max(x(:)); A(:, 2) = []; clear all
"#;

/// Numbers that look random: the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) as usize) % end.max(1)
    }
}

fn survives(text: &str) {
    let (program, diagnostics) = parse(FileId(0), text);
    let _ = program.to_string();
    for diagnostic in diagnostics {
        let span = diagnostic.span.unwrap_or_default();
        assert!(text.get(span.start as usize..span.end as usize).is_some(), "{diagnostic:?}");
    }
}

#[test]
fn the_script_itself_is_read() {
    let (_, diagnostics) = parse(FileId(0), SCRIPT);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
}

/// What fuzzing found: reading it did not end.
#[test]
fn a_default_value_that_is_none() {
    for text in ["function e(w=;)", "function e(w=;)\nend\n", "function f(a = , b = \n 3)\nend"] {
        survives(text);
    }
}

#[test]
fn truncated_scripts() {
    for (at, _) in SCRIPT.char_indices() {
        survives(&SCRIPT[..at]);
        survives(&SCRIPT[at..]);
    }
}

#[test]
fn scripts_with_a_byte_changed() {
    let mut random = Random(1);
    let alphabet: Vec<char> = "()[]{}'\"%#.,;:=~!@+-*/\\^&|<> \n\tax1é$".chars().collect();
    for _ in 0..3000 {
        let mut chars: Vec<char> = SCRIPT.chars().collect();
        for _ in 0..1 + random.below(3) {
            let at = random.below(chars.len());
            chars[at] = alphabet[random.below(alphabet.len())];
        }
        survives(&chars.into_iter().collect::<String>());
    }
}

/// Pieces of scripts.
const TOKENS: [&str; 68] = [
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "'",
    "\"",
    "\n",
    ";",
    ",",
    " ",
    "x",
    "y1",
    "1",
    ".5",
    "0x",
    "=",
    "==",
    "+=",
    "++",
    "--",
    "~",
    "!",
    "@",
    "@(",
    ":",
    ".",
    "...",
    "%{\n",
    "%",
    "#",
    "+",
    "-",
    "*",
    ".^",
    "^",
    "&&",
    "|",
    "if ",
    "else ",
    "end",
    "end ",
    "for ",
    "while ",
    "do ",
    "until ",
    "switch ",
    "case ",
    "otherwise ",
    "try ",
    "catch ",
    "function ",
    "global ",
    "return ",
    "unwind_protect ",
    "unwind_protect_cleanup ",
    "endfunction ",
    "persistent ",
    "classdef ",
    "spmd ",
    "arguments\n",
    "hold on",
    "\u{e9}",
    "\u{a0}",
    "\r\n",
    "\0",
    "parfor ",
];

#[test]
fn token_soups() {
    let mut random = Random(2);
    for _ in 0..6000 {
        let count = 1 + random.below(40);
        let text: String = (0..count).map(|_| TOKENS[random.below(TOKENS.len())]).collect();
        survives(&text);
    }
}

#[test]
fn deep_texts() {
    for part in
        ["(", "[", "{", "x(", "-", "~", "x.", "'", "@(x)", "if 1\n", "do\n", "1+", "(1+", "x'(1)"]
    {
        survives(&part.repeat(20_000));
        survives(&format!("x = {}1", part.repeat(500)));
    }
}
