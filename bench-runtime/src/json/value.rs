//! Values whose type is not known. Main type: [`Value`].

use std::ops::Index;

use super::parse::Found;
use super::{Error, FromJson, Source, ToJson, Writer};

/// Anything. Objects are in the order of their keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Value {
    #[default]
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    Array(Vec<Value>),
    Object(Entries),
}

/// The entries of an object, in the order of their keys, each of which stands there once.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Entries(Vec<(String, Value)>);

impl Entries {
    /// Sets the value of a key, in place of any that it had.
    pub(crate) fn set(&mut self, key: String, value: Value) {
        match self.place(&key) {
            Ok(at) => self.0[at].1 = value,
            Err(at) => self.0.insert(at, (key, value)),
        }
    }

    fn place(&self, key: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.as_str().cmp(key))
    }
}

/// A number as it is written: whole numbers are exact.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    Unsigned(u64),
    /// Below 0.
    Signed(i64),
    Float(f64),
}

impl Number {
    /// From a text that is a number; `None` for one that is too large.
    pub(super) fn of(text: &str) -> Option<Self> {
        if let Ok(number) = text.parse() {
            return Some(Self::Unsigned(number));
        }
        match text.parse() {
            Ok(number) if number < 0 => Some(Self::Signed(number)),
            _ => text.parse().ok().filter(|number: &f64| number.is_finite()).map(Self::Float),
        }
    }

    /// It, or the nearest there is.
    pub(super) fn nearest(self) -> f64 {
        match self {
            Self::Unsigned(number) => number as f64,
            Self::Signed(number) => number as f64,
            Self::Float(number) => number,
        }
    }
}

impl Value {
    /// The value of a key, if this is an object that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(entries) => entries.place(key).ok().map(|at| &entries.0[at].1),
            _ => None,
        }
    }

    /// Whether it is nothing.
    pub(crate) fn is_null(&self) -> bool {
        *self == Self::Null
    }

    /// The text, if it is one.
    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is a whole one and not below 0.
    pub(crate) fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Number(Number::Unsigned(number)) => Some(*number),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub(crate) fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number.nearest()),
            _ => None,
        }
    }

    /// The elements; none if it is no array.
    pub(crate) fn elements(&self) -> &[Self] {
        match self {
            Self::Array(elements) => elements,
            _ => &[],
        }
    }

    /// The keys; none if it is no object.
    pub(crate) fn keys(&self) -> Vec<String> {
        match self {
            Self::Object(entries) => entries.0.iter().map(|(key, _)| key.clone()).collect(),
            _ => Vec::new(),
        }
    }
}

/// The value of a key; nothing where there is none.
impl Index<&str> for Value {
    type Output = Self;

    fn index(&self, key: &str) -> &Self {
        self.get(key).unwrap_or(&Self::Null)
    }
}

impl PartialEq<&str> for Value {
    fn eq(&self, text: &&str) -> bool {
        self.as_str() == Some(text)
    }
}

impl FromJson for Value {
    fn blank() -> Self {
        Self::Null
    }

    fn fill(&mut self, mut source: Source<'_>) -> Result<(), Error> {
        *self = match source.find()? {
            Found::Null => Self::Null,
            Found::Bool(is_so) => Self::Bool(is_so),
            Found::Number(number) => Self::Number(number),
            Found::Text(text) => Self::Text(text.into_owned()),
            Found::Array => {
                let mut elements = Vec::new();
                source.block(b']', &mut |source| {
                    elements.push(source.any()?);
                    Ok(())
                })?;
                Self::Array(elements)
            }
            Found::Object => {
                let mut entries = Entries::default();
                source.block(b'}', &mut |mut source| {
                    entries.set(source.key()?.into_owned(), source.any()?);
                    Ok(())
                })?;
                Self::Object(entries)
            }
        };
        Ok(())
    }
}

impl ToJson for Value {
    fn write(&self, out: &mut Writer) {
        match self {
            Self::Null => out.null(),
            Self::Bool(is_so) => out.bool(*is_so),
            Self::Number(Number::Unsigned(number)) => out.unsigned(*number),
            Self::Number(Number::Signed(number)) => out.signed(*number),
            Self::Number(Number::Float(number)) => out.number(*number),
            Self::Text(text) => out.text(text),
            Self::Array(elements) => elements.write(out),
            Self::Object(entries) => {
                let mut object = out.map();
                for (key, value) in &entries.0 {
                    object.entry(key, value);
                }
                object.end();
            }
        }
    }
}
