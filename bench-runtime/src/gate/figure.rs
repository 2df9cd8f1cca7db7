//! A metric's figure in a record. Main function: [`figure`].

use crate::model::{Comparison, Measurement, Metric, Outcome, Per, Record};

/// The figure of a metric, in the metric's unit; `None` where the benchmark has none.
pub(crate) fn figure(record: &Record, metric: Metric) -> Option<f64> {
    let Outcome::Measured(measurement) = &record.outcome else { return None };
    let time = &measurement.time;
    Some(match metric {
        Metric::Min => time.min,
        Metric::Max => time.max,
        Metric::Mean => time.mean,
        Metric::Median => time.median,
        Metric::Stddev => time.stddev,
        Metric::P50 => time.p50,
        Metric::P90 => time.p90,
        Metric::P95 => time.p95,
        Metric::P99 => time.p99,
        Metric::P999 => time.p999,
        Metric::Throughput => return rate(measurement, Per::Told),
        Metric::Ratio => match &record.comparison {
            Some(Comparison::Ratio(ratio)) => ratio.value,
            _ => return None,
        },
        _ => return None,
    })
}

/// What is processed per second at the median; `None` where the benchmark does not tell how much that is.
pub(super) fn rate(measurement: &Measurement, per: Per) -> Option<f64> {
    let told = measurement.throughput;
    let amount = match per {
        Per::Told if told.bytes > 0.0 => told.bytes,
        Per::Told if told.items > 0.0 => told.items,
        Per::Told | Per::Operations => 1.0,
        Per::Items => told.items,
        Per::Bytes => told.bytes,
    };
    let seconds = measurement.time.median / 1e9;
    (amount > 0.0 && seconds > 0.0).then(|| amount / seconds)
}
