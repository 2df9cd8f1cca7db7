//! Whether anything is measured, and what happens to a call if so. Main functions: [`mode`] and those named for calls.

use std::alloc::Layout;
use std::ops::Deref;
use std::sync::atomic::{AtomicU8, AtomicU32, AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::births::{self, Birth};
use super::ledger::Ledger;
use super::thread::Pause;
use super::{lifetimes, sites, thread};
use crate::model::SitesMode;

/// Whoever measures, as a set of the bits below.
pub(super) type Mode = u8;
static MODE: OwnLine<AtomicU8> = OwnLine(AtomicU8::new(OFF));
/// Nobody does.
pub(super) const OFF: Mode = 0;
/// A tracker counts what all threads do.
const ALL_THREADS: Mode = 1;
/// Scopes count what the threads in them do.
const SCOPES: Mode = 2;
/// Somebody wants call sites.
const SITES: Mode = 4;
/// The births of blocks are needed for either.
const BIRTHS: Mode = ALL_THREADS | SITES;

/// The largest alignment of allocations that nobody measures: that of [`USUAL`] while nobody measures, else 0. An allocator
/// looks at the alignment anyway, and most of what it does about it is then done with looking at this.
static UNWATCHED: OwnLine<AtomicUsize> = OwnLine(AtomicUsize::new(USUAL));
/// The largest alignment that allocators give without being asked for it. Larger ones are slow in any case.
pub(super) const USUAL: usize = 16;

/// The epoch since which births are noted without a gap: what died in a gap was not seen, so older ones may be of blocks
/// that were freed long ago.
static ERA: OwnLine<AtomicU32> = OwnLine(AtomicU32::new(0));

/// Something on cache lines of its own: what is seldom written is read fast, as long as nothing beside it is written often.
#[derive(Debug)]
#[repr(align(128))]
pub(super) struct OwnLine<T>(pub(super) T);

impl<T> Deref for OwnLine<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.0
    }
}

/// What all threads do while a tracker measures: `StatsAlloc` cannot be made at compile time.
static ALL: OnceLock<Ledger> = OnceLock::new();

/// What all threads do while a tracker measures.
pub(super) fn all_threads() -> &'static Ledger {
    ALL.get_or_init(Ledger::new)
}

/// Tells `all_threads`, which was made before anything was measured, without a way to make it here.
#[inline]
fn tell_all_threads(note: impl FnOnce(&Ledger)) {
    if let Some(all) = ALL.get() {
        note(all);
    }
}

/// Whoever measures: [`OFF`] while nobody does.
#[inline]
pub(super) fn mode() -> Mode {
    MODE.load(Relaxed)
}

/// The largest alignment of allocations that nobody measures: [`USUAL`] or 0.
#[inline]
pub(super) fn unwatched() -> usize {
    UNWATCHED.load(Relaxed)
}

fn set_mode(mode: Mode) {
    UNWATCHED.store(if mode == OFF { USUAL } else { 0 }, Relaxed);
    MODE.store(mode, Relaxed);
}

/// Whether a tracker counts what all threads do.
pub(super) fn is_tracking() -> bool {
    MODE.load(Relaxed) & ALL_THREADS != 0
}

/// Who measures what.
#[derive(Default)]
struct Users {
    trackers: u32,
    scopes: u32,
    sites: u32,
}

static USERS: Mutex<Users> = Mutex::new(Users { trackers: 0, scopes: 0, sites: 0 });

/// Whom something is measured for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum For {
    /// All threads.
    Tracker,
    /// The threads that enter a scope.
    Scope,
}

/// Keeps the instrument on while it lives.
pub(super) struct On {
    user: For,
    with_sites: bool,
}

impl On {
    /// Switches the instrument on, with call sites where `mode` asks for them and the program can find them.
    pub(super) fn switch(user: For, mode: SitesMode) -> Self {
        let _own = Pause::begin();
        let with_sites = mode != SitesMode::Off && sites::prepare().is_ok();
        all_threads();
        let mut users = USERS.lock().unwrap_or_else(PoisonError::into_inner);
        if users.sites == 0 && with_sites {
            sites::forget(lifetimes::new_era());
        }
        let were_noted = users.mode() & BIRTHS != 0;
        *users.of(user) += 1;
        users.sites += u32::from(with_sites);
        if !were_noted {
            ERA.store(lifetimes::new_era(), Relaxed);
        }
        set_mode(users.mode());
        Self { user, with_sites }
    }
}

impl Drop for On {
    fn drop(&mut self) {
        let mut users = USERS.lock().unwrap_or_else(PoisonError::into_inner);
        *users.of(self.user) -= 1;
        users.sites -= u32::from(self.with_sites);
        set_mode(users.mode());
    }
}

impl Users {
    fn of(&mut self, user: For) -> &mut u32 {
        match user {
            For::Tracker => &mut self.trackers,
            For::Scope => &mut self.scopes,
        }
    }

