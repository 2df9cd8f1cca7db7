//! Benchmarks under load, as a run of real processes reports them.

use std::sync::LazyLock;

use e2e::{Ran, of_id, warnings};
use serde_json::{Value, json};

const SUITE: &str = env!("CARGO_BIN_EXE_loads");

/// One run of the whole suite, which all tests look at.
static RESULT: LazyLock<Value> = LazyLock::new(|| {
    let arguments = ["--quick", "--measure", "time,async", "--max-time", "400ms", "--output", "json"];
    Ran::of(SUITE, &arguments).expect_code(101).json()
});

fn under_load(name: &str) -> &'static Value {
    let row = of_id(&RESULT, name);
    assert!(row["async"]["load"].is_object(), "{row}");
    &row["async"]
}

fn number(of: &Value, key: &str) -> f64 {
    of[key].as_f64().unwrap_or_else(|| panic!("`{key}` is a number: {of}"))
}

#[test]
fn every_load_is_a_case_of_its_own_with_throughput_and_latency() {
    for (name, key) in [
        ("::pool_of_four[concurrency=4]", "concurrency"),
        ("::arrivals[rate=200]", "rate"),
        ("::tasks[rate=100]", "rate"),
    ] {
        let seen = under_load(name);
        assert!(number(seen, "throughput") > 0.0, "{seen}");
        let latency = &seen["latency"];
        assert!(
            number(latency, "p50") >= 1e6 && number(latency, "max") >= number(latency, "p50"),
            "{latency}"
        );
        assert_eq!(seen["load"]["trials"].as_array().map(Vec::len), Some(2), "{seen}");
        assert!(of_id(&RESULT, name)["settings"]["load"][key].is_number());
    }
}

#[test]
fn an_open_loop_tells_of_late_and_dropped_arrivals_and_a_closed_one_has_none() {
    let (open, closed) = (under_load("::arrivals[rate=200]"), under_load("::pool_of_four[concurrency=4]"));
    for key in ["late", "dropped"] {
        assert!(open[key].is_u64() && closed[key].is_null());
    }
    assert!(open["load"]["lateness"]["p99"].is_number() && closed["load"]["lateness"].is_null());
    assert_eq!(of_id(&RESULT, "::arrivals[rate=200]")["settings"]["load"]["arrivals"], "poisson");
}

#[test]
fn more_in_flight_than_there_are_places_wait_and_the_knee_says_so() {
    let four = number(under_load("::pool_of_four[concurrency=4]"), "throughput");
    let sixteen = number(under_load("::pool_of_four[concurrency=16]"), "throughput");
    assert!(sixteen < 2.0 * four, "{four} {sixteen}");
    let knees = RESULT["knees"].as_array().expect("a list of knees");
    let knee = knees.iter().find(|knee| knee["id"] == "e2e::loads::pool_of_four").expect("a knee");
    assert!(number(knee, "concurrency") >= 4.0, "{knee}");
    assert!((2.0..8.0).contains(&number(knee, "crossing")), "{knee}");
}

#[test]
fn latency_is_compared_with_that_of_the_reference_under_the_same_load() {
    let ratios =
        under_load("::slower_pool_of_four[concurrency=4]")["load"]["ratios"].as_array().expect("ratios");
    let of = |figure: &str| ratios.iter().find(|ratio| ratio["figure"] == figure).expect("it is compared");
    assert!(number(of("p50"), "low") > 1.2, "{ratios:?}");
    assert!(number(of("throughput"), "high") < 0.8, "{ratios:?}");
    assert!(under_load("::pool_of_four[concurrency=4]")["load"]["ratios"].is_null());
}

#[test]
fn a_routine_that_cannot_overlap_fails_and_says_why() {
    let failure = &of_id(&RESULT, "::cannot_overlap[concurrency=2]")["failure"];
    assert_eq!(failure["kind"], "error");
    assert!(
        failure["message"].as_str().is_some_and(|text| text.contains("use `iter_concurrent`")),
        "{failure}"
    );
}

#[test]
fn a_rate_beyond_what_can_be_made_is_told_with_what_was_made() {
    let told = warnings(of_id(&RESULT, "::too_many[rate=100000000]"), "load");
    assert!(told[0].starts_with("100000000 operations per second were asked for and "), "{told:?}");
    assert!(number(under_load("::too_many[rate=100000000]"), "dropped") > 0.0);
}

#[test]
fn what_does_not_end_is_counted_and_does_not_hang_the_trial() {
    let errors = &under_load("::some_never_end[concurrency=2]")["errors"];
    assert!(number(errors, "timed_out") > 0.0 && errors["returned"] == 0, "{errors}");
    assert_eq!(errors["texts"], json!(["an operation did not end within 200.0ms"]));
}

#[test]
fn connections_that_are_closed_midway_are_errors_and_no_crash() {
    let row = of_id(&RESULT, "::closed_midway[concurrency=4]");
    let errors = &row["async"]["errors"];
    assert!(number(errors, "returned") > 0.0 && number(&row["async"], "throughput") > 0.0, "{errors}");
    assert_eq!(row["outcome"], "measured");
}

#[test]
fn more_errors_than_are_allowed_fail_the_run() {
    let arguments = ["closed_midway", "--quick", "--measure", "async", "--max-time", "400ms"];
    let ran = Ran::of(SUITE, &arguments).expect_code(100);
    assert!(ran.stdout.contains("max_error_rate"), "{}", ran.stdout);
}

#[test]
fn a_closed_loop_is_traced_with_as_many_in_flight() {
    let tasks = |name: &str| number(&of_id(&RESULT, name)["async"], "scheduled_ns");
    let (one, sixteen) = (tasks("::all_at_once[concurrency=1]"), tasks("::all_at_once[concurrency=16]"));
    assert!(sixteen > one, "{one} {sixteen}");
}

#[test]
fn a_panic_in_a_task_fails_its_row_alone() {
    let row = of_id(&RESULT, "::panics_in_a_task[rate=200]");
    assert_eq!((&row["outcome"], &row["failure"]["kind"]), (&json!("failed"), &json!("panic")), "{row}");
}
