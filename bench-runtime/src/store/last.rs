//! The last results of a suite, always kept. Main function: [`keep_last`].

use std::fs;
use std::io;
use std::path::Path;

use super::atomic::write_atomically;
use super::result::ResultFile;
use crate::model::Report;

/// Writes what `report` has of each benchmark to `path`; what the file has of others stays if they `may_be_there` still.
///
/// A file that cannot be understood is replaced.
///
/// # Errors
///
/// Whatever the system says. The file is then as it was.
pub(crate) fn keep_last(path: &Path, report: &Report, may_be_there: impl Fn(&str) -> bool) -> io::Result<()> {
    let mut file = ResultFile::from(report);
    if let Some(old) = fs::read_to_string(path).ok().and_then(|text| ResultFile::parse(&text).ok()) {
        let stays = |id: &str| may_be_there(id) && file.benchmarks.iter().all(|benchmark| benchmark.id != id);
        let kept: Vec<_> = old.benchmarks.into_iter().filter(|benchmark| stays(&benchmark.id)).collect();
        file.benchmarks.extend(kept);
    }
    write_atomically(path, &file.to_json()?)
}
