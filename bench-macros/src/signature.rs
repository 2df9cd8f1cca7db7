//! The parts of a function item that the expansion needs. Main type: [`Signature`].
//!
//! Read by hand: the part of syn that knows function bodies would cost seconds of every first build, and the body is
//! never looked at.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Abi, Attribute, Generics, Token, Type, Visibility, WhereClause, token};

/// A function without its body.
pub(crate) struct Signature {
    /// Attributes below the one being expanded.
    pub(crate) attributes: Vec<Attribute>,
    /// Who may name it.
    pub(crate) visibility: Visibility,
    /// The keyword of an `async fn`.
    pub(crate) asyncness: Option<Token![async]>,
    /// The keyword of an `unsafe fn`.
    pub(crate) unsafety: Option<Token![unsafe]>,
    /// Its name.
    pub(crate) ident: Ident,
    /// Its generics, with the where clause.
    pub(crate) generics: Generics,
    /// Where `self` stands.
    pub(crate) receiver: Option<Span>,
    /// Its parameters, without `self`.
    pub(crate) parameters: Vec<Parameter>,
    /// The type after `->`; empty for none.
    pub(crate) output: TokenStream,
}

/// One parameter.
#[derive(Debug)]
pub(crate) struct Parameter {
    /// What stands before the colon.
    pub(crate) pattern: TokenStream,
    /// What stands after it.
    pub(crate) ty: TokenStream,
}

impl Parameter {
    /// The name to show: the identifier, or `arg` for a pattern.
    pub(crate) fn name(&self) -> String {
        let mut words = self.pattern.clone().into_iter().filter(|token| !is_word(token, "mut"));
        match (words.next(), words.next()) {
            (Some(TokenTree::Ident(name)), None) if name != "_" => name.unraw().to_string(),
            _ => "arg".to_owned(),
        }
    }

    /// Whether the last segment of its type's path is `name`.
    pub(crate) fn is(&self, name: &str) -> bool {
        is_path_to(&self.ty, name)
    }

    /// Whether its type is a reference to such a path.
    pub(crate) fn refers_to(&self, name: &str) -> bool {
        match syn::parse2::<Type>(self.ty.clone()) {
            Ok(Type::Reference(reference)) => is_path_to(&reference.elem.into_token_stream(), name),
            _ => false,
        }
    }
}

impl ToTokens for Parameter {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend([self.pattern.clone(), self.ty.clone()]);
    }
}

impl Signature {
    /// Whether the last segment of the returned type's path is `name`.
    pub(crate) fn returns(&self, name: &str) -> bool {
        is_path_to(&self.output, name)
    }

    /// The place to blame for what the function returns.
    pub(crate) fn output_span(&self) -> Span {
        self.output.clone().into_iter().next().map_or(self.ident.span(), |first| first.span())
    }
}

/// Whether `ty` is a path whose last segment is `name`; generic arguments do not count.
pub(crate) fn is_path_to(ty: &TokenStream, name: &str) -> bool {
    let mut ty = syn::parse2::<Type>(ty.clone());
    while let Ok(Type::Group(group)) = ty {
        ty = Ok(*group.elem);
    }
    matches!(ty, Ok(Type::Path(path)) if path.path.segments.last().is_some_and(|last| last.ident == name))
}

impl Parse for Signature {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        input.parse::<Option<Token![const]>>()?;
        let asyncness = input.parse()?;
        let unsafety = input.parse()?;
        input.parse::<Option<Abi>>()?;
        input.parse::<Token![fn]>().map_err(|_| input.error("this attribute goes on a function"))?;
        let ident = input.parse()?;
        let mut generics: Generics = input.parse()?;
        let list;
        syn::parenthesized!(list in input);
        let (receiver, parameters) = parameters(&list)?;
        let output = output(input)?;
        generics.where_clause = input.parse::<Option<WhereClause>>()?;
        body(input)?;
        Ok(Self {
            attributes,
            visibility,
            asyncness,
            unsafety,
            ident,
            generics,
            receiver,
            parameters,
            output,
        })
    }
}

/// The parameters between the parentheses: where `self` stands, and the others.
fn parameters(list: ParseStream<'_>) -> syn::Result<(Option<Span>, Vec<Parameter>)> {
    let (mut receiver, mut parameters) = (None, Vec::new());
    while !list.is_empty() {
        list.call(Attribute::parse_outer)?;
        let pattern = until(list, |list| is_single_colon(list) || list.peek(Token![,]))?;
        let written_self = pattern.clone().into_iter().find(|token| is_word(token, "self"));
        let ty = match list.parse::<Option<Token![:]>>()? {
            Some(_) => type_until(list, |list| list.peek(Token![,]))?,
            None if written_self.is_some() => TokenStream::new(),
            None => return Err(syn::Error::new_spanned(pattern, "expected a parameter with a type")),
        };
        match written_self {
            Some(found) => receiver = Some(found.span()),
            None => parameters.push(Parameter { pattern, ty }),
        }
        list.parse::<Option<Token![,]>>()?;
    }
    Ok((receiver, parameters))
}

