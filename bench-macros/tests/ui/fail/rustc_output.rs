//! What only rustc can tell of the returned type is told there.

use adapter_bench::{Bencher, Prepared, adapter_bench};

struct NoError;

#[adapter_bench]
fn no_prepared(b: Bencher) -> u32 {
    let _ = b;
    1
}

#[adapter_bench]
fn nothing(b: Bencher) {
    b.iter(|| 1);
}

#[adapter_bench]
async fn no_prepared_async(b: Bencher) -> Option<Prepared> {
    Some(b.iter(|| 1))
}

#[adapter_bench]
fn odd_error(b: Bencher) -> Result<Prepared, NoError> {
    Ok(b.iter(|| 1))
}

fn main() {}
