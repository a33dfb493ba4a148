//! A stream of tokens of the language as a script: two bytes choose one of the words below.

#![no_main]
#![allow(dead_code, reason = "programs are read here, not run")]

use libfuzzer_sys::fuzz_target;

#[path = "../../src/diagnostic.rs"]
mod diagnostic;
#[path = "../survives.rs"]
mod survives;
#[path = "../../src/syntax/mod.rs"]
mod syntax;

const WORDS: &[&str] = &[
    " ", " ", " ", "\n", "\n", ";", ",", "(", ")", "[", "]", "{", "}", "'", "\"", ".'", "...\n",
    "%", "#", "%{\n", "%}\n", "#{\n", "#}\n", "=", "==", "~=", "!=", "<", "<=", ">", ">=", "&",
    "&&", "|", "||", "!", "~", "+", "-", "*", "/", "\\", "^", ".*", "./", ".\\", ".^", "**", "++",
    "--", "+=", "-=", "*=", "/=", "^=", "|=", "&=", ":", "@", "@(x)", ".", "?", "x", "y", "f", "s",
    "ans", "1", "2.5", "1e3", "0x1F", "0b101", "3i", "1e", "end", "end", "if", "else", "elseif",
    "endif", "for", "endfor", "parfor", "while", "endwhile", "do", "until", "switch", "case",
    "otherwise", "endswitch", "function", "endfunction", "return", "break", "continue", "try",
    "catch", "catch err", "end_try_catch", "unwind_protect", "unwind_protect_cleanup",
    "end_unwind_protect", "global", "persistent", "classdef", "varargin", "varargout", "nargin",
    "hold on", "format long", "'it''s'", "\"a\\n\"", "\u{e9}", "\t", "\r\n", "\0", "s.f", "s.(f)",
    "c{:}", "A(end)", "A(:, 1)", "[a, ~] = ", "function r = f(x)\n", "1:2:3",
];

fuzz_target!(|data: &[u8]| {
    let word = |pair: &[u8]| {
        let at = pair.iter().fold(0, |at, byte| at * 256 + usize::from(*byte));
        WORDS[at % WORDS.len()]
    };
    survives::text(&data.chunks(2).map(word).collect::<String>());
});
