//! The values that others are made of.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::num::NonZeroU64;
use std::time::Duration;

use serde_core::de::{Error as _, Unexpected};

use super::{Entry, Error, FromJson, Source, ToJson, Writer, found, held};

macro_rules! scalars {
    ($($type:ty: $read:ident),+ $(,)?) => {
        $(impl FromJson for $type {
            fn read(source: Source<'_>) -> Result<Self, Error> {
                source.$read()
            }
        }

        impl ToJson for $type {
            fn write(&self, out: &mut Writer) {
                out.scalar(self);
            }
        })+
    };
}

scalars!(bool: bool, u64: unsigned, i64: signed, f64: number, String: text);

macro_rules! smaller_numbers {
    ($($type:ty),+) => {
        $(impl FromJson for $type {
            fn read(source: Source<'_>) -> Result<Self, Error> {
                let number = source.unsigned()?;
                let too_large = |_| Error::invalid_value(Unexpected::Unsigned(number), &stringify!($type));
                Self::try_from(number).map_err(too_large)
            }
        }

        impl ToJson for $type {
            fn write(&self, out: &mut Writer) {
                out.scalar(*self as u64);
            }
        })+
    };
}

smaller_numbers!(u32, usize);

impl FromJson for NonZeroU64 {
    fn read(source: Source<'_>) -> Result<Self, Error> {
        Self::new(source.unsigned()?).ok_or_else(|| Error::custom("0 where there is at least 1"))
    }
}

impl ToJson for NonZeroU64 {
    fn write(&self, out: &mut Writer) {
        out.scalar(self.get());
    }
}

impl ToJson for str {
    fn write(&self, out: &mut Writer) {
        out.scalar(self);
    }
}

impl FromJson for Cow<'static, str> {
    fn read(source: Source<'_>) -> Result<Self, Error> {
        source.text().map(Self::Owned)
    }
}

impl ToJson for Cow<'_, str> {
    fn write(&self, out: &mut Writer) {
        out.scalar(&**self);
    }
}

/// Whole seconds, and the nanoseconds beyond them.
impl FromJson for Duration {
    fn read(source: Source<'_>) -> Result<Self, Error> {
        let (mut secs, mut nanos) = (None, None);
        source.object(&mut [("secs", &mut secs), ("nanos", &mut nanos)])?;
        let nanos: u32 = found("nanos", nanos)?;
        Ok(Self::from_secs(found("secs", secs)?).saturating_add(Self::from_nanos(nanos.into())))
    }
}

impl ToJson for Duration {
    fn write(&self, out: &mut Writer) {
        let (secs, nanos) = (self.as_secs(), self.subsec_nanos());
        out.object(&[Entry::always("secs", &secs), Entry::always("nanos", &nanos)]);
    }
}

impl<T: ToJson + ?Sized> ToJson for &T {
    fn write(&self, out: &mut Writer) {
        (**self).write(out);
    }
}

impl<T: FromJson> FromJson for Box<T> {
    fn read(source: Source<'_>) -> Result<Self, Error> {
        T::read(source).map(Self::new)
    }
}

impl<T: ToJson> ToJson for Box<T> {
    fn write(&self, out: &mut Writer) {
        (**self).write(out);
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn read(source: Source<'_>) -> Result<Self, Error> {
        let mut value = None;
        source.option(&mut |source| {
            value = Some(T::read(source)?);
            Ok(())
        })?;
        Ok(value)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: ToJson> ToJson for Option<T> {
    fn write(&self, out: &mut Writer) {
        match self {
            Some(value) => value.write(out),
            None => out.scalar(()),
        }
    }

    fn is_nothing(&self) -> bool {
        self.is_none()
    }
}

impl<T: FromJson> FromJson for Result<T, String> {
    fn read(source: Source<'_>) -> Result<Self, Error> {
        let mut chosen = None;
        source.choice(&mut |word, value| {
            chosen = Some(match word {
                "Ok" => Ok(T::read(held(word, value)?)?),
                _ => Err(held(word, value)?.text()?),
            });
            Ok(())
        })?;
        found("Ok", chosen)
    }
}

impl<T: ToJson> ToJson for Result<T, String> {
    fn write(&self, out: &mut Writer) {
        match self {
            Ok(value) => out.object(&[Entry::always("Ok", value)]),
            Err(reason) => out.object(&[Entry::always("Err", reason)]),
        }
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn read(source: Source<'_>) -> Result<Self, Error> {
        let mut elements = Self::new();
        source.elements(&mut |source| {
            elements.push(T::read(source)?);
            Ok(())
        })?;
        Ok(elements)
    }
}

impl<T: ToJson> ToJson for Vec<T> {
    fn write(&self, out: &mut Writer) {
        self.as_slice().write(out);
    }

    fn is_nothing(&self) -> bool {
        self.is_empty()
    }
}

impl<T: ToJson> ToJson for [T] {
    fn write(&self, out: &mut Writer) {
        out.array(&mut self.iter().map(|element| element as &dyn ToJson));
    }
}

impl<T: FromJson, const N: usize> FromJson for [T; N] {
    fn read(source: Source<'_>) -> Result<Self, Error> {
        let elements = Vec::read(source)?;
        elements
            .try_into()
            .map_err(|elements: Vec<T>| Error::custom(format!("{} elements, not {N}", elements.len())))
    }
}

impl<T: ToJson, const N: usize> ToJson for [T; N] {
    fn write(&self, out: &mut Writer) {
        self.as_slice().write(out);
    }
}

/// An array of two.
impl<A: FromJson, B: FromJson> FromJson for (A, B) {
    fn read(source: Source<'_>) -> Result<Self, Error> {
        let (mut first, mut second) = (None, None);
        source.elements(&mut |source| {
            if first.is_none() {
                first = Some(A::read(source)?);
            } else {
                second = Some(B::read(source)?);
            }
            Ok(())
        })?;
        Ok((found("the first of two", first)?, found("the second of two", second)?))
    }
}

impl<A: ToJson, B: ToJson> ToJson for (A, B) {
    fn write(&self, out: &mut Writer) {
        out.array(&mut [&self.0 as &dyn ToJson, &self.1].into_iter());
    }
}

/// An object of any keys, whose values are texts.
impl FromJson for BTreeMap<String, String> {
    fn read(source: Source<'_>) -> Result<Self, Error> {
        let mut entries = Self::new();
        source.entries(&mut |key, value| {
            entries.insert(key.to_owned(), value.text()?);
            Ok(())
        })?;
        Ok(entries)
    }
}

impl ToJson for BTreeMap<String, String> {
    fn write(&self, out: &mut Writer) {
        out.map(&mut self.iter().map(|(key, value)| (key.as_str(), value as &dyn ToJson)));
    }

    fn is_nothing(&self) -> bool {
        self.is_empty()
    }
}
