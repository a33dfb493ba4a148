//! Source to S-expression, findings, and last uses.

use super::parse;
use crate::diagnostic::FileId;

/// The tree of a text that has no mistake, one statement a line.
fn tree(text: &str) -> String {
    let (program, diagnostics) = parse(FileId(0), text);
    assert!(diagnostics.is_empty(), "{text:?}: {diagnostics:?}");
    program.to_string().trim_end().to_owned()
}

/// The tree without marks of last use.
fn check(text: &str, expected: &str) {
    assert_eq!(unmarked(&tree(text)), unmarked(expected), "{text:?}");
}

/// Without the `*` that follows a name.
fn unmarked(tree: &str) -> String {
    let mut before = ' ';
    let mut keep = |c: char| {
        let is_mark = c == '*' && (before.is_alphanumeric() || before == '_');
        before = c;
        !is_mark
    };
    tree.chars().filter(|c| keep(*c)).collect()
}

/// The tree with marks of last use.
fn check_uses(text: &str, expected: &str) {
    assert_eq!(tree(text), expected, "{text:?}");
}

/// The first finding: its code, the text it points at, its message without the words `syntax
/// error`, and its hint.
fn finding(text: &str) -> String {
    let (program, diagnostics) = parse(FileId(0), text);
    let _ = program.to_string();
    let first = diagnostics.first().unwrap_or_else(|| panic!("{text:?} has no finding"));
    let span = first.span.unwrap_or_default();
    let at = &text[span.start as usize..span.end as usize];
    let label = first.label.as_deref().map(|label| format!(" [{label}]")).unwrap_or_default();
    let hint = first.hint.as_deref().map(|hint| format!(" ({hint})")).unwrap_or_default();
    let message = first.message.trim_start_matches("syntax error: ");
    format!("{} `{at}`: {message}{label}{hint}", first.code)
}

#[test]
fn what_is_not_of_the_language_is_called_a_syntax_error() {
    let (_, found) = parse(FileId(0), "x = (1");
    assert_eq!(found[0].message, "syntax error: `(` is never closed");
    let (_, found) = parse(FileId(0), "classdef A\nend");
    assert!(!found[0].message.contains("syntax error"), "{}", found[0].message);
}

#[test]
fn simple_statements() {
    check("x = 3; y = x", "(= x 3) ;\n(= y x)");
    check("x\nx;\nf(1), 2", "x\nx ;\nf(1)\n2");
    check("if x, y = 1 else y = 2 end", "if x\n  (= y 1)\nelse\n  (= y 2)");
    check("do k++ until k", "do\n  (after+ k 1)\nuntil k");
    check("A(i, 2).b{3}.(n) = v;", "(= A(i 2).b{3}.(n) v) ;");
    check("[a, ~, s.x(2)] = f(q);", "(= [a ~ s.x(2)] f(q)) ;");
    check("[a b] = f", "(= [a b] f)");
    check("[~, i] = max(x);", "(= [~ i] max(x)) ;");
    check("x += 2; x(3) *= y; x++; --x;", "(+= x 2) ;\n(*= x(3) y) ;\n(+= x 1) ;\n(-= x 1) ;");
    check("a = b = 2", "(= b 2) ;\n(= a b)");
    check("A(2) = B(3) = [];", "(= B(3) []) ;\n(= A(2) []) ;");
    check("global a b\npersistent c = 3;", "(global a b) ;\n(persistent c=3) ;");
}

#[test]
fn command_syntax() {
    check("hold on, close all; clc", "(command hold \"on\")\n(command close \"all\") ;\nclc");
    check("format long % wide", "(command format \"long\")");
    check("clear -all x*", "(command clear \"-all\" \"x*\")");
    check("disp 'a b' c", "(command disp \"a b\" \"c\")");
    check("x = 1; x -1", "(= x 1) ;\n(- x 1)");
    check("y -1", "(command y \"-1\")");
    check("y - 1; y == 1; y'; y '", "(- y 1) ;\n(== y 1) ;\n(' y) ;\n(command y \"'\")");
    check("disp (3); disp hi", "disp(3) ;\n(command disp \"hi\")");
}

