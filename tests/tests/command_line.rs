//! What a user types, writes in `bench.toml` or sets in the environment is followed, or refused with the way out.

use std::process::Stdio;

use e2e::{Folder, Ran, Suite, left_out, missing_fixture, of_id, on_a_terminal, read_json};
use serde_json::{Value, json};

const TUNABLE: &str = env!("CARGO_BIN_EXE_tunable");
const SHAPES: &str = env!("CARGO_BIN_EXE_shapes");
const ENDINGS: &str = env!("CARGO_BIN_EXE_endings");

/// Measures as little as possible.
const LEAST: [&str; 4] = ["--processes", "1", "--max-rounds", "1"];

/// A suite whose benchmarks leave a line in the file `log` of its folder whenever they are set up or called.
fn logging(folder: &Folder, arguments: &[&str]) -> Suite {
    let log = format!("log={}", folder.join("log").display());
    Suite::of(TUNABLE).within(folder).args(&["--param", &log]).args(arguments)
}

/// Command lines that make no sense, and what is said of them.
const MISTAKES: &[(&[&str], &str)] = &[
    (&["--gruop", "x"], "unknown flag `--gruop` (did you mean `--group`?)"),
    (&["--frobnicate"], "unknown flag `--frobnicate`. `--help`"),
    (&["-x"], "unknown flag `-x`"),
    (
        &["--max-time", "soon"],
        "`--max-time` needs a duration over zero, such as `--max-time 30s`, and not `soon`",
    ),
    (&["--timeout", "0s"], "`--timeout` needs a duration over zero"),
    (&["--max-rounds", "0"], "`--max-rounds` needs a whole number from 1"),
    (&["--min-rounds", "-3"], "`--min-rounds` needs a whole number from 1"),
    (&["--max-rounds"], "`--max-rounds` needs a whole number from 1"),
    (&["--memory-limit", "lots"], "`--memory-limit` needs a number of bytes"),
    (&["--shard", "4/3"], "`--shard` needs a part and the number of parts"),
    (&["--param", "driver"], "`--param` needs a name and a value"),
    (&["--output", "xml"], "`--output` needs"),
    (&["--output", "json", "--output", "csv"], "two outputs go to stdout"),
    (&["--output", "json=a", "--output", "csv=a"], "two outputs go to `a`"),
    (&["--quick", "--rigorous"], "`--quick` and `--rigorous` exclude each other"),
    (&["--quick=perhaps"], "`--quick` needs `true` or `false`"),
    (&["--min-rounds", "9", "--max-rounds", "8"], "`min_rounds` is 9 and `max_rounds` is 8"),
    (&["--min-time", "9s", "--max-time", "8s"], "`min_time` is 9s and `max_time` is 8s"),
];

#[test]
fn a_mistake_on_the_command_line_is_told_and_nothing_runs() {
    for (arguments, told) in MISTAKES {
        let folder = Folder::new();
        let ran = logging(&folder, arguments).run().expect_code(2);
        let first = ran.stderr.lines().next().unwrap_or_default();
        assert!(first.starts_with("error: ") && first.contains(told), "{arguments:?}: {}", ran.stderr);
        assert_eq!((ran.stdout.as_str(), folder.lines("log").len()), ("", 0), "{arguments:?}");
    }
}

/// Outputs that cannot be written, in a folder that has a file called `file` and a folder called `folder`.
const UNWRITABLE: [&str; 4] = ["json=folder", "json=file/out.json", "csv=/proc/no/such/out.csv", "json=.."];

#[test]
fn an_output_that_cannot_be_written_is_refused_before_anything_runs() {
    for output in UNWRITABLE {
        let folder = Folder::new();
        folder.write("file", "mine");
        std::fs::create_dir(folder.join("folder")).expect("created");
        let ran = logging(&folder, &["told", "--output", output]).run().expect_code(2);
        assert!(ran.stderr.starts_with("error: the output file `"), "{output}: {}", ran.stderr);
        assert_eq!(folder.lines("log").len(), 0, "{output}");
        assert_eq!(folder.read("file"), "mine");
    }
}

