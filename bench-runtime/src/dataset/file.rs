//! A dataset that is there. Main type: [`DataFile`].

use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use super::DataCopy;

/// The file of a dataset, as it was when it was opened: complete and unaltered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataFile {
    pub(super) path: PathBuf,
    pub(super) rows: usize,
    pub(super) seed: u64,
    pub(super) bytes: u64,
    pub(super) sha256: String,
    pub(super) replaced: Option<&'static str>,
}

impl DataFile {
    /// Where it is: for what reads files itself, as a server's `COPY` does. Do not write to it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The seed that it was made of.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// How long it is, in bytes.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Its hash, 64 hexadecimal digits: for [`Dataset::sha256`](super::Dataset::sha256).
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Why a file that was there before had to be made anew, if it had to.
    pub fn replaced(&self) -> Option<&'static str> {
        self.replaced
    }

    /// Its contents from the beginning.
    ///
    /// # Errors
    ///
    /// Whatever the system says.
    pub fn reader(&self) -> io::Result<BufReader<File>> {
        File::open(&self.path).map(BufReader::new)
    }

    /// A copy that may be changed, beside the original.
    ///
    /// # Errors
    ///
    /// Whatever the system says.
    pub fn copy(&self) -> io::Result<DataCopy> {
        DataCopy::of(self)
    }

    /// All of its contents.
    ///
    /// # Errors
    ///
    /// Whatever the system says.
    pub fn read(&self) -> io::Result<Vec<u8>> {
        fs::read(&self.path)
    }

    /// Its lines, without their ends.
    ///
    /// # Errors
    ///
    /// Whatever the system says; and where the contents are no text.
    pub fn lines(&self) -> io::Result<Vec<String>> {
        fs::read_to_string(&self.path).map(|text| text.lines().map(str::to_owned).collect())
    }
}
