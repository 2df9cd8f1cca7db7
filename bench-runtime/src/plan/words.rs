//! The attribute and the runner accept the same limits.

use adapter_bench_macros::adapter_bench;

use crate::model::{Level, Metric};
use crate::registry::Entry;
use crate::units::limit;

/// Each word for a metric stands here, as the attribute takes it.
#[adapter_bench(
    crate = crate,
    ignore = "is there to be read",
    target = "min <= 1ns",
    target = "max <= 1.5us",
    target = "mean <= 1_000µs",
    target = "median <= 1m 30s",
    target = "stddev <= 10%",
    critical = "stddev <= 10ms",
    target = "p50 <= 1h",
    target = "p90 <= 10ms",
    target = "p95>=10ms",
    target = "p99 <= 10 ms",
    target = "p99.9 <= 1s",
    target = "p999 <= 1s",
    target = "throughput >= 10K/s",
    critical = "throughput >= 100 MiB/s",
    critical = "throughput >= 5K rows/s",
    target = "ratio <= 1.2",
    target = "memory_ratio <= 1.5",
    target = "peak <= 64KiB",
    target = "allocated <= 10MB",
    target = "deallocated <= 1.5GiB",
    target = "net <= 0B",
    target = "retained <= 64 kB",
    target = "allocations <= 100",
    target = "deallocations <= 10K",
    target = "reallocations <= 2.5M",
    target = "polls_per_op <= 3",
    target = "busy <= 10ms",
    target = "wait <= 10ms",
    target = "scheduled <= 10ms",
    target = "longest_poll <= 10ms",
    target = "loop_iteration <= 10ms",
    target = "worker_busy_ratio <= 80%",
    target = "error_rate <= 0.01",
)]
fn every_metric() {}

#[test]
fn the_attribute_and_the_runner_accept_the_same_words() {
    let entry = inventory::iter::<Entry>().find(|entry| entry.function == "every_metric");
    let options = &entry.expect("it is registered").options;
    let read = |text: &&str| limit(text, Level::Target).map(|limit| (limit.metric, limit.text));
    let limits: Vec<_> = options
        .targets
        .iter()
        .chain(options.criticals)
        .map(read)
        .collect::<Result<_, _>>()
        .expect("what compiles is read");
    for (word, metric) in Metric::WORDS {
        let is_it = |(found, text): &(Metric, String)| *found == metric && text.starts_with(word);
        assert!(limits.iter().any(is_it), "`{word}` stands in the attribute above");
    }
}
