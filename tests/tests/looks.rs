//! Differences are looked at twice, with processes of their own each time, and open comparisons until they are precise
//! enough.

use std::sync::LazyLock;

use e2e::{Folder, Ran, Suite, benchmark, warnings};
use serde_json::{Value, json};

const SUITE: &str = env!("CARGO_BIN_EXE_looks");

/// Measures with these arguments in a fresh folder; returns the result and the set-ups that the suite tells of.
fn measured(arguments: &[&str]) -> (Value, Vec<String>) {
    let folder = Folder::new();
    let always = ["--output", "json", "--param", "log=log"];
    let ran = Suite::of(SUITE)
        .within(&folder)
        .env("ADAPTER_BENCH_MEASURE", "time")
        .args(&always)
        .args(arguments)
        .run()
        .expect_code(0);
    (ran.json(), folder.lines("log"))
}

/// Four runs of ten rounds each time: what is not told by then is given no more.
static TOLD: LazyLock<(Value, Vec<String>)> =
    LazyLock::new(|| measured(&["--group", "told", "--processes", "4", "--max-rounds", "40"]));

/// The verdict of an arm, and what a second look said of it.
fn words<'r>(result: &'r Value, arm: &str) -> (&'r Value, &'r Value) {
    let ratio = &benchmark(result, arm)["ratio"];
    (&ratio["verdict"], &ratio["confirmation"])
}

/// How many runs of an arm belong to this look.
fn runs(result: &Value, arm: &str, look: &str) -> usize {
    let runs = benchmark(result, arm)["time"]["runs"].as_array().expect("runs");
    runs.iter().filter(|run| run["look"] == look).count()
}

#[test]
fn a_real_difference_is_confirmed() {
    let (result, _) = measured(&["--group", "real", "--processes", "4"]);
    assert_eq!(words(&result, "long"), (&json!("slower"), &json!("confirmed")));
    for arm in ["short", "long"] {
        assert!(runs(&result, arm, "first") >= 4 && runs(&result, arm, "second") >= 4, "{result}");
    }
    let ratio = &benchmark(&result, "long")["ratio"];
    let low = ratio["low"].as_f64().expect("a figure");
    assert!(low > 1.5, "{ratio}");
    assert_eq!(warnings(benchmark(&result, "long"), "unconfirmed"), [""; 0]);
}

#[test]
fn a_second_look_has_fresh_processes_and_looks_at_differences_only() {
    let (result, set_ups) = &*TOLD;
    assert_eq!(words(result, "slower"), (&json!("slower"), &json!("confirmed")));
    assert_eq!(words(result, "equal").1, "not_needed");
    assert_eq!((runs(result, "slower", "first"), runs(result, "slower", "second")), (4, 4));
    assert_eq!((runs(result, "steady", "first"), runs(result, "steady", "second")), (4, 4));
    assert_eq!((runs(result, "equal", "first"), runs(result, "equal", "second")), (4, 0));
    assert_eq!(benchmark(result, "slower")["ratio"]["runs"], 8);
    assert_eq!(set_ups.iter().filter(|arm| *arm == "slower_at_first").count(), 8);
}

#[test]
fn what_the_first_look_alone_shows_is_inconclusive_and_warned_of() {
    let (result, _) = &*TOLD;
    for arm in ["slower_at_first", "slower_then_faster"] {
        assert_eq!(words(result, arm), (&json!("inconclusive"), &json!("contradicted")), "{arm}");
        let told = warnings(benchmark(result, arm), "unconfirmed");
        assert!(matches!(told[..], [text] if text.contains("did not bear it out")), "{told:?}");
        assert_eq!((runs(result, arm, "first"), runs(result, arm, "second")), (4, 4));
    }
}

#[test]
fn a_quick_run_confirms_nothing_and_says_what_that_costs() {
    let (result, set_ups) = measured(&["--group", "told", "--quick"]);
    for arm in ["slower", "slower_at_first"] {
        assert_eq!(words(&result, arm), (&json!("slower"), &json!("not_asked")), "{arm}");
        let row = benchmark(&result, arm);
        let (unconfirmed, few) = (warnings(row, "unconfirmed"), warnings(row, "few_runs"));
        assert!(matches!(unconfirmed[..], [text] if text.contains("`--quick`")), "{unconfirmed:?}");
        assert!(matches!(few[..], [text] if text.starts_with("2 runs say little")), "{few:?}");
        assert_eq!((runs(&result, arm, "first"), runs(&result, arm, "second")), (2, 0));
    }
    assert_eq!(warnings(benchmark(&result, "equal"), "unconfirmed"), [""; 0]);
    assert_eq!(set_ups.iter().filter(|arm| *arm == "slower_at_first").count(), 2);
}

