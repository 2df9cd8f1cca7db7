//! Load: operations that overlap, and what they showed. Main types: [`LoadSettings`], [`LoadTrial`] and [`Load`].

use std::fmt::{self, Display};
use std::time::Duration;

use super::histogram::{Histogram, Latency};
use super::id::{BenchId, Param, Params};
use crate::json;

/// The load that a benchmark is put under: a closed loop where there is no rate, else an open one.
///
/// A closed loop starts an operation when another one ended, so a service that stalls is asked for less. An open loop
/// starts operations when their time has come, whatever became of the others, as independent users do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct LoadSettings {
    /// Closed loop: the operations that are kept in flight. Open loop: the most that may be, where that is limited.
    pub concurrency: Option<u32>,
    /// Open loop: arrivals per second.
    pub rate: Option<Rate>,
    /// Open loop: how arrivals follow each other.
    pub arrivals: Arrivals,
    /// The length of all trials together, where it is set.
    pub sustain: Option<Duration>,
}

json::object!(LoadSettings { concurrency, rate, arrivals, sustain });

impl LoadSettings {
    /// The parameters that tell this load from others: `concurrency` and `rate`, as far as they are set.
    pub fn params(&self) -> Params {
        let concurrency =
            self.concurrency.map(|n| Param { name: "concurrency".to_owned(), value: n.to_string() });
        let rate = self.rate.map(|rate| Param { name: "rate".to_owned(), value: rate.to_string() });
        Params(concurrency.into_iter().chain(rate).collect())
    }
}

/// Arrivals per second, exact to a millionth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rate {
    millionths: u64,
}

json::object!(Rate { millionths });

impl Rate {
    const WHOLE: f64 = 1e6;

    /// `None` unless it is at least a millionth and at most a million million.
    pub fn per_second(rate: f64) -> Option<Self> {
        let millionths = (rate * Self::WHOLE).round();
        (1.0..=1e18).contains(&millionths).then_some(Self { millionths: millionths as u64 })
    }

    /// Arrivals per second.
    pub fn value(self) -> f64 {
        self.millionths as f64 / Self::WHOLE
    }
}

impl Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.value())
    }
}

/// How the arrivals of an open loop follow each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Arrivals {
    /// At equal distances.
    #[default]
    Constant,
    /// At random distances with an exponential distribution, as those of many independent users.
    Poisson,
}

json::word!(Arrivals { Constant = "constant", Poisson = "poisson" });

/// What one trial is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoadOrder {
    /// The load.
    pub load: LoadSettings,
    /// How long operations are started.
    pub length: Duration,
    /// The part of it, at its beginning, that is not looked at.
    pub warm_up: Duration,
    /// After so long an operation is given up, and counts as an error.
    pub operation_timeout: Duration,
    /// What random arrivals hang on.
    pub seed: u64,
}

json::object!(LoadOrder { load, length, warm_up, operation_timeout, seed });

/// What one trial showed, warm-up left out. Times are nanoseconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LoadTrial {
    /// How long it was looked at.
    pub length_ns: u64,
    /// Operations that were to start in that time.
    pub due: u64,
    /// Operations that ended without error in that time.
    pub completed: u64,
    /// From the start of an operation to its end; in an open loop from its intended start. Errors have none.
    pub latency: Histogram,
    /// From the intended start of an operation to its actual one; empty in a closed loop.
    pub lateness: Histogram,
    /// Operations that started more than [`LATE`] after their time.
    pub late: u64,
    /// Operations that were not started, since the time for that was over.
    pub dropped: u64,
    /// Operations that had to wait because there were as many in flight as there may be.
    pub held_back: u64,
    /// What went wrong.
    pub errors: LoadErrors,
    /// Operations that ended without error in each of equally long parts of that time.
    pub windows: Vec<u64>,
    /// The most operations in flight at once.
    pub most_in_flight: u64,
}

json::object!(LoadTrial {
    length_ns,
    due,
    completed,
    latency,
    lateness,
    late,
    dropped,
    held_back,
    errors,
    windows,
    most_in_flight,
});

/// An operation that starts this long after its time is late.
pub const LATE: Duration = Duration::from_millis(1);

/// Operations that failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoadErrors {
    /// Operations that returned an error.
    pub returned: u64,
    /// Operations that were given up because they did not end.
    pub timed_out: u64,
    /// The first texts that differ.
    pub texts: Vec<String>,
}

json::object!(LoadErrors { returned, timed_out, texts });

impl LoadErrors {
    /// So many different texts are kept.
    pub const MOST_TEXTS: usize = 3;

    /// All together.
    pub fn count(&self) -> u64 {
        self.returned + self.timed_out
    }

