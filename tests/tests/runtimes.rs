//! Runtimes: what lives between rounds and passes, what the traced pass tells, and what a misused one comes to.

use std::sync::LazyLock;

use e2e::{Ran, benchmark, of_id, warnings};
use serde_json::{Value, json};

const SUITE: &str = env!("CARGO_BIN_EXE_runtimes");

/// One run of all but the misused ones.
static RESULT: LazyLock<Value> = LazyLock::new(|| {
    let arguments = ["--skip", "misuse", "--quick", "--output", "json"];
    Ran::of(SUITE, &arguments).expect_code(0).json()
});

fn figure(row: &Value, key: &str) -> f64 {
    row["async"][key].as_f64().unwrap_or_else(|| panic!("no {key} in {row}"))
}

#[test]
fn tasks_io_and_timers_of_the_set_up_work_on_in_every_round_and_pass() {
    for name in ["drivers::on_one_thread", "drivers::on_worker_threads"] {
        let row = of_id(&RESULT, &format!("e2e::runtimes::{name}"));
        assert_eq!(row["outcome"], "measured", "{row}");
        assert!(row["memory"]["iterations"].as_u64() > Some(4), "{row}");
        assert!(figure(row, "polls_per_op") >= 2.0 && figure(row, "wait_ns") > 0.0, "{row}");
        assert!(figure(row, "tasks_alive_max") >= 2.0, "the server and the driver live: {row}");
    }
}

#[test]
fn the_record_says_on_which_thread_a_routine_was_polled() {
    let on = |name: &str| {
        let row = of_id(&RESULT, &format!("e2e::runtimes::drivers::{name}"));
        (row["shape"].clone(), row["async"]["polled_on"].clone())
    };
    assert_eq!(on("on_one_thread"), (json!("serial_async"), json!("main_thread")));
    assert_eq!(on("on_worker_threads"), (json!("spawned"), json!("worker_task")));
}

#[test]
fn a_plain_arm_is_compared_with_an_asynchronous_one_and_marked() {
    let row = benchmark(&RESULT, "without_a_runtime");
    assert!(row["ratio"]["value"].is_f64() && row["async"].is_null(), "{row}");
    assert_eq!(warnings(row, "async_beside_sync").len(), 1, "{row}");
}

#[test]
fn what_futures_do_is_told_apart() {
    let row = |name: &str| benchmark(&RESULT, name);
    let yields = row("yields_ten_times");
    assert_eq!((figure(yields, "polls_fewest"), figure(yields, "polls_most")), (11.0, 11.0));
    let sleeps = row("sleeps_for_two_milliseconds");
    assert!(figure(sleeps, "wait_ns") > 1.5e6 && figure(sleeps, "worker_busy_ratio") < 0.9, "{sleeps}");
    assert!(figure(sleeps, "loop_iterations") > 10.0, "{sleeps}");
    let children = &row("spawns_two_children")["async"]["children"];
    assert_eq!((&children["per_op"], &children["polls_per_op"]), (&json!(2.0), &json!(4.0)));
    assert!(row("yields_ten_times")["async"]["unavailable"]["children"].is_string());
}

#[test]
fn a_poll_that_blocks_the_loop_is_found_and_the_threshold_can_be_set() {
    let blocked = |result: &Value| {
        let row = benchmark(result, "blocks_the_loop");
        assert!(figure(row, "longest_poll_ns") > 2.9e6, "{row}");
        warnings(row, "blocked_loop").first().map(|message| (*message).to_owned())
    };
    assert!(blocked(&RESULT).is_some_and(|message| message.starts_with("`blocks_the_loop` holds up")));
    let arguments =
        ["blocks_the_loop", "--quick", "--measure", "async", "--blocking-poll", "10s", "--output", "json"];
    let lenient = Ran::of(SUITE, &arguments).expect_code(0).json();
    assert_eq!(blocked(&lenient), None);
    assert!(benchmark(&lenient, "blocks_the_loop")["time"].is_null());
}

#[test]
fn limits_hold_what_was_traced() {
    let with = |limit: &str, code: i32| {
        let config = format!("[limits]\ncritical = [\"{limit}\"]\n");
        let suite =
            e2e::Suite::of(SUITE).args(&["yields_ten_times", "--measure", "async", "--output", "json"]);
        let _ = suite.configured(&config).run().expect_code(code);
    };
    with("polls_per_op <= 11", 0);
    with("polls_per_op <= 10", 100);
    with("longest_poll <= 10s", 0);
}

#[test]
fn polls_are_recorded_and_gated_to_the_poll() {
    let folder = e2e::Folder::new();
    let run = |arguments: &[&str]| {
        let always = ["traced::yields", "--force"];
        e2e::Suite::of(SUITE).within(&folder).args(&[&always, arguments].concat()).run()
    };
    let _ = run(&["--save-baseline", "--quick", "--param", "yields=10"]).expect_code(0);
    let compare = |yields: &str, code: i32| {
        let asked = ["--measure", "async", "--baseline", "--fail-on", "polls_per_op:0%", "--param", yields];
        run(&asked).expect_code(code).stdout
    };
    let _ = compare("yields=10", 0);
    let _ = compare("yields=9", 0);
    let more = compare("yields=11", 100);
    assert!(more.contains("polls_per_op went from 11 to 12"), "{more}");
}

/// What becomes of each misuse: its name, the kind of failure, and parts of the message.
const MISUSES: &[(&str, &str, [&str; 2])] = &[
    ("blocks_within_a_runtime", "panic", ["Cannot start a runtime", "await the future there"]),
    ("has_no_runtime", "panic", ["no reactor running", "make the benchmark an `async fn`"]),
    ("asks_a_client_of_another_runtime", "timeout", ["time-out", "on the runtime that drives the routine"]),
    ("drops_its_runtime", "panic", ["Cannot drop a runtime", "shutdown_background"]),
    ("uses_a_runtime_that_ended", "panic", ["being shutdown", "a runtime that has ended"]),
    ("forgets_a_task_that_panics", "error", ["a task panicked: the connection is lost", "runtimes.rs"]),
    ("awaits_a_task_that_panics", "panic", ["the reply is cut short", "runtimes.rs"]),
];

#[test]
fn a_misused_runtime_is_a_failed_row_that_says_what_to_do_and_the_rest_is_measured() {
    let arguments = ["misuse", "yields", "--quick", "--timeout", "2s", "--output", "json"];
    let result = Ran::of(SUITE, &arguments).expect_code(101).json();
    for (name, kind, parts) in MISUSES {
        let failure = &benchmark(&result, name)["failure"];
        let message = failure["message"].as_str().unwrap_or_default();
        assert_eq!(failure["kind"], *kind, "{name}: {failure}");
        assert!(parts.iter().all(|part| message.contains(part)), "{name}: {failure}");
    }
    assert_eq!(benchmark(&result, "yields_ten_times")["outcome"], "measured");
}
