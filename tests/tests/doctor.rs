//! A suite is compared with itself, and what was kept before stays as it was.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use e2e::{Folder, Ran, Suite, benchmark, read_json};

const TUNABLE: &str = env!("CARGO_BIN_EXE_tunable");

/// A package whose targets libtest would answer for.
const MANIFEST: &str =
    "[package]\nname = \"e2e\"\n\n[lib]\npath = \"none.rs\"\n\n[[bench]]\nname = \"tunable\"\n";

fn doctor(folder: &Folder, arguments: &[&str]) -> Ran {
    Suite::of(TUNABLE).within(folder).args(&["--doctor"]).args(arguments).run()
}

/// All files below a folder, with what is in them.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder of the test").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if !entry.file_name().to_string_lossy().starts_with("std") {
            found.insert(path.display().to_string(), fs::read(&path).expect("a file of the test"));
        }
    }
    found
}

#[test]
fn each_benchmark_is_compared_with_itself_and_nothing_that_was_kept_is_touched() {
    let folder = Folder::new();
    folder.write("Cargo.toml", MANIFEST);
    let kept = ["plain", "in_group", "--quick", "--save", "before"];
    let _ = Suite::of(TUNABLE).within(&folder).args(&kept).run().expect_code(0);
    let before = files(folder.path());
    let outputs = ["--output", "console", "--output", "json=out.json"];
    let ran = doctor(&folder, &[&["plain", "in_group", "--quick", "--budget", "5s"][..], &outputs].concat());
    let ran = ran.expect_code(0);
    for told in [
        "plain",
        "in_group",
        "clock",
        "pinning",
        "the library has no `bench = false`",
        "has no `test = true`",
    ] {
        assert!(ran.stdout.contains(told), "{told}:\n{}", ran.stdout);
    }
    let result = read_json(&folder.join("out.json"));
    assert_eq!(result["schema"], "adapter-bench/doctor/1");
    let comparisons = result["comparisons"].as_u64().expect("a number");
    assert!((1..=5).contains(&comparisons), "{result}");
    let benchmarks = result["benchmarks"].as_array().expect("benchmarks");
    assert_eq!(benchmarks.len(), 2, "{result}");
    for benchmark in benchmarks {
        assert_eq!(benchmark["in_turns"]["comparisons"], comparisons, "{benchmark}");
        assert!(benchmark["advice"].as_str().is_some_and(|advice| !advice.is_empty()), "{benchmark}");
    }
    fs::remove_file(folder.join("out.json")).expect("it was written");
    assert_eq!(files(folder.path()), before);
}

#[test]
fn a_benchmark_that_fails_is_told_and_the_others_are_examined() {
    let suite = Suite::of(env!("CARGO_BIN_EXE_shapes"));
    let ran = suite
        .args(&["--doctor", "--quick", "--budget", "4s", "--group", "answers", "--output", "json"])
        .run();
    let result = ran.expect_code(0).json();
    let advice = |name: &str| benchmark(&result, name)["advice"].as_str().expect("advice").to_owned();
    assert!(
        advice("forty_three").starts_with("mend it first: it failed (answer"),
        "{}",
        advice("forty_three")
    );
    assert!(!advice("forty_two").starts_with("mend it first"), "{}", advice("forty_two"));
}

#[test]
fn what_makes_no_sense_beside_it_is_refused() {
    let table: [(&[&str], &str); 7] = [
        (&["--against", "main"], "`--doctor` and `--against` exclude each other"),
        (&["--baseline"], "`--doctor` and `--baseline` exclude each other"),
        (&["--load"], "`--doctor` and `--load` exclude each other"),
        (&["--test"], "`--doctor` and `--test` exclude each other"),
        (&["--in-process"], "`--doctor` and `--in-process` exclude each other"),
        (&["--save-baseline"], "`--save-baseline` keeps what is measured"),
        (&["--output", "csv"], "`--doctor` is written as `console` or `json`"),
    ];
    for (arguments, told) in table {
        let folder = Folder::new();
        let ran = doctor(&folder, arguments).expect_code(2);
        assert!(ran.stderr.contains(told), "{arguments:?}: {}", ran.stderr);
        assert_eq!(ran.stdout, "");
    }
}

#[test]
fn with_nothing_selected_it_says_so() {
    let folder = Folder::new();
    let ran = doctor(&folder, &["no_such_benchmark"]).expect_code(0);
    assert!(ran.stdout.is_empty() && !ran.stderr.is_empty(), "{}", ran.stdout);
}

#[test]
fn services_are_up_once_for_all_comparisons() {
    let folder = Folder::new();
    let place = format!("folder={}", folder.path().display());
    let arguments = ["--doctor", "--quick", "--group", "good", "--param", &place];
    let suite = Suite::of(env!("CARGO_BIN_EXE_services")).within(&folder).args(&arguments);
    let ran = suite.args(&["--output", "json"]).run().expect_code(0);
    let result = ran.json();
    assert_eq!(result["comparisons"], 5, "{result}");
    let noted = ["server started", "queue started", "queue torn down", "server torn down"];
    assert_eq!(folder.lines("notes"), noted);
    assert_eq!(ran.stderr.matches("server: ready in ").count(), 1, "{}", ran.stderr);
}
