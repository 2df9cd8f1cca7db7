//! Work of the processor alone: 20 bodies of 20 ns to 500 µs.

use std::hint::black_box;

use adapter_bench::{Bencher, Prepared, adapter_bench};

use crate::cell::{Cell, cells};

/// Ten nanoseconds or so, each step of which needs the result of the one before.
#[derive(Clone, Copy, Debug)]
enum Unit {
    Multiply,
    Hash,
    Divide,
    Root,
    Parse,
}

const UNITS: [Unit; 5] = [Unit::Multiply, Unit::Hash, Unit::Divide, Unit::Root, Unit::Parse];

fn all() -> Vec<Cell<Unit>> {
    cells(&UNITS, &[2, 50, 1_000, 30_000], &[20, 50, 200, 1_000, 30_000])
}

#[adapter_bench(group = "cpu", reference, args = all())]
fn reference(b: Bencher, cell: Cell<Unit>) -> Prepared {
    prepared(b, cell.unit, cell.times)
}

#[adapter_bench(group = "cpu", args = all())]
fn slowed(b: Bencher, cell: Cell<Unit>) -> Prepared {
    prepared(b, cell.unit, cell.slowed())
}

#[inline(never)]
fn prepared(b: Bencher, unit: Unit, times: u64) -> Prepared {
    match unit {
        Unit::Multiply => repeated(b, times, multiply),
        Unit::Hash => repeated(b, times, hash),
        Unit::Divide => repeated(b, times, divide),
        Unit::Root => repeated(b, times, root),
        Unit::Parse => repeated(b, times, parse),
    }
}

fn repeated(b: Bencher, times: u64, step: impl Fn(u64) -> u64 + 'static) -> Prepared {
    let mut state = 1;
    b.iter(move || {
        for _ in 0..times {
            state = black_box(step(state));
        }
        state
    })
}

fn multiply(x: u64) -> u64 {
    (0..8).fold(x, |x, _| (x ^ (x >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9))
}

fn hash(x: u64) -> u64 {
    x.to_le_bytes()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3))
}

fn divide(x: u64) -> u64 {
    let once = (x | 1 << 63) / (x >> 33 | 1);
    (!once | 1 << 62) / (once >> 7 | 1)
}

fn root(x: u64) -> u64 {
    let once = ((x >> 12) as f64 + 1.0).sqrt();
    (once + 2.0).sqrt().to_bits()
}

/// Reads six digits, which always are the same number.
fn parse(x: u64) -> u64 {
    let digits = black_box("314159");
    x & 1 | digits.parse::<u64>().unwrap_or(0)
}
