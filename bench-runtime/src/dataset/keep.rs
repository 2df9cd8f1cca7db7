//! Files that are made once, by one process, and known to be whole by their hash. Main type: [`Kept`].

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::place::UNFINISHED;
use super::{DataFile, DatasetError};
use crate::files::{Lock, Sha256, folder_of, hex, write_atomically};

/// A file and the hash beside it, in the form that `sha256sum --check` reads.
pub(super) struct Kept {
    path: PathBuf,
    hash: PathBuf,
}

/// What is at its place.
enum State {
    Whole { bytes: u64, sha256: String },
    Absent,
    Spoilt(&'static str),
}

impl Kept {
    pub(super) fn at(path: PathBuf) -> Self {
        Self { hash: beside(&path, ".sha256"), path }
    }

    /// The file, which `make` makes unless it is there and whole.
    pub(super) fn open(
        &self,
        make: &mut dyn FnMut(&Path) -> io::Result<()>,
    ) -> Result<DataFile, DatasetError> {
        if let State::Whole { bytes, sha256 } = self.state()? {
            return Ok(self.file(bytes, sha256, None));
        }
        let _lock = Lock::of(folder_of(&self.path)).map_err(|source| self.unmade(source))?;
        // Another process may have made it meanwhile.
        match self.state()? {
            State::Whole { bytes, sha256 } => Ok(self.file(bytes, sha256, None)),
            State::Absent => self.made(make, None),
            State::Spoilt(why) => self.made(make, Some(why)),
        }
    }

    fn state(&self) -> Result<State, DatasetError> {
        let (bytes, sha256) = match hash_of(&self.path) {
            Ok(found) => found,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(State::Absent),
            Err(source) => return Err(DatasetError::Unreadable { path: self.path.clone(), source }),
        };
        Ok(match fs::read_to_string(&self.hash) {
            Ok(line) if line == self.line(&sha256) => State::Whole { bytes, sha256 },
            Ok(_) => State::Spoilt("it was altered or cut short"),
            Err(_) => State::Spoilt("its hash was not there"),
        })
    }

    /// Makes it; nobody else does at the same time.
    fn made(
        &self,
        make: &mut dyn FnMut(&Path) -> io::Result<()>,
        replaced: Option<&'static str>,
    ) -> Result<DataFile, DatasetError> {
        let unfinished = beside(&self.path, UNFINISHED);
        // One that was killed while it made it may have left something.
        remove_with_companions(&unfinished);
        let made = make(&unfinished).and_then(|()| {
            File::open(&unfinished)?.sync_all()?;
            let found = hash_of(&unfinished)?;
            // The hash goes first: whoever is killed in between leaves a file that is not taken for whole.
            write_atomically(&self.hash, self.line(&found.1).as_bytes())?;
            fs::rename(&unfinished, &self.path).map(|()| found)
        });
        remove_with_companions(&unfinished);
        let (bytes, sha256) = made.map_err(|source| self.unmade(source))?;
        Ok(self.file(bytes, sha256, replaced))
    }

    fn line(&self, sha256: &str) -> String {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        format!("{sha256}  {name}\n")
    }

    fn unmade(&self, source: io::Error) -> DatasetError {
        DatasetError::Unmade { path: self.path.clone(), source }
    }

    fn file(&self, bytes: u64, sha256: String, replaced: Option<&'static str>) -> DataFile {
        DataFile { path: self.path.clone(), rows: 0, seed: 0, bytes, sha256, replaced }
    }
}

/// The path with something behind its name.
fn beside(path: &Path, end: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(end);
    path.into()
}

/// Removes a file and what SQLite keeps beside one; what is not there need not be removed.
pub(super) fn remove_with_companions(path: &Path) {
    for end in ["", "-journal", "-wal", "-shm"] {
        let _ = fs::remove_file(beside(path, end));
    }
}

/// The length and the hash of a file.
fn hash_of(path: &Path) -> io::Result<(u64, String)> {
    let (mut file, mut buffer) = (File::open(path)?, vec![0; 1 << 16]);
    let (mut hash, mut bytes) = (Sha256::new(), 0);
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok((bytes, hex(&hash.finish()))),
            Ok(count) => {
                hash.update(&buffer[..count]);
                bytes += count as u64;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
