//! What comes of the limits of a benchmark. Main function: [`checks`].

use super::bound::{excess, is_beyond};
use super::figure::{figure_per, is_of_load, is_percentile, why_none};
use crate::model::{
    Bound, Check, Comparison, Confirmation, Limit, Measurement, Met, Metric, Outcome, PercentilesOf, Ratio,
    Record, SpreadFrom,
};
use crate::stats::decision::{AgainstLimit, against_limit};
use crate::stats::few::FEW_RUNS_FLOOR;
use crate::stats::interval::{DEFAULT_ALPHA, LogInterval};
use crate::stats::two_samples::Uncertainty;

/// Every limit of a benchmark with its figure; nothing for one that was only run once.
pub(super) fn checks(record: &Record) -> Vec<Check> {
    match &record.outcome {
        Outcome::Passed if record.has_further_pass() => record
            .limits
            .iter()
            .filter(|limit| limit.metric.is_of_further_pass() || is_of_load(record, limit.metric))
            .map(|limit| untimed(record, limit))
            .collect(),
        Outcome::Passed => Vec::new(),
        Outcome::Measured(measurement) => {
            record.limits.iter().map(|limit| check(record, measurement, limit)).collect()
        }
        Outcome::Skipped(reason) => unknown(record, &format!("it was skipped: {reason}")),
        Outcome::Failed(failure) => unknown(record, &format!("it failed ({})", failure.kind)),
    }
}

fn unknown(record: &Record, reason: &str) -> Vec<Check> {
    record.limits.iter().map(|limit| without_figure(limit, reason.to_owned())).collect()
}

fn without_figure(limit: &Limit, reason: String) -> Check {
    Check { limit: limit.clone(), value: f64::NAN, interval: None, met: Met::Unknown(reason), by: 0.0 }
}

/// Of a benchmark that was not timed.
fn untimed(record: &Record, limit: &Limit) -> Check {
    let Some(value) = figure_per(record, limit.metric, limit.per) else {
        return without_figure(limit, why_none(record, limit.metric, limit.per));
    };
    let met = by_the_figure(limit, value);
    Check { limit: limit.clone(), value, interval: None, met, by: excess(limit.bound, value, limit.value) }
}

fn check(record: &Record, measurement: &Measurement, limit: &Limit) -> Check {
    let Some(value) = value(record, measurement, limit) else {
        return without_figure(limit, why_none(record, limit.metric, limit.per));
    };
    let met = match &record.comparison {
        Some(Comparison::Ratio(ratio)) if limit.metric == Metric::Ratio => ratio_holds(ratio, limit),
        _ if !is_of_load(record, limit.metric) && is_of_sub_samples(measurement, limit.metric) => {
            percentile_holds(measurement, value, limit)
        }
        _ => by_the_figure(limit, value),
    };
    let by = excess(limit.bound, value, limit.value);
    Check { limit: limit.clone(), value, interval: interval(record, measurement, limit, value), met, by }
}

fn by_the_figure(limit: &Limit, value: f64) -> Met {
    if is_beyond(limit.bound, value, limit.value) { Met::No } else { Met::Yes }
}

/// The figure as the limit counts it.
fn value(record: &Record, measurement: &Measurement, limit: &Limit) -> Option<f64> {
    let value = figure_per(record, limit.metric, limit.per)?;
    let share = || Some(value / measurement.time.median).filter(|share| share.is_finite());
    if limit.of_median { share() } else { Some(value) }
}

/// The interval of a figure: of a ratio its own, of a median and what follows from it that of the runs.
fn interval(record: &Record, measurement: &Measurement, limit: &Limit, value: f64) -> Option<(f64, f64)> {
    match (limit.metric, &record.comparison) {
        (Metric::Ratio, Some(Comparison::Ratio(ratio))) => Some((ratio.low, ratio.high)),
        (Metric::Throughput, _) if is_of_load(record, Metric::Throughput) => {
            let load = record.load.as_ref()?.as_ref().ok()?;
            let (low, high) = load.throughput_interval?;
            Some((value * low / load.throughput, value * high / load.throughput))
        }
        (Metric::Median | Metric::Throughput, _) => {
            let runs: Vec<f64> = measurement.time.runs.iter().map(|run| run.median).collect();
            let (low, _, high) = Uncertainty::of_runs(&runs)?.around(value.ln(), DEFAULT_ALPHA)?.ratios();
            Some((low, high))
        }
        _ => None,
    }
}

/// Whether a ratio keeps to its limit. It misses it if the estimate is beyond, and if the arm is beyond doubt worse than
/// the reference (than the limit, where the limit asks to be better than the reference).
fn ratio_holds(ratio: &Ratio, limit: &Limit) -> Met {
    if !is_beyond(limit.bound, ratio.value, limit.value) {
        return Met::Yes;
    }
    let log = |low: f64, value: f64, high: f64| LogInterval {
        low: low.ln(),
        estimate: value.ln(),
        high: high.ln(),
    };
    let (interval, bound) = match limit.bound {
        Bound::AtMost => (log(ratio.low, ratio.value, ratio.high), limit.value.ln()),
        // At least a half is for the inverse ratio at most two.
        Bound::AtLeast => (log(1.0 / ratio.high, 1.0 / ratio.value, 1.0 / ratio.low), -limit.value.ln()),
    };
    let is_proven = against_limit(&interval, bound) == AgainstLimit::Over;
    match doubt(ratio, interval.estimate - bound.min(0.0)) {
        None if is_proven => Met::No,
        None => Met::Unknown("it is beyond the limit, but its interval leaves that open".to_owned()),
        Some(doubt) => Met::Unknown(format!("it is beyond the limit, but {doubt}")),
    }
}

/// Why a ratio that is beyond its limit may be so by chance. `beyond` is the logarithm of how far it is from what would
/// have to be excluded.
fn doubt(ratio: &Ratio, beyond: f64) -> Option<&'static str> {
    let is_few = ratio.runs < 2 || beyond <= FEW_RUNS_FLOOR;
    match (ratio.confirmation, ratio.spread) {
        (Confirmation::Contradicted, _) => Some("a second measurement did not bear it out"),
        (Confirmation::Lacking, _) => Some("there was no second measurement to bear it out"),
        (_, SpreadFrom::Assumption) if is_few => Some("there are too few runs to tell"),
        _ => None,
    }
}

fn is_of_sub_samples(measurement: &Measurement, metric: Metric) -> bool {
    let has_calls =
        measurement.time.percentiles_of == PercentilesOf::Calls || measurement.calibration.iterations <= 1;
    is_percentile(metric) && !has_calls
}

/// Whether a percentile of single calls keeps to its limit, as far as sub-samples of several calls show it.
///
/// No call takes longer than all calls of its sub-sample together, so the limit holds where the percentile of those does.
/// It is missed where most sub-samples are beyond it on average. Between the two it cannot be told.
fn percentile_holds(measurement: &Measurement, value: f64, limit: &Limit) -> Met {
    let iterations = measurement.calibration.iterations;
    let longest = value * iterations as f64;
    match limit.bound {
        Bound::AtMost if !is_beyond(limit.bound, longest, limit.value) => Met::Yes,
        Bound::AtMost if is_beyond(limit.bound, measurement.time.median, limit.value) => Met::No,
        _ => Met::Unknown(format!(
            "it is about single calls, and was measured over {iterations} calls at a time: limit the median instead, or set \
             `iterations = 1`"
        )),
    }
}
