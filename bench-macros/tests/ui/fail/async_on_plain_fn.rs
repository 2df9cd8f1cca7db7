use adapter_bench::{Bencher, Prepared, adapter_bench};

#[adapter_bench(async)]
fn plain() {}

#[adapter_bench(async(flavor = "multi_thread"))]
fn with_bencher(b: Bencher) -> Prepared {
    b.iter(|| 1)
}

#[adapter_bench(concurrency = 2, rate = 10)]
fn load() {}

fn main() {}
