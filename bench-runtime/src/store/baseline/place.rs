//! The file of a baseline: what may be read and written, and how much. Main function: [`read`].

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Component, Path, PathBuf};

use super::error::Fault;

/// The size beyond which a file is not read, in millions of bytes. 100,000 benchmarks take about 60.
pub(super) const MOST_MB: u64 = 80;

/// The text of the baseline at `path`.
///
/// # Errors
///
/// Whatever keeps it from being read as text; [`Fault::Absent`] where there is nothing.
pub(super) fn read(path: &Path) -> Result<String, Fault> {
    ensure_within(path)?;
    let there = fs::metadata(path).map_err(fault)?;
    match there.file_type() {
        kind if kind.is_dir() => return Err(Fault::Directory),
        // To open a pipe waits for whoever writes to it.
        kind if !kind.is_file() => return Err(Fault::Special),
        _ => {}
    }
    let most = MOST_MB * 1_000_000;
    let mut bytes = Vec::new();
    if there.len() <= most {
        File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes)).map_err(fault)?;
    }
    match there.len().max(bytes.len() as u64) {
        size if size > most => Err(Fault::TooLarge(size)),
        _ => String::from_utf8(bytes).map_err(|error| Fault::Binary(error.utf8_error().valid_up_to())),
    }
}

/// `text`, unless it could not be read again.
///
/// # Errors
///
/// When it is too large.
pub(super) fn bounded(text: String) -> Result<String, Fault> {
    if text.len() as u64 <= MOST_MB * 1_000_000 {
        return Ok(text);
    }
    let refused = format!("it would have more than the {MOST_MB} MB that are read");
    Err(Fault::Unwritable(io::Error::new(ErrorKind::FileTooLarge, refused)))
}

fn fault(error: io::Error) -> Fault {
    match error.kind() {
        ErrorKind::NotFound => Fault::Absent,
        _ => Fault::Unreadable(error),
    }
}

/// Refuses a path that is, or goes through, a symbolic link out of the repository that the path is in: what is compared
/// with, or replaced, would not be what is reviewed. Outside repositories, links lead wherever they lead.
///
/// # Errors
///
/// When it leads out, or nowhere.
pub(super) fn ensure_within(path: &Path) -> Result<(), Fault> {
    if let (Ok(target), Err(_)) = (fs::read_link(path), fs::metadata(path)) {
        return Err(Fault::Dangling(target));
    }
    let path = std::path::absolute(path).map_err(Fault::Unreadable)?;
    let named = without_dots(&path);
    let Some(root) = named.ancestors().skip(1).find(|folder| folder.join(".git").exists()) else {
        return Ok(());
    };
    let (Some(root), Some(real)) = (fs::canonicalize(root).ok(), real(&path)) else { return Ok(()) };
    if real.starts_with(root) { Ok(()) } else { Err(Fault::Outside(real)) }
}

/// Where the nearest part of `path` that exists really is.
fn real(path: &Path) -> Option<PathBuf> {
    path.ancestors().find_map(|there| fs::canonicalize(there).ok())
}

/// `path` with its `.` and `..` taken by the letter.
fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}
