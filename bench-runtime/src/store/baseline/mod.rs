//! The committed baseline, `baselines/<arch>.json`: a flat file that people review. Main functions: [`load_baseline`]
//! and [`record_baseline`].

mod convert;
mod error;
mod file;
mod parse;
mod place;
mod recording;
mod write;

#[cfg(all(test, feature = "schema"))]
pub(super) mod schema;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::Path;

use self::error::Fault;
use self::recording::{Recording, newest_runs};
use crate::files::{Lock, folder_of, remove_leftovers, write_atomically};
use crate::model::{Baseline, Report};

pub(crate) use self::error::BaselineError;
pub(crate) use self::recording::Recorded;

/// Reads the baseline at `path`.
///
/// # Errors
///
/// When there is none ([`BaselineError::is_absent`]), or it cannot be used.
pub(crate) fn load_baseline(path: &Path) -> Result<Baseline, BaselineError> {
    let file = place::read(path).and_then(|text| parse::file(&text));
    let file = file.map_err(|fault| BaselineError::new(path, fault))?;
    Ok(convert::baseline(file, path.display().to_string()))
}

/// Records the measured benchmarks of `report` in the baseline at `path`, which is created where there is none, with the
/// folders it is in. Entries of other suites stay, with whatever other tools have added to them. An entry of a suite of
/// the report that the report does not have is dropped if `is_whole`: if the run had no filters.
///
/// Several processes may record in one file at once.
///
/// # Errors
///
/// When the file that is there cannot be used, is of another architecture, or cannot be written. It is then as it was.
pub(crate) fn record_baseline(
    path: &Path,
    report: &Report,
    is_whole: bool,
) -> Result<Recorded, BaselineError> {
    record(path, report, is_whole).map_err(|fault| BaselineError::new(path, fault))
}

fn record(path: &Path, report: &Report, is_whole: bool) -> Result<Recorded, Fault> {
    place::ensure_within(path)?;
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let _lock = Lock::of(folder_of(&target)).map_err(Fault::Unwritable)?;
    let old = match place::read(path) {
        Ok(text) => Some(parse::file(&text)?),
        Err(Fault::Absent) => None,
        Err(fault) => return Err(fault),
    };
    let (file, recorded) = Recording { report, is_whole }.over(old)?;
    let text = place::bounded(write::text(&file))?;
    remove_leftovers(path);
    write_atomically(path, text.as_bytes()).map_err(Fault::Unwritable)?;
    Ok(recorded)
}

/// What `report` has measured, to compare another report with. `origin` is where it is from, to show.
pub(crate) fn baseline_of(report: &Report, origin: String) -> Baseline {
    let (host, runs) = (&report.run.environment.host, newest_runs(report));
    let entries = report.records.iter().filter_map(|record| {
        let mut entry = convert::of_record(record)?;
        let measured_on = runs.get(record.id.suite().as_str()).map(|run| &run.environment.host);
        entry.host = measured_on.filter(|other| *other != host).cloned().map(Box::new);
        Some((record.id.to_string(), entry))
    });
    Baseline {
        origin,
        arch: host.arch.clone(),
        host: host.clone(),
        recorded_at: Some(report.run.started_at),
        entries: entries.collect(),
    }
}
