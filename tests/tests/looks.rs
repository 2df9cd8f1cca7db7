//! Differences are looked at twice, with processes of their own each time, and open comparisons until they are precise
//! enough.

use std::sync::LazyLock;

use e2e::{Folder, Suite, benchmark, warnings};
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
