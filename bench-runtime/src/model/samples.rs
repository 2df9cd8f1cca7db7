//! What the instruments return, from one turn to all runs of an arm. Main types: [`Turn`] and [`Run`].

use super::basis::Basis;
use super::canary::Canary;
use super::event_loop::LoopTrace;
use super::highest_rate::RateSearch;
use super::load::LoadTrial;
use super::memory::Memory;
use crate::json;
use crate::secrets;

/// How a routine is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// One call after the other, on the measuring thread.
    Serial,
    /// Futures, one in flight, on the measuring thread.
    SerialAsync,
    /// Futures that may overlap.
    Concurrent,
    /// Futures on a worker thread of the runtime.
    Spawned,
}

json::word!(Shape {
    Serial = "serial",
    SerialAsync = "serial_async",
    Concurrent = "concurrent",
    Spawned = "spawned",
});

impl Shape {
    /// Whether a runtime drives the routine.
    pub fn is_async(self) -> bool {
        !matches!(self, Self::Serial)
    }

    /// Whether several operations may be in flight, as a load asks for.
    pub fn overlaps(self) -> bool {
        matches!(self, Self::Concurrent | Self::Spawned)
    }
}

/// When the outputs of a routine are dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DropPolicy {
    /// Outside the clock.
    Untimed,
    /// Inside the clock, as part of the routine.
    Timed,
}

json::word!(DropPolicy { Untimed = "untimed", Timed = "timed" });

/// What one iteration processes; zero means not told.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Throughput {
    /// Items (rows, messages, …) per iteration.
    pub items: f64,
    /// Bytes per iteration.
    pub bytes: f64,
}

json::object!(Throughput { items, bytes });

/// How long an operation takes, which decides how it is sampled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Regime {
    /// Under 1 µs: sub-samples of 30 µs.
    Tiny,
    /// 1 to 10 µs: sub-samples of 100 µs.
    Short,
    /// 10 to 100 µs: sub-samples of 100 µs, each call timed.
    Medium,
    /// 100 µs to 5 ms: single calls, the first of a turn discarded.
    Long,
    /// 5 to 100 ms: one call per turn.
    Slow,
    /// Over 100 ms: one call per turn and no warm-up rounds.
    VerySlow,
}

json::word!(Regime {
    Tiny = "tiny",
    Short = "short",
    Medium = "medium",
    Long = "long",
    Slow = "slow",
    VerySlow = "very_slow",
});

/// What calibration found out about an arm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    /// How it will be sampled.
    pub regime: Regime,
    /// Iterations per sub-sample.
    pub iterations: u64,
    /// Time per iteration, roughly, in nanoseconds.
    pub iteration_ns: f64,
    /// Time of the very first call in the process, in nanoseconds.
    pub first_call_ns: f64,
}

json::object!(Calibration { regime, iterations, iteration_ns, first_call_ns });

/// How a sub-sample is clocked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Clocked {
    /// The clock is read before and after all iterations.
    Batch,
    /// The clock is read around every call.
    EachCall,
}

json::word!(Clocked { Batch = "batch", EachCall = "each_call" });

/// What an arm does in one turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TurnPlan {
    /// Iterations run first and thrown away.
    pub discard: u64,
    /// Timed sub-samples.
    pub samples: u32,
    /// Iterations per sub-sample.
    pub iterations: u64,
    /// How each sub-sample is clocked.
    pub clocked: Clocked,
    /// Readings of the canary before the turn.
    pub canary: u32,
}

json::object!(TurnPlan { discard, samples, iterations, clocked, canary or absent });

/// What percentiles are taken of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PercentilesOf {
    /// Single calls.
    Calls,
    /// Sub-samples, each the mean of several calls.
    #[default]
    SubSamples,
}

/// Iterations that returned an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Errors {
    /// How many.
    pub count: u64,
    /// The text of the first, with its causes.
    pub first: Option<String>,
}

json::object!(Errors { count, first });

impl Errors {
    /// Conceals the secrets in its text.
    pub(crate) fn conceal(&mut self) {
        self.first.iter_mut().for_each(secrets::conceal_in);
    }

    /// Counts those of `other` in.
    pub fn absorb(&mut self, other: Self) {
        self.count += other.count;
        self.first = self.first.take().or(other.first);
    }
}

