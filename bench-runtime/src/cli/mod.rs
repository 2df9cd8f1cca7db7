//! What the user asks for: the command line, the environment and `bench.toml`. Main type: [`Invocation`].
//!
//! Nothing here prints or reads a file: texts and values come in and go out.

mod config;
mod error;
mod flags;
mod help;
mod list;
mod parse;
mod problems;
mod snippet;
mod values;

use std::time::Duration;

pub(crate) use self::config::{Config, ConfigError};
pub(crate) use self::error::UsageError;
pub(crate) use self::help::{help, version};
pub(crate) use self::list::{ListFormat, list};
pub(crate) use self::parse::parse;

use crate::model::{DisplayOptions, Instruments, RunOptions};

/// What one call of the program is for, and how.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Invocation {
    /// What is done.
    pub(crate) mode: Mode,
    /// To which benchmarks, and how.
    pub(crate) run: RunOptions,
    /// How it is shown.
    pub(crate) display: DisplayOptions,
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Benchmarks are measured.
    Measure,
    /// Stored results are taken instead.
    Load,
    /// Each benchmark runs once.
    Test,
    /// Benchmarks are listed; nothing is set up.
    List(ListFormat),
    /// Each benchmark runs for about this long.
    Profile(Duration),
    /// Benchmarks are compared with themselves, to learn what can be gated here.
    Doctor,
    /// The help is shown.
    Help,
    /// The version is shown.
    Version,
}

/// An [`Invocation`] while its flags are read.
#[derive(Clone, Debug, Default, PartialEq)]
struct Draft {
    bench: bool,
    test: bool,
    list: bool,
    help: bool,
    version: bool,
    doctor: bool,
    format: ListFormat,
    profile: Option<Duration>,
    /// Those that were named so far.
    instruments: Option<Instruments>,
    run: RunOptions,
    display: DisplayOptions,
}

impl Draft {
    /// Without `--bench` and `--test`, `by_cargo` tells a test run from a call by hand.
    fn mode(&self, by_cargo: bool) -> Mode {
        match self.profile {
            _ if self.help => Mode::Help,
            _ if self.version => Mode::Version,
            _ if self.list => Mode::List(self.format),
            _ if self.test => Mode::Test,
            _ if self.doctor => Mode::Doctor,
            _ if self.run.comparing.load.is_some() => Mode::Load,
            Some(time) => Mode::Profile(time),
            None if self.bench || !by_cargo => Mode::Measure,
            None => Mode::Test,
        }
    }
}