#[test]
fn folders_of_outputs_are_made_and_every_output_is_written() {
    let suite = Suite::of(TUNABLE).args(&LEAST).args(&["plain", "--output", "json=a/b/out.json"]);
    let suite = suite.args(&["--output", "csv=a/c/out.csv", "--output", "console=table.txt"]);
    let folder = suite.folder().clone();
    let ran = suite.run().expect_code(0);
    assert_eq!(of_id(&read_json(&folder.join("a/b/out.json")), "::plain")["outcome"], "measured");
    let table = folder.read("a/c/out.csv");
    assert!(table.lines().count() >= 2 && table.contains("e2e::tunable::plain"), "{table}");
    assert!(folder.read("table.txt").contains("plain"));
    assert!(ran.stdout.contains("plain"), "with files only, the table stays on stdout: {}", ran.stdout);
}

/// Stands in for a full disk: a file may not grow beyond 1024 bytes, which needs no rights.
const SMALL_FILES: &str = r#"trap '' XFSZ; ulimit -f 2; exec "$@""#;

/// A full disk: a file system of 8 pages, all of them taken by a file. It is gone with the shell.
const FULL_DISK: &str = r#"mkdir disk && mount -t tmpfs -o size=32k tmpfs disk && cd disk && echo old > out.json
head -c 100000 /dev/zero > filler 2> /dev/null
"$@" > /dev/null; code=$?
echo; ls -A; cat out.json; exit "$code""#;

fn in_shell(shell: &[&str], script: &str, suite: &[&str]) -> Suite {
    let (program, options) = shell.split_first().expect("a shell");
    Suite::of(program).args(options).args(&["-c", script, "sh", TUNABLE]).args(suite)
}

#[test]
fn an_output_that_turns_out_too_large_leaves_the_old_one() {
    let arguments = ["plain", "-q", "--max-rounds", "1", "--output", "json=out.json"];
    let suite = in_shell(&["sh"], SMALL_FILES, &arguments);
    let folder = suite.folder().clone();
    folder.write("out.json", "old");
    let ran = suite.run().expect_code(2);
    assert!(ran.stderr.contains("the output file `out.json` cannot be written"), "{}", ran.stderr);
    assert_eq!(folder.read("out.json"), "old");
    assert!(ran.stdout.contains("plain"), "what was measured is shown all the same: {}", ran.stdout);
}

#[test]
fn one_output_that_cannot_be_written_does_not_cost_the_others() {
    let arguments = ["plain", "-q", "--output", "json=/dev/full", "--output", "csv=out.csv"];
    let suite = Suite::of(TUNABLE).args(&LEAST).args(&arguments);
    let folder = suite.folder().clone();
    let ran = suite.run().expect_code(2);
    assert!(ran.stderr.contains("`/dev/full` cannot be written: No space left"), "{}", ran.stderr);
    assert!(folder.read("out.csv").contains("plain"), "{}", ran.stderr);
}

/// Whether this process has the right to mount (CAP_SYS_ADMIN), so that it is a fault if it cannot.
fn may_mount() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let effective = status.lines().find_map(|line| line.strip_prefix("CapEff:"));
    let rights = effective.and_then(|text| u64::from_str_radix(text.trim(), 16).ok()).unwrap_or_default();
    rights & (1 << 21) != 0
}

#[test]
fn a_full_disk_leaves_the_old_output() {
    let unshared = ["unshare", "--user", "--map-root-user", "--mount", "sh"];
    if in_shell(&unshared, "mount -t tmpfs tmpfs .", &[]).run().code != Some(0) {
        let tell = if may_mount() { missing_fixture } else { left_out };
        return tell("no file system can be mounted here");
    }
    let arguments = ["plain", "-q", "--max-rounds", "1", "--output", "json=out.json"];
    let ran = in_shell(&unshared, FULL_DISK, &arguments).run().expect_code(2);
    assert!(ran.stderr.contains("No space left on device"), "{}", ran.stderr);
    assert_eq!(ran.stdout.trim(), "filler\nout.json\nold");
}

