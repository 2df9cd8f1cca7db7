//! The parts of an inline module that the expansion needs. Main type: [`Module`].

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Token, Visibility, token};

const WHERE: &str = "`#[bench_group]` goes on an inline module: write `mod name { … }`";

/// A `mod name { … }`.
#[derive(Debug)]
pub(crate) struct Module {
    /// Everything up to and with its name.
    head: TokenStream,
    /// Its name.
    pub(crate) ident: Ident,
    /// What stands between its braces.
    content: TokenStream,
}

impl Module {
    /// The module with `item` at its end.
    pub(crate) fn with(&self, item: &TokenStream) -> TokenStream {
        let Self { head, content, .. } = self;
        quote!(#head { #content #item })
    }
}

impl Parse for Module {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility: Visibility = input.parse()?;
        let keyword: Token![mod] = input.parse().map_err(|_| input.error(WHERE))?;
        let ident: Ident = input.parse()?;
        if input.peek(Token![;]) {
            return Err(input.error(WHERE));
        }
        let head = quote!(#(#attributes)* #visibility #keyword #ident);
        let body;
        let _: token::Brace = syn::braced!(body in input);
        Ok(Self { head, ident, content: body.parse()? })
    }
}

impl ToTokens for Module {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.with(&TokenStream::new()));
    }
}
