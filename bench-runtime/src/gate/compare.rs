//! How a benchmark compares with what it was before. Main function: [`findings`].

use super::confident::{by_medians, by_ratios};
use super::figure::{figure_per, is_percentile, why_none};
use super::judgement::{Pair, without_comparison};
use crate::model::{
    Allowance, BaselineEntry, Change, Comparison, Finding, Gate, Measurement, Metric, Outcome, Per,
    PercentilesOf, Quantity, Ratio, Record, Worsening,
};
use crate::stats::interval::LogInterval;

/// A metric to compare, and how much worse it may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Question {
    metric: Metric,
    allowed: Option<Worsening>,
}

impl Question {
    /// What is asked of every benchmark: each allowance, and the median in any case.
    pub(super) fn of_allowances(allowances: &[Allowance]) -> Vec<Self> {
        let default = [Allowance::default_of_median()];
        let allowances = if allowances.is_empty() { &default[..] } else { allowances };
        let mut questions: Vec<Self> = Vec::new();
        for allowance in allowances {
            let question = Self { metric: allowance.metric, allowed: Some(allowance.most) };
            if !questions.contains(&question) {
                questions.push(question);
            }
        }
        if questions.iter().all(|question| question.metric != Metric::Median) {
            questions.push(Self { metric: Metric::Median, allowed: None });
        }
        questions
    }

    /// The question as an entry can be asked it: one that has a rate instead of a time is asked for that. `None` where
    /// the rate is asked for anyway.
    fn to(self, entry: &BaselineEntry, all: &[Self]) -> Option<Self> {
        let has = |metric: Metric| entry.figures.contains_key(&metric);
        let is_rate = !has(Metric::Median) && has(Metric::Throughput);
        if self.metric != Metric::Median || !is_rate {
            return Some(self);
        }
        let is_asked = all.iter().any(|other| other.metric == Metric::Throughput);
        let allowed = self.allowed.filter(|most| matches!(most, Worsening::Share(_)));
        (!is_asked).then_some(Self { metric: Metric::Throughput, allowed })
    }
}

/// One benchmark and what it is compared with.
pub(super) struct Subject<'a> {
    /// The benchmark.
    pub(super) record: &'a Record,
    /// What it was before; `None` where it was not there.
    pub(super) entry: Option<&'a BaselineEntry>,
    /// The rule.
    pub(super) gate: Gate,
    /// Why figures that depend on the machine cannot be compared, where they cannot.
    pub(super) elsewhere: Option<&'a str>,
}

/// One finding for each question; a single one for a benchmark that is new or was not measured. None for a benchmark that
/// was only run once.
pub(super) fn findings(subject: &Subject<'_>, questions: &[Question]) -> Vec<Finding> {
    let Subject { record, entry, .. } = subject;
    let measurement = match &record.outcome {
        Outcome::Passed => return Vec::new(),
        Outcome::Measured(measurement) => measurement,
        Outcome::Skipped(reason) => return vec![not_measured(*entry, format!("it was skipped: {reason}"))],
        Outcome::Failed(failure) => {
            return vec![not_measured(*entry, format!("it failed ({})", failure.kind))];
        }
    };
    let Some(entry) = entry else {
        let now = figure_per(record, Metric::Median, Per::Told);
        return vec![without_comparison(Metric::Median, Change::New, (None, now), None, None)];
    };
    let asked = questions.iter().filter_map(|question| question.to(entry, questions));
    asked.map(|question| finding(subject, entry, measurement, question)).collect()
}

fn not_measured(entry: Option<&BaselineEntry>, reason: String) -> Finding {
    let change = if entry.is_some() { Change::NotComparable } else { Change::New };
    let metric = match entry {
        Some(entry) if !entry.figures.contains_key(&Metric::Median) => Metric::Throughput,
        _ => Metric::Median,
    };
    let before = entry.and_then(|entry| entry.figures.get(&metric).copied());
    without_comparison(metric, change, (before, None), None, Some(reason))
}

