//! Counters: how many blocks and bytes, how many live, and the most at any time. Main type: [`Ledger`].

use std::alloc::{GlobalAlloc, Layout};
use std::ptr;
use std::sync::atomic::{AtomicI64, Ordering};

use stats_alloc::{Stats, StatsAlloc};

/// Counts what it is told. Every method may be called from any thread at any time.
///
/// The counts are those of [`StatsAlloc`], which is told of an allocation only after that succeeded: by itself it counts
/// failed ones too. Live bytes are what was allocated less what was freed. Where calls of several threads overlap, there
/// is no one order of them; the peak is then that of an order that could have been. For whoever allocates reads first
/// what was allocated and then what was freed, both after its own call was counted: what it misses was allocated by a
/// thread that reads later, and what it takes off too early was freed by a call that overlaps with its own.
#[derive(Debug)]
#[repr(align(128))]
pub(super) struct Ledger {
    counts: StatsAlloc<Nothing>,
    peak: AtomicI64,
}

impl Ledger {
    pub(super) fn new() -> Self {
        Self { counts: StatsAlloc::new(Nothing), peak: AtomicI64::new(0) }
    }

    /// A block was allocated.
    #[inline]
    pub(super) fn allocated(&self, layout: Layout) {
        // SAFETY: the allocator behind the counts does nothing with its arguments.
        unsafe { self.counts.alloc(layout) };
        self.raise_peak();
    }

    /// A block is about to be freed.
    #[inline]
    pub(super) fn deallocated(&self, layout: Layout) {
        // SAFETY: the allocator behind the counts does nothing with its arguments.
        unsafe { self.counts.dealloc(ptr::null_mut(), layout) };
    }

    /// A block of `layout` was given another size.
    #[inline]
    pub(super) fn reallocated(&self, layout: Layout, new_size: usize) {
        // SAFETY: the allocator behind the counts does nothing with its arguments.
        unsafe { self.counts.realloc(ptr::null_mut(), layout, new_size) };
        self.raise_peak();
    }

    #[inline]
    fn raise_peak(&self) {
        let live = self.live();
        if live > self.peak.load(Ordering::Relaxed) {
            self.raise_peak_to(live);
        }
    }

    #[cold]
    #[inline(never)]
    fn raise_peak_to(&self, live: i64) {
        self.peak.fetch_max(live, Ordering::Relaxed);
    }

    /// The counts since the ledger was made.
    #[inline]
    pub(super) fn counts(&self) -> Stats {
        self.counts.stats()
    }

    /// Bytes that are live, above those when the ledger was made.
    #[inline]
    pub(super) fn live(&self) -> i64 {
        let counts = self.counts();
        counts.bytes_allocated.wrapping_sub(counts.bytes_deallocated) as isize as i64
    }

    /// The most live bytes since [`forget_peak`](Self::forget_peak), in the same terms as [`live`](Self::live).
    pub(super) fn peak(&self) -> i64 {
        self.peak.load(Ordering::Relaxed)
    }

    /// Makes what is live now the peak, and returns it.
    pub(super) fn forget_peak(&self) -> i64 {
        let live = self.live();
        self.peak.store(live, Ordering::Relaxed);
        live
    }
}

/// The allocator that [`StatsAlloc`] is given, since it only has to count.
#[derive(Debug)]
struct Nothing;

// SAFETY: it never hands out a block, which is how `GlobalAlloc` says that there is no memory.
unsafe impl GlobalAlloc for Nothing {
    #[inline]
    unsafe fn alloc(&self, _layout: Layout) -> *mut u8 {
        ptr::null_mut()
    }

    #[inline]
    unsafe fn dealloc(&self, _block: *mut u8, _layout: Layout) {}

    #[inline]
    unsafe fn realloc(&self, _block: *mut u8, _layout: Layout, _new_size: usize) -> *mut u8 {
        ptr::null_mut()
    }
}
