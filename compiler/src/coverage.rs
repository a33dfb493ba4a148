//! What of a script cannot run here: found from its tree alone, without running it.
//!
//! A name that no statement of its scope assigns is a function. It is looked for where the run
//! would: functions of the file, other files, the table of builtins.
//!
//! Deliberately absent: sizes, classes and numbers of arguments, which only the run knows; names
//! in scopes that may make variables by text (`eval`, `load`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::syntax::ast::{
    AccessKind, Anonymous, Declaration, Expr, ExprKind, Function, Ident, IndexKind, Interner,
    LValue, Name, Param, Program, Scope, Slot, Stmt, StmtKind,
};
use crate::syntax::liveness::assigned_in;
use crate::trace::builtins;
use crate::trace::interpreter::{is_refused, nearest};
use crate::trace::library;

/// Findings of the text itself and of every name that it calls, in the order of the text, each
/// name once per scope.
///
/// `is_file` says whether another file defines a function or script of a name.
pub fn examine(
    program: &Program,
    syntax: Vec<Diagnostic>,
    is_file: &dyn Fn(&str) -> bool,
) -> Vec<Diagnostic> {
    let mut findings = syntax;
    if findings.iter().any(|found| found.severity == Severity::Error) {
        return findings;
    }
    let mut functions = BTreeSet::new();
    program.functions.iter().for_each(|function| gather(function, &mut functions));
    let file = File { functions: &functions, is_file };
    for function in &program.functions {
        file.shadowed_function(function, &mut findings);
        file.function(function, &mut findings);
    }
    let assigned = assigned_in(&program.body);
    file.scope(&program.body, (&program.scope, &program.names, assigned), &mut findings);
    findings.sort_by_key(|found| found.span.map(|span| (span.start, span.end)));
    findings
}

/// Names of a function and of those inside it.
fn gather(function: &Function, names: &mut BTreeSet<String>) {
    names.insert(function.names.text(function.name).to_owned());
    function.nested.iter().for_each(|nested| gather(nested, names));
}

/// What the names of a file may mean.
struct File<'f> {
    functions: &'f BTreeSet<String>,
    is_file: &'f dyn Fn(&str) -> bool,
}

/// One scope while it is walked.
struct Walk<'w, 'f> {
    file: &'w File<'f>,
    scope: &'w Scope,
    names: &'w Interner,
    variables: BTreeSet<Slot>,
    /// What was found, by name.
    found: BTreeMap<String, Diagnostic>,
    /// Functions that were met inside.
    anonymous: Vec<Arc<Anonymous>>,
}

impl File<'_> {
    fn function(&self, function: &Function, findings: &mut Vec<Diagnostic>) {
        let named = function.params.iter().filter_map(|param| match param {
            Param::Named(ident) => ident.slot,
            Param::Ignored(_) => None,
        });
        let rest = function.varargin.iter().chain(&function.varargout).chain(&function.outputs);
        let mut variables = assigned_in(&function.body);
        variables.extend(named.chain(rest.filter_map(|ident| ident.slot)));
        variables.extend(function.shared.iter().map(|shared| shared.inner));
        self.scope(&function.body, (&function.scope, &function.names, variables), findings);
        function.nested.iter().for_each(|nested| self.function(nested, findings));
    }

    fn scope(
        &self,
        body: &[Stmt],
        (scope, names, mut variables): (&Scope, &Interner, BTreeSet<Slot>),
        findings: &mut Vec<Diagnostic>,
    ) {
        variables.extend(scope.ans);
        let (found, anonymous) = (BTreeMap::new(), Vec::new());
        let mut walk = Walk { file: self, scope, names, variables, found, anonymous };
        walk.body(body);
        findings.extend(walk.found.into_values());
        for function in walk.anonymous {
            self.anonymous(&function, &walk.variables, findings);
        }
    }

    /// Captures are variables where the function was made, or names of functions.
    fn anonymous(
        &self,
        function: &Anonymous,
        outside: &BTreeSet<Slot>,
        findings: &mut Vec<Diagnostic>,
    ) {
        let captured = function
            .captures
            .iter()
            .filter(|capture| capture.outer.slot.is_some_and(|slot| outside.contains(&slot)));
        let captured: BTreeSet<Slot> = captured.map(|capture| capture.inner).collect();
        let params = function.params.iter().filter_map(|param| match param {
            Param::Named(ident) => ident.slot,
            Param::Ignored(_) => None,
        });
        let rest = function.varargin.iter().filter_map(|ident| ident.slot);
        let variables: BTreeSet<Slot> = captured.into_iter().chain(params).chain(rest).collect();
        let (scope, names) = (&function.scope, &*function.names);
        let (found, anonymous) = (BTreeMap::new(), Vec::new());
        let mut walk = Walk { file: self, scope, names, variables, found, anonymous };
        walk.expr(&function.body);
        findings.extend(walk.found.into_values());
        for inner in walk.anonymous {
            self.anonymous(&inner, &walk.variables, findings);
        }
    }

    fn shadowed_function(&self, function: &Function, findings: &mut Vec<Diagnostic>) {
        let name = function.names.text(function.name);
        if builtins::find(name).is_some() {
            let message = format!("function `{name}` hides the builtin of that name");
            findings.push(Diagnostic::warning("M142", message).at(function.name_span));
        }
    }

    /// The finding for a name that is called, if it cannot be.
    fn called(&self, name: &str) -> Option<Diagnostic> {
        let is_known = self.functions.contains(name)
            || matches!(name, "nargin" | "nargout" | "end")
            || builtins::find(name).is_some()
            || library::find(name).is_some()
            // The rest of `containers.Map` is a field to the parser.
            || name == "containers"
            || (self.is_file)(name);
        if is_known {
            return None;
        }
        let candidates = self.functions.iter().map(String::as_str);
        let candidates = candidates
            .chain(builtins::table().map(|row| row.name))
            .chain(library::functions().map(|function| function.name));
        let near = nearest(name, candidates);
        let finding = match is_refused(name) {
            true => Diagnostic::error("M140", format!("`{name}` is not supported")),
            false => Diagnostic::error("M141", format!("`{name}` is not defined")),
        };
        Some(match near {
            Some(near) => finding.hint(format!("the nearest supported name is `{near}`")),
            None => finding,
        })
    }
}

