//! Two routines whose timed loops `assembly.py` shows.

use std::hint::black_box;

use adapter_bench::{Bencher, Prepared, adapter_bench};

#[adapter_bench]
fn empty(b: Bencher) -> Prepared {
    b.iter(|| ())
}

#[adapter_bench]
fn rotate(b: Bencher) -> Prepared {
    let mut state = black_box(1_u64);
    b.iter(move || {
        state = state.rotate_left(5) ^ 0x9e37;
        state
    })
}

adapter_bench::main!();
