//! One's own allocator, wrapped by hand in the one that counts.

use std::alloc::System;

use adapter_bench::{Tracking, adapter_bench};

#[global_allocator]
static OWN: Tracking<System> = Tracking::new(System);

#[adapter_bench]
fn body() {}

adapter_bench::main!(no_allocator);
