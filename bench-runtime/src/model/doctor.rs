//! What comes of comparing a suite with itself. Main type: [`Diagnosis`].

use std::time::Duration;

use super::id::BenchId;
use super::record::{RunInfo, Stop};
use super::samples::Regime;

/// What a suite showed that was compared with itself several times, and what is known of where that was done.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Diagnosis {
    /// The run as a whole; its time is that of all comparisons.
    pub(crate) run: RunInfo,
    /// How often every benchmark was compared with itself.
    pub(crate) comparisons: u32,
    /// How much longer a median may take for the gate, as a share.
    pub(crate) allowed: f64,
    /// The machine.
    pub(crate) machine: MachineFacts,
    /// What is to be said of the machine, in the order of the page.
    pub(crate) of_machine: Vec<Note>,
    /// What is to be said of the package and how it was built; empty where all is well.
    pub(crate) of_package: Vec<Note>,
    /// The benchmarks, in the order of the plan.
    pub(crate) benchmarks: Vec<Checkup>,
    /// The comparisons of all of them together.
    pub(crate) all: Alarms,
    /// The same of the comparisons with the results of the comparison before.
    pub(crate) all_stored: Alarms,
    /// Why it ended early; `None` when it did not.
    pub(crate) stopped: Option<Stop>,
}

/// What a machine offers to those who measure on it. `None` stands for what the system does not tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct MachineFacts {
    /// What the kernel takes the time from, such as `tsc`.
    pub(crate) clock_source: Option<String>,
    /// The smallest step of the clock.
    pub(crate) clock_resolution: Duration,
    /// How long reading it takes, in nanoseconds.
    pub(crate) clock_overhead_ns: f64,
    /// The cores that workers may be pinned to.
    pub(crate) cores: u32,
    /// Why a thread cannot be pinned to one of them; `None` where it can.
    pub(crate) not_pinned: Option<String>,
    /// Whether cores share their units with a sibling.
    pub(crate) hyperthreads: Option<bool>,
    /// Bytes of memory.
    pub(crate) memory: Option<u64>,
    /// Bytes of it that can be had without swapping.
    pub(crate) free_memory: Option<u64>,
    /// Tasks of others that wanted a core while it was measured, on average.
    pub(crate) neighbours: Option<f64>,
    /// The share of the wanted processor time that a hypervisor withheld meanwhile.
    pub(crate) stolen: Option<f64>,
    /// How often the kernel took the core away, per turn.
    pub(crate) interruptions: f64,
    /// How much what calibration says of a benchmark differs from one comparison to another: the largest over the
    /// smallest less 1, the median of all benchmarks.
    pub(crate) calibration_spread: Option<f64>,
}

/// Something that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    /// What, in a word or two.
    pub(crate) about: &'static str,
    /// What was found.
    pub(crate) found: String,
    /// What to do about it, in a sentence; `None` where all is well.
    pub(crate) advice: Option<String>,
}

/// How often something was called different from itself.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Alarms {
    /// Comparisons of which something came.
    pub(crate) comparisons: u32,
    /// Those that called a change.
    pub(crate) changed: u32,
    /// Those that failed the gate.
    pub(crate) failed: u32,
    /// Those that could not decide.
    pub(crate) open: u32,
    /// What the share of `changed` is at most, in the long run, with a confidence of 95 %.
    pub(crate) changed_at_most: f64,
    /// The same of `failed`.
    pub(crate) failed_at_most: f64,
}

/// What one benchmark showed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Checkup {
    /// Its full name.
    pub(crate) id: BenchId,
    /// The name to show.
    pub(crate) name: String,
    /// Its median, in nanoseconds per iteration, the median of all comparisons; `None` where it was not measured.
    pub(crate) median: Option<f64>,
    /// How it was sampled the first time.
    pub(crate) sampled: Option<(Regime, u64)>,
    /// Its comparisons in turns.
    pub(crate) alarms: Alarms,
    /// Its comparisons with the results of the comparison before.
    pub(crate) stored: Alarms,
    /// The smallest change that a comparison in turns can see, as a share, the median of all.
    pub(crate) sees: Option<f64>,
    /// The same of comparisons with earlier results.
    pub(crate) sees_stored: Option<f64>,
    /// The standard deviation between processes of the ratio in turns, as a share.
    pub(crate) between_processes: Option<f64>,
    /// The share that processes have in the variance of what one of them says; the rest is that of its rounds.
    pub(crate) process_share: Option<f64>,
    /// Comparisons in which its time rose or fell over the rounds of each run.
    pub(crate) drifts: u32,
    /// Comparisons in which its samples gathered around several figures.
    pub(crate) modes: u32,
    /// Whether it was not pinned to a core.
    pub(crate) is_unpinned: bool,
    /// What to do, in a sentence.
    pub(crate) advice: String,
}
