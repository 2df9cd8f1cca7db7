//! From the report in memory to the [`ResultFile`] on disk.

use std::time::{Duration, SystemTime};

use super::async_::AsyncEntry;
use super::basis::plan_entries;
use super::compared::{ComparedEntry, SuiteVerdictEntry, VerdictEntry, limit_entries};
use super::memory::MemoryEntry;
use super::params::ParamEntries;
use super::result::{
    Benchmark, ErrorsEntry, FailureEntry, LocationEntry, RatioEntry, ResultFile, RunEntry, RunShare,
    ScalingEntry, SetUpEntry, SettingsEntry, TaxEntry, ThroughputEntry, TimeEntry, WarningEntry,
};
use super::under_load::{KneeEntry, LoadSettingsEntry};
use super::words::{OutcomeWord, SchemaWord, UnitWord};
use crate::model;

impl From<&model::Report> for ResultFile {
    fn from(report: &model::Report) -> Self {
        Self {
            schema: SchemaWord::Result1,
            run: RunEntry {
                stopped: report.stopped.map(Into::into),
                warnings: report.warnings.iter().map(WarningEntry::from).collect(),
                ..(&report.run).into()
            },
            benchmarks: report.records.iter().map(Benchmark::from).collect(),
            scaling: report.scaling.iter().map(ScalingEntry::from).collect(),
            knees: report.knees.iter().map(KneeEntry::from).collect(),
            merged: report.merged.iter().map(RunEntry::from).collect(),
            compared_with: report.compared_with.as_ref().map(ComparedEntry::from),
            vanished: report.vanished.clone(),
            verdict: report.verdict.map(SuiteVerdictEntry::from),
        }
    }
}

impl From<&model::Scaling> for ScalingEntry {
    fn from(scaling: &model::Scaling) -> Self {
        Self {
            id: scaling.id.to_string(),
            group: scaling.group.clone(),
            param: scaling.param.clone(),
            curve: scaling.curve.to_owned(),
            or: scaling.or.map(str::to_owned),
            coefficient: scaling.coefficient.into(),
            error: scaling.error.into(),
        }
    }
}

impl From<&model::RunInfo> for RunEntry {
    /// The run itself, without what came of it.
    fn from(run: &model::RunInfo) -> Self {
        let model::RunInfo {
            suite,
            started_at,
            elapsed,
            seed,
            depth,
            params,
            is_filtered,
            environment,
            set_up,
        } = run.clone();
        let model::Environment { host, build, revision } = environment;
        Self {
            suite,
            started_at: rfc3339(started_at),
            elapsed_ns: nanoseconds(elapsed),
            host: host.name,
            arch: host.arch,
            cpu: host.cpu,
            cores: host.cores,
            kernel: host.kernel,
            governor: host.governor,
            turbo: host.turbo,
            virtualised: host.virtualised,
            rustc: build.rustc,
            profile: build.profile,
            opt_level: build.opt_level,
            rustflags: build.rustflags,
            commit: revision.commit,
            dirty: revision.dirty,
            seed,
            depth: depth.into(),
            params,
            filtered: is_filtered.then_some(true),
            set_up: set_up.iter().map(SetUpEntry::from).collect(),
            stopped: None,
            warnings: Vec::new(),
        }
    }
}

impl From<&model::SetUpTime> for SetUpEntry {
    fn from(time: &model::SetUpTime) -> Self {
        Self { name: time.name.clone(), times: time.times, total_ns: nanoseconds(time.total) }
    }
}

impl From<&model::Record> for Benchmark {
    fn from(record: &model::Record) -> Self {
        let mut benchmark = declared(record);
        match &record.outcome {
            model::Outcome::Measured(measurement) => benchmark.take_measurement(measurement),
            model::Outcome::Passed if record.has_further_pass() => benchmark.outcome = OutcomeWord::Measured,
            model::Outcome::Passed => benchmark.outcome = OutcomeWord::Passed,
            model::Outcome::Skipped(reason) => benchmark.reason = Some(reason.clone()),
            model::Outcome::Failed(failure) => benchmark.take_failure(failure),
        }
        match &record.comparison {
            Some(model::Comparison::Ratio(ratio)) => benchmark.ratio = Some(ratio.into()),
            Some(model::Comparison::NotComparable(reason)) => benchmark.not_comparable = Some(reason.clone()),
            None => {}
        }
        benchmark
    }
}

