//! A program has one global allocator: the one that counts takes another one in.

use adapter_bench::adapter_bench;

#[global_allocator]
static OWN: std::alloc::System = std::alloc::System;

#[adapter_bench]
fn body() {}

adapter_bench::main!();