#[test]
fn a_filter_that_matches_nothing_is_an_error_only_if_asked() {
    for (arguments, code) in [
        (&["zzz"][..], 0),
        (&["zzz", "--no-match", "warn"], 0),
        (&["zzz", "--no-match", "fail"], 4),
        (&["zzz", "--no-match", "fail", "--test"], 4),
        (&["zzz", "--test"], 0),
        (&["--group", "zzz", "--no-match=fail"], 4),
    ] {
        let ran = Ran::of(TUNABLE, arguments).expect_code(code);
        assert!(ran.stderr.starts_with("e2e::tunable: no benchmark "), "{arguments:?}: {}", ran.stderr);
    }
    let near = Ran::of(TUNABLE, &["--group", "rank"]).expect_code(0);
    assert!(near.stderr.contains("did you mean `ranks`?"), "{}", near.stderr);
}

/// Wrong `bench.toml`s, and what is said of them.
const WRONG_FILES: &[(&str, &str)] = &[
    (
        "max_rounds = 3\nmax_tmie = '1s'\n",
        ":2:1: unknown key `max_tmie`; did you mean `max_time`?\n  |\n2 | max_tmie = '1s'\n  | ^^^^^^^^",
    ),
    ("max_rounds = = 3\n", ":1:14: not valid TOML"),
    ("max_rounds = = 3\n", "1 | max_rounds = = 3\n  |              ^"),
    ("max_rounds = 'many'\n", ":1:"),
    ("max_rounds = 0\n", "`max_rounds` needs a whole number from 1"),
    ("[group.ranks]\nmax_time = 'soon'\n", "`max_time` needs a duration over zero"),
    ("[datasets]\ntiny = 3\n", "unknown key `tiny`; valid are small, medium, large"),
];

#[test]
fn a_mistake_in_the_file_is_shown_where_it_stands() {
    for (text, told) in WRONG_FILES {
        let suite = Suite::of(TUNABLE).configured(text);
        let path = suite.folder().join("bench.toml");
        let ran = suite.run().expect_code(2);
        let begins = ran.stderr.starts_with(&format!("error: {}:", path.display()));
        assert!(begins && ran.stderr.contains(told), "{text}: {}", ran.stderr);
    }
}

/// The settings of a benchmark as a test run, which measures nothing, reports them.
fn settings(suite: Suite) -> Value {
    suite.args(&["--test", "--output", "json"]).run().expect_code(0).json()
}

/// Where `max_rounds` is set besides the source, and what then holds for `plain`, `in_group`, `by_module` and
/// `by_attribute`.
struct Rank {
    file: &'static str,
    environment: Option<&'static str>,
    flag: Option<&'static str>,
    expected: [u64; 4],
}

const FILE: &str = "max_rounds = 10\n[group.ranks]\nmax_rounds = 20";

/// `bench.toml` < its group < `#[bench_group]` < attribute < environment < command line.
const RANKS: &[Rank] = &[
    Rank { file: "max_rounds = 10", environment: None, flag: None, expected: [10, 10, 30, 40] },
    Rank { file: FILE, environment: None, flag: None, expected: [10, 20, 30, 40] },
    Rank { file: FILE, environment: Some("50"), flag: None, expected: [50; 4] },
    Rank { file: FILE, environment: Some("50"), flag: Some("60"), expected: [60; 4] },
    Rank { file: "", environment: None, flag: Some("60"), expected: [60; 4] },
];

