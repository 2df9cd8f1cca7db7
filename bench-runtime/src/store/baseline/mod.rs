//! The committed baseline, `baselines/<arch>.json`: a flat file that people review. Main functions: [`load_baseline`]
//! and [`record_baseline`].

mod error;

use std::path::Path;

use crate::model::{Baseline, Report};

pub(crate) use error::{BaselineError, Fault};

/// What [`record_baseline`] has done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Recorded {
    /// Entries that were written or replaced.
    pub(crate) written: usize,
    /// Entries of other suites, or that were not selected, which stay as they are.
    pub(crate) kept: usize,
    /// The names of entries that are gone, because their suite has no such benchmark any more.
    pub(crate) dropped: Vec<String>,
    /// The names of benchmarks without figures to record: failed, skipped, or not finite. Entries that the file has of
    /// them stay.
    pub(crate) left_out: Vec<String>,
}

/// Reads the baseline at `path`.
///
/// # Errors
///
/// When there is none ([`BaselineError::is_absent`]), or it cannot be used.
pub(crate) fn load_baseline(path: &Path) -> Result<Baseline, BaselineError> {
    Err(BaselineError::new(path, Fault::Absent))
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
    _report: &Report,
    _is_whole: bool,
) -> Result<Recorded, BaselineError> {
    Err(BaselineError::new(path, Fault::Absent))
}

/// What `report` has measured, to compare another report with. `origin` is where it is from, to show.
pub(crate) fn baseline_of(_report: &Report, origin: String) -> Baseline {
    Baseline { origin, ..Baseline::default() }
}
