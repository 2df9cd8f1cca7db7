//! Counts by call stack. Main function: [`find`].

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use super::stack::Stack;
use crate::alloc::thread::Pause;

/// Places for stacks; a power of two.
const PLACES: usize = 1 << 13;
/// Stacks that are told apart; what exceeds them goes uncounted. Some places stay empty, so that every search ends.
const MOST_STACKS: usize = PLACES / 4 * 3;

/// What was allocated on one stack within one scope.
#[derive(Debug)]
#[repr(align(64))]
pub(super) struct Entry {
    /// A digest of both; 0 while the place is empty.
    key: AtomicU64,
    pub(super) scope: AtomicU32,
    pub(super) count: AtomicU64,
    pub(super) bytes: AtomicU64,
    /// Bytes of all blocks that were born here, when they died.
    pub(super) died: AtomicU64,
    /// Bytes by which older blocks were larger than what they grew by here.
    pub(super) adopted: AtomicU64,
}

impl Entry {
    const fn empty() -> Self {
        Self {
            key: AtomicU64::new(0),
            scope: AtomicU32::new(0),
            count: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            died: AtomicU64::new(0),
            adopted: AtomicU64::new(0),
        }
    }

    /// Forgets what was counted.
    pub(super) fn forget(&self) {
        [&self.count, &self.bytes, &self.died, &self.adopted]
            .into_iter()
            .for_each(|count| count.store(0, Relaxed));
    }
}

static ENTRIES: LazyLock<Box<[Entry]>> = LazyLock::new(|| (0..PLACES).map(|_| Entry::empty()).collect());

/// The frames of the stack in each place that is taken. Held while a place is taken or given back.
static STACKS: Mutex<Vec<(usize, Stack)>> = Mutex::new(Vec::new());

fn stacks() -> MutexGuard<'static, Vec<(usize, Stack)>> {
    STACKS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The number of a stack within a scope, from 1; 0 where the table is full.
#[inline]
pub(super) fn find(scope: u32, stack: &Stack) -> u32 {
    let key = (stack.hash ^ u64::from(scope).wrapping_mul(0xd6e8_feb8_6659_fd93)) | 1;
    let mut place = (key >> 32) as usize % PLACES;
    loop {
        match ENTRIES[place].key.load(Relaxed) {
            0 => return add(key, scope, stack),
            known if known == key => return place as u32 + 1,
            _ => place = (place + 1) % PLACES,
        }
    }
}

#[cold]
fn add(key: u64, scope: u32, stack: &Stack) -> u32 {
    let _own = Pause::begin();
    let mut stacks = stacks();
    if stacks.len() >= MOST_STACKS {
        return 0;
    }
    // Looked for again: another thread may have added it.
    let mut place = (key >> 32) as usize % PLACES;
    loop {
        match ENTRIES[place].key.load(Relaxed) {
            0 => break,
            known if known == key => return place as u32 + 1,
            _ => place = (place + 1) % PLACES,
        }
    }
    stacks.push((place, *stack));
    ENTRIES[place].scope.store(scope, Relaxed);
    ENTRIES[place].key.store(key, Relaxed);
    place as u32 + 1
}

/// The entry of a stack's number.
#[inline]
pub(super) fn entry(number: u32) -> Option<&'static Entry> {
    ENTRIES.get((number as usize).checked_sub(1)?)
}

/// The entries of a scope, with their stacks.
pub(super) fn of_scope(scope: u32) -> Vec<(&'static Entry, Stack)> {
    let entries = stacks().iter().map(|(place, stack)| (&ENTRIES[*place], *stack)).collect::<Vec<_>>();
    entries.into_iter().filter(|(entry, _)| entry.scope.load(Relaxed) == scope).collect()
}

/// Whether stacks went uncounted.
pub(super) fn is_full() -> bool {
    stacks().len() >= MOST_STACKS
}

/// Empties the table.
pub(super) fn clear() {
    let mut stacks = stacks();
    for (place, _) in stacks.drain(..) {
        ENTRIES[place].key.store(0, Relaxed);
        ENTRIES[place].forget();
    }
}

/// Makes the table, so that no allocation has to.
pub(super) fn prepare() {
    LazyLock::force(&ENTRIES);
}
