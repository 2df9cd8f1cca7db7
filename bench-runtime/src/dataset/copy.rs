//! A copy of a dataset that may be changed, and put back to what it was. Main type: [`DataCopy`].

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::DataFile;
use super::keep::remove_with_companions;
use super::place::Place;
use crate::files::folder_of;

/// A copy of a dataset's file for one benchmark, which may change it: a SQLite database, for example. It lies in a folder
/// of its own beside the original; dropped, it is removed with all that is in that folder. What a process leaves that is
/// killed goes with the next run.
///
/// All arms that open copies of one dataset start from the same state, byte for byte.
#[derive(Debug)]
pub struct DataCopy {
    original: DataFile,
    path: PathBuf,
    _place: Place,
}

impl DataCopy {
    pub(super) fn of(original: &DataFile) -> io::Result<Self> {
        let place = Place::within(folder_of(&original.path))?;
        let path = place.path().join(original.path.file_name().unwrap_or_default());
        let copy = Self { original: original.clone(), path, _place: place };
        copy.restore().map(|()| copy)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it is a copy of.
    pub fn original(&self) -> &DataFile {
        &self.original
    }

    /// Makes it what the dataset is: for `before_round`, or between two benchmarks. Nobody may have it open meanwhile; a
    /// database that stays open is put back by its own means, as SQLite's backup from the path of the
    /// [`original`](Self::original).
    ///
    /// # Errors
    ///
    /// Whatever the system says.
    pub fn restore(&self) -> io::Result<()> {
        remove_with_companions(&self.path);
        fs::copy(&self.original.path, &self.path).map(drop)
    }
}