#[test]
fn blocks() {
    check("if a, b, elseif c d; else, e; end", "if a\n  b\nelseif c\n  d ;\nelse\n  e ;");
    check("if (a) x = 1; end", "if a\n  (= x 1) ;");
    check("if ~a return; endif", "if (! a)\n  return ;");
    check("for k = 1:2:n, k; end", "for k (: 1 2 n)\n  k ;");
    check("for (k = [1 2]) k; endfor", "for k [1, 2]\n  k ;");
    check("parfor k = 1:3\nk;\nend", "parfor k (: 1 3)\n  k ;");
    check("parfor (k = 1:3, 4)\nk;\nend", "parfor k (: 1 3)\n  k ;");
    check("while true break; endwhile", "while true\n  break ;");
    check("do\n x++;\nuntil x > 3", "do\n  (+= x 1) ;\nuntil (> x 3)");
    check(
        "switch x\n case {1, 'a'}\n y\n otherwise\n z\nend",
        "switch x\ncase {1, 'a'}\n  y\notherwise\n  z",
    );
    check("switch x case 1, y; endswitch", "switch x\ncase 1\n  y ;");
    check("try, a; catch err, b; end", "try\n  a ;\ncatch err\n  b ;");
    check("try\na(1)\ncatch\nb(1)\nend_try_catch", "try\n  a(1)\ncatch\n  b(1)");
    check("try\na;\nend", "try\n  a ;\ncatch");
    check(
        "unwind_protect\na;\nunwind_protect_cleanup\nb;\nend_unwind_protect",
        "unwind_protect\n  a ;\ncleanup\n  b ;",
    );
}

#[test]
fn operators() {
    check("x = -a' * b.' ^ 2;", "(= x (* (- (' a)) (^ (.' b) 2))) ;");
    check("x = -2 ^ 2 + 2 ^ -1 ^ 2;", "(= x (+ (- (^ 2 2)) (^ (^ 2 (- 1)) 2))) ;");
    check("x = 2 ^ a';", "(= x (' (^ 2 a))) ;");
    check("x = ~a == b && c | d & e || f;", "(= x (|| (&& (== (! a) b) (| c (& d e))) f)) ;");
    check("x = !a != b ** 2 .** c;", "(= x (!= (! a) (.^ (^ b 2) c))) ;");
    check("x = 1:n - 1 < 3:2:a;", "(= x (< (: 1 (- n 1)) (: 3 2 a))) ;");
    check("x = a - b - c / d / e;", "(= x (- (- a b) (/ (/ c d) e))) ;");
    check("x = 2./y + 2.*z.^-1.';", "(= x (+ (./ 2 y) (.* 2 (.' (.^ z (- 1)))))) ;");
    check(
        "x = a\\b .\\ c <= d >= e > f ~= g;",
        "(= x (!= (> (>= (<= (.\\ (\\ a b) c) d) e) f) g)) ;",
    );
}

