//! The result file, schema `adapter-bench/result/1`: everything that one run found out. Main type: [`ResultFile`].
//!
//! Times are nanoseconds per iteration, in full precision. A figure that is not a finite number is written as `null`,
//! so that the keys of a measured benchmark do not depend on its figures. A key that has nothing to say is absent.
//! Keys are only ever added within version 1: a reader passes over those that it does not know.

use std::collections::BTreeMap;

use super::async_::AsyncEntry;
use super::basis::PlanEntry;
use super::compared::{ComparedEntry, LimitEntry, SuiteVerdictEntry, VerdictEntry};
use super::memory::MemoryEntry;
use super::params::ParamEntries;
use super::under_load::{KneeEntry, LoadSettingsEntry};
use super::words::{
    ConfirmationWord, DepthWord, DropWord, FailureWord, FlavorWord, KindWord, LookWord, OutcomeWord,
    PercentilesOfWord, PlacementWord, RegimeWord, SchemaWord, ShapeWord, SpreadWord, StopWord, UnitWord,
    VerdictWord, WarningWord,
};
use crate::json;
use crate::model::ByName;

/// The name and version of this format.
pub(crate) const SCHEMA: &str = "adapter-bench/result/1";

/// Why a text is not a result file that this version reads.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ResultError {
    /// It is not JSON, or lacks what the format asks for.
    #[error("this is not an adapter-bench result file: {0}")]
    Malformed(#[from] serde_json::Error),
    /// It is of another format or version.
    #[error(
        "the file's schema is `{found}`, this version reads `{SCHEMA}`; measure again with `--output json`"
    )]
    Schema {
        /// What the file says.
        found: String,
    },
    /// It contradicts itself.
    #[error("{0}; measure again with `--output json`")]
    Nonsense(String),
}

/// A number that may be unknown: what is not finite becomes `null`, and `null` is read as not a number.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct Figure(Option<f64>);

json::within!(Figure);

/// For the defaults that the schema tells.
#[cfg(feature = "schema")]
impl serde_core::Serialize for Figure {
    fn serialize<S: serde_core::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl From<f64> for Figure {
    fn from(value: f64) -> Self {
        Self(value.is_finite().then_some(value))
    }
}

impl Figure {
    /// The number, if it is known.
    pub(crate) fn known(self) -> Option<f64> {
        self.0
    }

    /// The number; not a number if it is not known.
    pub(crate) fn or_nan(self) -> f64 {
        self.0.unwrap_or(f64::NAN)
    }
}

/// The whole file.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct ResultFile {
    /// The name and version of the format.
    pub(crate) schema: SchemaWord,
    /// What is known of the run as a whole.
    pub(crate) run: RunEntry,
    /// One entry per selected benchmark, in the order in which they are declared.
    pub(crate) benchmarks: Vec<Benchmark>,
    /// How benchmarks grow with the size of their input; absent where that is not known of any.
    #[cfg_attr(feature = "schema", schemars(default, skip_serializing_if = "Vec::is_empty"))]
    pub(crate) scaling: Vec<ScalingEntry>,
    /// Where throughput stops growing with the operations in flight; absent where that is not known of any.
    #[cfg_attr(feature = "schema", schemars(default, skip_serializing_if = "Vec::is_empty"))]
    pub(crate) knees: Vec<KneeEntry>,
    /// Further runs whose stored results are part of this file; absent where there are none.
    #[cfg_attr(feature = "schema", schemars(default, skip_serializing_if = "Vec::is_empty"))]
    pub(crate) merged: Vec<RunEntry>,
    /// What the run was compared with; absent where it was not.
    pub(crate) compared_with: Option<ComparedEntry>,
    /// The ids that the earlier results have of these suites and this run has not; absent where there are none.
    #[cfg_attr(feature = "schema", schemars(default, skip_serializing_if = "Vec::is_empty"))]
    pub(crate) vanished: Vec<String>,
    /// What the limits come to; absent where no benchmark has any.
    pub(crate) verdict: Option<SuiteVerdictEntry>,
}

