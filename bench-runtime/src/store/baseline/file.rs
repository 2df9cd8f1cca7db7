//! What stands in a baseline, as it stands there. Main types: [`File`] and [`Entry`].
//!
//! What the file says of host and seed holds for every entry that does not say otherwise.

use serde_json::Value;

use crate::model::{ByName, Canary, Metric, Per, PercentilesOf, Quantity};
use crate::store::basis::PlanEntry;
use crate::units::{self, BaselineUnit};

/// The version of the format that is written and read.
pub(super) const VERSION: u64 = 1;

/// The figures beyond which something must be wrong: 30 years in nanoseconds.
const MOST: f64 = 1e18;

/// A whole baseline.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct File {
    /// Operating system and architecture.
    pub(super) arch: String,
    /// When something was last recorded.
    pub(super) recorded_at: String,
    /// The machine and the compiler of the last recording.
    pub(super) host: Option<Value>,
    /// The seed of the last recording.
    pub(super) seed: Option<u64>,
    /// By name.
    pub(super) entries: ByName<Entry>,
    /// What this version does not know.
    pub(super) others: Vec<(String, Value)>,
}

/// One benchmark. All but the first five are optional.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Entry {
    /// The full name.
    pub(super) name: String,
    /// The median time, or the rate.
    pub(super) median: f64,
    /// The standard deviation, in the same unit.
    pub(super) stddev: f64,
    /// Measured rounds.
    pub(super) rounds: u32,
    /// A unit of time, or of a rate.
    pub(super) unit: String,
    /// When it was recorded.
    pub(super) recorded_at: Option<String>,
    /// Further figures: times in `unit`, all others in the unit of their metric.
    pub(super) figures: Vec<(Metric, f64)>,
    /// What the percentiles are taken of.
    pub(super) percentiles_of: Option<PercentilesOf>,
    /// Items or bytes per second; operations only where they do not follow from the median.
    pub(super) throughput: Option<(Per, f64)>,
    /// The median of each run, in `unit`.
    pub(super) runs: Vec<f64>,
    /// The canary of each run, in nanoseconds.
    pub(super) canary: Canaries,
    /// The ratio to the reference of its group.
    pub(super) ratio: Option<RatioTo>,
    /// What it ran on besides the machine.
    pub(super) identity: ByName<String>,
    /// How servers went about its queries.
    pub(super) plans: ByName<PlanEntry>,
    /// The machine and the compiler, where they are others than those of the file.
    pub(super) host: Option<Value>,
    /// The seed, where it is another than that of the file.
    pub(super) seed: Option<u64>,
    /// What this version does not know.
    pub(super) others: Vec<(String, Value)>,
}

/// What the canary took, run by run.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Canaries(pub(super) Vec<Canary>);

/// A ratio to a reference, with its interval.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct RatioTo {
    pub(super) reference: String,
    pub(super) value: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Entry {
    /// What its unit means; `None` for one that cannot be converted.
    pub(super) fn meaning(&self) -> Option<BaselineUnit> {
        units::of_baseline(&self.unit)
    }

    /// What is wrong with it, if anything.
    pub(super) fn fault(&self) -> Option<String> {
        let unit = match self.meaning() {
            Some(BaselineUnit::Time { ns }) => ns,
            Some(BaselineUnit::Rate { per_second, .. }) => per_second,
            None => {
                let unit = &self.unit;
                return Some(format!(
                    "`{unit}` is no unit of time (`ns`, `us`, `ms`, `s`) and of no rate (`MiB/s`, `rows/s`)"
                ));
            }
        };
        let in_unit = |metric| if is_time(metric) { unit } else { 1.0 };
        // An iteration may free more than it allocates.
        let size = |metric, figure: f64| if metric == Metric::Net { figure.abs() } else { figure };
        let figures = [("median", self.median, unit), ("stddev", self.stddev, unit)]
            .into_iter()
            .chain(self.figures.iter().map(|(of, figure)| (key(*of), size(*of, *figure), in_unit(*of))))
            .chain(self.runs.iter().map(|run| ("runs", *run, unit)))
            .chain(self.throughput.map(|(_, rate)| ("throughput", rate, 1.0)));
        let (key, figure, _) = figures.into_iter().find(|(_, figure, unit)| is_absurd(figure * unit))?;
        Some(format!("`{key}` of {figure:?} is no figure that can be measured"))
    }
}

fn is_absurd(figure: f64) -> bool {
    !(0.0..=MOST).contains(&figure)
}

/// The key that a figure stands under.
pub(super) fn key(metric: Metric) -> &'static str {
    match metric {
        Metric::P999 => "p999",
        metric => metric.word(),
    }
}

/// The metric that stands under `key`; `None` also for those that have a place of their own.
pub(super) fn metric(key: &str) -> Option<Metric> {
    let has_its_own_place =
        |metric| matches!(metric, Metric::Median | Metric::Stddev | Metric::Throughput | Metric::Ratio);
    Metric::of_word(key).filter(|metric| !has_its_own_place(*metric))
}

/// Whether figures of `metric` are in the unit of their entry.
pub(super) fn is_time(metric: Metric) -> bool {
    matches!(metric.quantity(), Quantity::Duration | Quantity::Spread)
}
