//! Data only: what flows from the registry to the exit code. Nothing here measures, prints or reads a file.

mod baseline;
mod basis;
mod by_name;
mod canary;
mod comparing;
mod display;
mod doctor;
mod event_loop;
mod finding;
mod highest_rate;
mod histogram;
mod id;
mod limit;
mod load;
mod memory;
mod metric;
mod options;
mod outcome;
#[cfg(test)]
pub(crate) mod plain;
mod record;
mod run;
mod samples;
mod settings;
mod side;

pub use baseline::{Baseline, BaselineEntry, ComparedWith, Figures, Gate};
pub use basis::{Basis, QueryPlan};
pub use by_name::ByName;
pub use canary::{Canary, CanaryKind};
pub use comparing::{Against, BaselineAt, Comparing};
pub use display::{Color, Column, DisplayOptions, Output, OutputFormat, Progress, Sort, TimeUnit, Verbosity};
pub(crate) use doctor::{Alarms, Checkup, Diagnosis, MachineFacts, Note};
pub use event_loop::{Blocking, Children, Gauge, LoopIteration, LoopTrace, PolledOn, Told};
pub use finding::{Change, Finding, Grade, SuiteVerdict};
pub use highest_rate::{RateEnding, RateSearch, RateTry};
pub use histogram::{Histogram, Latency};
pub use id::{BenchId, Location, Param, Params};
pub use limit::{Allowance, Bound, Check, Level, Limit, Met, Per, Worsening};
pub use load::{
    Arrivals, Knee, LATE, Load, LoadDrift, LoadErrors, LoadFigure, LoadOrder, LoadRatio, LoadSettings,
    LoadTrial, Rate, TrialSummary,
};
pub use memory::{
    Blocks, EXACT_FROM, Generations, Leak, Memory, MemoryFigures, MemoryProfile, Site, Sites, SitesMode,
    Snapshot,
};
pub use metric::{Metric, Quantity};
pub use options::{Flavor, Kind, Options};
pub use outcome::{Failure, FailureKind, Outcome};
pub use record::{
    Build, Comparison, Confirmation, Environment, Host, LookFigures, Measurement, Ratio, Record, Report,
    Revision, RunInfo, RunSummary, Scaling, SetUpTime, SpreadFrom, Stop, Tax, TimeSummary, Verdict, Warning,
    WarningKind,
};
pub(crate) use run::FurtherPasses;
pub use run::{
    BLOCKING_POLL, DatasetSize, Datasets, Ignored, Instruments, NoMatch, Overrides, RunOptions, Selection,
    Shard,
};
pub use samples::{
    ArmEnding, ArmInfo, ArmRun, ArmSamples, Calibration, Clocked, DropPolicy, Errors, Look, PercentilesOf,
    Placement, Regime, Run, Shape, Throughput, Turn, TurnPlan,
};
pub use settings::{Depth, Precision, Settings};
pub(crate) use side::Side;
