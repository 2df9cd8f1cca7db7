//! Fixtures are made once per process, on first need, handed over, and torn down; what goes wrong with one is told of
//! every benchmark that needs it.

use e2e::{Folder, Ran, Running, Suite, of_id, until};
use rustix::process::Signal;
use serde_json::Value;

const SUITE: &str = env!("CARGO_BIN_EXE_fixtures");

fn suite(folder: &Folder, group: &str) -> Suite {
    let notes = format!("notes={}", folder.join("notes").display());
    Suite::of(SUITE).within(folder).args(&["--param", &notes, "--group", group])
}

/// What the processes of a run have noted, each in its order, without empty ones.
fn noted(folder: &Folder) -> Vec<Vec<String>> {
    let mut processes: Vec<(String, Vec<String>)> = Vec::new();
    for line in folder.lines("notes") {
        let (id, note) = line.split_once(' ').expect("a process and a note");
        match processes.iter_mut().find(|(of, _)| of == id) {
            Some((_, notes)) => notes.push(note.to_owned()),
            None => processes.push((id.to_owned(), vec![note.to_owned()])),
        }
    }
    processes.into_iter().map(|(_, notes)| notes).collect()
}

fn once(folder: &Folder, group: &str) -> Ran {
    suite(folder, group).args(&["--test", "--output", "json=out.json"]).run()
}

fn result(folder: &Folder) -> Value {
    e2e::read_json(&folder.join("out.json"))
}

#[test]
fn a_chain_is_made_once_per_process_and_runtime_and_torn_down_in_reverse() {
    let folder = Folder::new();
    let _ = once(&folder, "chain").expect_code(0);
    let made = ["server made", "session made"];
    let ended = ["session closed unused", "server dropped", "session closed", "server dropped"];
    assert_eq!(noted(&folder), [[&made[..], &made, &ended].concat()]);
}

#[test]
fn every_process_of_a_measurement_makes_what_its_benchmarks_need() {
    let folder = Folder::new();
    let arguments = ["chain::plain", "--quick", "--measure", "time", "--output", "json=out.json"];
    let ran = suite(&folder, "chain").args(&arguments).args(&["--output", "console"]).run().expect_code(0);
    let each = ["server made", "session made", "session closed unused", "server dropped"];
    assert_eq!(noted(&folder), [each, each]);
    let result = result(&folder);
    assert_eq!(of_id(&result, "chain::plain")["outcome"], "measured");
    let times = result["run"]["set_up"].as_array().expect("what was made");
    let told: Vec<_> = times.iter().map(|time| (time["name"].as_str(), time["times"].as_u64())).collect();
    assert_eq!(told, [(Some("server"), Some(2)), (Some("session"), Some(2))]);
    assert!(
        times[1]["total_ns"].as_u64().is_some_and(|total| total >= 2_000_000),
        "it sleeps for 1 ms: {times:?}"
    );
    let footer = ran.stdout.lines().find(|line| line.starts_with("set-up, untimed: server "));
    assert!(footer.is_some_and(|line| line.contains("session ") && line.ends_with(" × 2")), "{}", ran.stdout);
}

#[test]
fn fixtures_work_in_this_process_and_for_a_profiler() {
    for mode in [&["--in-process", "--quick"][..], &["--profile-time", "0.01"]] {
        let folder = Folder::new();
        let _ = suite(&folder, "chain").args(&["chain::plain"]).args(mode).run().expect_code(0);
        let notes = noted(&folder).concat();
        let count = |wanted: &str| notes.iter().filter(|note| *note == wanted).count();
        assert!(count("session made") > 0, "{notes:?}");
        assert_eq!(count("session made"), count("session closed unused"), "{notes:?}");
    }
}

