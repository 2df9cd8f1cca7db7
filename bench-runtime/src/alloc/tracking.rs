//! The allocator that sees every call. Main type: [`Tracking`].

use std::alloc::{GlobalAlloc, Layout, System};

use super::switch::{self, Mode, OFF};

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
        // SAFETY: both have the contract of `GlobalAlloc::alloc`, which the caller keeps.
        match switch::mode() {
            OFF => unsafe { self.0.alloc(layout) },
            mode => unsafe { self.noted_alloc(mode, layout) },
        }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: both have the contract of `GlobalAlloc::alloc_zeroed`, which the caller keeps.
        match switch::mode() {
            OFF => unsafe { self.0.alloc_zeroed(layout) },
            mode => unsafe { self.noted_alloc_zeroed(mode, layout) },
        }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: both have the contract of `GlobalAlloc::dealloc`, which the caller keeps, for a block of the wrapped one.
        match switch::mode() {
            OFF => unsafe { self.0.dealloc(block, layout) },
            mode => unsafe { self.noted_dealloc(mode, block, layout) },
        }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: both have the contract of `GlobalAlloc::realloc`, which the caller keeps, for a block of the wrapped one.
        match switch::mode() {
            OFF => unsafe { self.0.realloc(block, layout, new_size) },
            mode => unsafe { self.noted_realloc(mode, block, layout, new_size) },
        }
    }
}

/// The calls while something is measured. Kept out of the others, so that nothing is left of them elsewhere: the wrapped
/// allocator is then called the way it would be by itself.
impl<A: GlobalAlloc> Tracking<A> {
    /// # Safety
    ///
    /// That of [`GlobalAlloc::alloc`].
    #[cold]
    #[inline(never)]
    unsafe fn noted_alloc(&self, mode: Mode, layout: Layout) -> *mut u8 {
        // SAFETY: the contract is the same.
        let block = unsafe { self.0.alloc(layout) };
        note_birth(mode, block, layout);
        block
    }

    /// # Safety
    ///
    /// That of [`GlobalAlloc::alloc_zeroed`].
    #[cold]
    #[inline(never)]
    unsafe fn noted_alloc_zeroed(&self, mode: Mode, layout: Layout) -> *mut u8 {
        // SAFETY: the contract is the same.
        let block = unsafe { self.0.alloc_zeroed(layout) };
        note_birth(mode, block, layout);
        block
    }

    /// # Safety
    ///
    /// That of [`GlobalAlloc::dealloc`].
    #[cold]
    #[inline(never)]
    unsafe fn noted_dealloc(&self, mode: Mode, block: *mut u8, layout: Layout) {
        // Before the block is free: afterwards another thread may already have been given its address.
        switch::deallocated(mode, block.addr(), layout);
        // SAFETY: the contract is the same.
        unsafe { self.0.dealloc(block, layout) };
    }

    /// # Safety
    ///
    /// That of [`GlobalAlloc::realloc`].
    #[cold]
    #[inline(never)]
    unsafe fn noted_realloc(&self, mode: Mode, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // Taken out before, for the same reason as above, and put back where the block stays as it is.
        let birth = switch::before_realloc(mode, block.addr());
        // SAFETY: the contract is the same.
        let resized = unsafe { self.0.realloc(block, layout, new_size) };
        switch::after_realloc(mode, birth, block.addr(), layout, resized.addr(), new_size);
        resized
    }
}

#[inline]
fn note_birth(mode: Mode, block: *mut u8, layout: Layout) {
    // A failed allocation is none.
    if !block.is_null() {
        switch::allocated(mode, block.addr(), layout);
    }
}
