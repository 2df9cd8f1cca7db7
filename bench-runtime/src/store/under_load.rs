//! What a result file says of load. Main types: [`LoadSettingsEntry`], [`LoadEntry`] and [`KneeEntry`].

use super::async_::AsyncEntry;
use super::result::{Benchmark, Figure, SettingsEntry};
use super::words::{ArrivalsWord, LoadFigureWord};
use crate::json;
use crate::model::{
    BenchId, Knee, Latency, Load, LoadDrift, LoadErrors, LoadRatio, LoadSettings, Rate, Record, TrialSummary,
};

/// The load that a benchmark is put under: a closed loop without `rate`, else an open one.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct LoadSettingsEntry {
    /// Operations in flight; of an open loop the most, where that is limited.
    concurrency: Option<u32>,
    /// Arrivals per second.
    rate: Option<Figure>,
    /// How they follow each other.
    arrivals: ArrivalsWord,
    /// The length of all trials together, in nanoseconds; absent where it is not set.
    sustain_ns: Option<u64>,
}

json::object!(LoadSettingsEntry { concurrency or absent, rate or absent, arrivals, sustain_ns or absent });

/// Percentiles of operations, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct LatencyEntry {
    /// How many operations they are taken of.
    pub(crate) count: u64,
    /// The mean.
    pub(crate) mean: Figure,
    /// The median.
    pub(crate) p50: Figure,
    /// The 90th percentile.
    pub(crate) p90: Figure,
    /// The 95th percentile.
    pub(crate) p95: Figure,
    /// The 99th percentile.
    pub(crate) p99: Figure,
    /// The 99.9th percentile.
    pub(crate) p999: Figure,
    /// The longest.
    pub(crate) max: Figure,
}

json::object!(LatencyEntry { count, mean, p50, p90, p95, p99, p999, max });

/// Operations that failed under load.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct LoadErrorsEntry {
    /// All together.
    count: u64,
    /// Those that returned an error.
    returned: u64,
    /// Those that did not end.
    timed_out: u64,
    /// The first texts that differ.
    texts: Vec<String>,
}

json::object!(LoadErrorsEntry { count, returned, timed_out, texts });

/// What else a benchmark showed under load, beside its latency.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct LoadEntry {
    /// Operations that were to start.
    due: u64,
    /// Operations that ended without error while there was load.
    completed: u64,
    /// Operations that waited because there were as many in flight as there may be.
    held_back: u64,
    /// The most operations in flight at once.
    most_in_flight: u64,
    /// The interval of the throughput, where there is one.
    throughput_low: Option<Figure>,
    throughput_high: Option<Figure>,
    /// From the intended start of operations to the actual one; absent in a closed loop.
    lateness: Option<LatencyEntry>,
    /// Each trial apart.
    trials: Vec<TrialEntry>,
    /// The change of throughput from the start of a trial to its end, as a share; absent where it cannot be told.
    drift: Option<Figure>,
    /// Whether that is more than chance.
    #[cfg_attr(feature = "schema", schemars(default))]
    drift_is_clear: bool,
    /// Figures over those of the reference; absent without one.
    #[cfg_attr(feature = "schema", schemars(default, skip_serializing_if = "Vec::is_empty"))]
    ratios: Vec<LoadRatioEntry>,
}

json::object!(LoadEntry {
    due,
    completed,
    held_back,
    most_in_flight,
    throughput_low or absent,
    throughput_high or absent,
    lateness or absent,
    trials,
    drift or absent,
    drift_is_clear,
    ratios or absent,
});

/// One trial.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct TrialEntry {
    /// Operations per second.
    throughput: Figure,
    /// Its latency.
    latency: LatencyEntry,
    /// Operations per second in each of equally long parts.
    windows: Vec<Figure>,
}

json::object!(TrialEntry { throughput, latency, windows });

/// A figure under load over that of the reference.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct LoadRatioEntry {
    /// Which figure.
    figure: LoadFigureWord,
    /// The estimate.
    value: Figure,
    /// The lower end of its interval.
    low: Figure,
    /// The upper end of its interval.
    high: Figure,
}

