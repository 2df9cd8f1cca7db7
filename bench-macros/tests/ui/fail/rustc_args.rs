//! What only rustc can tell of `args` and `when` is told at the expression.

use adapter_bench::{Bencher, Prepared, adapter_bench};

struct Opaque;

#[adapter_bench(args = [Opaque])]
fn no_label(value: Opaque) {
    let _ = value;
}

#[adapter_bench(args = 5)]
fn no_iterable(rows: usize) -> usize {
    rows
}

#[adapter_bench(args = ["a", "b"])]
fn other_type(b: Bencher, rows: usize) -> Prepared {
    b.iter(move || rows)
}

#[adapter_bench(args = [String::new()].iter())]
fn borrowed(text: String) -> usize {
    text.len()
}

#[adapter_bench(args = missing())]
fn unresolved(rows: usize) -> usize {
    rows
}

#[adapter_bench(when = "linux")]
fn no_condition() {}

fn main() {}