#[test]
fn arguments_and_a_fixture_go_together() {
    let folder = Folder::new();
    let _ = once(&folder, "with_args").expect_code(0);
    let result = result(&folder);
    for id in ["prepared[rows=10]", "prepared[rows=100]", "whole_body[rows=10]", "whole_body[rows=100]"] {
        assert_eq!(of_id(&result, id)["outcome"], "passed", "{id}");
    }
}

#[test]
fn listing_and_other_groups_make_nothing() {
    let folder = Folder::new();
    let _ = suite(&folder, "chain").args(&["--list"]).run().expect_code(0);
    let _ = once(&folder, "clinging").expect_code(101);
    assert!(noted(&folder).is_empty());
}

#[test]
fn what_is_unavailable_skips_those_that_need_it_with_the_way_to_it() {
    let folder = Folder::new();
    let _ = once(&folder, "absent").expect_code(0);
    let result = result(&folder);
    for (id, reason) in [
        ("insert", "insert ← database ← engine: no container engine answers"),
        ("select", "select ← credentials: set E2E_NO_SUCH_VARIABLE: environment variable not found"),
        ("update", "the table is not there"),
    ] {
        let row = of_id(&result, &format!("absent::{id}"));
        assert_eq!((&row["outcome"], &row["reason"]), (&"skipped".into(), &reason.into()), "{id}");
    }
    assert_eq!(of_id(&result, "absent::present")["outcome"], "passed");
}

#[test]
fn with_fixtures_required_a_skip_for_want_of_one_is_a_failure() {
    for (name, value) in [("--require-fixtures", None), ("", Some("1"))] {
        let folder = Folder::new();
        let suite = suite(&folder, "absent").args(&["--test", "--output", "json=out.json"]);
        let suite = match value {
            None => suite.args(&[name]),
            Some(value) => suite.env("ADAPTER_BENCH_REQUIRE_FIXTURES", value),
        };
        let _ = suite.run().expect_code(101);
        let result = result(&folder);
        let row = of_id(&result, "absent::insert");
        let message = row["failure"]["message"].as_str().expect("a failure");
        assert!(message.contains("insert ← database ← engine: no container engine answers"), "{message}");
        assert!(message.contains("--require-fixtures"), "{message}");
        assert_eq!(of_id(&result, "absent::present")["outcome"], "passed");
    }
}

#[test]
fn what_goes_wrong_with_a_fixture_fails_those_that_need_it_and_names_it() {
    let folder = Folder::new();
    let _ = once(&folder, "failing").expect_code(101);
    let result = result(&folder);
    let failure = |id: &str| {
        let failure = &of_id(&result, &format!("failing::{id}"))["failure"];
        [&failure["kind"], &failure["message"]].map(|text| text.as_str().expect("a failure").to_owned())
    };
    assert_eq!(failure("error"), ["error", "error ← broken: invalid digit found in string"]);
    let [kind, message] = failure("panic");
    assert_eq!(kind, "panic");
    assert!(message.starts_with("panic ← on_top ← panicking: no table called orders (at "), "{message}");
    let [kind, message] = failure("hang");
    assert_eq!(kind, "timeout");
    let expected =
        "while the fixture `endless` was made: it took longer than its time-out of 300ms and was killed";
    assert!(message.starts_with(expected), "{message}");
    assert_eq!(of_id(&result, "failing::healthy")["outcome"], "passed");
}

#[test]
fn a_teardown_that_fails_and_a_handle_that_is_kept_are_told() {
    for (group, id, expected) in [
        ("teardown", "fails", "the fixture `stubborn` could not be torn down: invalid digit found in string"),
        ("clinging", "held", "the fixture `clung_to` is still held when its benchmarks are done"),
    ] {
        let folder = Folder::new();
        let _ = once(&folder, group).expect_code(101);
        let result = result(&folder);
        let failure = &of_id(&result, &format!("{group}::{id}"))["failure"];
        assert!(failure["message"].as_str().is_some_and(|text| text.starts_with(expected)), "{failure}");
    }
}

