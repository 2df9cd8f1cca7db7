//! The attributes of adapter-bench. Use them through `adapter_bench`, which re-exports them.
//!
//! The modules are the pipeline: [`args`] reads keys, [`model`] their values, [`validate`] checks what they say together
//! and about the function, [`expand`] writes the code. All mistakes are told at once, each where it stands, and the
//! annotated item is always emitted as it was written.

#![forbid(unsafe_code)]

mod args;
mod cases;
mod expand;
mod keys;
mod limit;
mod mistakes;
mod model;
mod module;
mod parameters;
mod signature;
mod units;
mod validate;
mod values;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use keys::Scope;
use mistakes::Mistakes;
use model::Model;
use module::Module;
use parameters::Roles;
use signature::Signature;

/// Registers a benchmark.
#[proc_macro_attribute]
pub fn adapter_bench(
    options: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    on_function(options.into(), item.into()).into()
}

/// Sets options for every benchmark in a module.
#[proc_macro_attribute]
pub fn bench_group(
    options: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    on_module(options.into(), item.into()).into()
}

fn on_function(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let function = mistakes.keep(syn::parse2::<Signature>(item.clone()));
    let model = read(options, Scope::Benchmark, &mut mistakes);
    let expanded = function.and_then(|function| {
        let roles = Roles::of(&function, &model);
        validate::benchmark(&model, &function, &roles, &mut mistakes);
        mistakes.is_empty().then(|| expand::benchmark(&model, &function, &roles))
    });
    let errors = mistakes.into_compile_errors();
    quote!(#item #expanded #errors)
}

fn on_module(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let module = mistakes.keep(syn::parse2::<Module>(item.clone()));
    let model = read(options, Scope::Group, &mut mistakes);
    validate::limits(&model, &mut mistakes);
    let item = match module {
        Some(module) if mistakes.is_empty() => module.with(&expand::group(&model, &module.ident)),
        Some(module) => module.into_token_stream(),
        None => item,
    };
    let errors = mistakes.into_compile_errors();
    quote!(#item #errors)
}

fn read(options: TokenStream, scope: Scope, mistakes: &mut Mistakes) -> Model {
    let keys = args::parse(options, mistakes);
    let keys = validate::keys(keys, scope, mistakes);
    Model::read(&keys, mistakes)
}
