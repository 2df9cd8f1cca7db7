//! From raw values to typed ones: one reader per form a value can have. Main type: [`Given`].

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Ident, Lit, LitInt, LitStr, Path, Token, Type};

use crate::args::{RawKey, RawValue, split_at_commas};
use crate::{keys, limit, units};

/// A value and the tokens that gave it.
#[derive(Clone, Debug)]
pub(crate) struct Given<T> {
    /// What was meant.
    pub(crate) value: T,
    /// The key, for messages.
    pub(crate) key: Ident,
    /// What was written after the key; the key itself when nothing was.
    pub(crate) written: TokenStream,
}

impl<T> ToTokens for Given<T> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.written.to_tokens(tokens);
    }
}

impl RawKey {
    /// A key that stands alone.
    pub(crate) fn flag(&self) -> syn::Result<Given<()>> {
        match &self.value {
            RawValue::Absent => Ok(self.given((), self.name.to_token_stream())),
            _ => Err(syn::Error::new_spanned(self, format!("`{0}` stands alone: write `{0}`", self.name))),
        }
    }

    /// A text that is not empty.
    pub(crate) fn text(&self) -> syn::Result<Given<String>> {
        self.text_of("a text")
    }

    fn text_of(&self, what: &str) -> syn::Result<Given<String>> {
        let text: LitStr = self.parsed(what)?;
        match text.value().trim() {
            "" => Err(syn::Error::new_spanned(text, format!("`{}` is empty", self.name))),
            value => Ok(self.given(value.to_owned(), text.to_token_stream())),
        }
    }

