//! The highest rate that holds a target, and what else is asked of loads as a whole: journal, budget, gate.

use std::fs;
use std::sync::LazyLock;

use e2e::{Folder, Ran, Running, Suite, of_id, read_json, until};
use rustix::process::Signal;
use serde_json::{Value, json};

const SUITE: &str = env!("CARGO_BIN_EXE_rates");

fn number(of: &Value, key: &str) -> f64 {
    of[key].as_f64().unwrap_or_else(|| panic!("`{key}` is a number: {of}"))
}

fn sought(names: &[&str], target: &str, max_time: &str) -> Ran {
    let always = ["--quick", "--measure", "async", "--output", "json", "--output", "csv=found.csv"];
    let arguments = [&always[..], &["--find-rate", target, "--max-time", max_time], names].concat();
    Ran::of(SUITE, &arguments)
}

/// The search in queues, which several tests look at.
static QUEUES: LazyLock<Value> =
    LazyLock::new(|| sought(&["--group", "queue"], "p90 <= 20ms", "2s").expect_code(0).json());

#[test]
fn a_queue_is_found_to_hold_no_more_than_its_server_can_do() {
    for (name, capacity) in
        [("of_two_milliseconds[rate=100]", 500.0), ("of_ten_milliseconds[rate=100]", 100.0)]
    {
        let found = &of_id(&QUEUES, name)["async"]["highest_rate"];
        let held = number(found, "held");
        assert!((capacity / 10.0..=capacity).contains(&held), "{held} of {capacity}: {found}");
        assert!(number(found, "missed") > held, "{found}");
        assert_eq!(found["targets"], json!(["p90 <= 20ms"]));
    }
    let other = &of_id(&QUEUES, "of_ten_milliseconds[rate=200]")["async"]["highest_rate"];
    assert!(other.is_null(), "one search for all rates: {other}");
}

#[test]
fn every_trial_of_a_search_is_in_the_result() {
    let found = &of_id(&QUEUES, "of_two_milliseconds[rate=100]")["async"]["highest_rate"];
    let tries = found["tries"].as_array().expect("tries");
    assert_eq!(tries[0]["rate"], 100.0);
    let at = |key: &str| tries.iter().filter(|one| one["rate"] == found[key]).collect::<Vec<_>>();
    assert!(at("held").iter().any(|one| one["ending"] == "held"), "{tries:?}");
    assert_eq!(at("missed").len(), 2, "what failed was tried again: {tries:?}");
}

#[test]
fn a_generator_that_is_the_limit_says_so() {
    let ran = sought(&["does_nothing"], "p99 <= 1ms", "1s").expect_code(0).json();
    let found = &of_id(&ran, "does_nothing[rate=1000000]")["async"]["highest_rate"];
    assert_eq!(found["limited_by"], "generator_late", "{found}");
}

#[test]
fn a_crash_at_a_high_rate_is_told_and_leaves_the_rest_of_the_row() {
    let ran = sought(&["breaks_down"], "p50 <= 2s", "1s").expect_code(0).json();
    let row = of_id(&ran, "breaks_down[rate=100]");
    let why = row["highest_rate_unavailable"].as_str().expect("a reason");
    assert!(
        why.starts_with("it failed while its highest rate was looked for") && why.contains("too many"),
        "{why}"
    );
    assert!(row["async"]["load"].is_object() && row["outcome"] == "measured", "{row}");
}

#[test]
fn a_target_that_is_none_is_refused_with_what_is_possible() {
    for (target, told) in [
        ("p99", "is not a limit: a metric, `<=` or `>=`, a value, such as `p99 <= 10ms`"),
        ("p99 >= 10ms", "holds at any low rate: write `<=`"),
        ("throughput >= 5/s", "a rate is looked for by p50, p90, p95, p99, p99.9, max or error_rate"),
    ] {
        let ran = Ran::of(SUITE, &["--find-rate", target]).expect_code(2);
        assert!(ran.stderr.contains(told), "{}", ran.stderr);
    }
}

