//! The values that others are made of.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::num::NonZeroU64;
use std::time::Duration;

use serde_core::de::{Error as _, Unexpected};

use super::{Entry, Error, FromJson, Slot, Source, ToJson, Writer, held};

macro_rules! scalars {
    ($($type:ty: $read:ident),+ $(,)?) => {
        $(impl FromJson for $type {
            fn blank() -> Self {
                Self::default()
            }

            fn fill(&mut self, source: Source<'_>) -> Result<(), Error> {
                *self = source.$read()?;
                Ok(())
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
            fn blank() -> Self {
                0
            }

            fn fill(&mut self, source: Source<'_>) -> Result<(), Error> {
                let number = source.unsigned()?;
                let too_large = |_| Error::invalid_value(Unexpected::Unsigned(number), &stringify!($type));
                *self = Self::try_from(number).map_err(too_large)?;
                Ok(())
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
    fn blank() -> Self {
        Self::MIN
    }

    fn fill(&mut self, source: Source<'_>) -> Result<(), Error> {
        *self = Self::new(source.unsigned()?).ok_or_else(|| Error::custom("0 where there is at least 1"))?;
        Ok(())
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
    fn blank() -> Self {
        Self::Borrowed("")
    }

    fn fill(&mut self, source: Source<'_>) -> Result<(), Error> {
        *self = Self::Owned(source.text()?);
        Ok(())
    }
}

impl ToJson for Cow<'_, str> {
    fn write(&self, out: &mut Writer) {
        out.scalar(&**self);
    }
}

/// Whole seconds, and the nanoseconds beyond them.
impl FromJson for Duration {
    fn blank() -> Self {
        Self::ZERO
    }

    fn fill(&mut self, source: Source<'_>) -> Result<(), Error> {
        let (mut secs, mut nanos) = (0_u64, 0_u32);
        source.object(&mut [Slot::always("secs", &mut secs), Slot::always("nanos", &mut nanos)])?;
        *self = Self::from_secs(secs).saturating_add(Self::from_nanos(nanos.into()));
        Ok(())
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
    fn blank() -> Self {
        Self::new(T::blank())
    }

    fn fill(&mut self, source: Source<'_>) -> Result<(), Error> {
        (**self).fill(source)
    }
}

impl<T: ToJson> ToJson for Box<T> {
    fn write(&self, out: &mut Writer) {
        (**self).write(out);
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn blank() -> Self {
        None
    }

    fn fill(&mut self, source: Source<'_>) -> Result<(), Error> {
        *self = None;
        source.option(&mut |source| self.insert(T::blank()).fill(source))
    }

    fn may_be_absent(&self) -> bool {
        true
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
    fn blank() -> Self {
        Err(String::new())
    }

    fn fill(&mut self, source: Source<'_>) -> Result<(), Error> {
        source.choice(&mut |word, value| {
            let value = held(word, value)?;
            *self = if word == "Ok" { Ok(value.read()?) } else { Err(value.text()?) };
            Ok(())
        })
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
    fn blank() -> Self {
        Self::new()
    }

    fn fill(&mut self, source: Source<'_>) -> Result<(), Error> {
        self.clear();
        source.elements(&mut |source| {
            self.push(source.read()?);
            Ok(())
        })
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
        let mut array = out.array();
        for element in self {
            array.element(element);
        }
        array.end();
    }
}

impl<T: FromJson, const N: usize> FromJson for [T; N] {
    fn blank() -> Self {
        std::array::from_fn(|_| T::blank())
    }

    fn fill(&mut self, source: Source<'_>) -> Result<(), Error> {
        source.each(&mut self.each_mut().map(|element| element as &mut dyn FromJson))
    }
}

impl<T: ToJson, const N: usize> ToJson for [T; N] {
    fn write(&self, out: &mut Writer) {
        self.as_slice().write(out);
    }
}

/// An array of two.
impl<A: FromJson, B: FromJson> FromJson for (A, B) {
    fn blank() -> Self {
        (A::blank(), B::blank())
    }

    fn fill(&mut self, source: Source<'_>) -> Result<(), Error> {
        source.each(&mut [&mut self.0, &mut self.1])
    }
}

impl<A: ToJson, B: ToJson> ToJson for (A, B) {
    fn write(&self, out: &mut Writer) {
        let mut array = out.array();
        array.element(&self.0);
        array.element(&self.1);
        array.end();
    }
}

/// An object of any keys, whose values are texts.
impl FromJson for BTreeMap<String, String> {
    fn blank() -> Self {
        Self::new()
    }

    fn fill(&mut self, source: Source<'_>) -> Result<(), Error> {
        self.clear();
        source.entries(&mut |key, value| {
            self.insert(key.to_owned(), value.text()?);
            Ok(())
        })
    }
}

impl ToJson for BTreeMap<String, String> {
    fn write(&self, out: &mut Writer) {
        let mut object = out.map();
        for (key, value) in self {
            object.entry(key, value);
        }
        object.end();
    }

    fn is_nothing(&self) -> bool {
        self.is_empty()
    }
}
