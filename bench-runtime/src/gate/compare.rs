//! How a benchmark compares with what it was before. Main function: [`findings`].

use super::basis;
use super::confident::{by_medians, by_ratios};
use super::figure::{figure_per, is_percentile, why_none};
use super::judgement::{Pair, without_comparison};
use super::machine::depends_on_machine;
use crate::model::{
    Allowance, BaselineEntry, Change, Comparison, Finding, Gate, Metric, Outcome, Per, PercentilesOf, Ratio,
    Record, TimeSummary, Worsening,
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
        let has = |metric: Metric| entry.figures.get(metric).is_some();
        let is_rate = !has(Metric::Median) && has(Metric::Throughput);
        if !(is_rate && self.is_of_any_unit()) {
            return Some(self);
        }
        let is_asked = all.iter().any(|other| other.metric == Metric::Throughput);
        (!is_asked).then_some(Self { metric: Metric::Throughput, ..self })
    }

    /// Whether it is about the main figure, and not about an amount of time.
    fn is_of_any_unit(self) -> bool {
        self.metric == Metric::Median && !matches!(self.allowed, Some(Worsening::Amount(_)))
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
    /// Why no figures that depend on a server can be compared, ratios among them, where they cannot.
    pub(super) on_another: Option<&'a str>,
}

/// One finding for each question; a single one for a benchmark that is new or was not measured. None for a benchmark that
/// was only run once.
pub(super) fn findings(subject: &Subject<'_>, questions: &[Question]) -> Vec<Finding> {
    let Subject { record, entry, .. } = subject;
    let is_timed = match &record.outcome {
        Outcome::Measured(_) => true,
        Outcome::Passed if record.has_further_pass() => false,
        Outcome::Passed => return Vec::new(),
        Outcome::Skipped(reason) => return vec![not_measured(*entry, format!("it was skipped: {reason}"))],
        Outcome::Failed(failure) => {
            return vec![not_measured(*entry, format!("it failed ({})", failure.kind))];
        }
    };
    let Some(entry) = entry else {
        let metric = match (is_timed, &record.memory) {
            (true, _) => Metric::Median,
            (false, Some(_)) => Metric::Allocated,
            (false, None) => Metric::PollsPerOp,
        };
        let now = figure_per(record, metric, Per::Told);
        return vec![without_comparison(metric, Change::New, (None, now), None, None)];
    };
    // Where time is not measured, the median is told only if it was asked for.
    let asked = questions.iter().filter(|question| is_timed || question.allowed.is_some());
    let asked = asked.filter_map(|question| question.to(entry, questions));
    asked.map(|question| finding(subject, entry, question)).collect()
}

fn not_measured(entry: Option<&BaselineEntry>, reason: String) -> Finding {
    let change = if entry.is_some() { Change::NotComparable } else { Change::New };
    let metric = match entry {
        Some(entry) if entry.figures.get(Metric::Median).is_none() => Metric::Throughput,
        _ => Metric::Median,
    };
    let before = entry.and_then(|entry| entry.figures.get(metric));
    without_comparison(metric, change, (before, None), None, Some(reason))
}

fn finding(subject: &Subject<'_>, entry: &BaselineEntry, question: Question) -> Finding {
    let goes_by_ratio = question.is_of_any_unit() || question.metric == Metric::Ratio;
    let ratios = ratios(subject.record, entry).filter(|_| goes_by_ratio && subject.gate == Gate::Confident);
    if let Some((before, interval, now)) = ratios {
        let pair = Pair { metric: Metric::Ratio, before, now: now.value, allowed: question.allowed };
        return match subject.on_another {
            Some(reason) => pair.not_comparable(reason),
            None => by_ratios(&pair, &interval, entry.runs.len(), now),
        };
    }
    let pair = match pair(subject.record, entry, question) {
        Ok(pair) => pair,
        Err(finding) => return finding,
    };
    let of_something_else =
        of_other_samples(&pair, entry, subject.record).or_else(|| to_another(&pair, entry, subject.record));
    if let Some(reason) = of_something_else {
        return pair.not_comparable(reason);
    }
    let on_another = subject.on_another.filter(|_| basis::is_timed(pair.metric));
    let elsewhere = subject.elsewhere.filter(|_| depends_on_machine(pair.metric));
    match (subject.gate, on_another.or(elsewhere)) {
        (Gate::Plain, _) => pair.literally(),
        (Gate::Confident, Some(reason)) => pair.not_comparable(reason),
        (Gate::Confident, None) => confidently(&pair, entry, subject.record),
    }
}

