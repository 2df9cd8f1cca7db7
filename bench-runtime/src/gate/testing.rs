//! Records, reports and earlier results made by hand, for the tests of this module.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use super::Rules;
use crate::model::{
    Allowance, Baseline, BaselineEntry, Calibration, Comparison, Confirmation, Depth, Environment, Gate,
    Host, Limit, Measurement, Metric, Outcome, PercentilesOf, Ratio, Record, Regime, Report, RunInfo,
    RunSummary, SpreadFrom, TimeSummary, Verdict, plain,
};

/// The moment at which comparisons take place.
pub(super) fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
}

/// That many days before [`now`].
pub(super) fn days_ago(days: u64) -> Option<SystemTime> {
    Some(now() - Duration::from_secs(days * 24 * 3_600))
}

/// A benchmark of the suite `pkg::suite`, without a group, measured at `median` nanoseconds in four runs that agree.
pub(super) fn record(name: &str, median: f64) -> Record {
    plain::record(plain::id("pkg", "suite", name), now(), measured(&[median; 4]))
}

/// A measurement of runs with these medians; the whole median is the first one's. Calls are timed one by one.
pub(super) fn measured(runs: &[f64]) -> Outcome {
    let median = runs[0];
    let run = |median: &f64| RunSummary { median: *median, rounds: 10, ..RunSummary::default() };
    let time = TimeSummary {
        min: 0.9 * median,
        max: 2.0 * median,
        mean: 1.01 * median,
        median,
        stddev: 0.05 * median,
        mad: 0.01 * median,
        p50: median,
        p90: 1.1 * median,
        p95: 1.2 * median,
        p99: 1.5 * median,
        p999: 1.9 * median,
        percentiles_of: PercentilesOf::Calls,
        outliers: 0,
        rounds: 10 * runs.len() as u32,
        runs: runs.iter().map(run).collect(),
    };
    let calibration =
        Calibration { regime: Regime::Short, iterations: 100, iteration_ns: median, first_call_ns: median };
    plain::measured(time, calibration)
}

/// A ratio to `pkg::suite::reference`, from four runs, known to `half_width` (a share of it).
pub(super) fn ratio(value: f64, half_width: f64) -> Ratio {
    Ratio {
        reference: "pkg::suite::reference".to_owned(),
        value,
        low: value / (1.0 + half_width),
        high: value * (1.0 + half_width),
        verdict: Verdict::Slower,
        resolution: 0.01,
        runs: 4,
        spread: SpreadFrom::Runs,
        confirmation: Confirmation::Confirmed,
    }
}

impl Record {
    pub(super) fn with(self, outcome: Outcome) -> Self {
        Self { outcome, ..self }
    }

    pub(super) fn runs(self, runs: &[f64]) -> Self {
        self.with(measured(runs))
    }

    pub(super) fn compared_by(self, ratio: Ratio) -> Self {
        Self { comparison: Some(Comparison::Ratio(ratio)), ..self }
    }

    pub(super) fn limits(self, limits: &[Limit]) -> Self {
        Self { limits: limits.to_vec(), ..self }
    }

    pub(super) fn tag(self, tag: &str) -> Self {
        Self { tags: vec![tag.to_owned()], ..self }
    }

    pub(super) fn measurement(&mut self) -> &mut Measurement {
        match &mut self.outcome {
            Outcome::Measured(measurement) => measurement,
            other => panic!("not measured but {other:?}"),
        }
    }
}

/// A report of the suite `pkg::suite`.
pub(super) fn report(records: Vec<Record>) -> Report {
    let run = RunInfo {
        suite: "pkg::suite".to_owned(),
        started_at: now(),
        elapsed: Duration::from_secs(1),
        is_filtered: false,
        set_up: Vec::new(),
        seed: 0,
        depth: Depth::Default,
        params: BTreeMap::new(),
        environment: Environment { host: host("a CPU"), ..Environment::default() },
    };
    plain::report(run, records)
}

pub(super) fn host(cpu: &str) -> Host {
    Host { arch: "linux-x86_64".to_owned(), cpu: cpu.to_owned(), ..Host::default() }
}

/// An entry with the median of runs, as this version records it.
pub(super) fn entry(runs: &[f64]) -> BaselineEntry {
    BaselineEntry {
        recorded_at: None,
        figures: [(Metric::Median, runs[0]), (Metric::Stddev, 0.05 * runs[0])].into_iter().collect(),
        rounds: 10 * runs.len() as u32,
        runs: runs.to_vec(),
        ..BaselineEntry::default()
    }
}

/// Earlier results of `pkg::suite` from yesterday, of the machine that the reports are from.
pub(super) fn baseline(entries: Vec<(&str, BaselineEntry)>) -> Baseline {
    let named = |(name, entry): (&str, BaselineEntry)| (format!("pkg::suite::{name}"), entry);
    Baseline {
        origin: "baselines/linux-x86_64.json".to_owned(),
        arch: "linux-x86_64".to_owned(),
        host: host("a CPU"),
        recorded_at: days_ago(1),
        entries: entries.into_iter().map(named).collect(),
    }
}

/// Rules with these allowances, as they are written.
pub(super) fn rules(gate: Gate, allowances: &[&str]) -> Rules {
    let read = |text: &&str| crate::units::allowance(text).expect("an allowance");
    Rules {
        allowances: allowances.iter().map(read).collect::<Vec<Allowance>>(),
        gate,
        max_age: Duration::from_secs(90 * 24 * 3_600),
        now: now(),
        suites: BTreeSet::from(["pkg::suite".to_owned()]),
        is_whole: true,
        confirmed: false,
    }
}
