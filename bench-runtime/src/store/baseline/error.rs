//! What can be wrong with a baseline. Main type: [`BaselineError`].

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::file::VERSION;
use super::place::MOST_MB;

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
pub(super) enum Fault {
    #[error("does not exist; record one with `--save-baseline`")]
    Absent,
    #[error("is a link to `{}`, where there is nothing; remove the link", .0.display())]
    Dangling(PathBuf),
    #[error(
        "leads out of the repository, to `{}`, where nobody reviews it; put the file itself in the place of the link",
        .0.display()
    )]
    Outside(PathBuf),
    #[error("is a directory; name a file in it, such as `linux-x86_64.json`")]
    Directory,
    #[error("is neither a file nor a link to one; name another path")]
    Special,
    #[error("has {} MB, and no more than {MOST_MB} MB are read; {RESTORE}", .0.div_ceil(1_000_000))]
    TooLarge(u64),
    #[error("cannot be read: {0}; see to its permissions, or name another path")]
    Unreadable(io::Error),
    #[error("is empty; {RESTORE}")]
    Empty,
    #[error("is not text: the byte at offset {0} is not UTF-8; {RESTORE}")]
    Binary(usize),
    #[error(
        "has the conflict markers of a merge, the first in line {0}; keep one side, or delete the file and record it \
         anew with `--save-baseline`"
    )]
    Conflict(usize),
    #[error("is of version {0}, made by a newer adapter-bench; this one reads version {VERSION}: update it")]
    Newer(u64),
    #[error("is of version {0}, which this adapter-bench does not read; {RESTORE}")]
    Older(u64),
    #[error("ends too early, in line {0}; {RESTORE}")]
    Truncated(usize),
    #[error("cannot be understood: {0}; correct it, restore it from version control, or record it anew")]
    Malformed(serde_json::Error),
    #[error(
        "holds figures of {found}, and these are of {this}; name another file, such as \
         `--save-baseline=baselines/{this}.json`"
    )]
    OtherArch { found: String, this: String },
    #[error("cannot be written: {0}; the file is as it was")]
    Unwritable(io::Error),
}

const RESTORE: &str =
    "restore it from version control, or delete it and record it anew with `--save-baseline`";
