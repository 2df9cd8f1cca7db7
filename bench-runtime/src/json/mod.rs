//! Types as JSON. Main traits: [`FromJson`] and [`ToJson`], which most types declare with [`object!`],
//! [`word!`] and [`choice!`].
//!
//! The texts are `serde_json`'s affair. What serde derives for a type is compiled anew for each way to read and write, in
//! every program that uses this crate. Here a type is a table of its keys, and the code that goes through such tables
//! exists once.

mod macros;
mod read;
#[cfg(test)]
mod tests;
mod values;
mod write;

pub(crate) use self::macros::{choice, object, within, word};
pub(crate) use self::read::{Slot, Source};
pub(crate) use self::write::{Entry, Object, Writer};

/// Why a text could not be read, with its line and column.
pub(crate) use serde_json::Error;

use serde_core::de::Error as _;

/// What can be read from a JSON text.
///
/// A value is filled where it stands, so that it can be one of many behind a pointer. It may be left half filled by an
/// error.
pub(crate) trait FromJson {
    /// A value to be filled: nothing where it may be that, else any.
    fn blank() -> Self
    where
        Self: Sized;

    /// Becomes what is read.
    ///
    /// # Errors
    ///
    /// When that is of another type, or lacks a key.
    fn fill(&mut self, source: Source<'_>) -> Result<(), Error>;

    /// Whether a key need not be there, and then stands for what is blank.
    fn may_be_absent(&self) -> bool {
        false
    }
}

/// What can be written to a JSON text.
pub(crate) trait ToJson {
    /// Writes the value.
    fn write(&self, out: &mut Writer);

    /// Whether it has nothing to say, so that a key which may be absent is.
    fn is_nothing(&self) -> bool {
        false
    }
}

/// Reads a whole text.
///
/// # Errors
///
/// When it is no JSON, or no `T`.
pub(crate) fn from_slice<T: FromJson>(text: &[u8]) -> Result<T, Error> {
    let mut value = T::blank();
    read::whole(text, &mut value)?;
    Ok(value)
}

/// The text of `value` on one line, with its end.
pub(crate) fn line(value: &dyn ToJson) -> Vec<u8> {
    Writer::on_one_line().text_of(value)
}

/// The text of `value`, a key or an element on each line, with the end of the last one.
pub(crate) fn lines(value: &dyn ToJson) -> Vec<u8> {
    Writer::indented().text_of(value)
}

/// What a choice holds.
///
/// # Errors
///
/// When it is the word alone.
pub(crate) fn held<'a>(word: &str, value: Option<Source<'a>>) -> Result<Source<'a>, Error> {
    value.ok_or_else(|| Error::custom(format!("`{word}` holds nothing")))
}

/// The value of a key that has been looked for.
///
/// # Errors
///
/// When it was not found.
pub(crate) fn found<T>(key: &'static str, value: Option<T>) -> Result<T, Error> {
    value.ok_or_else(|| Error::missing_field(key))
}

/// That `text` is none of `words`.
pub(crate) fn unknown(text: &str, words: &'static [&'static str]) -> Error {
    Error::unknown_variant(text, words)
}
