//! Why a text could not be read. Main type: [`Error`].

use std::fmt::{self, Display};
use std::io;

/// Why a text could not be read, with the line and the column up to which it was.
///
/// A pointer, since every step of reading returns one or none.
#[derive(Debug)]
pub(crate) struct Error(Box<Fault>);

#[derive(Debug)]
struct Fault {
    what: String,
    /// Line and column; `None` until they are known.
    place: Option<(usize, usize)>,
    is_end: bool,
}

impl Error {
    /// That what was read makes no sense.
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self(Box::new(Fault { what: what.into(), place: None, is_end: false }))
    }

    /// That the text ends too early.
    pub(super) fn of_end(what: impl Into<String>) -> Self {
        let mut error = Self::new(what);
        error.0.is_end = true;
        error
    }

    /// That a value is missing.
    pub(crate) fn missing(key: &str) -> Self {
        Self::new(format!("missing field `{key}`"))
    }

    /// This error, met after the first `read` bytes of `text`.
    pub(super) fn at(mut self, text: &[u8], read: usize) -> Self {
        let read = &text[..read.min(text.len())];
        let lines = read.iter().filter(|byte| **byte == b'\n').count();
        let column = read.iter().rev().take_while(|byte| **byte != b'\n').count();
        self.0.place.get_or_insert((lines + 1, column));
        self
    }

    /// The line in which the text ends too early; `None` if it is wrong in another way.
    pub(crate) fn end(&self) -> Option<usize> {
        self.0.place.filter(|_| self.0.is_end).map(|(line, _)| line)
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.what)?;
        match self.0.place {
            Some((line, column)) => write!(f, " at line {line} column {column}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

/// For what reads a stream of texts.
impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        let kind = if error.0.is_end { io::ErrorKind::UnexpectedEof } else { io::ErrorKind::InvalidData };
        Self::new(kind, error)
    }
}
