//! What can be wrong with a baseline. Main type: [`BaselineError`].

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why a baseline cannot be used. The text names the file, the place in it, and what to do.
#[derive(Debug, Error)]
#[error("the baseline `{}` {fault}", path.display())]
pub(crate) struct BaselineError {
    path: PathBuf,
    fault: Fault,
}

impl BaselineError {
    /// `fault` of the file at `path`.
    pub(super) fn new(path: &Path, fault: Fault) -> Self {
        Self { path: path.to_path_buf(), fault }
    }

    /// Whether there is no such file, and nothing else is wrong.
    pub(crate) fn is_absent(&self) -> bool {
        matches!(self.fault, Fault::Absent)
    }
}

/// What is wrong with a baseline.
#[derive(Debug, Error)]
pub(crate) enum Fault {
    /// It is not there.
    #[error("does not exist; record one with `--save-baseline`")]
    Absent,
    /// The system does not let it be read.
    #[error("cannot be read: {0}")]
    Unreadable(io::Error),
}
