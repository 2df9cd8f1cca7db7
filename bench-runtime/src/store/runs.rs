//! Saved runs: result files with numbers and names. Main functions: [`save_run`] and [`find_run`].

use std::fs;
use std::io;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use thiserror::Error;

use super::atomic::write_atomically;
use super::glob;
use super::lock::Lock;
use super::result::ResultFile;
use crate::model::Report;

/// The length of a name, in characters, that every file system takes.
const LONGEST_NAME: usize = 100;

/// Why a run cannot be saved.
#[derive(Debug, Error)]
pub(crate) enum SaveError {
    /// The name cannot be that of a file.
    #[error(
        "`{0}` cannot name a saved run: take up to {LONGEST_NAME} letters, digits, `-`, `_` and `.`, the first of them \
         not a `.`"
    )]
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
    /// No saved run is called so.
    #[error("no saved run matches `{selector}` in `{}`; {}", folder.display(), there(known))]
    NoMatch {
        /// What was asked for.
        selector: String,
        /// Where it was looked for.
        folder: PathBuf,
        /// What is there.
        known: Vec<String>,
    },
    /// No file is there.
    #[error("`{0}` names no result file; give the path of one, or a pattern such as `results/*.json`")]
    NoFile(String),
    /// What matches is of other suites.
    #[error("what matches `{selector}` has no results of {suite}: {}", found.join(", "))]
    OtherSuite {
        /// What was asked for.
        selector: String,
        /// The suite that is to be compared.
        suite: String,
        /// What matches.
        found: Vec<String>,
    },
}

fn there(known: &[String]) -> String {
    match known {
        [] => "there are none: save one with `--save NAME`".to_owned(),
        known => format!("there are {}", known.join(", ")),
    }
}

/// A file among the saved runs.
struct Saved {
    number: u32,
    name: String,
    path: PathBuf,
}

impl Saved {
    /// `None` for a file that is not named like one.
    fn of(path: PathBuf) -> Option<Self> {
        let stem = path.file_name()?.to_str()?.strip_suffix(".json")?;
        let (number, name) = stem.split_once('_')?;
        let number = number.parse().ok().filter(|_| is_number(number))?;
        Some(Self { number, name: name.to_owned(), path })
    }

    /// Number and name as the file has them.
    fn stem(&self) -> String {
        format!("{:04}_{}", self.number, self.name)
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn folder_of(store: &Path, arch: &str) -> PathBuf {
    store.join("runs").join(arch)
}

/// What is saved in `folder`, by number.
fn saved(folder: &Path) -> Vec<Saved> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut saved: Vec<Saved> = entries.filter_map(|entry| Saved::of(entry.path())).collect();
    saved.sort_by(|a, b| (a.number, &a.name).cmp(&(b.number, &b.name)));
    saved
}

/// Saves `report` below the folder `store` as `runs/<arch>/0001_NAME.json`, under the number after the highest one there.
///
/// Nothing is ever overwritten; runs that are saved at once get different numbers.
///
/// # Errors
///
/// When `name` cannot be part of the name of a file, or the file cannot be written.
pub(crate) fn save_run(store: &Path, arch: &str, name: &str, report: &Report) -> Result<PathBuf, SaveError> {
    if !is_name(name) {
        return Err(SaveError::Name(name.to_owned()));
    }
    let folder = folder_of(store, arch);
    save(&folder, name, report).map_err(|source| SaveError::Io { folder, source })
}

fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let length = name.chars().count();
    (1..=LONGEST_NAME).contains(&length) && !name.starts_with('.') && name.chars().all(fits)
}

fn save(folder: &Path, name: &str, report: &Report) -> io::Result<PathBuf> {
    let _lock = Lock::of(folder)?;
    let number = saved(folder).last().map_or(0, |newest| newest.number).saturating_add(1);
    let path = folder.join(format!("{number:04}_{name}.json"));
    write_atomically(&path, &serde_json::to_vec(&ResultFile::from(report))?)?;
    Ok(path)
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
    let found = if is_path(selector) {
        stored_results(&[selector.to_owned()])?
    } else {
        matching(&folder_of(store, arch), selector)?
    };
    let fitting = found.iter().rev().find(|path| may_have(path, suite));
    fitting.cloned().ok_or_else(|| SelectorError::OtherSuite {
        selector: selector.to_owned(),
        suite: suite.to_owned(),
        found: found.iter().map(|path| path.display().to_string()).collect(),
    })
}

fn is_path(selector: &str) -> bool {
    selector.contains(['/', MAIN_SEPARATOR]) || selector.ends_with(".json")
}

/// The saved runs that `selector` matches, by number; at least one.
fn matching(folder: &Path, selector: &str) -> Result<Vec<PathBuf>, SelectorError> {
    let saved = saved(folder);
    let number: Option<u32> = selector.parse().ok().filter(|_| is_number(selector));
    let by_number = |saved: &Saved| number == Some(saved.number);
    let by_name =
        |saved: &Saved| glob::matches(selector, &saved.name) || glob::matches(selector, &saved.stem());
    let matching = |fits: &dyn Fn(&Saved) -> bool| -> Vec<PathBuf> {
        saved.iter().filter(|saved| fits(saved)).map(|saved| saved.path.clone()).collect()
    };
    let found =
        Some(matching(&by_number)).filter(|found| !found.is_empty()).unwrap_or_else(|| matching(&by_name));
    if found.is_empty() {
        let known = saved.iter().map(Saved::stem).collect();
        return Err(SelectorError::NoMatch {
            selector: selector.to_owned(),
            folder: folder.to_path_buf(),
            known,
        });
    }
    Ok(found)
}

/// Whether the result file at `path` has results of `suite`. One that cannot be read may have: whoever loads it tells
/// what is wrong with it.
fn may_have(path: &Path, suite: &str) -> bool {
    let Some(file) = fs::read_to_string(path).ok().and_then(|text| ResultFile::parse(&text).ok()) else {
        return true;
    };
    [&file.run].into_iter().chain(&file.merged).any(|run| run.suite == suite)
}

/// The files with the last results of all suites below the folder `store`, sorted by name; empty where there are none.
pub(crate) fn last_results(store: &Path) -> Vec<PathBuf> {
    glob::in_folder(&store.join("last"), "*.json")
}

/// The result files that `patterns` name: paths, or paths with `*` and `?` in them, each sorted by name. None is named
/// twice.
///
/// # Errors
///
/// When one of them matches nothing.
pub(crate) fn stored_results(patterns: &[String]) -> Result<Vec<PathBuf>, SelectorError> {
    let mut all = Vec::new();
    for pattern in patterns {
        let named = PathBuf::from(pattern);
        let found = if named.exists() { vec![named] } else { glob::expand(pattern) };
        let files: Vec<PathBuf> = found.into_iter().filter(|path| !path.is_dir()).collect();
        if files.is_empty() {
            return Err(SelectorError::NoFile(pattern.clone()));
        }
        all.extend(files.into_iter().filter(|file| !all.contains(file)).collect::<Vec<_>>());
    }
    Ok(all)
}
