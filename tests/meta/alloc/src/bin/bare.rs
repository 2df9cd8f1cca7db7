//! The allocator of the operating system.

use std::alloc::System;

#[global_allocator]
static ALLOCATOR: System = System;

fn main() {
    alloc_pairs::report(|iteration| iteration());
}
