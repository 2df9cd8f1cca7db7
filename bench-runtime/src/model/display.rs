//! How results are shown, as the user asks for it. Main type: [`DisplayOptions`].

use std::path::PathBuf;

/// How results and progress are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DisplayOptions {
    /// What is written where; empty means the table on stdout.
    pub outputs: Vec<Output>,
    /// The order of rows.
    pub sort: Sort,
    /// The columns of the table after the name; empty means those that fit the results.
    pub columns: Vec<Column>,
    /// The unit of times.
    pub time_unit: TimeUnit,
    /// Lists this many of the slowest benchmarks below the tables.
    pub slowest: Option<u32>,
    /// Whether colours are used.
    pub color: Color,
    /// How progress is shown.
    pub progress: Progress,
    /// How much is told besides the results.
    pub verbosity: Verbosity,
    /// Whether what benchmarks print is let through.
    pub nocapture: bool,
}

/// One rendering of the results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// What it looks like.
    pub format: OutputFormat,
    /// The file it goes to; `None` means stdout.
    pub path: Option<PathBuf>,
}

/// What the results are rendered as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OutputFormat {
    /// Tables for people.
    #[default]
    Console,
    /// The result format.
    Json,
    /// One line per benchmark.
    Csv,
    /// What a reviewer reads, for a pull request.
    Markdown,
    /// What build servers read; it needs the feature `junit`.
    Junit,
}

/// The order of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sort {
    /// As the plan has them: by name of the first arm, `args` as declared.
    #[default]
    Declared,
    /// By the full name.
    Name,
    /// By median time, shortest first.
    Time,
    /// By the ratio to the reference, smallest first.
    Ratio,
}

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// The benchmark's name and parameters.
    Name,
    /// The median time per iteration, and the robust relative spread of the sub-samples.
    Median,
    /// The mean.
    Mean,
    /// The standard deviation.
    Stddev,
    /// The shortest sub-sample.
    Min,
    /// The longest sub-sample.
    Max,
    /// The 50th percentile.
    P50,
    /// The 90th percentile.
    P90,
    /// The 95th percentile.
    P95,
    /// The 99th percentile.
    P99,
    /// The 99.9th percentile.
    P999,
    /// The ratio to the reference, its interval and its verdict.
    Ratio,
    /// The time beyond the reference's, and its interval.
    Tax,
    /// Operations, items or bytes per second.
    Throughput,
    /// Blocks and bytes that an iteration allocates.
    Allocations,
    /// The most bytes that an iteration holds at any time.
    Peak,
    /// Bytes that an iteration leaves behind for good.
    Retained,
    /// The bytes that an iteration allocates, as a ratio to the reference.
    MemoryRatio,
    /// Polls of an operation's futures.
    PollsPerOp,
    /// The time in which an operation's futures are polled.
    Busy,
    /// The time in which an operation waits.
    Wait,
    /// The time between an operation's being woken and its poll.
    Scheduled,
    /// The longest single poll.
    LongestPoll,
    /// One turn of the event loop, on average, and the longest.
    LoopIteration,
    /// Tasks alive in the runtime: the mean, and the most.
    TasksAlive,
    /// The share of time in which the runtime's workers are busy.
    WorkerBusyRatio,
    /// Measured rounds, over all runs.
    Rounds,
    /// Worker processes.
    Runs,
    /// Iterations per sub-sample.
    Iterations,
    /// Sub-samples beyond the outer fences.
    Outliers,
    /// Iterations that returned an error.
    Errors,
    /// The change since the baseline, its interval and the word for it.
    Baseline,
    /// The change of the median since the last results.
    SinceLast,
}

impl Column {
    /// Every column with its word: what the user writes, and what stands over it.
    pub const WORDS: [(&'static str, Self); 33] = [
        ("name", Self::Name),
        ("median", Self::Median),
        ("mean", Self::Mean),
        ("stddev", Self::Stddev),
        ("min", Self::Min),
        ("max", Self::Max),
        ("p50", Self::P50),
        ("p90", Self::P90),
        ("p95", Self::P95),
        ("p99", Self::P99),
        ("p999", Self::P999),
        ("ratio", Self::Ratio),
        ("tax", Self::Tax),
        ("throughput", Self::Throughput),
        ("allocations", Self::Allocations),
        ("peak", Self::Peak),
        ("retained", Self::Retained),
        ("memory_ratio", Self::MemoryRatio),
        ("polls_per_op", Self::PollsPerOp),
        ("busy", Self::Busy),
        ("wait", Self::Wait),
        ("scheduled", Self::Scheduled),
        ("longest_poll", Self::LongestPoll),
        ("loop_iteration", Self::LoopIteration),
        ("tasks_alive", Self::TasksAlive),
        ("worker_busy_ratio", Self::WorkerBusyRatio),
        ("rounds", Self::Rounds),
        ("runs", Self::Runs),
        ("iterations", Self::Iterations),
        ("outliers", Self::Outliers),
        ("errors", Self::Errors),
        ("baseline", Self::Baseline),
        ("since_last", Self::SinceLast),
    ];
}

/// The unit of times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TimeUnit {
    /// One that suits the figure.
    #[default]
    Auto,
    /// Nanoseconds.
    Ns,
    /// Microseconds.
    Us,
    /// Milliseconds.
    Ms,
    /// Seconds.
    S,
}

/// Whether colours are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Color {
    /// On a terminal that has them.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How progress is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Progress {
    /// A bar on a terminal, else lines.
    #[default]
    Auto,
    /// A bar.
    Bar,
    /// Lines.
    Plain,
    /// Not at all.
    None,
}

/// How much is told besides the results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verbosity {
    /// Results and errors only.
    Quiet,
    /// What most readers want.
    #[default]
    Normal,
    /// Everything that is known.
    Verbose,
}
