//! From the [`ResultFile`] on disk back to the report in memory. What a file holds is there again afterwards; words that
//! only later versions have are not.

mod compared;
mod moment;
mod record;

use super::result::{ResultError, ResultFile, RunEntry, ScalingEntry, SetUpEntry, WarningEntry};
use crate::model::{
    BenchId, Build, Environment, Host, Record, Report, Revision, RunInfo, Scaling, SetUpTime, Warning,
};
use crate::stats::growth::Curve;

impl TryFrom<ResultFile> for Report {
    type Error = ResultError;

    fn try_from(file: ResultFile) -> Result<Self, ResultError> {
        let ResultFile {
            schema: _,
            run,
            benchmarks,
            scaling,
            knees,
            merged,
            compared_with,
            vanished,
            verdict,
        } = file;
        let stopped = run.stopped.map(Into::into);
        let warnings = run.warnings.iter().map(Warning::from).collect();
        let records: Vec<Record> = benchmarks.into_iter().map(Record::try_from).collect::<Result<_, _>>()?;
        Ok(Self {
            run: run.try_into()?,
            merged: merged.into_iter().map(RunInfo::try_from).collect::<Result<_, _>>()?,
            scaling: scaling.into_iter().filter_map(|entry| growth(entry, &records)).collect(),
            knees: knees.into_iter().filter_map(|entry| entry.among(&records)).collect(),
            records,
            compared_with: compared_with.map(TryInto::try_into).transpose()?,
            vanished,
            verdict: verdict.map(Into::into),
            warnings,
            stopped,
        })
    }
}

impl TryFrom<RunEntry> for RunInfo {
    type Error = ResultError;

    fn try_from(run: RunEntry) -> Result<Self, ResultError> {
        let environment = Environment {
            host: Host {
                name: run.host,
                arch: run.arch,
                cpu: run.cpu,
                cores: run.cores,
                kernel: run.kernel,
                governor: run.governor,
                turbo: run.turbo,
                virtualised: run.virtualised,
            },
            build: Build {
                rustc: run.rustc,
                profile: run.profile,
                opt_level: run.opt_level,
                rustflags: run.rustflags,
            },
            revision: Revision { commit: run.commit, dirty: run.dirty },
        };
        Ok(Self {
            started_at: moment::read(&run.started_at)?,
            suite: run.suite,
            elapsed: moment::length(run.elapsed_ns),
            seed: run.seed,
            depth: run.depth.into(),
            params: run.params,
            is_filtered: run.filtered.unwrap_or_default(),
            set_up: run.set_up.into_iter().map(SetUpTime::from).collect(),
            environment,
        })
    }
}

impl From<SetUpEntry> for SetUpTime {
    fn from(entry: SetUpEntry) -> Self {
        Self { name: entry.name, times: entry.times, total: moment::length(entry.total_ns) }
    }
}

impl From<&WarningEntry> for Warning {
    fn from(entry: &WarningEntry) -> Self {
        Self::new(entry.kind.into(), entry.message.clone())
    }
}

/// How a benchmark grows. A file says of which one by a name that lacks the size, so it is looked for among `records`;
/// `None` if it is not there, or follows a curve of a later version.
fn growth(entry: ScalingEntry, records: &[Record]) -> Option<Scaling> {
    let label = |text: &str| Curve::ALL.into_iter().map(Curve::label).find(|label| *label == text);
    let mut sized = records.iter().filter_map(|record| Some((without(&record.id, &entry.param)?, record)));
    let (id, record) = sized.find(|(id, _)| id.to_string() == entry.id)?;
    Some(Scaling {
        id,
        name: record.name.clone(),
        curve: label(&entry.curve)?,
        or: entry.or.as_deref().and_then(label),
        group: entry.group,
        param: entry.param,
        coefficient: entry.coefficient.or_nan(),
        error: entry.error.or_nan(),
    })
}

/// `id` without the parameter `name`, if it has one.
fn without(id: &BenchId, name: &str) -> Option<BenchId> {
    let at = id.params.0.iter().position(|param| param.name == name)?;
    let mut id = id.clone();
    id.params.0.remove(at);
    Some(id)
}
