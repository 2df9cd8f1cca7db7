//! What comes of comparing a report with earlier results and of its limits. Main type: [`Finding`].

use super::limit::Worsening;
use super::metric::Metric;

/// How one figure of a benchmark compares with what it was before.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What was compared.
    pub metric: Metric,
    /// The word for it.
    pub change: Change,
    /// The figure before, in the metric's unit; not a number where there was none.
    pub before: f64,
    /// The figure now, in the metric's unit; not a number where there is none.
    pub now: f64,
    /// The relative difference: 0.12 is 12 % more than before. Not a number where there is nothing to compare.
    pub by: f64,
    /// The interval of `by`, where its rule has one.
    pub interval: Option<(f64, f64)>,
    /// The smallest change that could have been seen, as a share, where its rule knows.
    pub resolution: Option<f64>,
    /// How much worse it may be; `None` where nothing is limited.
    pub allowed: Option<Worsening>,
    /// Whether it is worse than allowed.
    pub fails: bool,
    /// Why it is not comparable or not decided, or what else a reader should know.
    pub reason: Option<String>,
}

/// The word for a change since an earlier time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Change {
    /// It got worse.
    Regressed,
    /// It got worse or better, and the plan of one of its queries is another one.
    PlanChanged,
    /// It could not be told.
    Inconclusive,
    /// The two cannot be compared.
    NotComparable,
    /// It was not there before.
    New,
    /// It was there before and is not any more.
    Vanished,
    /// It got better.
    Improved,
    /// Any difference is too small to matter.
    Unchanged,
}

/// What the limits of all benchmarks come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SuiteVerdict {
    /// The word for it.
    pub grade: Grade,
    /// Benchmarks with limits whose limits all hold.
    pub passed: u32,
    /// Benchmarks with limits.
    pub limited: u32,
}

/// The word for a suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Grade {
    /// Every limit holds.
    Good,
    /// At least 80 % of the benchmarks meet theirs, and nothing critical is missed.
    Acceptable,
    /// Fewer do, or something critical is missed.
    NeedsInvestigation,
    /// A benchmark tagged `sustained` misses a critical throughput.
    Blocking,
}