#[test]
fn without_time_for_a_second_look_a_difference_is_inconclusive() {
    for limit in ["--max-time", "--budget"] {
        let (result, _) = measured(&["--group", "told", limit, "1us"]);
        assert_eq!(words(&result, "slower"), (&json!("inconclusive"), &json!("lacking")), "{limit}");
        assert_eq!(runs(&result, "slower", "second"), 0);
        let told = warnings(benchmark(&result, "slower"), "unconfirmed");
        let why = "max_time or the budget is too short";
        assert!(matches!(told[..], [text] if text.contains(why)), "{told:?}");
        assert_eq!(warnings(benchmark(&result, "slower"), "short_of_time").len(), 1);
    }
}

/// A folder with a baseline of the benchmarks that stand alone.
fn recorded() -> Folder {
    let folder = Folder::new();
    let _ = since(&folder, "record", &["--save-baseline", "--force"]).expect_code(0);
    folder
}

/// Four runs of each look, told in a log of their own.
fn since(folder: &Folder, log: &str, arguments: &[&str]) -> Ran {
    let log = format!("log={log}");
    let always = ["--tag", "since", "--processes", "4", "--output", "json", "--param", &log];
    let suite = Suite::of(SUITE).within(folder).env("ADAPTER_BENCH_MEASURE", "time");
    suite.args(&always).args(arguments).run()
}

/// The word for the change since the baseline, and what there is to say.
fn change<'r>(result: &'r Value, name: &str) -> (&'r Value, &'r str) {
    let verdict = &benchmark(result, name)["verdicts"][0];
    (&verdict["verdict"], verdict["reason"].as_str().unwrap_or_default())
}

#[test]
fn a_change_since_the_baseline_is_looked_at_twice_and_both_must_show_it() {
    let ran = since(&recorded(), "now", &["--baseline", "--param", "now=3"]).expect_code(100);
    let result = ran.json();
    assert_eq!(change(&result, "longer_now"), (&json!("regressed"), ""));
    assert_eq!(benchmark(&result, "longer_now")["verdicts"][0]["fails"], true);
    let (word, why) = change(&result, "longer_at_first");
    assert!(word == "inconclusive" && why.starts_with("two looks"), "{why}");
    assert_eq!(change(&result, "as_it_was").0, "unchanged");
    for (name, second) in [("longer_now", 4), ("longer_at_first", 4), ("as_it_was", 0)] {
        assert_eq!((runs(&result, name, "first"), runs(&result, name, "second")), (4, second), "{name}");
    }
}

#[test]
fn a_quick_run_believes_one_look_and_one_without_time_for_two_tells_nothing() {
    let folder = recorded();
    let ran = since(&folder, "quick", &["--baseline", "--quick", "--param", "now=3"]).expect_code(100);
    assert_eq!(change(&ran.json(), "longer_at_first").0, "regressed");
    let ran = since(&folder, "short", &["--baseline", "--budget", "1us", "--param", "now=3"]).expect_code(0);
    let result = ran.json();
    let (word, why) = change(&result, "longer_now");
    assert!(word == "inconclusive" && why.contains("no time for a second look"), "{why}");
}

/// The runs of an arm by how often it had been measured before.
fn by_retry(result: &Value, arm: &str) -> Vec<usize> {
    let runs = benchmark(result, arm)["time"]["runs"].as_array().expect("runs");
    let of = |retry: u64| runs.iter().filter(|run| run["retry"].as_u64().unwrap_or(0) == retry).count();
    (0..3).map(of).collect()
}

#[test]
fn what_stays_open_is_measured_again_as_often_as_asked_and_says_so() {
    let ran = since(&recorded(), "now", &["--baseline", "--retry", "2", "--strict"]).expect_code(103);
    let result = ran.json();
    assert_eq!(change(&result, "restless").0, "inconclusive");
    assert_eq!(by_retry(&result, "restless"), [4, 4, 4]);
    let told = warnings(benchmark(&result, "restless"), "retried");
    assert!(matches!(told[..], [text] if text.contains("2 times more (--retry)")), "{told:?}");
    assert_eq!(by_retry(&result, "as_it_was"), [4, 0, 0]);
    assert_eq!(warnings(benchmark(&result, "as_it_was"), "retried"), [""; 0]);
}

