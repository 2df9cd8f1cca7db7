//! What is wrong with a call. Main type: [`UsageError`].

use super::flags::{Flag, Takes};
use crate::errors::says;

/// Why the arguments and the environment cannot be followed. Its text says what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum UsageError {
    /// There is no such flag.
    UnknownFlag {
        /// As it was written.
        flag: String,
        /// The flag that was probably meant.
        nearest: Option<String>,
    },
    /// A flag lacks its value.
    MissingValue {
        /// The flag.
        flag: String,
        /// What is expected.
        expected: String,
        /// The flag with a value.
        example: String,
    },
    /// The letter of a switch has a value.
    UnexpectedValue {
        /// The letter, with its dash.
        flag: String,
    },
    /// A value is not what its flag takes.
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
    Exclusive {
        /// The one, in backquotes.
        first: String,
        /// The other.
        second: String,
    },
    /// A flag says how to measure, and nothing is measured.
    NothingMeasured {
        /// The flag, in backquotes.
        flag: String,
        /// The flag that takes stored results, in backquotes.
        load: String,
    },
    /// Results are to be kept, and there are none.
    NothingToKeep {
        /// The flag, in backquotes.
        flag: String,
    },
    /// Two outputs would overwrite each other.
    SamePlace {
        /// `stdout`, or a path in backquotes.
        place: String,
    },
    /// An argument is not text.
    NotUnicode {
        /// What can be shown of it.
        lossy: String,
    },
}

says!(UsageError {
    Self::UnknownFlag { flag, nearest } =>
        "unknown flag `{flag}`{}. `--help` lists all flags.",
        or_else(nearest);
    Self::MissingValue { flag, expected, example } => "`{flag}` needs {expected}, such as `{example}`";
    Self::UnexpectedValue { flag } => "`{flag}` takes no value";
    Self::BadValue { origin, value, expected, example, remark } =>
        "{origin} needs {expected}, such as `{example}`, and not `{value}`{remark}";
    Self::Exclusive { first, second } => "{first} and {second} exclude each other";
    Self::NothingMeasured { flag, load } =>
        "{flag} says what to measure or how, and {load} takes what is stored: leave one of them out";
    Self::NothingToKeep { flag } =>
        "{flag} keeps what is measured, and nothing is: measure with `cargo bench -- {}`",
        flag.trim_matches('`');
    Self::SamePlace { place } =>
        "two outputs go to {place}; give one of them another path, as in `--output json=result.json`";
    Self::NotUnicode { lossy } => "the argument `{lossy}` is not valid Unicode";
});

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
