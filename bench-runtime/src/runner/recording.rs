//! What of a report is fit for a baseline. Main functions: [`fit`] and [`refused_build`].

use crate::model::{Build, Outcome, Record, Report, WarningKind};
use crate::plan::RUNS_FOR_THE_RECORD;
use crate::store::Recorded;

/// Runs that an entry of a baseline rests on, at least.
const RUNS_OF_A_BASELINE: usize = 2 * RUNS_FOR_THE_RECORD as usize;

/// Whether a warning says that other programs or a hypervisor took a share in the figures.
fn is_disturbed(kind: WarningKind) -> bool {
    matches!(kind, WarningKind::LoadedMachine | WarningKind::Steal | WarningKind::InvoluntarySwitches)
}

/// Why nothing that this build measures is recorded, if that is so.
pub(super) fn refused_build(build: &Build) -> Option<&'static str> {
    (build.profile == "debug").then_some(
        "the figures of a debug build are not those of a release build: run `cargo bench`, or add `--release`",
    )
}

/// The part of a report that is fit to be recorded, and what is not: a sentence each.
pub(super) struct Fit {
    /// The report without the benchmarks that are not fit.
    pub(super) report: Report,
    /// Why others are not.
    pub(super) unfit: Vec<String>,
}

/// Why nothing at all of a report is recorded, if that is so, though it may be fit: a run that was stopped never is, one
/// with failed benchmarks is only with `force`.
pub(super) fn nothing_from(report: &Report, force: bool) -> Option<String> {
    let failed = report.records.iter().filter(|r| matches!(r.outcome, Outcome::Failed(_))).count();
    if report.stopped.is_some() {
        return Some("the run was stopped".to_owned());
    }
    let message = format!("{} failed; `--force` records the others all the same", benchmarks(failed));
    (failed > 0 && !force).then_some(message)
}

/// What was recorded, in a sentence.
pub(super) fn told(recorded: &Recorded, path: &str) -> String {
    let names = |names: &[String]| names.join(", ");
    let mut told = format!("recorded {} in `{path}`", benchmarks(recorded.written));
    if !recorded.dropped.is_empty() {
        told.push_str(&format!("; no longer there: {}", names(&recorded.dropped)));
    }
    if !recorded.left_out.is_empty() {
        told.push_str(&format!("; without figures to record: {}", names(&recorded.left_out)));
    }
    told
}

fn benchmarks(count: usize) -> String {
    format!("{count} benchmark{}", if count == 1 { "" } else { "s" })
}

/// Sorts out what is not fit for a baseline: everything, where the build or the machine are not, or else benchmarks with
/// too few runs, or that were interrupted too often. With `force` all is fit.
pub(super) fn fit(mut report: Report, force: bool) -> Fit {
    if force {
        return Fit { report, unfit: Vec::new() };
    }
    let builds = [&report.run].into_iter().chain(&report.merged).map(|run| &run.environment.build);
    let of_build = builds.filter_map(refused_build).map(str::to_owned).next();
    let of_machine = report.warnings.iter().filter(|w| is_disturbed(w.kind)).map(|w| w.message.clone());
    let mut unfit: Vec<String> = of_build.into_iter().chain(of_machine).collect();
    if !unfit.is_empty() {
        report.records.clear();
    }
    report.records.retain(|record| match unfit_record(record) {
        Some(why) => {
            unfit.push(format!("{}: {why}", record.id));
            false
        }
        None => true,
    });
    Fit { report, unfit }
}

fn unfit_record(record: &Record) -> Option<String> {
    let Outcome::Measured(measurement) = &record.outcome else { return None };
    let runs = measurement.time.runs.len();
    if runs < RUNS_OF_A_BASELINE {
        return Some(format!("it was measured in {runs} runs, and a baseline takes {RUNS_OF_A_BASELINE}"));
    }
    record.warnings.iter().find(|warning| is_disturbed(warning.kind)).map(|warning| warning.message.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Failure, FailureKind, RunSummary, Stop, Warning};
    use crate::report::sample;

    fn report() -> Report {
        let mut report = sample::healthy();
        report.warnings.clear();
        for record in &mut report.records {
            record.warnings.clear();
            if let Outcome::Measured(measurement) = &mut record.outcome {
                measurement.time.runs = vec![RunSummary::default(); 6];
            }
        }
        report.run.environment.build.profile = "release".to_owned();
        report
    }

    fn unfit(change: impl FnOnce(&mut Report)) -> (usize, Vec<String>) {
        let mut report = report();
        change(&mut report);
        let all = report.records.len();
        let Fit { report, unfit } = fit(report, false);
        (all - report.records.len(), unfit)
    }

    #[test]
    fn with_force_everything_is_fit() {
        let mut report = report();
        report.warnings.push(Warning::new(WarningKind::Steal, "too busy"));
        let Fit { report: all, unfit } = fit(report.clone(), true);
        assert_eq!((all, unfit), (report, vec![]));
    }

    #[test]
    fn a_stopped_run_and_a_failed_one_are_not_recorded() {
        let mut report = report();
        assert_eq!(nothing_from(&report, false), None);
        report.records[0].outcome = Outcome::Failed(Failure::new(FailureKind::Panic, "as scripted"));
        assert!(nothing_from(&report, false).is_some_and(|why| why.starts_with("1 benchmark failed")));
        assert_eq!(nothing_from(&report, true), None);
        report.stopped = Some(Stop::Terminate);
        assert!(nothing_from(&report, true).is_some());
    }

    #[test]
    fn what_was_recorded_is_told() {
        let mut recorded = Recorded { written: 1, ..Recorded::default() };
        assert_eq!(told(&recorded, "b.json"), "recorded 1 benchmark in `b.json`");
        (recorded.written, recorded.dropped, recorded.left_out) =
            (2, vec!["p::b::x".into()], vec!["p::b::y".into()]);
        assert_eq!(
            told(&recorded, "b.json"),
            "recorded 2 benchmarks in `b.json`; no longer there: p::b::x; without figures to record: p::b::y"
        );
    }

    #[test]
    fn six_runs_on_a_quiet_machine_are_fit() {
        assert_eq!(unfit(|_| {}), (0, vec![]));
    }

    #[test]
    fn a_benchmark_with_fewer_runs_is_left_out_and_named() {
        let (out, told) = unfit(|report| {
            let Outcome::Measured(measurement) = &mut report.records[0].outcome else { return };
            measurement.time.runs.pop();
        });
        assert_eq!((out, told.len()), (1, 1));
        assert!(told[0].ends_with("it was measured in 5 runs, and a baseline takes 6"), "{told:?}");
    }

    #[test]
    fn an_interrupted_benchmark_is_left_out_and_other_warnings_are_no_reason() {
        let warn = |kind| unfit(|report| report.records[1].warnings.push(Warning::new(kind, "as scripted")));
        assert_eq!(warn(WarningKind::InvoluntarySwitches).0, 1);
        assert_eq!(warn(WarningKind::Drift).0, 0);
    }

    #[test]
    fn an_unquiet_machine_and_a_debug_build_leave_nothing() {
        let all = report().records.len();
        for kind in [WarningKind::LoadedMachine, WarningKind::Steal] {
            let told = unfit(|report| report.warnings.push(Warning::new(kind, "too busy")));
            assert_eq!(told, (all, vec!["too busy".to_owned()]));
        }
        let (out, told) = unfit(|report| report.run.environment.build.profile = "debug".to_owned());
        assert!(out == all && told[0].contains("debug build"), "{told:?}");
    }
}