/// The suite in turns with a copy of itself, four runs of each look.
fn beside_before(arguments: &[&str]) -> Ran {
    let folder = Folder::new();
    let before = folder.join("before");
    std::fs::copy(SUITE, &before).expect("the program can be copied");
    let before = before.display().to_string();
    let always = ["--tag", "sides", "--processes", "4", "--max-rounds", "40", "--output", "json"];
    let suite = Suite::of(SUITE).within(&folder).env("ADAPTER_BENCH_MEASURE", "time");
    suite.args(&always).args(&["--param", "log=log", "--against-binary", &before]).args(arguments).run()
}

#[test]
fn beside_another_program_what_stays_open_is_measured_again_and_nothing_else() {
    let result = beside_before(&["--retry", "2", "--strict"]).expect_code(100).json();
    let expected = [
        ("alike", "unchanged", [4, 0, 0]),
        ("longer_here", "regressed", [8, 0, 0]),
        ("restless_here", "inconclusive", [4, 4, 4]),
        ("told_by_eight", "regressed", [4, 8, 8]),
    ];
    for (name, word, runs) in expected {
        assert_eq!(change(&result, name).0, word, "{name}: {}", benchmark(&result, name));
        assert_eq!(by_retry(&result, name), runs, "{name}");
        let told = warnings(benchmark(&result, name), "retried");
        assert_eq!(told.len(), usize::from(runs[1] > 0), "{name}: {told:?}");
    }
    assert_eq!(benchmark(&result, "told_by_eight")["verdicts"][0]["fails"], true);
}

#[test]
fn beside_another_program_what_passes_is_open_however_often_it_is_measured() {
    let result = beside_before(&["--retry", "1"]).expect_code(100).json();
    let (word, why) = change(&result, "longer_at_first_here");
    assert!(word == "inconclusive", "{why}");
    assert_eq!(by_retry(&result, "longer_at_first_here"), [8, 4, 0]);
    assert_eq!(change(&result, "restless_here").0, "inconclusive");
    let alone = |arguments: &[&str]| beside_before(&[&["restless_here"], arguments].concat());
    let _ = alone(&[]).expect_code(0);
    let _ = alone(&["--retry", "1", "--strict"]).expect_code(103);
}

#[test]
fn the_plain_gate_leaves_nothing_open_beside_another_program() {
    let result = beside_before(&["restless_here", "--gate", "plain", "--retry", "2"]).json();
    assert_eq!(by_retry(&result, "restless_here"), [4, 0, 0]);
    assert_eq!(warnings(benchmark(&result, "restless_here"), "retried"), [""; 0]);
}

#[test]
fn beside_another_program_nothing_is_measured_again_once_the_budget_is_spent() {
    let result = beside_before(&["restless_here", "--retry", "3", "--budget", "1us"]).expect_code(0).json();
    assert_eq!(change(&result, "restless_here").0, "inconclusive");
    assert_eq!(warnings(benchmark(&result, "restless_here"), "retried"), [""; 0]);
}

#[test]
fn a_limit_that_a_ratio_leaves_open_is_retried_and_a_ratio_without_one_is_not() {
    let retried = |limits: &str| {
        let folder = Folder::new();
        folder.write("bench.toml", &format!("retry = 1\n{limits}"));
        let always = ["--group", "open", "--processes", "4", "--output", "json", "--param", "log=log"];
        let suite = Suite::of(SUITE).within(&folder).env("ADAPTER_BENCH_MEASURE", "time");
        let result = suite.args(&always).run().expect_code(0).json();
        assert_eq!(by_retry(&result, "settled"), by_retry(&result, "varies"));
        by_retry(&result, "varies")
    };
    assert_eq!(retried("[group.open]\nmax_ratio = 0.95\n"), [4, 4, 0]);
    assert_eq!(retried(""), [4, 0, 0]);
}

#[test]
fn an_open_comparison_is_given_runs_until_it_is_as_precise_as_asked() {
    let of = |arguments: &[&str]| {
        let (result, _) = measured(&[&["--group", "open"], arguments].concat());
        assert_eq!(words(&result, "varies"), (&json!("inconclusive"), &json!("not_needed")), "{arguments:?}");
        runs(&result, "varies", "first")
    };
    assert_eq!(of(&["--precision", "80%"]), 4);
    let between = of(&["--precision", "20%"]);
    assert!((5..12).contains(&between), "{between}");
    assert_eq!(of(&[]), 12);
    assert_eq!(of(&["--rigorous", "--precision", "80%"]), 8);
    assert_eq!(of(&["--rigorous"]), 20);
}
