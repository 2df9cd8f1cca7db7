//! Stored results, taken instead of measuring. Main function: [`conclusion`].

use super::api::RunError;
use super::conclusion::Conclusion;
use super::places::Places;
use super::program::Program;
use crate::analysis;
use crate::model::{Report, RunOptions};
use crate::store;

/// The results that `options` load, as far as they are selected, and what they are to be held against. Findings of an
/// earlier comparison stay unless there is to be another one.
///
/// # Errors
///
/// When there are none, they cannot be read, or what they are to be compared with cannot be used.
pub(super) fn conclusion<'a>(
    program: &Program,
    options: &'a RunOptions,
) -> Result<(Conclusion<'a>, Report), RunError> {
    let places = Places::of(program, options);
    let mut report = loaded(options, &places)?;
    report.records.retain(|record| options.selection.admits_record(record));
    report.scaling = analysis::scaling(&report.records);
    if options.comparing.baseline.is_some() || options.comparing.compare.is_some() {
        report.records.iter_mut().for_each(|record| record.findings.clear());
        report.vanished.clear();
    }
    Ok((Conclusion::of_stored(options, places, &report)?, report))
}

fn loaded(options: &RunOptions, places: &Places) -> Result<Report, RunError> {
    let paths = match options.comparing.load.as_deref().unwrap_or_default() {
        [] => store::last_results(places.store()),
        patterns => store::stored_results(patterns).map_err(|error| RunError::unloadable(&error))?,
    };
    if paths.is_empty() {
        return Err(RunError::nothing_stored(&places.shown(places.store())));
    }
    store::load_results(&paths).map_err(|error| RunError::unloadable(&error))
}
