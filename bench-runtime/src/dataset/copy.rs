//! A copy of a dataset that may be changed, and put back to what it was. Main type: [`DataCopy`].

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use super::DataFile;
use super::keep::remove_with_companions;

/// A copy of a dataset's file for one benchmark, which may change it: a SQLite database, for example. Dropped, it is
/// removed, with what SQLite keeps beside it.
///
/// All arms that open copies of one dataset start from the same state, byte for byte.
#[derive(Debug)]
pub struct DataCopy {
    original: DataFile,
    path: PathBuf,
}

impl DataCopy {
    pub(super) fn of(original: &DataFile) -> io::Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = original.path.file_name().unwrap_or_default().to_string_lossy();
        let path = original.path.with_file_name(format!("copy-{}-{number}-{name}", process::id()));
        // Dropped where copying fails, so nothing is left of it.
        let copy = Self { original: original.clone(), path };
        copy.restore().map(|()| copy)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes it what the dataset is: for `before_round`, or between two benchmarks. Nobody may have it open meanwhile.
    ///
    /// # Errors
    ///
    /// Whatever the system says.
    pub fn restore(&self) -> io::Result<()> {
        remove_with_companions(&self.path);
        fs::copy(&self.original.path, &self.path).map(drop)
    }
}

impl Drop for DataCopy {
    fn drop(&mut self) {
        remove_with_companions(&self.path);
    }
}