#[test]
fn the_closer_to_the_user_a_setting_is_the_stronger_it_is() {
    for Rank { file, environment, flag, expected } in RANKS {
        let mut suite = Suite::of(TUNABLE).configured(file);
        if let Some(value) = environment {
            suite = suite.env("ADAPTER_BENCH_MAX_ROUNDS", value);
        }
        let flags: Vec<&str> = flag.iter().flat_map(|value| ["--max-rounds", value]).collect();
        let result = settings(suite.args(&flags));
        let names = ["::plain", "::in_group", "::by_module", "::by_attribute"];
        let found = names.map(|name| of_id(&result, name)["settings"]["max_rounds"].as_u64());
        assert_eq!(found, expected.map(Some), "{file:?}, {environment:?}, {flag:?}");
    }
}

#[test]
fn the_rounds_that_are_asked_for_are_measured() {
    let arguments =
        ["plain", "--processes", "2", "--min-rounds", "6", "--max-rounds", "6", "--output", "json"];
    let result = Ran::of(TUNABLE, &arguments).expect_code(0).json();
    let time = &of_id(&result, "::plain")["time"];
    assert_eq!((&time["rounds"], time["runs"].as_array().map(Vec::len)), (&json!(6), Some(2)));
}

/// Environment variables and where their effect is seen in a result.
const TWINS: &[(&str, &str, &str, &str)] = &[
    ("ADAPTER_BENCH_SEED", "7", "/run/seed", "7"),
    ("BENCH_SEED", "8", "/run/seed", "8"),
    ("ADAPTER_BENCH_QUICK", "1", "/run/depth", "\"quick\""),
    ("ADAPTER_BENCH_RIGOROUS", "true", "/run/depth", "\"rigorous\""),
    ("ADAPTER_BENCH_PARAM", "a=1\nb=2,3", "/run/params", "{\"a\":\"1\",\"b\":\"2,3\"}"),
    ("ADAPTER_BENCH_TIMEOUT", "1m30s", "/benchmarks/0/settings/timeout_ns", "90000000000"),
    ("ADAPTER_BENCH_TAG", "told", "/benchmarks/0/name", "\"told\""),
    ("ADAPTER_BENCH_GROUP", "order", "/benchmarks/2/name", "\"third\""),
    ("ADAPTER_BENCH_ITERATIONS", "", "/run/seed", "0"),
];

#[test]
fn every_flag_has_a_twin_in_the_environment() {
    for (name, value, pointer, expected) in TWINS {
        let result = settings(Suite::of(TUNABLE).env(name, value));
        let found = result.pointer(pointer).map(ToString::to_string);
        assert_eq!(found.as_deref(), Some(*expected), "{name}={value}");
    }
    let result = settings(Suite::of(TUNABLE).env("ADAPTER_BENCH_SEED", "1").env("BENCH_SEED", "2"));
    assert_eq!(result["run"]["seed"], 1, "the variable of its own goes before the one that others use too");
    let wrong = Suite::of(TUNABLE).env("ADAPTER_BENCH_MAX_TIME", "soon").run().expect_code(2);
    let told = "`ADAPTER_BENCH_MAX_TIME` needs a duration over zero, such as `ADAPTER_BENCH_MAX_TIME=30s`";
    assert!(wrong.stderr.contains(told), "{}", wrong.stderr);
}

#[test]
fn outputs_may_be_asked_for_in_the_environment_and_in_the_file() {
    let suite = Suite::of(TUNABLE).args(&["plain", "--test"]).configured("output = 'json=file.json'");
    let folder = suite.folder().clone();
    let _ = suite.run().expect_code(0);
    assert!(folder.join("file.json").exists());
    let stronger = Suite::of(TUNABLE).within(&folder).args(&["plain", "--test"]);
    let _ = stronger.env("ADAPTER_BENCH_OUTPUT", "csv=env.csv").run().expect_code(0);
    assert!(folder.join("env.csv").exists());
}

