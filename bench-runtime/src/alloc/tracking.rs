//! The allocator that sees every call. Main type: [`Tracking`].

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::assert_unchecked;

use super::switch::{self, OFF, USUAL};

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
        // SAFETY: all have the contract of `GlobalAlloc::alloc`, which the caller keeps.
        match is_unwatched(layout) {
            true => unsafe { self.0.alloc(layout) },
            false => unsafe { noted_alloc(layout.size(), layout.align(), &self.0) },
        }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: all have the contract of `GlobalAlloc::alloc_zeroed`, which the caller keeps.
        match is_unwatched(layout) {
            true => unsafe { self.0.alloc_zeroed(layout) },
            false => unsafe { noted_alloc_zeroed(layout.size(), layout.align(), &self.0) },
        }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: all have the contract of `GlobalAlloc::dealloc`, which the caller keeps, for a block of the wrapped one.
        match switch::mode() {
            OFF => unsafe { self.0.dealloc(block, layout) },
            _ => unsafe { noted_dealloc(block, layout.size(), layout.align(), &self.0) },
        }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: all have the contract of `GlobalAlloc::realloc`, which the caller keeps, for a block of the wrapped one.
        match switch::mode() {
            OFF => unsafe { self.0.realloc(block, layout, new_size) },
            _ => unsafe { noted_realloc(block, layout.size(), layout.align(), new_size, &self.0) },
        }
    }
}

/// Whether nobody measures, and the alignment is nothing unusual: the system's allocator need not look at it once more.
#[inline]
fn is_unwatched(layout: Layout) -> bool {
    let most = switch::unwatched();
    // SAFETY: it is one of two constants, neither of which is larger.
    unsafe { assert_unchecked(most <= USUAL) };
    layout.align() <= most && layout.align() <= layout.size()
}

// The calls while something is measured, and some when nothing is, which then do nothing else. Kept out of the others, so
// that nothing is left of them elsewhere: the wrapped allocator is then called the way it would be by itself. Their
// arguments come in the order in which the compiler passes those of an allocation, so that nothing has to change places
// before it is known whether they are called at all.

/// # Safety
///
/// That of [`GlobalAlloc::alloc`], for a layout of this size and alignment.
#[cold]
#[inline(never)]
unsafe fn noted_alloc<A: GlobalAlloc>(size: usize, align: usize, wrapped: &A) -> *mut u8 {
    // SAFETY: they are of a layout, and the contract is the same.
    let (layout, block) = unsafe {
        let layout = Layout::from_size_align_unchecked(size, align);
        (layout, wrapped.alloc(layout))
    };
    note_birth(block, layout);
    block
}

/// # Safety
///
/// That of [`GlobalAlloc::alloc_zeroed`], for a layout of this size and alignment.
#[cold]
#[inline(never)]
unsafe fn noted_alloc_zeroed<A: GlobalAlloc>(size: usize, align: usize, wrapped: &A) -> *mut u8 {
    // SAFETY: they are of a layout, and the contract is the same.
    let (layout, block) = unsafe {
        let layout = Layout::from_size_align_unchecked(size, align);
        (layout, wrapped.alloc_zeroed(layout))
    };
    note_birth(block, layout);
    block
}

/// # Safety
///
/// That of [`GlobalAlloc::dealloc`], for a layout of this size and alignment.
#[cold]
#[inline(never)]
unsafe fn noted_dealloc<A: GlobalAlloc>(block: *mut u8, size: usize, align: usize, wrapped: &A) {
    // SAFETY: they are of a layout.
    let layout = unsafe { Layout::from_size_align_unchecked(size, align) };
    // Before the block is free: afterwards another thread may already have been given its address.
    switch::deallocated(block.addr(), layout);
    // SAFETY: the contract is the same.
    unsafe { wrapped.dealloc(block, layout) };
}

/// # Safety
///
/// That of [`GlobalAlloc::realloc`], for a layout of this size and alignment.
#[cold]
#[inline(never)]
unsafe fn noted_realloc<A: GlobalAlloc>(
    block: *mut u8,
    size: usize,
    align: usize,
    new_size: usize,
    wrapped: &A,
) -> *mut u8 {
    // SAFETY: they are of a layout.
    let layout = unsafe { Layout::from_size_align_unchecked(size, align) };
    let mode = switch::mode();
    // Taken out before, for the same reason as above, and put back where the block stays as it is.
    let birth = switch::before_realloc(mode, block.addr());
    // SAFETY: the contract is the same.
    let resized = unsafe { wrapped.realloc(block, layout, new_size) };
    switch::after_realloc(mode, birth, block.addr(), layout, resized.addr(), new_size);
    resized
}

#[inline]
fn note_birth(block: *mut u8, layout: Layout) {
    // A failed allocation is none.
    if !block.is_null() {
        switch::allocated(block.addr(), layout);
    }
}
