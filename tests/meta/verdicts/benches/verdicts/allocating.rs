//! Work that is mostly the allocator's: 20 bodies of 15 ns to 1 ms.

use std::collections::BTreeMap;
use std::hint::black_box;

use adapter_bench::{Bencher, Prepared, adapter_bench};

use crate::cell::{Cell, cells};

#[derive(Clone, Copy, Debug)]
enum Unit {
    /// A block of 32 bytes, given back at once.
    Block,
    /// A short text.
    Text,
    /// A vector that grows to 64 numbers.
    Growth,
    /// A tree of 30 entries.
    Tree,
    /// A text in the vector that is the body's output, which is given back outside the clock.
    Output,
}

const UNITS: [Unit; 5] = [Unit::Block, Unit::Text, Unit::Growth, Unit::Tree, Unit::Output];

fn all() -> Vec<Cell<Unit>> {
    cells(&UNITS, &[1, 10, 100, 500], &[20, 50, 100, 200, 500])
}

#[adapter_bench(group = "allocating", reference, args = all())]
fn reference(b: Bencher, cell: Cell<Unit>) -> Prepared {
    prepared(b, cell.unit, cell.times)
}

#[adapter_bench(group = "allocating", args = all())]
fn slowed(b: Bencher, cell: Cell<Unit>) -> Prepared {
    prepared(b, cell.unit, cell.slowed())
}

#[inline(never)]
fn prepared(b: Bencher, unit: Unit, times: u64) -> Prepared {
    match unit {
        Unit::Block => repeated(b, times, |at| Box::new([at; 4])),
        Unit::Text => repeated(b, times, |at| format!("row {at}")),
        Unit::Growth => repeated(b, times, grown),
        Unit::Tree => repeated(b, times, tree),
        Unit::Output => b.iter(move || (0..times).map(|at| format!("row {at}")).collect::<Vec<_>>()),
    }
}

fn repeated<O>(b: Bencher, times: u64, unit: impl Fn(u64) -> O + 'static) -> Prepared {
    b.iter(move || {
        for _ in 0..times {
            drop(black_box(unit(black_box(314_159))));
        }
    })
}

fn grown(from: u64) -> Vec<u64> {
    let mut numbers = Vec::new();
    for number in from..from + 64 {
        numbers.push(black_box(number));
    }
    numbers
}

fn tree(from: u64) -> BTreeMap<u64, u64> {
    (0..30).map(|at: u64| (at.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ from, at)).collect()
}
