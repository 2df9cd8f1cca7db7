//! What a report says of changes and limits, in the order in which it is told: the worst first. Main type:
//! [`Conclusion`].

use std::cmp::Reverse;

use crate::model::{Change, Check, Finding, Met, Outcome, Record, Report};
use crate::order;

/// What is to be told of a whole report besides its tables.
#[derive(Debug, Default)]
pub(super) struct Conclusion<'a> {
    /// Figures that are worse than allowed, the worst first.
    pub(super) failing: Vec<(&'a Record, &'a Finding)>,
    /// Limits that are missed: the critical ones first, then by how much.
    pub(super) missed: Vec<(&'a Record, &'a Check)>,
    /// Limits of which it is not known whether they hold, with the reason.
    pub(super) unknown: Vec<(&'a Record, &'a Check, &'a str)>,
    /// Benchmarks that the earlier results do not have.
    pub(super) new: Vec<&'a Record>,
    /// Figures that cannot be compared.
    pub(super) not_comparable: Vec<(&'a Record, &'a Finding)>,
    /// Figures that moved with a plan, no further than is allowed.
    pub(super) by_plan: Vec<(&'a Record, &'a Finding)>,
}

impl<'a> Conclusion<'a> {
    /// What `report` says.
    pub(super) fn of(report: &'a Report) -> Self {
        let mut conclusion = Self::default();
        for record in &report.records {
            conclusion.take_findings(record);
            conclusion.take_checks(record);
        }
        conclusion.sort();
        conclusion
    }

    fn sort(&mut self) {
        let (failing, missed) = (&self.failing, &self.missed);
        let worse =
            order::places(failing.len(), &|a, b| worse_by(failing[b].1).total_cmp(&worse_by(failing[a].1)));
        let further = order::places(missed.len(), &|a, b| {
            let (a, b) = (missed[a].1, missed[b].1);
            Reverse(a.limit.level).cmp(&Reverse(b.limit.level)).then(b.by.total_cmp(&a.by))
        });
        self.failing = worse.into_iter().map(|at| self.failing[at]).collect();
        self.missed = further.into_iter().map(|at| self.missed[at]).collect();
    }

    fn take_findings(&mut self, record: &'a Record) {
        for finding in &record.findings {
            match finding.change {
                _ if finding.fails => self.failing.push((record, finding)),
                Change::NotComparable => self.not_comparable.push((record, finding)),
                Change::PlanChanged => self.by_plan.push((record, finding)),
                _ => {}
            }
        }
        if headline(record).is_some_and(|finding| finding.change == Change::New) {
            self.new.push(record);
        }
    }

    fn take_checks(&mut self, record: &'a Record) {
        for check in &record.checks {
            match &check.met {
                Met::Yes => {}
                Met::No => self.missed.push((record, check)),
                Met::Unknown(reason) => self.unknown.push((record, check, reason)),
            }
        }
    }
}

/// The finding that stands for a record: the worst that fails, else the first.
pub(super) fn headline(record: &Record) -> Option<&Finding> {
    let failing = record.findings.iter().filter(|finding| finding.fails);
    failing.max_by(|a, b| worse_by(a).total_cmp(&worse_by(b))).or(record.findings.first())
}

/// By how much a figure is worse than before, as a share: less than 0 where it is better.
pub(super) fn worse_by(finding: &Finding) -> f64 {
    if finding.metric.more_is_better() { -finding.by } else { finding.by }
}

/// How many benchmarks have which word, the words in the order of [`Change`]; those without findings have none.
pub(super) fn changes(report: &Report) -> Vec<(Change, usize)> {
    const WORDS: [Change; 8] = [
        Change::Regressed,
        Change::PlanChanged,
        Change::Inconclusive,
        Change::NotComparable,
        Change::New,
        Change::Vanished,
        Change::Improved,
        Change::Unchanged,
    ];
    let count = |change: Change| {
        let records = report.records.iter().filter_map(headline).filter(|finding| finding.change == change);
        records.count() + if change == Change::Vanished { report.vanished.len() } else { 0 }
    };
    WORDS.into_iter().map(|change| (change, count(change))).filter(|(_, count)| *count > 0).collect()
}

/// How many benchmarks ended how: measured (always told), passed, failed, skipped.
pub(super) fn endings(records: &[Record]) -> Vec<(usize, &'static str)> {
    let word = |record: &Record| match &record.outcome {
        Outcome::Measured(_) => "measured",
        Outcome::Passed if record.has_further_pass() => "measured",
        Outcome::Passed => "passed",
        Outcome::Failed(_) => "failed",
        Outcome::Skipped(_) => "skipped",
    };
    let count = |given| (records.iter().filter(|record| word(record) == given).count(), given);
    let counts = ["measured", "passed", "failed", "skipped"].map(count);
    counts.into_iter().filter(|(count, word)| *count > 0 || *word == "measured").collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn what_fails_is_told_the_worst_first() {
        let report = sample::compared();
        let told = Conclusion::of(&report);
        let failing: Vec<_> =
            told.failing.iter().map(|(record, f)| (record.name.as_str(), f.metric.word())).collect();
        assert_eq!(failing, [("insert", "p99"), ("my_adapter", "ratio")]);
        let missed: Vec<_> = told.missed.iter().map(|(_, check)| check.limit.text.as_str()).collect();
        assert_eq!(missed, ["p99 <= 10ms", "max_ratio = 1.2", "throughput >= 10K rows/s"]);
    }

    #[test]
    fn what_fails_stands_for_a_benchmark() {
        let report = sample::compared();
        let insert = report.records.iter().find(|record| record.name == "insert").expect("in the sample");
        assert_eq!(insert.findings[0].change, Change::Unchanged);
        assert_eq!(headline(insert).map(|finding| finding.metric.word()), Some("p99"));
    }

    #[test]
    fn a_throughput_that_falls_is_worse() {
        let mut finding = sample::compared().records[0].findings[0].clone();
        (finding.metric, finding.by) = (crate::model::Metric::Throughput, -0.2);
        assert_eq!(worse_by(&finding), 0.2);
    }

    #[test]
    fn every_benchmark_is_counted_once_and_what_vanished_too() {
        let report = sample::compared();
        let counted: usize = changes(&report).iter().map(|(_, count)| count).sum();
        assert_eq!(counted, report.records.len() + report.vanished.len());
    }
}
