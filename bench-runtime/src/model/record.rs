//! What is known at the end: of one benchmark, and of the whole run. Main types: [`Record`] and [`Report`].

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use super::baseline::ComparedWith;
use super::basis::Basis;
use super::canary::Canary;
use super::event_loop::LoopTrace;
use super::finding::{Finding, SuiteVerdict};
use super::highest_rate::RateSearch;
use super::id::{BenchId, Location};
use super::limit::{Check, Limit};
use super::load::{Knee, Load};
use super::memory::Memory;
use super::options::Kind;
use super::outcome::Outcome;
use super::samples::{Calibration, DropPolicy, Errors, Look, PercentilesOf, Placement, Shape, Throughput};
use super::settings::{Depth, Settings};

/// Everything that is known of one benchmark (one case of one function) at the end of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The full name.
    pub id: BenchId,
    /// The name to show: the `name` option, or the function's.
    pub name: String,
    /// The group, if any.
    pub group: Option<String>,
    /// What it exercises.
    pub kind: Kind,
    /// The words it can be selected by.
    pub tags: Vec<String>,
    /// Whether the other arms of its group are compared with it.
    pub is_reference: bool,
    /// Where it is declared.
    pub location: Location,
    /// How it was to be measured.
    pub settings: Settings,
    /// When its measurement ended.
    pub recorded_at: SystemTime,
    /// What it ran on besides this machine, as far as it was told.
    pub basis: Basis,
    /// How it ended.
    pub outcome: Outcome,
    /// What it does with memory, or why that is not known; `None` where nobody asked.
    pub memory: Option<Result<Memory, String>>,
    /// What it showed under load, or why that is not known; `None` where it was put under none.
    pub load: Option<Result<Load, String>>,
    /// The highest rate that held what was asked for, or why that is not known; `None` where it was not looked for.
    pub highest_rate: Option<Result<RateSearch, String>>,
    /// What it allocates, in bytes, as a ratio to the reference of its group.
    pub memory_ratio: Option<f64>,
    /// What it does to the event loop, or why that is not known; `None` where nobody asked and where it has no futures.
    pub event_loop: Option<Result<LoopTrace, String>>,
    /// How it compares with the reference of its group; `None` for the reference itself and outside groups.
    pub comparison: Option<Comparison>,
    /// The time that it takes beyond the reference's; `None` where there is no ratio.
    pub tax: Option<Tax>,
    /// What each of two looks showed by itself; `None` where there was one, and in stored results.
    pub looks: Option<Box<[LookFigures; 2]>>,
    /// The limits that it is held to.
    pub limits: Vec<Limit>,
    /// What came of them, one for each; empty until they are checked.
    pub checks: Vec<Check>,
    /// How it compares with the earlier results that were asked for; empty where none were.
    pub findings: Vec<Finding>,
    /// The change of the median since the last results, as a share: 0.12 is 12 % more time.
    pub since_last: Option<f64>,
    /// What a reader should know before believing the figures.
    pub warnings: Vec<Warning>,
}

impl Record {
    /// Whether a pass of its own brought something, of memory, of the event loop or of load: without a measured time the outcome
    /// is then [`Outcome::Passed`].
    pub fn has_further_pass(&self) -> bool {
        self.memory.is_some() || self.event_loop.is_some() || self.load.is_some()
    }

    /// What the memory pass measured; `None` where there was none, or where it brought nothing.
    pub fn measured_memory(&self) -> Option<&Memory> {
        self.memory.as_ref()?.as_ref().ok()
    }
}

/// What one of two looks at a benchmark showed by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct LookFigures {
    /// Its figures.
    pub measurement: Measurement,
    /// How it compares with the reference of its group.
    pub comparison: Option<Comparison>,
}

/// The figures of a measured benchmark.
#[derive(Clone, Debug, PartialEq)]
pub struct Measurement {
    /// Time per iteration.
    pub time: TimeSummary,
    /// What an iteration processes.
    pub throughput: Throughput,
    /// How the routine is called.
    pub shape: Shape,
    /// When outputs are dropped.
    pub drop: DropPolicy,
    /// Where the arms of its case ran.
    pub placement: Placement,
    /// Why they did not share one worker process; `None` where they did.
    pub placement_reason: Option<String>,
    /// How it was sampled.
    pub calibration: Calibration,
    /// Iterations that returned an error.
    pub errors: Errors,
}

/// Time per iteration, in nanoseconds, over the sub-samples of all runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TimeSummary {
    /// The shortest sub-sample.
    pub min: f64,
    /// The longest sub-sample.
    pub max: f64,
    /// The mean of all sub-samples.
    pub mean: f64,
    /// The median of all sub-samples.
    pub median: f64,
    /// The standard deviation (n − 1) of all sub-samples; 0 for a single one.
    pub stddev: f64,
    /// The median absolute deviation of all sub-samples from the median, scaled to estimate a standard deviation: a
    /// spread that a few wild samples do not move.
    pub mad: f64,
    /// Percentiles of single calls or of sub-samples, as `percentiles_of` says.
    pub p50: f64,
    /// The 90th percentile.
    pub p90: f64,
    /// The 95th percentile.
    pub p95: f64,
    /// The 99th percentile.
    pub p99: f64,
    /// The 99.9th percentile.
    pub p999: f64,
    /// What the percentiles are taken of.
    pub percentiles_of: PercentilesOf,
    /// Sub-samples that lie beyond Tukey's outer fences (3 interquartile ranges). None is dropped.
    pub outliers: u64,
    /// Measured rounds, over all runs.
    pub rounds: u32,
    /// Each run apart.
    pub runs: Vec<RunSummary>,
}

