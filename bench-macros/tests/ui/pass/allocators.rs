//! An allocator that is no unit struct, handed to the macro.

use std::alloc::{GlobalAlloc, Layout, System};

use adapter_bench::adapter_bench;

struct Counted<const N: usize>(System);

impl<const N: usize> Counted<N> {
    const fn new() -> Self {
        Self(System)
    }
}

unsafe impl<const N: usize> GlobalAlloc for Counted<N> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        unsafe { self.0.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        unsafe { self.0.dealloc(block, layout) }
    }
}

#[adapter_bench]
fn body() {}

adapter_bench::main!(allocator: Counted<4> = Counted::new());
