//! Reports for the tests of this module. Main function: [`report`].

use serde_json::{Value, json};

use super::result::ResultFile;
use crate::model::Report;

/// A report of `suite` in which each of the functions has a median in nanoseconds and a standard deviation of 1 %, over
/// four runs of ten rounds.
pub(super) fn report(suite: &str, functions: &[(&str, f64)]) -> Report {
    let benchmarks = functions.iter().map(|(name, median)| benchmark(suite, name, *median));
    of_file(&file(suite, benchmarks))
}

/// The report that a result file holds.
pub(super) fn of_file(file: &Value) -> Report {
    let file = ResultFile::parse(&file.to_string()).expect("a result file");
    Report::try_from(file).expect("it makes sense")
}

/// A result file of `suite`.
pub(super) fn file(suite: &str, benchmarks: impl IntoIterator<Item = Value>) -> Value {
    json!({
        "schema": "adapter-bench/result/1",
        "run": {
            "suite": suite, "started_at": "2026-03-14T15:09:26.535Z", "elapsed_ns": 1000, "host": "h",
            "arch": "linux-x86_64", "cpu": "a processor", "cores": 2, "kernel": "6.8", "rustc": "rustc 1.95.0",
            "profile": "release", "opt_level": "3", "rustflags": "", "seed": 7, "depth": "default", "params": {},
            "warnings": [],
        },
        "benchmarks": benchmarks.into_iter().collect::<Vec<_>>(),
    })
}

/// An entry of a result file.
pub(super) fn benchmark(suite: &str, name: &str, median: f64) -> Value {
    let run = json!({"median": median, "rounds": 10, "involuntary_switches": 0});
    json!({
        "id": format!("{suite}::{name}"), "name": name, "params": {}, "kind": "core", "tags": [],
        "is_reference": false, "location": {"file": "benches/a.rs", "line": 1, "column": 1},
        "settings": {
            "min_rounds": 10, "max_rounds": 400, "min_time_ns": 0, "max_time_ns": 0, "warmup_time_ns": 0,
            "timeout_ns": 0, "processes": 4, "rounds_per_run": 10, "threads": 1, "flavor": "current_thread",
            "workers": 1,
        },
        "recorded_at": "2026-03-14T15:09:29.535Z", "outcome": "measured", "shape": "serial",
        "placement": "shared",
        "time": {
            "unit": "ns", "min": median, "max": median, "mean": median, "median": median,
            "stddev": median / 100.0, "mad": 0.0, "p50": median, "p90": median, "p95": median, "p99": median,
            "p999": median, "percentiles_of": "calls", "drop": "untimed", "regime": "long", "iterations": 1,
            "calibrated": median, "first_call": median, "outliers": 0, "rounds": 40, "runs": [run, run, run, run],
        },
        "warnings": [],
    })
}
