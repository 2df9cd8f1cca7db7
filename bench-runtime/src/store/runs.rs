//! Saved runs: result files with numbers and names. Main functions: [`save_run`] and [`find_run`].

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::model::Report;

/// Why a run cannot be saved.
#[derive(Debug, Error)]
pub(crate) enum SaveError {
    /// The name cannot be that of a file.
    #[error("`{0}` cannot name a run: take letters, digits, `-`, `_` and `.`")]
    Name(String),
    /// The system does not let it be written.
    #[error("the run cannot be saved in `{}`: {source}", folder.display())]
    Io {
        /// Where saved runs are.
        folder: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// Why there is no stored result to take.
#[derive(Debug, Error)]
pub(crate) enum SelectorError {
    /// Nothing is called so.
    #[error("no saved run matches `{selector}` in `{}`; {}", folder.display(), there(known))]
    NoMatch {
        /// What was asked for.
        selector: String,
        /// Where it was looked for.
        folder: PathBuf,
        /// What is there.
        known: Vec<String>,
    },
}

fn there(known: &[String]) -> String {
    match known {
        [] => "there are none: save one with `--save NAME`".to_owned(),
        known => format!("there are: {}", known.join(", ")),
    }
}

/// Saves `report` below the folder `store` as `runs/<arch>/0001_NAME.json`, under the number after the highest one there.
///
/// Nothing is ever overwritten; runs that are saved at once get different numbers.
///
/// # Errors
///
/// When `name` cannot be part of the name of a file, or the file cannot be written.
pub(crate) fn save_run(store: &Path, arch: &str, name: &str, report: &Report) -> Result<PathBuf, SaveError> {
    let _ = (store, arch, report);
    Err(SaveError::Name(name.to_owned()))
}

/// The newest saved run that `selector` matches and that has results of `suite`. A selector is a number (`1`, `0001`), a
/// name, a pattern with `*` and `?` for either, or the path of a result file (with a `/`, or ending in `.json`).
///
/// # Errors
///
/// When nothing matches; the text lists what there is.
pub(crate) fn find_run(
    store: &Path,
    arch: &str,
    selector: &str,
    suite: &str,
) -> Result<PathBuf, SelectorError> {
    let _ = suite;
    let folder = store.join("runs").join(arch);
    Err(SelectorError::NoMatch { selector: selector.to_owned(), folder, known: Vec::new() })
}

/// The files with the last results of all suites below the folder `store`, sorted by name; empty where there are none.
pub(crate) fn last_results(store: &Path) -> Vec<PathBuf> {
    let _ = store;
    Vec::new()
}

/// The result files that `patterns` name: paths, or paths with `*` and `?` in them, each sorted by name.
///
/// # Errors
///
/// When one of them matches nothing.
pub(crate) fn stored_results(patterns: &[String]) -> Result<Vec<PathBuf>, SelectorError> {
    let _ = patterns;
    Ok(Vec::new())
}
