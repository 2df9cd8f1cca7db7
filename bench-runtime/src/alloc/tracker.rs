//! Measures what all threads do, iteration by iteration. Main types: [`Tracker`] and [`Iteration`].

use std::hint::black_box;
use std::sync::{Mutex, MutexGuard, OnceLock, TryLockError};

use stats_alloc::Stats;

use super::scope::Scope;
use super::switch::{For, On, all_threads, is_tracking, new_scope_id};
use super::thread::{Entered, Pause};
use super::{Unavailable, figures, lifetimes, sites};
use crate::model::{Blocks, Location, Memory, MemoryFigures, SitesMode};

/// Whether memory can be measured in this program, or why not.
///
/// # Errors
///
/// When the program has another global allocator than [`Tracking`](crate::Tracking).
pub fn availability() -> Result<(), Unavailable> {
    static IS_INSTALLED: OnceLock<bool> = OnceLock::new();
    match IS_INSTALLED.get_or_init(sees_an_allocation) {
        true => Ok(()),
        false => Err(Unavailable::NotInstalled),
    }
}

fn sees_an_allocation() -> bool {
    let scope = Scope::new(new_scope_id(), None);
    let _on = On::switch(For::Scope, SitesMode::Off);
    let _in = Entered::enter(&scope);
    drop(black_box(Box::new(1_u8)));
    scope.ledger.counts().allocations > 0
}

/// Counts what all threads allocate while it lives. There is one at a time.
///
/// ```text
/// start ── first iteration, discarded ones ── count_from_now ── (round ── iteration, iteration, …)* ── finish
/// ```
///
/// Iterations are marked with [`Iteration`], by whoever calls the routine.
pub struct Tracker {
    mode: SitesMode,
    /// The counts when counting began.
    since: Stats,
    _on: On,
    _only: MutexGuard<'static, ()>,
}

static ONLY: Mutex<()> = Mutex::new(());

impl Tracker {
    /// Starts to count.
    ///
    /// # Errors
    ///
    /// When memory [cannot be measured](availability), or when there already is a tracker.
    pub fn start(mode: SitesMode) -> Result<Self, Unavailable> {
        availability()?;
        let _own = Pause::begin();
        let only = match ONLY.try_lock() {
            Ok(only) => only,
            Err(TryLockError::Poisoned(only)) => only.into_inner(),
            Err(TryLockError::WouldBlock) => return Err(Unavailable::Busy),
        };
        sites::trace_all_threads(mode);
        let on = On::switch(For::Tracker, mode);
        lifetimes::new_era();
        let mut tracker = Self { mode, since: Stats::default(), _on: on, _only: only };
        tracker.count_from_now();
        Ok(tracker)
    }

    /// Forgets the iterations until now: they were the first one, or warmed up. A round begins.
    pub fn count_from_now(&mut self) {
        self.since = all_threads().counts();
        lifetimes::count_from_now();
        sites::count_from_now();
    }

    /// Begins a round: what was born before it and dies from now on was not of the same one.
    pub fn round(&mut self) {
        lifetimes::begin_round();
    }

    /// Stops, and tells what was measured.
    ///
    /// `iterations` are the figures of all iterations since [`count_from_now`](Self::count_from_now), in their order;
    /// `first` is that of the first one of all. The `top` lines of each kind are told; where a line is not known, the
    /// benchmark's own `place` stands for it.
    pub fn finish(
        self,
        first: MemoryFigures,
        iterations: &[MemoryFigures],
        top: usize,
        place: Location,
    ) -> Memory {
        let _own = Pause::begin();
        let freed = all_threads().counts() - self.since;
        let generations = lifetimes::generations(
            sum(iterations, |figures| (figures.allocations, figures.allocated)),
            Blocks { blocks: freed.deallocations as u64, bytes: freed.bytes_deallocated as u64 },
        );
        let mut memory = figures::summary(first, iterations);
        memory.generations = generations;
        memory.retained = generations.never.bytes as f64 / f64::from(memory.iterations.max(1));
        let mode = self.mode;
        drop(self);
        memory.sites = sites::report(0, mode, top, place);
        memory
    }
}

fn sum(iterations: &[MemoryFigures], blocks: impl Fn(&MemoryFigures) -> (u64, u64)) -> Blocks {
    iterations.iter().map(blocks).fold(Blocks::default(), |sum, (blocks, bytes)| Blocks {
        blocks: sum.blocks + blocks,
        bytes: sum.bytes + bytes,
    })
}

/// One call of a routine, while a [`Tracker`] counts. Neither beginning nor ending it allocates.
#[must_use = "end it, or it has no figures"]
pub struct Iteration {
    before: Stats,
    live: i64,
}

impl Iteration {
    /// Begins an iteration. `None` without a tracker, and within another iteration.
    pub fn begin() -> Option<Self> {
        let all = all_threads();
        let begins = is_tracking() && lifetimes::begin_iteration();
        begins.then(|| Self { live: all.forget_peak(), before: all.counts() })
    }

    /// Ends it. What it made should have been dropped before: whatever is still alive counts as left behind.
    pub fn end(self) -> MemoryFigures {
        let all = all_threads();
        difference(self.before, all.counts(), all.peak() - self.live)
    }
}

impl Drop for Iteration {
    fn drop(&mut self) {
        lifetimes::end_iteration();
    }
}

/// What happened between two moments, given the most that was live above the first.
pub(super) fn difference(before: Stats, after: Stats, peak: i64) -> MemoryFigures {
    let change = after - before;
    let (allocated, deallocated) = (change.bytes_allocated as u64, change.bytes_deallocated as u64);
    MemoryFigures {
        allocations: change.allocations as u64,
        deallocations: change.deallocations as u64,
        reallocations: change.reallocations as u64,
        allocated,
        deallocated,
        net: allocated.wrapping_sub(deallocated).cast_signed(),
        peak: peak.max(0).unsigned_abs(),
    }
}
