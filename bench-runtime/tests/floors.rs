//! The floors of the crate: imports go down only, and unsafe code stands in few places.

use std::fs;
use std::path::{Path, PathBuf};

/// The modules of each floor, the lowest first. A module may use those on floors below its own.
const FLOORS: [&[&str]; 8] = [
    &["files", "json", "model", "order", "secrets", "stats", "units"],
    &["alloc", "clock", "code", "event_loop", "fixture", "identity", "machine", "surroundings"],
    &["bencher", "containers", "dataset", "registry"],
    &["plan", "worker"],
    &["schedule", "service"],
    &["analysis", "gate", "store"],
    &["report"],
    &["cli", "exit", "runner"],
];

/// Modules that may use another one of their own floor, and why.
const NEIGHBOURS: [(&str, &str, &str); 8] = [
    ("model", "json", "what a worker and its runner tell each other travels as JSON"),
    ("model", "secrets", "what is told of a failure holds none"),
    ("registry", "bencher", "a case is a function from a `Bencher` to what it prepares"),
    ("stats", "order", "curves are sorted by how well they fit"),
    ("runner", "cli", "the runner does what the command line asks for"),
    ("runner", "exit", "the runner ends with an exit code"),
    ("store", "gate", "a baseline holds the figures that the gate compares"),
    ("units", "model", "a text becomes a limit of the model"),
];

/// The root and the seam of expanded code: they hand out what stands on any floor.
const FREE: [&str; 2] = ["lib", "private"];

/// Where unsafe code may stand: a global allocator cannot do without, nor can who reads the processor's counter, or a test
/// of what only an assembler makes.
const UNSAFE: [&str; 3] = ["alloc/", "code/texts.rs", "event_loop/trace/ticks.rs"];

#[test]
fn every_module_has_a_floor() {
    let homeless: Vec<String> = sources()
        .into_iter()
        .map(|source| source.module)
        .filter(|module| floor(module).is_none() && !FREE.contains(&module.as_str()))
        .collect();
    assert!(homeless.is_empty(), "give these modules a floor in tests/floors.rs: {homeless:?}");
}

