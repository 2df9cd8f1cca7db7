//! `#[fixture]` and `#[service]`: functions that make what benchmarks take. Main function: [`provider`].
//!
//! The function stays as it is. Beside it stands an empty type of the same name, which is where `fixture = path` and the
//! parameters of other fixtures find it: functions and types do not share their names, and one `use` brings both.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Path;

use crate::args;
use crate::expand;
use crate::mistakes::Mistakes;
use crate::signature::{Parameter, Signature};
use crate::values::{Given, first_span};

/// Which of the two attributes is being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// Made in every worker process.
    Fixture,
    /// Made once per run.
    Service,
}

impl Sort {
    fn attribute(self) -> &'static str {
        match self {
            Self::Fixture => "#[fixture]",
            Self::Service => "#[service]",
        }
    }

    fn options(self) -> &'static [&'static str] {
        match self {
            Self::Fixture => &["teardown", "crate"],
            Self::Service => &["timeout", "crate"],
        }
    }
}

/// What an attribute says.
#[derive(Default)]
struct Told {
    teardown: Option<Given<Path>>,
    /// In nanoseconds.
    timeout: Option<Given<u64>>,
    krate: Option<Given<Path>>,
    /// Where parameters come from that are not called after it.
    sources: Vec<(Ident, Path)>,
}

/// What fills a parameter.
enum Filling {
    /// The value of another fixture or service.
    From(Path, Span),
    /// What a service knows of its run.
    Scope,
}

/// The item beside a function under `sort`'s attribute, or nothing where something is wrong.
pub(crate) fn provider(
    sort: Sort,
    options: TokenStream,
    item: &TokenStream,
    mistakes: &mut Mistakes,
) -> Option<TokenStream> {
    let function = mistakes.keep(syn::parse2::<Signature>(item.clone()))?;
    let told = Told::read(sort, options, &function, mistakes);
    form(sort, &function, mistakes);
    let fillings = fillings(sort, &function, &told, mistakes);
    mistakes.is_empty().then(|| Provider { sort, function: &function, told: &told, fillings }.item())
}

impl Told {
    fn read(sort: Sort, options: TokenStream, function: &Signature, mistakes: &mut Mistakes) -> Self {
        let mut told = Self::default();
        let mut seen: Vec<String> = Vec::new();
        for key in args::parse(options, mistakes) {
            let name = key.name.to_string();
            if seen.contains(&name) {
                mistakes.on(&key, format!("`{name}` is given twice"));
                continue;
            }
            let read = match name.as_str() {
                "teardown" if sort == Sort::Fixture => key.path().map(|path| told.teardown = Some(path)),
                "timeout" if sort == Sort::Service => key.time_span().map(|time| told.timeout = Some(time)),
                "crate" => key.path().map(|path| told.krate = Some(path)),
                _ if function.parameters.iter().any(|parameter| source_name(parameter) == name) => {
                    key.path().map(|path| told.sources.push((key.name.clone(), path.value)))
                }
                _ => Err(syn::Error::new(key.name.span(), unknown(sort, &name))),
            };
            mistakes.keep(read);
            seen.push(name);
        }
        told
    }

    /// Where a parameter comes from: where the attribute says, else from what it is called after.
    fn source(&self, parameter: &Parameter) -> Path {
        let name = source_name(parameter);
        match self.sources.iter().find(|(of, _)| *of == name) {
            Some((_, path)) => path.clone(),
            None => Ident::new(&name, first_span(&parameter.pattern)).into(),
        }
    }
}

/// What a parameter is called after. One that is needed and not used may be marked as Rust does it: `_schema`.
fn source_name(parameter: &Parameter) -> String {
    let name = parameter.name();
    name.strip_prefix('_').unwrap_or(&name).to_owned()
}

fn unknown(sort: Sort, name: &str) -> String {
    format!(
        "`{}` has no option `{name}`, and there is no parameter of this name\nits options are: {}; and where a parameter \
         comes from that is called otherwise, as in `{name} = path::to::fixture`",
        sort.attribute(),
        sort.options().join(", ")
    )
}

/// Whether the harness can call the function.
fn form(sort: Sort, function: &Signature, mistakes: &mut Mistakes) {
    let what = if sort == Sort::Fixture { "a fixture" } else { "a service" };
    if let Some(keyword) = &function.unsafety {
        mistakes.on(keyword, format!("{what} cannot be an `unsafe fn`: put the unsafe block inside"));
    }
    if let Some(span) = function.receiver {
        mistakes.at(span, format!("{what} has no `self`: make it a free function"));
    }
    if let Some(first) = function.generics.params.first() {
        mistakes.on(first, format!("{what} has no generic parameters: it is one value for all that take it"));
    }
}

/// What fills each parameter.
fn fillings(sort: Sort, function: &Signature, told: &Told, mistakes: &mut Mistakes) -> Vec<Filling> {
    let mut fillings = Vec::new();
    for parameter in &function.parameters {
        let filling = filling(sort, parameter, told);
        fillings.extend(mistakes.keep(filling));
    }
    fillings
}

fn filling(sort: Sort, parameter: &Parameter, told: &Told) -> syn::Result<Filling> {
    let wrong = |message: &str| Err(syn::Error::new_spanned(&parameter.ty, message));
    match sort {
        Sort::Service if parameter.is("Scope") => return Ok(Filling::Scope),
        Sort::Fixture if parameter.is("Scope") => {
            return wrong("a `Scope` belongs to a `#[service]`, of which there is one per run");
        }
        _ => {}
    }
    if !parameter.is("Fixture") {
        return wrong(
            "the parameters are other fixtures or services: take one as `name: Fixture<Type>`, called after it",
        );
    }
    if !is_named(parameter) {
        let message = "call this parameter after the fixture it comes from";
        return Err(syn::Error::new_spanned(&parameter.pattern, message));
    }
    Ok(Filling::From(told.source(parameter), first_span(&parameter.ty)))
}

