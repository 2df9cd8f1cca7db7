//! A run that was cut short is resumed: only what is missing is measured.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use e2e::{Folder, Ran, Running, Suite, of_id, until, warnings};
use rustix::process::Signal;
use serde_json::Value;

const SUITE: &str = env!("CARGO_BIN_EXE_lasting");

const CASES: usize = 3;
const PROCESSES: usize = 3;
/// A worker process sets its benchmark up once.
const SET_UPS: usize = CASES * PROCESSES;

struct Work {
    folder: Folder,
    program: PathBuf,
}

impl Work {
    fn new() -> Self {
        Self { folder: Folder::new(), program: PathBuf::from(SUITE) }
    }

    fn start(&self, arguments: &[&str]) -> Running {
        let log = format!("log={}", self.folder.join("log").display());
        let always = ["brief", "--processes", "3", "--max-rounds", "9", "--output", "json", "--param", &log];
        Suite::of(&self.program)
            .within(&self.folder)
            .env("ADAPTER_BENCH_MEASURE", "time")
            .args(&always)
            .args(arguments)
            .start()
    }

    /// Begins a run and ends it after some set-ups; returns how many runs the journal then has.
    fn cut_short(&self, signal: Signal, set_ups: usize) -> usize {
        let mut run = self.start(&[]);
        until("enough was set up", || self.set_ups() >= set_ups);
        run.signal(signal);
        run.end();
        until("its workers have ended", || run.started().is_empty());
        self.journaled()
    }

    fn set_ups(&self) -> usize {
        self.folder.lines("log").len()
    }

    fn journal(&self) -> PathBuf {
        self.folder.join(".adapter-bench/journal/e2e-lasting.jsonl")
    }

    /// Whole lines of the journal, without its first.
    fn journaled(&self) -> usize {
        let text = std::fs::read_to_string(self.journal()).unwrap_or_default();
        text.matches('\n').count().saturating_sub(1)
    }

    /// Resumes; returns what came of it and how many set-ups it took.
    fn resumed(&self, arguments: &[&str]) -> (Ran, usize) {
        let before = self.set_ups();
        let ran = self.start(&[&["--resume"], arguments].concat()).ended().expect_code(0);
        (ran, self.set_ups() - before)
    }
}

fn all_are_measured(result: &Value, rounds: usize) {
    for case in 1..=CASES {
        let brief = of_id(result, &format!("brief[case={case}]"));
        assert_eq!(brief["outcome"], "measured", "{brief}");
        assert_eq!(brief["time"]["runs"].as_array().map(Vec::len), Some(PROCESSES), "{brief}");
        assert_eq!(brief["time"]["rounds"], rounds, "{brief}");
    }
}

#[test]
fn only_what_is_missing_is_measured() {
    for (signal, set_ups) in
        [(Signal::KILL, 1), (Signal::KILL, 4), (Signal::KILL, 8), (Signal::KILL, SET_UPS), (Signal::INT, 6)]
    {
        let work = Work::new();
        let finished = work.cut_short(signal, set_ups);
        assert!((set_ups - 1..=SET_UPS).contains(&finished), "{finished} of {set_ups}");
        let (ran, again) = work.resumed(&[]);
        assert_eq!(again, SET_UPS - finished, "{signal:?} after {set_ups}");
        all_are_measured(&ran.json(), 9);
        assert_eq!(warnings(&ran.json()["run"], "store"), [""; 0]);
    }
}

#[test]
fn a_run_may_be_cut_short_again_and_again() {
    let work = Work::new();
    let mut finished = work.cut_short(Signal::KILL, 2);
    for _ in 0..2 {
        let (before, mut run) = (work.set_ups(), work.start(&["--resume"]));
        until("more was set up", || work.set_ups() >= before + 3);
        run.signal(Signal::KILL);
        run.end();
        assert!(work.journaled() > finished, "what was resumed is kept");
        finished = work.journaled();
    }
    let (ran, again) = work.resumed(&[]);
    assert_eq!(again, SET_UPS - finished);
    all_are_measured(&ran.json(), 9);
}

