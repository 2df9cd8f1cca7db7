//! Results are recorded, and later ones are held against them.

use std::fs;
use std::path::PathBuf;

use e2e::{Folder, Ran, Suite, read_json, warnings};
use serde_json::Value;

const PACED: &str = env!("CARGO_BIN_EXE_paced");
const TUNABLE: &str = env!("CARGO_BIN_EXE_tunable");

/// A folder in which runs follow each other.
#[derive(Default)]
struct Work(Folder);

impl Work {
    fn run(&self, arguments: &[&str]) -> Ran {
        self.suite(arguments).run()
    }

    fn suite(&self, arguments: &[&str]) -> Suite {
        Suite::of(PACED).within(&self.0).args(arguments)
    }

    /// With a baseline of the whole suite, or of what `arguments` select of it.
    fn recorded(arguments: &[&str]) -> Self {
        let work = Self::default();
        let _ = work.record(arguments).expect_code(0);
        work
    }

    /// Records what this debug build measures.
    fn record(&self, arguments: &[&str]) -> Ran {
        self.run(&[&["--quick", "--save-baseline", "--force"], arguments].concat())
    }

    /// Compares, and tells what came of it as a result file.
    fn compare(&self, arguments: &[&str]) -> Ran {
        self.run(&[&["--quick", "--baseline", "--output", "json"], arguments].concat())
    }

    fn baseline(&self) -> PathBuf {
        let path = self.0.join("baselines");
        let mut files = fs::read_dir(&path).into_iter().flatten().flatten().map(|file| file.path());
        files.find(|path| path.extension().is_some_and(|e| e == "json")).unwrap_or(path.join("none.json"))
    }

    fn entries(&self) -> Vec<String> {
        let file = read_json(&self.baseline());
        let entries = file["benchmarks"].as_array().expect("a list of benchmarks");
        entries.iter().filter_map(|entry| entry["name"].as_str().map(str::to_owned)).collect()
    }
}

/// The benchmarks with this word for the change since the baseline.
fn with_verdict(ran: &Ran, word: &str) -> Vec<String> {
    let result = ran.json();
    let has =
        |b: &&Value| b["verdicts"].as_array().is_some_and(|all| all.iter().any(|v| v["verdict"] == word));
    let found = result["benchmarks"].as_array().expect("benchmarks").iter().filter(has);
    found.filter_map(|b| b["id"].as_str()?.strip_prefix("e2e::paced::").map(str::to_owned)).collect()
}

const ALL: [&str; 6] =
    ["alone", "arm[case=a]", "arm[case=b]", "fragile", "reference[case=a]", "reference[case=b]"];

#[test]
fn what_is_as_it_was_when_it_was_recorded_is_good_and_comparing_writes_nothing() {
    let work = Work::recorded(&[]);
    let before = fs::read(work.baseline()).expect("recorded");
    let ran = work.compare(&[]).expect_code(0);
    assert_eq!(with_verdict(&ran, "regressed"), [""; 0], "{}", ran.stdout);
    assert_eq!(ran.json()["compared_with"]["origin"], format!("baselines/{}", file_name(&work.baseline())));
    assert_eq!(fs::read(work.baseline()).expect("still there"), before);
}