fn is_named(parameter: &Parameter) -> bool {
    parameter.name() != "arg" || parameter.pattern.to_string() == "arg"
}

/// A function that makes something, and all that is known of it.
struct Provider<'a> {
    sort: Sort,
    function: &'a Signature,
    told: &'a Told,
    fillings: Vec<Filling>,
}

impl Provider<'_> {
    /// The type of the function's name, and what it stands for.
    fn item(&self) -> TokenStream {
        let (private, ident, visibility) = (self.private(), &self.function.ident, &self.function.visibility);
        let (value, definition) = (self.value(), self.definition());
        let conditions: Vec<_> =
            self.function.attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).collect();
        quote! {
            #(#conditions)*
            #[doc(hidden)]
            #[allow(dead_code, non_camel_case_types, unreachable_pub)]
            #visibility struct #ident {}
            #(#conditions)*
            const _: () = {
                impl #private::Source for #ident {
                    type Value = #value;
                    fn definition() -> &'static #private::Definition {
                        static DEFINITION: #private::Definition = #definition;
                        &DEFINITION
                    }
                }
            };
        }
    }

    fn private(&self) -> TokenStream {
        expand::private_of(self.told.krate.as_ref())
    }

    fn is_fallible(&self) -> bool {
        self.function.returns("Result")
    }

    /// The type of what is made.
    fn value(&self) -> TokenStream {
        let (private, output) = (self.private(), &self.function.output);
        match (output.is_empty(), self.is_fallible()) {
            (true, _) => quote!(()),
            (false, true) => {
                quote_spanned!(self.function.output_span()=> <#output as #private::Fallible>::Value)
            }
            (false, false) => output.clone(),
        }
    }

    fn definition(&self) -> TokenStream {
        let private = self.private();
        let place = expand::place(&private, self.function.ident.span());
        let (name, needs, make) = (expand::unraw(&self.function.ident), self.needs(), self.make());
        quote! {
            #private::Definition { #place function: #name, needs: &[#(#needs),*], make: #make }
        }
    }

    fn needs(&self) -> impl Iterator<Item = TokenStream> {
        let private = self.private();
        self.fillings.iter().filter_map(move |filling| match filling {
            Filling::From(path, _) => {
                let span = first_span(&path.to_token_stream());
                Some(quote_spanned!(span=> <#path as #private::Source>::definition))
            }
            Filling::Scope => None,
        })
    }

    /// How it is made.
    fn make(&self) -> TokenStream {
        let (private, supply) = (self.private(), Ident::new("supply", Span::mixed_site()));
        let scope = Ident::new("scope", Span::mixed_site());
        let making = self.making(&supply, &scope);
        match self.sort {
            Sort::Fixture => {
                let teardown = self.teardown();
                quote!(#private::Make::Fixture { build: |#supply| #making, teardown: #teardown })
            }
            Sort::Service => {
                let ident = &self.function.ident;
                let timeout = match &self.told.timeout {
                    Some(Given { value, .. }) => quote!(::core::option::Option::Some(
                        #private::Duration::from_nanos(#value)
                    )),
                    None => quote!(::core::option::Option::None),
                };
                quote!(#private::Make::Service {
                    start: |#scope, #supply| #making,
                    send: #private::send::<#ident>,
                    receive: #private::receive::<#ident>,
                    timeout: #timeout,
                })
            }
        }
    }

    /// The call of the function, wrapped by what it returns.
    fn making(&self, supply: &Ident, scope: &Ident) -> TokenStream {
        let private = self.private();
        let arguments = self.fillings.iter().map(|filling| match filling {
            Filling::From(path, span) => {
                let mut supply = supply.clone();
                supply.set_span(supply.span().located_at(*span));
                quote_spanned!(*span=> #supply.take::<#path>())
            }
            Filling::Scope => scope.to_token_stream(),
        });
        let ident = &self.function.ident;
        let wrap = match (self.function.asyncness.is_some(), self.is_fallible()) {
            (false, false) => quote!(done),
            (false, true) => quote!(tried),
            (true, false) => quote!(awaited),
            (true, true) => quote!(awaited_trying),
        };
        let takes_scope = self.fillings.iter().any(|filling| matches!(filling, Filling::Scope));
        let unused = match (self.sort, takes_scope) {
            (Sort::Service, false) => quote!(let _ = #scope;),
            _ => quote!(),
        };
        quote!({ let _ = &#supply; #unused #private::Making::#wrap(#ident(#(#arguments),*)) })
    }

    /// How it is taken down again, if not by being dropped.
    fn teardown(&self) -> TokenStream {
        let Some(Given { value: path, .. }) = &self.told.teardown else {
            return quote!(::core::option::Option::None);
        };
        let (private, ident) = (self.private(), &self.function.ident);
        let (held, span) = (Ident::new("held", Span::mixed_site()), first_span(&path.to_token_stream()));
        let wrap = if self.function.asyncness.is_some() { "awaited" } else { "done" };
        let wrap = Ident::new(wrap, Span::mixed_site().located_at(span));
        let call = quote_spanned!(span=> #path(#private::value_of::<#ident>(#held)));
        quote!(::core::option::Option::Some(|#held| #private::TearingDown::#wrap(#call)))
    }
}
