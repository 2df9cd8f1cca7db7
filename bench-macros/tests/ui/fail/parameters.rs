use adapter_bench::{Bencher, Prepared, adapter_bench};

struct Fixture<T>(T);

fn database() {}

#[adapter_bench]
fn no_args(b: Bencher, rows: usize) -> Prepared {
    b.iter(move || rows)
}

#[adapter_bench(args = [1, 2])]
fn no_parameter(b: Bencher) -> Prepared {
    b.iter(|| 1)
}

#[adapter_bench(args = [1, 2])]
fn two_parameters(rows: usize, width: usize) -> usize {
    rows * width
}

#[adapter_bench]
fn no_fixture(b: Bencher, database: Fixture<u8>) -> Prepared {
    b.iter(move || database.0)
}

#[adapter_bench(fixture = database)]
fn nothing_to_fill(b: Bencher) -> Prepared {
    b.iter(|| 1)
}

#[adapter_bench(fixture = database, args = [1])]
fn one_for_two(b: Bencher, rows: usize) -> Prepared {
    b.iter(move || rows)
}

#[adapter_bench]
fn borrowed(b: &mut Bencher) {
    let _ = b;
}

#[adapter_bench]
fn two_benchers(a: Bencher, b: Bencher) -> Prepared {
    let _ = a;
    b.iter(|| 1)
}

#[adapter_bench]
fn from_nowhere() -> Prepared {
    Bencher::default().iter(|| 1)
}

fn main() {}
