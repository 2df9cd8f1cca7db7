//! What a user may set, at any level, before the levels are merged. Main type: [`Options`].

use std::fmt::{self, Display};
use std::time::Duration;

use crate::json;

use super::load::Arrivals;

/// What a benchmark exercises; selects with `--kind` and picks the memory ceiling of `bench.toml`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Computation in this process. The default for a plain function.
    #[default]
    Core,
    /// A database or another server.
    Db,
    /// Futures. The default for an `async fn`.
    Async,
}

json::word!(Kind { Core = "core", Db = "db", Async = "async" });

impl Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Core => "core",
            Self::Db => "db",
            Self::Async => "async",
        })
    }
}

/// The kind of tokio runtime that drives a benchmark's futures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Flavor {
    /// Everything on the measuring thread.
    #[default]
    CurrentThread,
    /// A pool of worker threads.
    MultiThread,
}

json::word!(Flavor { CurrentThread = "current_thread", MultiThread = "multi_thread" });

/// The options of a benchmark as one level sets them: the attribute, its group, `bench.toml`, the environment or the
/// command line. What a level does not set is `None` (or empty) and is taken from the level below.
///
/// The attribute builds it in a constant, hence the borrowed texts.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The group whose arms are compared with each other.
    pub group: Option<&'static str>,
    /// Words to select by. Those of a group and of its benchmarks add up.
    pub tags: &'static [&'static str],
    /// What is exercised; see [`Kind`].
    pub kind: Option<Kind>,
    /// Whether the benchmark runs with `--extended` only.
    pub extended: Option<bool>,
    /// Why the benchmark does not run unless asked for.
    pub ignore: Option<&'static str>,

    /// The smallest number of measured rounds, over all runs and after warm-up.
    pub min_rounds: Option<u32>,
    /// The largest number of measured rounds, over all runs and after warm-up.
    pub max_rounds: Option<u32>,
    /// Iterations per sample, instead of a calibrated number.
    pub iterations: Option<u64>,
    /// The least time spent measuring a case.
    pub min_time: Option<Duration>,
    /// The most time spent measuring a case, confirmation included.
    pub max_time: Option<Duration>,
    /// The least time spent on the warm-up rounds of each run.
    pub warmup_time: Option<Duration>,
    /// How long one step (set-up, calibration, a turn) may take before its worker is killed.
    pub timeout: Option<Duration>,
    /// The number of worker processes (runs) per case.
    pub processes: Option<u32>,
    /// The number of threads that the benchmark keeps busy; more than one is not pinned to a core.
    pub threads: Option<u32>,

    /// The runtime that drives futures.
    pub flavor: Option<Flavor>,
    /// The number of worker threads of a multi-thread runtime.
    pub workers: Option<u32>,
    /// Operations kept in flight.
    pub concurrency: &'static [u32],
    /// Arrivals per second of an open loop.
    pub rate: &'static [f64],
    /// How the arrivals of an open loop follow each other.
    pub arrivals: Option<Arrivals>,
    /// The length of a sustained load.
    pub sustain: Option<Duration>,
    /// The share of failed iterations that is tolerated.
    pub max_error_rate: Option<f64>,
    /// The fixture that the function takes, as it was written.
    pub fixture: Option<&'static str>,

    /// The largest ratio of time to the reference.
    pub max_ratio: Option<f64>,
    /// The largest ratio of memory to the reference.
    pub max_memory_ratio: Option<f64>,
    /// The largest peak of memory, in bytes.
    pub max_memory: Option<u64>,
    /// Limits that should hold, such as `p99 <= 10ms`.
    pub targets: &'static [&'static str],
    /// Limits that must hold.
    pub criticals: &'static [&'static str],
}

impl Options {
    /// The options of a level that sets nothing.
    pub const NONE: Self = Self {
        group: None,
        tags: &[],
        kind: None,
        extended: None,
        ignore: None,
        min_rounds: None,
        max_rounds: None,
        iterations: None,
        min_time: None,
        max_time: None,
        warmup_time: None,
        timeout: None,
        processes: None,
        threads: None,
        flavor: None,
        workers: None,
        concurrency: &[],
        rate: &[],
        arrivals: None,
        sustain: None,
        max_error_rate: None,
        fixture: None,
        max_ratio: None,
        max_memory_ratio: None,
        max_memory: None,
        targets: &[],
        criticals: &[],
    };
}

impl Default for Options {
    fn default() -> Self {
        Self::NONE
    }
}