fn file_name(path: &std::path::Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

#[test]
fn six_runs_are_recorded_however_few_are_asked_for() {
    let work = Work::recorded(&["--processes", "1", "--max-rounds", "1", "--output", "json=out.json"]);
    let file = read_json(&work.baseline());
    for entry in file["benchmarks"].as_array().expect("benchmarks") {
        assert_eq!(entry["runs"].as_array().map(Vec::len), Some(6), "{entry}");
    }
    let result = read_json(&work.0.join("out.json"));
    let told = warnings(&result["run"], "not_acted_on").join("\n");
    assert!(told.starts_with("a baseline takes six runs, so `processes`"), "{told}");
    let looks = &result["benchmarks"][0]["time"]["runs"];
    let second = looks.as_array().expect("runs").iter().filter(|run| run["look"] == "second").count();
    assert_eq!(second, 3, "{looks}");
}

#[test]
fn an_arm_that_takes_twice_as_long_fails_and_is_named() {
    let work = Work::recorded(&[]);
    for slow in ["arm-b", "alone", "reference-a"] {
        let slower = format!("{slow}=2");
        let ran = work.compare(&["--param", &slower]).expect_code(100);
        let named = match slow.split_once('-') {
            Some((name, case)) => format!("{name}[case={case}]"),
            None => slow.to_owned(),
        };
        assert_eq!(with_verdict(&ran, "regressed"), [named], "{}", ran.stdout);
    }
    let ran = work.run(&["--quick", "--baseline", "--param", "arm-b=2"]).expect_code(100);
    assert!(ran.stdout.contains("arm[case=b]") && ran.stdout.contains("regressed"), "{}", ran.stdout);
}

#[test]
fn both_gates_let_pass_what_is_allowed() {
    let work = Work::recorded(&[]);
    for gate in ["confident", "plain"] {
        for (arguments, code) in [
            (["--param", "alone=1.05", "--fail-on", "median:10%"], 0),
            (["--param", "alone=1.5", "--fail-on", "median:10%"], 100),
            (["--param", "alone=1.5", "--fail-on", "median:60%"], 0),
            (["--param", "alone=1.5", "--fail-on", "median:50us"], 100),
            (["--param", "alone=0.5", "--fail-on", "median:10%"], 0),
        ] {
            let _ = work.compare(&[&["alone", "--gate", gate], &arguments[..]].concat()).expect_code(code);
        }
    }
}

#[test]
fn what_is_new_or_gone_is_told_and_fails_under_strict() {
    let work = Work::recorded(&[]);
    let ran = work.compare(&["--param", "cases=a,c"]).expect_code(0);
    assert_eq!(with_verdict(&ran, "new"), ["arm[case=c]", "reference[case=c]"]);
    let gone = ran.json()["vanished"].clone();
    assert_eq!(gone, serde_json::json!(["e2e::paced::arm[case=b]", "e2e::paced::reference[case=b]"]));
    let _ = work.compare(&["--param", "cases=a,c", "--strict"]).expect_code(103);
    let _ = work.compare(&["--param", "cases=a", "--strict"]).expect_code(103);
}

#[test]
fn what_is_not_selected_has_not_vanished() {
    let work = Work::recorded(&["--extended"]);
    assert!(work.entries().contains(&"e2e::paced::rare".to_owned()));
    for selection in [&[][..], &["arm"], &["--tag", "limited"], &["--group", "pace"]] {
        let ran = work.compare(selection).expect_code(0);
        assert_eq!(ran.json()["vanished"], Value::Null, "{selection:?}");
    }
}

#[test]
fn a_recording_keeps_what_it_did_not_select_and_drops_what_is_gone() {
    let work = Work::recorded(&[]);
    let alone = work.entries();
    let _ = work.record(&["arm", "--param", "cases=c"]).expect_code(0);
    let all: Vec<String> = work.entries();
    assert!(alone.iter().all(|name| all.contains(name)) && all.len() == alone.len() + 1, "{all:?}");
    let ran = work.record(&["--extended"]).expect_code(0);
    assert!(ran.stderr.contains("no longer there: e2e::paced::arm[case=c]"), "{}", ran.stderr);
    assert_eq!(work.entries().len(), ALL.len() + 1);
}

#[test]
fn without_a_baseline_everything_is_new_and_the_way_to_one_is_told() {
    let work = Work::default();
    let ran = work.compare(&[]).expect_code(0);
    assert_eq!(with_verdict(&ran, "new").len(), ALL.len());
    let told = warnings(&ran.json()["run"], "store").join("\n");
    assert!(told.ends_with("record one with `cargo bench -- --save-baseline`"), "{told}");
    let _ = work.compare(&["--strict"]).expect_code(103);
    assert!(!work.baseline().exists());
}

#[test]
fn the_canonical_baseline_stands_in_for_the_one_that_is_missing() {
    let work = Work::recorded(&[]);
    let text = fs::read_to_string(work.baseline()).expect("recorded");
    let arch = file_name(&work.baseline()).replace(".json", "");
    fs::remove_file(work.baseline()).expect("removed");
    work.0.write("baselines/aix-power.json", &text.replace(&arch, "aix-power"));
    work.0.write("bench.toml", "[baseline]\narch = 'aix-power'");
    let ran = work.compare(&[]);
    let told = warnings(&ran.json()["run"], "store").join("\n");
    let expected =
        format!("there is no baseline for {arch} (`baselines/{arch}.json`), so the one for aix-power");
    assert!(told.starts_with(&expected), "{told}");
    assert_eq!(ran.json()["compared_with"]["arch"], "aix-power");
}

#[test]
fn a_baseline_may_be_anywhere() {
    let work = Work::default();
    let force = ["--quick", "--force", "alone"];
    let _ = work.run(&[&force[..], &["--save-baseline=some/where.json"]].concat()).expect_code(0);
    let ran =
        work.run(&["--quick", "alone", "--baseline=some/where.json", "--param", "alone=2"]).expect_code(100);
    assert!(ran.stdout.contains("some/where.json"), "{}", ran.stdout);
    work.0.write("bench.toml", "[baseline]\ndir = 'figures'");
    let _ = work.run(&[&force[..], &["--save-baseline"]].concat()).expect_code(0);
    assert_eq!(fs::read_dir(work.0.join("figures")).expect("made").count(), 1);
}

/// Files that are no baselines, and what is said of them.
const BAD: [(&str, &str); 6] = [
    ("", ""),
    ("{\"version\": 1, \"arch\": \"linux-x86_64\", \"benchm", ""),
    (
        "{\"version\": 99, \"arch\": \"x\", \"recorded_at\": \"2024-05-19T12:34:56Z\", \"benchmarks\": []}",
        "version",
    ),
    ("<<<<<<< HEAD\n{\"version\": 1,\n=======\n", "conflict"),
    ("\u{0}\u{1}\u{2}", ""),
    ("[]", ""),
];

#[test]
fn a_file_that_is_no_baseline_is_refused_before_anything_is_measured_and_stays_as_it_is() {
    let work = Work::recorded(&["alone"]);
    let path = work.baseline();
    let name = file_name(&path);
    for (text, told) in BAD {
        fs::write(&path, text).expect("written");
        let by_path = format!("--baseline=baselines/{name}");
        for flags in [&["--baseline"][..], &[by_path.as_str()], &["--save-baseline", "--force"]] {
            let store = work.0.join(".adapter-bench");
            let _ = fs::remove_dir_all(&store);
            let ran = work.run(&[&["--quick"], flags].concat()).expect_code(102);
            assert!(ran.stderr.contains(&name) && ran.stderr.contains(told), "{text:?}: {}", ran.stderr);
            assert_eq!((ran.stdout.as_str(), store.exists()), ("", false), "{text:?} {flags:?}");
            assert_eq!(fs::read_to_string(&path).expect("still there"), text);
        }
    }
}

#[test]
fn a_baseline_that_is_named_and_absent_is_refused_before_anything_is_measured() {
    let work = Work::default();
    let ran = work.run(&["--baseline=no/such.json"]).expect_code(102);
    assert!(ran.stderr.contains("`no/such.json`") && ran.stdout.is_empty(), "{}", ran.stderr);
    let ran = work.run(&["--compare", "main"]).expect_code(102);
    assert!(ran.stderr.contains("`main`") && ran.stdout.is_empty(), "{}", ran.stderr);
}

#[test]
#[cfg_attr(not(debug_assertions), ignore = "it is no debug build that runs")]
fn a_debug_build_is_not_recorded_unless_it_is_forced() {
    let work = Work::default();
    let ran = work.run(&["--quick", "--save-baseline"]).expect_code(102);
    assert!(ran.stderr.contains("debug build") && ran.stderr.contains("`--force`"), "{}", ran.stderr);
    assert_eq!((ran.stdout.as_str(), work.baseline().exists()), ("", false));
    let ran = work.record(&[]).expect_code(0);
    assert!(ran.stderr.contains("recorded 6 benchmarks in `baselines/"), "{}", ran.stderr);
}

#[test]
fn a_failed_benchmark_keeps_its_entry_and_the_others_are_recorded_by_force() {
    let work = Work::recorded(&[]);
    let before = fs::read(work.baseline()).expect("recorded");
    let ran = work.record(&["--param", "fails=1"]).expect_code(101);
    let after = fs::read(work.baseline()).expect("still there");
    assert!(ran.stderr.contains("recorded 5 benchmarks") && before != after, "{}", ran.stderr);
    assert!(work.entries().contains(&"e2e::paced::fragile".to_owned()), "what failed keeps its entry");
}

#[test]
fn a_test_run_records_nothing() {
    let work = Work::default();
    let ran = work.run(&["--test", "--save-baseline"]).expect_code(2);
    assert!(ran.stderr.contains("exclude each other"), "{}", ran.stderr);
    let cargo = work.suite(&["--save-baseline", "--force"]).env("CARGO", "/bin/true").run().expect_code(2);
    assert!(cargo.stderr.contains("keeps what is measured, and nothing is"), "{}", cargo.stderr);
    assert!(!work.baseline().exists());
}

#[test]
fn a_test_run_is_compared_with_nothing() {
    let work = Work::default();
    let _ = work.run(&["--test", "--baseline=no/such.json", "--strict"]).expect_code(0);
}

#[test]
fn two_suites_that_are_recorded_at_once_lose_nothing() {
    for _ in 0..5 {
        let work = Work::default();
        let save = ["--quick", "--save-baseline", "--force", "-q"];
        let other = Suite::of(TUNABLE).within(&work.0).args(&save).args(&["plain"]).start();
        let own = work.suite(&save).start();
        let _ = other.ended().expect_code(0);
        let _ = own.ended().expect_code(0);
        let entries = work.entries();
        assert_eq!(entries.len(), ALL.len() + 1, "{entries:?}");
        assert!(entries.contains(&"e2e::tunable::plain".to_owned()));
    }
}

#[test]
fn limits_are_checked_with_and_without_a_baseline() {
    let work = Work::default();
    let slow = |factor: &str, more: &[&str]| {
        let factor = format!("alone={factor}");
        work.run(&[&["--quick", "alone", "--param", &factor], more].concat())
    };
    let _ = slow("1", &["--strict"]).expect_code(0);
    let _ = slow("2", &[]).expect_code(0);
    let ran = slow("2", &["--strict"]).expect_code(103);
    assert!(ran.stdout.contains("median <= 300us"), "{}", ran.stdout);
    let ran = slow("6", &[]).expect_code(100);
    assert!(ran.stdout.contains("median <= 900us"), "{}", ran.stdout);
    work.0.write("bench.toml", "[limits]\ncritical = ['median <= 150us']");
    let ran = slow("1", &[]).expect_code(100);
    assert!(ran.stdout.contains("median <= 150us"), "{}", ran.stdout);
}

#[test]
fn a_ratio_beyond_its_limit_fails() {
    let work = Work::default();
    let _ = work.run(&["--quick", "--group", "pace", "--param", "arm=2"]).expect_code(0);
    let ran = work.run(&["--quick", "--group", "pace", "--param", "arm-b=4"]).expect_code(100);
    assert!(ran.stdout.contains("max_ratio = 3"), "{}", ran.stdout);
    work.0.write("bench.toml", "[group.pace]\ncritical = ['ratio <= 1.5']");
    let ran = work.run(&["--quick", "--group", "pace", "--param", "arm-a=2"]).expect_code(100);
    assert!(ran.stdout.contains("ratio <= 1.5"), "{}", ran.stdout);
}
