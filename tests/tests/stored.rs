//! Runs are saved, found again, put together and judged without measuring.

use std::fs;
use std::path::Path;

use e2e::{Folder, Ran, Suite, ids, of_id, read_json};
use serde_json::Value;

const PACED: &str = env!("CARGO_BIN_EXE_paced");
const TUNABLE: &str = env!("CARGO_BIN_EXE_tunable");

fn run(folder: &Folder, arguments: &[&str]) -> Ran {
    Suite::of(PACED).within(folder).args(arguments).run()
}

/// Saves a run in which `alone` takes `factor` times as long as usual.
fn save(folder: &Folder, name: &str, factor: &str) {
    let factor = format!("alone={factor}");
    let _ = run(folder, &["--quick", "alone", "--save", name, "--param", &factor]).expect_code(0);
}

/// The names of the saved runs, in order.
fn saved(folder: &Folder) -> Vec<String> {
    let runs = folder.join(".adapter-bench/runs");
    let arch = fs::read_dir(runs).expect("saved").next().expect("an architecture").expect("a folder").path();
    let mut names: Vec<String> = fs::read_dir(arch)
        .expect("runs")
        .map(|file| file.expect("a file").file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".json"))
        .collect();
    names.sort();
    names
}

#[test]
fn saved_runs_are_numbered_and_none_is_overwritten() {
    let folder = Folder::new();
    for name in ["main", "main", "after"] {
        save(&folder, name, "1");
    }
    assert_eq!(saved(&folder), ["0001_main.json", "0002_main.json", "0003_after.json"]);
    let both: Vec<_> = (0..2)
        .map(|_| Suite::of(PACED).within(&folder).args(&["--quick", "alone", "--save", "twin"]).start())
        .collect();
    both.into_iter().for_each(|run| drop(run.ended().expect_code(0)));
    assert_eq!(saved(&folder).len(), 5);
}

#[test]
fn a_run_is_compared_with_a_saved_one_by_number_name_pattern_or_path() {
    let folder = Folder::new();
    save(&folder, "slow", "2");
    save(&folder, "main", "1");
    let arch = fs::read_dir(folder.join(".adapter-bench/runs")).expect("saved").next().expect("one");
    let path = arch.expect("a folder").path().join("0001_slow.json");
    let path = path.to_str().expect("text");
    for (selector, code) in
        [("1", 0), ("2", 100), ("0001", 0), ("slow", 0), ("main", 100), ("s*", 0), ("m?in", 100), (path, 0)]
    {
        let arguments = ["--quick", "alone", "--param", "alone=2", "--compare", selector];
        let ran = run(&folder, &arguments);
        assert_eq!(ran.code, Some(code), "{selector}: {}\n{}", ran.stdout, ran.stderr);
    }
}

#[test]
fn the_newest_of_several_runs_with_a_name_is_taken() {
    let folder = Folder::new();
    save(&folder, "main", "1");
    save(&folder, "main", "2");
    let arguments = ["--quick", "alone", "--param", "alone=2", "--compare", "main"];
    let _ = run(&folder, &arguments).expect_code(0);
}

#[test]
fn a_selector_that_matches_nothing_lists_what_there_is() {
    let folder = Folder::new();
    save(&folder, "main", "1");
    let ran = run(&folder, &["--compare", "mian"]).expect_code(102);
    assert!(ran.stderr.contains("`mian`") && ran.stderr.contains("0001_main"), "{}", ran.stderr);
    assert_eq!(ran.stdout, "");
}

#[test]
fn the_table_shows_the_change_since_the_last_run_and_nothing_hangs_on_it() {
    let folder = Folder::new();
    let first = run(&folder, &["--quick", "alone", "--output", "json"]).expect_code(0);
    assert_eq!(of_id(&first.json(), "::alone")["since_last"], Value::Null);
    let slower = ["--quick", "alone", "--param", "alone=2", "--strict", "--output", "json"];
    let second = run(&folder, &[&slower[..], &["--output", "console=table.txt"]].concat()).expect_code(103);
    let change = of_id(&second.json(), "::alone")["since_last"].as_f64().expect("a change");
    assert!((change - 1.0).abs() < 0.05, "{change}");
    assert!(folder.read("table.txt").contains("since last"), "{}", folder.read("table.txt"));
}

/// Measures both suites of a workspace.
fn measured(folder: &Folder, factor: &str) {
    let factor = format!("arm-b={factor}");
    let _ = run(folder, &["--quick", "--param", &factor]).expect_code(0);
    let _ = Suite::of(TUNABLE).within(folder).args(&["--quick", "plain"]).run().expect_code(0);
}

#[test]
fn the_last_results_of_all_suites_are_loaded_without_measuring() {
    let folder = Folder::new();
    measured(&folder, "1");
    let log = format!("log={}", folder.join("log").display());
    let loading = Suite::of(TUNABLE).within(&folder).args(&["--load", "--output", "json"]);
    let ran = loading.env("ADAPTER_BENCH_PARAM", log).run().expect_code(0);
    let result = ran.json();
    let mut ids = ids(&result);
    ids.sort_unstable();
    assert_eq!((ids.len(), ids[0], ids[6]), (7, "e2e::paced::alone", "e2e::tunable::plain"));
    assert_eq!(folder.lines("log").len(), 0);
    let again = run(&folder, &["--load", "--output", "json"]).expect_code(0);
    assert_eq!(ran.stdout, again.stdout, "what is stored is reported in the same words, whoever does it");
}

