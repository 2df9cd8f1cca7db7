//! What a whole run is asked to do, from the command line or from code. Main type: [`RunOptions`].

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use super::comparing::Comparing;
use super::limit::Limit;
use super::memory::SitesMode;
use super::options::{Kind, Options};
use super::settings::{Depth, Precision};
use crate::json;

/// How long a single poll may take, unless told otherwise: ten times the upper end of what those who write tokio advise
/// between two `.await`s (10 to 100 µs), which is beyond what a busy machine does to a poll now and then.
pub const BLOCKING_POLL: Duration = Duration::from_millis(1);

/// What a run is asked to do. The default measures everything, as `cargo bench` does.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct RunOptions {
    /// Which benchmarks take part.
    pub selection: Selection,
    /// Options that go before those of the benchmarks themselves.
    pub overrides: Overrides,
    /// How much certainty is asked for.
    pub depth: Depth,
    /// The time that all benchmarks share; `None` means that each takes what it needs.
    pub budget: Option<Duration>,
    /// What is measured.
    pub measure: Instruments,
    /// Whether allocations are traced back to the lines that made them.
    pub sites: SitesMode,
    /// What has to hold at the highest rate, which is then looked for; empty means that it is not.
    pub find_rate: Vec<Limit>,
    /// How long a single poll may take before it counts as blocking the event loop; `None` means [`BLOCKING_POLL`].
    pub blocking_poll: Option<Duration>,
    /// The seed of every random order.
    pub seed: u64,
    /// What benchmarks may ask for by name.
    pub params: BTreeMap<String, String>,
    /// The sizes of data sets that benchmarks may ask for.
    pub datasets: Datasets,
    /// The size of the data sets that leave it open.
    pub dataset_size: DatasetSize,
    /// Where data sets are kept; `None` means `adapter-bench/data` in cargo's target directory.
    pub data_dir: Option<PathBuf>,
    /// Bytes that a worker process may use before it is killed; `None` means no limit.
    pub memory_limit: Option<u64>,
    /// Measures in this process instead of fresh ones: a crash then ends the run.
    pub in_process: bool,
    /// Whether benchmarks whose fixture or service is not there fail, instead of being skipped.
    pub require_fixtures: bool,
    /// Whether services in containers are left to the other programs of the same `cargo bench`.
    pub keep_services: bool,
    /// Continues an interrupted run from what it had measured.
    pub resume: bool,
    /// Where results are kept; `None` means `.adapter-bench` at the workspace root.
    pub store_dir: Option<PathBuf>,
    /// What it means that nothing was selected.
    pub no_match: NoMatch,
    /// What results are compared with, and what is kept of them.
    pub comparing: Comparing,
}

/// What is done with an arm besides measuring its time, each in a pass of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FurtherPasses {
    /// Its use of memory is counted, and allocations are traced back like this.
    pub(crate) memory: Option<SitesMode>,
    /// Its futures are traced, and a poll that takes longer than this blocks the event loop.
    pub(crate) trace: Option<Duration>,
    /// Whether the same is done with the arms of another program that is compared with: where something is asked of what
    /// that finds out.
    pub(crate) on_both_sides: bool,
}

impl RunOptions {
    /// What is done besides measuring time.
    pub(crate) fn further_passes(&self) -> FurtherPasses {
        let Instruments { memory, asynchronous, .. } = self.measure;
        FurtherPasses {
            memory: memory.then_some(self.sites),
            trace: asynchronous.then(|| self.blocking_poll.unwrap_or(BLOCKING_POLL)),
            on_both_sides: self.comparing.fail_on.iter().any(|allowance| !allowance.metric.is_of_turns()),
        }
    }
}

/// What is measured of every benchmark. The default: all there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Instruments {
    /// How long an iteration takes.
    pub time: bool,
    /// What an iteration does with memory.
    pub memory: bool,
    /// What futures do to the event loop; plain routines have nothing of that.
    pub asynchronous: bool,
}

impl Instruments {
    /// Nothing.
    pub const NONE: Self = Self { time: false, memory: false, asynchronous: false };
}

impl Default for Instruments {
    fn default() -> Self {
        Self { time: true, memory: true, asynchronous: true }
    }
}