    /// A text that `read` understands.
    pub(crate) fn text_as<T>(
        &self,
        what: &str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> syn::Result<Given<T>> {
        let text = self.text_of(what)?;
        let value = read(&text.value).map_err(|message| syn::Error::new_spanned(&text, message))?;
        Ok(Given { value, key: text.key, written: text.written })
    }

    /// A whole number above zero.
    pub(crate) fn count<T: Positive>(&self) -> syn::Result<Given<T>> {
        let written = self.value_tokens("a whole number")?;
        let value = self.count_of(&written)?;
        Ok(self.given(value, written))
    }

    /// A number above zero.
    pub(crate) fn positive(&self) -> syn::Result<Given<f64>> {
        let written = self.value_tokens("a number")?;
        let value = self.positive_of(&written)?;
        Ok(self.given(value, written))
    }

    /// One whole number above zero, or a list of them.
    pub(crate) fn counts(&self) -> syn::Result<Given<Vec<u32>>> {
        self.one_or_more("a whole number or a list of them", |item| self.count_of(item))
    }

    /// One number above zero, or a list of them.
    pub(crate) fn positives(&self) -> syn::Result<Given<Vec<f64>>> {
        self.one_or_more("a number or a list of them", |item| self.positive_of(item))
    }

    /// A share: a number from 0 to 1, or a text such as `1%`.
    pub(crate) fn share(&self) -> syn::Result<Given<f64>> {
        let written = self.value_tokens("a share")?;
        let text = match syn::parse2(written.clone()) {
            Ok(Lit::Str(text)) => text.value(),
            Ok(Lit::Float(number)) => number.base10_digits().to_owned(),
            Ok(Lit::Int(number)) => number.base10_digits().to_owned(),
            _ => return Err(self.expected("a share from 0 to 1", &written)),
        };
        let value = units::share(&text).map_err(|message| syn::Error::new_spanned(&written, message))?;
        Ok(self.given(value, written))
    }

    /// A duration, in nanoseconds. May be zero.
    pub(crate) fn duration(&self) -> syn::Result<Given<u64>> {
        self.text_as("a duration", units::duration_ns)
    }

    /// A duration above zero, in nanoseconds.
    pub(crate) fn time_span(&self) -> syn::Result<Given<u64>> {
        self.text_as("a duration", |text| self.not_zero(units::duration_ns(text)?))
    }

    /// A size above zero, in bytes.
    pub(crate) fn size(&self) -> syn::Result<Given<u64>> {
        self.text_as("a size", |text| self.not_zero(units::bytes(text)?))
    }

    /// A limit such as `p99 <= 10ms`, as it was written.
    pub(crate) fn limit(&self) -> syn::Result<Given<String>> {
        self.text_as("a limit", |text| limit::check(text).map(|()| text.to_owned()))
    }

    /// A list of texts.
    pub(crate) fn texts(&self) -> syn::Result<Given<Vec<String>>> {
        let (list, written) = self.list("a list of texts")?;
        let texts = Punctuated::<LitStr, Token![,]>::parse_terminated
            .parse2(list)
            .map_err(|_| self.expected("a list of texts", &written))?;
        if let Some(empty) = texts.iter().find(|text| text.value().trim().is_empty()) {
            return Err(syn::Error::new_spanned(empty, format!("`{}` has an empty text", self.name)));
        }
        Ok(self.given(texts.iter().map(|text| text.value().trim().to_owned()).collect(), written))
    }

    /// A list of types.
    pub(crate) fn types(&self) -> syn::Result<Given<Vec<TokenStream>>> {
        let (list, written) = self.list("a list of types")?;
        let types = Punctuated::<Type, Token![,]>::parse_terminated.parse2(list)?;
        self.distinct(types.into_iter().map(Type::into_token_stream).collect(), written)
    }

    /// A list of expressions.
    pub(crate) fn expressions(&self) -> syn::Result<Given<Vec<TokenStream>>> {
        let (list, written) = self.list("a list of constants")?;
        let pieces = split_at_commas(list);
        if let Some(gap) = pieces.iter().find(|piece| piece.tokens.is_empty()) {
            return Err(syn::Error::new(gap.end, "expected a constant before this comma"));
        }
        self.distinct(pieces.into_iter().map(|piece| piece.tokens).collect(), written)
    }

    /// Any expression; rustc reads it.
    pub(crate) fn expression(&self) -> syn::Result<Given<TokenStream>> {
        let written = self.value_tokens("an expression")?;
        Ok(self.given(written.clone(), written))
    }

    /// A path.
    pub(crate) fn path(&self) -> syn::Result<Given<Path>> {
        let path = self.value_tokens("a path")?;
        let value = Path::parse_mod_style.parse2(path.clone()).map_err(|_| self.expected("a path", &path))?;
        Ok(self.given(value, path))
    }

    fn given<T>(&self, value: T, written: TokenStream) -> Given<T> {
        Given { value, key: self.name.clone(), written }
    }

    fn value_tokens(&self, what: &str) -> syn::Result<TokenStream> {
        match &self.value {
            RawValue::Is(tokens) => Ok(tokens.clone()),
            _ => Err(self.expected(what, self)),
        }
    }

    fn parsed<T: Parse>(&self, what: &str) -> syn::Result<T> {
        let tokens = self.value_tokens(what)?;
        syn::parse2(tokens.clone()).map_err(|_| self.expected(what, &tokens))
    }

    /// The content of `[..]`, and the whole.
    fn list(&self, what: &str) -> syn::Result<(TokenStream, TokenStream)> {
        let written = self.value_tokens(what)?;
        let content = bracketed(&written).ok_or_else(|| self.expected(what, &written))?;
        match content.is_empty() {
            true => Err(syn::Error::new_spanned(written, format!("`{}` is empty", self.name))),
            false => Ok((content, written)),
        }
    }

    fn one_or_more<T: PartialEq>(
        &self,
        what: &str,
        read: impl Fn(&TokenStream) -> syn::Result<T>,
    ) -> syn::Result<Given<Vec<T>>> {
        let written = self.value_tokens(what)?;
        if bracketed(&written).is_none() {
            return Ok(self.given(vec![read(&written)?], written));
        }
        let (list, _) = self.list(what)?;
        let items = split_at_commas(list);
        let values = items.iter().map(|item| read(&item.tokens)).collect::<syn::Result<Vec<T>>>()?;
        if let Some(twice) = (1..values.len()).find(|&at| values[..at].contains(&values[at])) {
            return Err(self.lists_twice(&items[twice].tokens));
        }
        Ok(self.given(values, written))
    }

    fn count_of<T: Positive>(&self, written: &TokenStream) -> syn::Result<T> {
        let literal = match syn::parse2(written.clone()) {
            Ok(Lit::Int(literal)) if is_plain(&literal) => literal,
            _ => return Err(self.expected("a whole number", written)),
        };
        let value = literal.base10_parse::<u64>().ok().and_then(T::from_u64);
        let value = value.ok_or_else(|| {
            syn::Error::new_spanned(written, format!("`{}` is at most {}", self.name, T::LARGEST))
        })?;
        self.not_zero(value).map_err(|message| syn::Error::new_spanned(written, message))
    }

    fn positive_of(&self, written: &TokenStream) -> syn::Result<f64> {
        let value = match syn::parse2(written.clone()) {
            Ok(Lit::Float(literal)) => literal.base10_parse::<f64>().ok(),
            Ok(Lit::Int(literal)) => literal.base10_parse::<f64>().ok(),
            _ => None,
        };
        let value = value.filter(|value| value.is_finite() && *value >= 0.0);
        let value = value.ok_or_else(|| self.expected("a number above 0", written))?;
        self.not_zero(value).map_err(|message| syn::Error::new_spanned(written, message))
    }

    fn not_zero<T: PartialEq + Default>(&self, value: T) -> Result<T, String> {
        if value == T::default() { Err(format!("`{}` cannot be zero", self.name)) } else { Ok(value) }
    }

    fn distinct(&self, all: Vec<TokenStream>, written: TokenStream) -> syn::Result<Given<Vec<TokenStream>>> {
        for (index, item) in all.iter().enumerate() {
            if all[..index].iter().any(|earlier| label(earlier) == label(item)) {
                return Err(self.lists_twice(item));
            }
        }
        Ok(self.given(all, written))
    }

    fn lists_twice(&self, item: &TokenStream) -> syn::Error {
        syn::Error::new_spanned(item, format!("`{}` lists `{}` twice", self.name, label(item)))
    }

    fn expected(&self, what: &str, at: impl ToTokens) -> syn::Error {
        let example = keys::find(&self.name.to_string())
            .map_or_else(String::new, |key| format!(", for example `{}`", key.example));
        syn::Error::new_spanned(at, format!("`{}` takes {what}{example}", self.name))
    }
}

/// Whole numbers that options hold.
pub(crate) trait Positive: Default + PartialEq + Sized {
    /// The largest one, for messages.
    const LARGEST: u64;