json::object!(ResultFile {
    schema, run, benchmarks, scaling or absent, knees or absent, merged or absent, compared_with or absent,
    vanished or absent, verdict or absent,
});

/// How the median time of a benchmark grows with a numeric parameter.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct ScalingEntry {
    /// The benchmark's id, with the parameters that stay the same.
    pub(crate) id: String,
    /// The group whose arms are compared with each other.
    pub(crate) group: Option<String>,
    /// The parameter that is the size.
    pub(crate) param: String,
    /// The curve that fits best: `O(1)`, `O(log n)`, `O(n)`, `O(n log n)` or `O(n²)`.
    pub(crate) curve: String,
    /// The next best, where noise may have chosen between the two.
    pub(crate) or: Option<String>,
    /// What the curve is multiplied with, in nanoseconds; logarithms are binary.
    pub(crate) coefficient: Figure,
    /// The root mean square of the distances, as a share of the mean time.
    pub(crate) error: Figure,
}

json::object!(ScalingEntry { id, group or absent, param, curve, or or absent, coefficient, error });

impl ResultFile {
    /// The text of the file: indented JSON and a newline.
    pub(crate) fn to_json(&self) -> Vec<u8> {
        json::lines(self)
    }

    /// Reads the text of a result file: its version first, then the rest.
    ///
    /// # Errors
    ///
    /// When the text is no JSON, is of another version, or lacks a key.
    pub(crate) fn parse(text: &str) -> Result<Self, ResultError> {
        let Versioned { schema } = json::from_slice(text.as_bytes())?;
        if schema != SCHEMA {
            return Err(ResultError::Schema { found: schema });
        }
        Ok(json::from_slice(text.as_bytes())?)
    }
}

/// What every version of the file has.
struct Versioned {
    schema: String,
}

json::object!(Versioned { schema });

/// The run: when, where, of what. A text is empty where the system did not tell.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct RunEntry {
    /// The package and bench target, as `package::bench`.
    pub(crate) suite: String,
    /// When it began: RFC 3339, UTC, milliseconds.
    pub(crate) started_at: String,
    /// How long it took, in nanoseconds.
    pub(crate) elapsed_ns: u64,
    /// The machine's name.
    pub(crate) host: String,
    /// Operating system and architecture, such as `linux-x86_64`.
    pub(crate) arch: String,
    /// The processor's model.
    pub(crate) cpu: String,
    /// Logical cores that the run could use.
    pub(crate) cores: u32,
    /// The release of the kernel.
    pub(crate) kernel: String,
    /// The frequency governor of core 0.
    pub(crate) governor: Option<String>,
    /// Whether the processor could raise its frequency for a while.
    pub(crate) turbo: Option<bool>,
    /// Whether a hypervisor ran the machine.
    pub(crate) virtualised: Option<bool>,
    /// The compiler's version line.
    pub(crate) rustc: String,
    /// `release` or `debug`.
    pub(crate) profile: String,
    /// The optimisation level.
    pub(crate) opt_level: String,
    /// Extra flags given to the compiler.
    pub(crate) rustflags: String,
    /// The commit that was checked out.
    pub(crate) commit: Option<String>,
    /// Whether the work tree differed from it.
    pub(crate) dirty: Option<bool>,
    /// The seed of every random order.
    pub(crate) seed: u64,
    /// How much certainty was asked for.
    pub(crate) depth: DepthWord,
    /// The command line's parameters (`--param`).
    pub(crate) params: BTreeMap<String, String>,
    /// Whether filters kept benchmarks of the suite out; absent where none did, and in files of earlier versions.
    pub(crate) filtered: Option<bool>,
    /// How long services and fixtures took to make, in the order in which they were first made.
    #[cfg_attr(feature = "schema", schemars(default, skip_serializing_if = "Vec::is_empty"))]
    pub(crate) set_up: Vec<SetUpEntry>,
    /// Why the run ended early; absent when it did not.
    pub(crate) stopped: Option<StopWord>,
    /// What concerns the run as a whole.
    pub(crate) warnings: Vec<WarningEntry>,
}

