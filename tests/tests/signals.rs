//! However a run is ended, what was measured is kept, and nothing that it started outlives it.

use std::thread::sleep;
use std::time::Duration;

use e2e::{Folder, Ran, Running, Suite, of_id, read_json, until};
use rustix::process::Signal;

const SUITE: &str = env!("CARGO_BIN_EXE_lasting");

/// Benchmarks in the middle of which a run is ended, each of which writes its name to the log once it is at work; and how
/// many processes it then has.
const AT_WORK: [(&str, usize); 5] =
    [("spins", 1), ("sleeps", 1), ("waits_for_ever", 1), ("starts_a_child", 2), ("waits_on", 4)];

fn lasting(folder: &Folder, arguments: &[&str]) -> Running {
    let log = format!("log={}", folder.join("log").display());
    Suite::of(SUITE).within(folder).args(&["--param", &log]).args(arguments).start()
}

fn until_logged(folder: &Folder, line: &str) {
    until(line, || folder.lines("log").iter().any(|logged| logged == line));
}

fn nothing_lives(run: &Running, what: &str) {
    until(&format!("nothing lives after {what}: {:?}", run.started()), || run.started().is_empty());
}

/// The short benchmarks are measured, one that never ends is at work, and then comes `signal`.
fn stopped_by(signal: Signal, at_work: &str) -> (Folder, Ran) {
    let folder = Folder::new();
    let arguments = ["brief", at_work, "--processes", "2", "--output", "json=out.json"];
    let mut run = lasting(&folder, &arguments);
    until_logged(&folder, at_work);
    assert!(!run.started().is_empty(), "there is a worker");
    run.signal(signal);
    let ran = run.end();
    nothing_lives(&run, at_work);
    (folder, ran)
}

#[test]
fn a_signal_keeps_what_was_measured_and_is_told_by_the_exit_code() {
    for (signal, at_work, code, word) in [
        (Signal::INT, "spins", 130, "interrupt"),
        (Signal::TERM, "sleeps", 143, "terminate"),
        (Signal::INT, "starts_a_child", 130, "interrupt"),
    ] {
        let (folder, ran) = stopped_by(signal, at_work);
        let ran = ran.expect_code(code);
        let table = ran.stdout.lines().any(|line| line.contains("brief[case=3]") && line.contains("ms"));
        assert!(table, "{}", ran.stdout);
        let result = read_json(&folder.join("out.json"));
        assert_eq!(result["run"]["stopped"], word);
        assert_eq!(of_id(&result, "brief[case=3]")["outcome"], "measured");
        let unmeasured = of_id(&result, at_work);
        assert_eq!(
            (&unmeasured["outcome"], &unmeasured["time"]),
            (&"skipped".into(), &serde_json::Value::Null)
        );
        assert_eq!(unmeasured["reason"], "stopped before it was measured");
    }
}

#[test]
fn finished_runs_of_a_benchmark_that_is_cut_short_count() {
    let folder = Folder::new();
    let run = lasting(
        &folder,
        &["brief[case=1]", "--processes", "1000", "--max-time", "10m", "--output", "json=out.json"],
    );
    until("three runs have begun", || folder.lines("log").len() > 2);
    run.signal(Signal::INT);
    let _ = run.ended().expect_code(130);
    let result = read_json(&folder.join("out.json"));
    let brief = of_id(&result, "brief[case=1]");
    assert_eq!(brief["outcome"], "measured");
    assert!(brief["time"]["runs"].as_array().is_some_and(|runs| !runs.is_empty()), "{brief}");
    let cut_short = e2e::warnings(brief, "short_of_time");
    assert!(cut_short.iter().any(|message| message.ends_with("the run was stopped")), "{brief}");
}

#[test]
fn a_second_signal_ends_a_run_that_cannot_stop() {
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let folder = Folder::new();
        let mut run = lasting(&folder, &["spins", "--in-process"]);
        until_logged(&folder, "spins");
        run.signal(signal);
        sleep(Duration::from_millis(200));
        assert!(run.is_running(), "code that runs in this process cannot be interrupted");
        // Two signals that come before the first is seen are one.
        until("a second signal ends it", || {
            sleep(Duration::from_millis(50));
            run.signal(signal);
            sleep(Duration::from_millis(50));
            !run.is_running()
        });
        let _ = run.ended().expect_code(code);
    }
}

#[test]
fn no_worker_outlives_a_runner_that_is_killed_at_work() {
    for (at_work, processes) in AT_WORK {
        let folder = Folder::new();
        let mut run = lasting(&folder, &[at_work]);
        until_logged(&folder, at_work);
        until("all processes are there", || run.started().len() == processes);
        run.signal(Signal::KILL);
        assert_eq!(run.end().code, None);
        nothing_lives(&run, at_work);
    }
}

#[test]
fn no_worker_outlives_a_runner_that_is_killed_at_any_moment() {
    for milliseconds in [0, 3, 6, 12, 25, 50, 100, 200] {
        let folder = Folder::new();
        let mut run = lasting(&folder, &["brief", "--processes", "100"]);
        sleep(Duration::from_millis(milliseconds));
        run.signal(Signal::KILL);
        assert_eq!(run.end().code, None);
        nothing_lives(&run, &format!("{milliseconds} ms"));
    }
}

/// Whether programs inherit that hanging up does nothing, as under `nohup`.
fn is_hanging_up_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|signals| u64::from_str_radix(signals.trim(), 16).ok());
    ignored.is_some_and(|signals| signals & 1 == 1)
}

#[test]
fn a_runner_whose_terminal_hangs_up_leaves_nothing() {
    if is_hanging_up_ignored() {
        return e2e::left_out("hanging up is ignored here (nohup)");
    }
    let folder = Folder::new();
    let mut run = lasting(&folder, &["spins"]);
    until_logged(&folder, "spins");
    run.signal(Signal::HUP);
    assert_eq!(run.end().code, None);
    nothing_lives(&run, "the terminal");
}

#[test]
fn a_test_run_that_is_stopped_says_so_too() {
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let folder = Folder::new();
        let mut run = lasting(&folder, &["brief", "sleeps", "--test"]);
        until_logged(&folder, "sleeps");
        run.signal(signal);
        let ran = run.end().expect_code(code);
        nothing_lives(&run, "a test run");
        assert!(ran.stdout.contains("test e2e::lasting::brief[case=3] ... ok\n"), "{}", ran.stdout);
        assert!(ran.stdout.contains("test e2e::lasting::sleeps ... ignored, stopped"), "{}", ran.stdout);
    }
}

#[test]
fn a_worker_that_somebody_else_ends_is_a_failed_row() {
    let folder = Folder::new();
    let run = lasting(&folder, &["sleeps", "brief", "--quick", "--output", "json=out.json"]);
    until_logged(&folder, "sleeps");
    for worker in run.started() {
        let id = rustix::process::Pid::from_raw(worker.id).expect("a number");
        rustix::process::kill_process(id, Signal::TERM).expect("it lives");
    }
    let _ = run.ended().expect_code(101);
    let result = read_json(&folder.join("out.json"));
    let failure = &of_id(&result, "::sleeps")["failure"];
    assert_eq!(failure["message"], "its process was ended by SIGTERM", "{failure}");
    assert_eq!(of_id(&result, "brief[case=1]")["outcome"], "measured");
}
