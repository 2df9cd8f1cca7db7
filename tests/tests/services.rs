//! Services are started once per run, handed to every worker, and torn down however the run ends.

use e2e::{Folder, Ran, Running, Suite, of_id, until, warnings};
use rustix::process::Signal;
use serde_json::{Value, json};

const SUITE: &str = env!("CARGO_BIN_EXE_services");

fn suite(folder: &Folder, arguments: &[&str]) -> Suite {
    let place = format!("folder={}", folder.path().display());
    Suite::of(SUITE).within(folder).args(&["--param", &place]).args(arguments)
}

fn run(folder: &Folder, arguments: &[&str]) -> Ran {
    suite(folder, arguments).args(&["--output", "json=out.json"]).run()
}

fn result(folder: &Folder) -> Value {
    e2e::read_json(&folder.join("out.json"))
}

/// What the services have noted that are called so.
fn notes_of(folder: &Folder, name: &str) -> Vec<String> {
    folder.lines("notes").into_iter().filter(|note| note.starts_with(name)).collect()
}

/// The services whose files are still there.
fn still_running(folder: &Folder) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path()).expect("the folder of the test");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with("running-")).collect()
}

#[test]
fn services_are_started_once_for_all_processes_and_torn_down_in_reverse() {
    let folder = Folder::new();
    let ran = run(&folder, &["--group", "good", "--quick", "--measure", "time"]).expect_code(0);
    assert_eq!(
        folder.lines("notes"),
        ["server started", "queue started", "queue torn down", "server torn down"]
    );
    for id in ["good::direct", "good::awaited"] {
        assert_eq!(of_id(&result(&folder), id)["outcome"], "measured");
    }
    for line in ["server: starting", "server: warming up", "server: ready in ", "queue: ready in "] {
        assert!(ran.stderr.lines().any(|told| told.starts_with(line)), "{}", ran.stderr);
    }
}

#[test]
fn they_work_in_a_test_run_in_this_process_and_for_a_profiler() {
    for mode in [&["--test"][..], &["--in-process", "--quick"], &["--profile-time", "0.01"]] {
        let folder = Folder::new();
        let _ = run(&folder, &[&["--group", "good"], mode].concat()).expect_code(0);
        assert_eq!(notes_of(&folder, "server"), ["server started", "server torn down"], "{mode:?}");
    }
}

#[test]
fn those_that_do_not_need_each_other_start_at_the_same_time() {
    let folder = Folder::new();
    let _ = run(&folder, &["--group", "parallel", "--test"]).expect_code(0);
    assert_eq!(of_id(&result(&folder), "parallel::both")["outcome"], "passed");
}

#[test]
fn listing_starts_nothing() {
    let folder = Folder::new();
    let _ = suite(&folder, &["--list"]).run().expect_code(0);
    assert!(!folder.join("notes").exists());
}

#[test]
fn what_comes_of_a_service_comes_of_those_that_need_it_and_nothing_of_it_stays() {
    let folder = Folder::new();
    let _ = run(&folder, &["--group", "bad", "--test"]).expect_code(101);
    let result = result(&folder);
    let row = |id: &str| of_id(&result, &format!("bad::{id}"));
    assert_eq!(row("skipped")["reason"], "skipped ← on_absent ← absent: no container engine answers");
    for (id, kind, message) in [
        ("panics", "panic", "panics ← panicking: the port is taken"),
        (
            "late",
            "timeout",
            "late ← slow: it did not start within its time-out of 200ms; it was pulling an image",
        ),
        ("hangs", "timeout", "hangs ← deaf: it did not start within its time-out of 100ms"),
    ] {
        let failure = &row(id)["failure"];
        assert_eq!((&failure["kind"], &failure["message"]), (&kind.into(), &message.into()));
    }
    assert_eq!(row("healthy")["outcome"], "passed");
    assert!(still_running(&folder).is_empty(), "{:?}", still_running(&folder));
}

#[test]
fn services_are_torn_down_after_every_end_of_a_benchmark() {
    for (benchmark, code) in [("succeeds", 0), ("fails", 101), ("panics", 101), ("times_out", 101)] {
        let folder = Folder::new();
        let _ = run(&folder, &[&format!("endings::{benchmark}"), "--test"]).expect_code(code);
        assert_eq!(notes_of(&folder, "server"), ["server started", "server torn down"], "{benchmark}");
        assert!(still_running(&folder).is_empty(), "{benchmark}");
    }
}

fn until_noted(folder: &Folder, note: &str) {
    until(note, || folder.join("notes").exists() && folder.lines("notes").iter().any(|line| line == note));
}

fn stopped(folder: &Folder, mut run: Running, signal: Signal, code: i32) {
    run.signal(signal);
    let _ = run.end().expect_code(code);
    until("nothing lives", || run.started().is_empty());
    assert!(still_running(folder).is_empty());
}

#[test]
fn services_are_torn_down_after_a_signal() {
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let folder = Folder::new();
        let run = suite(&folder, &["endings::goes_on"]).start();
        until_noted(&folder, "at work");
        stopped(&folder, run, signal, code);
    }
}

#[test]
fn a_signal_ends_the_start_of_a_service() {
    let folder = Folder::new();
    let run = suite(&folder, &["--group", "starting"]).start();
    until_noted(&folder, "endless started");
    stopped(&folder, run, Signal::INT, 130);
}

