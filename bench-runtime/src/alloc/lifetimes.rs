//! How long blocks live, in iterations and rounds. Main function: [`died`].
//!
//! Time is told in epochs, odd ones within an iteration, even ones between two. A block that dies in the epoch of an
//! iteration that it was born in costs nothing here, which keeps the usual case fast: those are counted by what is left
//! of all deaths when the others are taken away.

use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering::Relaxed};

use super::births::Birth;
use super::switch::OwnLine;
use crate::model::{Blocks, Generations};

/// Goes on from one measurement to the next, so that births of an earlier one are told apart. 0 is no epoch.
static EPOCH: OwnLine<AtomicU32> = OwnLine(AtomicU32::new(2));
/// Blocks born before this epoch are not counted.
static COUNTED_FROM: AtomicU32 = AtomicU32::new(2);
/// Where the current round began.
static ROUND_FROM: AtomicU32 = AtomicU32::new(2);

static WITHIN_ROUND: Deaths = Deaths::new();
static LATER: Deaths = Deaths::new();
static UNCOUNTED: Deaths = Deaths::new();

/// Bytes by which counted blocks grew between iterations, less those by which uncounted ones grew within: the difference
/// between what iterations allocated and what dies with their blocks.
static GROWTH_ELSEWHERE: AtomicI64 = AtomicI64::new(0);

struct Deaths {
    blocks: AtomicU64,
    bytes: AtomicU64,
}

impl Deaths {
    const fn new() -> Self {
        Self { blocks: AtomicU64::new(0), bytes: AtomicU64::new(0) }
    }

    fn add(&self, blocks: u64, bytes: usize) {
        self.blocks.fetch_add(blocks, Relaxed);
        self.bytes.fetch_add(bytes as u64, Relaxed);
    }

    fn get(&self) -> Blocks {
        Blocks { blocks: self.blocks.load(Relaxed), bytes: self.bytes.load(Relaxed) }
    }

    fn forget(&self) {
        self.blocks.store(0, Relaxed);
        self.bytes.store(0, Relaxed);
    }
}

/// The epoch that blocks are born in now.
#[inline]
pub(super) fn now() -> u32 {
    EPOCH.load(Relaxed)
}

/// An epoch of now for blocks that no iteration allocated.
pub(super) fn between_iterations() -> u32 {
    now() & !1
}

const fn is_iteration(epoch: u32) -> bool {
    epoch % 2 == 1
}

/// The epoch of the iteration that is going on.
#[inline]
pub(super) fn iteration() -> Option<u32> {
    Some(now()).filter(|&now| is_iteration(now))
}

/// Begins an iteration. Returns whether it did: within another one it does not.
pub(super) fn begin_iteration() -> bool {
    let now = now();
    !is_iteration(now) && EPOCH.compare_exchange(now, now + 1, Relaxed, Relaxed).is_ok()
}

/// Ends the iteration.
pub(super) fn end_iteration() {
    EPOCH.fetch_add(1, Relaxed);
}

/// Births until now are told apart from those that follow.
pub(super) fn new_era() -> u32 {
    EPOCH.fetch_add(2, Relaxed) + 2
}

/// Counts the blocks of the iterations that follow, and no others.
pub(super) fn count_from_now() {
    COUNTED_FROM.store(now(), Relaxed);
    ROUND_FROM.store(now(), Relaxed);
    [&WITHIN_ROUND, &LATER, &UNCOUNTED].into_iter().for_each(Deaths::forget);
    GROWTH_ELSEWHERE.store(0, Relaxed);
}

/// A round begins.
pub(super) fn begin_round() {
    ROUND_FROM.store(now(), Relaxed);
}

/// A block with this birth, if it is known, is about to be freed.
#[inline]
pub(super) fn died(birth: Option<Birth>, bytes: usize) {
    if !is_young(birth) {
        deaths(birth).add(1, bytes);
    }
}

/// A block with this birth, if it is known, was given another size.
#[inline]
pub(super) fn resized(birth: Option<Birth>, old: usize, new: usize) {
    if is_young(birth) {
        return;
    }
    if new < old {
        deaths(birth).add(0, old - new);
    } else if is_counted(birth) && !is_iteration(now()) {
        GROWTH_ELSEWHERE.fetch_add((new - old) as i64, Relaxed);
    } else if !is_counted(birth) && is_iteration(now()) {
        GROWTH_ELSEWHERE.fetch_sub((new - old) as i64, Relaxed);
    }
}

/// Whether it was born in the iteration that is going on.
#[inline]
fn is_young(birth: Option<Birth>) -> bool {
    birth.is_some_and(|birth| birth.epoch == now() && is_iteration(birth.epoch))
}

fn is_counted(birth: Option<Birth>) -> bool {
    birth.is_some_and(|birth| is_iteration(birth.epoch) && birth.epoch >= COUNTED_FROM.load(Relaxed))
}

fn deaths(birth: Option<Birth>) -> &'static Deaths {
    match birth {
        Some(Birth { epoch, .. }) if is_counted(birth) => match epoch >= ROUND_FROM.load(Relaxed) {
            true => &WITHIN_ROUND,
            false => &LATER,
        },
        _ => &UNCOUNTED,
    }
}

/// What became of the blocks `born` in the counted iterations, given that `freed` is everything that died since.
pub(super) fn generations(born: Blocks, freed: Blocks) -> Generations {
    let (within_round, later) = (WITHIN_ROUND.get(), LATER.get());
    let born = Blocks { bytes: born.bytes.saturating_add_signed(GROWTH_ELSEWHERE.load(Relaxed)), ..born };
    let within_iteration = less(freed, [within_round, later, UNCOUNTED.get()]);
    let never = less(born, [within_iteration, within_round, later]);
    Generations { within_iteration, within_round, later, never }
}

/// A thread that is just being counted may be ahead with one figure and behind with the other, hence saturating.
fn less(whole: Blocks, parts: [Blocks; 3]) -> Blocks {
    parts.into_iter().fold(whole, |rest, part| Blocks {
        blocks: rest.blocks.saturating_sub(part.blocks),
        bytes: rest.bytes.saturating_sub(part.bytes),
    })
}
