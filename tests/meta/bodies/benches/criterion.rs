//! The six bodies under criterion.

use criterion::{Criterion, criterion_group, criterion_main};

fn bodies(c: &mut Criterion) {
    let (bytes, text, runtime) = (bodies::bytes(), bodies::text(), bodies::runtime());
    c.bench_function("noop", |b| b.iter(bodies::noop));
    c.bench_function("mix", |b| b.iter(bodies::mix));
    c.bench_function("hash", |b| b.iter(|| bodies::hash(&bytes)));
    c.bench_function("parse", |b| b.iter(|| bodies::parse(&text)));
    c.bench_function("allocate", |b| b.iter(bodies::allocate));
    c.bench_function("yields", |b| b.to_async(&runtime).iter(bodies::yields));
}

criterion_group!(benches, bodies);
criterion_main!(benches);