/// What an arm measured in one turn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Turn {
    /// Start of the turn, in nanoseconds since its worker started.
    pub started_ns: u64,
    /// Nanoseconds per iteration of every timed sub-sample, in the order they were taken.
    pub samples: Vec<f64>,
    /// Nanoseconds of every timed call, where calls were timed one by one; else empty.
    pub calls: Vec<u64>,
    /// What an iteration processed on average.
    pub throughput: Throughput,
    /// Iterations that returned an error, discarded ones included.
    pub errors: Errors,
    /// How often the kernel gave the core to other programs during the turn, where it tells.
    pub involuntary_switches: u64,
    /// How long the machine took for work of its own just before the turn; `None` where nobody asked.
    pub canary: Option<Canary>,
}

json::object!(Turn { started_ns, samples, calls, throughput, errors, involuntary_switches, canary or absent });

/// Which of the two measurements of a case a run belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Look {
    /// The one that every case gets.
    #[default]
    First,
    /// The one at the end of the suite, which confirms what the first would call a change.
    Second,
}

json::word!(Look { First = "first", Second = "second" });

/// What an arm measured in one worker process: its turns after warm-up, in order of the rounds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    /// The number of this run, from 0; the second look goes on from the first.
    pub index: u32,
    /// The measurement that it belongs to.
    pub look: Look,
    /// How often the benchmark had been measured before because it stayed open.
    pub retry: u32,
    /// The core that the worker was pinned to; `None` where it was not.
    pub core: Option<u32>,
    /// One turn per round.
    pub turns: Vec<Turn>,
}

json::object!(Run { index, look or absent, retry or absent, core, turns });

/// Where the arms of a case ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Placement {
    /// All arms in one worker process.
    Shared,
    /// Each arm in a process of its own, all on one core, in lock step.
    LockStep,
    /// In the runner's own process.
    InProcess,
}

json::word!(Placement { Shared = "shared", LockStep = "lock_step", InProcess = "in_process" });

/// What is known of an arm once it is set up, before it is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArmInfo {
    /// How its routine is called.
    pub shape: Shape,
    /// When its outputs are dropped.
    pub drop: DropPolicy,
    /// Whether it gives an answer to compare.
    pub has_answer: bool,
}

json::object!(ArmInfo { shape, drop, has_answer });

/// Everything that the schedule learned about one arm.
#[derive(Clone, Debug, PartialEq)]
pub struct ArmRun {
    /// How it ended.
    pub ending: ArmEnding,
    /// What it ran on, as far as it was told.
    pub basis: Basis,
    /// What it does with memory, or why that is not known; `None` where nobody asked.
    pub memory: Option<Result<Memory, String>>,
    /// What it does to the event loop, or why that is not known; `None` where nobody asked or it has no futures.
    pub event_loop: Option<Result<LoopTrace, String>>,
    /// What it showed under load, or why that is not known; `None` where it was put under none.
    pub load: Option<Result<Vec<LoadTrial>, String>>,
    /// The highest rate that held what was asked for, or why that is not known; `None` where it was not looked for.
    pub highest_rate: Option<Result<RateSearch, String>>,
    /// What was worth a warning on the way.
    pub warnings: Vec<super::Warning>,
}

impl ArmRun {
    /// One that ended so, of which nothing else is known.
    pub fn ended(ending: ArmEnding) -> Self {
        Self {
            ending,
            basis: Basis::default(),
            memory: None,
            event_loop: None,
            load: None,
            highest_rate: None,
            warnings: Vec::new(),
        }
    }
}

/// How the schedule ended with one arm.
#[derive(Clone, Debug, PartialEq)]
pub enum ArmEnding {
    /// With runs.
    Measured(ArmSamples),
    /// After one call, as asked.
    Passed,
    /// Without a measurement, for this reason.
    Skipped(String),
    /// With a failure.
    Failed(super::Failure),
}

/// All samples of one arm. The turns of the arms of a case correspond: run by run, round by round.
#[derive(Clone, Debug, PartialEq)]
pub struct ArmSamples {
    /// How it was set up.
    pub info: ArmInfo,
    /// How it was sampled.
    pub calibration: Calibration,
    /// Where it ran.
    pub placement: Placement,
    /// Why not in one worker process with the other arms; `None` where it did.
    pub placement_reason: Option<String>,
    /// The runs, in order.
    pub runs: Vec<Run>,
}