/// Why percentiles of single calls and of sub-samples are not compared.
fn of_other_samples(pair: &Pair, entry: &BaselineEntry, record: &Record) -> Option<&'static str> {
    match (entry.percentiles_of?, time(record)?.percentiles_of) {
        _ if !is_percentile(pair.metric) => None,
        (before, now) if before == now => None,
        (_, PercentilesOf::Calls) => Some("it was a percentile of sub-samples, and is one of single calls"),
        (_, PercentilesOf::SubSamples) => {
            Some("it was a percentile of single calls, and is one of sub-samples")
        }
    }
}

fn time(record: &Record) -> Option<&TimeSummary> {
    match &record.outcome {
        Outcome::Measured(measurement) => Some(&measurement.time),
        _ => None,
    }
}

/// Why ratios to different references are not compared.
fn to_another(pair: &Pair, entry: &BaselineEntry, record: &Record) -> Option<&'static str> {
    let Some(Comparison::Ratio(now)) = &record.comparison else { return None };
    let is_other = pair.metric == Metric::Ratio && entry.reference.as_ref() != Some(&now.reference);
    is_other.then_some("it was a ratio to another reference")
}

fn confidently(pair: &Pair, entry: &BaselineEntry, record: &Record) -> Finding {
    let is_of_runs = matches!(pair.metric, Metric::Median | Metric::Throughput);
    match time(record) {
        Some(time) if is_of_runs && pair.before > 0.0 && pair.now > 0.0 => by_medians(pair, entry, time),
        _ => Finding { reason: reservation(pair.metric, record), ..pair.literally() },
    }
}

/// What a reader should know of a metric that is compared by the letter though it may differ from run to run.
fn reservation(metric: Metric, record: &Record) -> Option<String> {
    let is_exact = matches!(&record.memory, Some(Ok(memory)) if memory.is_exact());
    let is_polled_alike =
        matches!(&record.event_loop, Some(Ok(trace)) if trace.polls_range.0 == trace.polls_range.1);
    if depends_on_machine(metric) {
        Some(
            "the figures alone are compared: how this metric differs from run to run is not known".to_owned(),
        )
    } else if metric.is_of_memory() && !is_exact {
        Some("the figures alone are compared, though not every iteration allocates alike".to_owned())
    } else if metric == Metric::PollsPerOp && !is_polled_alike {
        Some("the figures alone are compared, though not every operation is polled alike".to_owned())
    } else {
        None
    }
}

/// The ratio before with its interval, and that of now, if they are to the same reference. A slower machine does not move
/// them.
fn ratios<'r>(record: &'r Record, entry: &BaselineEntry) -> Option<(f64, LogInterval, &'r Ratio)> {
    let Some(Comparison::Ratio(now)) = &record.comparison else { return None };
    let (value, (low, high)) = (entry.figures.get(Metric::Ratio)?, entry.ratio_interval?);
    let interval = LogInterval { low: low.ln(), estimate: value.ln(), high: high.ln() };
    let is_sound = low > 0.0 && low <= value && value <= high && high.is_finite();
    (is_sound && entry.reference.as_ref() == Some(&now.reference)).then_some((value, interval, now))
}

/// Both figures, or the finding that one is missing.
fn pair(record: &Record, entry: &BaselineEntry, question: Question) -> Result<Pair, Finding> {
    let Question { metric, allowed } = question;
    let before = entry.figures.get(metric).filter(|figure| figure.is_finite());
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
