//! Two routines whose timed loops `assembly.py` shows, and what surrounds a loop.

use std::hint::black_box;
use std::time::{Duration, Instant};

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

/// What every sub-sample adds to the clock's two readings: the readings themselves.
#[adapter_bench]
fn clock() -> Duration {
    Instant::now().elapsed()
}

adapter_bench::main!();