fn is_single_colon(list: ParseStream<'_>) -> bool {
    list.peek(Token![:]) && !list.peek(Token![::])
}

/// The type after `->`, if there is one.
fn output(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    match input.parse::<Option<Token![->]>>()? {
        Some(_) => type_until(input, |input| input.peek(Token![where]) || input.peek(token::Brace)),
        None => Ok(TokenStream::new()),
    }
}

fn body(input: ParseStream<'_>) -> syn::Result<()> {
    let body;
    syn::braced!(body in input);
    body.parse::<TokenStream>()?;
    Ok(())
}

/// The tokens up to `end`; `::` is kept together.
fn until(input: ParseStream<'_>, end: impl Fn(ParseStream<'_>) -> bool) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    while !input.is_empty() && !end(input) {
        if let Some(separator) = input.parse::<Option<Token![::]>>()? {
            separator.to_tokens(&mut tokens);
        } else {
            tokens.extend([input.parse::<TokenTree>()?]);
        }
    }
    Ok(tokens)
}

/// The tokens of a type up to `end` outside its angle brackets.
fn type_until(input: ParseStream<'_>, end: impl Fn(ParseStream<'_>) -> bool) -> syn::Result<TokenStream> {
    let (mut tokens, mut depth) = (TokenStream::new(), 0_usize);
    while !input.is_empty() && (depth > 0 || !end(input)) {
        if let Some(arrow) = input.parse::<Option<Token![->]>>()? {
            arrow.to_tokens(&mut tokens);
            continue;
        }
        let token = input.parse::<TokenTree>()?;
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == '<' => depth += 1,
            TokenTree::Punct(punct) if punct.as_char() == '>' => depth = depth.saturating_sub(1),
            _ => {}
        }
        tokens.extend([token]);
    }
    Ok(tokens)
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature(source: &str) -> Signature {
        syn::parse_str(source).expect("the test's function is well-formed")
    }

    fn text(tokens: &impl ToTokens) -> String {
        tokens.to_token_stream().to_string().replace(' ', "")
    }

    #[test]
    fn a_plain_function() {
        let f = signature("fn parse() {}");
        assert_eq!(f.ident, "parse");
        assert!(f.parameters.is_empty() && f.output.is_empty() && f.asyncness.is_none());
    }

    #[test]
    fn everything_before_the_name() {
        let f = signature(r#"#[cfg(unix)] #[inline] pub(crate) const async unsafe extern "C" fn f() {}"#);
        assert_eq!(f.attributes.len(), 2);
        assert!(f.asyncness.is_some() && f.unsafety.is_some());
    }

    #[test]
    fn parameters_are_split_outside_angle_brackets() {
        let f =
            signature("fn f(b: a::Bencher, map: HashMap<u8, Vec<(u8, u8)>>, #[cfg(x)] g: fn(u8) -> u8,) {}");
        let types: Vec<String> = f.parameters.iter().map(|p| text(&p.ty)).collect();
        assert_eq!(types, ["a::Bencher", "HashMap<u8,Vec<(u8,u8)>>", "fn(u8)->u8"]);
        assert!(f.parameters[0].is("Bencher") && f.parameters[1].is("HashMap"));
    }

    #[test]
    fn a_parameter_is_named_after_its_identifier() {
        let f = signature("fn f(rows: u8, mut r#type: u8, (a, b): (u8, u8), _: u8, Some::<u8>(x): u8) {}");
        let names: Vec<String> = f.parameters.iter().map(Parameter::name).collect();
        assert_eq!(names, ["rows", "type", "arg", "arg", "arg"]);
    }

    #[test]
    fn every_form_of_self_is_seen() {
        for this in ["self", "mut self", "&self", "&'a mut self", "self: Box<Self>"] {
            let f = signature(&format!("fn f({this}, n: u8) {{}}"));
            assert!(f.receiver.is_some(), "{this}");
            assert_eq!(f.parameters.len(), 1, "{this}");
        }
    }

    #[test]
    fn generics_and_where_clause() {
        let f = signature("fn f<T: Pair<A, B>, const N: usize>(t: T) -> Vec<[T; { N }]> where T: Clone {}");
        assert_eq!(f.generics.params.len(), 2);
        assert!(f.generics.where_clause.is_some());
        assert_eq!(text(&f.output), "Vec<[T;{N}]>");
    }

    #[test]
    fn the_last_segment_of_the_returned_path_counts() {
        assert!(signature("fn f() -> std::io::Result<()> {}").returns("Result"));
        assert!(signature("fn f() -> <A as B>::Result {}").returns("Result"));
        assert!(!signature("fn f() -> Option<Result<(), ()>> {}").returns("Result"));
        assert!(!signature("fn f() -> &'static Result<(), ()> {}").returns("Result"));
        assert!(!signature("fn f() {}").returns("Result"));
    }

    #[test]
    fn what_is_no_function_is_refused() {
        for source in ["struct S;", "fn f();", "fn f(u8) {}", "mod m {}", "fn f() -> u8"] {
            assert!(syn::parse_str::<Signature>(source).is_err(), "{source}");
        }
    }
}
