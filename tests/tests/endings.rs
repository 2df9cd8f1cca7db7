//! Whatever end a benchmark comes to is one failed row; everything else is measured.

use e2e::{Ran, benchmark};

const SUITE: &str = env!("CARGO_BIN_EXE_endings");

/// What becomes of each failing benchmark: its name, the kind of failure, a part of the message, a part of the last lines
/// of its worker.
const ENDINGS: &[(&str, &str, &str, &str)] = &[
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

#[test]
fn every_end_is_one_failed_row_and_the_rest_is_measured() {
    let ran = Ran::of(SUITE, QUICK);
    assert_eq!(ran.code, Some(101), "{}", ran.stderr);
    let result = ran.json();
    for (name, kind, message, stderr) in ENDINGS {
        let row = benchmark(&result, name);
        assert_eq!(row["outcome"], "failed", "{name}");
        let failure = &row["failure"];
        assert_eq!(failure["kind"], *kind, "{name}: {failure}");
        let says = |field: &str, part: &str| failure[field].as_str().unwrap_or_default().contains(part);
        assert!(says("message", message) && says("stderr", stderr), "{name}: {failure}");
    }
    for name in ["healthy_reference", "healthy_arm", "undisturbed"] {
        assert_eq!(benchmark(&result, name)["outcome"], "measured", "{name}");
    }
    assert!(benchmark(&result, "healthy_arm")["ratio"]["value"].is_f64());
    assert_eq!(benchmark(&result, "ignored")["outcome"], "skipped");
}