impl Walk<'_, '_> {
    fn body(&mut self, body: &[Stmt]) {
        body.iter().for_each(|stmt| self.statement(stmt));
    }

    fn statement(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Expr(expr) => self.expr(expr),
            StmtKind::Assign { target, value } | StmtKind::OpAssign { target, value, .. } => {
                self.expr(value);
                self.target(target);
            }
            StmtKind::MultiAssign { targets, value } => {
                self.expr(value);
                targets.iter().flatten().for_each(|target| self.target(target));
            }
            StmtKind::If { arms, otherwise } => {
                for arm in arms {
                    self.expr(&arm.cond);
                    self.body(&arm.body);
                }
                self.body(otherwise.as_deref().unwrap_or_default());
            }
            StmtKind::For { target, value, body, parallel: _ } => {
                self.expr(value);
                self.target(target);
                self.body(body);
            }
            StmtKind::While { cond, body } | StmtKind::DoUntil { body, cond } => {
                self.expr(cond);
                self.body(body);
            }
            StmtKind::Switch { value, cases, otherwise } => {
                self.expr(value);
                for case in cases {
                    self.expr(&case.value);
                    self.body(&case.body);
                }
                self.body(otherwise.as_deref().unwrap_or_default());
            }
            StmtKind::Try { body, handler: after, error: _ }
            | StmtKind::UnwindProtect { body, cleanup: after } => {
                self.body(body);
                self.body(after);
            }
            StmtKind::Global(list) | StmtKind::Persistent(list) => self.declarations(list),
            StmtKind::Command { function, args: _ } => self.ident(function),
            StmtKind::Break | StmtKind::Continue | StmtKind::Return => {}
        }
    }

    fn declarations(&mut self, list: &[Declaration]) {
        list.iter().filter_map(|declaration| declaration.init.as_ref()).for_each(|init| {
            self.expr(init);
        });
    }

    fn target(&mut self, target: &LValue) {
        for access in &target.path {
            match &access.kind {
                AccessKind::Paren(args) | AccessKind::Brace(args) => self.list(args),
                AccessKind::Field(_) => {}
                AccessKind::DynField(name) => self.expr(name),
            }
        }
    }

    fn list(&mut self, exprs: &[Expr]) {
        exprs.iter().for_each(|expr| self.expr(expr));
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Number(_)
            | ExprKind::Imaginary(_)
            | ExprKind::Integer { .. }
            | ExprKind::Str { .. }
            | ExprKind::Colon
            | ExprKind::End => {}
            ExprKind::Ident(ident) => self.ident(ident),
            ExprKind::Index { base, args, kind } => {
                if let (ExprKind::Ident(ident), IndexKind::Paren) = (&base.kind, kind) {
                    self.shadowed(ident);
                }
                self.expr(base);
                self.list(args);
            }
            ExprKind::Field { base, name: _ } => self.expr(base),
            ExprKind::DynField { base, name } => {
                self.expr(base);
                self.expr(name);
            }
            ExprKind::Unary { operand, .. } | ExprKind::Postfix { operand, .. } => {
                self.expr(operand);
            }
            ExprKind::Assign { value, .. } => self.expr(value),
            ExprKind::Binary { left, right, .. } | ExprKind::ShortCircuit { left, right, .. } => {
                self.expr(left);
                self.expr(right);
            }
            ExprKind::Range { start, step, stop } => {
                self.expr(start);
                step.iter().for_each(|step| self.expr(step));
                self.expr(stop);
            }
            ExprKind::Matrix(rows) | ExprKind::Cell(rows) => {
                rows.iter().for_each(|row| self.list(row));
            }
            ExprKind::Anonymous(function) => self.anonymous.push(Arc::clone(function)),
            ExprKind::Handle(name) => self.name(*name, expr.span),
        }
    }

    fn ident(&mut self, ident: &Ident) {
        if !ident.slot.is_some_and(|slot| self.variables.contains(&slot)) {
            self.name(ident.name, ident.span);
        }
    }

    /// A name that no variable of the scope has.
    fn name(&mut self, name: Name, span: Span) {
        let text = self.names.text(name);
        if self.found.contains_key(text) {
            return;
        }
        // In a scope that makes variables by text an unknown name may be one.
        if self.scope.dynamic && !is_refused(text) {
            return;
        }
        if let Some(finding) = self.file.called(text) {
            self.found.insert(text.to_owned(), finding.at(span));
        }
    }

    /// A variable with the name of a builtin, indexed like a call.
    fn shadowed(&mut self, ident: &Ident) {
        let text = self.names.text(ident.name);
        let is_variable = ident.slot.is_some_and(|slot| self.variables.contains(&slot));
        if is_variable && builtins::find(text).is_some() && !self.found.contains_key(text) {
            let message = format!("variable `{text}` hides the function of that name");
            let hint = format!("`{text}(..)` indexes the variable here");
            let finding = Diagnostic::warning("M142", message).at(ident.span).hint(hint);
            self.found.insert(text.to_owned(), finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::FileId;
    use crate::syntax::parse;

    fn check(source: &str, expected: &[(&str, &str)]) {
        let (program, found) = parse(FileId(0), source);
        let findings = examine(&program, found, &|name| name == "beside");
        let shown: Vec<(&str, &str)> = findings
            .iter()
            .map(|found| {
                let span = found.span.unwrap_or_default();
                (found.code, &source[span.start as usize..span.end as usize])
            })
            .collect();
        assert_eq!(shown, expected, "{source}");
    }

    #[test]
    fn what_runs_is_not_found() {
        check("x = zeros(3); y = x(2, 2) + beside(x); f = @(a) a + y; f(1)", &[]);
        check("function r = f(a)\nr = g(a);\nend\nfunction r = g(a)\nr = a;\nend", &[]);
        check("hold on; plot(1:3); load data; z = something_loaded + 1;", &[]);
        check("try\n  error('a:b', 'c');\ncatch err\n  disp(err.message);\nend", &[]);
    }

    #[test]
    fn unknown_names_are_found_once_where_they_stand() {
        check("y = sine(2);\nz = sine(3);", &[("M141", "sine")]);
        check("f = @(x) cosinus(x) + x;", &[("M141", "cosinus")]);
        check("cellfun(@strin, {1})", &[("M141", "@strin")]);
        check("function f(a)\nif a\n  b = undefined_one;\nend\nend", &[("M141", "undefined_one")]);
    }

    #[test]
    fn refused_functions_and_hidden_builtins_are_found() {
        check("x = fmincon(@(x) x, 0);", &[("M140", "fmincon")]);
        check("sum = 3; y = sum(1);", &[("M142", "sum")]);
        check("sum = 3; y = sum + 1;", &[]);
        check("function r = max(a)\nr = a;\nend", &[("M142", "max")]);
    }

    #[test]
    fn a_syntax_error_stands_alone() {
        let (program, found) = parse(FileId(0), "x = (1 + ;\ny = nothing_here;");
        let findings = examine(&program, found, &|_| false);
        assert!(findings.iter().all(|found| found.code < "M100"), "{findings:?}");
        assert!(!findings.is_empty());
    }
}
