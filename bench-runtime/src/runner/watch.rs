//! What goes on beside the measuring: progress is shown, finished runs are kept. Main type: [`Watch`].

use std::env;
use std::io::{self, IsTerminal, Stderr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::output::say;
use super::places::Places;
use super::session::{Mode, Session};
use crate::model::{self, DisplayOptions, Report, Verbosity, Warning, WarningKind};
use crate::plan::{GroupCase, Rest};
use crate::report::clean;
use crate::report::progress::{Progress, ProgressMode};
use crate::schedule::Event;
use crate::store::{self, CaseKey, Finished, Identity, Journal};

impl Session<'_> {
    /// Runs every case, shows how far it has come, and keeps what was measured.
    pub(super) fn run_watched(&self, display: &DisplayOptions) -> Report {
        let mut watch = Watch::start(self, display);
        let finished = std::mem::take(&mut watch.finished);
        let mut report = self.run(&mut |event| watch.observe(event), &finished);
        report.warnings.extend(watch.end(&report, &self.plan().rest));
        report
    }
}

/// Sees every event of a run.
struct Watch {
    progress: Progress<Stderr>,
    tells_failures: bool,
    journal: Option<Journal>,
    finished: Finished,
    warnings: Vec<Warning>,
    files: Option<Files>,
}

/// Where a suite's files are.
struct Files {
    journal: PathBuf,
    last: PathBuf,
}

impl Files {
    fn of(session: &Session<'_>) -> Self {
        let places = Places::of(session.program(), session.options());
        let suite = session.program().suite();
        Self { journal: places.journal(&suite), last: places.last(&suite) }
    }
}

impl Watch {
    fn start(session: &Session<'_>, display: &DisplayOptions) -> Self {
        let measures = session.mode() == Mode::Measured;
        let mut watch = Self {
            progress: progress(session, display),
            tells_failures: display.verbosity == Verbosity::Verbose,
            journal: None,
            finished: Finished::default(),
            warnings: Vec::new(),
            files: measures.then(|| Files::of(session)),
        };
        watch.open_journal(session);
        watch
    }

    /// Begins the journal, or continues it under `--resume`. A run without one is a run all the same.
    fn open_journal(&mut self, session: &Session<'_>) {
        let Some(files) = &self.files else { return };
        match journal(&files.journal, session) {
            Ok((journal, finished, warning)) => {
                (self.journal, self.finished) = (Some(journal), finished);
                self.warnings.extend(warning);
            }
            Err(error) => self.warnings.push(unkept(&files.journal, &error)),
        }
    }

    fn observe(&mut self, event: Event<'_>) {
        match event {
            Event::RunEnded(case, run) => self.keep(|journal| journal.append(&CaseKey::of(case), run)),
            Event::TrialEnded(trial) => self.keep(|journal| journal.append_trial(trial)),
            Event::ArmEvicted { id, failure } if self.tells_failures => {
                say(&clean(&format!("{id}: {} ({})", failure.message, failure.kind)));
            }
            _ => {}
        }
        self.progress.observe(event);
    }

    fn keep(&mut self, append: impl FnOnce(&mut Journal) -> io::Result<()>) {
        let (Some(journal), Some(files)) = (&mut self.journal, &self.files) else { return };
        if let Err(error) = append(journal) {
            self.warnings.push(unkept(&files.journal, &error));
            self.journal = None;
        }
    }

    /// Keeps the results; a journal is of use only after a run that was cut short.
    fn end(self, report: &Report, rest: &Rest) -> Vec<Warning> {
        self.progress.finish();
        let mut warnings = self.warnings;
        if let Some(files) = &self.files {
            if let Err(error) = store::keep_last(&files.last, report, |id| rest.may_have(id)) {
                warnings.push(unkept(&files.last, &error));
            }
            if report.stopped.is_none() && self.journal.is_some() {
                let _ = std::fs::remove_file(&files.journal);
            }
        }
        warnings
    }
}

/// Shows how far a session has come.
pub(super) fn progress(session: &Session<'_>, display: &DisplayOptions) -> Progress<Stderr> {
    let mode = match session.mode() {
        Mode::Measured => progress_mode(display),
        Mode::Once => ProgressMode::Silent,
    };
    let cases = &session.plan().cases;
    Progress::start(mode, cases.len(), estimate(cases), io::stderr())
}

type Opened = (Journal, Finished, Option<Warning>);

fn journal(path: &Path, session: &Session<'_>) -> io::Result<Opened> {
    let identity = identity(session)?;
    if !session.options().resume {
        return Ok((Journal::start(path, &identity)?, Finished::default(), None));
    }
    match Journal::resume(path, &identity) {
        Ok(resumed) => Ok((resumed.journal, resumed.finished, resumed.warning)),
        Err(reason) => {
            let message = format!("--resume starts anew: {reason}");
            let warning = Warning::new(WarningKind::Store, message);
            Ok((Journal::start(path, &identity)?, Finished::default(), Some(warning)))
        }
    }
}

/// Runs belong together if the program, what it is asked to measure and the machine are the same.
fn identity(session: &Session<'_>) -> io::Result<Identity> {
    let (plan, options) = (session.plan(), session.options());
    let settings = format!(
        "{:?} {:?} {:?} {:?} {:?} {}",
        plan.cases,
        options.seed,
        options.params,
        options.datasets,
        options.dataset_size,
        session.other_identity()
    );
    let host = crate::machine::host();
    let machine = format!("{} {} {}", host.name, host.cpu, host.cores);
    Identity::of(&env::current_exe()?, &settings, &machine)
}

fn unkept(path: &Path, error: &io::Error) -> Warning {
    let message = format!("`{}` cannot be written, so it does not keep this run: {error}", path.display());
    Warning::new(WarningKind::Store, message)
}

fn progress_mode(display: &DisplayOptions) -> ProgressMode {
    match display.progress {
        _ if display.verbosity == Verbosity::Quiet => ProgressMode::Silent,
        model::Progress::None => ProgressMode::Silent,
        model::Progress::Plain => ProgressMode::Lines,
        model::Progress::Bar => ProgressMode::Bar,
        model::Progress::Auto if io::stderr().is_terminal() => ProgressMode::Bar,
        model::Progress::Auto => ProgressMode::Lines,
    }
}

/// What a benchmark takes at default settings when it is short; progress corrects itself as cases end.
const EACH: Duration = Duration::from_millis(300);

fn estimate(cases: &[GroupCase]) -> Duration {
    let arms = cases.iter().flat_map(|case| &case.arms).filter(|arm| arm.skip.is_none()).count();
    EACH * u32::try_from(arms).unwrap_or(u32::MAX)
}