json::object!(LoadRatioEntry { figure, value, low, high });

/// Where the throughput of a benchmark stops growing with the operations in flight.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct KneeEntry {
    /// The benchmark's id, without the load.
    id: String,
    /// The group whose arms are compared with each other.
    group: Option<String>,
    /// The fewest operations in flight with a throughput within a tenth of the highest.
    concurrency: u32,
    /// That throughput, per second.
    throughput: Figure,
    /// Whether there is a larger load that brings no more.
    is_reached: bool,
    /// The highest throughput over that of a single operation in flight.
    crossing: Figure,
}

json::object!(KneeEntry { id, group or absent, concurrency, throughput, is_reached, crossing });

impl From<&LoadSettings> for LoadSettingsEntry {
    fn from(load: &LoadSettings) -> Self {
        Self {
            concurrency: load.concurrency,
            rate: load.rate.map(|rate| rate.value().into()),
            arrivals: load.arrivals.into(),
            sustain_ns: load.sustain.map(super::record::nanoseconds),
        }
    }
}

impl From<&LoadSettingsEntry> for LoadSettings {
    fn from(entry: &LoadSettingsEntry) -> Self {
        Self {
            concurrency: entry.concurrency,
            rate: entry.rate.and_then(Figure::known).and_then(Rate::per_second),
            arrivals: entry.arrivals.into(),
            sustain: entry.sustain_ns.map(std::time::Duration::from_nanos),
        }
    }
}

impl From<&Latency> for LatencyEntry {
    fn from(of: &Latency) -> Self {
        let Latency { count, mean, p50, p90, p95, p99, p999, max } = *of;
        Self {
            count,
            mean: mean.into(),
            p50: p50.into(),
            p90: p90.into(),
            p95: p95.into(),
            p99: p99.into(),
            p999: p999.into(),
            max: max.into(),
        }
    }
}

impl From<LatencyEntry> for Latency {
    fn from(of: LatencyEntry) -> Self {
        let LatencyEntry { count, mean, p50, p90, p95, p99, p999, max } = of;
        let [mean, p50, p90, p95, p99, p999, max] = [mean, p50, p90, p95, p99, p999, max].map(Figure::or_nan);
        Self { count, mean, p50, p90, p95, p99, p999, max }
    }
}

impl AsyncEntry {
    /// Beside what was traced, what was seen under load.
    pub(super) fn with_load(self, load: &Load) -> Self {
        let LoadErrors { returned, timed_out, texts } = load.errors.clone();
        Self {
            latency: Some((&load.latency).into()),
            throughput: Some(load.throughput.into()),
            late: load.settings.rate.map(|_| load.late),
            dropped: load.settings.rate.map(|_| load.dropped),
            errors: Some(LoadErrorsEntry { count: load.errors.count(), returned, timed_out, texts }),
            load: Some(load.into()),
            ..self
        }
    }

    /// What was seen under load; `None` where there was none.
    pub(super) fn seen_under(&self, settings: LoadSettings) -> Option<Load> {
        let (entry, errors) = (self.load.as_ref()?, self.errors.as_ref()?);
        let interval = entry.throughput_low.zip(entry.throughput_high);
        Some(Load {
            settings,
            throughput: self.throughput?.or_nan(),
            throughput_interval: interval.map(|(low, high)| (low.or_nan(), high.or_nan())),
            latency: self.latency?.into(),
            lateness: entry.lateness.map(Latency::from),
            due: entry.due,
            completed: entry.completed,
            late: self.late.unwrap_or_default(),
            dropped: self.dropped.unwrap_or_default(),
            held_back: entry.held_back,
            errors: LoadErrors {
                returned: errors.returned,
                timed_out: errors.timed_out,
                texts: errors.texts.clone(),
            },
            most_in_flight: entry.most_in_flight,
            trials: entry.trials.iter().map(TrialSummary::from).collect(),
            drift: entry
                .drift
                .map(|share| LoadDrift { share: share.or_nan(), is_clear: entry.drift_is_clear }),
            ratios: entry.ratios.iter().filter_map(LoadRatioEntry::known).collect(),
        })
    }
}