#[test]
fn a_load_of_which_nothing_ends_has_a_reason_and_leaves_nothing_running() {
    let mut run = Suite::of(SUITE)
        .args(&["none_ends", "--quick", "--measure", "time,async", "--max-time", "400ms", "--output", "json"])
        .start();
    let ran = run.end().expect_code(0);
    let result = ran.json();
    let why = &of_id(&result, "none_ends[concurrency=3]")["load_unavailable"];
    assert!(why.as_str().is_some_and(|why| why.contains("an operation did not end within 200.0ms")), "{why}");
    until("nothing lives on", || run.started().is_empty());
}

#[test]
fn a_load_that_the_budget_has_no_room_for_is_left_out_and_says_so() {
    let ran =
        Ran::of(SUITE, &["logs", "--quick", "--measure", "async", "--budget", "10ms", "--output", "json"]);
    let result = ran.expect_code(0).json();
    let row = of_id(&result, "logs[rate=200]");
    assert_eq!(row["load_unavailable"], "the budget left no time for a load", "{row}");
    assert_eq!(row["outcome"], "measured");
}

/// A run of a single benchmark with three trials, in a folder of its own.
fn start(folder: &Folder, more: &[&str]) -> Running {
    let log = format!("log={}", folder.join("log").display());
    let always =
        ["logs", "--measure", "async", "--processes", "3", "--max-time", "900ms", "--output", "json"];
    Suite::of(SUITE).within(folder).args(&always).args(&["--param", &log]).args(more).start()
}

#[test]
fn trials_that_were_finished_are_not_repeated() {
    let folder = Folder::new();
    let journal = folder.join(".adapter-bench/journal/e2e-rates.jsonl");
    let finished = || {
        let text = fs::read_to_string(&journal).unwrap_or_default();
        text.lines().filter(|line| line.contains("\"trial\"")).count()
    };
    let mut run = start(&folder, &[]);
    until("a trial has ended", || finished() >= 1);
    run.signal(Signal::KILL);
    run.end();
    until("its workers have ended", || run.started().is_empty());
    let (kept, set_ups) = (finished(), folder.lines("log").len());
    let ran = start(&folder, &["--resume"]).ended().expect_code(0);
    // One set-up is for the traced pass, which takes no longer than a trial and is not kept.
    assert_eq!(folder.lines("log").len() - set_ups, 1 + 3 - kept);
    let result = ran.json();
    let trials = &of_id(&result, "logs[rate=200]")["async"]["load"]["trials"];
    assert_eq!(trials.as_array().map(Vec::len), Some(3));
    assert!(!journal.exists());
}

#[test]
fn figures_under_load_are_held_against_a_baseline() {
    let folder = Folder::new();
    let run = |arguments: &[&str]| {
        let always = ["logs", "--quick", "--max-time", "1s", "--measure", "time,async"];
        Suite::of(SUITE).within(&folder).args(&always).args(arguments).run()
    };
    let path = folder.join("baselines/recorded.json");
    let at = path.display().to_string();
    let _ = run(&[&format!("--save-baseline={at}"), "--force"]).expect_code(0);
    let recorded = read_json(&path);
    let entry = &recorded["benchmarks"][0];
    assert!((100.0..300.0).contains(&number(entry, "operations_per_s")), "{entry}");
    let compare = |allowed: &str| {
        let (baseline, gate) = (format!("--baseline={at}"), ["--gate", "plain", "--output", "json"]);
        run(&[&[baseline.as_str(), "--fail-on", allowed][..], &gate].concat())
    };
    let _ = compare("throughput:90%").expect_code(0);
    let raised = |key: &str, factor: f64| {
        let mut file = recorded.clone();
        file["benchmarks"][0][key] = json!(number(entry, key) * factor);
        fs::write(&path, file.to_string()).expect("written");
    };
    for (key, factor, allowed) in [("operations_per_s", 1e3, "throughput:90%"), ("p99", 1e-4, "p99:1000%")] {
        raised(key, factor);
        let ran = compare(allowed).expect_code(100).json();
        let verdicts = &of_id(&ran, "logs[rate=200]")["verdicts"];
        let worse = verdicts.as_array().expect("verdicts").iter().any(|v| v["verdict"] == "regressed");
        assert!(worse, "{verdicts}");
    }
}
