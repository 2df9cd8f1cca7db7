//! The options of one benchmark after all levels were merged: nothing is optional any more. Main type: [`Settings`].

use std::num::NonZeroU64;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::options::{Flavor, Kind};

/// How much certainty a run is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Depth {
    /// Two runs of five rounds: a first impression.
    Quick,
    /// Four runs of ten rounds.
    #[default]
    Default,
    /// Up to twenty runs.
    Rigorous,
}

/// How one benchmark is measured.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
    /// The number of worker processes (runs), before `min_rounds`, `max_rounds` and the times are applied.
    pub processes: u32,
    /// Rounds measured in each run, before `min_rounds`, `max_rounds` and the times are applied.
    pub rounds_per_run: u32,
    /// The number of threads that the benchmark keeps busy.
    pub threads: u32,
    /// The runtime that drives futures.
    pub flavor: Flavor,
    /// Worker threads of a multi-thread runtime.
    pub workers: u32,
}