    /// `value`, if it fits.
    fn from_u64(value: u64) -> Option<Self>;
}

impl Positive for u32 {
    const LARGEST: u64 = Self::MAX as u64;

    fn from_u64(value: u64) -> Option<Self> {
        value.try_into().ok()
    }
}

impl Positive for u64 {
    const LARGEST: u64 = Self::MAX;

    fn from_u64(value: u64) -> Option<Self> {
        Some(value)
    }
}

/// The text by which a type or a constant is known: its tokens without spaces.
pub(crate) fn label(tokens: &TokenStream) -> String {
    tokens.to_string().chars().filter(|c| !c.is_whitespace()).collect()
}

/// Whether the literal has neither a sign nor a suffix.
fn is_plain(literal: &LitInt) -> bool {
    literal.suffix().is_empty() && !literal.base10_digits().starts_with('-')
}

fn bracketed(tokens: &TokenStream) -> Option<TokenStream> {
    let list = |input: ParseStream<'_>| {
        let group: proc_macro2::Group = input.parse()?;
        match group.delimiter() {
            Delimiter::Bracket => Ok(group.stream()),
            _ => Err(input.error("no list")),
        }
    };
    list.parse2(tokens.clone()).ok()
}

/// The place of the first token.
pub(crate) fn first_span(tokens: &TokenStream) -> Span {
    tokens.clone().into_iter().next().map_or_else(Span::call_site, |token: TokenTree| token.span())
}
