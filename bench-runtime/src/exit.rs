//! How the runner's process ends. Main type: [`Exit`].

use std::process::ExitCode;

use crate::model::{Change, Level, Met, Outcome, Record, Report, Stop};

/// The exit codes of the runner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All is well.
    Good = 0,
    /// A mistake in the harness itself.
    Unexpected = 1,
    /// A wrong command line, a wrong configuration, or an output that cannot be written.
    Usage = 2,
    /// Nothing is registered, or nothing was selected under `--no-match fail`.
    Nothing = 4,
    /// A benchmark is worse than allowed, or misses a limit that must hold.
    Worse = 100,
    /// A benchmark failed.
    Failed = 101,
    /// The baseline cannot be used or is not there, or one could not be recorded.
    Baseline = 102,
    /// Under `--strict`: something could not be judged, or misses a limit that should hold.
    Undecided = 103,
    /// Stopped by Ctrl-C.
    Interrupted = 130,
    /// Stopped by SIGTERM.
    Terminated = 143,
}

impl Exit {
    /// The code that a finished report deserves; the first that applies, in the documented order.
    pub(crate) fn of(report: &Report, is_strict: bool) -> Self {
        match report.stopped {
            Some(Stop::Interrupt) => Self::Interrupted,
            Some(Stop::Terminate) => Self::Terminated,
            None => Self::of_results(report, is_strict),
        }
    }

    /// The same for results that were stored, whether or not the run that they are from was stopped.
    pub(crate) fn of_results(report: &Report, is_strict: bool) -> Self {
        let any = |of: fn(&Record) -> bool| report.records.iter().any(of);
        match () {
            () if any(has_failed) => Self::Failed,
            () if any(is_worse) => Self::Worse,
            () if is_strict && (!report.vanished.is_empty() || any(is_undecided)) => Self::Undecided,
            () => Self::Good,
        }
    }

    /// The one of two that goes before the other.
    pub(crate) fn or(self, other: Self) -> Self {
        ORDER.into_iter().find(|exit| [self, other].contains(exit)).unwrap_or(self)
    }
}

/// All codes in the documented order, the first of which goes before the others.
const ORDER: [Exit; 10] = [
    Exit::Unexpected,
    Exit::Usage,
    Exit::Interrupted,
    Exit::Terminated,
    Exit::Failed,
    Exit::Baseline,
    Exit::Worse,
    Exit::Undecided,
    Exit::Nothing,
    Exit::Good,
];

fn has_failed(record: &Record) -> bool {
    matches!(record.outcome, Outcome::Failed(_))
}

fn is_worse(record: &Record) -> bool {
    let missed = record.checks.iter().any(|c| c.limit.level == Level::Critical && c.met == Met::No);
    missed || record.findings.iter().any(|finding| finding.fails)
}

