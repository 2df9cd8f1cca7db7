//! Benchmarks held against themselves in another program, with which they took turns. Main function: [`paired`].

use std::collections::BTreeSet;

use super::judgement::{Pair, without_comparison};
use super::texts;
use super::{basis, figure};
use crate::model::{
    Allowance, ByName, Change, ComparedWith, Confirmation, Finding, Gate, Metric, Outcome, Ratio, Record,
    Report, Verdict, Worsening,
};

/// What another program showed beside this one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Beside {
    /// What it is, to show.
    pub(crate) origin: String,
    /// Its records, of the benchmarks that both programs have.
    pub(crate) records: Vec<Record>,
    /// The ratio of this program's time to its own, or why there is none, by full name.
    pub(crate) ratios: ByName<Result<Ratio, String>>,
    /// The full names of all benchmarks that it has.
    pub(crate) names: BTreeSet<String>,
    /// Those that this program does not have.
    pub(crate) vanished: Vec<String>,
}

/// How much longer a median may take, as a share: what decides when a comparison is precise enough. An amount is another
/// share of every benchmark; the default stands in for it.
pub(crate) fn allowed_share(allowances: &[Allowance]) -> f64 {
    let shares = asked_of(allowances, Metric::Median).filter_map(|allowance| match allowance.most {
        Worsening::Share(share) => Some(share),
        Worsening::Amount(_) => None,
    });
    shares.reduce(f64::min).unwrap_or(0.1)
}

fn asked_of(allowances: &[Allowance], metric: Metric) -> impl Iterator<Item = &Allowance> {
    allowances.iter().filter(move |allowance| allowance.metric == metric)
}

/// The report compared with the other program: findings, what vanished, what it was compared with.
///
/// Medians are judged by their ratio in turns. Under [`Gate::Plain`], and for other metrics that `allowances` name, the
/// figures alone are compared.
pub(crate) fn paired(mut report: Report, beside: Beside, allowances: &[Allowance], gate: Gate) -> Report {
    let there: ByName<&Record> =
        beside.records.iter().map(|record| (record.id.to_string(), record)).collect();
    let asked: Vec<Allowance> = match allowances {
        [] => vec![Allowance::default_of_median()],
        _ => allowances.to_vec(),
    };
    for record in &mut report.records {
        let id = record.id.to_string();
        let subject = Subject { before: there.get(&id).copied(), ratio: beside.ratios.get(&id), gate };
        let findings = if beside.names.contains(&id) {
            subject.findings(record, &asked)
        } else {
            vec![nothing_before(record)]
        };
        record.findings = match subject.before {
            Some(before) => basis::named(findings, &before.basis, &record.basis),
            None => findings,
        };
    }
    report.compared_with = Some(ComparedWith {
        origin: beside.origin,
        arch: report.run.environment.host.arch.clone(),
        recorded_at: None,
        allowances: texts(allowances),
        gate,
    });
    report.vanished = beside.vanished;
    report
}

fn is_change(finding: &Finding) -> bool {
    matches!(finding.change, Change::Regressed | Change::Improved)
}

/// The full names of the benchmarks that are called changed.
pub(crate) fn changed(report: &Report) -> Vec<String> {
    let changed = report.records.iter().filter(|record| record.findings.iter().any(is_change));
    changed.map(|record| record.id.to_string()).collect()
}

/// What is said of a change where the machine code is the same.
const LAYOUT: &str =
    "its machine code is the same on both sides: where the code lies, or what it reads, may explain it";

/// The report with a word on the changes of benchmarks whose machine code is the `same` in both programs.
pub(crate) fn explained_by_layout(mut report: Report, same: &BTreeSet<String>) -> Report {
    for record in report.records.iter_mut().filter(|record| same.contains(&record.id.to_string())) {
        for finding in record.findings.iter_mut().filter(|finding| is_change(finding)) {
            let before = finding.reason.take().map(|reason| format!("{reason}; ")).unwrap_or_default();
            finding.reason = Some(format!("{before}{LAYOUT}"));
        }
    }
    report
}

