//! One benchmark of a result file.

use std::borrow::Cow;
use std::num::NonZeroU64;

use super::moment;
use crate::model::{
    BenchId, Calibration, Canary, Comparison, Confirmation, Errors, Failure, Kind, Location, LoopTrace,
    Measurement, Memory, Outcome, Param, Params, Precision, Ratio, Record, RunSummary, Settings, SpreadFrom,
    Tax, Throughput, TimeSummary, Warning,
};
use crate::store::async_::AsyncEntry;
use crate::store::basis::basis;
use crate::store::params::ParamEntries;
use crate::store::rates;
use crate::store::result::{
    Benchmark, ErrorsEntry, FailureEntry, Figure, LocationEntry, RatioEntry, ResultError, RunShare,
    SettingsEntry, TaxEntry, TimeEntry,
};
use crate::store::under_load;
use crate::store::words::OutcomeWord;

impl TryFrom<Benchmark> for Record {
    type Error = ResultError;

    fn try_from(mut entry: Benchmark) -> Result<Self, ResultError> {
        let kind = entry.kind.into();
        let outcome = outcome(&mut entry)?;
        let memory = memory(&mut entry);
        let event_loop = event_loop(&mut entry);
        let load = under_load::load(&mut entry);
        let highest_rate = rates::highest_rate(&mut entry);
        let comparison = comparison(entry.ratio, entry.not_comparable);
        let tax = entry.tax.map(Into::into);
        let (limits, checks) = super::compared::limits(entry.limits)?;
        let findings = entry.verdicts.into_iter().filter_map(super::compared::finding).collect();
        Ok(Self {
            id: id(&entry.id, entry.params)?,
            name: entry.name,
            group: entry.group,
            kind,
            tags: entry.tags,
            is_reference: entry.is_reference,
            location: entry.location.into(),
            settings: settings(&entry.settings, kind),
            recorded_at: moment::read(&entry.recorded_at)?,
            basis: basis(entry.identity, entry.plans),
            outcome,
            memory,
            memory_ratio: entry.memory_ratio.and_then(Figure::known),
            event_loop,
            load,
            highest_rate,
            comparison,
            tax,
            looks: None,
            limits,
            checks,
            findings,
            since_last: entry.since_last.and_then(Figure::known),
            warnings: entry.warnings.iter().map(Warning::from).collect(),
        })
    }
}

/// The parts of a full name. They are told apart from its end, since values of parameters may be anything.
fn id(text: &str, params: ParamEntries) -> Result<BenchId, ResultError> {
    let params = Params(params.0.into_iter().map(|(name, value)| Param { name, value }).collect());
    let parts = || {
        let path = text.strip_suffix(params.to_string().as_str())?;
        let (package, path) = path.split_once("::")?;
        let (module, function) = path.rsplit_once("::")?;
        Some([package, module, function].map(str::to_owned))
    };
    match parts() {
        Some([package, module, function]) => Ok(BenchId { package, module, function, params }),
        None => Err(ResultError::Nonsense(format!(
            "`{text}` is no `package::bench::function` with the parameters `{params}`"
        ))),
    }
}

fn outcome(entry: &mut Benchmark) -> Result<Outcome, ResultError> {
    let (id, outcome) = (entry.id.clone(), entry.outcome);
    let lacks =
        |key: &str| ResultError::Nonsense(format!("`{id}` has no `{key}`, which its `outcome` asks for"));
    Ok(match outcome {
        OutcomeWord::Passed => Outcome::Passed,
        OutcomeWord::Skipped => Outcome::Skipped(entry.reason.take().ok_or_else(|| lacks("reason"))?),
        OutcomeWord::Failed => Outcome::Failed(entry.failure.take().ok_or_else(|| lacks("failure"))?.into()),
        OutcomeWord::Measured if entry.time.is_none() && entry.has_further_pass() => Outcome::Passed,
        OutcomeWord::Measured => {
            let time = entry.time.take().ok_or_else(|| lacks("time"))?;
            Outcome::Measured(Box::new(Measurement {
                throughput: entry.throughput.map_or(Throughput::default(), |told| Throughput {
                    items: told.items.or_nan(),
                    bytes: told.bytes.or_nan(),
                }),
                shape: entry.shape.ok_or_else(|| lacks("shape"))?.into(),
                drop: time.drop.into(),
                placement: entry.placement.ok_or_else(|| lacks("placement"))?.into(),
                placement_reason: entry.placement_reason.take(),
                calibration: calibration(&time),
                errors: entry.errors.take().map(Errors::from).unwrap_or_default(),
                time: time.into(),
            }))
        }
    })
}

fn memory(entry: &mut Benchmark) -> Option<Result<Memory, String>> {
    let measured = entry.memory.take().map(|memory| Ok(memory.into()));
    measured.or_else(|| entry.memory_unavailable.take().map(Err))
}

