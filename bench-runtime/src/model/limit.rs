//! What figures are held against: limits in the code and allowances of a comparison. Main types: [`Limit`] and
//! [`Allowance`].

use super::metric::Metric;

/// A bound on a metric of one benchmark, such as `p99 <= 10ms`.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// What it means to miss it.
    pub level: Level,
    /// What is limited.
    pub metric: Metric,
    /// Which side is good.
    pub bound: Bound,
    /// The bound itself, in the metric's unit; a share of the median where `of_median` says so.
    pub value: f64,
    /// Whether `value` is a share of the benchmark's own median (`stddev <= 10%`).
    pub of_median: bool,
    /// What a rate counts.
    pub per: Per,
    /// As it was written: `p99 <= 10ms`.
    pub text: String,
}

impl Limit {
    /// What `max_ratio` asks for: at most `value` times the time of the reference.
    pub fn max_ratio(value: f64) -> Self {
        Self::critical(Metric::Ratio, value, format!("max_ratio = {value}"))
    }

    /// What `max_memory_ratio` asks for: at most `value` times the memory of the reference.
    pub fn max_memory_ratio(value: f64) -> Self {
        Self::critical(Metric::MemoryRatio, value, format!("max_memory_ratio = {value}"))
    }

    /// What `max_memory` asks for: a peak of at most `bytes`, as it was written in `text`.
    pub fn max_memory(bytes: u64, text: String) -> Self {
        Self::critical(Metric::Peak, bytes as f64, text)
    }

    /// What `max_error_rate` asks for: at most this share of iterations fails.
    pub fn max_error_rate(share: f64) -> Self {
        Self::critical(Metric::ErrorRate, share, format!("max_error_rate = {share}"))
    }

    fn critical(metric: Metric, value: f64, text: String) -> Self {
        let (level, bound) = (Level::Critical, Bound::AtMost);
        Self { level, metric, bound, value, of_median: false, per: Per::Told, text }
    }
}

/// What it means to miss a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// It should hold (`target`).
    Target,
    /// It must hold (`critical`, `max_ratio`, `max_memory_ratio`, `max_memory`, `max_error_rate`).
    Critical,
}

/// Which side of a bound is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bound {
    /// `<=`
    AtMost,
    /// `>=`
    AtLeast,
}

/// What a rate counts per second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Per {
    /// Whatever the benchmark tells: bytes, else items, else iterations.
    #[default]
    Told,
    /// Iterations.
    Operations,
    /// Items: rows, messages, ….
    Items,
    /// Bytes.
    Bytes,
}

/// A limit and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// What was asked for.
    pub limit: Limit,
    /// The figure, in the metric's unit; not a number where the benchmark has none.
    pub value: f64,
    /// The interval of the figure, where there is one.
    pub interval: Option<(f64, f64)>,
    /// Whether it holds.
    pub met: Met,
    /// By how much the bound is missed, as a share of it: 0.2 is 20 % beyond. 0 where it holds.
    pub by: f64,
}

/// Whether a limit holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Met {
    /// It does; a figure exactly at its bound does.
    Yes,
    /// It does not.
    No,
    /// It cannot be told, for this reason: the benchmark failed, or has no such figure.
    Unknown(String),
}

/// How far a metric may get worse than it was before (`--fail-on`): `median:10%`, `p99:2ms`.
#[derive(Clone, Debug, PartialEq)]
pub struct Allowance {
    /// What is compared.
    pub metric: Metric,
    /// How much worse it may be.
    pub most: Worsening,
    /// As it was written: `median:10%`.
    pub text: String,
}

/// How much worse a figure may be than before. Exactly that much is still allowed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Worsening {
    /// A share of the figure before: 0.1 is 10 %.
    Share(f64),
    /// An amount in the metric's unit.
    Amount(f64),
}

impl Allowance {
    /// What holds where nothing else is asked for: the median may be 10 % worse.
    pub fn default_of_median() -> Self {
        Self { metric: Metric::Median, most: Worsening::Share(0.1), text: "median:10%".to_owned() }
    }
}
