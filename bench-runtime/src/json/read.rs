//! From a text to values. Main type: [`Source`].

use super::parse::{Found, Place};
use super::{Error, FromJson, Number, Value};

/// A value in a text that is not read yet. What it is read as decides what it may be.
pub(crate) struct Source<'a> {
    pub(super) text: &'a str,
    pub(super) place: &'a mut Place,
}

/// Takes a value of an array or an object.
type Take<'a> = &'a mut dyn FnMut(Source<'_>) -> Result<(), Error>;

/// Takes a key and its value.
type TakeEntry<'a> = &'a mut dyn FnMut(&str, Source<'_>) -> Result<(), Error>;

/// Takes a key and its value; a word alone is a key without a value.
type TakeChoice<'a> = &'a mut dyn FnMut(&str, Option<Source<'_>>) -> Result<(), Error>;

/// A key of an object, where its value goes, and whether it may be left out.
pub(crate) struct Slot<'a> {
    key: &'static str,
    value: &'a mut dyn FromJson,
    may_be_absent: bool,
}

impl<'a> Slot<'a> {
    /// A key that is there, unless its value says that it need not be.
    pub(crate) fn always(key: &'static str, value: &'a mut dyn FromJson) -> Self {
        let may_be_absent = value.may_be_absent();
        Self { key, value, may_be_absent }
    }

    /// A key that is left out where there is nothing to say.
    pub(crate) fn if_told(key: &'static str, value: &'a mut dyn FromJson) -> Self {
        Self { key, value, may_be_absent: true }
    }
}

impl Source<'_> {
    pub(super) fn bool(mut self) -> Result<bool, Error> {
        match self.find()? {
            Found::Bool(is_so) => Ok(is_so),
            other => Err(unexpected(&other, "a boolean")),
        }
    }

    pub(super) fn unsigned(mut self) -> Result<u64, Error> {
        match self.find()? {
            Found::Number(Number::Unsigned(number)) => Ok(number),
            Found::Number(Number::Signed(number)) => Err(out_of_range(number, "u64")),
            other => Err(unexpected(&other, "u64")),
        }
    }

    pub(super) fn signed(mut self) -> Result<i64, Error> {
        match self.find()? {
            Found::Number(Number::Unsigned(number)) => {
                i64::try_from(number).map_err(|_| out_of_range(number, "i64"))
            }
            Found::Number(Number::Signed(number)) => Ok(number),
            other => Err(unexpected(&other, "i64")),
        }
    }

    pub(super) fn number(mut self) -> Result<f64, Error> {
        match self.find()? {
            Found::Number(number) => Ok(number.nearest()),
            other => Err(unexpected(&other, "f64")),
        }
    }

    /// A value of a type.
    pub(crate) fn read<T: FromJson>(self) -> Result<T, Error> {
        let mut value = T::blank();
        value.fill(self)?;
        Ok(value)
    }

    /// A text.
    pub(crate) fn text(mut self) -> Result<String, Error> {
        match self.find()? {
            Found::Text(text) => Ok(text.into_owned()),
            other => Err(unexpected(&other, "a string")),
        }
    }

    /// Passes over whatever it is.
    pub(crate) fn skip(mut self) -> Result<(), Error> {
        match self.find()? {
            Found::Array => self.block(b']', &mut |source| source.skip()),
            Found::Object => self.block(b'}', &mut |mut source| {
                source.key()?;
                source.skip()
            }),
            _ => Ok(()),
        }
    }

    /// Anything, to be looked at later.
    pub(crate) fn any(self) -> Result<Value, Error> {
        self.read()
    }

    /// `null`, or what `take` reads.
    pub(super) fn option(mut self, take: Take<'_>) -> Result<(), Error> {
        if self.peek() == Some(b'n') { self.find().map(drop) } else { take(self) }
    }

    /// An array, whose elements `take` reads.
    pub(crate) fn elements(mut self, take: Take<'_>) -> Result<(), Error> {
        match self.find()? {
            Found::Array => self.block(b']', take),
            other => Err(unexpected(&other, "an array")),
        }
    }

    /// An array of as many elements as there are values for them.
    pub(super) fn each(self, values: &mut [&mut dyn FromJson]) -> Result<(), Error> {
        let mut count = 0;
        self.elements(&mut |source| {
            let value = values.get_mut(count);
            count += 1;
            match value {
                Some(value) => value.fill(source),
                None => source.skip(),
            }
        })?;
        if count == values.len() {
            return Ok(());
        }
        Err(Error::new(format!("{count} elements, not {}", values.len())))
    }

    /// An object, whose values `take` reads.
    pub(crate) fn entries(mut self, take: TakeEntry<'_>) -> Result<(), Error> {
        match self.find()? {
            Found::Object => self.each_entry(take),
            other => Err(unexpected(&other, "an object")),
        }
    }

    /// An object with these keys. Others are passed over, since later versions may have added them.
    pub(crate) fn object(self, slots: &mut [Slot<'_>]) -> Result<(), Error> {
        self.entries(&mut |key, value| match slots.iter_mut().find(|slot| slot.key == key) {
            Some(slot) => {
                slot.may_be_absent = true;
                slot.value.fill(value)
            }
            None => value.skip(),
        })?;
        match slots.iter().find(|slot| !slot.may_be_absent) {
            Some(missing) => Err(Error::missing(missing.key)),
            None => Ok(()),
        }
    }

    /// One of several: a word, or an object whose only key is the word for its value.
    pub(crate) fn choice(mut self, take: TakeChoice<'_>) -> Result<(), Error> {
        let mut is_chosen = false;
        match self.find()? {
            Found::Text(word) => return take(&word, None),
            Found::Object => self.each_entry(&mut |word, value| {
                is_chosen = true;
                take(word, Some(value))
            })?,
            other => return Err(unexpected(&other, "a word or an object")),
        }
        if is_chosen { Ok(()) } else { Err(Error::missing("one of several")) }
    }

    /// The entries of an object that has begun.
    fn each_entry(&mut self, take: TakeEntry<'_>) -> Result<(), Error> {
        self.block(b'}', &mut |mut source| {
            let key = source.key()?;
            take(&key, source)
        })
    }
}

/// Reads a whole text.
pub(super) fn whole(text: &[u8], value: &mut dyn FromJson) -> Result<(), Error> {
    let mut place = Place::default();
    read_whole(text, &mut place, value).map_err(|error| error.at(text, place.read))
}

fn read_whole(text: &[u8], place: &mut Place, value: &mut dyn FromJson) -> Result<(), Error> {
    let text = str::from_utf8(text).map_err(|error| {
        place.read = error.valid_up_to();
        Error::new("invalid unicode code point")
    })?;
    value.fill(Source { text, place })?;
    let mut rest = Source { text, place };
    if rest.peek().is_some() { rest.wrong("trailing characters") } else { Ok(()) }
}

fn unexpected(found: &Found<'_>, expected: &str) -> Error {
    Error::new(format!("invalid type: {found}, expected {expected}"))
}

/// That a whole number is not what a type can hold.
pub(super) fn out_of_range(number: impl Into<i128>, expected: &str) -> Error {
    Error::new(format!("invalid value: integer `{}`, expected {expected}", number.into()))
}
