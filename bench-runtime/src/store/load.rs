//! Result files read back and put together. Main function: [`load_results`].

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::result::{ResultError, ResultFile};
use crate::model::{BenchId, Record, Report, RunInfo};

/// Why stored results cannot be used. The text names the file, and what to do.
#[derive(Debug, Error)]
pub(crate) enum LoadError {
    /// There are no files.
    #[error("there are no stored results; run the benchmarks first")]
    Nothing,
    /// The system does not let a file be read.
    #[error("`{}` cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// It is not a result file of this version.
    #[error("`{}` cannot be used: {source}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: ResultError,
    },
}

/// Reads result files and puts them together: of several records of one benchmark the newest stands, and the shards of
/// a suite make up one report. The report's own run is the newest, the others are in `merged`, the oldest first.
///
/// What several reports came to when they were compared does not hold for all together, and is left out.
///
/// # Errors
///
/// When there is no file, or one of them is not a result file that this version reads.
pub(crate) fn load_results(paths: &[PathBuf]) -> Result<Report, LoadError> {
    let reports = paths.iter().map(|path| load(path)).collect::<Result<Vec<_>, _>>()?;
    put_together(reports).ok_or(LoadError::Nothing)
}

fn load(path: &Path) -> Result<Report, LoadError> {
    let text = fs::read_to_string(path)
        .map_err(|source| LoadError::Unreadable { path: path.to_path_buf(), source })?;
    let report = ResultFile::parse(&text).and_then(Report::try_from);
    report.map_err(|source| LoadError::Malformed { path: path.to_path_buf(), source })
}

/// All reports as one; `None` if there are none.
fn put_together(mut reports: Vec<Report>) -> Option<Report> {
    if reports.len() < 2 {
        return reports.pop();
    }
    let mut runs = Vec::new();
    let mut whole = Report { merged: Vec::new(), records: Vec::new(), ..reports.first()?.clone() };
    (whole.compared_with, whole.verdict) = (None, None);
    whole.vanished.clear();
    for report in reports {
        runs.extend(report.merged);
        runs.push(report.run);
        whole.records.extend(report.records);
        whole.warnings.extend(
            report.warnings.into_iter().filter(|new| !whole.warnings.contains(new)).collect::<Vec<_>>(),
        );
        whole
            .scaling
            .retain(|old| !report.scaling.iter().any(|new| (&new.id, &new.param) == (&old.id, &old.param)));
        whole.scaling.extend(report.scaling);
        whole.stopped = whole.stopped.or(report.stopped);
    }
    whole.records = newest(whole.records);
    (whole.run, whole.merged) = in_order(runs)?;
    Some(whole)
}

/// The newest record of each benchmark, where its first one stands; of two that are as new, the later.
fn newest(records: Vec<Record>) -> Vec<Record> {
    let mut at: HashMap<BenchId, usize> = HashMap::new();
    let mut newest: Vec<Record> = Vec::new();
    for mut record in records {
        record.findings.clear();
        let next = newest.len();
        let place = *at.entry(record.id.clone()).or_insert(next);
        match newest.get_mut(place) {
            None => newest.push(record),
            Some(old) if old.recorded_at <= record.recorded_at => *old = record,
            Some(_) => {}
        }
    }
    newest
}

/// The newest run and the others, the oldest first, each once; `None` if there are none.
fn in_order(mut runs: Vec<RunInfo>) -> Option<(RunInfo, Vec<RunInfo>)> {
    runs.sort_by(|a, b| (a.started_at, &a.suite).cmp(&(b.started_at, &b.suite)));
    runs.dedup();
    Some((runs.pop()?, runs))
}