#[test]
fn fixtures_are_torn_down_after_a_benchmark_that_panics() {
    let folder = Folder::new();
    let _ = once(&folder, "panicking").expect_code(101);
    assert_eq!(noted(&folder).concat()[2..], ["session closed unused", "server dropped"]);
}

#[test]
fn what_is_done_around_rounds_is_done_in_every_pass() {
    for (benchmark, measures) in [
        ("rounds::plain", "time,memory"),
        ("rounds::awaited", "time,async"),
        ("rounds::awaited_around_a_plain_one", "time,memory"),
    ] {
        let folder = Folder::new();
        let _ = suite(&folder, "rounds")
            .args(&["--exact", &format!("e2e::fixtures::{benchmark}"), "--quick", "--measure", measures])
            .run()
            .expect_code(0);
        let notes = noted(&folder);
        assert!(notes.len() > 2, "two workers for the time, and one more");
        for process in notes {
            let pairs: Vec<&[String]> = process.chunks(2).collect();
            assert!(pairs.len() > 1 && pairs.iter().all(|pair| *pair == ["before", "after"]), "{pairs:?}");
        }
    }
}

#[test]
fn an_error_before_or_after_a_round_is_a_failure() {
    let folder = Folder::new();
    let _ = once(&folder, "rounds").expect_code(101);
    let result = result(&folder);
    let failure = &of_id(&result, "rounds::refused")["failure"]["message"];
    assert_eq!(failure, "`before_round` returned an error: invalid digit found in string");
    assert_eq!(of_id(&result, "rounds::plain")["outcome"], "passed");
}

/// The rows that the dataset of a run had, and how often it was made.
fn rows_and_makings(folder: &Folder, configured: &str, arguments: &[&str], code: i32) -> (String, usize) {
    std::fs::remove_file(folder.join("notes")).unwrap_or_default();
    let suite = suite(folder, "datasets").configured(configured).args(&[
        "datasets::sum",
        "--output",
        "json=out.json",
    ]);
    let data = folder.join("data");
    let _ = suite.env("ADAPTER_BENCH_DATA_DIR", data).args(arguments).run().expect_code(code);
    let notes = noted(folder).concat();
    let rows = notes.iter().find_map(|note| note.split_once(" rows, ")).expect("it was read").0.to_owned();
    (rows, notes.iter().filter(|note| *note == "orders made").count())
}

#[test]
fn a_dataset_has_the_chosen_size_and_is_made_once_for_all_processes_and_runs() {
    let folder = Folder::new();
    let measured = ["--quick", "--measure", "time"];
    assert_eq!(rows_and_makings(&folder, "", &measured, 0), ("1000".to_owned(), 1));
    assert_eq!(rows_and_makings(&folder, "", &["--test"], 0), ("1000".to_owned(), 0));
    assert_eq!(
        rows_and_makings(&folder, "", &["--test", "--dataset-size", "large"], 0),
        ("10000".to_owned(), 1)
    );
    let smaller = "dataset_size = 'small'\n[datasets]\nsmall = 7";
    assert_eq!(rows_and_makings(&folder, smaller, &["--test"], 0), ("7".to_owned(), 1));
    assert_eq!(rows_and_makings(&folder, smaller, &["--test", "--seed", "1"], 0), ("7".to_owned(), 1));
}

/// The only file of a folder that is a dataset.
fn data_file(folder: &Folder) -> std::path::PathBuf {
    let entries = std::fs::read_dir(folder.join("data/orders-v1")).expect("the dataset's folder").flatten();
    let mut files =
        entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "data"));
    files.next().expect("a dataset")
}

