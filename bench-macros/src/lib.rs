//! The attributes of adapter-bench. Use them through `adapter_bench`, which re-exports them.
//!
//! The modules are the pipeline: `args` reads keys, `model` their values, `validate` checks what they say together
//! and about the function, `expand` writes the code. All mistakes are told at once, each where it stands, and the
//! annotated item is always emitted as it was written.

#![forbid(unsafe_code)]

mod args;
mod cases;
mod expand;
mod features;
mod keys;
mod limit;
mod mistakes;
mod model;
mod module;
mod parameters;
mod provide;
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
use provide::Sort;
use signature::Signature;

/// Registers a function as a benchmark. The function itself stays as it is.
///
/// A function that takes a `Bencher` sets a benchmark up and returns what one of the `iter…` methods returned, or a
/// `Result` of it. Without a `Bencher` its whole body is measured; if it returns a `Result`, an `Err` counts as an error
/// of that iteration. An `async fn` is awaited on a runtime of the benchmark's own.
///
/// ```
/// use adapter_bench::{Bencher, Prepared, adapter_bench};
///
/// #[adapter_bench]
/// fn parse() -> Result<u64, std::num::ParseIntError> {
///     "42".parse()
/// }
///
/// #[adapter_bench(group = "collect", reference, args = [100, 1_000], items = rows)]
/// fn array(b: Bencher, rows: usize) -> Prepared {
///     let data = vec![1_u32; rows]; // set-up, untimed
///     b.iter(move || data.iter().copied().collect::<Vec<u32>>())
/// }
///
/// #[adapter_bench(group = "collect", args = [100, 1_000], items = rows)]
/// fn deque(b: Bencher, rows: usize) -> Prepared {
///     let data = vec![1_u32; rows];
///     b.iter(move || data.iter().copied().collect::<std::collections::VecDeque<u32>>())
/// }
/// # fn main() {}
/// ```
///
/// # Options
///
/// What is measured, and what it is called:
///
/// | option | meaning |
/// | --- | --- |
/// | `group = "encode"` | its arms take turns and are compared with each other |
/// | `reference` | the arm that the others of the group are compared with |
/// | `name = "json"` | shown instead of the function's name |
/// | `kind = "core"`, `"db"`, `"async"` | what it exercises; by default `async` for an `async fn`, else `core` |
/// | `tags = ["slow"]` | words to select by |
/// | `extended` | runs with `--extended` only |
/// | `ignore = "needs a server"` | does not run unless asked for |
/// | `when = cfg!(unix)` | is there only if this is true: any `bool`, evaluated when the program lists its benchmarks |
///
/// The cases:
///
/// | option | meaning |
/// | --- | --- |
/// | `args = [100, 1_000]` | one case per value: anything that can be iterated, of values that are `Debug + Clone` |
/// | `types = [u32, String]` | one case per type, for the function's type parameter |
/// | `consts = [1, 16]` | one case per constant, for the function's const parameter |
/// | `fixture = path` | what fills the function's last parameter |
/// | `items = rows`, `bytes = 4096` | what one iteration processes; may name the parameter and the generics |
///
/// How it is measured; what is not said here is taken from the groups around it, from `bench.toml` or from the defaults:
///
/// | option | meaning |
/// | --- | --- |
/// | `min_rounds = 20`, `max_rounds = 200` | measured rounds, over all processes |
/// | `iterations = 1` | iterations per sample, instead of a calibrated number |
/// | `min_time = "500ms"`, `max_time = "10s"` | time spent on a case |
/// | `warmup_time = "100ms"` | the least time spent on warm-up |
/// | `timeout = "2m"` | how long one step may take |
/// | `threads = 4` | the threads that it keeps busy |
/// | `async(flavor = "multi_thread", workers = 2)` | the runtime of an `async fn`; by default `current_thread` |
/// | `concurrency = 8` or `[1, 8]` | operations in flight |
/// | `rate = 1000` or `[100, 1000]` | operations per second that start, whether or not earlier ones have ended |
/// | `arrivals = "poisson"` | how those follow each other; by default `constant` |
/// | `sustain = "30s"` | the length of that load |
///
/// Limits:
///
/// | option | meaning |
/// | --- | --- |
/// | `max_ratio = 1.2`, `max_memory_ratio = 1.5` | the largest ratio to the reference |
/// | `max_memory = "10MB"` | the largest peak of memory |
/// | `max_error_rate = "1%"` or `0.01` | the share of failed iterations that is tolerated |
/// | `target = "p99 <= 10ms"` | a limit that should hold; may be repeated |
/// | `critical = "throughput >= 5K/s"` | a limit that must hold; may be repeated |
///
/// And `crate = path` says where the harness is, if not at `::adapter_bench`.
#[proc_macro_attribute]
pub fn adapter_bench(
    options: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    on_function(options.into(), &item.into()).into()
}

