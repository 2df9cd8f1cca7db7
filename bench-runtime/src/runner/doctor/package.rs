//! What a package says of its benchmarks in `Cargo.toml`, and how they were built. Main function: [`notes`].

use std::fs;
use std::path::Path;

use toml_span::Value;
use toml_span::value::ValueInner;

use crate::model::{Build, Note};
use crate::order;
use crate::runner::program::Program;

/// What is to be said of the program's package and how it was built; empty where all is well.
pub(super) fn notes(program: &Program, build: &Build) -> Vec<Note> {
    let (package, workspace) = (program.package_root(), program.workspace_root());
    let text = |folder: &Path| fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
    let (manifest, root) = (text(&package), text(&workspace));
    let mut found = match toml_span::parse(&manifest) {
        Ok(manifest) => of_manifest(&manifest, &Files::of(&package), program.bench),
        Err(_) => Vec::new(),
    };
    found.extend(of_build(build));
    if cfg!(feature = "sites") {
        found.extend(toml_span::parse(&root).ok().and_then(|root| of_debug_info(&root)));
    }
    found
}

/// The targets of a package that its manifest need not name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Files {
    library: bool,
    /// The names of binaries.
    binaries: Vec<String>,
}

impl Files {
    fn of(package: &Path) -> Self {
        let source = package.join("src");
        let entries =
            fs::read_dir(source.join("bin")).into_iter().flatten().flatten().map(|entry| entry.path());
        let is_binary = |path: &std::path::PathBuf| {
            path.extension().is_some_and(|extension| extension == "rs") || path.join("main.rs").is_file()
        };
        let named =
            entries.filter(is_binary).filter_map(|path| Some(path.file_stem()?.to_string_lossy().into()));
        let mut binaries: Vec<String> = named.collect();
        if source.join("main.rs").is_file() {
            binaries.push("main".to_owned());
        }
        order::sort(&mut binaries);
        Self { library: source.join("lib.rs").is_file(), binaries }
    }
}

fn of_manifest(manifest: &Value<'_>, files: &Files, bench: &str) -> Vec<Note> {
    [libtest_of_library(manifest, files), libtest_of_binaries(manifest, files), not_tested(manifest, bench)]
        .into_iter()
        .flatten()
        .collect()
}

fn note(found: String, advice: impl Into<String>) -> Note {
    Note { about: "Cargo.toml", found, advice: Some(advice.into()) }
}

fn is(table: &Value<'_>, key: &str, wanted: bool) -> bool {
    table.pointer(key).and_then(Value::as_bool) == Some(wanted)
}

/// `cargo bench -- --flag` hands the flags to libtest first, which refuses them.
fn libtest_of_library(manifest: &Value<'_>, files: &Files) -> Option<Note> {
    let library = manifest.pointer("/lib");
    let is_there = library.is_some() || files.library;
    let is_benched = is_there && !library.is_some_and(|library| is(library, "/bench", false));
    is_benched.then(|| {
        let advice = "add `bench = false` under [lib], else `cargo bench -- --flag` ends in its libtest, which knows no \
                      such flag";
        note("the library has no `bench = false`".to_owned(), advice)
    })
}

fn libtest_of_binaries(manifest: &Value<'_>, files: &Files) -> Option<Note> {
    let listed = tables(manifest, "/bin");
    let package = manifest.pointer("/package/name").and_then(Value::as_str).unwrap_or_default();
    let name = |table: &&Value<'_>| table.pointer("/name").and_then(Value::as_str).map(str::to_owned);
    let found_alone = files.binaries.iter().filter(|_| !is(manifest, "/package/autobins", false));
    let found_alone = found_alone.map(|binary| if binary == "main" { package } else { binary.as_str() });
    let listed_names: Vec<String> = listed.iter().copied().filter_map(|table| name(&table)).collect();
    let benched =
        listed.iter().copied().filter(|table| !is(table, "/bench", false)).filter_map(|table| name(&table));
    let mut all: Vec<String> = benched.collect();
    all.extend(
        found_alone.filter(|name| !listed_names.iter().any(|listed| listed == name)).map(str::to_owned),
    );
    (!all.is_empty()).then(|| {
        let advice =
            "add `bench = false` under their [[bin]], else `cargo bench -- --flag` ends in their libtest";
        note(format!("binaries have no `bench = false`: {}", all.join(", ")), advice)
    })
}