fn nothing_before(now: &Record) -> Finding {
    without_comparison(Metric::Median, Change::New, (None, figure(now, Metric::Median)), None, None)
}

/// A benchmark in the other program.
struct Subject<'a> {
    before: Option<&'a Record>,
    ratio: Option<&'a Result<Ratio, String>>,
    gate: Gate,
}

impl Subject<'_> {
    /// One finding for each allowance, and one for the median in any case; a single one for a benchmark that was not
    /// measured on both sides.
    fn findings(&self, now: &Record, asked: &[Allowance]) -> Vec<Finding> {
        let (before, ratio) = match (self.before, self.ratio, &now.outcome) {
            (_, _, Outcome::Passed) => return Vec::new(),
            (_, _, Outcome::Failed(failure)) => {
                return vec![self.not_measured(format!("it failed ({})", failure.kind))];
            }
            (_, _, Outcome::Skipped(reason)) => {
                return vec![self.not_measured(format!("it was skipped: {reason}"))];
            }
            (Some(before), Some(Ok(ratio)), _) => (before, ratio),
            (_, Some(Err(reason)), _) => return vec![self.not_measured(reason.clone())],
            _ => return vec![self.not_measured("it was not measured on both sides".to_owned())],
        };
        let of_median = asked_of(asked, Metric::Median).map(|allowance| Some(allowance.most));
        let of_median: Vec<_> = of_median.collect();
        let of_median = if of_median.is_empty() { vec![None] } else { of_median };
        let in_turns = of_median.into_iter().map(|allowed| self.in_turns(before, now, ratio, allowed));
        let others = asked.iter().filter(|allowance| allowance.metric != Metric::Median);
        in_turns.chain(others.map(|allowance| figures_alone(before, now, allowance))).collect()
    }

    fn not_measured(&self, reason: String) -> Finding {
        let before = self.before.and_then(|before| figure(before, Metric::Median));
        without_comparison(Metric::Median, Change::NotComparable, (before, None), None, Some(reason))
    }

    fn in_turns(&self, before: &Record, now: &Record, ratio: &Ratio, allowed: Option<Worsening>) -> Finding {
        let median = |record| figure(record, Metric::Median).unwrap_or(f64::NAN);
        let (metric, before, now) = (Metric::Median, median(before), median(now));
        let interval = Some((ratio.low - 1.0, ratio.high - 1.0));
        let resolution = Some(ratio.resolution).filter(|resolution| resolution.is_finite());
        let finding = match self.gate {
            Gate::Plain => Pair { metric, before, now, allowed }.literally(),
            Gate::Confident => {
                Pair { metric, before, now: before * ratio.value, allowed }.finding(word(ratio.verdict))
            }
        };
        Finding { now, interval, resolution, reason: open_question(ratio.confirmation), ..finding }
    }
}

fn word(verdict: Verdict) -> Change {
    match verdict {
        Verdict::Slower => Change::Regressed,
        Verdict::Faster => Change::Improved,
        Verdict::Same => Change::Unchanged,
        Verdict::Inconclusive => Change::Inconclusive,
    }
}

fn open_question(confirmation: Confirmation) -> Option<String> {
    let reason = match confirmation {
        Confirmation::NotNeeded | Confirmation::Confirmed => return None,
        Confirmation::NotAsked => "it was not looked at a second time (--quick)",
        Confirmation::Lacking => "there was no time for a second look: raise max_time or the budget",
        Confirmation::Contradicted => "a second look with fresh processes did not show the same",
    };
    Some(reason.to_owned())
}