/// Sets options for every benchmark in a module and in the modules inside. What a benchmark says itself goes before.
///
/// It takes the options of [`adapter_bench`](macro@adapter_bench), except those that belong to one function: `async`,
/// `when`, `args`, `types`, `consts`, `fixture`, `reference` and `name`. The module must be inline.
///
/// ```
/// #[adapter_bench::bench_group(group = "parse", tags = ["text"], max_time = "5s")]
/// mod parse {
///     use adapter_bench::adapter_bench;
///
///     #[adapter_bench(reference)]
///     fn integer() -> Result<u64, std::num::ParseIntError> {
///         "42".parse()
///     }
///
///     #[adapter_bench]
///     fn float() -> Result<f64, std::num::ParseFloatError> {
///         "42".parse()
///     }
/// }
/// # fn main() {}
/// ```
#[proc_macro_attribute]
pub fn bench_group(
    options: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    on_module(options.into(), item.into()).into()
}

/// Makes a function a fixture: what it returns is handed to benchmarks with `fixture = path`, and to other fixtures.
///
/// It is called once in every process that runs such a benchmark, on first need, outside the clock, on the runtime of the
/// benchmark that needs it; a runtime of another kind has a value of its own. The function may be `async`, and may return
/// a `Result`: an error fails the benchmarks that need it, unless it is, or is caused by, an `Unavailable`, which skips
/// them. Its parameters are other fixtures and services, each called after the one that it comes from.
///
/// ```
/// use adapter_bench::{Bencher, Fixture, Prepared, adapter_bench, fixture};
///
/// #[fixture]
/// fn numbers() -> Vec<u64> {
///     (0..1_000).collect()
/// }
///
/// #[fixture(teardown = forget)]
/// fn table(numbers: Fixture<Vec<u64>>) -> std::collections::HashSet<u64> {
///     numbers.iter().copied().collect()
/// }
///
/// fn forget(table: std::collections::HashSet<u64>) {
///     drop(table);
/// }
///
/// #[adapter_bench(fixture = table)]
/// fn lookup(b: Bencher, table: Fixture<std::collections::HashSet<u64>>) -> Prepared {
///     b.iter(move || table.contains(&7))
/// }
/// # fn main() {}
/// ```
///
/// | option | meaning |
/// | --- | --- |
/// | `teardown = path` | takes the value when all benchmarks of the process are done with it; async if the fixture is, and may return a `Result` |
/// | `name = path` | where the parameter `name` comes from, if not from what is called so here |
/// | `crate = path` | where the harness is, if not at `::adapter_bench` |
#[proc_macro_attribute]
pub fn fixture(options: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    on_provider(Sort::Fixture, options.into(), &item.into()).into()
}

/// Makes a function a service: what it starts runs once per run, and what it returns is handed to fixtures and benchmarks
/// in every process.
///
/// It is called by the runner before the first benchmark that needs it, on a thread and a runtime of its own, beside other
/// services; what it returns is `Serialize + DeserializeOwned`: the address of a server, not a connection. Its parameters
/// are a `Scope`, to which it hands what is to be torn down when the run ends, however it ends, and other services. The
/// function may be `async`, and may return a `Result` as fixtures do.
///
/// | option | meaning |
/// | --- | --- |
/// | `timeout = "2m"` | how long it may take to start |
/// | `name = path` | where the parameter `name` comes from, if not from what is called so here |
/// | `crate = path` | where the harness is, if not at `::adapter_bench` |
#[proc_macro_attribute]
pub fn service(options: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    on_provider(Sort::Service, options.into(), &item.into()).into()
}

/// The features of the package that is being compiled, as an array of texts. Not part of the public interface.
#[doc(hidden)]
#[proc_macro]
pub fn features(_nothing: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let features = features::enabled(std::env::args());
    quote!(&[#(#features),*]).into()
}

fn on_function(options: TokenStream, item: &TokenStream) -> TokenStream {
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

fn on_provider(sort: Sort, options: TokenStream, item: &TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let expanded = provide::provider(sort, options, item, &mut mistakes);
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
