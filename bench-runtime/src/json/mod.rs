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
pub(crate) use self::read::Source;
pub(crate) use self::write::{Entry, Object, Writer};

/// Why a text could not be read, with its line and column.
pub(crate) use serde_json::Error;

use serde_core::de::Error as _;

/// What can be read from a JSON text.
pub(crate) trait FromJson: Sized {
    /// Reads a value.
    ///
    /// # Errors
    ///
    /// When it is of another type, or lacks a key.
    fn read(source: Source<'_>) -> Result<Self, Error>;

    /// What a key stands for that is not there; `None` if it has to be.
    fn absent() -> Option<Self> {
        None
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
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let value = read::whole(&mut deserializer, T::read)?;
    deserializer.end()?;
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
/// When it was not found and has to be there.
pub(crate) fn found<T: FromJson>(key: &'static str, value: Option<T>) -> Result<T, Error> {
    value.or_else(T::absent).ok_or_else(|| Error::missing_field(key))
}

/// That `text` is none of `words`.
pub(crate) fn unknown(text: &str, words: &'static [&'static str]) -> Error {
    Error::unknown_variant(text, words)
}
