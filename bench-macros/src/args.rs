//! From the attribute's tokens to keys with raw values; nothing is interpreted. Main type: [`RawKey`].

use proc_macro2::{Delimiter, Ident, Spacing, Span, TokenStream, TokenTree};
use quote::ToTokens;

use crate::mistakes::Mistakes;

/// One `key`, `key = value` or `key(..)` of an attribute.
#[derive(Debug)]
pub(crate) struct RawKey {
    /// The key; may be a keyword (`async`, `crate`).
    pub(crate) name: Ident,
    /// What follows it.
    pub(crate) value: RawValue,
}

/// What follows a key.
#[derive(Debug)]
pub(crate) enum RawValue {
    /// Nothing.
    Absent,
    /// `= value`; never empty.
    Is(TokenStream),
    /// `(..)`, without the parentheses.
    List(TokenStream),
}

impl ToTokens for RawKey {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.name.to_tokens(tokens);
        if let RawValue::Is(value) | RawValue::List(value) = &self.value {
            value.to_tokens(tokens);
        }
    }
}

/// Reads a comma-separated list of keys. What cannot be read is noted and left out.
pub(crate) fn parse(tokens: TokenStream, mistakes: &mut Mistakes) -> Vec<RawKey> {
    let pieces = split_at_commas(tokens);
    pieces.into_iter().filter_map(|piece| mistakes.keep(RawKey::read(piece))).collect()
}

impl RawKey {
    fn read(piece: Piece) -> syn::Result<Self> {
        let mut tokens = piece.tokens.into_iter();
        let name = match tokens.next() {
            Some(TokenTree::Ident(name)) => name,
            Some(other) => return Err(syn::Error::new(other.span(), "expected the name of an option")),
            None => return Err(syn::Error::new(piece.end, "expected an option before this comma")),
        };
        let value = RawValue::read(&name, tokens.collect())?;
        Ok(Self { name, value })
    }
}

impl RawValue {
    fn read(name: &Ident, rest: TokenStream) -> syn::Result<Self> {
        let mut tokens = rest.clone().into_iter();
        let (first, after) = (tokens.next(), tokens.collect::<TokenStream>());
        match first {
            None => Ok(Self::Absent),
            Some(TokenTree::Punct(equals)) if equals.as_char() == '=' => Self::assigned(name, &equals, after),
            Some(TokenTree::Group(list))
                if list.delimiter() == Delimiter::Parenthesis && after.is_empty() =>
            {
                Ok(Self::List(list.stream()))
            }
            Some(_) => Err(syn::Error::new_spanned(rest, format!("expected `=` or `,` after `{name}`"))),
        }
    }

    fn assigned(name: &Ident, equals: &proc_macro2::Punct, value: TokenStream) -> syn::Result<Self> {
        if value.is_empty() {
            let message = format!("expected a value after `{name} =`");
            return Err(syn::Error::new(equals.span(), message));
        }
        match missing_comma(&value) {
            Some(span) => Err(syn::Error::new(span, "expected `,` before this option")),
            None => Ok(Self::Is(value)),
        }
    }
}

/// Where an option follows a literal without a comma. Only `as` can follow one in an expression.
fn missing_comma(value: &TokenStream) -> Option<Span> {
    let mut tokens = value.clone().into_iter();
    match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Literal(_)), Some(TokenTree::Ident(word))) if word != "as" => Some(word.span()),
        _ => None,
    }
}

/// The tokens between two commas.
#[derive(Debug)]
pub(crate) struct Piece {
    /// What stands there; empty only when two commas follow each other.
    pub(crate) tokens: TokenStream,
    /// The comma after it, or the end.
    pub(crate) end: Span,
}

/// Splits at the commas that are outside delimiters and outside the angle brackets of paths such as
/// `parse::<A, B>()` and `<A as Pair<B, C>>::all()`. A trailing comma is fine.
pub(crate) fn split_at_commas(tokens: TokenStream) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut current = Vec::new();
    let mut angles = Angles::default();
    for token in tokens {
        match &token {
            TokenTree::Punct(comma) if comma.as_char() == ',' && angles.depth == 0 => {
                pieces.push(Piece { tokens: current.drain(..).collect(), end: comma.span() });
                angles = Angles::default();
            }
            _ => {
                angles.see(&token);
                current.push(token);
            }
        }
    }
    if !current.is_empty() {
        pieces.push(Piece { tokens: current.into_iter().collect(), end: Span::call_site() });
    }
    pieces
}

