//! From typed options to the code that registers them. The function or module itself is never touched.
//!
//! What is generated names `__private` of the harness and absolute paths only. Its local variables carry mixed-site
//! hygiene, so that they cannot be confused with names in the user's expressions.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Ident, LitInt, Path};

use crate::cases::Cases;
use crate::model::{Arrivals, Flavor, Kind, Model};
use crate::parameters::Roles;
use crate::signature::Signature;
use crate::values::Given;

/// The item that registers a benchmark.
pub(crate) fn benchmark(model: &Model, function: &Signature, roles: &Roles<'_>) -> TokenStream {
    let private = private(model);
    let entry = entry(&private, model, function, &Cases::new(&private, model, function, roles));
    let conditions = function.attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    quote! {
        #(#conditions)*
        const _: () = {
            #private::submit! { #entry }
        };
    }
}

/// The item that registers the options of a module; goes inside of it.
pub(crate) fn group(model: &Model, module: &Ident) -> TokenStream {
    let private = private(model);
    let (place, options) = (place(&private, module.span()), options(&private, model));
    let throughput = throughput(&private, model);
    quote! {
        const _: () = {
            #private::submit! {
                #private::GroupEntry { #place options: #options, throughput: #throughput }
            }
        };
    }
}

/// Tells a bencher the `items` and `bytes` of a module.
fn throughput(private: &TokenStream, model: &Model) -> TokenStream {
    let bencher = Ident::new("bencher", Span::mixed_site());
    let call = |method: TokenStream, given: Option<&Given<TokenStream>>| {
        given.map(|given| {
            let count = count(private, &given.value);
            quote!(.#method(#count))
        })
    };
    let items = call(quote!(items), model.items.as_ref());
    let bytes = call(quote!(bytes), model.bytes.as_ref());
    quote!(|#bencher: #private::Bencher| #bencher #items #bytes)
}

/// The value of `items` or `bytes` as a count. A literal is one already: on its own it would be an `i32`.
pub(crate) fn count(private: &TokenStream, expression: &TokenStream) -> TokenStream {
    match syn::parse2::<LitInt>(expression.clone()) {
        Ok(_) => quote!(#private::count::<::core::primitive::u64>(#expression)),
        Err(_) => quote!(#private::count(#expression)),
    }
}

fn private(model: &Model) -> TokenStream {
    private_of(model.krate.as_ref())
}

/// Where the harness keeps what expanded code names.
pub(crate) fn private_of(krate: Option<&Given<Path>>) -> TokenStream {
    match krate {
        Some(Given { value: krate, .. }) => quote!(#krate::__private),
        None => quote!(::adapter_bench::__private),
    }
}

fn entry(private: &TokenStream, model: &Model, function: &Signature, cases: &Cases<'_>) -> TokenStream {
    let place = place(private, function.ident.span());
    let function_name = unraw(&function.ident);
    let name = optional(model.name.as_ref());
    let (reference, is_async) = (model.reference.is_some(), function.asyncness.is_some());
    let (options, body) = (options(private, model), cases.body());
    quote! {
        #private::Entry {
            #place
            function: #function_name,
            name: #name,
            reference: #reference,
            is_async: #is_async,
            options: #options,
            body: #body,
        }
    }
}

/// The name as users write it.
pub(crate) fn unraw(ident: &Ident) -> String {
    use syn::ext::IdentExt;
    ident.unraw().to_string()
}

/// The fields that say where an item is. The span makes `line!()` that of the item, not that of the attribute.
pub(crate) fn place(private: &TokenStream, span: Span) -> TokenStream {
    let [file, line, column] = ["file", "line", "column"].map(|name| {
        let name = Ident::new(name, span);
        quote_spanned!(span=> ::core::#name!())
    });
    quote! {
        package: ::core::env!("CARGO_PKG_NAME"),
        module: ::core::module_path!(),
        location: #private::Location::new(#file, #line, #column),
    }
}

fn optional<T: ToTokens>(given: Option<&Given<T>>) -> TokenStream {
    match given {
        Some(Given { value, .. }) => some(value),
        None => quote!(::core::option::Option::None),
    }
}

fn some(value: impl ToTokens) -> TokenStream {
    quote!(::core::option::Option::Some(#value))
}

/// The `Options` that hold what was given.
fn options(private: &TokenStream, model: &Model) -> TokenStream {
    let mut fields = Fields { private, set: TokenStream::new() };
    fields.identity(model);
    fields.measuring(model);
    fields.load(model);
    fields.limits(model);
    let set = fields.set;
    quote!(#private::Options { #set ..#private::Options::NONE })
}

/// The fields of `Options` that are set.
struct Fields<'a> {
    private: &'a TokenStream,
    set: TokenStream,
}

impl Fields<'_> {
    fn identity(&mut self, model: &Model) {
        self.plain("group", model.group.as_ref());
        self.list("tags", model.tags.as_ref());
        self.with("kind", model.kind.as_ref(), |private, kind| {
            let kind = match kind {
                Kind::Core => quote!(Core),
                Kind::Db => quote!(Db),
                Kind::Async => quote!(Async),
            };
            quote!(#private::Kind::#kind)
        });
        self.with("extended", model.extended.as_ref(), |_, ()| quote!(true));
        self.plain("ignore", model.ignore.as_ref());
        self.with("fixture", model.fixture.as_ref(), |_, path| {
            Literal::string(&crate::values::label(&path.to_token_stream())).into_token_stream()
        });
    }

    fn measuring(&mut self, model: &Model) {
        self.plain("min_rounds", model.min_rounds.as_ref());
        self.plain("max_rounds", model.max_rounds.as_ref());
        self.plain("iterations", model.iterations.as_ref());
        self.plain("threads", model.threads.as_ref());
        self.duration("min_time", model.min_time.as_ref());
        self.duration("max_time", model.max_time.as_ref());
        self.duration("warmup_time", model.warmup_time.as_ref());
        self.duration("timeout", model.timeout.as_ref());
    }

    fn load(&mut self, model: &Model) {
        let runtime = model.runtime.as_ref();
        self.with("flavor", runtime.and_then(|runtime| runtime.flavor.as_ref()), |private, flavor| {
            let flavor = match flavor {
                Flavor::CurrentThread => quote!(CurrentThread),
                Flavor::MultiThread => quote!(MultiThread),
            };
            quote!(#private::Flavor::#flavor)
        });
        self.plain("workers", runtime.and_then(|runtime| runtime.workers.as_ref()));
        self.list("concurrency", model.concurrency.as_ref());
        self.list("rate", model.rate.as_ref());
        self.with("arrivals", model.arrivals.as_ref(), |private, arrivals| {
            let arrivals = match arrivals {
                Arrivals::Constant => quote!(Constant),
                Arrivals::Poisson => quote!(Poisson),
            };
            quote!(#private::Arrivals::#arrivals)
        });
        self.duration("sustain", model.sustain.as_ref());
        self.plain("max_error_rate", model.max_error_rate.as_ref());
    }

    fn limits(&mut self, model: &Model) {
        self.plain("max_ratio", model.max_ratio.as_ref());
        self.plain("max_memory_ratio", model.max_memory_ratio.as_ref());
        self.plain("max_memory", model.max_memory.as_ref());
        self.texts("targets", &model.targets);
        self.texts("criticals", &model.criticals);
    }

    /// A field that holds the value itself.
    fn plain<T: ToTokens>(&mut self, field: &str, given: Option<&Given<T>>) {
        self.with(field, given, |_, value| value.to_token_stream());
    }

    fn duration(&mut self, field: &str, given: Option<&Given<u64>>) {
        self.with(field, given, |private, nanos| quote!(#private::Duration::from_nanos(#nanos)));
    }

    fn with<T>(
        &mut self,
        field: &str,
        given: Option<&Given<T>>,
        value: impl Fn(&TokenStream, &T) -> TokenStream,
    ) {
        if let Some(given) = given {
            let value = some(value(self.private, &given.value));
            self.field(field, &value);
        }
    }

    fn list<T: ToTokens>(&mut self, field: &str, given: Option<&Given<Vec<T>>>) {
        if let Some(Given { value, .. }) = given {
            self.field(field, &quote!(&[#(#value),*]));
        }
    }

    fn texts(&mut self, field: &str, given: &[Given<String>]) {
        if !given.is_empty() {
            let texts = given.iter().map(|given| &given.value);
            self.field(field, &quote!(&[#(#texts),*]));
        }
    }

    fn field(&mut self, name: &str, value: &TokenStream) {
        let name = format_ident!("{name}");
        self.set.extend(quote!(#name: #value,));
    }
}