/// One worker process's share of a measurement.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunSummary {
    /// The median over the run's sub-samples, in nanoseconds per iteration.
    pub median: f64,
    /// Measured rounds.
    pub rounds: u32,
    /// The measurement that it belongs to.
    pub look: Look,
    /// How often the benchmark had been measured before because it stayed open.
    pub retry: u32,
    /// The core it was pinned to.
    pub core: Option<u32>,
    /// How often the kernel took the core away.
    pub involuntary_switches: u64,
    /// How long the machine took for work of its own meanwhile: medians over the run's turns.
    pub canary: Option<Canary>,
}

/// How an arm compares with the reference of its group.
#[derive(Clone, Debug, PartialEq)]
pub enum Comparison {
    /// Both were measured alike.
    Ratio(Ratio),
    /// They cannot be compared, for this reason.
    NotComparable(String),
}

/// The ratio of an arm's time to the reference's.
#[derive(Clone, Debug, PartialEq)]
pub struct Ratio {
    /// The id of the reference.
    pub reference: String,
    /// The estimate; 1.2 means that the arm takes 20 % more time.
    pub value: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
    /// The word for it.
    pub verdict: Verdict,
    /// The smallest change that these runs could have called one, as a share: 0.03 is 3 % more time. Infinite where no
    /// change could have been.
    pub resolution: f64,
    /// The runs that it rests on.
    pub runs: u32,
    /// Where the spread between runs is taken from.
    pub spread: SpreadFrom,
    /// What a second look with fresh processes said.
    pub confirmation: Confirmation,
}

/// What an iteration of an arm takes beyond one of the reference, in nanoseconds: what an adapter adds to the driver below it.
///
/// It is the reference's median, times what the ratio is more than 1. Its interval has both in it: how well the ratio is
/// known, which is of rounds that both arms took part in, and how much the reference's median differs from run to run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tax {
    /// The estimate; negative where the arm takes less time.
    pub value: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
}

/// What a second look said of a difference that the first one showed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Confirmation {
    /// There was no difference to confirm.
    #[default]
    NotNeeded,
    /// Nobody asked for one: `--quick`.
    NotAsked,
    /// There was no second look, for want of time or because the run was stopped. The verdict is inconclusive.
    Lacking,
    /// It showed the same.
    Confirmed,
    /// It did not show the same. The verdict is inconclusive.
    Contradicted,
}

/// Where the spread between runs, which an interval rests on, is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SpreadFrom {
    /// From the runs themselves.
    Runs,
    /// There were too few to tell, so it is largely an assumption.
    Assumption,
}

/// The word for a comparison of two arms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The arm takes less time, beyond doubt and beyond the floor.
    Faster,
    /// The arm takes more time, beyond doubt and beyond the floor.
    Slower,
    /// Any difference is within the floor.
    Same,
    /// This run could not tell.
    Inconclusive,
}

/// Something that a reader should know before believing a figure.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Warning {
    /// What it is about.
    pub kind: WarningKind,
    /// One sentence, with figures and what to do.
    pub message: String,
}

impl Warning {
    /// A warning of `kind`.
    pub fn new(kind: WarningKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }
}

/// What a [`Warning`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum WarningKind {
    /// The benchmark was compiled without optimisation.
    DebugBuild,
    /// Other programs keep the machine busy.
    LoadedMachine,
    /// The hypervisor took the processor away while measuring.
    Steal,
    /// The kernel took the core away from the worker while measuring.
    InvoluntarySwitches,
    /// The clock is too coarse for the figure.
    ClockResolution,
    /// The routine takes no time at all: the compiler has probably removed it.
    OptimisedAway,
    /// The first call took far longer than the rest.
    SlowFirstCall,
    /// The worker could not be pinned to a core, or was not.
    NotPinned,
    /// An option is set that this version does not act on.
    NotActedOn,
    /// What it runs on changed from one run to the next.
    Basis,
    /// Some iterations returned errors.
    Errors,
    /// There was less time than the settings ask for.
    ShortOfTime,
    /// An arm of the case had to be left out.
    ArmEvicted,
    /// The load was not the one that was asked for: the generator, or the number in flight, fell short of it.
    Load,
    /// A stored file could not be used.
    Store,
    /// A service was not torn down as it should be.
    Service,
    /// The code of two builds is laid out differently, or may be, for another reason than its source.
    CodeLayout,
    /// A comparison rests on so few runs that their spread had to be assumed.
    FewRuns,
    /// A difference was not confirmed by a second look.
    Unconfirmed,
    /// It was measured more than once, because it stayed open.
    Retried,
    /// Every iteration leaves memory behind.
    Leak,
    /// A poll of a future took so long that it held up the event loop.
    BlockedLoop,
    /// Of an arm and its reference one is asynchronous and the other is not.
    AsyncBesideSync,
    /// The time rises or falls over the rounds of each run.
    Drift,
    /// The samples gather around more than one figure.
    Modes,
    /// Several rounds in a row were far slower than the others.
    SlowSpell,
    /// A sample was far slower than the others.
    Outlier,
    /// The earlier results that a report is compared with are old.
    StaleBaseline,
    /// The earlier results are from another kind of machine.
    OtherMachine,
    /// Benchmarks are better than the earlier results by more than they may be worse, and nobody has recorded it.
    UnrecordedImprovement,
    /// A stored result has a warning that this version has no word for.
    Unknown,
}

