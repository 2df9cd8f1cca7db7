//! What a result file says of the highest rate that holds a target. Main type: [`HighestRateEntry`].

use super::result::{Benchmark, Figure};
use super::words::RateEndingWord;
use crate::json;
use crate::model::{RateSearch, RateTry};

/// The highest rate that holds a target, and how it was looked for.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct HighestRateEntry {
    /// What had to hold: `p99 <= 10ms`.
    pub(crate) targets: Vec<String>,
    /// The highest rate that held, per second; absent where none did.
    pub(crate) held: Option<Figure>,
    /// The lowest rate above it that did not, tried twice; absent where none was found.
    pub(crate) missed: Option<Figure>,
    /// What came of that one: `missed`, or `generator_late` where it says nothing of what is driven.
    pub(crate) limited_by: Option<RateEndingWord>,
    /// Every trial, in order.
    tries: Vec<RateTryEntry>,
    /// Why the search ended before it was done; absent where it was.
    cut_short: Option<String>,
}

json::object!(HighestRateEntry {
    targets, held or absent, missed or absent, limited_by or absent, tries, cut_short or absent,
});

/// One trial at one rate.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct RateTryEntry {
    /// Arrivals per second.
    rate: Figure,
    /// What came of it.
    ending: RateEndingWord,
    /// How long it was looked at, in nanoseconds.
    length_ns: u64,
    /// The 99th percentile of latency, from the intended start: nanoseconds.
    p99: Figure,
    /// The 99th percentile of how late operations started, in nanoseconds.
    lateness_p99: Figure,
    /// Operations that were to start.
    due: u64,
    /// Operations that were not started.
    dropped: u64,
    /// Operations that failed.
    errors: u64,
}

json::object!(RateTryEntry { rate, ending, length_ns, p99, lateness_p99, due, dropped, errors });

impl From<&RateSearch> for HighestRateEntry {
    fn from(search: &RateSearch) -> Self {
        Self {
            targets: search.targets.clone(),
            held: search.held().map(|held| held.rate.into()),
            missed: search.missed().map(|missed| missed.rate.into()),
            limited_by: search.missed().map(|missed| missed.ending.into()),
            tries: search.tries.iter().map(RateTryEntry::from).collect(),
            cut_short: search.cut_short.clone(),
        }
    }
}

impl From<HighestRateEntry> for RateSearch {
    fn from(entry: HighestRateEntry) -> Self {
        let HighestRateEntry { targets, tries, cut_short, .. } = entry;
        Self { targets, tries: tries.into_iter().map(RateTry::from).collect(), cut_short }
    }
}

impl From<&RateTry> for RateTryEntry {
    fn from(one: &RateTry) -> Self {
        let RateTry { rate, ending, length_ns, p99_ns, lateness_p99_ns, due, dropped, errors } = *one;
        let [rate, p99, lateness_p99] = [rate, p99_ns, lateness_p99_ns].map(Figure::from);
        Self { rate, ending: ending.into(), length_ns, p99, lateness_p99, due, dropped, errors }
    }
}

impl From<RateTryEntry> for RateTry {
    fn from(entry: RateTryEntry) -> Self {
        let RateTryEntry { rate, ending, length_ns, p99, lateness_p99, due, dropped, errors } = entry;
        let [rate, p99_ns, lateness_p99_ns] = [rate, p99, lateness_p99].map(Figure::or_nan);
        Self { rate, ending: ending.into(), length_ns, p99_ns, lateness_p99_ns, due, dropped, errors }
    }
}

impl Benchmark {
    /// The highest rate that holds a target, where that is known.
    pub(crate) fn highest_rate(&self) -> Option<&HighestRateEntry> {
        self.event_loop.as_ref()?.highest_rate.as_ref()
    }
}

/// The highest rate of a benchmark, or why it is not known.
pub(super) fn highest_rate(entry: &mut Benchmark) -> Option<Result<RateSearch, String>> {
    let found = entry.event_loop.as_mut().and_then(|entry| entry.highest_rate.take());
    let found = found.map(|found| Ok(found.into()));
    found.or_else(|| entry.highest_rate_unavailable.take().map(Err))
}
