//! Limits of time and memory end what exceeds them, and nothing else.

use e2e::{Ran, Suite, benchmark, until};
use serde_json::Value;

const ENDINGS: &str = env!("CARGO_BIN_EXE_endings");
const LASTING: &str = env!("CARGO_BIN_EXE_lasting");

fn result(program: &str, arguments: &[&str]) -> Value {
    Ran::of(program, &[arguments, &["--quick", "--output", "json"]].concat()).expect_code(101).json()
}

fn failure<'a>(result: &'a Value, name: &str, kind: &str) -> &'a str {
    let failure = &benchmark(result, name)["failure"];
    assert_eq!(failure["kind"], kind, "{name}: {failure}");
    failure["message"].as_str().expect("a message")
}

#[test]
fn a_worker_that_wants_more_memory_than_allowed_is_one_failed_row() {
    for limit in ["64MB", "100 MiB"] {
        let result = result(ENDINGS, &["runs_out_of_memory", "healthy", "--memory-limit", limit]);
        let message = failure(&result, "runs_out_of_memory", "out_of_memory");
        assert!(message.contains("memory allocation of 1048576 bytes failed"), "{message}");
        assert_eq!(benchmark(&result, "healthy_arm")["outcome"], "measured");
    }
}

/// Benchmarks that never end: in a call, in the set-up, in a future, in the teardown.
const ENDLESS: [&str; 5] = ["spins", "sleeps", "starts_a_child", "waits_for_ever", "tears_down_for_ever"];

#[test]
fn what_takes_longer_than_its_time_out_is_ended_wherever_it_is() {
    let result = result(LASTING, &[&ENDLESS[..], &["brief", "--timeout", "700ms"]].concat());
    for name in ENDLESS {
        let message = failure(&result, name, "timeout");
        assert!(message.contains("time-out of"), "{name}: {message}");
    }
    assert_eq!(benchmark(&result, "brief")["outcome"], "measured");
}

#[test]
fn a_panic_in_the_teardown_is_a_failure() {
    let result = result(LASTING, &["panics_while_torn_down"]);
    let message = failure(&result, "panics_while_torn_down", "panic");
    assert!(message.contains("the table is still locked"), "{message}");
}

/// Benchmarks that start a process and do not end it, and how their runs end.
const PARENTS: [(&str, i32); 3] =
    [("starts_a_child", 101), ("e2e::lasting::leaves_a_child", 0), ("leaves_a_child_and_aborts", 101)];

#[test]
fn what_a_benchmark_started_is_ended_with_it() {
    for (name, code) in PARENTS {
        let mut arguments = vec![name, "--timeout", "1s", "--quick"];
        arguments.extend((code == 0).then_some("--exact"));
        let mut run = Suite::of(LASTING).args(&arguments).start();
        let _ = run.end().expect_code(code);
        until(&format!("nothing lives after {name}: {:?}", run.started()), || run.started().is_empty());
    }
}