#[test]
fn parameters_sizes_and_the_seed_reach_benchmarks_in_their_workers() {
    let folder = Folder::new();
    let suite =
        logging(&folder, &["told", "sized", "--param", "driver=native", "--seed", "5", "--output", "json"]);
    let suite = suite.env("ADAPTER_BENCH_MEASURE", "time");
    let run = suite.configured("[datasets]\nsmall = 2\nlarge = 9").args(&LEAST).start();
    let result = run.ended().expect_code(0).json();
    for rows in [2, 1000, 9] {
        assert_eq!(of_id(&result, &format!("::sized[rows={rows}]"))["outcome"], "measured");
    }
    let log = folder.lines("log");
    assert_eq!(log.len(), 1, "{log:?}");
    assert!(log[0].starts_with("(Some(\"native\"), [2, 1000, 9], 5) "), "{log:?}");
}

#[test]
fn parameters_may_stand_in_the_file_and_the_command_line_adds_to_them_or_replaces_them() {
    let result =
        settings(Suite::of(TUNABLE).args(&["plain"]).configured("[param]\ndriver = 'native'\nrows = '3'"));
    assert_eq!(result["run"]["params"], json!({"driver": "native", "rows": "3"}));
}

fn listed(program: &str, arguments: &[&str]) -> Vec<String> {
    let ran = Ran::of(program, &[&["--list", "--format", "terse"], arguments].concat()).expect_code(0);
    let name = |line: &str| line.strip_suffix(": benchmark").expect("what nextest reads").to_owned();
    ran.stdout.lines().map(name).collect()
}

#[test]
fn all_forms_of_the_list_have_all_benchmarks() {
    for program in [TUNABLE, SHAPES] {
        let names = listed(program, &[]);
        let lines = Ran::of(program, &["--list", "--format", "json"]).expect_code(0).stdout;
        let objects = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("an object"));
        let ids: Vec<_> = objects.map(|object| object["id"].as_str().expect("an id").to_owned()).collect();
        assert_eq!(ids, names);
        let pretty = Ran::of(program, &["--list"]).expect_code(0).stdout;
        let missing: Vec<_> = names.iter().filter(|name| !pretty.contains(name.as_str())).collect();
        assert_eq!(missing, [""; 0]);
        assert!(pretty.contains(&format!("\n{} benchmarks", names.len())), "{pretty}");
    }
}

#[test]
fn every_listed_name_selects_itself_and_nothing_else() {
    for program in [TUNABLE, SHAPES] {
        for name in listed(program, &[]) {
            assert_eq!(listed(program, &["--exact", &name]), [name]);
        }
    }
}

#[test]
fn ignored_ones_are_listed_apart() {
    assert_eq!(listed(TUNABLE, &["--ignored"]), ["e2e::tunable::ignored"]);
    assert!(listed(TUNABLE, &[]).contains(&"e2e::tunable::ignored".to_owned()));
    let once = Ran::of(TUNABLE, &["--ignored", "--test", "--output", "json"]).expect_code(0).json();
    assert_eq!(e2e::ids(&once), ["e2e::tunable::ignored"]);
    assert_eq!(of_id(&once, "::ignored")["outcome"], "passed");
}

#[test]
fn parts_of_a_suite_are_all_of_it_and_do_not_meet() {
    for program in [TUNABLE, SHAPES] {
        let mut parts: Vec<String> =
            ["1/3", "2/3", "3/3"].iter().flat_map(|part| listed(program, &["--shard", part])).collect();
        let mut all = listed(program, &[]);
        parts.sort();
        all.sort();
        assert_eq!(parts, all);
    }
}

/// In which order the arms of a group were called.
fn order(seed: &str) -> Vec<String> {
    let folder = Folder::new();
    let suite =
        logging(&folder, &["--group", "order", "--seed", seed, "--processes", "2", "--max-rounds", "10"]);
    let _ = suite.run().expect_code(0);
    let mut order = folder.lines("log");
    order.dedup();
    order
}

