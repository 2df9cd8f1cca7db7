//! A diagnosis made by hand, and how it is written.

use std::time::Duration;

use super::{json, page};
use crate::model::{Alarms, Checkup, Diagnosis, Host, MachineFacts, Note, Regime, Stop};
use crate::report::golden::check;
use crate::report::{sample, text};

fn alarms(comparisons: u32, failed: u32, changed: u32, open: u32) -> Alarms {
    let most = |count: u32| if count == 0 { 0.2589 } else { 0.3942 };
    Alarms {
        comparisons,
        changed,
        failed,
        open,
        changed_at_most: most(changed),
        failed_at_most: most(failed),
    }
}

fn checkup(name: &str, alarms_of: Alarms, sees: f64, advice: &str) -> Checkup {
    Checkup {
        id: sample::record(name, 1.0).id,
        name: name.to_owned(),
        median: Some(2_310.4),
        sampled: Some((Regime::Short, 64)),
        alarms: alarms_of,
        stored: alarms(9, 0, 1, 0),
        sees: Some(sees),
        sees_stored: Some(2.0 * sees),
        between_processes: Some(0.0042),
        process_share: Some(0.61),
        drifts: 0,
        modes: 0,
        is_unpinned: false,
        advice: advice.to_owned(),
    }
}

fn note(about: &'static str, found: &str, advice: Option<&str>) -> Note {
    Note { about, found: found.to_owned(), advice: advice.map(str::to_owned) }
}

fn diagnosis() -> Diagnosis {
    let mut run = sample::healthy().run;
    run.elapsed = Duration::from_secs(43);
    let unmeasured = Checkup {
        median: None,
        sampled: None,
        sees: None,
        sees_stored: None,
        between_processes: None,
        process_share: None,
        stored: Alarms::default(),
        ..checkup("\u{1b}[31mluckless", Alarms::default(), 0.0, "mend it first: it failed (panic: no luck)")
    };
    let long = "a_benchmark_whose_name_is_far_longer_than_a_page_has_room_for";
    Diagnosis {
        run,
        comparisons: 10,
        allowed: 0.1,
        machine: MachineFacts {
            clock_source: Some("tsc".to_owned()),
            clock_resolution: Duration::from_nanos(1),
            clock_overhead_ns: 26.25,
            cores: 2,
            memory: Some(8 << 30),
            interruptions: 0.011,
            ..MachineFacts::default()
        },
        of_machine: vec![
            note("clock", "tsc, steps of 1 ns, 26 ns to read", None),
            note(
                "virtual",
                "yes",
                Some(
                    "neighbours on the host are not seen from here, and earlier results may be of other hours or \
                     hardware: gate with --against",
                ),
            ),
        ],
        of_package: vec![note(
            "Cargo.toml",
            "the library has no `bench = false`",
            Some("add `bench = false` under [lib]"),
        )],
        benchmarks: vec![
            checkup(
                "serde_json",
                alarms(10, 0, 0, 1),
                0.021,
                "can be gated at 10%: changes over 4.2% are seen",
            ),
            checkup(
                long,
                alarms(10, 1, 1, 3),
                0.143,
                "cannot be gated at 10% here: 1 of 10 comparisons with itself \
                failed; more runs (--rigorous) help: processes are 61% of the variance",
            ),
            unmeasured,
        ],
        all: alarms(20, 1, 1, 4),
        all_stored: alarms(18, 0, 2, 0),
        stopped: None,
    }
}

fn written(write: impl Fn(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).expect("a vector can be written to");
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn the_page_says_what_can_be_gated_and_fits_its_width() {
    let text = written(|out| page(&diagnosis(), false, out));
    check("doctor.txt", &text);
    text.lines().for_each(|line| assert!(text::width(line) <= 100, "{line}"));
}

#[test]
fn to_the_quiet_only_benchmarks_are_told() {
    let text = written(|out| page(&diagnosis(), true, out));
    assert!(
        text.contains("serde_json") && !text.contains("machine\n") && !text.contains("Cargo.toml"),
        "{text}"
    );
}

#[test]
fn programs_get_the_same_with_full_precision() {
    let mut diagnosis = diagnosis();
    check("doctor.json", &written(|out| json(&diagnosis, out)));
    diagnosis.stopped = Some(Stop::Interrupt);
    assert!(written(|out| json(&diagnosis, out)).contains("\"stopped\": \"interrupt\""));
    assert!(written(|out| page(&diagnosis, false, out)).contains("stopped early by Ctrl-C"));
}

#[test]
fn a_machine_that_tells_nothing_leaves_no_holes() {
    let mut diagnosis = diagnosis();
    diagnosis.run.environment.host = Host::default();
    diagnosis.benchmarks.clear();
    let text = written(|out| page(&diagnosis, false, out));
    assert!(!text.contains(", ,"), "{text}");
}
