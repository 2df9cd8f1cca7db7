//! One benchmark.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};

fn sum(c: &mut Criterion) {
    c.bench_function("sum", |b| b.iter(|| (0..black_box(1_000_u64)).fold(0, |sum, x| sum ^ x)));
}

criterion_group!(benches, sum);
criterion_main!(benches);