#[test]
fn literals() {
    check("x = [1e3 1E-3 .5 5. 1d2 2i 3.5J];", "(= x [1000, 0.001, 0.5, 5, 100, 2i, 3.5i]) ;");
    check("x = 0x1F + 0xFFF + 0b101u16 + 0xFs8;", "(= x (+ (+ (+ 31u8 4095u16) 5u16) 15s8)) ;");
    check(r#"x = "a\tb""c\x41\101";"#, r#"(= x "a\tb\"cAA") ;"#);
    check(r"x = 'a\tb''c';", r"(= x 'a\\tb\'c') ;");
    check("x = '%d # \"';", "(= x '%d # \\\"') ;");
    check("x = [];y = {};z = '';", "(= x []) ;\n(= y {}) ;\n(= z '') ;");
}

#[test]
fn matrices_and_blanks() {
    check("x = [1 -2];", "(= x [1, (- 2)]) ;");
    check("x = [1 - 2];", "(= x [(- 1 2)]) ;");
    check(
        "x = [a -b, a-b, a - b, a' b' 'c'];",
        "(= x [a, (- b), (- a b), (- a b), (' a), (' b), 'c']) ;",
    );
    check("x = [a' (1), a(1) b{2} {3}];", "(= x [(' a), 1, a(1), b{2}, {3}]) ;");
    check("x = [1, 2;\n 3 4\n\n 5, 6, ];", "(= x [1, 2; 3, 4; 5, 6]) ;");
    check("x = [1 ... c\n 2 % d\n 3];", "(= x [1, 2; 3]) ;");
    check("x = [~a !b a ~= b];", "(= x [(! a), (! b), (!= a b)]) ;");
    check(
        "x = {@(t) t + 1, @(t) t -1; @sin 'a'};",
        "(= x {(@(t) (+ t 1)), (@(t) (- t 1)); @sin, 'a'}) ;",
    );
    check("x = [f(1, 2) (3) [4 5]'];", "(= x [f(1 2), 3, (' [4, 5])]) ;");
    check("x = [a.b c.d(2 - 1) e.'];", "(= x [a.b, c.d((- 2 1)), (.' e)]) ;");
}

#[test]
fn indices() {
    check("x = A(:, end) + A(end - 1, :)(:)';", "(= x (+ A(: end) (' A((- end 1) :)(:)))) ;");
    check("c{:}; c{1, :}{end}.f(2)", "c{:} ;\nc{1 :}{end}.f(2)");
    check("x = f(x)(y){z}.w;", "(= x f(x)(y){z}.w) ;");
    check("x = (a + b)(1) + [1 2](end) + {3}{1};", "(= x (+ (+ (+ a b)(1) [1, 2](end)) {3}{1})) ;");
    check("x = a'(1) + a.b.'(:);", "(= x (+ (' a)(1) (.' a.b)(:))) ;");
    check("A(2, :) = [];", "(= A(2 :) []) ;");
    check("x = s.if + s.end(3).(n).('k');", "(= x (+ s.if s.end(3).(n).('k'))) ;");
    check("plot(x, width=3);", "plot(x (set width 3)) ;");
    check("while (n = f(x)) > 1, end", "while (> (set n f(x)) 1)");
    check("y = x(k++) - --z;", "(= y (- x((after+ k 1)) (set- z 1))) ;");
    check("y = [a++ b];", "(= y [(after+ a 1), b]) ;");
    check("y = [a ++b];", "(= y [a, (set+ b 1)]) ;");
    check("y = a++b;", "(= y (+ a (+ b))) ;");
    check("if (s.a += 2) > 1, end", "if (> (set+ s.a 2) 1)");
    check("x(A > 0 & ~B) = 0;", "(= x((& (> A 0) (! B))) 0) ;");
}

#[test]
fn functions() {
    check(
        "function [a, b] = f(x, ~, varargin)\na = x;\nend\nfunction g\nend",
        "function [a b] f(x ~ varargin)\n  (= a x) ;\nfunction [] g()",
    );
    check(
        "function y = f(x)\ny = x;\nfunction g()\nif 1\nz; end",
        "function [y] f(x)\n  (= y x) ;\nfunction [] g()\n  if 1\n    z ;",
    );
    check(
        "1;\nfunction y = f (x) y = x; endfunction\nf(2)",
        "1 ;\nf(2)\nfunction [y] f(x)\n  (= y x) ;",
    );
    check(
        "function varargout = f(varargin)\nfunction g\nx = 1;\nend\ng;\nend",
        "function [varargout] f(varargin)\n  g ;\n  function [] g()\n    (= x 1) ;",
    );
    check(
        "function f(a, b = [1, 2])\nend",
        "function [] f(a b)\n  if (! exist(\"b\" \"var\"))\n    (= b [1, 2]) ;",
    );
    check(
        "h = @(x, varargin) a * x + h2(@sin, @p.q);",
        "(= h (@(x varargin) (+ (* a x) h2(@sin @p.q)) captures a h2)) ;",
    );
    check(
        "f = @() disp(@(t) t + q);",
        "(= f (@() disp((@(t) (+ t q) captures q)) captures disp q)) ;",
    );
}

#[test]
fn comments_and_continuations() {
    check("x = 1; % c\n# d\n%{\nx = 2;\n%{\n%}\n%}\ny = 3 ... e\n + 4", "(= x 1) ;\n(= y (+ 3 4))");
    check("f(1, ... a\n 2)", "f(1 2)");
    check("%{ no block\nx\n#{\nnot read\n#}\ny", "x\ny");
    check("x\r\ny;\r\n", "x\ny ;");
    check("", "");
}

#[test]
fn spans_point_into_the_file() {
    let text = "a = 1;\nfoo += bar(2)' ; # c\n";
    let (program, _) = parse(FileId(3), text);
    let stmt = &program.body[1];
    assert_eq!(&text[stmt.span.start as usize..stmt.span.end as usize], "foo += bar(2)'");
    assert_eq!(stmt.span.file, FileId(3));
}

#[test]
fn text_of_anonymous_functions() {
    let cases = [
        (
            "@(x,y) sin(x)+[1,2;3 4]*y'-x.^2*(a(1,:)+b{2})",
            "@(x, y) sin (x) + [1, 2; 3, 4] * y' - x .^ 2 * (a (1, :) + b {2})",
        ),
        ("@() ~x && -y || {1,'a',\"b\\n\"}", "@() !x && -y || {1, 'a', \"b\\n\"}"),
        (
            "@(varargin) g(varargin{:}, s.a.(n), @sin, @(t) t(end), 1:2:n, x.', 1e10, 0.1)",
            "@(varargin) g (varargin {:}, s.a.(n), @sin, @(t)t (end), 1:2:n, x.', 1e10, 0.1)",
        ),
        ("@(x,~) a.b(3).c{4} - (1:3)(2)", "@(x, ~) a.b (3).c {4} - (1:3) (2)"),
    ];
    for (text, expected) in cases {
        let (program, _) = parse(FileId(0), &format!("f = {text};"));
        let super::ast::StmtKind::Assign { value, .. } = &program.body[0].kind else { panic!() };
        let super::ast::ExprKind::Anonymous(function) = &value.kind else { panic!() };
        assert_eq!(&*function.text, expected);
    }
}

#[test]
fn slots() {
    let (program, _) =
        parse(FileId(0), "function y = f(x)\nq = @(t) t + x + y;\ny = sin(q(1));\nend");
    let function = &program.functions[0];
    let names: Vec<&str> =
        function.scope.names.iter().map(|name| function.names.text(*name)).collect();
    assert_eq!(names, ["x", "y", "q"]);
    assert!(program.is_function_file && !function.scope.dynamic);
    let text = "function f\na = 1;\nfunction g(b)\na = b;\nend\nend";
    let nested = &parse(FileId(0), text).0.functions[0].nested[0];
    assert_eq!(nested.shared.len(), 1);
    assert!(parse(FileId(0), "function f\nload x\nend").0.functions[0].scope.dynamic);
}

#[test]
fn last_uses_in_straight_code() {
    check_uses(
        "function y = f(a, b)\nc = a + b;\nc = c .* a;\ny = c + b;\nend",
        "function [y] f(a b)\n  (= c (+ a b)) ;\n  (= c (.* c* a*)) ;\n  (= y (+ c* b*)) ;",
    );
    // A script's variables end with it.
    check_uses("x = 1; x = x + 1; y = x;", "(= x 1) ;\n(= x (+ x* 1)) ;\n(= y x*) ;");
    check_uses(
        "function f(x)\nx = x(end:-1:1);\ng(x, x);\nend",
        "function [] f(x)\n  (= x x*((: end (- 1) 1))) ;\n  g(x x*) ;",
    );
    check_uses(
        "function A = f(A, v)\nA(2) = v;\nB = A;\nB(1) = A(1);\nend",
        "function [A] f(A v)\n  (= A(2) v*) ;\n  (= B A) ;\n  (= B(1) A(1)) ;",
    );
    check_uses(
        "function f(x)\ng = @() x;\ng();\nend",
        "function [] f(x)\n  (= g (@() x* captures x*)) ;\n  g*() ;",
    );
}

#[test]
fn last_uses_in_branches_and_loops() {
    check_uses(
        "function f(x, n)\nif n\ny = x;\nelse\ng(x); h(x);\nend\nend",
        "function [] f(x n)\n  if n*\n    (= y x*) ;\n  else\n    g(x) ;\n    h(x*) ;",
    );
    check_uses(
        "function s = f(x, n)\ns = 0;\nfor k = 1:n\nt = x + k;\ns = s + t;\nend\nend",
        "function [s] f(x n)\n  (= s 0) ;\n  for k (: 1 n*)\n    (= t (+ x k*)) ;\n    (= s (+ \
         s* t*)) ;",
    );
    check_uses(
        "function x = f(x)\nwhile x > 1\nx = x / 2;\nif x == 3, break; end\nend\nend",
        "function [x] f(x)\n  while (> x 1)\n    (= x (/ x* 2)) ;\n    if (== x 3)\n      break ;",
    );
    check_uses(
        "function f(x)\ndo\ny = x;\nx = 2;\nuntil y > 1\nend",
        "function [] f(x)\n  do\n    (= y x*) ;\n    (= x 2) ;\n  until (> y* 1)",
    );
}

#[test]
fn last_uses_that_are_not_taken() {
    let kept = [
        "function f(x)\nglobal x\ny = x;\nend",
        "function f(x)\ny = x;\neval('x');\nend",
        "function f(x)\ny = x;\nexist('x');\nend",
        "function f(x)\ny = x;\nexist(\"x\", \"var\");\nend",
        "function f(x)\ny = x;\nclear x\nend",
        "function f(x)\ntry\ny = x;\ncatch\nend\nend",
        "function f(x)\nunwind_protect\ny = x;\nunwind_protect_cleanup\nend\nend",
        "function f(x)\ny = x;\nmy_script;\nend",
        "function f(x)\nfunction g\nx = 1;\nend\ny = x;\nend",
    ];
    for text in kept {
        assert!(!tree(text).contains("x*"), "{text:?}: {}", tree(text));
    }
    check_uses(
        "function f(x)\ntry\nx = 1; g();\ncatch\nh(x);\nend\nend",
        "function [] f(x)\n  try\n    (= x 1) ;\n    g() ;\n  catch\n    h(x*) ;",
    );
    // The value before the loop is not read in it after the first write, but may be read again.
    check_uses(
        "function f(x)\nfor k = 1:3\ng(x);\nend\nend",
        "function [] f(x)\n  for k (: 1 3)\n    g(x) ;",
    );
}

#[test]
fn assigned_in_a_loop() {
    let text = "for k = 1:3, s = s + k; if s, A(k) = 1; [u, ~] = g(v); end, end";
    let (program, _) = parse(FileId(0), text);
    let slots = super::liveness::assigned_in(&program.body);
    let names: Vec<&str> =
        slots.iter().map(|slot| program.names.text(program.scope.names[slot.index()])).collect();
    assert_eq!(names, ["k", "s", "A", "u"]);
}

/// A text, and its first finding as `finding` shows it.
const MISTAKES: [(&str, &str); 27] = [
    ("x = (1 + 2\ny = 3", "M002 `(`: `(` is never closed [`)` is missing]"),
    ("x = [1 2\nif 1\nend", "M002 `[`: `[` is never closed [`]` is missing]"),
    ("x = (1]", "M002 `]`: `(` is never closed [expected `)`] (`]` was found instead)"),
    ("x = 1)", "M002 `)`: `)` closes nothing"),
    ("x = 'abc\ny", "M003 `'abc`: the string has no closing `'`"),
    ("x = 3 +\ny", "M001 `+`: the statement ends where a value is expected, after `+`"),
    ("x = * 3", "M001 `*`: a value is expected before `*`"),
    (
        "x = 3 4",
        "M001 `4`: `4` follows `3` with nothing between (an operator, a comma or a new line is \
         missing)",
    ),
    (
        "x = c{y = 3}",
        "M001 `=`: `=` cannot stand here (write `==` to compare; set variables in a statement \
         of their own)",
    ),
    (
        "3 = x",
        "M001 `=`: the left side of `=` is no variable (a variable, `a(i)` or `s.f` can be set)",
    ),
    (
        "if x\ny\n",
        "M004 `if`: the block opened by `if` is not closed [no `end` for this] (add `end` for \
         the `if` of line 1)",
    ),
    (
        "for k = 1:3\nif k\nendfor",
        "M004 `if`: the block opened by `if` is not closed [no `end` for this] (line 3 has \
         `endfor`; line 2 needs `end` first)",
    ),
    ("x = 1;\nend", "M005 `end`: `end` closes no block"),
    ("else\n", "M005 `else`: `else` stands outside `if`"),
    ("x = $;", "M001 `$`: `$` cannot stand here"),
    ("for 3\nend", "M001 `for`: `for` needs a variable, `=` and values (write `for k = 1:10`)"),
    ("f(1,, 2)", "M001 `,`: `,` stands where a value is expected, after `,`"),
    (
        "function 3\nend",
        "M001 `3`: the function has no name (write `function [a, b] = name(x, y)`)",
    ),
    (
        "classdef A\nend",
        "M006 `classdef`: `classdef` is not supported (write functions that take a struct)",
    ),
    (
        "for [v, 2] = s\nend",
        "M006 `[`: `for [..]` wants two names, a value and a key \
         (write `for [value, key] = structure`)",
    ),
    ("f = @(x) (y = x);", "M010 `(y = x)`: invalid use of operator = in anonymous function"),
    ("f = @(x) g(y += x);", "M010 `y += x`: invalid use of operator += in anonymous function"),
    ("f = @(x) x++;", "M010 `x++`: invalid use of operator ++ in anonymous function"),
    ("f = @(x) --x;", "M010 `--x`: invalid use of operator -- in anonymous function"),
    (
        "if x = 3, end",
        "M011 `x = 3`: suggest parenthesis around assignment used as truth value (write `==` to \
         compare)",
    ),
    (
        "for k = 1:2 end r = 1",
        "M001 `r`: `r` follows `end` with nothing between (an operator, a comma or a new line is \
         missing)",
    ),
    ("x = @;", "M001 `@`: `@` needs the name of a function or `(` (write `@sin` or `@(x) x + 1`)"),
];

#[test]
fn mistakes_have_a_place_and_a_reason() {
    for (text, expected) in MISTAKES {
        assert_eq!(finding(text), expected, "{text:?}");
    }
}

#[test]
fn a_mistake_leaves_the_rest() {
    let (program, diagnostics) =
        parse(FileId(0), "x = 3 4\ny = 2;\nif z = = 1\nw = 3;\nend\nv = 1;");
    assert_eq!(diagnostics.len(), 2, "{diagnostics:?}");
    assert_eq!(program.to_string(), "(= y 2) ;\nif []\n  (= w 3) ;\n(= v 1) ;\n");
}

#[test]
fn limits() {
    let nested = |count: usize| format!("x = {}1{};", "(".repeat(count), ")".repeat(count));
    let (_, ok) = parse(FileId(0), &nested(super::scan::NESTING_MAX));
    assert!(ok.is_empty(), "{ok:?}");
    assert!(finding(&nested(super::scan::NESTING_MAX + 1)).starts_with("M007"));
    let sum = |count: u32| format!("x = 1{};", " + 1".repeat(count as usize));
    assert!(parse(FileId(0), &sum(super::scan::OPERATORS_MAX)).1.is_empty());
    assert!(finding(&sum(super::scan::OPERATORS_MAX + 1)).starts_with("M007"));
    let blocks = |count: usize| format!("{}{}", "if 1\n".repeat(count), "end\n".repeat(count));
    assert!(parse(FileId(0), &blocks(super::blocks::BLOCKS_MAX)).1.is_empty());
    assert!(finding(&blocks(super::blocks::BLOCKS_MAX + 1)).starts_with("M007"));
}