/// What is known of a benchmark before it runs. Its outcome is `skipped`, as long as none is taken over.
fn declared(record: &model::Record) -> Benchmark {
    Benchmark {
        id: record.id.to_string(),
        name: record.name.clone(),
        params: ParamEntries::from(&record.id.params),
        group: record.group.clone(),
        kind: record.kind.into(),
        tags: record.tags.clone(),
        is_reference: record.is_reference,
        location: record.location.clone().into(),
        settings: (&record.settings).into(),
        recorded_at: rfc3339(record.recorded_at),
        outcome: OutcomeWord::Skipped,
        failure: None,
        reason: None,
        shape: None,
        placement: None,
        placement_reason: None,
        time: None,
        identity: record.basis.facts.clone(),
        plans: plan_entries(&record.basis),
        memory: record.measured_memory().map(MemoryEntry::from),
        memory_ratio: record.memory_ratio.map(Into::into),
        memory_unavailable: record.memory.clone().and_then(Result::err),
        event_loop: futures(record),
        async_unavailable: record.event_loop.clone().and_then(Result::err),
        load_unavailable: record.load.clone().and_then(Result::err),
        highest_rate_unavailable: record.highest_rate.clone().and_then(Result::err),
        throughput: None,
        errors: None,
        ratio: None,
        tax: record.tax.map(Into::into),
        not_comparable: None,
        verdicts: record.findings.iter().map(VerdictEntry::from).collect(),
        limits: limit_entries(record),
        since_last: record.since_last.filter(|share| share.is_finite()).map(Into::into),
        warnings: record.warnings.iter().map(WarningEntry::from).collect(),
    }
}

impl Benchmark {
    fn take_measurement(&mut self, measurement: &model::Measurement) {
        self.outcome = OutcomeWord::Measured;
        self.shape = Some(measurement.shape.into());
        self.placement = Some(measurement.placement.into());
        self.placement_reason = measurement.placement_reason.clone();
        self.time = Some(measurement.into());
        let model::Throughput { items, bytes } = measurement.throughput;
        let told = items != 0.0 || bytes != 0.0;
        self.throughput = told.then(|| ThroughputEntry { items: items.into(), bytes: bytes.into() });
        let model::Errors { count, first } = measurement.errors.clone();
        self.errors = (count > 0).then_some(ErrorsEntry { count, first });
    }

    fn take_failure(&mut self, failure: &model::Failure) {
        let model::Failure { kind, message, stderr } = failure.clone();
        self.outcome = OutcomeWord::Failed;
        self.failure = Some(FailureEntry { kind: kind.into(), message, stderr });
    }
}

impl From<&model::Measurement> for TimeEntry {
    fn from(measurement: &model::Measurement) -> Self {
        let (time, calibration) = (&measurement.time, measurement.calibration);
        Self {
            unit: UnitWord::Ns,
            min: time.min.into(),
            max: time.max.into(),
            mean: time.mean.into(),
            median: time.median.into(),
            stddev: time.stddev.into(),
            mad: time.mad.into(),
            p50: time.p50.into(),
            p90: time.p90.into(),
            p95: time.p95.into(),
            p99: time.p99.into(),
            p999: time.p999.into(),
            percentiles_of: time.percentiles_of.into(),
            drop: measurement.drop.into(),
            regime: calibration.regime.into(),
            iterations: calibration.iterations,
            calibrated: calibration.iteration_ns.into(),
            first_call: calibration.first_call_ns.into(),
            outliers: time.outliers,
            rounds: time.rounds,
            runs: time.runs.iter().map(RunShare::from).collect(),
        }
    }
}

impl From<&model::RunSummary> for RunShare {
    fn from(run: &model::RunSummary) -> Self {
        let model::RunSummary { median, rounds, look, retry, core, involuntary_switches, canary } = *run;
        Self {
            median: median.into(),
            rounds,
            look: Some(look.into()),
            retry: (retry > 0).then_some(retry),
            core,
            involuntary_switches,
            canary_cpu: canary.map(|canary| canary.cpu.into()),
            canary_memory: canary.map(|canary| canary.memory.into()),
        }
    }
}