json::object!(RunEntry {
    suite, started_at, elapsed_ns, host, arch, cpu, cores, kernel, governor or absent, turbo or absent,
    virtualised or absent, rustc, profile, opt_level, rustflags, commit or absent, dirty or absent, seed,
    depth, params, filtered or absent, set_up or absent, stopped or absent, warnings,
});

/// How long something took to make that benchmarks need: a service, once, or a fixture, once in each process.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct SetUpEntry {
    /// Its function's name.
    pub(crate) name: String,
    /// How often it was made.
    pub(crate) times: u64,
    /// How long all of these took, in nanoseconds.
    pub(crate) total_ns: u64,
}

json::object!(SetUpEntry { name, times, total_ns });

/// One case of one benchmark.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct Benchmark {
    /// `package::bench::module::function[param=value]`, unique within a workspace.
    pub(crate) id: String,
    /// The function's name, or its `name` option, without parameters.
    pub(crate) name: String,
    /// The parameters, in the order in which the id names them.
    #[cfg_attr(feature = "schema", schemars(with = "BTreeMap<String, String>"))]
    pub(crate) params: ParamEntries,
    /// The group whose arms are compared with each other.
    pub(crate) group: Option<String>,
    /// What it exercises.
    pub(crate) kind: KindWord,
    /// The words it can be selected by.
    pub(crate) tags: Vec<String>,
    /// Whether the other arms of its group are compared with it.
    pub(crate) is_reference: bool,
    /// Where it is declared.
    pub(crate) location: LocationEntry,
    /// How it was to be measured.
    pub(crate) settings: SettingsEntry,
    /// When its measurement ended: RFC 3339, UTC, milliseconds.
    pub(crate) recorded_at: String,
    /// How it ended.
    pub(crate) outcome: OutcomeWord,
    /// What went wrong; only with the outcome `failed`.
    pub(crate) failure: Option<FailureEntry>,
    /// Why it was not run; only with the outcome `skipped`.
    pub(crate) reason: Option<String>,
    /// How the routine was called; only with the outcome `measured`.
    pub(crate) shape: Option<ShapeWord>,
    /// Where the arms of its case ran; only with the outcome `measured`.
    pub(crate) placement: Option<PlacementWord>,
    /// Why they did not share one worker process; absent where they did, and in files of earlier versions.
    pub(crate) placement_reason: Option<String>,
    /// Time per iteration; only with the outcome `measured`.
    pub(crate) time: Option<TimeEntry>,
    /// What it ran on besides the machine, as it was told: versions of servers, settings; absent where nothing was.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "BTreeMap<String, String>", default, skip_serializing_if = "ByName::is_empty")
    )]
    pub(crate) identity: ByName<String>,
    /// How servers went about its queries, by the name that it gave them; absent where it told none.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "BTreeMap<String, PlanEntry>", default, skip_serializing_if = "ByName::is_empty")
    )]
    pub(crate) plans: ByName<PlanEntry>,
    /// What an iteration does with memory; absent where that was not measured.
    pub(crate) memory: Option<MemoryEntry>,
    /// The bytes that it allocates, as a ratio to the reference of its group.
    pub(crate) memory_ratio: Option<Figure>,
    /// Why it is not known what an iteration does with memory, where it was to be measured.
    pub(crate) memory_unavailable: Option<String>,
    /// What its futures do to the event loop, and how they fare under load; absent where neither was measured.
    #[cfg_attr(feature = "schema", schemars(rename = "async"))]
    pub(crate) event_loop: Option<AsyncEntry>,
    /// Why it is not known what its futures do to the event loop, where they were to be traced.
    pub(crate) async_unavailable: Option<String>,
    /// Why it is not known how it fares under load, where it was put under one.
    pub(crate) load_unavailable: Option<String>,
    /// Why the highest rate that holds a target is not known, where it was looked for.
    pub(crate) highest_rate_unavailable: Option<String>,
    /// What an iteration processed; absent where it was not told.
    pub(crate) throughput: Option<ThroughputEntry>,
    /// Iterations that returned an error; absent where none did.
    pub(crate) errors: Option<ErrorsEntry>,
    /// How it compares with the reference of its group.
    pub(crate) ratio: Option<RatioEntry>,
    /// The time that it takes beyond the reference's; absent where there is no `ratio`.
    pub(crate) tax: Option<TaxEntry>,
    /// Why there is no `ratio` although its group has a reference.
    pub(crate) not_comparable: Option<String>,
    /// How it compares with the earlier results that were asked for, figure by figure; absent where none were.
    #[cfg_attr(feature = "schema", schemars(default, skip_serializing_if = "Vec::is_empty"))]
    pub(crate) verdicts: Vec<VerdictEntry>,
    /// The limits that it is held to; absent where it has none.
    #[cfg_attr(feature = "schema", schemars(default, skip_serializing_if = "Vec::is_empty"))]
    pub(crate) limits: Vec<LimitEntry>,
    /// The change of the median since the last results, as a share: 0.12 is 12 % more time. It is held to no limit.
    pub(crate) since_last: Option<Figure>,
    /// What a reader should know before believing the figures.
    pub(crate) warnings: Vec<WarningEntry>,
}

