//! The same line, callable from code. Main function: [`run`].

use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use thiserror::Error;

use super::against::{self, AgainstError};
use super::conclusion::Conclusion;
use super::output::say;
use super::places::Places;
use super::program::Program;
use super::session::{Mode, Session, all_names, resolver, roots};
use super::{stop, stored};
use crate::cli::{Config, ConfigError, UsageError};
use crate::dataset::Swept;
use crate::exit::Exit;
use crate::model::{Report, RunOptions, Stop};
use crate::plan::{Plan, PlanError};
use crate::registry::{Catalog, RegistryError};
use crate::store::{BaselineError, Finished, LoadError, SaveError, SelectorError};
use crate::surroundings::Surroundings;
use crate::worker::{self, Index};

/// Why a run did not come to a report. Its text says what to do about it.
#[derive(Debug, Error)]
#[error("{message}")]
pub struct RunError {
    message: String,
    exit: Exit,
}

impl RunError {
    fn of(exit: Exit, message: impl Into<String>) -> Self {
        Self { message: message.into(), exit }
    }

    pub(super) fn signals(cause: &io::Error) -> Self {
        Self::of(Exit::Unexpected, format!("Ctrl-C cannot be listened for: {cause}"))
    }

    pub(super) fn stdout(cause: &io::Error) -> Self {
        Self::of(Exit::Usage, format!("standard output cannot be written to: {cause}"))
    }

    pub(super) fn output(path: &Path, cause: &io::Error) -> Self {
        Self::of(Exit::Usage, format!("the output file `{}` cannot be written: {cause}", path.display()))
    }

    /// What was to be compared with cannot be.
    pub(super) fn unusable_run(error: &LoadError) -> Self {
        Self::of(Exit::Baseline, error.to_string())
    }

    /// Stored results that were to be loaded cannot be.
    pub(super) fn unloadable(error: &dyn std::error::Error) -> Self {
        Self::of(Exit::Usage, error.to_string())
    }

    /// There is nothing to load.
    pub(super) fn nothing_stored(store: &str) -> Self {
        let message = format!(
            "there are no last results in `{store}`: measure first with `cargo bench`, or name result files, as in \
             `--load=results/*.json`"
        );
        Self::of(Exit::Usage, message)
    }

    /// Results are not fit for the baseline, for these reasons.
    pub(super) fn not_recorded(path: &str, reasons: &[String]) -> Self {
        let reasons: String = reasons.iter().map(|reason| format!("\n  {reason}")).collect();
        let message = format!(
            "not recorded in `{path}`:{reasons}\nMeasure again without that, or record it all the same with `--force`."
        );
        Self::of(Exit::Baseline, message)
    }

    /// An output that this program cannot write at all.
    pub(super) fn unavailable(why: &str) -> Self {
        Self::of(Exit::Usage, why)
    }

    fn unreadable(path: &Path, cause: &io::Error) -> Self {
        Self::of(Exit::Usage, format!("`{}` cannot be read: {cause}", path.display()))
    }

    pub(super) fn exit(&self) -> Exit {
        self.exit
    }
}

impl From<RegistryError> for RunError {
    fn from(error: RegistryError) -> Self {
        let exit = if error == RegistryError::Empty { Exit::Nothing } else { Exit::Usage };
        Self::of(exit, error.to_string())
    }
}

impl From<PlanError> for RunError {
    fn from(error: PlanError) -> Self {
        Self::of(Exit::Usage, error.to_string())
    }
}

impl From<AgainstError> for RunError {
    fn from(error: AgainstError) -> Self {
        let stopped = match stop::requested() {
            Some(Stop::Interrupt) => Some(Exit::Interrupted),
            Some(Stop::Terminate) => Some(Exit::Terminated),
            None => None,
        };
        Self::of(stopped.unwrap_or(Exit::Usage), error.to_string())
    }
}

impl From<UsageError> for RunError {
    fn from(error: UsageError) -> Self {
        Self::of(Exit::Usage, error.to_string())
    }
}

impl From<BaselineError> for RunError {
    fn from(error: BaselineError) -> Self {
        Self::of(Exit::Baseline, error.to_string())
    }
}

impl From<SelectorError> for RunError {
    fn from(error: SelectorError) -> Self {
        Self::of(Exit::Baseline, error.to_string())
    }
}

impl From<SaveError> for RunError {
    fn from(error: SaveError) -> Self {
        Self::of(Exit::Usage, error.to_string())
    }
}

impl From<ConfigError> for RunError {
    fn from(error: ConfigError) -> Self {
        Self::of(Exit::Usage, error.to_string())
    }
}