#[test]
fn the_seed_decides_the_order_of_turns() {
    let first = order("1");
    assert!(first.len() > 20, "{first:?}");
    assert_eq!(order("1"), first);
    assert_ne!(order("2"), first);
}

/// Runs a suite whose reader has seen enough before there is anything to see.
fn unread(arguments: &[&str], closes_stderr: bool) -> Option<i32> {
    let (mut command, _folder) = Suite::of(TUNABLE).args(arguments).into_command();
    let stderr = if closes_stderr { Stdio::piped() } else { Stdio::null() };
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(stderr).spawn().expect("it starts");
    drop((child.stdout.take(), child.stderr.take()));
    child.wait().expect("a child").code()
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    for (arguments, code) in [
        (&["--list"][..], 0),
        (&["--help"], 0),
        (&["--test"], 0),
        (&["plain", "--max-rounds", "1"], 0),
        (&["plain", "--max-rounds", "1", "--output", "json"], 0),
        (&["zzz"], 0),
        (&["--no-such-flag"], 2),
    ] {
        assert_eq!(unread(arguments, false), Some(code), "{arguments:?}");
        assert_eq!(unread(arguments, true), Some(code), "{arguments:?}, stderr too");
    }
}

const ESCAPE: char = '\x1b';

#[test]
fn only_a_terminal_is_given_colours_unless_they_are_asked_for_or_unwanted() {
    let suite = || Suite::of(ENDINGS).args(&["returns_an_error", "--max-rounds", "1"]).env("TERM", "xterm");
    let piped = |suite: Suite| suite.run().stdout;
    assert!(!piped(suite()).contains(ESCAPE));
    assert!(piped(suite().args(&["--color", "always"])).contains(ESCAPE));
    assert!(on_a_terminal(suite()).contains(ESCAPE));
    assert!(!on_a_terminal(suite().env("NO_COLOR", "1")).contains(ESCAPE));
    assert!(!on_a_terminal(suite().env("TERM", "dumb")).contains(ESCAPE));
    assert!(!on_a_terminal(suite().args(&["--color", "never"])).contains(ESCAPE));
    assert!(on_a_terminal(suite().env("NO_COLOR", "1").args(&["--color=always"])).contains(ESCAPE));
}

