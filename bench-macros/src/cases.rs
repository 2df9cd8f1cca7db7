//! The expression that makes a benchmark's cases. Main type: [`Cases`].

use proc_macro2::{Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{GenericParam, Ident};

use crate::expand::count;
use crate::model::Model;
use crate::parameters::{Role, Roles};
use crate::signature::Signature;
use crate::values::{Given, first_span, label};

/// How a benchmark's function is called, once per value of `args` and per combination of `types` and `consts`.
pub(crate) struct Cases<'a> {
    private: &'a TokenStream,
    model: &'a Model,
    function: &'a Signature,
    roles: &'a Roles<'a>,
    /// The variable that holds the bencher.
    bencher: Ident,
    /// The variable that holds a value of `args`. It points at the `args` expression: a value that does not fit the
    /// parameter is told there.
    value: Ident,
    /// The variable that holds the fixture. It points at its path, for the same reason.
    fixture: Ident,
}

/// One choice for each generic parameter, in the order of declaration.
struct Combination {
    /// What goes between the angle brackets.
    generics: Vec<TokenStream>,
    /// Names and labels, types first.
    labels: Vec<(String, String)>,
}

impl<'a> Cases<'a> {
    /// The cases of `function`. The options were validated against it.
    pub(crate) fn new(
        private: &'a TokenStream,
        model: &'a Model,
        function: &'a Signature,
        roles: &'a Roles<'a>,
    ) -> Self {
        let args = model.args.as_ref().map_or_else(Span::call_site, |args| first_span(&args.value));
        let fixture = model.fixture.as_ref().map_or_else(Span::call_site, |path| first_span(&path.written));
        Self {
            private,
            model,
            function,
            roles,
            bencher: Ident::new("bencher", Span::mixed_site()),
            value: Ident::new("value", Span::mixed_site().located_at(args)),
            fixture: Ident::new("fixture", Span::mixed_site().located_at(fixture)),
        }
    }

