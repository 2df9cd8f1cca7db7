//! Baselines as their JSON Schema describes them. They are read by hand, so a test holds these types against what is
//! written.
#![expect(dead_code, reason = "the fields are read by the schema's generator alone")]

use std::collections::BTreeMap;

use schemars::JsonSchema;

use crate::store::basis::PlanEntry;

/// A committed baseline. Keys that are not named here may be added by other tools.
#[derive(JsonSchema)]
pub(in crate::store) struct Baseline {
    /// The version of the format: 1.
    #[schemars(range(min = 1, max = 1))]
    version: u32,
    /// Operating system and architecture, such as `linux-x86_64`.
    arch: String,
    /// When something was last recorded: RFC 3339.
    recorded_at: String,
    /// The machine and the compiler of every benchmark that does not name others.
    host: Option<Host>,
    /// The seed of every benchmark that does not name another.
    seed: Option<u64>,
    /// One entry per benchmark.
    benchmarks: Vec<Benchmark>,
}

/// A machine and a compiler.
#[derive(JsonSchema)]
struct Host {
    /// The processor's model.
    cpu: Option<String>,
    /// Logical cores that the run could use.
    cores: Option<u32>,
    /// The release of the kernel.
    kernel: Option<String>,
    /// The compiler's version line.
    rustc: Option<String>,
    /// Extra flags given to the compiler.
    rustflags: Option<String>,
}

/// One benchmark.
#[derive(JsonSchema)]
struct Benchmark {
    /// The full name, unique within the file.
    name: String,
    /// The median time, or the rate.
    #[schemars(range(min = 0))]
    median: f64,
    /// The standard deviation, in the same unit.
    #[schemars(range(min = 0))]
    stddev: f64,
    /// Measured rounds, over all runs.
    rounds: u32,
    /// A unit of time (`ns`, `us`, `ms`, `s`), or of a rate, of which more is better (`MiB/s`, `rows/s`).
    unit: String,
    /// When it was recorded: RFC 3339.
    recorded_at: Option<String>,
    /// The shortest sub-sample, in `unit`.
    min: Option<f64>,
    /// The longest sub-sample, in `unit`.
    max: Option<f64>,
    /// The mean, in `unit`.
    mean: Option<f64>,
    /// The 50th percentile, in `unit`.
    p50: Option<f64>,
    /// The 90th percentile, in `unit`.
    p90: Option<f64>,
    /// The 95th percentile, in `unit`.
    p95: Option<f64>,
    /// The 99th percentile, in `unit`.
    p99: Option<f64>,
    /// The 99.9th percentile, in `unit`.
    p999: Option<f64>,
    /// `calls` or `sub_samples`: what the percentiles are taken of.
    percentiles_of: Option<String>,
    /// Items per second.
    items_per_s: Option<f64>,
    /// Bytes per second.
    bytes_per_s: Option<f64>,
    /// Operations per second under load.
    operations_per_s: Option<f64>,
    /// The median of each run, in `unit`.
    runs: Option<Vec<f64>>,
    /// How long the machine took for work of its own, run by run.
    canary: Option<Canary>,
    /// The ratio to the reference of its group.
    ratio: Option<Ratio>,
    /// What it ran on besides the machine: versions of servers, settings.
    identity: Option<BTreeMap<String, String>>,
    /// How servers went about its queries, by name.
    plans: Option<BTreeMap<String, PlanEntry>>,
    /// The machine and the compiler, where they are others than those of the file.
    host: Option<Host>,
    /// The seed, where it is another than that of the file.
    seed: Option<u64>,
}

/// Work that is the same in every program, measured beside the benchmark.
#[derive(JsonSchema)]
struct Canary {
    /// The version of the work; figures of other versions are not compared.
    work: u64,
    /// A step of arithmetic, in nanoseconds.
    cpu: Vec<f64>,
    /// A load from beyond the second-level cache, in nanoseconds.
    memory: Vec<f64>,
}

/// A ratio of times, with its interval.
#[derive(JsonSchema)]
struct Ratio {
    /// The name of the reference.
    reference: String,
    /// The ratio.
    value: f64,
    /// The lower end of its interval.
    low: f64,
    /// The upper end of its interval.
    high: f64,
}
