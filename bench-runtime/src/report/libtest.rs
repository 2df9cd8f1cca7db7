//! The report of a test run, in the words of the standard test harness, for `cargo test` and those who read it.

use std::io::{self, Write};

use super::text::clean;
use crate::model::{Failure, Outcome, Record, Report};

/// How the tests ended, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    passed: usize,
    failed: usize,
    ignored: usize,
    measured: usize,
}

/// Writes a line per benchmark, what the failed ones said, and the result; `filtered_out` is how many functions the
/// selection left out.
///
/// # Errors
///
/// When `out` cannot be written to.
pub(crate) fn render(report: &Report, filtered_out: usize, out: &mut impl Write) -> io::Result<()> {
    let tests = report.records.len();
    writeln!(out, "\nrunning {tests} {}", if tests == 1 { "test" } else { "tests" })?;
    for record in &report.records {
        writeln!(out, "test {} ... {}", name(record), ending(&record.outcome))?;
    }
    write_failures(&report.records, out)?;
    let Tally { passed, failed, ignored, measured } = tally(&report.records);
    let result = match report.stopped {
        _ if failed > 0 => "FAILED",
        Some(_) => "STOPPED",
        None => "ok",
    };
    let seconds = report.run.elapsed.as_secs_f64();
    writeln!(
        out,
        "\ntest result: {result}. {passed} passed; {failed} failed; {ignored} ignored; {measured} measured; \
         {filtered_out} filtered out; finished in {seconds:.2}s\n"
    )
}

fn name(record: &Record) -> String {
    clean(&record.id.to_string())
}

fn ending(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Measured(_) | Outcome::Passed => "ok".to_owned(),
        Outcome::Failed(_) => "FAILED".to_owned(),
        Outcome::Skipped(reason) => format!("ignored, {}", clean(reason)),
    }
}

fn tally(records: &[Record]) -> Tally {
    records.iter().fold(Tally::default(), |mut tally, record| {
        match record.outcome {
            Outcome::Measured(_) => tally.measured += 1,
            Outcome::Passed => tally.passed += 1,
            Outcome::Skipped(_) => tally.ignored += 1,
            Outcome::Failed(_) => tally.failed += 1,
        }
        tally
    })
}

fn write_failures(records: &[Record], out: &mut impl Write) -> io::Result<()> {
    let failures: Vec<(String, &Failure)> = records
        .iter()
        .filter_map(|record| match &record.outcome {
            Outcome::Failed(failure) => Some((name(record), failure)),
            Outcome::Measured(_) | Outcome::Passed | Outcome::Skipped(_) => None,
        })
        .collect();
    if failures.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nfailures:")?;
    failures.iter().try_for_each(|(name, failure)| write_failure(name, failure, out))?;
    writeln!(out, "\nfailures:")?;
    failures.iter().try_for_each(|(name, _)| writeln!(out, "    {name}"))
}

fn write_failure(name: &str, failure: &Failure, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "\n---- {name} ----")?;
    let said = format!("{}: {}", failure.kind, failure.message);
    said.lines().chain(failure.stderr.lines()).try_for_each(|line| writeln!(out, "{}", clean(line)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{golden, sample};

    fn rendered(report: &Report, filtered_out: usize) -> String {
        let mut out = Vec::new();
        render(report, filtered_out, &mut out).expect("a vector can be written to");
        String::from_utf8(out).expect("reports are UTF-8")
    }

    #[test]
    fn a_test_run_reads_like_that_of_the_standard_harness() {
        golden::check("tested.txt", &rendered(&sample::tested(), 2));
    }

    #[test]
    fn a_test_run_without_failures_is_ok() {
        let mut report = sample::tested();
        report.records.retain(|record| !matches!(record.outcome, Outcome::Failed(_)));
        let text = rendered(&report, 0);
        assert!(text.ends_with(
            "test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.12s\n\n"
        ));
        assert!(!text.contains("failures:"));
    }
}
