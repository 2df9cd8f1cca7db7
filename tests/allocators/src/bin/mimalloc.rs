//! Around one that is a unit struct.

#[path = "../suite.rs"]
mod suite;

adapter_bench::main!(allocator = mimalloc::MiMalloc);