impl From<&Load> for LoadEntry {
    fn from(load: &Load) -> Self {
        Self {
            due: load.due,
            completed: load.completed,
            held_back: load.held_back,
            most_in_flight: load.most_in_flight,
            throughput_low: load.throughput_interval.map(|(low, _)| low.into()),
            throughput_high: load.throughput_interval.map(|(_, high)| high.into()),
            lateness: load.lateness.as_ref().map(LatencyEntry::from),
            trials: load.trials.iter().map(TrialEntry::from).collect(),
            drift: load.drift.map(|drift| drift.share.into()),
            drift_is_clear: load.drift.is_some_and(|drift| drift.is_clear),
            ratios: load.ratios.iter().map(LoadRatioEntry::from).collect(),
        }
    }
}

impl From<&TrialSummary> for TrialEntry {
    fn from(trial: &TrialSummary) -> Self {
        Self {
            throughput: trial.throughput.into(),
            latency: (&trial.latency).into(),
            windows: trial.windows.iter().map(|&rate| rate.into()).collect(),
        }
    }
}

impl From<&TrialEntry> for TrialSummary {
    fn from(entry: &TrialEntry) -> Self {
        Self {
            throughput: entry.throughput.or_nan(),
            latency: entry.latency.into(),
            windows: entry.windows.iter().map(|rate| rate.or_nan()).collect(),
        }
    }
}

impl From<&LoadRatio> for LoadRatioEntry {
    fn from(ratio: &LoadRatio) -> Self {
        let LoadRatio { figure, value, low, high } = *ratio;
        Self { figure: figure.into(), value: value.into(), low: low.into(), high: high.into() }
    }
}

impl LoadRatioEntry {
    fn known(&self) -> Option<LoadRatio> {
        Some(LoadRatio {
            figure: self.figure.into(),
            value: self.value.known()?,
            low: self.low.or_nan(),
            high: self.high.or_nan(),
        })
    }
}

impl From<&Knee> for KneeEntry {
    fn from(knee: &Knee) -> Self {
        Self {
            id: knee.id.to_string(),
            group: knee.group.clone(),
            concurrency: knee.concurrency,
            throughput: knee.throughput.into(),
            is_reached: knee.is_reached,
            crossing: knee.crossing.into(),
        }
    }
}

impl KneeEntry {
    /// The knee. A file says of which benchmark by a name that lacks the load, so it is looked for among `records`; `None`
    /// if it is not there.
    pub(super) fn among(self, records: &[Record]) -> Option<Knee> {
        let mut swept = records.iter().filter_map(|record| Some((without_load(record)?, record)));
        let (id, record) = swept.find(|(id, _)| id.to_string() == self.id)?;
        Some(Knee {
            id,
            name: record.name.clone(),
            group: self.group,
            concurrency: self.concurrency,
            throughput: self.throughput.or_nan(),
            is_reached: self.is_reached,
            crossing: self.crossing.or_nan(),
        })
    }
}

fn without_load(record: &Record) -> Option<BenchId> {
    let of_load = record.settings.load?.params();
    let mut id = record.id.clone();
    id.params.0.retain(|param| !of_load.0.contains(param));
    Some(id)
}

/// What a benchmark showed under load, or why that is not known.
pub(super) fn load(entry: &mut Benchmark) -> Option<Result<Load, String>> {
    let settings = settings(&entry.settings)?;
    let seen = entry.event_loop.as_ref().and_then(|entry| entry.seen_under(settings)).map(Ok);
    seen.or_else(|| entry.load_unavailable.take().map(Err))
}

/// The load that a benchmark was to be put under.
pub(super) fn settings(entry: &SettingsEntry) -> Option<LoadSettings> {
    entry.load.as_ref().map(LoadSettings::from)
}