/// `cargo test` leaves bench targets out that do not ask for it.
fn not_tested(manifest: &Value<'_>, bench: &str) -> Option<Note> {
    let name =
        |table: &Value<'_>| table.pointer("/name").and_then(Value::as_str).map(|name| name.replace('-', "_"));
    let target =
        tables(manifest, "/bench").into_iter().find(|table| name(table).as_deref() == Some(bench))?;
    (!is(target, "/test", true)).then(|| {
        let advice = "add `test = true` under its [[bench]], and `cargo test` runs every benchmark once";
        note(format!("the bench target `{bench}` has no `test = true`"), advice)
    })
}

/// The tables of an array of tables.
fn tables<'v, 'de>(manifest: &'v Value<'de>, path: &str) -> Vec<&'v Value<'de>> {
    let array = manifest.pointer(path).and_then(Value::as_array);
    array.into_iter().flatten().collect()
}

fn of_build(build: &Build) -> Option<Note> {
    (build.profile == "debug").then(|| Note {
        about: "build",
        found: format!("a debug profile, opt-level {}", build.opt_level),
        advice: Some(
            "measure what `cargo bench` builds: times of code that is not optimised say little".to_owned(),
        ),
    })
}

/// Lines of allocations need debug information, which the profiles of cargo leave out.
fn of_debug_info(root: &Value<'_>) -> Option<Note> {
    let told = |profile: &str| root.pointer(&format!("/profile/{profile}/debug")).map(AsRef::as_ref);
    let has_lines = match told("bench").or_else(|| told("release")) {
        None | Some(ValueInner::Boolean(false) | ValueInner::Integer(0)) => false,
        Some(ValueInner::String(word)) => word != "none",
        Some(_) => true,
    };
    (!has_lines).then(|| {
        let advice =
            "add `debug = \"line-tables-only\"` under [profile.bench], else allocations have no lines";
        note("the profile `bench` has no debug information".to_owned(), advice)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found of a package called `shop` with a bench target `encode_all`.
    fn found(manifest: &str, library: bool, binaries: &[&str]) -> Vec<String> {
        let files = Files { library, binaries: binaries.iter().map(|&name| name.to_owned()).collect() };
        let text = format!("[package]\nname = \"shop\"\n{manifest}");
        let manifest = toml_span::parse(&text).expect("TOML");
        of_manifest(&manifest, &files, "encode_all").into_iter().map(|note| note.found).collect()
    }

    const BENCH: &str = "[[bench]]\nname = \"encode-all\"\nharness = false\n";

    #[test]
    fn a_manifest_as_it_should_be_needs_no_note() {
        let tested = format!("{BENCH}test = true\n");
        assert_eq!(found(&tested, false, &[]), [""; 0]);
        let all = format!("[lib]\nbench = false\n[[bin]]\nname = \"shop\"\nbench = false\n{tested}");
        assert_eq!(found(&all, true, &["main"]), [""; 0]);
    }

    #[test]
    fn targets_that_libtest_would_answer_for_are_named() {
        let of_library = "the library has no `bench = false`";
        assert_eq!(found("", true, &[]), [of_library]);
        assert_eq!(found("[lib]\nname = \"other\"\n", false, &[]), [of_library]);
        assert_eq!(found("[lib]\nbench = true\n", true, &[]), [of_library]);
        let manifest = "[[bin]]\nname = \"one\"\nbench = false\n[[bin]]\nname = \"two\"\n";
        assert_eq!(found(manifest, false, &["main", "one"]), ["binaries have no `bench = false`: two, shop"]);
        assert_eq!(found("autobins = false\n", false, &["main", "one"]), [""; 0]);
    }

    #[test]
    fn a_bench_target_that_cargo_test_leaves_out_is_named() {
        let told = "the bench target `encode_all` has no `test = true`";
        assert_eq!(found(BENCH, false, &[]), [told]);
        assert_eq!(found(&format!("{BENCH}test = false\n"), false, &[]), [told]);
    }

    #[test]
    fn lines_of_allocations_take_a_profile_with_debug_information() {
        let is_amiss = |text: &str| of_debug_info(&toml_span::parse(text).expect("TOML")).is_some();
        for text in [
            "",
            "[profile.bench]\ndebug = false",
            "[profile.release]\ndebug = 0",
            "[profile.bench]\ndebug = \"none\"",
        ] {
            assert!(is_amiss(text), "{text}");
        }
        for text in ["[profile.bench]\ndebug = \"line-tables-only\"", "[profile.release]\ndebug = 1"] {
            assert!(!is_amiss(text), "{text}");
        }
    }

    #[test]
    fn a_debug_build_is_told() {
        let build = Build { profile: "debug".to_owned(), opt_level: "0".to_owned(), ..Build::default() };
        assert!(of_build(&build).is_some() && of_build(&Build::default()).is_none());
    }
}