#[test]
fn a_dataset_that_was_altered_is_made_anew() {
    let folder = Folder::new();
    let _ = rows_and_makings(&folder, "", &["--test"], 0);
    let whole = std::fs::read(data_file(&folder)).expect("readable");
    for spoilt in [&whole[..whole.len() - 1], b"something else"] {
        std::fs::write(data_file(&folder), spoilt).expect("written");
        assert_eq!(rows_and_makings(&folder, "", &["--test"], 0).1, 1);
        let result = result(&folder);
        let told = e2e::warnings(&result["run"], "store");
        assert!(
            told.iter().any(|text| text.ends_with("was made anew: it was altered or cut short")),
            "{told:?}"
        );
        assert_eq!(std::fs::read(data_file(&folder)).expect("readable"), whole);
    }
}

#[test]
fn data_that_was_not_asked_for_and_a_place_that_cannot_be_written_are_failures() {
    let folder = Folder::new();
    folder.write("file", "in the way");
    let run = |data: &str, benchmark: &str| {
        let suite = suite(&folder, "datasets").args(&["--test", "--output", "json=out.json", benchmark]);
        let _ = suite.args(&["--data-dir", data]).run().expect_code(101);
        let result = result(&folder);
        let failure = &of_id(&result, benchmark)["failure"];
        failure["message"].as_str().expect("a failure").to_owned()
    };
    let message = run("data", "datasets::pinned");
    assert!(message.starts_with("pinned ← others: the dataset `"), "{message}");
    assert!(message.contains("others-v1/1000-rows-seed-0.data` has the hash d0dfaab6"), "{message}");
    assert!(message.contains(" and not 00: "), "{message}");
    let message = run("file", "datasets::sum");
    assert!(message.contains("cannot be") && message.contains("file/orders-v1"), "{message}");
}

fn on_copies(folder: &Folder, benchmark: &str) -> Suite {
    let suite = suite(folder, "copies").env("ADAPTER_BENCH_DATA_DIR", folder.join("data"));
    suite.args(&["--test", benchmark])
}

/// The copies of datasets that are in a folder; no other file but the dataset and its hash is there.
fn copies(folder: &Folder) -> usize {
    let entries = std::fs::read_dir(folder.join("data/orders-v1")).expect("the dataset's folder").flatten();
    let names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    let copies = names.iter().filter(|name| name.starts_with("adapter-bench-copy-")).count();
    assert_eq!(names.len(), 2 + copies, "{names:?}");
    copies
}

fn holding_a_copy(folder: &Folder) -> Running {
    let run = on_copies(folder, "copies::goes_on").start();
    until("copied", || {
        folder.join("notes").exists() && folder.lines("notes").iter().any(|line| line.ends_with(" copied"))
    });
    assert_eq!(copies(folder), 1);
    run
}

#[test]
fn no_copy_of_a_dataset_outlives_any_end_of_a_run() {
    for (benchmark, code) in [("succeeds", 0), ("hangs", 101), ("aborts", 101)] {
        let folder = Folder::new();
        let _ = on_copies(&folder, &format!("copies::{benchmark}")).run().expect_code(code);
        assert_eq!(copies(&folder), 0, "{benchmark}");
    }
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let folder = Folder::new();
        let run = holding_a_copy(&folder);
        run.signal(signal);
        let _ = run.ended().expect_code(code);
        assert_eq!(copies(&folder), 0, "{signal:?}");
    }
}

#[test]
fn the_next_start_removes_the_copies_that_a_killed_run_left_and_no_others() {
    let folder = Folder::new();
    let killed = holding_a_copy(&folder);
    let mut alive = on_copies(&folder, "copies::goes_on").start();
    until("both hold a copy", || copies(&folder) == 2);
    killed.signal(Signal::KILL);
    let _ = killed.ended();
    assert_eq!(copies(&folder), 2, "a runner that is killed cannot tidy up");
    // Its worker ends as soon as it finds that the runner is gone.
    until("the next start", || {
        let _ = on_copies(&folder, "copies::succeeds").run().expect_code(0);
        copies(&folder) == 1
    });
    alive.signal(Signal::INT);
    let _ = alive.end().expect_code(130);
    assert_eq!(copies(&folder), 0);
}
