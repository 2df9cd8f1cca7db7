//! What is wrong with a `bench.toml`. Main type: [`ConfigError`].

use std::fmt::Write;
use std::path::Path;

use thiserror::Error;
use toml_span::Span;
use toml_span::value::ValueInner;

use super::flags::Flag;
use super::snippet::Snippet;
use super::values::Toml;
use crate::order;
use crate::plan::nearest;

/// Why a `bench.toml` cannot be followed: each mistake with its place, its line and what to write instead.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{0}")]
pub(crate) struct ConfigError(String);

impl ConfigError {
    /// The problems of the file at `path`, in the order of their places.
    pub(super) fn new(path: &Path, source: &str, mut problems: Vec<Problem>) -> Self {
        order::sort_by(&mut problems, |one, other| one.span.start.cmp(&other.span.start));
        let text: Vec<String> = problems.iter().map(|problem| problem.show(path, source)).collect();
        Self(text.join("\n\n"))
    }
}

/// One mistake.
#[derive(Debug)]
pub(super) struct Problem {
    span: Span,
    message: String,
}

impl Problem {
    /// A text that is not TOML.
    pub(super) fn of_syntax(error: &toml_span::Error) -> Self {
        Self { span: error.span, message: format!("not valid TOML: {error}") }
    }

    /// A text that says by itself what is wrong.
    pub(super) fn of(span: Span, message: String) -> Self {
        Self { span, message }
    }

    /// A key that means nothing.
    pub(super) fn unknown(key: &str, span: Span, valid: &[String]) -> Self {
        let mut message = format!("unknown key `{key}`");
        // Writing to a string does not fail.
        let _ = match nearest(&key.replace('-', "_"), valid.iter().map(String::as_str)) {
            Some(nearest) => write!(message, "; did you mean `{nearest}`?"),
            None => write!(message, "; valid are {}", valid.join(", ")),
        };
        Self { span, message }
    }

    /// A value of the right type that the flag does not understand.
    pub(super) fn malformed(flag: &Flag, text: &str, span: Span) -> Self {
        Self {
            span,
            message: format!(
                "{} needs {}, and not `{text}`{}",
                name(flag),
                expected(flag),
                remark(flag, text)
            ),
        }
    }

    /// A value of another type.
    pub(super) fn mistyped(flag: &Flag, found: &ValueInner<'_>, span: Span) -> Self {
        Self { span, message: format!("{} needs {}, and not {}", name(flag), expected(flag), article(found)) }
    }

    fn show(&self, path: &Path, source: &str) -> String {
        let snippet = Snippet::of(source, self.span.start..self.span.end);
        format!("{}:{}:{}: {}\n{snippet}", path.display(), snippet.line, snippet.column, self.message)
    }
}

/// A value that is not what a table of its own takes.
pub(super) fn wrong_type(expected: &str, found: &ValueInner<'_>, span: Span) -> Problem {
    Problem { span, message: format!("expected {expected}, found {}", article(found)) }
}

fn name(flag: &Flag) -> String {
    format!("`{}`", flag.name_in_file())
}

fn remark(flag: &Flag, text: &str) -> String {
    flag.shape().map(|shape| (shape.remark)(text)).unwrap_or_default()
}

/// What the flag takes, with an example as it is written in TOML.
fn expected(flag: &Flag) -> String {
    let Some(shape) = flag.shape() else {
        return "`true` or `false`".to_owned();
    };
    let quotes = if shape.toml == Toml::Integer { "" } else { " in quotes" };
    format!("{}{quotes}, such as {}", shape.expected, shape.example_in_toml())
}

fn article(value: &ValueInner<'_>) -> String {
    match value {
        ValueInner::String(text) => format!("the text \"{text}\""),
        ValueInner::Integer(n) => format!("the number {n}"),
        ValueInner::Float(n) => format!("the number {n}"),
        ValueInner::Boolean(on) => format!("`{on}`"),
        ValueInner::Array(_) => "an array".to_owned(),
        ValueInner::Table(_) => "a table".to_owned(),
    }
}
