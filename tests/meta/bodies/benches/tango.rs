//! The six bodies under tango, which compares two builds of them.

use tango_bench::asynchronous::tokio::TokioRuntime;
use tango_bench::{IntoBenchmarks, async_benchmark_fn, benchmark_fn, tango_benchmarks};

fn benchmarks() -> impl IntoBenchmarks {
    [
        benchmark_fn("noop", |b| b.iter(bodies::noop)),
        benchmark_fn("mix", |b| b.iter(bodies::mix)),
        benchmark_fn("hash", |b| {
            let bytes = bodies::bytes();
            b.iter(move || bodies::hash(&bytes))
        }),
        benchmark_fn("parse", |b| {
            let text = bodies::text();
            b.iter(move || bodies::parse(&text))
        }),
        benchmark_fn("allocate", |b| b.iter(bodies::allocate)),
        async_benchmark_fn("yields", TokioRuntime, |b| b.iter(bodies::yields)),
    ]
}

tango_benchmarks!(benchmarks());