    /// The `body` field of the entry.
    pub(crate) fn body(&self) -> TokenStream {
        let private = self.private;
        let (absence, values, cases) = (self.absence(), self.values(), self.all());
        let cases = quote!(|| { #absence #values #cases });
        match &self.model.fixture {
            Some(Given { value: path, .. }) => {
                let definition =
                    quote_spanned!(self.fixture.span()=> <#path as #private::Source>::definition);
                quote!(#private::Body::WithFixture { cases: #cases, fixture: #definition })
            }
            None => quote!(#private::Body::Cases(#cases)),
        }
    }

    /// Makes no cases where the condition does not hold; then nothing else is evaluated.
    fn absence(&self) -> Option<TokenStream> {
        let condition = &self.model.when.as_ref()?.value;
        let holds = Ident::new("holds", Span::mixed_site());
        Some(quote! {
            let #holds: ::core::primitive::bool = #condition;
            if !#holds {
                return ::std::vec::Vec::new();
            }
        })
    }

    /// Evaluates `args`, once for all combinations.
    fn values(&self) -> Option<TokenStream> {
        let (private, values) = (self.private, values());
        let args = &self.model.args.as_ref()?.value;
        let evaluated = moved(quote!(#private::values), self.value.span());
        let arguments = quote_spanned!(self.value.span()=> (#args));
        Some(quote!(let #values = #evaluated #arguments;))
    }

    /// All cases, as one vector.
    fn all(&self) -> TokenStream {
        let private = self.private;
        let combinations = combinations(self.model, self.function);
        if let [only] = combinations.as_slice()
            && only.labels.is_empty()
        {
            return self.of(only);
        }
        let parts = combinations.iter().map(|combination| {
            let (cases, labels) = (self.of(combination), combination.labels());
            quote!(#private::under(&[#labels], #cases))
        });
        quote! {
            let mut all = ::std::vec::Vec::new();
            #(::core::iter::Extend::extend(&mut all, #parts);)*
            all
        }
    }

    /// The cases of one combination.
    fn of(&self, combination: &Combination) -> TokenStream {
        let Self { private, bencher, value, .. } = self;
        let call = self.prepare(combination);
        match self.roles.value() {
            Some(parameter) => {
                let (name, values) = (parameter.name(), values());
                quote!(#private::cases(#name, &#values, |#bencher, #value| #call))
            }
            None => quote!(#private::one_case(|#bencher| #call)),
        }
    }

    /// What a case does with the bencher it is given.
    fn prepare(&self, combination: &Combination) -> TokenStream {
        let counts = self.counts(combination);
        let preparing = match self.roles.has_bencher() {
            true => self.set_up(combination),
            false => self.whole_body(combination),
        };
        let taken = self.taken();
        quote!({ #taken #counts #preparing })
    }

    /// Takes the fixture out of the bencher.
    fn taken(&self) -> Option<TokenStream> {
        let Self { private, bencher, fixture, .. } = self;
        let path = &self.model.fixture.as_ref()?.value;
        Some(quote_spanned!(fixture.span()=> let #fixture = #private::taken::<#path, _, _>(&#bencher);))
    }

    /// Calls a function that makes its own `Prepared`.
    fn set_up(&self, combination: &Combination) -> TokenStream {
        let private = self.private;
        let done = if self.function.asyncness.is_some() { quote!(awaited) } else { quote!(done) };
        let call = self.call(combination);
        quote!(#private::Preparing::#done(#call))
    }

    /// Measures a function whose whole body is the routine.
    fn whole_body(&self, combination: &Combination) -> TokenStream {
        let Self { private, bencher, .. } = self;
        let call = self.call(combination);
        let fallible = self.function.returns("Result");
        let method = |plain: &str, fallible_form: &str| {
            Ident::new(if fallible { fallible_form } else { plain }, self.blame_output())
        };
        let (inputs, clones) = self.inputs();
        let prepared = match self.function.asyncness {
            None if inputs.is_empty() => {
                let iter = method("iter", "try_iter");
                quote!(#bencher.#iter(move || #call))
            }
            None => {
                let iter = method("iter_with_input", "try_iter_with_input");
                quote!(#bencher.#iter(move || (#(#clones,)*), |(#(#inputs,)*)| #call))
            }
            Some(_) => {
                let iter = method("iter_concurrent", "try_iter_concurrent");
                quote!(#bencher.#iter(move || { #(let #inputs = #clones;)* #call }))
            }
        };
        quote!(#private::Preparing::done(#prepared))
    }

    /// What a function without a bencher is given anew in every iteration, and how.
    fn inputs(&self) -> (Vec<&Ident>, Vec<TokenStream>) {
        let value = self.roles.value().map(|_| &self.value);
        let fixture = self.roles.fixture.map(|_| &self.fixture);
        let inputs: Vec<&Ident> = value.into_iter().chain(fixture).collect();
        let clone = |input: &&Ident| quote_spanned!(input.span()=> ::core::clone::Clone::clone(&#input));
        let clones = inputs.iter().map(clone).collect();
        (inputs, clones)
    }

    /// The call itself. It points at the returned type, which is to blame when it is not one a benchmark can return.
    fn call(&self, combination: &Combination) -> TokenStream {
        let (mut ident, turbofish) = (self.function.ident.clone(), combination.turbofish());
        ident.set_span(self.blame_output());
        let arguments = self.roles.order.iter().map(|role| match role {
            Role::Bencher => &self.bencher,
            Role::Value => &self.value,
            Role::Fixture => &self.fixture,
        });
        quote_spanned!(self.blame_output()=> #ident #turbofish (#(#arguments),*))
    }

    fn blame_output(&self) -> Span {
        Span::call_site().located_at(self.function.output_span())
    }

    /// Tells the bencher what one iteration processes. The expressions stand in a function with the benchmark's own
    /// generics and parameter, so they may name both. Its name is visible to them, hence a reserved one.
    fn counts(&self, combination: &Combination) -> TokenStream {
        let items = self.model.items.as_ref().map(|items| ("items", &items.value));
        let bytes = self.model.bytes.as_ref().map(|bytes| ("bytes", &bytes.value));
        let counts = [items, bytes].into_iter().flatten();
        counts.map(|(method, expression)| self.count(combination, method, expression)).collect()
    }

    fn count(&self, combination: &Combination, method: &str, expression: &TokenStream) -> TokenStream {
        let Self { private, bencher, value, .. } = self;
        let (method, turbofish) = (Ident::new(method, Span::call_site()), combination.turbofish());
        let count = count(private, expression);
        let (generics, _, bounds) = self.function.generics.split_for_impl();
        let parameter = self.roles.value().map(|parameter| {
            let (pattern, ty) = (&parameter.pattern, &parameter.ty);
            quote!(#pattern: #ty)
        });
        let argument = self.roles.value().map(|_| quote!(::core::clone::Clone::clone(&#value)));
        quote! {
            let #bencher = {
                #[allow(unused_variables, unused_mut)]
                fn __adapter_bench_count #generics (#parameter) -> ::core::primitive::u64 #bounds {
                    #count
                }
                #bencher.#method(__adapter_bench_count #turbofish (#argument))
            };
        }
    }
}

/// `tokens`, blamed on `span`.
fn moved(tokens: TokenStream, span: Span) -> TokenStream {
    let at = |mut token: TokenTree| {
        token.set_span(token.span().located_at(span));
        token
    };
    tokens.into_iter().map(at).collect()
}

/// The variable that holds all values of `args`.
fn values() -> Ident {
    Ident::new("values", Span::mixed_site())
}

/// Every choice of a type and a constant; one empty choice for a function without generics.
fn combinations(model: &Model, function: &Signature) -> Vec<Combination> {
    let mut all = vec![Combination { generics: Vec::new(), labels: Vec::new() }];
    for parameter in &function.generics.params {
        let (name, list, is_type) = match parameter {
            GenericParam::Type(parameter) => (&parameter.ident, &model.types, true),
            GenericParam::Const(parameter) => (&parameter.ident, &model.consts, false),
            GenericParam::Lifetime(_) => continue,
        };
        let choices = list.iter().flat_map(|list| &list.value);
        all = choices.flat_map(|choice| all.iter().map(|so_far| so_far.and(name, choice, is_type))).collect();
    }
    all
}

impl Combination {
    /// This combination with one more choice.
    fn and(&self, name: &Ident, choice: &TokenStream, is_type: bool) -> Self {
        let (mut generics, mut labels) = (self.generics.clone(), self.labels.clone());
        generics.push(if is_type { choice.clone() } else { constant(choice) });
        let at = if is_type { 0 } else { labels.len() };
        labels.insert(at, (name.to_string(), label(choice)));
        Self { generics, labels }
    }

    fn turbofish(&self) -> Option<TokenStream> {
        let generics = &self.generics;
        (!generics.is_empty()).then(|| quote!(::<#(#generics),*>))
    }

    fn labels(&self) -> TokenStream {
        let pairs = self.labels.iter().map(|(name, label)| {
            let (name, label) = (Literal::string(name), Literal::string(label));
            quote!((#name, #label))
        });
        quote!(#(#pairs),*)
    }
}

/// A constant as a generic argument: in braces, unless it is a literal.
fn constant(choice: &TokenStream) -> TokenStream {
    match syn::parse2::<syn::Lit>(choice.clone()) {
        Ok(literal) => literal.into_token_stream(),
        Err(_) => quote!({ #choice }),
    }
}