json::object!(Benchmark {
    id, name, params, group or absent, kind, tags, is_reference, location, settings, recorded_at, outcome,
    failure or absent, reason or absent, shape or absent, placement or absent, placement_reason or absent,
    time or absent, identity or absent, plans or absent, memory or absent, memory_ratio or absent, memory_unavailable or absent,
    event_loop as "async" or absent, async_unavailable or absent, load_unavailable or absent,
    highest_rate_unavailable or absent, throughput or absent, errors or absent, ratio or absent, tax or absent, not_comparable or absent, verdicts or absent,
    limits or absent, since_last or absent, warnings,
});

/// A place in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct LocationEntry {
    /// The file, as the compiler was given it.
    pub(crate) file: String,
    /// The line, from 1.
    pub(crate) line: u32,
    /// The column, from 1.
    pub(crate) column: u32,
}

json::object!(LocationEntry { file, line, column });

/// How a benchmark was to be measured, all levels merged.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct SettingsEntry {
    /// The smallest number of measured rounds, over all runs.
    pub(crate) min_rounds: u32,
    /// The largest number of measured rounds, over all runs.
    pub(crate) max_rounds: u32,
    /// Iterations per sample; absent when they are calibrated.
    pub(crate) iterations: Option<u64>,
    /// The least time spent measuring a case, in nanoseconds.
    pub(crate) min_time_ns: u64,
    /// The most time spent measuring a case, in nanoseconds.
    pub(crate) max_time_ns: u64,
    /// The least time spent on the warm-up rounds of each run, in nanoseconds.
    pub(crate) warmup_time_ns: u64,
    /// How long one step may take before its worker is killed, in nanoseconds.
    pub(crate) timeout_ns: u64,
    /// The number of worker processes (runs) before the first look.
    pub(crate) processes: u32,
    /// The number of runs up to which an open comparison is given more; 0 in files of earlier versions.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub(crate) most_processes: u32,
    /// The precision at which an open comparison is given no further runs, as a share.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub(crate) precision: Figure,
    /// Rounds measured in each run, before the limits above are applied.
    pub(crate) rounds_per_run: u32,
    /// The number of threads that the benchmark keeps busy.
    pub(crate) threads: u32,
    /// The runtime that drives futures.
    pub(crate) flavor: FlavorWord,
    /// Worker threads of a multi-thread runtime.
    pub(crate) workers: u32,
    /// The load that it is put under; absent where it is put under none.
    pub(crate) load: Option<LoadSettingsEntry>,
}

