//! Work that waits for main memory: regions of 128 MiB, four times the largest cache that was at hand.
//!
//! Both arms go on from one place in one region, so that neither has better pages.

use std::hint::black_box;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

use adapter_bench::{Bencher, Prepared, adapter_bench};

use crate::cell::{Cell, cells};

/// A power of two, as the walk through all lines asks for.
const LINES: usize = 1 << 21;

/// Numbers of 8 bytes.
const NUMBERS: usize = 1 << 24;

#[derive(Clone, Copy, Debug)]
enum Unit {
    /// Ten steps along a chain, each of which waits for the one before: 100 µs for a hundred units.
    ChaseShort,
    /// The same, a millisecond.
    ChaseLong,
    /// The sum of 16 KiB in order: 100 µs for a hundred units.
    StreamShort,
    /// The same, a millisecond.
    StreamLong,
    /// Lines here and there, read and written, none of which waits for another.
    Scatter,
}

const UNITS: [Unit; 5] =
    [Unit::ChaseShort, Unit::ChaseLong, Unit::StreamShort, Unit::StreamLong, Unit::Scatter];

fn all() -> Vec<Cell<Unit>> {
    cells(&UNITS, &[100], &[100])
}

#[adapter_bench(group = "memory", reference, args = all())]
fn reference(b: Bencher, cell: Cell<Unit>) -> Prepared {
    prepared(b, cell.unit, cell.times)
}

#[adapter_bench(group = "memory", args = all())]
fn slowed(b: Bencher, cell: Cell<Unit>) -> Prepared {
    prepared(b, cell.unit, cell.slowed())
}

#[inline(never)]
fn prepared(b: Bencher, unit: Unit, times: u64) -> Prepared {
    match unit {
        Unit::ChaseShort => chase(b, 10 * times),
        Unit::ChaseLong => chase(b, 100 * times),
        Unit::StreamShort => stream(b, 1 << 11, times),
        Unit::StreamLong => stream(b, 1 << 14, times),
        Unit::Scatter => scatter(b, 100 * times),
    }
}

#[repr(align(64))]
struct Line {
    next: usize,
    value: AtomicU64,
}

/// One cycle through all lines in no order that a prefetcher knows: a generator of full period (Hull and Dobell).
fn lines() -> &'static [Line] {
    static ALL: OnceLock<Vec<Line>> = OnceLock::new();
    let next = |at: usize| at.wrapping_mul(0x0019_660d).wrapping_add(0x3c6e_f35f) % LINES;
    ALL.get_or_init(|| (0..LINES).map(|at| Line { next: next(at), value: AtomicU64::new(0) }).collect())
}

fn numbers() -> &'static [u64] {
    static ALL: OnceLock<Vec<u64>> = OnceLock::new();
    ALL.get_or_init(|| (0..NUMBERS as u64).collect())
}

/// Where the next call goes on, whichever arm's it is.
static PLACE: AtomicUsize = AtomicUsize::new(0);

fn chase(b: Bencher, steps: u64) -> Prepared {
    let lines = lines();
    b.iter(move || {
        let end = (0..steps).fold(PLACE.load(Relaxed), |at, _| lines[at].next);
        PLACE.store(end, Relaxed);
    })
}

fn stream(b: Bencher, length: usize, times: u64) -> Prepared {
    let numbers = numbers();
    b.iter(move || {
        for _ in 0..times {
            let at = PLACE.load(Relaxed);
            black_box(numbers[at..at + length].iter().sum::<u64>());
            PLACE.store((at + length) % NUMBERS, Relaxed);
        }
    })
}

fn scatter(b: Bencher, steps: u64) -> Prepared {
    let lines = lines();
    b.iter(move || {
        let from = PLACE.load(Relaxed);
        for step in from..from + steps as usize {
            let value = &lines[step.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 43].value;
            value.store(value.load(Relaxed) + 1, Relaxed);
        }
        PLACE.store(from + steps as usize, Relaxed);
    })
}