impl WarningKind {
    /// Whether it is of interest only to those who want to know everything: it happens on every machine that is not
    /// idle, and turns and medians are made for it.
    pub fn is_detail(self) -> bool {
        matches!(self, Self::SlowSpell | Self::Outlier)
    }
}

/// The result of a whole run: what the runner returns and every format renders.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The run itself.
    pub run: RunInfo,
    /// Further runs whose stored results are part of this report.
    pub merged: Vec<RunInfo>,
    /// One record per selected benchmark, in the order of the plan.
    pub records: Vec<Record>,
    /// What it was compared with, if anything.
    pub compared_with: Option<ComparedWith>,
    /// The full names that the earlier results have of these suites and this report has not.
    pub vanished: Vec<String>,
    /// What the limits come to; `None` where no benchmark has any.
    pub verdict: Option<SuiteVerdict>,
    /// How benchmarks grow with the size of their input, where that could be found out.
    pub scaling: Vec<Scaling>,
    /// Where throughput stops growing with the operations in flight, for sweeps of at least three loads.
    pub knees: Vec<Knee>,
    /// What concerns the run as a whole.
    pub warnings: Vec<Warning>,
    /// Why the run ended early; `None` when it did not.
    pub stopped: Option<Stop>,
}

/// How the median time of a benchmark grows with a numeric parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Scaling {
    /// The full name, with the parameters that stay the same.
    pub id: BenchId,
    /// The name to show.
    pub name: String,
    /// The group, if any.
    pub group: Option<String>,
    /// The parameter that is the size.
    pub param: String,
    /// The curve that fits best, such as `O(n log n)`.
    pub curve: &'static str,
    /// The next best, where noise may have chosen between the two.
    pub or: Option<&'static str>,
    /// What the curve is multiplied with, in nanoseconds; logarithms are binary.
    pub coefficient: f64,
    /// The root mean square of the distances, as a share of the mean time.
    pub error: f64,
}

/// Why a run ended before everything was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stop {
    /// Ctrl-C.
    Interrupt,
    /// SIGTERM.
    Terminate,
}

/// What is to be known of a run as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct RunInfo {
    /// The package and bench target, as `package::bench`.
    pub suite: String,
    /// When it began.
    pub started_at: SystemTime,
    /// How long it took.
    pub elapsed: Duration,
    /// The seed of every random order.
    pub seed: u64,
    /// How much certainty was asked for.
    pub depth: Depth,
    /// The command line's parameters (`--param`).
    pub params: BTreeMap<String, String>,
    /// Whether filters kept benchmarks of the suite out.
    pub is_filtered: bool,
    /// The machine, the compiler, the revision.
    pub environment: Environment,
    /// How long its services and fixtures took to make, in the order in which they were first made.
    pub set_up: Vec<SetUpTime>,
}

/// How long something took to make that benchmarks need: a service, once in a run, or a fixture, once in each process.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SetUpTime {
    /// Its function's name.
    pub name: String,
    /// How often it was made.
    pub times: u64,
    /// How long all of these took, what it needs left out.
    pub total: Duration,
}

/// What the figures depend on besides the code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// The machine.
    pub host: Host,
    /// How the runner was compiled.
    pub build: Build,
    /// What was compiled.
    pub revision: Revision,
}

/// The machine that measured. A text is empty, an option `None`, where the system does not tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Host {
    /// The machine's name.
    pub name: String,
    /// Operating system and architecture, such as `linux-x86_64`.
    pub arch: String,
    /// The processor's model.
    pub cpu: String,
    /// Logical cores that this process may use.
    pub cores: u32,
    /// The release of the kernel.
    pub kernel: String,
    /// The frequency governor of core 0.
    pub governor: Option<String>,
    /// Whether the processor may raise its frequency for a while.
    pub turbo: Option<bool>,
    /// Whether a hypervisor runs the machine.
    pub virtualised: Option<bool>,
}

/// How the runner was compiled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Build {
    /// The compiler's version line.
    pub rustc: String,
    /// `release` or `debug`, as cargo calls the family of the profile.
    pub profile: String,
    /// The optimisation level.
    pub opt_level: String,
    /// Extra flags given to the compiler.
    pub rustflags: String,
}

/// The state of the source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Revision {
    /// The commit that is checked out.
    pub commit: Option<String>,
    /// Whether the work tree differs from it.
    pub dirty: Option<bool>,
}
