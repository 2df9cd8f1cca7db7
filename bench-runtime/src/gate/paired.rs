//! Benchmarks held against themselves in another program, with which they took turns. Main function: [`paired`].

use std::collections::{BTreeMap, BTreeSet};

use super::figure;
use crate::model::{
    Allowance, Change, ComparedWith, Confirmation, Finding, Gate, Metric, Outcome, Ratio, Record, Report,
    Verdict, Worsening,
};

/// What another program showed beside this one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Beside {
    /// What it is, to show.
    pub(crate) origin: String,
    /// Its records, of the benchmarks that both programs have.
    pub(crate) records: Vec<Record>,
    /// The ratio of this program's time to its own, or why there is none, by full name.
    pub(crate) ratios: BTreeMap<String, Result<Ratio, String>>,
    /// The full names of all benchmarks that it has.
    pub(crate) names: BTreeSet<String>,
    /// Those that this program does not have.
    pub(crate) vanished: Vec<String>,
}

/// How much longer a median may take, as a share: what decides when a comparison is precise enough.
pub(crate) fn allowed_share(allowances: &[Allowance]) -> f64 {
    match allowance(Metric::Median, allowances).map(|allowance| allowance.most) {
        Some(Worsening::Share(share)) => share,
        // An amount is another share of every benchmark.
        Some(Worsening::Amount(_)) | None => 0.1,
    }
}

/// The report compared with the other program: findings, what vanished, what it was compared with.
///
/// Medians are judged by their ratio in turns; under [`Gate::Plain`], and for other metrics that `allowances` name, the
/// figures alone are compared.
pub(crate) fn paired(mut report: Report, beside: Beside, allowances: &[Allowance], gate: Gate) -> Report {
    let there: BTreeMap<String, &Record> =
        beside.records.iter().map(|record| (record.id.to_string(), record)).collect();
    for record in &mut report.records {
        let id = record.id.to_string();
        record.findings = match there.get(&id) {
            _ if !beside.names.contains(&id) => vec![nothing_before(Change::New, None)],
            Some(before) => of_record(record, before, beside.ratios.get(&id), allowances, gate),
            None => Vec::new(),
        };
    }
    let defaults = [Allowance::default_of_median()];
    let asked = if allowances.is_empty() { &defaults[..] } else { allowances };
    report.compared_with = Some(ComparedWith {
        origin: beside.origin,
        arch: report.run.environment.host.arch.clone(),
        recorded_at: None,
        allowances: asked.iter().map(|allowance| allowance.text.clone()).collect(),
        gate,
    });
    report.vanished = beside.vanished;
    report
}

/// The findings of one benchmark: of its median, and of what else is limited.
fn of_record(
    now: &Record,
    before: &Record,
    ratio: Option<&Result<Ratio, String>>,
    allowances: &[Allowance],
    gate: Gate,
) -> Vec<Finding> {
    let Outcome::Measured(_) = &now.outcome else { return Vec::new() };
    let of_median = match ratio {
        Some(Ok(ratio)) => in_turns(now, before, ratio, allowance(Metric::Median, allowances).as_ref(), gate),
        Some(Err(reason)) => nothing_before(Change::NotComparable, Some(reason.clone())),
        None => return Vec::new(),
    };
    let others = allowances.iter().filter(|allowance| allowance.metric != Metric::Median);
    [of_median].into_iter().chain(others.map(|allowance| figures_alone(now, before, allowance))).collect()
}

/// What is allowed of a metric; the median has a default where nothing is asked for.
fn allowance(metric: Metric, allowances: &[Allowance]) -> Option<Allowance> {
    let asked = allowances.iter().find(|allowance| allowance.metric == metric).cloned();
    asked.or_else(|| (allowances.is_empty() && metric == Metric::Median).then(Allowance::default_of_median))
}

fn in_turns(
    now: &Record,
    before: &Record,
    ratio: &Ratio,
    allowance: Option<&Allowance>,
    gate: Gate,
) -> Finding {
    let (before, now) = (median(before), median(now));
    let by = if gate == Gate::Plain { now / before - 1.0 } else { ratio.value - 1.0 };
    let change = word(ratio.verdict);
    let exceeds = allowance.is_some_and(|allowance| is_beyond(by, before, allowance.most));
    Finding {
        metric: Metric::Median,
        change,
        before,
        now,
        by,
        interval: Some((ratio.low - 1.0, ratio.high - 1.0)),
        resolution: Some(ratio.resolution),
        allowed: allowance.map(|allowance| allowance.most),
        fails: exceeds && (change == Change::Regressed || gate == Gate::Plain),
        reason: open_question(ratio.confirmation),
    }
}

fn median(record: &Record) -> f64 {
    figure(record, Metric::Median).unwrap_or(f64::NAN)
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

/// Figures may differ from the allowed amount by this share of it through rounding alone.
const ROUNDING: f64 = 1e-9;

/// Whether a figure that changed by this share is worse than allowed; exactly that much is allowed.
fn is_beyond(by: f64, before: f64, most: Worsening) -> bool {
    match most {
        Worsening::Share(share) => by > share + ROUNDING,
        Worsening::Amount(amount) => by * before > amount * (1.0 + ROUNDING),
    }
}

/// A metric other than the median, whose figure on either side is a single one.
fn figures_alone(now: &Record, before: &Record, allowance: &Allowance) -> Finding {
    let metric = allowance.metric;
    let figures = figure(before, metric).zip(figure(now, metric));
    let Some((before, now)) = figures.filter(|(before, _)| *before > 0.0) else {
        let reason = format!("`{metric}` was not measured on both sides");
        return Finding { metric, ..nothing_before(Change::NotComparable, Some(reason)) };
    };
    let by = now / before - 1.0;
    let worse_by = if metric.more_is_better() { -by } else { by };
    let fails = is_beyond(worse_by, before, allowance.most);
    Finding {
        metric,
        change: if fails { Change::Regressed } else { Change::Unchanged },
        before,
        now,
        by,
        interval: None,
        resolution: None,
        allowed: Some(allowance.most),
        fails,
        reason: Some("the figures alone are compared: only medians are judged in turns".to_owned()),
    }
}

fn nothing_before(change: Change, reason: Option<String>) -> Finding {
    Finding {
        metric: Metric::Median,
        change,
        before: f64::NAN,
        now: f64::NAN,
        by: f64::NAN,
        interval: None,
        resolution: None,
        allowed: None,
        fails: false,
        reason,
    }
}
