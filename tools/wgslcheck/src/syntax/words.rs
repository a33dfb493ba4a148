//! Which words may be identifiers (specification, sections 3.7, 15.2 and 15.3).

/// Words with a meaning in the grammar.
const KEYWORDS: &[&str] = &[
    "alias", "break", "case", "const", "const_assert", "continue", "continuing", "default",
    "diagnostic", "discard", "else", "enable", "false", "fn", "for", "if", "let", "loop",
    "override", "requires", "return", "struct", "switch", "true", "var", "while",
];

/// Words kept for later versions, sorted.
const RESERVED: &[&str] = &[
    "NULL", "Self", "abstract", "active", "alignas", "alignof", "as", "asm", "asm_fragment",
    "async", "attribute", "auto", "await", "become", "cast", "catch", "class", "co_await",
    "co_return", "co_yield", "coherent", "column_major", "common", "compile",
    "compile_fragment", "concept", "const_cast", "consteval", "constexpr", "constinit", "crate",
    "debugger", "decltype", "delete", "demote", "demote_to_helper", "do", "dynamic_cast", "enum",
    "explicit", "export", "extends", "extern", "external", "fallthrough", "filter", "final",
    "finally", "friend", "from", "fxgroup", "get", "goto", "groupshared", "highp", "impl",
    "implements", "import", "inline", "instanceof", "interface", "layout", "lowp", "macro",
    "macro_rules", "match", "mediump", "meta", "mod", "module", "move", "mut", "mutable",
    "namespace", "new", "nil", "noexcept", "noinline", "nointerpolation", "non_coherent",
    "noncoherent", "noperspective", "null", "nullptr", "of", "operator", "package", "packoffset",
    "partition", "pass", "patch", "pixelfragment", "precise", "precision", "premerge", "priv",
    "protected", "pub", "public", "readonly", "ref", "regardless", "register",
    "reinterpret_cast", "require", "resource", "restrict", "self", "set", "shared", "sizeof",
    "smooth", "snorm", "static", "static_assert", "static_cast", "std", "subroutine", "super",
    "target", "template", "this", "thread_local", "throw", "trait", "try", "type", "typedef",
    "typeid", "typename", "typeof", "union", "unless", "unorm", "unsafe", "unsized", "use",
    "using", "varying", "virtual", "volatile", "wgsl", "where", "with", "writeonly", "yield",
];

/// Whether `word` has a meaning in the grammar.
pub(crate) fn is_keyword(word: &str) -> bool {
    KEYWORDS.binary_search(&word).is_ok()
}

/// Why `word` cannot be an identifier, if it cannot.
pub(crate) fn refusal(word: &str) -> Option<String> {
    if is_keyword(word) {
        Some(format!("`{word}` is a keyword"))
    } else if RESERVED.binary_search(&word).is_ok() {
        Some(format!("`{word}` is a reserved word"))
    } else if word == "_" || word.starts_with("__") {
        Some(format!("`{word}` cannot be an identifier"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{KEYWORDS, RESERVED};

    #[test]
    fn lists_are_sorted_for_the_binary_search() {
        assert!(KEYWORDS.is_sorted());
        assert!(RESERVED.is_sorted());
    }
}
