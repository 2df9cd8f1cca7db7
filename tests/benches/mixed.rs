//! A bench target as users have them, of benchmarks that work, one that does not, and one that is ignored.

use adapter_bench::adapter_bench;

#[adapter_bench(group = "mixed", reference, args = [1_u64, 2])]
fn passes(seed: u64) -> u64 {
    std::hint::black_box(seed)
}

#[adapter_bench(group = "mixed", args = [1_u64, 2])]
fn passes_too(seed: u64) -> u64 {
    std::hint::black_box(seed)
}

#[adapter_bench]
fn fails() {
    panic!("no table called orders")
}

#[adapter_bench(ignore = "needs a tape drive")]
fn needs_more() -> u64 {
    std::hint::black_box(1)
}

adapter_bench::main!();