    fn mode(&self) -> Mode {
        let bit = |users: u32, bit: Mode| if users > 0 { bit } else { 0 };
        bit(self.trackers, ALL_THREADS) | bit(self.scopes, SCOPES) | bit(self.sites, SITES)
    }
}

/// Names a new scope, from 1.
pub(super) fn new_scope_id() -> u32 {
    static LAST: AtomicU32 = AtomicU32::new(0);
    LAST.fetch_add(1, Relaxed) + 1
}

/// A block was allocated at `address`.
#[inline]
pub(super) fn allocated(address: usize, layout: Layout) {
    let mode = mode();
    // What counting comes to nearly always, with nothing else in its way.
    let is_noted = mode == ALL_THREADS
        && !thread::is_paused()
        && births::put_near(address, Birth { epoch: lifetimes::now(), site: 0 });
    if is_noted {
        tell_all_threads(|all| all.allocated(layout));
    } else {
        allocated_somehow(mode, address, layout);
    }
}

#[inline(never)]
fn allocated_somehow(mode: Mode, address: usize, layout: Layout) {
    if thread::is_paused() {
        // The birth of whatever was freed here without being seen is none of this block's.
        let _ = take_birth(mode, address);
        return;
    }
    if mode & BIRTHS != 0 {
        let site = if mode & SITES != 0 { sites::allocated(layout.size()) } else { 0 };
        births::put(address, Birth { epoch: lifetimes::now(), site });
    }
    if mode & ALL_THREADS != 0 {
        tell_all_threads(|all| all.allocated(layout));
    }
    if mode & SCOPES != 0 {
        thread::with_scope(|scope| scope.allocated(layout));
    }
}

/// The block at `address` is about to be freed.
#[inline]
pub(super) fn deallocated(address: usize, layout: Layout) {
    let mode = mode();
    // As above: it was born in this iteration, and dies in it.
    let is_noted = mode == ALL_THREADS
        && lifetimes::iteration().is_some_and(|epoch| births::take_near(address, Birth { epoch, site: 0 }));
    if is_noted {
        tell_all_threads(|all| all.deallocated(layout));
    } else {
        deallocated_somehow(mode, address, layout);
    }
}

#[inline(never)]
fn deallocated_somehow(mode: Mode, address: usize, layout: Layout) {
    let birth = take_birth(mode, address);
    // What was born counted dies counted, whoever frees it.
    if birth.is_none() && thread::is_paused() {
        return;
    }
    if mode & ALL_THREADS != 0 {
        tell_all_threads(|all| all.deallocated(layout));
        lifetimes::died(birth, layout.size());
    }
    if mode & SCOPES != 0 {
        thread::with_scope(|scope| scope.deallocated(layout));
    }
    if let Some(birth) = birth.filter(|birth| birth.site != 0) {
        sites::deallocated(birth, layout.size());
    }
}

/// The block at `address` may be about to move. Returns its birth, for [`after_realloc`].
#[inline]
pub(super) fn before_realloc(mode: Mode, address: usize) -> Option<Birth> {
    take_birth(mode, address)
}

/// The block of `layout` at `old` is now at `new`, with another size; or still where it was, if `new` is 0.
#[inline]
pub(super) fn after_realloc(
    mode: Mode,
    birth: Option<Birth>,
    old: usize,
    layout: Layout,
    new: usize,
    new_size: usize,
) {
    if new == 0 {
        birth.into_iter().for_each(|birth| births::put(old, birth));
        return;
    }
    let mut birth = birth;
    if birth.is_some() || !thread::is_paused() {
        if mode & ALL_THREADS != 0 {
            tell_all_threads(|all| all.reallocated(layout, new_size));
            lifetimes::resized(birth, layout.size(), new_size);
        }
        if mode & SCOPES != 0 {
            thread::with_scope(|scope| scope.reallocated(layout, new_size));
        }
        if mode & SITES != 0 {
            birth = sites_of_resized(birth, layout.size(), new_size);
        }
    }
    birth.into_iter().for_each(|birth| births::put(new, birth));
}

/// Growth counts for the line that the block was born at, or, where that is not known, for the one that makes it grow.
fn sites_of_resized(birth: Option<Birth>, old: usize, new: usize) -> Option<Birth> {
    match birth {
        Some(known) if known.site != 0 => sites::resized(known, old, new),
        None if new > old => {
            let site = sites::adopted(old, new);
            return (site != 0).then(|| Birth { epoch: lifetimes::between_iterations(), site });
        }
        _ => {}
    }
    birth
}

#[inline]
fn take_birth(mode: u8, address: usize) -> Option<Birth> {
    if mode & BIRTHS == 0 {
        return None;
    }
    births::take(address).filter(|birth| birth.epoch >= ERA.load(Relaxed))
}
