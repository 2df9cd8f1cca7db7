//! Changes since earlier results, which take two looks that agree. Main type: [`Earlier`].

use super::basis;
use super::compare::{Question, Subject, findings};
use super::figure::is_of_load;
use super::limits;
use super::machine::Machines;
use crate::model::{
    Allowance, Baseline, BaselineEntry, Change, Comparison, Finding, Gate, Host, LookFigures, Met, Metric,
    Outcome, Record,
};

/// Earlier results that single records are held against.
pub(crate) struct Earlier<'a> {
    baseline: &'a Baseline,
    machines: Machines<'a>,
    gate: Gate,
    questions: Vec<Question>,
}

impl<'a> Earlier<'a> {
    /// For records of a suite that is being measured on this machine.
    pub(crate) fn here(
        baseline: &'a Baseline,
        suite: &str,
        host: &Host,
        allowances: &[Allowance],
        gate: Gate,
    ) -> Self {
        Self::new(baseline, Machines::here(suite, host, baseline), allowances, gate)
    }

    pub(super) fn new(
        baseline: &'a Baseline,
        machines: Machines<'a>,
        allowances: &[Allowance],
        gate: Gate,
    ) -> Self {
        Self { baseline, machines, gate, questions: Question::of_allowances(allowances) }
    }

    /// What the earlier results have of a record.
    pub(super) fn entry(&self, record: &Record) -> Option<&'a BaselineEntry> {
        self.baseline.entries.get(&record.id.to_string())
    }

    /// Why the times of a record are not comparable with earlier ones, where they are not.
    pub(super) fn elsewhere(&self, record: &Record) -> Option<String> {
        self.machines.difference(&record.id, self.entry(record)?)
    }

    /// Why no times of a record, and no ratios, are comparable with earlier ones, where they are not.
    pub(super) fn on_another(&self, record: &Record) -> Option<String> {
        basis::elsewhere(&self.entry(record)?.basis, &record.basis)
    }

    /// The findings on a record. A change of anything that is timed stands if both looks at it show the same; where there
    /// was one look only, it is left open if it was to be `confirmed`.
    pub(crate) fn findings(&self, record: &Record, confirmed: bool) -> Vec<Finding> {
        let (entry, elsewhere, on_another) =
            (self.entry(record), self.elsewhere(record), self.on_another(record));
        let of = |record: &Record| {
            let (elsewhere, on_another) = (elsewhere.as_deref(), on_another.as_deref());
            let subject = Subject { record, entry, gate: self.gate, elsewhere, on_another };
            findings(&subject, &self.questions)
        };
        let together = of(record);
        match record.looks.as_deref() {
            Some([first, second]) => {
                let looks = of(&look(record, first)).into_iter().zip(of(&look(record, second)));
                together.into_iter().zip(looks).map(|(all, (one, other))| agreed(all, &one, &other)).collect()
            }
            None if confirmed => together.into_iter().map(|finding| unconfirmed(record, finding)).collect(),
            None => together,
        }
    }
}

/// The record as one look alone shows it.
fn look(record: &Record, figures: &LookFigures) -> Record {
    let LookFigures { measurement, comparison } = figures.clone();
    Record { outcome: Outcome::Measured(Box::new(measurement)), comparison, looks: None, ..record.clone() }
}

/// Whether it claims a change of something that another look can confirm. What a pass of its own tells, memory and the
/// event loop, is found out once.
pub(crate) fn takes_two_looks(finding: &Finding) -> bool {
    matches!(finding.change, Change::Improved | Change::Regressed) && finding.metric.is_of_turns()
}

/// What stands of a finding on all runs, after what each look shows by itself: a change, if both show it. Where they
/// contradict each other, that is said.
fn agreed(all: Finding, first: &Finding, second: &Finding) -> Finding {
    let agrees = |look: &Finding| look.metric == all.metric && look.change == all.change;
    let is_contradicted = takes_two_looks(first) && second.change != first.change;
    match [first, second].into_iter().find(|look| !agrees(look)) {
        Some(other) if takes_two_looks(&all) => {
            let why = other.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
            open(&all, format!("{CONTRADICTED}{why}"))
        }
        _ if is_contradicted && all.change == Change::Inconclusive && all.reason.is_none() => {
            Finding { reason: Some(CONTRADICTED.to_owned()), ..all }
        }
        _ => all,
    }
}

const CONTRADICTED: &str = "two looks with fresh processes did not show the same";

/// What stands of a finding that no second look confirmed. A record is put under load once.
fn unconfirmed(record: &Record, finding: Finding) -> Finding {
    if !takes_two_looks(&finding) || is_of_load(record, finding.metric) {
        return finding;
    }
    open(&finding, "there was no time for a second look: raise max_time or the budget".to_owned())
}

fn open(finding: &Finding, reason: String) -> Finding {
    Finding { change: Change::Inconclusive, fails: false, reason: Some(reason), ..*finding }
}

/// Whether a limit on the ratio to the reference is open because the ratio is not known well enough.
pub(crate) fn has_open_limit(record: &Record) -> bool {
    let is_measured = matches!(record.comparison, Some(Comparison::Ratio(_)));
    let is_open = |met: &Met| matches!(met, Met::Unknown(_));
    is_measured
        && limits::checks(record)
            .iter()
            .any(|check| check.limit.metric == Metric::Ratio && is_open(&check.met))
}
