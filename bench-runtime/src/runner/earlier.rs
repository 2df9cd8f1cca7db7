//! Earlier results to compare with: a committed baseline, a saved run, the last results. Main function: [`asked_for`].

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::api::RunError;
use super::places::Places;
use crate::model::{Baseline, BaselineAt, Comparing, Warning, WarningKind};
use crate::order;
use crate::store;

/// The architecture whose baseline stands in for others, unless `bench.toml` names another.
const CANONICAL_ARCH: &str = "linux-x86_64";

/// What is compared with, and what a reader should know of it.
pub(super) type Earlier = (Baseline, Option<Warning>);

/// The earlier results that `comparing` asks for, of these suites on this architecture.
///
/// # Errors
///
/// When what is named is not there or cannot be used. That there is no committed baseline yet is a warning: everything
/// is new then.
pub(super) fn asked_for(
    comparing: &Comparing,
    places: &Places,
    arch: &str,
    suites: &BTreeSet<String>,
) -> Result<Option<Earlier>, RunError> {
    match (&comparing.baseline, &comparing.compare) {
        (Some(BaselineAt::Path(path)), _) => Ok(Some((load(path, places)?, None))),
        (Some(BaselineAt::Committed), _) => committed(comparing, places, arch).map(Some),
        (None, Some(selector)) => Ok(Some((saved(selector, places, arch, suites)?, None))),
        (None, None) => Ok(None),
    }
}

fn load(path: &Path, places: &Places) -> Result<Baseline, RunError> {
    Ok(Baseline { origin: places.shown(path), ..store::load_baseline(path)? })
}

/// The same, or `None` if there is no such file.
fn load_if_there(path: &Path, places: &Places) -> Result<Option<Baseline>, RunError> {
    match store::load_baseline(path) {
        Err(error) if error.is_absent() => Ok(None),
        loaded => Ok(Some(Baseline { origin: places.shown(path), ..loaded? })),
    }
}

/// The baseline of this architecture, else the canonical one, else an empty one.
fn committed(comparing: &Comparing, places: &Places, arch: &str) -> Result<Earlier, RunError> {
    let own = places.committed(arch);
    if let Some(baseline) = load_if_there(&own, places)? {
        return Ok((baseline, None));
    }
    let record = "record one with `cargo bench -- --save-baseline`";
    let missing = format!("there is no baseline for {arch} (`{}`)", places.shown(&own));
    let canonical = comparing.canonical_arch.as_deref().unwrap_or(CANONICAL_ARCH);
    let (baseline, message) = match load_if_there(&places.committed(canonical), places)? {
        Some(other) => (other, format!("{missing}, so the one for {canonical} stands in: {record}")),
        None => {
            let origin = places.shown(&own);
            let empty = Baseline { origin, arch: arch.to_owned(), ..Baseline::default() };
            (empty, format!("{missing}, so nothing is compared: {record}"))
        }
    };
    Ok((baseline, Some(Warning::new(WarningKind::Store, message))))
}

/// The newest saved runs that `selector` means, as many as it takes to have one for each suite that has any.
fn saved(
    selector: &str,
    places: &Places,
    arch: &str,
    suites: &BTreeSet<String>,
) -> Result<Baseline, RunError> {
    let found = suites.iter().map(|suite| store::find_run(places.store(), arch, selector, suite));
    let (found, not): (Vec<_>, Vec<_>) = found.partition(Result::is_ok);
    let mut paths: Vec<PathBuf> = found.into_iter().flatten().collect();
    order::sort(&mut paths);
    paths.dedup();
    if let Some(error) = not.into_iter().find_map(Result::err).filter(|_| paths.is_empty()) {
        return Err(error.into());
    }
    let names: Vec<String> = paths.iter().map(|path| places.shown(path)).collect();
    let report = store::load_results(&paths).map_err(|error| RunError::unusable_run(&error))?;
    Ok(store::baseline_of(&report, names.join(", ")))
}

/// The last results of a suite, if there are any that can be read.
pub(super) fn last(places: &Places, suite: &str) -> Option<Baseline> {
    let report = store::load_results(&[places.last(suite)]).ok()?;
    Some(store::baseline_of(&report, "the last results".to_owned()))
}
