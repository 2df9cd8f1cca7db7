//! Why a dataset cannot be opened. Main type: [`DatasetError`].

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use super::DataFile;

/// Why a dataset cannot be opened.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DatasetError {
    /// Its name cannot be that of a file on every system.
    #[error("`{0}` is no name for a dataset: write it with letters, digits, `-` and `_`")]
    Name(String),
    /// The function that makes it returned an error, or its file cannot be written.
    #[error("the dataset `{}` cannot be made: {source}. `--data-dir` names another place", .path.display())]
    Unmade {
        /// The file that was to be made.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// Its file cannot be read.
    #[error("the dataset `{}` cannot be read: {source}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// It is not the data that was asked for.
    #[error(
        "the dataset `{}` has the hash {} and not {wanted}: the function that makes it gives something else here, or has \
         changed. Correct it, or the hash",
        .file.path().display(),
        .file.sha256()
    )]
    Other {
        /// The hash that it should have.
        wanted: String,
        /// What was made.
        file: Box<DataFile>,
    },
}
