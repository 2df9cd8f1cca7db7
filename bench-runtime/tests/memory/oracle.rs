//! An allocator that counts by other means: it keeps the size of every live block, under one lock. Main type: [`Oracle`].
#![expect(unsafe_code, reason = "it is a global allocator")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Mutex, MutexGuard, PoisonError};

use adapter_bench::model::MemoryFigures;

/// Blocks larger than this cannot be had.
pub(crate) const TOO_MUCH: usize = 1 << 40;

pub(crate) struct Oracle;

struct Count {
    on: bool,
    figures: MemoryFigures,
    live: i64,
}

static COUNT: Mutex<Count> = Mutex::new(Count { on: false, figures: EMPTY, live: 0 });
const EMPTY: MemoryFigures = MemoryFigures {
    allocations: 0,
    deallocations: 0,
    reallocations: 0,
    allocated: 0,
    deallocated: 0,
    net: 0,
    peak: 0,
};

/// Whether growing moves a block.
static MOVES: AtomicBool = AtomicBool::new(false);

fn count() -> MutexGuard<'static, Count> {
    COUNT.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn start() {
    *count() = Count { on: true, figures: EMPTY, live: 0 };
}

pub(crate) fn stop() -> MemoryFigures {
    let mut count = count();
    count.on = false;
    MemoryFigures { net: count.live, ..count.figures }
}

/// Runs `shape` while growing moves blocks.
pub(crate) fn moving<T>(shape: impl FnOnce() -> T) -> T {
    MOVES.store(true, SeqCst);
    let made = shape();
    MOVES.store(false, SeqCst);
    made
}

fn note(change: impl FnOnce(&mut MemoryFigures) -> i64) {
    let mut count = count();
    if count.on {
        let bytes = change(&mut count.figures);
        count.live += bytes;
        count.figures.peak = count.figures.peak.max(count.live.max(0) as u64);
    }
}

fn allocated(block: *mut u8, size: usize) -> *mut u8 {
    if !block.is_null() {
        note(|figures| {
            figures.allocations += 1;
            figures.allocated += size as u64;
            size as i64
        });
    }
    block
}

// SAFETY: every method passes on to `System`, or says that there is no memory.
unsafe impl GlobalAlloc for Oracle {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.size() >= TOO_MUCH {
            return ptr::null_mut();
        }
        allocated(unsafe { System.alloc(layout) }, layout.size())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        allocated(unsafe { System.alloc_zeroed(layout) }, layout.size())
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        note(|figures| {
            figures.deallocations += 1;
            figures.deallocated += layout.size() as u64;
            -(layout.size() as i64)
        });
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        if new_size >= TOO_MUCH {
            return ptr::null_mut();
        }
        let moved = unsafe { resized(block, layout, new_size) };
        note(|figures| {
            figures.reallocations += 1;
            let change = new_size as i64 - layout.size() as i64;
            figures.allocated += change.max(0) as u64;
            figures.deallocated += (-change).max(0) as u64;
            change
        });
        moved
    }
}

unsafe fn resized(block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
    if !MOVES.load(SeqCst) {
        return unsafe { System.realloc(block, layout, new_size) };
    }
    unsafe {
        let moved = System.alloc(Layout::from_size_align_unchecked(new_size, layout.align()));
        ptr::copy_nonoverlapping(block, moved, layout.size().min(new_size));
        System.dealloc(block, layout);
        moved
    }
}
