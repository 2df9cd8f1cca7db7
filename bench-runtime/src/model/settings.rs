//! The options of one benchmark after all levels were merged: nothing is optional any more. Main type: [`Settings`].

use std::num::NonZeroU64;
use std::time::Duration;

use super::load::LoadSettings;
use super::options::{Flavor, Kind};
use crate::json;

/// How much certainty a run is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Depth {
    /// Two runs of five rounds: a first impression.
    Quick,
    /// Four runs of ten rounds, and up to twelve where they leave a comparison open.
    #[default]
    Default,
    /// Eight runs of ten rounds, and up to twenty where they leave a comparison open.
    Rigorous,
}

/// Half of the width of an interval, as a share of what it is around; above 0, and exact to a millionth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Precision {
    millionths: u32,
}

json::object!(Precision { millionths });

impl Precision {
    const WHOLE: u32 = 1_000_000;

    /// A precision of `share`: 0.01 is 1 %. `None` unless it is at least a millionth and at most 1.
    pub fn of_share(share: f64) -> Option<Self> {
        let millionths = (share * f64::from(Self::WHOLE)).round();
        (1.0..=f64::from(Self::WHOLE)).contains(&millionths).then_some(Self { millionths: millionths as u32 })
    }

    /// The share: 0.01 is 1 %.
    pub fn share(self) -> f64 {
        f64::from(self.millionths) / f64::from(Self::WHOLE)
    }
}

impl Default for Precision {
    /// 0.5 %: half the difference that never counts, so that an interval this short around equal arms lies within it.
    fn default() -> Self {
        Self { millionths: Self::WHOLE / 200 }
    }
}

/// How one benchmark is measured.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Settings {
    /// What is exercised.
    pub kind: Kind,
    /// The smallest number of measured rounds, over all runs and after warm-up.
    pub min_rounds: u32,
    /// The largest number of measured rounds; at least `min_rounds`.
    pub max_rounds: u32,
    /// Iterations per sample; `None` means calibrated.
    pub iterations: Option<NonZeroU64>,
    /// The least time spent measuring a case.
    pub min_time: Duration,
    /// The most time spent measuring a case; at least `min_time`.
    pub max_time: Duration,
    /// The least time spent on the warm-up rounds of each run.
    pub warmup_time: Duration,
    /// How long one step may take before its worker is killed.
    pub timeout: Duration,
    /// The number of worker processes (runs) before the first look, before `min_rounds`, `max_rounds` and the times are
    /// applied.
    pub processes: u32,
    /// The number of runs up to which a comparison that is still open is given more; at least `processes`.
    pub most_processes: u32,
    /// The precision at which an open comparison is given no further runs.
    pub precision: Precision,
    /// Rounds measured in each run, before `min_rounds`, `max_rounds` and the times are applied.
    pub rounds_per_run: u32,
    /// The number of threads that the benchmark keeps busy.
    pub threads: u32,
    /// The runtime that drives futures.
    pub flavor: Flavor,
    /// Worker threads of a multi-thread runtime.
    pub workers: u32,
    /// The load that it is put under, if it is.
    pub load: Option<LoadSettings>,
}

json::object!(Settings {
    kind,
    min_rounds,
    max_rounds,
    iterations,
    min_time,
    max_time,
    warmup_time,
    timeout,
    processes,
    most_processes,
    precision,
    rounds_per_run,
    threads,
    flavor,
    workers,
    load or absent,
});
