//! Whatever end a benchmark comes to is one failed row; everything else is measured.

use e2e::{Ran, benchmark, of_id};
use serde_json::{Value, json};

const SUITE: &str = env!("CARGO_BIN_EXE_endings");

/// What becomes of each failing benchmark: its name, the kind of failure, a part of the message, a part of the last lines
/// of its worker.
const ENDINGS: &[(&str, &str, &str, &str)] = &[
    ("failing_reference", "panic", "no table called orders", "no table called orders"),
    ("panics_while_set_up", "panic", "no table called orders", "no table called orders"),
    ("panics_after_a_while", "panic", "the queue is full", "the queue is full"),
    ("returns_an_error", "error", "cannot open the ledger: it is locked by another process", ""),
    ("aborts", "abort", "aborted", "last words before the abort"),
    ("segfaults", "signal", "SIGSEGV", ""),
    ("is_killed", "signal", "SIGKILL", ""),
    ("overflows_its_stack", "stack_overflow", "overflowed its stack", "has overflowed its stack"),
    ("runs_out_of_memory", "out_of_memory", "memory allocation of 1048576 bytes failed", "memory allocation"),
    ("exits_with_success", "exit", "exit code 0", ""),
    ("sleeps_for_ever", "timeout", "time-out", ""),
    ("spins_for_ever", "timeout", "time-out", ""),
    ("never_completes", "timeout", "time-out", ""),
];

const QUICK: &[&str] = &["--quick", "--timeout", "2s", "--memory-limit", "200MB", "--output", "json"];

/// The row of `name` must have failed as expected.
fn fails(result: &Value, name: &str, kind: &str, message: &str, stderr: &str) {
    let row = benchmark(result, name);
    let failure = &row["failure"];
    assert_eq!((&row["outcome"], &failure["kind"]), (&json!("failed"), &json!(kind)), "{name}: {failure}");
    let says = |field: &str, part: &str| failure[field].as_str().unwrap_or_default().contains(part);
    assert!(says("message", message) && says("stderr", stderr), "{name}: {failure}");
}

#[test]
fn every_end_is_one_failed_row_and_the_rest_is_measured() {
    let ran = Ran::of(SUITE, QUICK).expect_code(101);
    let result = ran.json();
    for (name, kind, message, stderr) in ENDINGS {
        fails(&result, name, kind, message, stderr);
    }
    for name in ["healthy_reference", "healthy_arm", "undisturbed"] {
        assert_eq!(benchmark(&result, name)["outcome"], "measured", "{name}");
    }
    assert!(benchmark(&result, "healthy_arm")["ratio"]["value"].is_f64());
    assert_eq!(benchmark(&result, "ignored")["outcome"], "skipped");
}

/// Arms that were measured and have no ratio, and why.
const INCOMPARABLE: &[(&str, &str)] = &[
    ("arm_of_failing_reference", "the reference failed (panic)"),
    ("arm_of_ignored_reference", "the reference was skipped: ignored: needs a licence"),
    ("arm_of_sparse_reference[seed=2]", "the reference has no case [seed=2] that ran"),
];

#[test]
fn an_arm_without_its_reference_is_measured_and_says_why_it_has_no_ratio() {
    let result = Ran::of(SUITE, &["reference", "--quick", "--output", "json"]).expect_code(101).json();
    for (name, reason) in INCOMPARABLE {
        let row = of_id(&result, name);
        assert_eq!(row["outcome"], "measured", "{row}");
        assert_eq!((&row["ratio"], &row["not_comparable"]), (&Value::Null, &json!(reason)), "{name}");
    }
    let compared = of_id(&result, "arm_of_sparse_reference[seed=1]");
    assert!(compared["ratio"]["value"].is_f64() && compared["not_comparable"].is_null(), "{compared}");
}

#[test]
fn panics_and_errors_are_survived_without_workers_too() {
    let arguments = ["panics", "returns_an_error", "healthy", "undisturbed", "--in-process"];
    let result = Ran::of(SUITE, &[&arguments, QUICK].concat()).expect_code(101).json();
    for (name, kind, message) in [
        ("panics_while_set_up", "panic", "no table called orders"),
        ("panics_after_a_while", "panic", "the queue is full"),
        ("returns_an_error", "error", "cannot open the ledger: it is locked by another process"),
    ] {
        fails(&result, name, kind, message, "");
    }
    for name in ["healthy_reference", "healthy_arm", "undisturbed"] {
        let row = benchmark(&result, name);
        assert_eq!((&row["outcome"], &row["placement"]), (&json!("measured"), &json!("in_process")));
        assert_eq!(row["placement_reason"], "the option `in_process` asks for it");
    }
}

#[test]
fn a_test_run_survives_every_end_and_names_the_failed() {
    let ran = Ran::of(SUITE, &["--test", "--timeout", "2s", "--memory-limit", "200MB"]).expect_code(101);
    // A single call is not enough for this one.
    let ends_at_once = |name: &&str| *name != "panics_after_a_while";
    for name in ENDINGS.iter().map(|ending| ending.0).filter(ends_at_once) {
        assert!(
            ran.stdout.contains(&format!("test e2e::endings::{name} ... FAILED\n")),
            "{name}: {}",
            ran.stdout
        );
    }
    assert!(ran.stdout.contains("test e2e::endings::healthy_arm ... ok\n"), "{}", ran.stdout);
    let failed = ENDINGS.len() - 1;
    assert!(
        ran.stdout.contains(&format!("test result: FAILED. 9 passed; {failed} failed; 2 ignored")),
        "{}",
        ran.stdout
    );
}
