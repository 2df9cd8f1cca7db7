//! Around one that is an expression of a type.

#[path = "../suite.rs"]
mod suite;

use tikv_jemallocator::Jemalloc;

adapter_bench::main!(allocator: Jemalloc = Jemalloc);