    /// Counts those of `other` in.
    pub fn absorb(&mut self, other: &Self) {
        self.returned += other.returned;
        self.timed_out += other.timed_out;
        other.texts.iter().for_each(|text| self.keep(text));
    }

    /// Keeps a text, unless it is known or there are enough.
    pub fn keep(&mut self, text: &str) {
        if self.texts.len() < Self::MOST_TEXTS && !self.texts.iter().any(|known| known == text) {
            self.texts.push(text.to_owned());
        }
    }
}

/// What a benchmark showed under load, over all trials.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Load {
    /// The load.
    pub settings: LoadSettings,
    /// Operations per second that ended without error, over all trials.
    pub throughput: f64,
    /// The interval of the throughput, by how trials differ; `None` for fewer than two.
    pub throughput_interval: Option<(f64, f64)>,
    /// From the start of operations to their end, in an open loop from the intended start.
    pub latency: Latency,
    /// From the intended start to the actual one; `None` in a closed loop.
    pub lateness: Option<Latency>,
    /// Operations that were to start.
    pub due: u64,
    /// Operations that ended without error.
    pub completed: u64,
    /// Operations that started more than [`LATE`] after their time.
    pub late: u64,
    /// Operations that were not started.
    pub dropped: u64,
    /// What went wrong.
    pub errors: LoadErrors,
    /// Operations that had to wait because there were as many in flight as there may be.
    pub held_back: u64,
    /// The most operations in flight at once.
    pub most_in_flight: u64,
    /// Each trial apart.
    pub trials: Vec<TrialSummary>,
    /// How throughput moves within trials, where there are enough parts to tell.
    pub drift: Option<LoadDrift>,
    /// How it compares with the reference of its group under the same load; empty without one.
    pub ratios: Vec<LoadRatio>,
}

impl Load {
    /// The share of operations that failed.
    pub fn error_rate(&self) -> f64 {
        let errors = self.errors.count();
        let all = self.latency.count + errors;
        if all == 0 { 0.0 } else { errors as f64 / all as f64 }
    }
}

/// One trial of a load.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrialSummary {
    /// Operations per second that ended without error.
    pub throughput: f64,
    /// The latency of its operations.
    pub latency: Latency,
    /// The throughput in each of its parts.
    pub windows: Vec<f64>,
}

/// Where the throughput of a benchmark stops growing with the operations in flight.
#[derive(Clone, Debug, PartialEq)]
pub struct Knee {
    /// The full name, without the load.
    pub id: BenchId,
    /// The name to show.
    pub name: String,
    /// The group, if any.
    pub group: Option<String>,
    /// The fewest operations in flight with a throughput within a tenth of the highest.
    pub concurrency: u32,
    /// That throughput, per second.
    pub throughput: f64,
    /// Whether there is a larger load that brings no more; else it may grow on.
    pub is_reached: bool,
    /// Where the asymptotes of the throughput cross: the highest one over that of a single operation in flight.
    pub crossing: f64,
}

/// How throughput changes over a trial.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LoadDrift {
    /// The change from the first part of a trial to the last, as a share: −0.1 is a tenth less.
    pub share: f64,
    /// Whether it is more than chance.
    pub is_clear: bool,
}

/// A figure under load over the same figure of the reference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LoadRatio {
    /// Which figure.
    pub figure: LoadFigure,
    /// The estimate; 1.2 is 20 % more.
    pub value: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
}

/// A figure under load that is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LoadFigure {
    /// Operations per second.
    Throughput,
    /// The median latency.
    P50,
    /// The 90th percentile of latency.
    P90,
    /// The 99th percentile of latency.
    P99,
    /// The 99.9th percentile of latency.
    P999,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_load_is_a_parameter() {
        let rate = Rate::per_second(2_500.5);
        let load = LoadSettings { concurrency: Some(64), rate, ..LoadSettings::default() };
        assert_eq!(load.params().to_string(), "[concurrency=64,rate=2500.5]");
        assert_eq!(LoadSettings::default().params().to_string(), "");
    }

    #[test]
    fn a_rate_is_above_zero_and_finite() {
        assert_eq!([0.0, -1.0, 1e-9, f64::NAN, f64::INFINITY, 1e15].map(Rate::per_second), [None; 6]);
        assert_eq!(Rate::per_second(0.5).map(Rate::value), Some(0.5));
    }

    #[test]
    fn few_different_error_texts_are_kept() {
        let mut errors = LoadErrors::default();
        ["a", "b", "a", "c", "d"].iter().for_each(|text| errors.keep(text));
        assert_eq!(errors.texts, ["a", "b", "c"]);
    }
}
