//! Around the system's allocator.

#[path = "../suite.rs"]
mod suite;

adapter_bench::main!();
