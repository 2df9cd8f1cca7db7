//! One's own allocator beside the runner: memory is then not measured.

use adapter_bench::adapter_bench;

#[global_allocator]
static OWN: std::alloc::System = std::alloc::System;

#[adapter_bench]
fn body() {}

adapter_bench::main!(no_allocator);
