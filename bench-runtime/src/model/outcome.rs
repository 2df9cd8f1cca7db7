//! How a benchmark ended. A failure is data on the way to the report, like a measurement. Main type: [`Outcome`].

use std::fmt::{self, Display};

use super::record::Measurement;
use crate::json;
use crate::secrets;

/// How a benchmark ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It was measured.
    Measured(Box<Measurement>),
    /// It ran without fault and was not timed: once, as under `cargo test`, or for its memory alone.
    Passed,
    /// It was not run, for this reason.
    Skipped(String),
    /// It failed.
    Failed(Failure),
}

/// What went wrong in a benchmark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What kind of end it was.
    pub kind: FailureKind,
    /// One sentence: what happened.
    pub message: String,
    /// The last lines that the worker wrote to stderr, control characters escaped. May be empty.
    pub stderr: String,
}

json::object!(Failure { kind, message, stderr });

impl Failure {
    /// Conceals the secrets in its texts.
    pub(crate) fn conceal(&mut self) {
        secrets::conceal_in(&mut self.message);
        secrets::conceal_in(&mut self.stderr);
    }

    /// A failure without anything from stderr.
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), stderr: String::new() }
    }
}

/// What kind of end a failed benchmark came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FailureKind {
    /// It panicked.
    Panic,
    /// It returned an error.
    Error,
    /// It called `abort`.
    Abort,
    /// A signal ended its process.
    Signal,
    /// It ran out of stack.
    StackOverflow,
    /// It ran out of memory.
    OutOfMemory,
    /// It ended its own process.
    Exit,
    /// A step took longer than `timeout`.
    Timeout,
    /// It gave another answer than the arms it is compared with.
    Answer,
    /// It left something else behind than the arms it is compared with.
    EndState,
}

json::word!(FailureKind {
    Panic = "panic",
    Error = "error",
    Abort = "abort",
    Signal = "signal",
    StackOverflow = "stack_overflow",
    OutOfMemory = "out_of_memory",
    Exit = "exit",
    Timeout = "timeout",
    Answer = "answer",
    EndState = "end_state",
});

impl Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Panic => "panic",
            Self::Error => "error",
            Self::Abort => "abort",
            Self::Signal => "signal",
            Self::StackOverflow => "stack overflow",
            Self::OutOfMemory => "out of memory",
            Self::Exit => "exit",
            Self::Timeout => "timeout",
            Self::Answer => "answer",
            Self::EndState => "end state",
        })
    }
}
