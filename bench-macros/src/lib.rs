//! The attributes of adapter-bench.

use proc_macro::TokenStream;

/// Registers a benchmark.
#[proc_macro_attribute]
pub fn adapter_bench(_options: TokenStream, item: TokenStream) -> TokenStream {
    item
}

/// Sets options for every benchmark in a module.
#[proc_macro_attribute]
pub fn bench_group(_options: TokenStream, item: TokenStream) -> TokenStream {
    item
}
