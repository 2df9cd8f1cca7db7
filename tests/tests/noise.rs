//! Whatever benchmarks print disturbs neither the measurement nor the report.

use e2e::{Ran, benchmark};

const SUITE: &str = env!("CARGO_BIN_EXE_noisy");

const LEAST: [&str; 4] = ["--processes", "1", "--max-rounds", "2"];

fn ran(arguments: &[&str], code: i32) -> Ran {
    Ran::of(SUITE, &[&LEAST, arguments].concat()).expect_code(code)
}

#[test]
fn what_is_printed_is_no_reply() {
    let result = ran(&["--group", "noise", "--output", "json"], 0).json();
    for row in result["benchmarks"].as_array().expect("a list") {
        assert_eq!(row["outcome"], "measured", "{row}");
    }
}

#[test]
fn a_flood_is_swallowed() {
    let ran = ran(&["prints_a_lot", "silent"], 0);
    assert!(ran.stdout.contains("prints_a_lot") && ran.stdout.len() < 10_000, "{}", ran.stdout);
    assert!(ran.stderr.len() < 10_000, "{}", ran.stderr.len());
}

/// Characters that a terminal would act on.
fn is_disturbing(c: char) -> bool {
    (c.is_control() && c != '\n') || c == '\u{202e}'
}

#[test]
fn reports_have_no_characters_that_a_terminal_acts_on() {
    for arguments in [&[][..], &["--test"], &["-v"], &["--list"], &["--slowest", "3"]] {
        let code = if arguments == ["--list"] { 0 } else { 101 };
        let ran = ran(&[&["control_characters", "silent"], arguments].concat(), code);
        for text in [&ran.stdout, &ran.stderr] {
            let found = text.lines().find(|line| line.contains(is_disturbing));
            assert_eq!(found, None, "{arguments:?}");
        }
    }
}

#[test]
fn other_formats_stay_what_they_are() {
    let ran = ran(&["control_characters", "--output", "json", "--output", "csv=out.csv"], 101);
    let result = ran.json();
    let failure = &benchmark(&result, "panics_with_control_characters")["failure"];
    assert_eq!(failure["kind"], "panic");
    let stderr = failure["stderr"].as_str().expect("last lines");
    assert!(
        !stderr.contains(|c: char| c.is_control() && c != '\n') && stderr.contains("\\u{1b}[31m"),
        "{stderr}"
    );
}

#[test]
fn what_is_printed_is_shown_if_asked_for() {
    for mode in [&["--measure", "time"][..], &["--test"]] {
        let arguments = [&["says_hello"], mode].concat();
        let hidden = ran(&arguments, 0);
        assert!(!(hidden.stdout + &hidden.stderr).contains("hello, says the benchmark"));
        let shown = ran(&[&arguments[..], &["--nocapture"]].concat(), 0);
        let lines = shown.stderr.lines().filter(|line| *line == "hello, says the benchmark");
        assert_eq!(lines.count(), 2, "stdout and stderr: {}", shown.stderr);
        assert!(!shown.stdout.contains("hello, says"), "the report is apart: {}", shown.stdout);
    }
}