fn event_loop(entry: &mut Benchmark) -> Option<Result<LoopTrace, String>> {
    let traced = entry.event_loop.as_ref().and_then(AsyncEntry::trace).map(Ok);
    traced.or_else(|| entry.async_unavailable.take().map(Err))
}

impl Benchmark {
    fn has_further_pass(&self) -> bool {
        let (memory, trace) = (self.memory.is_some(), self.event_loop.is_some());
        let reasons = [&self.memory_unavailable, &self.async_unavailable, &self.load_unavailable];
        memory || trace || reasons.into_iter().any(Option::is_some)
    }
}

fn calibration(time: &TimeEntry) -> Calibration {
    Calibration {
        regime: time.regime.into(),
        iterations: time.iterations,
        iteration_ns: time.calibrated.or_nan(),
        first_call_ns: time.first_call.or_nan(),
    }
}

impl From<TimeEntry> for TimeSummary {
    fn from(time: TimeEntry) -> Self {
        Self {
            min: time.min.or_nan(),
            max: time.max.or_nan(),
            mean: time.mean.or_nan(),
            median: time.median.or_nan(),
            stddev: time.stddev.or_nan(),
            mad: time.mad.or_nan(),
            p50: time.p50.or_nan(),
            p90: time.p90.or_nan(),
            p95: time.p95.or_nan(),
            p99: time.p99.or_nan(),
            p999: time.p999.or_nan(),
            percentiles_of: time.percentiles_of.into(),
            outliers: time.outliers,
            rounds: time.rounds,
            runs: time.runs.into_iter().map(RunSummary::from).collect(),
        }
    }
}

impl From<RunShare> for RunSummary {
    fn from(run: RunShare) -> Self {
        let RunShare { median, rounds, look, retry, core, involuntary_switches, canary_cpu, canary_memory } =
            run;
        let retry = retry.unwrap_or_default();
        let look = look.map(Into::into).unwrap_or_default();
        let canary = canary_cpu.and_then(Figure::known).zip(canary_memory.and_then(Figure::known));
        let canary = canary.map(|(cpu, memory)| Canary { cpu, memory });
        Self { median: median.or_nan(), rounds, look, retry, core, involuntary_switches, canary }
    }
}

impl From<ErrorsEntry> for Errors {
    fn from(errors: ErrorsEntry) -> Self {
        let ErrorsEntry { count, first } = errors;
        Self { count, first }
    }
}

impl From<FailureEntry> for Failure {
    fn from(failure: FailureEntry) -> Self {
        let FailureEntry { kind, message, stderr } = failure;
        Self { kind: kind.into(), message, stderr }
    }
}

fn comparison(ratio: Option<RatioEntry>, not_comparable: Option<String>) -> Option<Comparison> {
    let ratio = ratio.map(|ratio| Comparison::Ratio(ratio.into()));
    ratio.or_else(|| not_comparable.map(Comparison::NotComparable))
}

impl From<TaxEntry> for Tax {
    fn from(tax: TaxEntry) -> Self {
        Self { value: tax.value.or_nan(), low: tax.low.or_nan(), high: tax.high.or_nan() }
    }
}

impl From<RatioEntry> for Ratio {
    fn from(ratio: RatioEntry) -> Self {
        Self {
            reference: ratio.reference,
            value: ratio.value.or_nan(),
            low: ratio.low.or_nan(),
            high: ratio.high.or_nan(),
            verdict: ratio.verdict.into(),
            resolution: ratio.resolution.known().unwrap_or(f64::INFINITY),
            runs: ratio.runs,
            spread: ratio.spread.map_or(SpreadFrom::Assumption, Into::into),
            confirmation: ratio.confirmation.map_or(Confirmation::Lacking, Into::into),
        }
    }
}

impl From<LocationEntry> for Location {
    fn from(location: LocationEntry) -> Self {
        let LocationEntry { file, line, column } = location;
        Self { file: Cow::Owned(file), line, column }
    }
}

fn settings(entry: &SettingsEntry, kind: Kind) -> Settings {
    Settings {
        kind,
        min_rounds: entry.min_rounds,
        max_rounds: entry.max_rounds,
        iterations: entry.iterations.and_then(NonZeroU64::new),
        min_time: moment::length(entry.min_time_ns),
        max_time: moment::length(entry.max_time_ns),
        warmup_time: moment::length(entry.warmup_time_ns),
        timeout: moment::length(entry.timeout_ns),
        processes: entry.processes,
        most_processes: entry.most_processes,
        precision: entry.precision.known().and_then(Precision::of_share).unwrap_or_default(),
        rounds_per_run: entry.rounds_per_run,
        threads: entry.threads,
        flavor: entry.flavor.into(),
        workers: entry.workers,
        load: under_load::settings(entry),
    }
}
