//! The six bodies under adapter-bench.

use adapter_bench::{Bencher, Prepared, adapter_bench};

#[adapter_bench]
fn noop() {}

#[adapter_bench]
fn mix() -> u64 {
    bodies::mix()
}

#[adapter_bench]
fn hash(b: Bencher) -> Prepared {
    let bytes = bodies::bytes();
    b.iter(move || bodies::hash(&bytes))
}

#[adapter_bench]
fn parse(b: Bencher) -> Prepared {
    let text = bodies::text();
    b.iter(move || bodies::parse(&text))
}

#[adapter_bench]
fn allocate() -> usize {
    bodies::allocate()
}

#[adapter_bench]
async fn yields() {
    bodies::yields().await;
}

adapter_bench::main!();