/// A metric other than the median, of which each side has a single figure.
fn figures_alone(before: &Record, now: &Record, allowance: &Allowance) -> Finding {
    let (metric, allowed) = (allowance.metric, Some(allowance.most));
    match (figure(before, metric), figure(now, metric)) {
        (Some(before), Some(now)) => {
            let reason = "the figures alone are compared: only medians are judged by their turns".to_owned();
            Finding { reason: Some(reason), ..Pair { metric, before, now, allowed }.literally() }
        }
        figures => {
            let reason = Some(format!("there is no `{metric}` of both sides"));
            without_comparison(metric, Change::NotComparable, figures, allowed, reason)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::testing::{self, measured, record, report};
    use crate::model::{Failure, FailureKind};

    fn ratio(value: f64, half_width: f64, verdict: Verdict) -> Result<Ratio, String> {
        Ok(Ratio { verdict, ..testing::ratio(value, half_width) })
    }

    /// The findings of one benchmark at 1 µs there, with this ratio to it here.
    fn findings(found: Result<Ratio, String>, allowances: &[Allowance], gate: Gate) -> Vec<Finding> {
        let now = found.as_ref().map_or(1_000.0, |ratio| 1_000.0 * ratio.value);
        let beside = Beside {
            origin: "git:main".into(),
            records: vec![record("f", 1_000.0)],
            ratios: [("pkg::suite::f".to_owned(), found)].into_iter().collect(),
            names: BTreeSet::from(["pkg::suite::f".to_owned()]),
            vanished: Vec::new(),
        };
        paired(report(vec![record("f", now)]), beside, allowances, gate).records.remove(0).findings
    }

    fn only(found: Result<Ratio, String>) -> Finding {
        let mut all = findings(found, &[], Gate::Confident);
        assert_eq!(all.len(), 1);
        all.remove(0)
    }

    fn allowing(metric: Metric, most: Worsening) -> Allowance {
        Allowance { metric, most, text: "as asked".into() }
    }

    #[test]
    fn a_regression_fails_beyond_what_is_allowed_and_nothing_else_does() {
        let table = [
            (1.15, Verdict::Slower, Change::Regressed, true),
            (1.1, Verdict::Slower, Change::Regressed, false),
            (1.05, Verdict::Slower, Change::Regressed, false),
            (1.3, Verdict::Inconclusive, Change::Inconclusive, false),
            (1.0, Verdict::Same, Change::Unchanged, false),
            (0.5, Verdict::Faster, Change::Improved, false),
        ];
        for (value, verdict, change, fails) in table {
            let finding = only(ratio(value, 0.01, verdict));
            assert_eq!((finding.change, finding.fails), (change, fails), "{value}");
            assert!((finding.by - (value - 1.0)).abs() < 1e-12, "{finding:?}");
            let (low, high) = finding.interval.expect("from the turns");
            assert!(low < finding.by && finding.by < high);
        }
    }

    #[test]
    fn a_stricter_allowance_decides_sooner() {
        let strict = [allowing(Metric::Median, Worsening::Share(0.03))];
        assert!(findings(ratio(1.05, 0.01, Verdict::Slower), &strict, Gate::Confident)[0].fails);
        assert_eq!((allowed_share(&strict), allowed_share(&[])), (0.03, 0.1));
        let amount = [allowing(Metric::Median, Worsening::Amount(40.0))];
        assert!(findings(ratio(1.05, 0.01, Verdict::Slower), &amount, Gate::Confident)[0].fails);
        assert!(!findings(ratio(1.03, 0.01, Verdict::Slower), &amount, Gate::Confident)[0].fails);
    }

    #[test]
    fn the_plain_gate_goes_by_the_figures() {
        let open = || ratio(1.2, 0.5, Verdict::Inconclusive);
        assert!(findings(open(), &[], Gate::Plain)[0].fails);
        assert!(!findings(open(), &[], Gate::Confident)[0].fails);
    }

    #[test]
    fn other_metrics_are_compared_by_their_figures_and_say_so() {
        let p99 =
            [allowing(Metric::P99, Worsening::Share(0.1)), allowing(Metric::Peak, Worsening::Share(0.1))];
        let found = findings(ratio(1.2, 0.01, Verdict::Slower), &p99, Gate::Confident);
        let metrics: Vec<Metric> = found.iter().map(|finding| finding.metric).collect();
        assert_eq!(metrics, [Metric::Median, Metric::P99, Metric::Peak]);
        assert_eq!([found[0].fails, found[1].fails], [false, true], "nothing is asked of the median");
        assert!(found[1].reason.as_ref().is_some_and(|reason| reason.contains("figures alone")));
        assert_eq!(found[2].change, Change::NotComparable);
    }

    #[test]
    fn what_was_not_measured_on_both_sides_says_why() {
        let finding = only(Err("the other revision's failed (panic)".into()));
        assert_eq!((finding.change, finding.fails), (Change::NotComparable, false));
        assert_eq!(finding.reason.as_deref(), Some("the other revision's failed (panic)"));
        let mut failed = record("f", 1.0);
        failed.outcome = Outcome::Failed(Failure::new(FailureKind::Abort, "gone"));
        let beside = Beside { names: BTreeSet::from(["pkg::suite::f".to_owned()]), ..Beside::default() };
        let report = paired(report(vec![failed]), beside, &[], Gate::Confident);
        assert_eq!(report.records[0].findings[0].reason.as_deref(), Some("it failed (abort)"));
    }

    #[test]
    fn what_is_on_one_side_only_is_new_or_vanished() {
        let beside = Beside {
            origin: "git:main (1)".into(),
            vanished: vec!["pkg::suite::g".into()],
            ..Beside::default()
        };
        let mut new = record("f", 1.0);
        new.outcome = measured(&[1.0; 4]);
        let report = paired(report(vec![new]), beside, &[], Gate::Confident);
        assert_eq!(report.records[0].findings[0].change, Change::New);
        assert_eq!(report.vanished, ["pkg::suite::g"]);
        let compared = report.compared_with.expect("told");
        assert_eq!(
            (compared.origin.as_str(), compared.allowances),
            ("git:main (1)", vec!["median:10%".to_owned()])
        );
    }

    #[test]
    fn a_change_of_code_that_is_the_same_has_another_reason() {
        let beside = |found| Beside {
            records: vec![record("f", 1_000.0)],
            ratios: [("pkg::suite::f".to_owned(), found)].into_iter().collect(),
            names: BTreeSet::from(["pkg::suite::f".to_owned()]),
            ..Beside::default()
        };
        for (verdict, is_told) in [(Verdict::Slower, true), (Verdict::Faster, true), (Verdict::Same, false)] {
            let found = ratio(1.2, 0.01, verdict);
            let report = paired(report(vec![record("f", 1_200.0)]), beside(found), &[], Gate::Confident);
            let names = changed(&report);
            assert_eq!(names.len(), usize::from(is_told));
            let reason_in = |same: &BTreeSet<String>| {
                explained_by_layout(report.clone(), same).records[0].findings[0].reason.clone()
            };
            let all = BTreeSet::from(["pkg::suite::f".to_owned()]);
            assert_eq!(reason_in(&all).is_some_and(|reason| reason.contains("machine code")), is_told);
            assert_eq!(reason_in(&BTreeSet::new()), None);
        }
        let confirmation = Confirmation::NotAsked;
        let found = Ok(Ratio { verdict: Verdict::Slower, confirmation, ..testing::ratio(1.2, 0.01) });
        let report = paired(report(vec![record("f", 1_200.0)]), beside(found), &[], Gate::Confident);
        let told = explained_by_layout(report, &BTreeSet::from(["pkg::suite::f".to_owned()]));
        let reason = told.records[0].findings[0].reason.clone().expect("told");
        assert!(reason.starts_with("it was not looked at a second time (--quick); its machine"), "{reason}");
    }

    #[test]
    fn an_open_question_has_a_reason() {
        let open = Ok(Ratio {
            verdict: Verdict::Inconclusive,
            confirmation: Confirmation::Contradicted,
            ..testing::ratio(1.2, 0.01)
        });
        assert!(only(open).reason.is_some_and(|reason| reason.contains("second look")));
    }
}
