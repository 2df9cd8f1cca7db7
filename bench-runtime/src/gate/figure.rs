//! A metric's figure in a record. Main function: [`figure`].

use crate::model::{
    Comparison, Load, Measurement, Metric, Outcome, Per, Record, Throughput, TimeSummary, Told,
};

/// The figure of a metric, in the metric's unit; `None` where the benchmark has none.
pub(crate) fn figure(record: &Record, metric: Metric) -> Option<f64> {
    figure_per(record, metric, Per::Told)
}

/// [`figure`], where a throughput counts what `per` says.
pub(super) fn figure_per(record: &Record, metric: Metric, per: Per) -> Option<f64> {
    if metric.is_of_memory() {
        return of_memory(record, metric);
    }
    if metric.is_of_event_loop() {
        return of_event_loop(record, metric).ok().filter(|figure| figure.is_finite());
    }
    if is_of_load(record, metric) {
        return of_load(record, metric, per).filter(|figure| figure.is_finite());
    }
    let Outcome::Measured(measurement) = &record.outcome else { return None };
    let figure = match metric {
        Metric::Throughput => rate(measurement, per),
        Metric::Ratio => ratio(record),
        _ => of_time(&measurement.time, metric),
    };
    figure.filter(|figure| figure.is_finite())
}

fn of_memory(record: &Record, metric: Metric) -> Option<f64> {
    if metric == Metric::MemoryRatio {
        return record.memory_ratio;
    }
    let memory = record.measured_memory()?;
    let figures = &memory.per_iteration;
    Some(match metric {
        Metric::Peak => figures.peak as f64,
        Metric::Allocated => figures.allocated as f64,
        Metric::Deallocated => figures.deallocated as f64,
        Metric::Net => figures.net as f64,
        Metric::Retained => memory.retained,
        Metric::Allocations => figures.allocations as f64,
        Metric::Deallocations => figures.deallocations as f64,
        Metric::Reallocations => figures.reallocations as f64,
        _ => return None,
    })
}

/// The figure of the traced pass, or why there is none.
fn of_event_loop(record: &Record, metric: Metric) -> Told<f64> {
    let trace = match &record.event_loop {
        Some(traced) => traced.as_ref().map_err(Clone::clone)?,
        None => return Err(format!("`{metric}` is of futures, and none were traced")),
    };
    match metric {
        Metric::PollsPerOp => Ok(trace.polls_per_op),
        Metric::Busy => Ok(trace.busy_ns),
        Metric::Wait => Ok(trace.wait_ns),
        Metric::Scheduled => Ok(trace.scheduled_ns),
        Metric::LongestPoll => Ok(trace.longest_poll_ns as f64),
        Metric::LoopIteration => {
            trace.loop_iteration.as_ref().map(|turns| turns.mean_ns).map_err(Clone::clone)
        }
        Metric::WorkerBusyRatio => trace.worker_busy_ratio.clone(),
        _ => Err(format!("`{metric}` is not of the event loop")),
    }
}

/// Whether a metric of this benchmark is about what it shows under load: then a latency is that of an operation from the
/// start that was intended for it, and throughput is what all of them reach together.
pub(super) fn is_of_load(record: &Record, metric: Metric) -> bool {
    let may_be = matches!(metric, Metric::Throughput | Metric::ErrorRate) || is_percentile(metric);
    may_be && record.load.is_some()
}

fn of_load(record: &Record, metric: Metric, per: Per) -> Option<f64> {
    let load: &Load = record.load.as_ref()?.as_ref().ok()?;
    Some(match metric {
        Metric::Throughput => load.throughput * amount(told(record), per)?,
        Metric::ErrorRate => load.error_rate(),
        Metric::P50 => load.latency.p50,
        Metric::P90 => load.latency.p90,
        Metric::P95 => load.latency.p95,
        Metric::P99 => load.latency.p99,
        Metric::P999 => load.latency.p999,
        _ => return None,
    })
}

/// What an iteration processes.
fn told(record: &Record) -> Throughput {
    match &record.outcome {
        Outcome::Measured(measurement) => measurement.throughput,
        _ => Throughput::default(),
    }
}

fn of_time(time: &TimeSummary, metric: Metric) -> Option<f64> {
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
        _ => return None,
    })
}

fn ratio(record: &Record) -> Option<f64> {
    match &record.comparison {
        Some(Comparison::Ratio(ratio)) => Some(ratio.value),
        _ => None,
    }
}

/// What is processed per second at the median; `None` where the benchmark does not tell how much that is.
fn rate(measurement: &Measurement, per: Per) -> Option<f64> {
    let amount = amount(measurement.throughput, per)?;
    let seconds = measurement.time.median / 1e9;
    (amount > 0.0 && seconds > 0.0).then(|| amount / seconds)
}

/// How much of what a rate counts there is in one iteration; `None` where the benchmark does not tell.
fn amount(told: Throughput, per: Per) -> Option<f64> {
    let amount = match per {
        Per::Told if told.bytes > 0.0 => told.bytes,
        Per::Told if told.items > 0.0 => told.items,
        Per::Told | Per::Operations => 1.0,
        Per::Items => told.items,
        Per::Bytes => told.bytes,
    };
    (amount > 0.0).then_some(amount)
}

/// Whether a metric is a percentile, which is of single calls or of sub-samples.
pub(super) fn is_percentile(metric: Metric) -> bool {
    matches!(metric, Metric::P50 | Metric::P90 | Metric::P95 | Metric::P99 | Metric::P999)
}

/// Why a measured benchmark has no figure of a metric.
pub(super) fn why_none(record: &Record, metric: Metric, per: Per) -> String {
    match (metric, &record.comparison, per) {
        (Metric::Ratio | Metric::MemoryRatio, Some(Comparison::NotComparable(reason)), _) => {
            format!("it has no ratio: {reason}")
        }
        (Metric::Ratio, ..) if record.is_reference => "it is the reference itself".to_owned(),
        (Metric::Ratio, ..) => "there is no reference to compare it with".to_owned(),
        (Metric::Throughput, _, Per::Items) => "it does not tell how many items it processes".to_owned(),
        (Metric::Throughput, _, Per::Bytes) => "it does not tell how many bytes it processes".to_owned(),
        _ if metric.is_of_event_loop() => of_event_loop(record, metric).err().unwrap_or_default(),
        (Metric::ErrorRate, ..) if record.load.is_none() => {
            "it is put under no load: operations are counted with `concurrency` or `rate`".to_owned()
        }
        _ if is_of_load(record, metric) => match &record.load {
            Some(Err(reason)) => reason.clone(),
            _ => format!("`{metric}` was not measured under load"),
        },
        _ => match (metric.is_of_memory(), &record.memory) {
            (true, Some(Err(reason))) => reason.clone(),
            _ => format!("`{metric}` was not measured"),
        },
    }
}