/// Tells the angle brackets of paths from the comparison and shift operators of expressions.
#[derive(Default)]
struct Angles {
    depth: usize,
    previous: Previous,
}

/// What the token before the current one was.
#[derive(Clone, Copy, Default, PartialEq)]
enum Previous {
    /// Something after which a path may begin: nothing, or an operator.
    #[default]
    Operator,
    /// The end of `::`.
    PathSeparator,
    /// The first half of `::`, `->` or `=>`.
    Half(char),
    /// Anything else.
    Operand,
}

impl Angles {
    fn see(&mut self, token: &TokenTree) {
        let TokenTree::Punct(punct) = token else {
            self.previous = Previous::Operand;
            return;
        };
        let character = punct.as_char();
        match character {
            '<' if self.depth > 0 || self.opens() => self.depth += 1,
            '>' if !matches!(self.previous, Previous::Half('-' | '=')) => {
                self.depth = self.depth.saturating_sub(1);
            }
            _ => {}
        }
        self.previous = match (self.previous, character) {
            (Previous::Half(':'), ':') => Previous::PathSeparator,
            (_, ':' | '-' | '=') if punct.spacing() == Spacing::Joint => Previous::Half(character),
            (_, '<' | '>') => Previous::Operand,
            _ => Previous::Operator,
        };
    }

    fn opens(&self) -> bool {
        matches!(self.previous, Previous::Operator | Previous::PathSeparator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(source: &str) -> Vec<String> {
        let tokens = source.parse().expect("the test's tokens are balanced");
        split_at_commas(tokens).iter().map(|piece| piece.tokens.to_string().replace(' ', "")).collect()
    }

    fn mistakes(source: &str) -> Vec<String> {
        let mut mistakes = Mistakes::default();
        parse(source.parse().expect("the test's tokens are balanced"), &mut mistakes);
        mistakes.messages()
    }

    #[test]
    fn commas_inside_delimiters_do_not_split() {
        assert_eq!(pieces("args = [1, 2], group = f(a, b)"), ["args=[1,2]", "group=f(a,b)"]);
    }

    #[test]
    fn commas_inside_paths_do_not_split() {
        assert_eq!(pieces("args = all::<A, Vec<B>>(), x"), ["args=all::<A,Vec<B>>()", "x"]);
        assert_eq!(pieces("args = <A as Pair<B, C>>::all(), x"), ["args=<AasPair<B,C>>::all()", "x"]);
        assert_eq!(pieces("f::<fn(A) -> B, C>(), x"), ["f::<fn(A)->B,C>()", "x"]);
    }

    #[test]
    fn operators_are_not_angle_brackets() {
        assert_eq!(pieces("items = 1 << 4, bytes = a < b, x"), ["items=1<<4", "bytes=a<b", "x"]);
        assert_eq!(pieces("a = b > c, d = e >> f, g"), ["a=b>c", "d=e>>f", "g"]);
        assert_eq!(pieces("a = b >= c, d = -1, g"), ["a=b>=c", "d=-1", "g"]);
    }

    #[test]
    fn a_trailing_comma_is_fine() {
        assert_eq!(pieces("a, b,"), ["a", "b"]);
        assert!(pieces("").is_empty());
    }

    #[test]
    fn keywords_are_keys() {
        assert!(mistakes("async, crate = a::b, async(workers = 2)").is_empty());
    }

    #[test]
    fn every_broken_piece_is_told() {
        assert_eq!(
            mistakes("1, a b, c =, , d = 1 e = 2, f = 1 as u8"),
            [
                "expected the name of an option",
                "expected `=` or `,` after `a`",
                "expected a value after `c =`",
                "expected an option before this comma",
                "expected `,` before this option",
            ]
        );
    }
}