json::object!(SettingsEntry {
    min_rounds, max_rounds, iterations or absent, min_time_ns, max_time_ns, warmup_time_ns, timeout_ns,
    processes, most_processes or absent, precision or absent, rounds_per_run, threads, flavor, workers, load or absent,
});

/// What went wrong in a benchmark.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct FailureEntry {
    /// What kind of end it was.
    pub(crate) kind: FailureWord,
    /// What happened.
    pub(crate) message: String,
    /// The last lines that the worker wrote to stderr, control characters escaped. May be empty.
    pub(crate) stderr: String,
}

json::object!(FailureEntry { kind, message, stderr });

/// Time per iteration, in nanoseconds, over the sub-samples of all runs.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct TimeEntry {
    /// The unit of all figures here.
    pub(crate) unit: UnitWord,
    /// The shortest sub-sample.
    pub(crate) min: Figure,
    /// The longest sub-sample.
    pub(crate) max: Figure,
    /// The mean of all sub-samples.
    pub(crate) mean: Figure,
    /// The median of all sub-samples.
    pub(crate) median: Figure,
    /// The standard deviation (n − 1) of all sub-samples; 0 for a single one.
    pub(crate) stddev: Figure,
    /// The median absolute deviation from the median, scaled to estimate a standard deviation.
    pub(crate) mad: Figure,
    /// The 50th percentile of what `percentiles_of` says.
    pub(crate) p50: Figure,
    /// The 90th percentile.
    pub(crate) p90: Figure,
    /// The 95th percentile.
    pub(crate) p95: Figure,
    /// The 99th percentile.
    pub(crate) p99: Figure,
    /// The 99.9th percentile.
    pub(crate) p999: Figure,
    /// What the percentiles are taken of.
    pub(crate) percentiles_of: PercentilesOfWord,
    /// Whether outputs are dropped inside the clock.
    pub(crate) drop: DropWord,
    /// How long an operation takes, which decides how it is sampled.
    pub(crate) regime: RegimeWord,
    /// Iterations per sub-sample.
    pub(crate) iterations: u64,
    /// Time per iteration as calibration found it, roughly.
    pub(crate) calibrated: Figure,
    /// Time of the very first call in the process.
    pub(crate) first_call: Figure,
    /// Sub-samples beyond Tukey's outer fences; none is dropped.
    pub(crate) outliers: u64,
    /// Measured rounds, over all runs.
    pub(crate) rounds: u32,
    /// Each run (worker process) apart.
    pub(crate) runs: Vec<RunShare>,
}

json::object!(TimeEntry {
    unit,
    min,
    max,
    mean,
    median,
    stddev,
    mad,
    p50,
    p90,
    p95,
    p99,
    p999,
    percentiles_of,
    drop,
    regime,
    iterations,
    calibrated,
    first_call,
    outliers,
    rounds,
    runs,
});

/// One worker process's share of a measurement.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct RunShare {
    /// The median over the run's sub-samples, in nanoseconds per iteration.
    pub(crate) median: Figure,
    /// Measured rounds.
    pub(crate) rounds: u32,
    /// The measurement that it belongs to; absent in files of earlier versions.
    pub(crate) look: Option<LookWord>,
    /// How often the benchmark had been measured before because it stayed open; absent for the first time.
    pub(crate) retry: Option<u32>,
    /// The core that the worker was pinned to; absent where it was not.
    pub(crate) core: Option<u32>,
    /// How often the kernel took the core away.
    pub(crate) involuntary_switches: u64,
    /// How long a step of the canary's arithmetic took meanwhile, in nanoseconds; absent where it was not measured.
    pub(crate) canary_cpu: Option<Figure>,
    /// How long one of the canary's loads took meanwhile, in nanoseconds; absent where it was not measured.
    pub(crate) canary_memory: Option<Figure>,
}

