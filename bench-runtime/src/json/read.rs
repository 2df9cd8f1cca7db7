//! From a text to values. Main type: [`Source`].

use std::borrow::Cow;
use std::fmt;

use serde_core::de::{
    Deserialize, DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use super::{Error, FromJson};

/// A value in a text that is not read yet. What it is read as decides what it may be.
pub(crate) struct Source<'a>(&'a mut dyn Read);

/// Takes a value of an array or an object.
type Take<'a> = &'a mut dyn FnMut(Source<'_>) -> Result<(), Error>;

/// Takes a key and its value; a word alone is a key without a value.
type TakeEntry<'a> = &'a mut dyn FnMut(&str, Option<Source<'_>>) -> Result<(), Error>;

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
    pub(super) fn bool(self) -> Result<bool, Error> {
        self.0.bool()
    }

    pub(super) fn unsigned(self) -> Result<u64, Error> {
        self.0.unsigned()
    }

    pub(super) fn signed(self) -> Result<i64, Error> {
        self.0.signed()
    }

    pub(super) fn number(self) -> Result<f64, Error> {
        self.0.number()
    }

    /// A value of a type.
    pub(crate) fn read<T: FromJson>(self) -> Result<T, Error> {
        let mut value = T::blank();
        value.fill(self)?;
        Ok(value)
    }

    /// A text.
    pub(crate) fn text(self) -> Result<String, Error> {
        self.0.text()
    }

    /// Passes over whatever it is.
    pub(crate) fn skip(self) -> Result<(), Error> {
        self.0.skip()
    }

    /// Anything, to be looked at later.
    pub(crate) fn any(self) -> Result<serde_json::Value, Error> {
        self.0.any()
    }

    /// `null`, or what `take` reads.
    pub(super) fn option(self, take: Take<'_>) -> Result<(), Error> {
        self.0.option(take)
    }

    /// An array, whose elements `take` reads.
    pub(crate) fn elements(self, take: Take<'_>) -> Result<(), Error> {
        self.0.elements(take)
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
        Err(Error::custom(format!("{count} elements, not {}", values.len())))
    }

    /// An object, whose values `take` reads.
    pub(crate) fn entries(
        self,
        take: &mut dyn FnMut(&str, Source<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.0.entries(&mut |key, value| value.map_or(Ok(()), |value| take(key, value)))
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
            Some(missing) => Err(Error::missing_field(missing.key)),
            None => Ok(()),
        }
    }

    /// One of several: a word, or an object whose only key is the word for its value.
    pub(crate) fn choice(self, take: TakeEntry<'_>) -> Result<(), Error> {
        let mut is_chosen = false;
        self.0.choice(&mut |word, value| {
            is_chosen = true;
            take(word, value)
        })?;
        if is_chosen { Ok(()) } else { Err(Error::missing_field("one of several")) }
    }
}

/// Reads a whole text.
pub(super) fn whole(text: &[u8], value: &mut dyn FromJson) -> Result<(), Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    value.fill(Source(&mut Once(Some(&mut deserializer))))?;
    deserializer.end()
}

/// What serde's generic functions can do, behind one pointer.
trait Read {
    fn bool(&mut self) -> Result<bool, Error>;
    fn unsigned(&mut self) -> Result<u64, Error>;
    fn signed(&mut self) -> Result<i64, Error>;
    fn number(&mut self) -> Result<f64, Error>;
    fn text(&mut self) -> Result<String, Error>;
    fn any(&mut self) -> Result<serde_json::Value, Error>;
    fn skip(&mut self) -> Result<(), Error>;
    fn option(&mut self, take: Take<'_>) -> Result<(), Error>;
    fn elements(&mut self, take: Take<'_>) -> Result<(), Error>;
    fn entries(&mut self, take: TakeEntry<'_>) -> Result<(), Error>;
    fn choice(&mut self, take: TakeEntry<'_>) -> Result<(), Error>;
}

/// A deserializer, until it is used.
struct Once<D>(Option<D>);

impl<'de, D: Deserializer<'de>> Once<D> {
    fn used<T>(&mut self, read: impl FnOnce(D) -> Result<T, D::Error>) -> Result<T, Error> {
        let deserializer = self.0.take().ok_or_else(|| Error::custom("a value is read once"))?;
        // The text of an error of `serde_json` says where in the file it is, and `custom` finds that again.
        read(deserializer).map_err(Error::custom)
    }
}

impl<'de, D: Deserializer<'de>> Read for Once<D> {
    fn bool(&mut self) -> Result<bool, Error> {
        self.used(bool::deserialize)
    }

    fn unsigned(&mut self) -> Result<u64, Error> {
        self.used(u64::deserialize)
    }

    fn signed(&mut self) -> Result<i64, Error> {
        self.used(i64::deserialize)
    }

    fn number(&mut self) -> Result<f64, Error> {
        self.used(f64::deserialize)
    }

    fn text(&mut self) -> Result<String, Error> {
        self.used(String::deserialize)
    }

    fn any(&mut self) -> Result<serde_json::Value, Error> {
        self.used(serde_json::Value::deserialize)
    }

    fn skip(&mut self) -> Result<(), Error> {
        self.used(IgnoredAny::deserialize).map(drop)
    }

    fn option(&mut self, take: Take<'_>) -> Result<(), Error> {
        self.used(|deserializer| deserializer.deserialize_option(Maybe(take)))
    }

    fn elements(&mut self, take: Take<'_>) -> Result<(), Error> {
        self.used(|deserializer| deserializer.deserialize_seq(Elements(take)))
    }

    fn entries(&mut self, take: TakeEntry<'_>) -> Result<(), Error> {
        self.used(|deserializer| deserializer.deserialize_map(Entries { take, or_word: false }))
    }

    fn choice(&mut self, take: TakeEntry<'_>) -> Result<(), Error> {
        self.used(|deserializer| deserializer.deserialize_any(Entries { take, or_word: true }))
    }
}

/// Any value.
struct Value<'a>(Take<'a>);

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        (self.0)(Source(&mut Once(Some(deserializer)))).map_err(D::Error::custom)
    }
}

/// `null` or a value.
struct Maybe<'a>(Take<'a>);

impl<'de> Visitor<'de> for Maybe<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or null")
    }

    fn visit_none<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        Value(self.0).deserialize(deserializer)
    }
}

/// The elements of an array.
struct Elements<'a>(Take<'a>);

impl<'de> Visitor<'de> for Elements<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        while elements.next_element_seed(Value(self.0))?.is_some() {}
        Ok(())
    }
}

/// The entries of an object, or a word.
struct Entries<'a> {
    take: TakeEntry<'a>,
    or_word: bool,
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.or_word { "a word or an object" } else { "an object" })
    }

    fn visit_str<E: serde_core::de::Error>(self, word: &str) -> Result<(), E> {
        (self.take)(word, None).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        while let Some(Key(key)) = entries.next_key()? {
            entries.next_value_seed(Value(&mut |value| (self.take)(&key, Some(value))))?;
        }
        Ok(())
    }
}

/// A key, which is copied only where it is escaped.
struct Key<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(AsKey)
    }
}

struct AsKey;

impl<'de> Visitor<'de> for AsKey {
    type Value = Key<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Borrowed(key)))
    }

    fn visit_str<E>(self, key: &str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Owned(key.to_owned())))
    }
}
