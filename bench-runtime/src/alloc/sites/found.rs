//! Counts allocations by the stack that made them.

use std::cell::Cell;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering::Relaxed};

use super::program::Program;
use super::{lines, stack, table};
use crate::alloc::births::Birth;
use crate::alloc::{lifetimes, thread};
use crate::model::{Location, Sites, SitesMode};

/// The scope that stands for all threads.
const ALL_THREADS: u32 = 0;
/// One allocation in this many is traced, on average, where they are sampled.
const SAMPLED: u32 = 64;

/// How often the allocations of all threads are traced: 0 for never, else one in as many.
static ONE_IN: AtomicU8 = AtomicU8::new(0);
/// The epoch that the table was last emptied in.
static ERA: AtomicU32 = AtomicU32::new(0);
/// The epoch from which on allocations of all threads count.
static COUNTED_FROM: AtomicU32 = AtomicU32::new(0);

/// Gets ready to trace allocations.
pub(in crate::alloc) fn prepare() -> Result<(), &'static str> {
    table::prepare();
    Program::running().map(drop)
}

/// Forgets everything; blocks from before `era` are not known any more.
pub(in crate::alloc) fn forget(era: u32) {
    table::clear();
    ERA.store(era, Relaxed);
}

/// Says how the allocations of all threads are traced while a tracker measures.
pub(in crate::alloc) fn trace_all_threads(mode: SitesMode) {
    ONE_IN.store(one_in(mode) as u8, Relaxed);
}

const fn one_in(mode: SitesMode) -> u32 {
    match mode {
        SitesMode::Off => 0,
        SitesMode::Sampled => SAMPLED,
        SitesMode::Full => 1,
    }
}

/// Counts allocations of all threads from now on.
pub(in crate::alloc) fn count_from_now() {
    COUNTED_FROM.store(lifetimes::now(), Relaxed);
    table::of_scope(ALL_THREADS).into_iter().for_each(|(entry, _)| entry.forget());
}

/// A block was allocated. Returns the number of its site; 0 where it is not traced.
#[inline]
pub(in crate::alloc) fn allocated(size: usize) -> u32 {
    let number = site();
    if let Some(entry) = table::entry(number) {
        entry.count.fetch_add(1, Relaxed);
        entry.bytes.fetch_add(size as u64, Relaxed);
    }
    number
}

/// A block whose birth is not known grew. Returns the number of the site that made it grow; 0 where it is not traced.
pub(in crate::alloc) fn adopted(old: usize, new: usize) -> u32 {
    let number = site();
    if let Some(entry) = table::entry(number) {
        entry.bytes.fetch_add((new - old) as u64, Relaxed);
        entry.adopted.fetch_add(old as u64, Relaxed);
    }
    number
}

/// A block that is known was given another size.
pub(in crate::alloc) fn resized(birth: Birth, old: usize, new: usize) {
    let Some(entry) = known(birth) else {
        return;
    };
    if new > old {
        entry.bytes.fetch_add((new - old) as u64, Relaxed);
    } else {
        entry.died.fetch_add((old - new) as u64, Relaxed);
    }
}

/// A block that is known is about to be freed.
#[inline]
pub(in crate::alloc) fn deallocated(birth: Birth, size: usize) {
    if let Some(entry) = known(birth) {
        entry.died.fetch_add(size as u64, Relaxed);
    }
}

/// The entry of a block that was born since there was reason to count it.
#[inline]
fn known(birth: Birth) -> Option<&'static table::Entry> {
    let entry = table::entry(birth.site)?;
    let counts_from = match entry.scope.load(Relaxed) {
        ALL_THREADS => COUNTED_FROM.load(Relaxed).max(ERA.load(Relaxed)),
        _ => ERA.load(Relaxed),
    };
    (birth.epoch >= counts_from).then_some(entry)
}

/// The number of the site of this allocation; 0 where it is not to be traced.
fn site() -> u32 {
    let scope = thread::with_scope(|scope| scope.id).unwrap_or(ALL_THREADS);
    if scope == ALL_THREADS && !(lifetimes::iteration().is_some() && is_next(ONE_IN.load(Relaxed).into())) {
        return 0;
    }
    match Program::running() {
        Ok(program) => table::find(scope, &stack::walk(program)),
        Err(_) => 0,
    }
}

/// Whether this thread's next allocation is one of those that are traced: one in `mean`, at random distances, so that no
/// pattern of the program's hides from it.
fn is_next(mean: u32) -> bool {
    thread_local!(static SAMPLER: Cell<(u32, u32)> = const { Cell::new((0, 0x9e37_79b9)) });
    if mean <= 1 {
        return mean == 1;
    }
    let next = SAMPLER.try_with(|sampler| {
        let (left, mut random) = sampler.get();
        if left > 0 {
            sampler.set((left - 1, random));
            return false;
        }
        random ^= random << 13;
        random ^= random >> 17;
        random ^= random << 5;
        sampler.set((random % (2 * mean - 1), random));
        true
    });
    next.unwrap_or(false)
}

/// The lines within a scope that allocate most, `top` of each kind.
pub(in crate::alloc) fn report(scope: u32, mode: SitesMode, top: usize, place: Location) -> Sites {
    if mode == SitesMode::Off {
        return Sites { mode, ..Sites::default() };
    }
    let program = match Program::running() {
        Ok(program) => program,
        Err(reason) => {
            return Sites { mode: SitesMode::Off, note: Some(reason.to_owned()), ..Sites::default() };
        }
    };
    let stacks = table::of_scope(scope);
    let traced: Vec<_> =
        stacks.iter().map(|(entry, stack)| lines::Traced::of(entry, *stack, one_in(mode))).collect();
    let mut sites = lines::top(program, &traced, top, place);
    sites.mode = mode;
    if table::is_full() {
        sites.note =
            Some("there are more places that allocate than are told apart; some are missing".to_owned());
    }
    sites
}
