//! What is wrong with a call. Main type: [`UsageError`].

use thiserror::Error;

use super::flags::{Flag, Takes};

/// Why the arguments and the environment cannot be followed. Its text says what to write instead.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub(crate) enum UsageError {
    /// There is no such flag.
    #[error("unknown flag `{flag}`{}. `--help` lists all flags.", or_else(nearest))]
    UnknownFlag {
        /// As it was written.
        flag: String,
        /// The flag that was probably meant.
        nearest: Option<String>,
    },
    /// A flag lacks its value.
    #[error("`{flag}` needs {expected}, such as `{example}`")]
    MissingValue {
        /// The flag.
        flag: String,
        /// What is expected.
        expected: String,
        /// The flag with a value.
        example: String,
    },
    /// The letter of a switch has a value.
    #[error("`{flag}` takes no value")]
    UnexpectedValue {
        /// The letter, with its dash.
        flag: String,
    },
    /// A value is not what its flag takes.
    #[error("{origin} needs {expected}, such as `{example}`, and not `{value}`{remark}")]
    BadValue {
        /// Where the value comes from, in backquotes.
        origin: String,
        /// The value.
        value: String,
        /// What is expected.
        expected: String,
        /// The same with a value that is accepted.
        example: String,
        /// What else there is to say, if anything.
        remark: String,
    },
    /// Two flags contradict each other.
    #[error("{first} and {second} exclude each other")]
    Exclusive {
        /// The one, in backquotes.
        first: String,
        /// The other.
        second: String,
    },
    /// A flag says how to measure, and nothing is measured.
    #[error("{flag} says what to measure or how, and {load} takes what is stored: leave one of them out")]
    NothingMeasured {
        /// The flag, in backquotes.
        flag: String,
        /// The flag that takes stored results, in backquotes.
        load: String,
    },
    /// Results are to be kept, and there are none.
    #[error("{flag} keeps what is measured, and nothing is: measure with `cargo bench -- {}`", flag.trim_matches('`'))]
    NothingToKeep {
        /// The flag, in backquotes.
        flag: String,
    },
    /// Two outputs would overwrite each other.
    #[error("two outputs go to {place}; give one of them another path, as in `--output json=result.json`")]
    SamePlace {
        /// `stdout`, or a path in backquotes.
        place: String,
    },
    /// An argument is not text.
    #[error("the argument `{lossy}` is not valid Unicode")]
    NotUnicode {
        /// What can be shown of it.
        lossy: String,
    },
}

fn or_else(nearest: &Option<String>) -> String {
    nearest.as_ref().map(|flag| format!(" (did you mean `{flag}`?)")).unwrap_or_default()
}

/// Which level a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The command line.
    Argument,
    /// This environment variable.
    Environment(String),
    /// The file.
    File,
}

impl Origin {
    /// Shows where `flag` was set, in backquotes.
    pub(super) fn of(&self, flag: &Flag) -> String {
        match self {
            Self::Argument => format!("`--{}`", flag.long),
            Self::Environment(name) => format!("`{name}`"),
            Self::File => format!("`{}` of bench.toml", flag.name_in_file()),
        }
    }

    /// How to set `flag` to `value` there.
    pub(super) fn example(&self, flag: &Flag, value: &str) -> String {
        match self {
            Self::Argument if flag.shape().is_none() || matches!(flag.takes, Takes::Optional(_)) => {
                format!("--{}={value}", flag.long)
            }
            Self::Argument => format!("--{} {value}", flag.long),
            Self::Environment(name) => format!("{name}={value}"),
            Self::File => format!("{} = {value}", flag.name_in_file()),
        }
    }
}
