//! What limits and earlier results say of a report. Main functions: [`checked`] and [`compared`].

mod basis;
mod bound;
mod canary;
mod compare;
mod confident;
mod figure;
mod grade;
mod judgement;
mod limits;
mod looks;
mod machine;
mod notices;
mod paired;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashSet};
use std::time::{Duration, SystemTime};

use self::machine::Machines;
use crate::model::{Allowance, Baseline, BaselineEntry, ComparedWith, Gate, Metric, Report};

pub(crate) use self::figure::figure;
pub(crate) use self::looks::{Earlier, has_open_limit, takes_two_looks};
pub(crate) use self::paired::{Beside, allowed_share, changed, explained_by_layout, paired};

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
    /// Whether a change takes a second look that agrees.
    pub(crate) confirmed: bool,
    /// Whether everything was selected. Where it was not, nothing has vanished.
    pub(crate) is_whole: bool,
}

/// The report with its limits checked: [`Record::checks`](crate::model::Record::checks) and [`Report::verdict`].
pub(crate) fn checked(mut report: Report) -> Report {
    for record in &mut report.records {
        record.checks = limits::checks(record);
    }
    report.verdict = grade::verdict(&report.records);
    report
}

/// The report compared with earlier results: findings, what vanished, what it was compared with, warnings.
pub(crate) fn compared(mut report: Report, baseline: &Baseline, rules: &Rules) -> Report {
    let ids: Vec<String> = report.records.iter().map(|record| record.id.to_string()).collect();
    let earlier = Earlier::new(baseline, Machines::of(&report, baseline), &rules.allowances, rules.gate);
    let entries: Vec<Option<&BaselineEntry>> = ids.iter().map(|id| baseline.entries.get(id)).collect();
    let elsewhere: Vec<Option<String>> =
        report.records.iter().map(|record| earlier.elsewhere(record)).collect();
    let on_another: Vec<Option<String>> =
        report.records.iter().map(|record| earlier.on_another(record)).collect();
    for record in &mut report.records {
        record.findings = earlier.findings(record, rules.confirmed);
        if let Some(entry) = earlier.entry(record) {
            let findings = std::mem::take(&mut record.findings);
            record.findings = basis::named(findings, &entry.basis, &record.basis);
        }
    }
    report.vanished = vanished(&ids, baseline, rules);
    report.warnings.extend(machine::warnings(&elsewhere, rules.gate));
    report.warnings.extend(basis::warnings(&on_another, rules.gate));
    report.warnings.extend(notices::stale(&entries, baseline, rules));
    report.warnings.extend(notices::unrecorded(&report.records));
    report.compared_with = Some(ComparedWith {
        origin: baseline.origin.clone(),
        arch: baseline.arch.clone(),
        recorded_at: baseline.recorded_at,
        allowances: texts(&rules.allowances),
        gate: rules.gate,
    });
    report
}

fn texts(allowances: &[Allowance]) -> Vec<String> {
    match allowances {
        [] => vec![Allowance::default_of_median().text],
        _ => allowances.iter().map(|allowance| allowance.text.clone()).collect(),
    }
}

/// The full names that the earlier results have of the suites and the report has not, in order.
fn vanished(ids: &[String], baseline: &Baseline, rules: &Rules) -> Vec<String> {
    if !rules.is_whole {
        return Vec::new();
    }
    let present: HashSet<&str> = ids.iter().map(String::as_str).collect();
    let of_suite = |suite: &String| baseline.entries.names_starting_with(format!("{suite}::"));
    rules.suites.iter().flat_map(of_suite).filter(|name| !present.contains(name)).map(str::to_owned).collect()
}

/// The report with the change of each median since the `last` results, which nothing hangs on.
pub(crate) fn since(mut report: Report, last: &Baseline) -> Report {
    for record in &mut report.records {
        let entry = last.entries.get(&record.id.to_string());
        let before = entry.and_then(|entry| entry.figures.get(Metric::Median)).filter(|before| *before > 0.0);
        record.since_last =
            before.zip(figure(record, Metric::Median)).map(|(before, now)| now / before - 1.0);
        let known = entry.filter(|_| record.since_last.is_some());
        let moved = known.and_then(|entry| basis::since(record, &entry.basis));
        record.warnings.extend(moved);
    }
    report
}