#[test]
fn after_a_complete_run_there_is_nothing_to_resume() {
    let work = Work::new();
    let _ = work.start(&[]).ended().expect_code(0);
    assert!(!work.journal().exists());
    let (ran, again) = work.resumed(&[]);
    starts_anew(&ran, "there is nothing to resume");
    assert_eq!(again, SET_UPS);
}

fn starts_anew(ran: &Ran, because: &str) {
    let result = ran.json();
    let said = warnings(&result["run"], "store").join("\n");
    assert!(said.starts_with("--resume starts anew: ") && said.contains(because), "{said}");
}

#[test]
fn other_settings_start_anew() {
    let work = Work::new();
    work.cut_short(Signal::KILL, 4);
    let (ran, again) = work.resumed(&["--max-rounds", "6"]);
    starts_anew(&ran, "the settings have changed");
    assert_eq!(again, SET_UPS);
    all_are_measured(&ran.json(), 6);
}

/// Runs a line of shell. A program that this process writes itself may be busy for a while: whatever another thread starts
/// at that moment holds it open.
fn shell(line: &str, arguments: [&Path; 2]) {
    let status = Command::new("sh").args(["-c", line, "sh"]).args(arguments).status();
    assert!(status.expect("a shell").success(), "{line}");
}

#[test]
fn another_program_starts_anew() {
    let mut work = Work::new();
    let (old, new) = (work.folder.join("old"), work.folder.join("new"));
    shell("cp \"$1\" \"$2\"", [Path::new(SUITE), &old]);
    shell("cp \"$1\" \"$2\" && echo compiled again >> \"$2\"", [Path::new(SUITE), &new]);
    work.program = old;
    work.cut_short(Signal::KILL, 4);
    work.program = new;
    let (ran, again) = work.resumed(&[]);
    starts_anew(&ran, "the benchmarks were compiled again");
    assert_eq!(again, SET_UPS);
}

#[test]
fn a_run_that_is_not_resumed_replaces_the_journal() {
    let work = Work::new();
    work.cut_short(Signal::KILL, 4);
    let before = work.set_ups();
    let _ = work.start(&[]).ended().expect_code(0);
    assert_eq!(work.set_ups() - before, SET_UPS);
    assert!(!work.journal().exists());
}

/// What a crash may leave at the end of a journal, and whether it is worth a warning.
const DAMAGE: [(&str, bool); 3] = [
    ("{\"case\":{\"group\":null,\"par", false),
    ("{\"case\":{\"group\":null,\"par\n", true),
    ("\0\0\0\0\0\0\0\0\n\0\0\0\0\0\0", true),
];

#[test]
fn a_damaged_end_of_the_journal_costs_no_more_than_itself() {
    for (damage, is_told) in DAMAGE {
        let work = Work::new();
        let finished = work.cut_short(Signal::KILL, 5);
        let mut journal = OpenOptions::new().append(true).open(work.journal()).expect("a journal");
        journal.write_all(damage.as_bytes()).expect("written");
        let (ran, again) = work.resumed(&[]);
        assert_eq!(again, SET_UPS - finished, "{damage:?}");
        let result = ran.json();
        let said = warnings(&result["run"], "store").join("\n");
        assert_eq!(said.contains("is damaged"), is_told, "{damage:?}: {said}");
        all_are_measured(&result, 9);
    }
}

#[test]
fn a_journal_that_is_none_is_replaced() {
    for text in ["", "not a journal\n", "{\"schema\":\"adapter-bench/journal/9\"}\n"] {
        let work = Work::new();
        std::fs::create_dir_all(work.journal().parent().expect("a folder")).expect("created");
        std::fs::write(work.journal(), text).expect("written");
        let (ran, again) = work.resumed(&[]);
        starts_anew(&ran, "Run without `--resume`");
        assert_eq!(again, SET_UPS, "{text:?}");
    }
}