fn finding(
    subject: &Subject<'_>,
    entry: &BaselineEntry,
    measurement: &Measurement,
    question: Question,
) -> Finding {
    let ratios = ratios(subject.record, entry).filter(|_| subject.gate == Gate::Confident);
    if let (Some((before, now)), true) = (ratios, question.goes_by_ratio()) {
        let (metric, allowed) = (Metric::Ratio, question.allowed);
        let pair = Pair { metric, before: before.estimate.exp(), now: now.value, allowed };
        return by_ratios(&pair, &before, entry.runs.len(), now);
    }
    let pair = match pair(subject.record, entry, question) {
        Ok(pair) => pair,
        Err(finding) => return finding,
    };
    if let Some(reason) = of_other_samples(&pair, entry, measurement) {
        return pair.not_comparable(reason);
    }
    match (subject.gate, subject.elsewhere) {
        (Gate::Plain, _) => pair.literally(),
        (Gate::Confident, Some(reason)) if depends_on_machine(pair.metric) => pair.not_comparable(reason),
        (Gate::Confident, _) => confidently(&pair, entry, measurement),
    }
}

/// Why percentiles of single calls and of sub-samples are not compared.
fn of_other_samples(pair: &Pair, entry: &BaselineEntry, measurement: &Measurement) -> Option<&'static str> {
    match (entry.percentiles_of?, measurement.time.percentiles_of) {
        _ if !is_percentile(pair.metric) => None,
        (before, now) if before == now => None,
        (_, PercentilesOf::Calls) => Some("it was a percentile of sub-samples, and is one of single calls"),
        (_, PercentilesOf::SubSamples) => {
            Some("it was a percentile of single calls, and is one of sub-samples")
        }
    }
}

fn confidently(pair: &Pair, entry: &BaselineEntry, measurement: &Measurement) -> Finding {
    let is_of_runs = matches!(pair.metric, Metric::Median | Metric::Throughput);
    if is_of_runs && pair.before > 0.0 && pair.now > 0.0 {
        return by_medians(pair, entry, &measurement.time);
    }
    let reason = depends_on_machine(pair.metric).then(|| {
        "the figures alone are compared: how this metric differs from run to run is not known".to_owned()
    });
    Finding { reason, ..pair.literally() }
}

impl Question {
    /// Whether an arm with a reference is asked this by its ratio, which a slower machine does not move. An amount of time
    /// is one of the machine.
    fn goes_by_ratio(self) -> bool {
        match self.metric {
            Metric::Median => !matches!(self.allowed, Some(Worsening::Amount(_))),
            metric => metric == Metric::Ratio,
        }
    }
}

/// The ratios before and now, if they are to the same reference.
fn ratios<'r>(record: &'r Record, entry: &BaselineEntry) -> Option<(LogInterval, &'r Ratio)> {
    let Some(Comparison::Ratio(now)) = &record.comparison else { return None };
    let (value, (low, high)) = (*entry.figures.get(&Metric::Ratio)?, entry.ratio_interval?);
    let is_same = entry.reference.as_ref().is_some_and(|reference| *reference == now.reference);
    let before = LogInterval { low: low.ln(), estimate: value.ln(), high: high.ln() };
    let is_sound = low > 0.0 && low <= value && value <= high && high.is_finite();
    (is_same && is_sound).then_some((before, now))
}

/// Both figures, or the finding that one is missing.
fn pair(record: &Record, entry: &BaselineEntry, question: Question) -> Result<Pair, Finding> {
    let Question { metric, allowed } = question;
    let before = entry.figures.get(&metric).copied().filter(|figure| figure.is_finite());
    let now = figure_per(record, metric, entry.per);
    match (before, now) {
        (Some(before), Some(now)) => Ok(Pair { metric, before, now, allowed }),
        (before, now) => {
            let reason = match now {
                Some(_) => format!("the earlier results have no `{metric}` of it"),
                None => why_none(record, metric, entry.per),
            };
            Err(without_comparison(metric, Change::NotComparable, (before, now), allowed, Some(reason)))
        }
    }
}

/// Whether another machine has other figures of a metric.
fn depends_on_machine(metric: Metric) -> bool {
    matches!(metric.quantity(), Quantity::Duration | Quantity::Spread | Quantity::Rate)
}
