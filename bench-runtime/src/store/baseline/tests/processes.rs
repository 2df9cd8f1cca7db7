//! Several processes at one file, and processes that are killed. Each is this program, which runs one of the tests that
//! are ignored here.

use std::env;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use super::*;

/// The file that a process of its own records in.
const FILE: &str = "ADAPTER_BENCH_TEST_BASELINE";
/// The suite that it records.
const SUITE: &str = "ADAPTER_BENCH_TEST_SUITE";
/// How often it does.
const TIMES: &str = "ADAPTER_BENCH_TEST_TIMES";
/// Benchmarks of a suite: enough for a file that takes a while to write.
const FUNCTIONS: usize = 40;

/// Names and medians of a suite that was measured for the `round`th time.
fn report(suite: &str, round: u32) -> Report {
    let names: Vec<String> = (0..FUNCTIONS).map(|number| format!("f{number:02}")).collect();
    let functions: Vec<(&str, f64)> = names.iter().map(|name| (name.as_str(), f64::from(round))).collect();
    testing::report(suite, &functions)
}

#[test]
#[ignore = "other tests run it, as a process of its own"]
fn records_again_and_again() {
    let Some(path) = env::var_os(FILE).map(PathBuf::from) else { return };
    let suite = env::var(SUITE).expect("a suite");
    let times: usize = env::var(TIMES).expect("a number").parse().expect("a number");
    let reports = [1, 2].map(|round| report(&suite, round));
    fs::write(started(&path), "").expect("written");
    for report in reports.iter().cycle().take(times) {
        record_baseline(&path, report, true).expect("recorded");
    }
}

/// What a process leaves to tell that it is about to record.
fn started(path: &Path) -> PathBuf {
    path.with_extension("started")
}

fn recorder(path: &Path, suite: &str, times: usize) -> Child {
    let itself = env::current_exe().expect("this program");
    Command::new(itself)
        .args(["--exact", "store::baseline::tests::processes::records_again_and_again", "--ignored"])
        .env(FILE, path)
        .env(SUITE, suite)
        .env(TIMES, times.to_string())
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts")
}

/// The medians of each suite in the file: of one, all must be of one round.
fn rounds(path: &Path) -> Vec<f64> {
    let entries = load_baseline(path).expect("a whole baseline").entries;
    let medians: Vec<f64> = entries.values().map(|entry| entry.figures[Metric::Median]).collect();
    let suites: Vec<&[f64]> = medians.chunks(FUNCTIONS).collect();
    assert!(suites.iter().all(|suite| suite.len() == FUNCTIONS), "entries are missing");
    assert!(
        suites.iter().all(|suite| suite.iter().all(|median| *median == suite[0])),
        "a mixture: {suites:?}"
    );
    suites.iter().map(|suite| suite[0]).collect()
}

#[test]
fn processes_that_record_at_once_lose_nothing() {
    let scratch = Scratch::new("baseline-at-once");
    let path = scratch.path().join("b.json");
    let recorders: Vec<Child> =
        (0..6).map(|number| recorder(&path, &format!("pkg::suite{number}"), 20)).collect();
    for mut child in recorders {
        assert!(child.wait().expect("it ends").success());
    }
    assert_eq!(rounds(&path), [2.0; 6]);
    fs::remove_file(started(&path)).expect("there");
    assert_eq!(scratch.names(), ["b.json"]);
}

#[test]
fn a_process_that_is_killed_leaves_the_old_file_or_the_new_one() {
    thread::scope(|scope| (0..4).for_each(|number| drop(scope.spawn(move || kill_recorders(number, 50)))));
}

/// Kills as many processes, each while it records again and again.
fn kill_recorders(number: u64, count: u32) {
    let scratch = Scratch::new(&format!("baseline-killed-{number}"));
    let path = scratch.path().join("b.json");
    record_baseline(&path, &report("pkg::other", 7), true).expect("recorded");
    record_baseline(&path, &report("pkg::suite", 0), true).expect("recorded");
    let mut random = fastrand::Rng::with_seed(number);
    for _ in 0..count {
        kill_recorder(&path, Duration::from_micros(random.u64(0..25_000)));
        let left = rounds(&path);
        assert!(left.len() == 2 && left.contains(&7.0), "{left:?}");
    }
    assert!(!rounds(&path).contains(&0.0), "no process came to write");
    fs::remove_file(started(&path)).expect("there");
    record_baseline(&path, &report("pkg::suite", 9), true).expect("nobody holds the file any more");
    assert_eq!(scratch.names(), ["b.json"], "what they left is cleared away");
}

fn kill_recorder(path: &Path, after: Duration) {
    let _ = fs::remove_file(started(path));
    let mut child = recorder(path, "pkg::suite", usize::MAX);
    while !started(path).exists() {
        assert_eq!(child.try_wait().expect("it is a child"), None, "it has ended by itself");
        thread::sleep(Duration::from_millis(1));
    }
    thread::sleep(after);
    child.kill().expect("killed");
    child.wait().expect("it ends");
}
