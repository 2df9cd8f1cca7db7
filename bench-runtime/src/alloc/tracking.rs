//! The allocator that sees every call. Main type: [`Tracking`].

use std::alloc::{GlobalAlloc, Layout, System};

use super::switch;

/// An allocator that passes every call on to another one and, while something is measured, notes what it saw.
///
/// [`main!`](crate::main) installs it in bench targets. For [`profile_memory`](crate::profile_memory) in tests of other
/// programs, install it there:
///
/// ```
/// #[global_allocator]
/// static ALLOCATOR: adapter_bench::Tracking = adapter_bench::Tracking::system();
/// ```
///
/// While nothing is measured a call costs one relaxed load more. The alignment and the addresses of blocks are those of
/// the wrapped allocator.
#[derive(Debug, Default)]
pub struct Tracking<A = System>(A);

impl<A> Tracking<A> {
    /// Wraps `allocator`.
    pub const fn new(allocator: A) -> Self {
        Self(allocator)
    }
}

impl Tracking<System> {
    /// Wraps the allocator of the operating system, which programs use by default.
    pub const fn system() -> Self {
        Self::new(System)
    }
}

// SAFETY: every method returns what the wrapped allocator returned for the same arguments, so blocks have the layout and
// the lifetime that its contract promises. What is noted of them beside that neither touches the blocks nor unwinds.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Tracking<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `GlobalAlloc::alloc`, which is that of the wrapped one.
        let block = unsafe { self.0.alloc(layout) };
        if switch::is_on() {
            allocated(block, layout);
        }
        block
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `GlobalAlloc::alloc_zeroed`, which is that of the wrapped one.
        let block = unsafe { self.0.alloc_zeroed(layout) };
        if switch::is_on() {
            allocated(block, layout);
        }
        block
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // Before the block is free: afterwards another thread may already have been given its address.
        if switch::is_on() {
            deallocated(block, layout);
        }
        // SAFETY: the caller keeps the contract of `GlobalAlloc::dealloc`, and the block came from the wrapped one.
        unsafe { self.0.dealloc(block, layout) }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        if !switch::is_on() {
            // SAFETY: the caller keeps the contract of `GlobalAlloc::realloc`, and the block came from the wrapped one.
            return unsafe { self.0.realloc(block, layout, new_size) };
        }
        // Taken out before, for the same reason as in `dealloc`, and put back where the block stays as it is.
        let moving = switch::before_realloc(block.addr());
        // SAFETY: as above.
        let moved = unsafe { self.0.realloc(block, layout, new_size) };
        switch::after_realloc(moving, block.addr(), layout, moved.addr(), new_size);
        moved
    }
}

/// Kept out of the callers, so that they stay as small as the wrapped allocator's own.
#[cold]
#[inline(never)]
fn allocated(block: *mut u8, layout: Layout) {
    // A failed allocation is none.
    if !block.is_null() {
        switch::allocated(block.addr(), layout);
    }
}

#[cold]
#[inline(never)]
fn deallocated(block: *mut u8, layout: Layout) {
    switch::deallocated(block.addr(), layout);
}
