//! What a report comes to: it is held against limits and earlier results, and kept where that was asked for. Main type:
//! [`Conclusion`].

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::api::RunError;
use super::earlier;
use super::places::Places;
use super::recording;
use super::session;
use crate::files;
use crate::gate::{self, Rules};
use crate::machine;
use crate::model::{Baseline, BaselineAt, Comparing, Report, RunOptions, Warning};
use crate::plan::Rest;
use crate::schedule::Again;
use crate::store;

/// Baselines older than this are called stale, unless `bench.toml` says otherwise.
const MAX_AGE: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// What a report is held against and where it is kept: all that can be known before there is one.
pub(super) struct Conclusion<'a> {
    comparing: &'a Comparing,
    places: Places,
    arch: String,
    suites: BTreeSet<String>,
    /// What else its suites may have.
    rest: Rest,
    against: Option<Baseline>,
    /// Whether a change takes a second look that agrees.
    confirmed: bool,
    last: Option<Baseline>,
    warnings: Vec<Warning>,
}

/// What has come of keeping a report.
#[derive(Default)]
pub(super) struct Kept {
    /// What was done, or why not: a sentence each.
    pub(super) done: Vec<String>,
    /// The first thing that could not be done.
    pub(super) error: Option<RunError>,
}

impl<'a> Conclusion<'a> {
    /// For a suite that is about to be measured, of which `rest` is not.
    ///
    /// # Errors
    ///
    /// When something that is asked for cannot be used, or nothing that will be measured can be recorded.
    pub(super) fn before_measuring(
        options: &'a RunOptions,
        places: Places,
        suite: &str,
        rest: &Rest,
    ) -> Result<Self, RunError> {
        let comparing = &options.comparing;
        let arch = machine::host().arch;
        if let Some(at) = &comparing.save_baseline {
            may_record(at, comparing, &places, &arch)?;
        }
        let last = earlier::last(&places, suite);
        let suites = BTreeSet::from([suite.to_owned()]);
        let confirmed = session::again(options) != Again::Nothing;
        Ok(Self { last, confirmed, ..Self::new(options, places, arch, suites, rest.clone())? })
    }

    /// For results that were stored.
    ///
    /// # Errors
    ///
    /// When what they are to be compared with is not there, or cannot be used.
    pub(super) fn of_stored(
        options: &'a RunOptions,
        places: Places,
        report: &Report,
    ) -> Result<Self, RunError> {
        let runs = [&report.run].into_iter().chain(&report.merged);
        let suites = runs.map(|run| run.suite.clone()).collect();
        let mut runs = [&report.run].into_iter().chain(&report.merged);
        let is_whole = options.selection.is_whole() && !runs.any(|run| run.is_filtered);
        let rest = if is_whole { Rest::default() } else { Rest::Anything };
        Self::new(options, places, report.run.environment.host.arch.clone(), suites, rest)
    }

    fn new(
        options: &'a RunOptions,
        places: Places,
        arch: String,
        suites: BTreeSet<String>,
        rest: Rest,
    ) -> Result<Self, RunError> {
        let comparing = &options.comparing;
        let (mut against, warning) = earlier::asked_for(comparing, &places, &arch, &suites)?.unzip();
        if let (Some(baseline), Rest::Functions(_)) = (&mut against, &rest) {
            // What is not measured by choice has not vanished.
            baseline.entries.retain(|id| !rest.may_have(id));
        }
        let warnings = warning.flatten().into_iter().collect();
        Ok(Self { comparing, places, arch, suites, rest, against, confirmed: false, last: None, warnings })
    }

    /// The earlier results that were asked for, if there is anything in them.
    pub(super) fn earlier(&self) -> Option<&Baseline> {
        self.against.as_ref().filter(|earlier| !earlier.entries.is_empty())
    }

    /// Holds `report` against its limits and the earlier results.
    pub(super) fn draw(&mut self, report: Report) -> Report {
        let mut report = gate::checked(report);
        if let Some(last) = &self.last {
            report = gate::since(report, last);
        }
        if let Some(baseline) = &self.against {
            report = gate::compared(report, baseline, &self.rules());
        }
        report.warnings.append(&mut self.warnings);
        report
    }

    fn rules(&self) -> Rules {
        Rules {
            allowances: self.comparing.fail_on.clone(),
            gate: self.comparing.gate,
            max_age: self.comparing.max_age.unwrap_or(MAX_AGE),
            now: SystemTime::now(),
            suites: self.suites.clone(),
            confirmed: self.confirmed,
            is_whole: self.rest != Rest::Anything,
        }
    }

    /// Saves and records `report`, as far as that was asked for and it is fit for it.
    pub(super) fn keep(&self, report: &Report) -> Kept {
        let mut kept = Kept::default();
        if let Some(name) = &self.comparing.save {
            match store::save_run(self.places.store(), &self.arch, name, report) {
                Ok(path) => kept.done.push(format!("saved as `{}`", self.places.shown(&path))),
                Err(error) => kept.error = Some(error.into()),
            }
        }
        if let Some(at) = &self.comparing.save_baseline {
            self.record(&self.places.baseline(at, &self.arch), report, &mut kept);
        }
        kept
    }

    fn record(&self, path: &Path, report: &Report, kept: &mut Kept) {
        let (shown, force) = (self.places.shown(path), self.comparing.force);
        if let Some(why) = recording::nothing_from(report, force) {
            return kept.done.push(format!("nothing is recorded in `{shown}`: {why}"));
        }
        let fit = recording::fit(report.clone(), force);
        let is_whole = self.rest == Rest::default() && fit.unfit.is_empty();
        let has_any = fit.unfit.is_empty() || !fit.report.records.is_empty();
        match has_any.then(|| store::record_baseline(path, &fit.report, is_whole)) {
            Some(Err(error)) => return kept.fail(error.into()),
            Some(Ok(recorded)) => kept.done.push(recording::told(&recorded, &shown)),
            None => {}
        }
        if !fit.unfit.is_empty() {
            kept.fail(RunError::not_recorded(&shown, &fit.unfit));
        }
    }
}

impl Kept {
    fn fail(&mut self, error: RunError) {
        self.error.get_or_insert(error);
    }
}

/// Finds out whether a baseline can be recorded, as far as that is known before anything is measured.
fn may_record(at: &BaselineAt, comparing: &Comparing, places: &Places, arch: &str) -> Result<(), RunError> {
    let path = places.baseline(at, arch);
    if let Some(why) = recording::refused_build(&machine::build()).filter(|_| !comparing.force) {
        return Err(RunError::not_recorded(&places.shown(&path), &[why.to_owned()]));
    }
    match store::load_baseline(&path) {
        Err(error) if !error.is_absent() => Err(error.into()),
        _ => files::ensure_writable(&path).map_err(|error| RunError::output(&path, &error)),
    }
}
