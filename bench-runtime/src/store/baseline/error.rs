//! What can be wrong with a baseline. Main type: [`BaselineError`].

use std::io;
use std::path::{Path, PathBuf};

use super::file::VERSION;
use super::place::MOST_MB;
use crate::errors::says;
use crate::json;

/// Why a baseline cannot be used. The text names the file, the place in it, and what to do.
#[derive(Debug)]
pub(crate) struct BaselineError {
    path: PathBuf,
    fault: Fault,
}

says!(BaselineError {
    Self { path, fault } => "the baseline `{}` {fault}", path.display();
});

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
#[derive(Debug)]
pub(super) enum Fault {
    Absent,
    Dangling(PathBuf),
    Outside(PathBuf),
    Directory,
    Special,
    TooLarge(u64),
    Unreadable(io::Error),
    Empty,
    Binary(usize),
    Conflict(usize),
    Newer(u64),
    Older(u64),
    Truncated(usize),
    Malformed(json::Error),
    OtherArch { found: String, this: String },
    Unwritable(io::Error),
}

says!(Fault {
    Self::Absent => "does not exist; record one with `--save-baseline`";
    Self::Dangling(path) => "is a link to `{}`, where there is nothing; remove the link", path.display();
    Self::Outside(path) =>
        "leads out of the repository, to `{}`, where nobody reviews it; put the file itself in the place of \
         the link",
        path.display();
    Self::Directory => "is a directory; name a file in it, such as `linux-x86_64.json`";
    Self::Special => "is neither a file nor a link to one; name another path";
    Self::TooLarge(bytes) =>
        "has {} MB, and no more than {MOST_MB} MB are read; {RESTORE}",
        bytes.div_ceil(1_000_000);
    Self::Unreadable(error) => "cannot be read: {error}; see to its permissions, or name another path";
    Self::Empty => "is empty; {RESTORE}";
    Self::Binary(at) => "is not text: the byte at offset {at} is not UTF-8; {RESTORE}";
    Self::Conflict(line) =>
        "has the conflict markers of a merge, the first in line {line}; keep one side, or delete the file and \
         record it anew with `--save-baseline`";
    Self::Newer(version) =>
        "is of version {version}, made by a newer adapter-bench; this one reads version {VERSION}: update it";
    Self::Older(version) => "is of version {version}, which this adapter-bench does not read; {RESTORE}";
    Self::Truncated(line) => "ends too early, in line {line}; {RESTORE}";
    Self::Malformed(error) =>
        "cannot be understood: {error}; correct it, restore it from version control, or record it anew";
    Self::OtherArch { found, this } =>
        "holds figures of {found}, and these are of {this}; name another file, such as \
         `--save-baseline=baselines/{this}.json`";
    Self::Unwritable(error) => "cannot be written: {error}; the file is as it was";
});

const RESTORE: &str =
    "restore it from version control, or delete it and record it anew with `--save-baseline`";