/// Which benchmarks take part. The default: all that are neither ignored nor extended.
///
/// Every condition must hold; of several values of one condition, one is enough.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Selection {
    /// Texts to look for in the full name; empty means any name.
    pub filters: Vec<String>,
    /// Whether `filters` and `skip` are whole names instead of parts of one.
    pub exact: bool,
    /// Texts that keep out the names they occur in.
    pub skip: Vec<String>,
    /// Groups to run; empty means any, and benchmarks without a group.
    pub groups: Vec<String>,
    /// Tags to run; empty means any, or none.
    pub tags: Vec<String>,
    /// Tags to leave out.
    pub skip_tags: Vec<String>,
    /// Kinds to run; empty means all.
    pub kinds: Vec<Kind>,
    /// What happens to ignored benchmarks.
    pub ignored: Ignored,
    /// Whether extended benchmarks run too.
    pub extended: bool,
    /// The part of the suite to run; `None` means all of it.
    pub shard: Option<Shard>,
}

/// What happens to benchmarks with the `ignore` option.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Ignored {
    /// They are reported without being run.
    #[default]
    Skip,
    /// They are the only ones that run.
    Only,
    /// They run like the others.
    Include,
}

/// What it means that nothing was selected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum NoMatch {
    /// A line on stderr: cargo runs several binaries with one filter.
    #[default]
    Warn,
    /// An error.
    Fail,
}

/// One of the parts that a suite is divided into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shard {
    index: u32,
    count: u32,
}

impl Shard {
    /// Part `index` of `count`, counted from 1. `None` unless 1 ≤ `index` ≤ `count`.
    pub fn new(index: u32, count: u32) -> Option<Self> {
        (1..=count).contains(&index).then_some(Self { index, count })
    }

    /// Which part it is, from 1.
    pub fn index(self) -> u32 {
        self.index
    }

    /// How many parts there are, at least 1.
    pub fn count(self) -> u32 {
        self.count
    }
}

/// The sizes of data sets that benchmarks may ask for, in rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Datasets {
    /// 100 unless `bench.toml` says otherwise.
    pub small: usize,
    /// 1,000 unless `bench.toml` says otherwise.
    pub medium: usize,
    /// 10,000 unless `bench.toml` says otherwise.
    pub large: usize,
}

impl Default for Datasets {
    fn default() -> Self {
        Self { small: 100, medium: 1_000, large: 10_000 }
    }
}

/// One of the sizes of [`Datasets`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DatasetSize {
    /// The small one.
    Small,
    /// The medium one.
    #[default]
    Medium,
    /// The large one.
    Large,
}

json::word!(DatasetSize { Small = "small", Medium = "medium", Large = "large" });

/// How benchmarks are measured, as one level sets it; see [`Options`] for the same fields on an attribute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Overrides {
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
    /// How long one step may take before its worker is killed.
    pub timeout: Option<Duration>,
    /// The number of worker processes (runs) per case; set, it is neither raised nor lowered by what they show.
    pub processes: Option<u32>,
    /// The precision at which an open comparison is given no further runs.
    pub precision: Option<Precision>,
    /// The number of threads that a benchmark keeps busy.
    pub threads: Option<u32>,
}

impl Overrides {
    /// This level laid over the one `below`, which fills in what this one does not set.
    #[must_use]
    pub fn over(self, below: Self) -> Self {
        Self {
            min_rounds: self.min_rounds.or(below.min_rounds),
            max_rounds: self.max_rounds.or(below.max_rounds),
            iterations: self.iterations.or(below.iterations),
            min_time: self.min_time.or(below.min_time),
            max_time: self.max_time.or(below.max_time),
            warmup_time: self.warmup_time.or(below.warmup_time),
            timeout: self.timeout.or(below.timeout),
            processes: self.processes.or(below.processes),
            precision: self.precision.or(below.precision),
            threads: self.threads.or(below.threads),
        }
    }
}

impl From<&Options> for Overrides {
    fn from(options: &Options) -> Self {
        Self {
            min_rounds: options.min_rounds,
            max_rounds: options.max_rounds,
            iterations: options.iterations,
            min_time: options.min_time,
            max_time: options.max_time,
            warmup_time: options.warmup_time,
            timeout: options.timeout,
            processes: options.processes,
            precision: None,
            threads: options.threads,
        }
    }
}
