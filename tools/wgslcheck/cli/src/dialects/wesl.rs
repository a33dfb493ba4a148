//! WESL: its compiler resolves `import` and `@if`; each declaration that it returns is written out
//! and aligned with the declaration that it was made from.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use wesl::syntax::{GlobalDeclaration, ModulePath, PathOrigin};
use wesl::{
    BasicSourceMap, CompileOptions, Diagnostic, Error, FileResolver, ManglerKind, ResolveError,
    Resolver, SourceMap, Wesl,
};
use wgsl_parse::SyntaxNode;

use super::origin::Composed;
use super::{DefValue, Dialects, Refusal, display};

/// Whether the file is WESL by its name, or its text has what only WESL has.
pub(super) fn is_written_in(path: &str, source: &str) -> bool {
    let imports = |line: &str| {
        let line = line.trim_start();
        line.starts_with("import ") && line.contains("::")
    };
    path.ends_with(".wesl")
        || source.contains("@if(")
        || source.contains("@if (")
        || (source.contains("import ") && source.lines().any(imports))
}

/// The files of a package, with the text that is checked in place of its file.
struct Package<'a> {
    files: FileResolver,
    root: ModulePath,
    source: &'a str,
    path: &'a str,
}

impl Resolver for Package<'_> {
    fn resolve_source<'b>(&'b self, path: &ModulePath) -> Result<Cow<'b, str>, ResolveError> {
        if *path == self.root {
            return Ok(Cow::Borrowed(self.source));
        }
        self.files.resolve_source(path)
    }

    fn display_name(&self, path: &ModulePath) -> Option<String> {
        if *path == self.root {
            return Some(self.path.to_owned());
        }
        self.files.fs_path(path).map(|path| display(&path))
    }
}

/// Makes WGSL of `source` and of all that it imports.
pub(super) fn compose(path: &str, source: &str, dialects: &Dialects) -> Result<Composed, Refusal> {
    let base = package_folder(Path::new(path), &dialects.folders);
    let root = module_path(&base, Path::new(path));
    let package = Package { files: FileResolver::new(&base), root: root.clone(), source, path };
    let mut compiler = Wesl::new(&base).set_custom_resolver(package);
    // Validation is this program's work; stripping would hide findings in the file itself.
    let options = CompileOptions { validate: false, keep_root: true, ..CompileOptions::default() };
    compiler.set_options(options).set_mangler(ManglerKind::Escape);
    for (name, value) in &dialects.defs {
        let is_on = !matches!(value, DefValue::Bool(false));
        compiler.set_feature(name, is_on);
    }
    let result = compiler.compile(&root).map_err(|error| refusal(path, source, error))?;
    let mut composed = Composed::default();
    composed.add_file(path.to_owned(), source.to_owned());
    let map = result.sourcemap.unwrap_or_default();
    for declaration in &result.syntax.global_declarations {
        let file = file_of(declaration, &map, &root, &mut composed);
        let text = declaration.node().to_string();
        composed.push(&text, file, declaration.span().range());
    }
    let directives = result.syntax.global_directives.iter();
    let directives: Vec<String> = directives.map(|one| format!("{one}\n")).collect();
    composed.prepend(&directives.concat());
    Ok(composed)
}

/// The file that `declaration` was read from.
fn file_of(
    declaration: &GlobalDeclaration,
    map: &BasicSourceMap,
    root: &ModulePath,
    composed: &mut Composed,
) -> usize {
    let name = declaration.ident().map(|ident| ident.to_string());
    let module = name.as_deref().and_then(|name| map.get_decl(name)).map(|(module, _)| module);
    let Some(module) = module.filter(|module| *module != root) else {
        return 0;
    };
    let path = map.get_display_name(module).map_or_else(|| module.to_string(), str::to_owned);
    let known = composed.files.iter().position(|file| file.path == path);
    known.unwrap_or_else(|| {
        composed.add_file(path, map.get_source(module).unwrap_or_default().to_owned())
    })
}

/// The folder that `package::` names: one of `folders`, or the nearest one with `wesl.toml`, or
/// the file's own.
fn package_folder(path: &Path, folders: &[PathBuf]) -> PathBuf {
    let own = path.parent().unwrap_or(Path::new("")).to_owned();
    let given = folders.iter().find(|folder| path.starts_with(folder)).cloned();
    let marked = || own.ancestors().find(|folder| folder.join("wesl.toml").is_file());
    given.or_else(|| marked().map(Path::to_owned)).unwrap_or(own)
}

fn module_path(base: &Path, path: &Path) -> ModulePath {
    let inner = path.strip_prefix(base).unwrap_or(path).with_extension("");
    let names = inner.components().map(|part| part.as_os_str().to_string_lossy().into_owned());
    ModulePath::new(PathOrigin::Absolute, names.collect())
}

/// What WESL's compiler says, at its place.
fn refusal(path: &str, source: &str, error: Error) -> Refusal {
    let diagnostic = Diagnostic::from(error);
    let undecided = matches!(
        *diagnostic.error,
        Error::ResolveError(_) | Error::ImportError(wesl::ImportError::ResolveError(_))
    );
    let file = diagnostic.detail.display_name.unwrap_or_else(|| path.to_owned());
    let text = diagnostic.detail.source.unwrap_or_else(|| source.to_owned());
    let place = diagnostic.detail.span.map(|span| (file, text, span.range()));
    Refusal { file: place, message: diagnostic.error.to_string(), help: None, undecided }
}