static CAN_BE_COPIED: AtomicBool = AtomicBool::new(false);

/// Whether a copy of this program would be a worker.
pub(super) fn can_be_copied() -> bool {
    CAN_BE_COPIED.load(Ordering::Relaxed)
}

/// Lets [`run`] use worker processes. Stands first in `main`.
///
/// Workers are copies of the running program. In such a copy this function does not return: it serves as a worker and
/// ends the process. In the program itself it returns at once.
pub fn init() {
    if let Some(ended) = serve() {
        std::process::exit(ended as i32);
    }
}

/// Serves as a worker where the program was started as one, and otherwise allows that it is.
pub(super) fn serve() -> Option<Exit> {
    if worker::is_worker(env::args_os()) {
        let served = worker::serve(resolver(), Index { names: all_names, roots });
        return Some(if served.is_ok() { Exit::Good } else { Exit::Unexpected });
    }
    #[cfg(all(unix, feature = "containers"))]
    if crate::containers::serve_as_keeper(env::args_os()) {
        return Some(Exit::Good);
    }
    CAN_BE_COPIED.store(true, Ordering::Relaxed);
    None
}

/// Measures the benchmarks that are linked into this program, with the same selections and options as the command line.
///
/// The `bench.toml` of the package is read; the environment and the command line are not. Without an earlier call of
/// [`init`] everything is measured in this process, where a crash of a benchmark ends the program.
///
/// [`RunOptions::comparing`] says what the report is compared with, where it is kept, and whether stored results are
/// taken instead of measuring. What comes of it is in the report: it is not an error that a benchmark got slower.
///
/// # Errors
///
/// When no benchmark is registered, two have the same name, options contradict each other, or `bench.toml` is wrong; when
/// a baseline or stored results that are asked for cannot be used, or the report cannot be saved or recorded. A benchmark
/// that fails is a record of the report, not an error.
///
/// ```no_run
/// adapter_bench::init();
/// let mut options = adapter_bench::RunOptions::default();
/// options.selection.groups.push("encode".to_owned());
/// let report = adapter_bench::run(options)?;
/// println!("{} benchmarks", report.records.len());
/// # Ok::<(), adapter_bench::RunError>(())
/// ```
pub fn run(mut options: RunOptions) -> Result<Report, RunError> {
    let program = Program { package: "", bench: "", manifest_dir: "", features: &[] };
    let config = read_config(&program)?;
    config.complete(&mut options);
    stop::listen().map_err(|e| RunError::signals(&e))?;
    if options.comparing.load.is_some() {
        return concluded(stored::conclusion(&program, &options)?);
    }
    let catalog = Catalog::linked()?;
    let (package, bench) = catalog.suite().unwrap_or_default();
    let program = Program { package, bench, ..program };
    let data = program.place_data(&mut options);
    let _swept = Swept::new(&data);
    let plan = plan(&catalog, &options, &config)?;
    let places = Places::of(&program, &options);
    let conclusion = Conclusion::before_measuring(&options, places, &program.suite(), &plan.rest)?;
    let mut session = Session::new(&program, &options, plan, Mode::Measured, false);
    if let Some(other) = against::prepare(&program, &options, &say)? {
        session = session.against(other);
    }
    let report = session.since(conclusion.earlier()).run(&mut |_| (), &Finished::default());
    concluded((conclusion, report))
}

fn concluded((mut conclusion, report): (Conclusion<'_>, Report)) -> Result<Report, RunError> {
    let report = conclusion.draw(report);
    conclusion.keep(&report).error.map_or(Ok(report), Err)
}

/// Selects and merges. `args` may ask for what the run sets, so that is in place before they are evaluated.
pub(super) fn plan(catalog: &Catalog, options: &RunOptions, config: &Config) -> Result<Plan, RunError> {
    Surroundings::of(options).install();
    Ok(Plan::make(catalog, &options.selection, &config.levels(options))?)
}

/// The `bench.toml` of the package, else of the workspace, else nothing.
pub(super) fn read_config(program: &Program) -> Result<Config, RunError> {
    match config_path(program) {
        None => Ok(Config::default()),
        Some(path) => {
            let text = std::fs::read_to_string(&path).map_err(|e| RunError::unreadable(&path, &e))?;
            Ok(Config::parse(&text, &path)?)
        }
    }
}

fn config_path(program: &Program) -> Option<PathBuf> {
    let roots = [program.package_root(), program.workspace_root()];
    roots.into_iter().map(|root| root.join("bench.toml")).find(|path| path.exists())
}
