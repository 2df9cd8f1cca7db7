//! Bench targets do what cargo and nextest expect of them.

use e2e::{Ran, Suite, left_out};

const MANIFEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");

/// `cargo ARGUMENTS`, with results kept in the folder of the test instead of the workspace's.
fn cargo(arguments: &[&str]) -> Suite {
    let suite = Suite::of(env!("CARGO")).args(arguments);
    let store = suite.folder().path().to_owned();
    suite.env("NEXTEST_WORKSPACE_ROOT", store)
}

/// `cargo COMMAND` on the target `mixed`; `rest` goes behind it.
fn mixed(command: &[&str], rest: &[&str]) -> Suite {
    let target = ["--manifest-path", MANIFEST, "--offline", "--package", "e2e", "--bench", "mixed"];
    cargo(&[command, &target, rest].concat())
}

fn closing_line(ran: &Ran) -> &str {
    ran.stdout.lines().find(|line| line.starts_with("test result: ")).unwrap_or_default()
}

/// What follows `cargo test --bench mixed`, the exit code, and how the closing line begins.
const TEST_RUNS: &[(&[&str], i32, &str)] = &[
    (&[], 101, "FAILED. 4 passed; 1 failed; 1 ignored"),
    (&["passes"], 0, "ok. 4 passed; 0 failed; 0 ignored"),
    (&["--", "--skip", "fails"], 0, "ok. 4 passed; 0 failed; 1 ignored"),
    (&["--", "--exact", "e2e::mixed::passes[seed=1]"], 0, "ok. 1 passed; 0 failed; 0 ignored"),
    (&["--", "--exact", "e2e::mixed::fails"], 101, "FAILED. 0 passed; 1 failed; 0 ignored"),
    (&["--", "--ignored"], 0, "ok. 1 passed; 0 failed; 0 ignored"),
    (&["--", "--include-ignored"], 101, "FAILED. 5 passed; 1 failed; 0 ignored"),
    (&["--", "--test-threads", "1", "--show-output", "passes"], 0, "ok. 4 passed"),
];

#[test]
fn cargo_test_runs_each_benchmark_once() {
    for (arguments, code, result) in TEST_RUNS {
        let ran = mixed(&["test", "--quiet"], arguments).run().expect_code(*code);
        let line = closing_line(&ran);
        assert!(line.starts_with(&format!("test result: {result}")), "{arguments:?}: {}", ran.stdout);
    }
}

#[test]
fn cargo_test_accepts_a_filter_that_is_meant_for_another_target() {
    let ran = mixed(&["test", "--quiet"], &["no_such_benchmark"]).run().expect_code(0);
    assert!(ran.stderr.contains("e2e::mixed: no benchmark"), "{}", ran.stderr);
}

/// What follows `cargo bench --bench mixed --`, and the exit code.
const BENCH_RUNS: &[(&[&str], i32)] = &[
    (&["passes"], 0),
    (&["fails"], 101),
    (&["zzz", "--no-match", "fail"], 4),
    (&["--max-rounds", "none"], 2),
];

#[test]
fn cargo_bench_measures_and_passes_exit_codes_on() {
    for (arguments, code) in BENCH_RUNS {
        let rest = [&["--", "--quick", "--output", "json"], *arguments].concat();
        // Not the optimising profile: that would compile everything anew.
        let ran = mixed(&["bench", "--quiet", "--profile", "dev"], &rest).run().expect_code(*code);
        if *code == 0 {
            let result = ran.json();
            assert_eq!(e2e::ids(&result).len(), 4);
            assert!(e2e::benchmark(&result, "passes_too")["ratio"]["value"].is_f64(), "{result}");
        }
    }
}

#[test]
fn cargo_test_runs_a_realistic_suite() {
    let target =
        ["--manifest-path", MANIFEST, "--offline", "--package", "example-encode", "--bench", "encode"];
    let ran = cargo(&[&["test", "--quiet"], &target[..]].concat()).run().expect_code(0);
    let line = closing_line(&ran);
    assert!(line.starts_with("test result: ok. ") && line.contains(" 0 failed"), "{}", ran.stdout);
    assert!(ran.stdout.contains("::encode::json[rows=100] ... ok"), "{}", ran.stdout);
}

/// Whether nextest is installed.
fn has_nextest() -> bool {
    let is_there = cargo(&["nextest", "--version"]).run().code == Some(0);
    if !is_there {
        left_out("cargo-nextest is not installed");
    }
    is_there
}

fn nextest(command: &str, rest: &[&str]) -> Suite {
    mixed(&["nextest", command, "--color", "never"], rest)
}

#[test]
fn nextest_lists_every_benchmark() {
    if !has_nextest() {
        return;
    }
    let ran = nextest("list", &["--run-ignored", "all", "--message-format", "oneline"]).run().expect_code(0);
    let mut names: Vec<&str> = ran.stdout.lines().filter_map(|line| line.split(' ').nth(1)).collect();
    names.sort_unstable();
    let expected = [
        "e2e::mixed::fails",
        "e2e::mixed::needs_more",
        "e2e::mixed::passes[seed=1]",
        "e2e::mixed::passes[seed=2]",
        "e2e::mixed::passes_too[seed=1]",
        "e2e::mixed::passes_too[seed=2]",
    ];
    assert_eq!(names, expected, "{}", ran.stdout);
}

/// What follows `nextest run`, the exit code (100 is nextest's own for failed tests), and what the summary says.
const NEXTEST_RUNS: &[(&[&str], i32, &str)] = &[
    (&["--no-fail-fast"], 100, "5 tests run: 4 passed, 1 failed, 1 skipped"),
    (&["passes"], 0, "4 tests run: 4 passed, 2 skipped"),
    (&["--run-ignored", "only"], 0, "1 test run: 1 passed, 5 skipped"),
    (&["-E", "test(=e2e::mixed::passes[seed=2])"], 0, "1 test run: 1 passed, 5 skipped"),
];

#[test]
fn nextest_runs_every_benchmark_in_a_process_of_its_own() {
    if !has_nextest() {
        return;
    }
    for (arguments, code, summary) in NEXTEST_RUNS {
        let ran = nextest("run", arguments).run().expect_code(*code);
        assert!(ran.stderr.contains(summary), "{arguments:?}: {}", ran.stderr);
    }
}