#[test]
fn closed_streams_are_no_failure() {
    let arguments = ["plain", "--max-rounds", "1", "--output", "json=out.json"];
    let suite = in_shell(&["sh"], r#"exec "$@" <&- >&- 2>&-"#, &arguments);
    let folder = suite.folder().clone();
    let _ = suite.run().expect_code(0);
    assert_eq!(of_id(&read_json(&folder.join("out.json")), "::plain")["outcome"], "measured");
}

/// Suites that cannot be run at all: how each ends, whatever it is asked for, and what is said.
const UNRUNNABLE: &[(&str, i32, &[&str])] = &[
    (
        env!("CARGO_BIN_EXE_broken_args"),
        2,
        &["`args` of `e2e::broken_args::counts`", "broken_args.rs:6:", "the file of row counts is missing"],
    ),
    (
        env!("CARGO_BIN_EXE_cycle"),
        2,
        &["the fixtures of `e2e::cycle::lays`", "`hen` needs `egg`", "cycle.rs:8:", "cycle.rs:13:"],
    ),
    (env!("CARGO_BIN_EXE_empty"), 4, &["no benchmark is registered", "`use my_crate as _;`"]),
    (
        env!("CARGO_BIN_EXE_two_references"),
        2,
        &["group `rivals` has two references", "two_references.rs:6:", "two_references.rs:9:"],
    ),
    (
        env!("CARGO_BIN_EXE_twins"),
        2,
        &["two benchmarks are called `e2e::twins::twin`", "twins.rs:7:", "twins.rs:12:"],
    ),
];

#[test]
fn a_suite_that_cannot_be_run_says_why() {
    for (program, code, told) in UNRUNNABLE {
        for arguments in [&[][..], &["--list"], &["--test"]] {
            let ran = Ran::of(program, arguments).expect_code(*code);
            let all = told.iter().all(|part| ran.stderr.contains(part));
            assert!(all && ran.stdout.is_empty(), "{program} {arguments:?}: {}", ran.stderr);
        }
    }
}

#[test]
fn cargo_runs_each_benchmark_once_unless_it_benches() {
    let by_cargo = |arguments: &[&str]| {
        let suite = Suite::of(TUNABLE).env("CARGO", "cargo").args(&LEAST).args(&["plain"]).args(arguments);
        suite.run().expect_code(0).stdout
    };
    assert!(by_cargo(&[]).contains("test result: ok. 1 passed"));
    assert!(!by_cargo(&["--bench"]).contains("test result"));
    assert!(by_cargo(&["--bench", "--test"]).contains("test result: ok. 1 passed"));
}

#[test]
fn a_package_in_a_workspace_shares_its_file_and_its_store() {
    let suite = Suite::of(TUNABLE);
    let workspace = suite.folder().clone();
    workspace.write("Cargo.toml", "[workspace]\nmembers = ['inner']\n");
    workspace.write("bench.toml", "max_rounds = 10\n");
    std::fs::create_dir(workspace.join("inner")).expect("created");
    let (mut command, _) = suite.args(&["plain", "-q", "--output", "json=out.json"]).into_command();
    let status = command.env("CARGO_MANIFEST_DIR", workspace.join("inner")).stdout(Stdio::null()).status();
    assert!(status.expect("it starts").success());
    assert_eq!(of_id(&read_json(&workspace.join("out.json")), "::plain")["settings"]["max_rounds"], 10);
    assert!(workspace.join(".adapter-bench/last/e2e-tunable.json").exists());
}

#[test]
fn the_last_results_are_kept_where_the_file_says() {
    let suite = Suite::of(TUNABLE).configured("[store]\ndir = 'kept'").args(&LEAST).args(&["plain"]);
    let folder = suite.folder().clone();
    let _ = suite.run().expect_code(0);
    let last = read_json(&folder.join("kept/last/e2e-tunable.json"));
    assert_eq!(e2e::ids(&last), ["e2e::tunable::plain"]);
    assert!(!folder.join(".adapter-bench").exists());
    let other = Suite::of(TUNABLE).within(&folder).args(&LEAST).args(&["in_group"]);
    let _ = other.run().expect_code(0);
    let mut both = read_json(&folder.join("kept/last/e2e-tunable.json"));
    both["benchmarks"].as_array_mut().expect("a list").sort_by_key(|b| b["id"].to_string());
    assert_eq!(e2e::ids(&both), ["e2e::tunable::in_group", "e2e::tunable::plain"]);
}

#[test]
fn a_run_whose_results_cannot_be_kept_is_a_run_all_the_same() {
    let suite = Suite::of(TUNABLE).args(&LEAST).args(&["plain", "--output", "json"]);
    suite.folder().write(".adapter-bench", "a file where a folder belongs");
    let result = suite.run().expect_code(0).json();
    assert_eq!(of_id(&result, "::plain")["outcome"], "measured");
    assert_eq!(
        e2e::warnings(&result["run"], "store").len(),
        2,
        "journal and last results: {}",
        result["run"]
    );
}

#[test]
fn runs_that_share_a_store_do_not_disturb_each_other() {
    let folder = Folder::new();
    let runs: Vec<_> = ["plain", "in_group", "sized", "first"]
        .map(|filter| Suite::of(TUNABLE).within(&folder).args(&[filter, "--processes", "5"]).start())
        .into();
    for run in runs {
        let _ = run.ended().expect_code(0);
    }
    let last = read_json(&folder.join(".adapter-bench/last/e2e-tunable.json"));
    assert!(!e2e::ids(&last).is_empty());
}
