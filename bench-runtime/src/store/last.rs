//! The last results of a suite, always kept. Main function: [`keep_last`].

use std::fs;
use std::io;
use std::path::Path;

use super::atomic::write_atomically;
use super::result::ResultFile;
use crate::model::Report;

/// Writes what `report` has of each benchmark to `path`; what the file has of others stays.
///
/// A file that cannot be understood is replaced.
///
/// # Errors
///
/// Whatever the system says. The file is then as it was.
pub(crate) fn keep_last(path: &Path, report: &Report) -> io::Result<()> {
    let mut file = ResultFile::from(report);
    if let Some(old) = fs::read_to_string(path).ok().and_then(|text| ResultFile::parse(&text).ok()) {
        let is_new = |id: &str| file.benchmarks.iter().any(|benchmark| benchmark.id == id);
        let kept: Vec<_> = old.benchmarks.into_iter().filter(|benchmark| !is_new(&benchmark.id)).collect();
        file.benchmarks.extend(kept);
    }
    write_atomically(path, &file.to_json()?)
}