impl From<model::Tax> for TaxEntry {
    fn from(tax: model::Tax) -> Self {
        Self { value: tax.value.into(), low: tax.low.into(), high: tax.high.into() }
    }
}

impl From<&model::Ratio> for RatioEntry {
    fn from(ratio: &model::Ratio) -> Self {
        Self {
            reference: ratio.reference.clone(),
            value: ratio.value.into(),
            low: ratio.low.into(),
            high: ratio.high.into(),
            verdict: ratio.verdict.into(),
            resolution: ratio.resolution.into(),
            runs: ratio.runs,
            spread: Some(ratio.spread.into()),
            confirmation: Some(ratio.confirmation.into()),
        }
    }
}

impl From<&model::Settings> for SettingsEntry {
    fn from(settings: &model::Settings) -> Self {
        Self {
            min_rounds: settings.min_rounds,
            max_rounds: settings.max_rounds,
            iterations: settings.iterations.map(Into::into),
            min_time_ns: nanoseconds(settings.min_time),
            max_time_ns: nanoseconds(settings.max_time),
            warmup_time_ns: nanoseconds(settings.warmup_time),
            timeout_ns: nanoseconds(settings.timeout),
            processes: settings.processes,
            most_processes: settings.most_processes,
            precision: settings.precision.share().into(),
            rounds_per_run: settings.rounds_per_run,
            threads: settings.threads,
            flavor: settings.flavor.into(),
            workers: settings.workers,
            load: settings.load.as_ref().map(LoadSettingsEntry::from),
        }
    }
}

impl From<model::Location> for LocationEntry {
    fn from(location: model::Location) -> Self {
        let model::Location { file, line, column } = location;
        Self { file: file.into_owned(), line, column }
    }
}

impl From<&model::Warning> for WarningEntry {
    fn from(warning: &model::Warning) -> Self {
        Self { kind: warning.kind.into(), message: warning.message.clone() }
    }
}

/// Nanoseconds of `duration`; what does not fit (584 years) is cut.
/// What was found out of its futures, traced and under load.
fn futures(record: &model::Record) -> Option<AsyncEntry> {
    let traced = record.event_loop.as_ref().and_then(|found| found.as_ref().ok()).map(AsyncEntry::from);
    let loaded = match record.load.as_ref().and_then(|found| found.as_ref().ok()) {
        Some(load) => Some(traced.unwrap_or_default().with_load(load)),
        None => traced,
    };
    match record.highest_rate.as_ref().and_then(|found| found.as_ref().ok()) {
        Some(search) => Some(AsyncEntry { highest_rate: Some(search.into()), ..loaded.unwrap_or_default() }),
        None => loaded,
    }
}

pub(super) fn nanoseconds(duration: Duration) -> u64 {
    duration.as_nanos().try_into().unwrap_or(u64::MAX)
}

/// The last second that RFC 3339 can write, since 1970.
const LAST_SECOND: u64 = 253_402_300_799;

/// `time` as RFC 3339, UTC, milliseconds. What the format cannot write becomes the nearest that it can.
pub(crate) fn rfc3339(time: SystemTime) -> String {
    let since_epoch = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let written = since_epoch.min(Duration::from_secs(LAST_SECOND));
    humantime::format_rfc3339_millis(SystemTime::UNIX_EPOCH + written).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_that_rfc_3339_cannot_write_becomes_the_nearest() {
        let before = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
        let after = SystemTime::UNIX_EPOCH + Duration::from_secs(LAST_SECOND + 5);
        assert_eq!(rfc3339(before), "1970-01-01T00:00:00.000Z");
        assert_eq!(rfc3339(after), "9999-12-31T23:59:59.000Z");
    }

    #[test]
    fn a_length_of_time_that_does_not_fit_is_cut() {
        assert_eq!(nanoseconds(Duration::MAX), u64::MAX);
        assert_eq!(nanoseconds(Duration::from_millis(2)), 2_000_000);
    }
}
