//! The six bodies under divan. It has no async benchmarks: each call enters the runtime.

use divan::Bencher;

#[divan::bench]
fn noop() {}

#[divan::bench]
fn mix() -> u64 {
    bodies::mix()
}

#[divan::bench]
fn hash(b: Bencher) {
    let bytes = bodies::bytes();
    b.bench_local(|| bodies::hash(&bytes));
}

#[divan::bench]
fn parse(b: Bencher) {
    let text = bodies::text();
    b.bench_local(|| bodies::parse(&text));
}

#[divan::bench]
fn allocate() -> usize {
    bodies::allocate()
}

#[divan::bench]
fn yields(b: Bencher) {
    let runtime = bodies::runtime();
    b.bench_local(|| runtime.block_on(bodies::yields()));
}

fn main() {
    divan::main();
}