json::object!(RunShare {
    median, rounds, look or absent, retry or absent, core or absent, involuntary_switches, canary_cpu or absent,
    canary_memory or absent,
});

/// What an iteration processed; 0 means not told.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct ThroughputEntry {
    /// Items (rows, messages, …) per iteration.
    pub(crate) items: Figure,
    /// Bytes per iteration.
    pub(crate) bytes: Figure,
}

json::object!(ThroughputEntry { items, bytes });

/// Iterations that returned an error.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct ErrorsEntry {
    /// How many.
    pub(crate) count: u64,
    /// The text of the first, with its causes.
    pub(crate) first: Option<String>,
}

json::object!(ErrorsEntry { count, first or absent });

/// The time of an arm beyond that of its reference, in nanoseconds per iteration: the reference's median, times what the
/// ratio is more than 1.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct TaxEntry {
    /// The estimate; negative where the arm takes less time.
    pub(crate) value: Figure,
    /// The lower end of the interval.
    pub(crate) low: Figure,
    /// The upper end of the interval.
    pub(crate) high: Figure,
}

json::object!(TaxEntry { value, low, high });

/// The ratio of an arm's time to that of its reference.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct RatioEntry {
    /// The id of the reference.
    pub(crate) reference: String,
    /// The estimate; 1.2 means that the arm takes 20 % more time.
    pub(crate) value: Figure,
    /// The lower end of the interval.
    pub(crate) low: Figure,
    /// The upper end of the interval.
    pub(crate) high: Figure,
    /// The word for it.
    pub(crate) verdict: VerdictWord,
    /// The smallest change that these runs could have called one, as a share; `null` where none could have been.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub(crate) resolution: Figure,
    /// The runs that it rests on.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub(crate) runs: u32,
    /// Where the spread between runs is taken from; absent in files of earlier versions.
    pub(crate) spread: Option<SpreadWord>,
    /// What a second look with fresh processes said; absent in files of earlier versions.
    pub(crate) confirmation: Option<ConfirmationWord>,
}

json::object!(RatioEntry {
    reference, value, low, high, verdict, resolution or absent, runs or absent, spread or absent,
    confirmation or absent,
});

/// Something that a reader should know before believing a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct WarningEntry {
    /// What it is about.
    pub(crate) kind: WarningWord,
    /// One sentence.
    pub(crate) message: String,
}

json::object!(WarningEntry { kind, message });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_version_is_refused_by_its_name() {
        let error = ResultFile::parse(r#"{"schema": "adapter-bench/result/9"}"#).expect_err("version 9");
        assert!(matches!(&error, ResultError::Schema { found } if found == "adapter-bench/result/9"));
        assert!(error.to_string().contains(SCHEMA));
    }

    #[test]
    fn a_text_that_is_no_result_is_refused() {
        for text in ["", "{}", "[1]", r#"{"schema": "adapter-bench/result/1"}"#] {
            assert!(matches!(ResultFile::parse(text), Err(ResultError::Malformed(_))), "{text}");
        }
    }

    #[test]
    fn the_version_that_is_read_is_the_one_that_is_written() {
        assert_eq!(SchemaWord::Result1.text(), SCHEMA);
    }

    #[test]
    fn a_figure_that_is_not_finite_is_null() {
        let figures = [1.5, f64::NAN, f64::NEG_INFINITY].map(Figure::from);
        let text = json::line(&figures);
        assert_eq!(text, b"[1.5,null,null]\n");
        let read: [Figure; 3] = json::from_slice(&text).expect("written by this version");
        assert_eq!(read.map(Figure::known), [Some(1.5), None, None]);
    }
}