#[test]
fn a_workspace_is_gated_in_one_call() {
    let folder = Folder::new();
    let save = ["--quick", "--save-baseline", "--force"];
    let _ = run(&folder, &save).expect_code(0);
    let _ = Suite::of(TUNABLE).within(&folder).args(&save).args(&["plain"]).run().expect_code(0);
    measured(&folder, "1");
    let gate = |arguments: &[&str]| {
        let loading = ["--load", "--baseline", "--gate", "plain", "--output", "json"];
        Suite::of(TUNABLE).within(&folder).args(&loading).args(arguments).run()
    };
    let _ = gate(&["e2e::paced"]).expect_code(0);
    measured(&folder, "2");
    let ran = gate(&["e2e::paced"]).expect_code(100);
    let result = ran.json();
    let fails: Vec<&str> =
        ids(&result).into_iter().filter(|id| of_id(&result, id)["verdicts"][0]["fails"] == true).collect();
    assert_eq!(fails, ["e2e::paced::arm[case=b]"]);
    let _ = gate(&["arm[case=a]"]).expect_code(0);
    assert_eq!(gate(&["e2e::paced"]).stdout, ran.stdout, "the same figures give the same bytes");
}

#[test]
fn what_is_gone_is_gone_from_the_last_results_and_what_was_not_selected_is_not() {
    let folder = Folder::new();
    let left = |arguments: &[&str]| {
        let _ = run(&folder, &[&["--quick"], arguments].concat()).expect_code(0);
        let result = run(&folder, &["--load", "--output", "json"]).expect_code(0).json();
        let ids: Vec<String> = ids(&result).into_iter().map(str::to_owned).collect();
        ids
    };
    assert_eq!(left(&["--extended"]).len(), 7);
    assert_eq!(left(&["alone"]).len(), 7);
    let without_b = left(&["--param", "cases=a"]);
    assert!(without_b.iter().all(|id| !id.ends_with("[case=b]")), "{without_b:?}");
    assert!(without_b.contains(&"e2e::paced::rare".to_owned()), "{without_b:?}");
}

#[test]
fn stored_results_are_selected_like_benchmarks() {
    let folder = Folder::new();
    measured(&folder, "1");
    let count = |arguments: &[&str]| {
        let ran = run(&folder, &[&["--load", "--output", "json"], arguments].concat()).expect_code(0);
        ids(&ran.json()).len()
    };
    assert_eq!(count(&["--group", "pace"]), 4);
    assert_eq!(count(&["--tag", "limited"]), 1);
    assert_eq!(count(&["--skip-tag", "limited", "--skip", "tunable"]), 5);
    assert_eq!(count(&["--exact", "e2e::paced::arm[case=a]"]), 1);
    assert_eq!(count(&["--kind", "core"]), 7);
    let _ = run(&folder, &["--load", "zzz", "--no-match", "fail"]).expect_code(4);
}

#[test]
fn files_and_patterns_are_loaded_and_put_together() {
    let folder = Folder::new();
    for part in ["arm", "reference", "alone"] {
        let output = format!("json=parts/{part}.json");
        let _ = run(&folder, &["--quick", part, "--output", &output]).expect_code(0);
    }
    let ran = run(&folder, &["--load=parts/*.json", "--output", "json"]).expect_code(0);
    assert_eq!(ids(&ran.json()).len(), 5);
    let ran = run(&folder, &["--load=parts/arm.json,parts/alone.json", "--output", "json"]).expect_code(0);
    assert_eq!(ids(&ran.json()).len(), 3);
    let _ = run(&folder, &["--load=parts/*.json", "--save", "whole"]).expect_code(0);
    assert_eq!(saved(&folder), ["0001_whole.json"]);
}

#[test]
fn what_cannot_be_loaded_is_told() {
    let folder = Folder::new();
    folder.write("bad.json", "{");
    for (arguments, told) in [
        ("--load", "measure first with `cargo bench`"),
        ("--load=no/such.json", "no/such.json"),
        ("--load=no/*.json", "no/*.json"),
        ("--load=bad.json", "bad.json"),
    ] {
        let ran = run(&folder, &[arguments]).expect_code(2);
        assert!(ran.stderr.contains(told) && ran.stdout.is_empty(), "{arguments}: {}", ran.stderr);
    }
}

#[test]
fn stored_results_of_six_runs_are_recorded() {
    let folder = Folder::new();
    let _ = run(&folder, &["--quick", "--processes", "6", "alone"]).expect_code(0);
    let _ = run(&folder, &["--load", "--save-baseline", "--force"]).expect_code(0);
    let arch =
        fs::read_dir(folder.join("baselines")).expect("recorded").next().expect("one").expect("a file");
    assert_eq!(read_json(&arch.path())["benchmarks"].as_array().map(Vec::len), Some(1));
}

#[test]
fn stored_results_of_few_runs_or_a_debug_build_are_not_recorded() {
    let folder = Folder::new();
    let result = folder.join("result.json");
    let _ = run(&folder, &["--quick", "alone", "--output", "json=result.json"]).expect_code(0);
    let refused = |told: &str| {
        let ran = run(&folder, &["--load=result.json", "--save-baseline"]).expect_code(102);
        assert!(ran.stderr.contains(told), "{}", ran.stderr);
        assert!(!folder.join("baselines").exists() || is_empty(&folder.join("baselines")), "{}", ran.stderr);
    };
    let text = fs::read_to_string(&result).expect("written");
    if cfg!(debug_assertions) {
        refused("debug build");
    }
    // As if it had been built for release, on a quiet machine.
    let mut quiet: Value = serde_json::from_str(&text).expect("a result");
    quiet["run"]["profile"] = "release".into();
    quiet["run"]["warnings"] = serde_json::json!([]);
    quiet["benchmarks"][0]["warnings"] = serde_json::json!([]);
    folder.write("result.json", &quiet.to_string());
    refused("it was measured in 2 runs, and a baseline takes 6");
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut files| files.all(|file| !file.is_ok_and(|f| f.path().is_file())))
}