#[test]
fn what_a_service_tells_is_in_no_file_output_or_list_of_processes() {
    let folder = Folder::new();
    let mut run =
        suite(&folder, &["--output", "json=out.json", "-v", "endings::succeeds", "endings::goes_on"]).start();
    until_noted(&folder, "at work");
    let processes = run.started();
    assert!(!processes.is_empty());
    for process in &processes {
        for of in ["cmdline", "environ"] {
            let bytes = std::fs::read(format!("/proc/{}/{of}", process.id)).unwrap_or_default();
            assert!(!String::from_utf8_lossy(&bytes).contains("the-secret"), "{of}");
        }
    }
    run.signal(Signal::INT);
    let ran = run.end().expect_code(130);
    assert!(!ran.stdout.contains("the-secret") && !ran.stderr.contains("the-secret"));
    for file in files(folder.path()) {
        let text = std::fs::read(&file).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&text).contains("the-secret"), "{}", file.display());
    }
}

#[test]
fn what_is_secret_is_concealed_in_whatever_is_printed_recorded_or_fails() {
    for arguments in
        [&["--test"][..], &["--test", "--nocapture"], &["--in-process", "--measure", "time", "--quick"]]
    {
        let folder = Folder::new();
        let wanted = ["talking::", "-v", "--output", "json=out.json", "--output", "console"];
        let ran = suite(&folder, &[&wanted[..], arguments].concat()).run().expect_code(101);
        assert!(!folder.read("out.json").contains("the-secret"), "{arguments:?}");
        // What is printed in the runner's own process goes where that process prints.
        if !arguments.contains(&"--in-process") {
            let texts = [&ran.stdout, &ran.stderr];
            assert!(texts.iter().all(|text| !text.contains("the-secret")), "{arguments:?}: {texts:#?}");
        }
        let result = result(&folder);
        let message =
            |id: &str| of_id(&result, id)["failure"]["message"].as_str().expect("a failure").to_owned();
        let panicked = message("talking::panics");
        assert!(panicked.contains("no answer at server://me:…@here/"), "{panicked}");
        let failed = message("talking::fails");
        assert!(failed.contains("server://me:…@here/"), "{failed}");
        let reason = &of_id(&result, "talking::is_skipped")["reason"];
        assert_eq!(reason, "server://me:…@here/");
        let disagreeing = message("talking::answers_otherwise");
        assert!(disagreeing.contains("other://me:…@here/"), "{disagreeing}");
        assert!(message("talking::is_without").ends_with("… is not taken"));
        assert!(message("talking::is_without_too").ends_with("who is …?"));
    }
}

fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn what_a_benchmark_runs_on_is_told_by_its_services_its_fixtures_and_itself() {
    let folder = Folder::new();
    let ran = run(&folder, &["--group", "told", "--quick", "--output", "console"]).expect_code(0);
    assert!(ran.stdout.lines().any(|line| line == "ran on: db 16.4"), "{}", ran.stdout);
    let result = result(&folder);
    let (query, other) = (of_id(&result, "told::query"), of_id(&result, "told::other"));
    let shared = json!({ "db.fsync": "off", "db.version": "16.4" });
    let mut own = shared.clone();
    own["client.cache"] = "cold".into();
    assert_eq!((&query["identity"], &other["identity"]), (&own, &shared));
    assert_eq!(query["plans"]["by_id"]["text"], "Index Scan using t_pkey on t\n  Filter: (id = ?)");
    assert_eq!(
        (query["plans"]["by_id"]["hash"].as_str().map(str::len), &other["plans"]),
        (Some(16), &Value::Null)
    );
    assert_eq!(warnings(query, "basis"), [""; 0]);
    let _ = run(&folder, &["--group", "told", "--test", "--in-process"]).expect_code(0);
}

#[test]
fn another_server_makes_times_incomparable_and_another_plan_is_named() {
    let folder = Folder::new();
    let told = ["--group", "told", "--quick"];
    let _ = run(&folder, &[&told[..], &["--save", "first"]].concat()).expect_code(0);
    let _ = run(&folder, &[&told[..], &["--compare", "first", "--param", "version=17.2"]].concat());
    let verdict = |id: &str| of_id(&result(&folder), id)["verdicts"][0].clone();
    for id in ["told::query", "told::other"] {
        assert_eq!(verdict(id)["verdict"], "not_comparable");
        let reason = "the earlier results are from another server: `db.version` was `16.4`, and is `17.2`";
        assert_eq!(verdict(id)["reason"], reason);
    }
    let arguments = ["--compare", "first", "--gate", "plain", "--param", "plan=Seq Scan on t"];
    let ran = run(&folder, &[&told[..], &arguments].concat()).expect_code(100);
    let (verdict, how) =
        (verdict("told::query"), "was `Index Scan using t_pkey on t`, and is `Seq Scan on t`");
    assert_eq!((&verdict["verdict"], &verdict["fails"]), (&"plan_changed".into(), &true.into()));
    assert_eq!(verdict["reason"], format!("the plan of `by_id` {how}"));
    assert!(ran.stdout.contains("plan changed"), "{}", ran.stdout);
}
