//! How the runner's process ends. Main type: [`Exit`].

use std::process::ExitCode;

use crate::model::{Outcome, Report, Stop};

/// The exit codes of the runner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All is well.
    Good = 0,
    /// A mistake in the harness itself.
    Unexpected = 1,
    /// A wrong command line, a wrong configuration, or an output that cannot be written.
    Usage = 2,
    /// Nothing is registered, or nothing was selected under `--no-match fail`.
    Nothing = 4,
    /// A benchmark failed.
    Failed = 101,
    /// Stopped by Ctrl-C.
    Interrupted = 130,
    /// Stopped by SIGTERM.
    Terminated = 143,
}

impl Exit {
    /// The code that a finished report deserves; the first that applies, in the documented order.
    pub(crate) fn of(report: &Report) -> Self {
        match report.stopped {
            Some(Stop::Interrupt) => Self::Interrupted,
            Some(Stop::Terminate) => Self::Terminated,
            None if report.records.iter().any(|r| matches!(r.outcome, Outcome::Failed(_))) => Self::Failed,
            None => Self::Good,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
