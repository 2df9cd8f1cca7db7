//! Saved runs: result files with numbers and names. Main functions: [`save_run`] and [`find_run`].

use std::fs;
use std::io;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use thiserror::Error;

use super::glob;
use super::result::ResultFile;
use crate::files::{Lock, write_atomically};
use crate::model::Report;
use crate::order;

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
    order::sort_by(&mut saved, |a, b| (a.number, &a.name).cmp(&(b.number, &b.name)));
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
    write_atomically(&path, &ResultFile::from(report).to_json())?;
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::thread;

    use super::*;
    use crate::files::scratch::Scratch;
    use crate::store::{load_results, testing};

    const ARCH: &str = "linux-x86_64";

    fn save(scratch: &Scratch, name: &str, suite: &str) -> PathBuf {
        save_run(scratch.path(), ARCH, name, &testing::report(suite, &[("a", 1.0)])).expect("saved")
    }

    fn found(scratch: &Scratch, selector: &str, suite: &str) -> Result<String, String> {
        let path = find_run(scratch.path(), ARCH, selector, suite).map_err(|error| error.to_string())?;
        Ok(path.file_stem().expect("a file").to_string_lossy().into_owned())
    }

    #[test]
    fn a_run_is_saved_under_the_next_number() {
        let scratch = Scratch::new("runs-number");
        let first = save(&scratch, "main", "pkg::one");
        assert_eq!(first, scratch.path().join("runs/linux-x86_64/0001_main.json"));
        let report = load_results(&[first]).expect("a report");
        assert_eq!(report, testing::report("pkg::one", &[("a", 1.0)]));
        let folder = scratch.path().join("runs").join(ARCH);
        for other in ["0041_x.json", "notes.txt", "99999999999_x.json", ".0077_x.json.1-0.tmp"] {
            fs::write(folder.join(other), "").expect("written");
        }
        assert_eq!(save(&scratch, "main", "pkg::one"), folder.join("0042_main.json"));
    }

    #[test]
    fn runs_that_are_saved_at_once_get_different_numbers() {
        let scratch = Scratch::new("runs-at-once");
        let save = || (0..10).map(|_| save(&scratch, "same", "pkg::one")).collect::<Vec<_>>();
        let paths: Vec<PathBuf> = thread::scope(|scope| {
            let savers: Vec<_> = (0..8).map(|_| scope.spawn(save)).collect();
            savers.into_iter().flat_map(|saver| saver.join().expect("it saved")).collect()
        });
        assert_eq!(paths.iter().collect::<BTreeSet<_>>().len(), 80);
        assert_eq!(saved(&folder_of(scratch.path(), ARCH)).last().map(|newest| newest.number), Some(80));
    }

    #[test]
    fn a_name_must_be_that_of_a_file() {
        let scratch = Scratch::new("runs-names");
        let report = testing::report("pkg::one", &[]);
        for name in ["", ".hidden", "a/b", "a*", "a b", "..", "a\n", &"a".repeat(101)] {
            let error = save_run(scratch.path(), ARCH, name, &report).expect_err(name);
            assert!(matches!(error, SaveError::Name(_)), "{error}");
        }
        assert_eq!(scratch.names(), [""; 0]);
        save_run(scratch.path(), ARCH, "v1.2_änderung-3", &report).expect("a good name");
    }

    #[test]
    fn what_cannot_be_written_is_said() {
        let scratch = Scratch::new("runs-unwritable");
        fs::write(scratch.path().join("runs"), "in the way").expect("written");
        let report = testing::report("pkg::one", &[]);
        let error = save_run(scratch.path(), ARCH, "main", &report).expect_err("in the way").to_string();
        assert!(error.contains("cannot be saved in") && error.contains("runs/linux-x86_64`"), "{error}");
    }

    #[test]
    fn a_run_is_found_by_number_name_pattern_and_path() {
        let scratch = Scratch::new("runs-find");
        for name in ["main", "topic", "main", "7", "0002"] {
            save(&scratch, name, "pkg::one");
        }
        let table = [
            ("1", "0001_main"),
            ("0001", "0001_main"),
            ("2", "0002_topic"),
            ("main", "0003_main"),
            ("0001_main", "0001_main"),
            ("ma*", "0003_main"),
            ("000?_*", "0005_0002"),
            ("*", "0005_0002"),
            ("7", "0004_7"),
            ("0002", "0002_topic"),
        ];
        for (selector, expected) in table {
            assert_eq!(found(&scratch, selector, "pkg::one").as_deref(), Ok(expected), "{selector}");
        }
        let path = scratch.path().join("runs").join(ARCH);
        for (name, expected) in
            [("0002_topic.json", "0002_topic"), ("000[!3]*", ""), ("*_main.json", "0003_main")]
        {
            let selector = path.join(name).to_string_lossy().into_owned();
            assert_eq!(found(&scratch, &selector, "pkg::one").unwrap_or_default(), expected, "{selector}");
        }
    }

    #[test]
    fn the_newest_run_with_results_of_the_suite_is_taken() {
        let scratch = Scratch::new("runs-suite");
        save(&scratch, "main", "pkg::one");
        save(&scratch, "main", "pkg::two");
        assert_eq!(found(&scratch, "main", "pkg::one").as_deref(), Ok("0001_main"));
        assert_eq!(found(&scratch, "main", "pkg::two").as_deref(), Ok("0002_main"));
        let other = found(&scratch, "2", "pkg::one").expect_err("of the other suite");
        assert!(other.contains("no results of pkg::one") && other.contains("0002_main.json"), "{other}");
    }

    #[test]
    fn a_damaged_run_is_not_passed_over() {
        let scratch = Scratch::new("runs-damaged");
        save(&scratch, "main", "pkg::one");
        let damaged = save(&scratch, "main", "pkg::one");
        fs::write(&damaged, "half").expect("written");
        assert_eq!(found(&scratch, "main", "pkg::one").as_deref(), Ok("0002_main"));
        load_results(&[damaged]).expect_err("it is damaged");
    }

    #[test]
    fn a_selector_that_matches_nothing_is_told_what_there_is() {
        let scratch = Scratch::new("runs-nothing");
        let none = found(&scratch, "main", "pkg::one").expect_err("nothing is saved");
        assert!(none.contains("there are none: save one with `--save NAME`"), "{none}");
        save(&scratch, "main", "pkg::one");
        for selector in ["topic", "2", "x*", "0001_mai"] {
            let error = found(&scratch, selector, "pkg::one").expect_err(selector);
            assert!(error.contains(&format!("`{selector}`")) && error.contains("0001_main"), "{error}");
        }
        let path = found(&scratch, "no/such.json", "pkg::one").expect_err("no file");
        assert!(path.contains("`no/such.json` names no result file"), "{path}");
    }

    #[test]
    fn stored_results_are_files_and_patterns() {
        let scratch = Scratch::new("runs-stored");
        let at = |name: &str| scratch.path().join(name).to_string_lossy().into_owned();
        for name in ["b.json", "a.json", "c.txt"] {
            fs::write(at(name), "").expect("written");
        }
        let found = stored_results(&[at("b.json"), at("*.json"), at("c.txt")]).expect("files");
        assert_eq!(found, ["b.json", "a.json", "c.txt"].map(|name| scratch.path().join(name)));
        for wrong in [at("d.json"), at("*.csv"), scratch.path().to_string_lossy().into_owned()] {
            let error = stored_results(std::slice::from_ref(&wrong)).expect_err("no file").to_string();
            assert!(error.contains(&wrong), "{error}");
        }
        assert!(last_results(scratch.path()).is_empty());
        fs::create_dir(at("last")).expect("created");
        fs::write(at("last/x.json"), "").expect("written");
        assert_eq!(last_results(scratch.path()), [scratch.path().join("last/x.json")]);
    }
}
