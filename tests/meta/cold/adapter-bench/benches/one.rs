//! One benchmark.

use std::hint::black_box;

use adapter_bench::adapter_bench;

#[adapter_bench]
fn sum() -> u64 {
    (0..black_box(1_000_u64)).fold(0, |sum, x| sum ^ x)
}

adapter_bench::main!();