/// Whether it does not show that all is well: it was skipped, has no clear finding, or a limit that is not met.
fn is_undecided(record: &Record) -> bool {
    let is_open = |change| match change {
        Change::Inconclusive | Change::NotComparable | Change::New | Change::Vanished => true,
        Change::Regressed | Change::PlanChanged | Change::Improved | Change::Unchanged => false,
    };
    matches!(record.outcome, Outcome::Skipped(_))
        || record.findings.iter().any(|finding| is_open(finding.change))
        || record.checks.iter().any(|check| check.met != Met::Yes)
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Check, Failure, FailureKind, Finding, plain};
    use crate::report::sample;
    use crate::units;

    type Set = fn(&mut Report);

    /// A report of one good benchmark, changed.
    fn report(changes: &[Set]) -> Report {
        let mut report = sample::healthy();
        report.records.truncate(1);
        changes.iter().for_each(|change| change(&mut report));
        report
    }

    fn check(text: &str, level: Level, met: Met) -> Check {
        let limit = units::limit(text, level).expect("a limit");
        Check { limit, value: 1.0, interval: None, met, by: 0.0 }
    }

    fn finding(change: Change, fails: bool) -> Finding {
        Finding { fails, ..plain::finding(change) }
    }

    fn find(report: &mut Report, change: Change, fails: bool) {
        report.records[0].findings.push(finding(change, fails));
    }

    const INTERRUPTED: Set = |r| r.stopped = Some(Stop::Interrupt);
    const TERMINATED: Set = |r| r.stopped = Some(Stop::Terminate);
    const FAILED: Set =
        |r| r.records[0].outcome = Outcome::Failed(Failure::new(FailureKind::Panic, "as scripted"));
    const SKIPPED: Set = |r| r.records[0].outcome = Outcome::Skipped("no server".to_owned());
    const VANISHED: Set = |r| r.vanished.push("p::b::gone".to_owned());
    const BEYOND: Set = |r| find(r, Change::Regressed, true);
    const WITHIN: Set = |r| find(r, Change::Regressed, false);
    const IMPROVED: Set = |r| find(r, Change::Improved, false);
    const UNCHANGED: Set = |r| find(r, Change::Unchanged, false);
    const INCONCLUSIVE: Set = |r| find(r, Change::Inconclusive, false);
    const NOT_COMPARABLE: Set = |r| find(r, Change::NotComparable, false);
    const NEW: Set = |r| find(r, Change::New, false);
    const CRITICAL: Set = |r| r.records[0].checks.push(check("p99 <= 1ms", Level::Critical, Met::No));
    const TARGET: Set = |r| r.records[0].checks.push(check("p99 <= 1ms", Level::Target, Met::No));
    const MET: Set = |r| r.records[0].checks.push(check("p99 <= 1ms", Level::Critical, Met::Yes));
    const UNKNOWN: Set =
        |r| r.records[0].checks.push(check("peak <= 1MB", Level::Critical, Met::Unknown("no figure".into())));

    /// What is in a report, the code without `--strict`, and the code with it.
    const CODES: &[(&[Set], u8, u8)] = &[
        (&[], 0, 0),
        (&[UNCHANGED, IMPROVED, WITHIN, MET], 0, 0),
        (&[INCONCLUSIVE], 0, 103),
        (&[NOT_COMPARABLE], 0, 103),
        (&[NEW], 0, 103),
        (&[VANISHED], 0, 103),
        (&[SKIPPED], 0, 103),
        (&[TARGET], 0, 103),
        (&[UNKNOWN], 0, 103),
        (&[BEYOND], 100, 100),
        (&[CRITICAL], 100, 100),
        (&[BEYOND, NEW, VANISHED, TARGET], 100, 100),
        (&[FAILED], 101, 101),
        (&[FAILED, BEYOND, CRITICAL, VANISHED], 101, 101),
        (&[TERMINATED, FAILED, BEYOND], 143, 143),
        (&[INTERRUPTED, FAILED, BEYOND], 130, 130),
    ];

    #[test]
    fn the_first_code_that_applies_is_the_one() {
        for (at, (changes, relaxed, strict)) in CODES.iter().enumerate() {
            let report = report(changes);
            assert_eq!(
                [Exit::of(&report, false) as u8, Exit::of(&report, true) as u8],
                [*relaxed, *strict],
                "row {at}"
            );
        }
    }

    #[test]
    fn of_two_codes_the_one_that_is_documented_first_counts() {
        assert_eq!(Exit::Worse.or(Exit::Baseline), Exit::Baseline);
        assert_eq!(Exit::Failed.or(Exit::Baseline), Exit::Failed);
        assert_eq!(Exit::Interrupted.or(Exit::Baseline), Exit::Interrupted);
        assert_eq!(Exit::Good.or(Exit::Usage), Exit::Usage);
        assert_eq!(Exit::Good.or(Exit::Good), Exit::Good);
    }

    #[test]
    fn stored_results_of_a_stopped_run_are_judged_all_the_same() {
        assert_eq!(Exit::of_results(&report(&[INTERRUPTED]), false), Exit::Good);
        assert_eq!(Exit::of_results(&report(&[INTERRUPTED, BEYOND]), false), Exit::Worse);
    }
}
