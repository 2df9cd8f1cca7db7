//! What stands at a place in a text. Main type: [`Found`].

use std::borrow::Cow;
use std::fmt::{self, Display};
use std::iter::once;

use super::{Error, Number, Source};

/// How deep arrays and objects may stand within each other: reading one calls itself.
const DEEPEST: usize = 128;

/// How far a text was read.
#[derive(Default)]
pub(super) struct Place {
    /// Bytes.
    pub(super) read: usize,
    /// Arrays and objects that have begun and not ended.
    depth: usize,
}

/// A value, or the beginning of one that holds others.
pub(super) enum Found<'a> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'a, str>),
    Array,
    Object,
}

impl Display for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(is_so) => write!(f, "boolean `{is_so}`"),
            Self::Number(Number::Unsigned(number)) => write!(f, "integer `{number}`"),
            Self::Number(Number::Signed(number)) => write!(f, "integer `{number}`"),
            Self::Number(Number::Float(number)) => write!(f, "floating point `{number}`"),
            Self::Text(text) => write!(f, "string {text:?}"),
            Self::Array => f.write_str("sequence"),
            Self::Object => f.write_str("map"),
        }
    }
}

impl<'a> Source<'a> {
    /// Reads a value that holds no others, or the bracket that begins one.
    pub(super) fn find(&mut self) -> Result<Found<'a>, Error> {
        match self.peek() {
            Some(b'n') => self.word("null", Found::Null),
            Some(b't') => self.word("true", Found::Bool(true)),
            Some(b'f') => self.word("false", Found::Bool(false)),
            Some(b'-' | b'0'..=b'9') => self.digits().map(Found::Number),
            Some(b'"') => self.past(1).quoted().map(Found::Text),
            Some(b'[') => Ok(self.past(1).begun(Found::Array)),
            Some(b'{') => Ok(self.past(1).begun(Found::Object)),
            Some(_) => self.wrong("expected value"),
            None => Err(Error::of_end("EOF while parsing a value")),
        }
    }

    /// The next byte that is no space.
    pub(super) fn peek(&mut self) -> Option<u8> {
        let rest = self.rest();
        let space = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t')).count();
        self.place.read += space;
        rest.get(space).copied()
    }

    /// That the next byte cannot stand there.
    pub(super) fn wrong<T>(&mut self, what: &str) -> Result<T, Error> {
        self.place.read += 1;
        Err(Error::new(what))
    }

    /// What stands between commas, up to the bracket that ends it.
    pub(super) fn block(
        &mut self,
        end: u8,
        take: &mut dyn FnMut(Source<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if self.place.depth > DEEPEST {
            return Err(Error::new("recursion limit exceeded"));
        }
        let mut next = self.peek();
        while next != Some(end) {
            take(Source { text: self.text, place: self.place })?;
            next = self.peek();
            if next == Some(b',') {
                next = self.past(1).peek();
                if next == Some(end) {
                    return self.wrong("trailing comma");
                }
            } else if next != Some(end) {
                return self.unended(next, end);
            }
        }
        self.past(1).place.depth -= 1;
        Ok(())
    }

    fn unended(&mut self, next: Option<u8>, end: u8) -> Result<(), Error> {
        match (next, end) {
            (Some(_), b']') => self.wrong("expected `,` or `]`"),
            (Some(_), _) => self.wrong("expected `,` or `}`"),
            (None, b']') => Err(Error::of_end("EOF while parsing a list")),
            (None, _) => Err(Error::of_end("EOF while parsing an object")),
        }
    }

    /// A key, and the colon after it.
    pub(super) fn key(&mut self) -> Result<Cow<'a, str>, Error> {
        match self.peek() {
            Some(b'"') => {}
            Some(_) => return self.wrong("key must be a string"),
            None => return Err(Error::of_end("EOF while parsing an object")),
        }
        let key = self.past(1).quoted()?;
        match self.peek() {
            Some(b':') => self.past(1),
            Some(_) => return self.wrong("expected `:`"),
            None => return Err(Error::of_end("EOF while parsing an object")),
        };
        Ok(key)
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.place.read..).unwrap_or_default()
    }

    fn past(&mut self, bytes: usize) -> &mut Self {
        self.place.read += bytes;
        self
    }

    fn begun(&mut self, found: Found<'a>) -> Found<'a> {
        self.place.depth += 1;
        found
    }

    fn word(&mut self, word: &str, found: Found<'a>) -> Result<Found<'a>, Error> {
        if self.rest().starts_with(word.as_bytes()) {
            self.place.read += word.len();
            Ok(found)
        } else if word.as_bytes().starts_with(self.rest()) {
            self.place.read = self.text.len();
            Err(Error::of_end("EOF while parsing a value"))
        } else {
            self.wrong("expected ident")
        }
    }

    fn digits(&mut self) -> Result<Number, Error> {
        let start = self.place.read;
        let is_part = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
        self.place.read += self.rest().iter().take_while(is_part).count();
        let digits = &self.text[start..self.place.read];
        if !is_number(digits) {
            return Err(Error::new("invalid number"));
        }
        Number::of(digits).ok_or_else(|| Error::new("number out of range"))
    }

    /// What stands up to the next quote.
    fn quoted(&mut self) -> Result<Cow<'a, str>, Error> {
        let mut text = String::new();
        loop {
            let start = self.place.read;
            let ends = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
            let Some(plain) = self.rest().iter().position(ends) else {
                self.place.read = self.text.len();
                return Err(Error::of_end("EOF while parsing a string"));
            };
            self.place.read += plain + 1;
            let plain = &self.text[start..start + plain];
            match self.text.as_bytes()[self.place.read - 1] {
                b'"' if text.is_empty() => return Ok(Cow::Borrowed(plain)),
                b'"' => return Ok(Cow::Owned(text + plain)),
                b'\\' => text.push_str(plain),
                _ => {
                    return Err(Error::new(
                        "control character (\\u0000-\\u001F) found while parsing a string",
                    ));
                }
            }
            text.push(self.escaped()?);
        }
    }

    /// What stands after a backslash.
    fn escaped(&mut self) -> Result<char, Error> {
        let Some(byte) = self.rest().first() else {
            return Err(Error::of_end("EOF while parsing a string"));
        };
        self.place.read += 1;
        Ok(match byte {
            b'"' | b'\\' | b'/' => char::from(*byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => return Err(Error::new("invalid escape")),
        })
    }

    /// A character by its number in four digits, or in twice four: a pair of surrogates.
    fn unicode(&mut self) -> Result<char, Error> {
        let first = self.four_digits()?;
        let is_first_of_two = (0xD800..0xDC00).contains(&first) && self.rest().starts_with(b"\\u");
        let second = if is_first_of_two { Some(self.past(2).four_digits()?) } else { None };
        match char::decode_utf16(once(first).chain(second)).next() {
            Some(Ok(character)) => Ok(character),
            _ => Err(Error::new("lone surrogate in hex escape")),
        }
    }

    fn four_digits(&mut self) -> Result<u16, Error> {
        let digits =
            self.text.get(self.place.read..self.place.read + 4).filter(|digits| !digits.starts_with('+'));
        let number = digits.and_then(|digits| u16::from_str_radix(digits, 16).ok());
        self.place.read += 4;
        number.ok_or_else(|| Error::new("invalid escape"))
    }
}

/// Whether JSON has numbers like that.
fn is_number(text: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = halves(text.strip_prefix('-').unwrap_or(text), &['e', 'E']);
    let (whole, fraction) = halves(mantissa, &['.']);
    is_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(is_digits)
        && exponent.is_none_or(|exponent| is_digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

fn halves<'a>(text: &'a str, between: &[char]) -> (&'a str, Option<&'a str>) {
    text.split_once(between).map_or((text, None), |(before, after)| (before, Some(after)))
}
