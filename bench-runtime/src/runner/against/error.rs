//! Why there is nothing to compare with. Main type: [`AgainstError`].

use std::fmt::Display;
use std::io;

use thiserror::Error;

use crate::model::Failure;

/// Why the other program cannot be had. The text says what to do.
#[derive(Debug, Error)]
pub(crate) enum AgainstError {
    /// It takes processes.
    #[error("`--against` and `--doctor` need worker processes, of two programs: leave out --in-process")]
    InProcess,
    /// The program does not become a worker when it is started as one.
    #[error(
        "another program is compared with in worker processes: call `adapter_bench::init()` first in `main`"
    )]
    NoWorkers,
    /// There is no git.
    #[error("`--against` needs the `git` command, which cannot be started: {0}")]
    NoGit(io::Error),
    /// The package is in no repository.
    #[error("`--against` needs a git repository around {folder}: {text}")]
    NoRepository {
        /// The folder of the package.
        folder: String,
        /// What git says.
        text: String,
    },
    /// The revision is unknown.
    #[error("`{revision}` is no commit of this repository{hint}")]
    UnknownRevision {
        /// What was asked for.
        revision: String,
        /// What to do, after a separator.
        hint: String,
    },
    /// A submodule has not what the revision asks for.
    #[error(
        "`{revision}` wants commit {commit} of the submodule `{path}`, which is not here. If it was pushed: \
         git -C {path} fetch"
    )]
    Submodule {
        /// The revision.
        revision: String,
        /// Where the submodule is.
        path: String,
        /// The commit that is recorded of it.
        commit: String,
    },
    /// A command of git or cargo failed.
    #[error("`{command}` failed: {text}")]
    Command {
        /// The command.
        command: String,
        /// What it says.
        text: String,
    },
    /// The package is not there.
    #[error("{whose} has no package `{package}`{at}: nothing there to compare with")]
    NoPackage {
        /// The revision.
        whose: String,
        /// The package that is looked for.
        package: String,
        /// Where it was looked for, after a separator.
        at: String,
    },
    /// The bench target is not there.
    #[error("{whose} has no bench target `{bench}` in the package `{package}`; it has {known}")]
    NoTarget {
        /// The revision.
        whose: String,
        /// The target that is looked for.
        bench: String,
        /// The package.
        package: String,
        /// The bench targets that there are, in words.
        known: String,
    },
    /// It does not compile.
    #[error("{whose} does not build; this is what cargo says:\n{text}")]
    Build {
        /// The revision.
        whose: String,
        /// The last lines of cargo.
        text: String,
    },
    /// It is no runner that this one can talk to.
    #[error("{whose} is no runner that can be driven from here: {reason}")]
    Mute {
        /// The revision.
        whose: String,
        /// Why.
        reason: String,
    },
    /// A file is in the way, or cannot be written.
    #[error("{what}: {error}")]
    File {
        /// Which.
        what: String,
        /// What the system says.
        error: io::Error,
    },
    /// The user stopped it.
    #[error("stopped before anything was measured")]
    Stopped,
}

impl AgainstError {
    pub(super) fn file(what: impl Display, error: io::Error) -> Self {
        Self::File { what: what.to_string(), error }
    }

    /// It does not answer as a runner does.
    pub(super) fn mute(whose: &str, failure: &Failure) -> Self {
        let last =
            failure.stderr.lines().last().map(|line| format!(" ({})", line.trim())).unwrap_or_default();
        let reason = format!("{}{last}", failure.message);
        Self::Mute { whose: whose.to_owned(), reason }
    }
}
