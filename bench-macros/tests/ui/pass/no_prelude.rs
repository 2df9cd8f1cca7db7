//! Names of the prelude that the expansion must not rely on.

#![no_implicit_prelude]
#![deny(warnings)]

use ::adapter_bench::{Bencher, Prepared, adapter_bench};

#[adapter_bench(group = "bare", types = [u8, u16], args = [1, 2], items = n, max_memory = "1KB")]
fn bare<T: ::core::default::Default + 'static>(b: Bencher, n: u8) -> Prepared {
    b.iter(move || (T::default(), n))
}

#[adapter_bench(args = [1])]
async fn future(n: u8) -> ::core::result::Result<u8, ::core::fmt::Error> {
    ::core::result::Result::Ok(n)
}

fn main() {}