#[test]
fn imports_go_down_only() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| !FREE.contains(&source.module.as_str())) {
        for import in imports(&tokens(&source.text), source.depth) {
            if !may_use(&source.module, &import.name) {
                let Source { path, module, .. } = source;
                let (line, name) = (import.line, import.name);
                wrong.push(format!(
                    "{}:{line}: `{module}` uses `{name}`, which is not below it",
                    path.display()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn unsafe_code_stands_where_there_is_no_other_way() {
    let mut found = Vec::new();
    let may_not = |source: &&Source| {
        let path = source.path.to_string_lossy().replace('\\', "/");
        !UNSAFE.iter().any(|place| path.starts_with(place))
    };
    for source in sources().iter().filter(may_not) {
        let tokens = tokens(&source.text);
        let lines = tokens.iter().filter(|token| token.text == "unsafe").map(|token| token.line);
        found.extend(lines.map(|line| format!("{}:{line}", source.path.display())));
    }
    assert!(found.is_empty(), "unsafe code outside {UNSAFE:?}: {found:?}");
}

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|modules| modules.contains(&module))
}

/// Whether `module` may use `other`. A name that is no module stands for a re-export of the root, which is above all.
fn may_use(module: &str, other: &str) -> bool {
    let is_neighbour = NEIGHBOURS.iter().any(|(from, to, _)| (*from, *to) == (module, other));
    module == other || is_neighbour || floor(other).is_some_and(|other| Some(other) < floor(module))
}

/// One file of the crate.
struct Source {
    /// Below `src`.
    path: PathBuf,
    /// The module of the root that it belongs to.
    module: String,
    /// How many modules deep it is, from 1.
    depth: usize,
    text: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    let sources: Vec<Source> = files.iter().map(|file| source(&root, file)).collect();
    assert!(sources.len() > 20, "the sources were not found below {}", root.display());
    sources
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("a folder of the crate can be read") {
        let path = entry.expect("an entry of it, too").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn source(root: &Path, file: &Path) -> Source {
    let path = file.strip_prefix(root).expect("it was found below the root").to_path_buf();
    let without_extension = path.with_extension("");
    let names: Vec<_> = without_extension.iter().map(|name| name.to_string_lossy().into_owned()).collect();
    let is_mod = names.last().is_some_and(|name| name == "mod");
    Source {
        module: names[0].clone(),
        depth: names.len() - usize::from(is_mod),
        text: fs::read_to_string(file).expect("a source file is text"),
        path,
    }
}

/// A module, or whatever else is directly below the root, that some code names.
#[derive(Debug, PartialEq)]
struct Import {
    line: usize,
    name: String,
}

/// What is named behind `crate::`, and behind enough `super::` to reach the root from a module this deep.
fn imports(tokens: &[Token<'_>], depth: usize) -> Vec<Import> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let supers = tokens[at..].chunks(2).take_while(|pair| is(pair, &["super", "::"])).count();
        if is(&tokens[at..], &["crate", "::"]) {
            found.extend(named(&tokens[at + 2..]));
        } else if supers >= depth {
            // In a module within the file the same words may lead elsewhere, so only what is a module counts.
            let behind = named(&tokens[at + 2 * supers..]);
            found.extend(behind.into_iter().filter(|import| floor(&import.name).is_some()));
        }
        at += (2 * supers).max(1);
    }
    found
}

fn is(tokens: &[Token<'_>], texts: &[&str]) -> bool {
    tokens.len() >= texts.len() && tokens.iter().zip(texts).all(|(token, text)| token.text == *text)
}

/// The name that a path goes on with, or all of them where it branches in braces.
fn named(tokens: &[Token<'_>]) -> Vec<Import> {
    let import = |token: &Token<'_>| Import { line: token.line, name: token.text.to_owned() };
    match tokens.first() {
        Some(Token { text: "{", .. }) => {}
        first => return first.map(import).into_iter().collect(),
    }
    let (mut names, mut nesting, mut begins) = (Vec::new(), 0, false);
    for token in tokens {
        match token.text {
            "{" => nesting += 1,
            "}" => nesting -= 1,
            _ if begins && nesting == 1 => names.push(import(token)),
            _ => {}
        }
        if nesting == 0 {
            break;
        }
        begins = matches!(token.text, "{" | ",");
    }
    names
}

/// A word or a sign of the source. Comments and literals are none.
#[derive(Clone, Copy, Debug)]
struct Token<'a> {
    line: usize,
    text: &'a str,
}

fn tokens(source: &str) -> Vec<Token<'_>> {
    let (mut tokens, mut line, mut rest) = (Vec::new(), 1, source);
    while let Some(first) = rest.chars().next() {
        let skipped = comment(rest).or_else(|| literal(rest));
        let length = skipped.unwrap_or_else(|| token_length(rest, first));
        if skipped.is_none() && !first.is_whitespace() {
            tokens.push(Token { line, text: &rest[..length] });
        }
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    tokens
}

fn token_length(rest: &str, first: char) -> usize {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    match first {
        ':' if rest.starts_with("::") => 2,
        _ if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
        _ => first.len_utf8(),
    }
}

fn comment(rest: &str) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    rest.strip_prefix("/*").map(|inner| inner.find("*/").map_or(rest.len(), |end| end + 4))
}

/// The length of the text or character that `rest` starts with. A lifetime is neither.
fn literal(rest: &str) -> Option<usize> {
    let quoted = |quote: char| {
        let mut escaped = false;
        let end = rest.char_indices().skip(1).find(|(_, c)| {
            let ends = *c == quote && !escaped;
            escaped = *c == '\\' && !escaped;
            ends
        });
        end.map_or(rest.len(), |(at, _)| at + 1)
    };
    match (rest.chars().next()?, rest.chars().nth(1), rest.chars().nth(2)) {
        ('"', ..) => Some(quoted('"')),
        ('\'', Some('\\'), _) | ('\'', _, Some('\'')) => Some(quoted('\'')),
        ('r' | 'b' | 'c', ..) => raw_text(rest),
        _ => None,
    }
}

fn raw_text(rest: &str) -> Option<usize> {
    let inner = ["br", "cr", "r"].iter().find_map(|prefix| rest.strip_prefix(prefix))?;
    let hashes = inner.len() - inner.trim_start_matches('#').len();
    let text = inner[hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let end = text.find(&close).map_or(text.len(), |end| end + close.len());
    Some(rest.len() - text.len() + end)
}

#[test]
fn imports_are_found_in_every_form() {
    let names = |source: &str, depth| -> Vec<String> {
        imports(&tokens(source), depth).into_iter().map(|import| import.name).collect()
    };
    assert_eq!(names("use crate::model::{A, b::C};", 1), ["model"]);
    assert_eq!(
        names("use crate::{clock, model::{self, plan, D}, stats::x};", 1),
        ["clock", "model", "stats"]
    );
    assert_eq!(
        names("fn f() -> crate::model::A<'static> { crate::stats::mean(&[]) }", 1),
        ["model", "stats"]
    );
    assert_eq!(names("use super::super::plan::Plan; use super::order;", 2), ["plan"]);
    assert_eq!(names("use super::{plan, other};", 1), ["plan"]);
    assert_eq!(names("pub(crate) fn f() {} // crate::plan", 1), [""; 0]);
    assert_eq!(
        names(r##"/* crate::a */ "crate::b \" crate::c"; r#"crate::d" crate::e"#; '"'; crate::f"##, 1),
        ["f"]
    );
}

#[test]
fn a_use_of_a_higher_floor_is_noticed() {
    assert!(may_use("schedule", "model") && may_use("worker", "worker") && may_use("registry", "bencher"));
    assert!(!may_use("model", "schedule") && !may_use("plan", "worker") && !may_use("bencher", "registry"));
    assert!(!may_use("runner", "Bencher"), "re-exports of the root are for users");
}
