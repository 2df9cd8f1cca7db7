//! Of every live block, when and where it was born. Main functions: [`put`] and [`take`].
//!
//! A table with a slot for every eighth address, in three levels, the lower two made where blocks are. Looking up takes
//! no lock: the slot of a block belongs to whoever owns the block. Its memory comes from the operating
//! system and is never given back; the pages of it that no block touches are never there.
//!
//! Two blocks that start within the same eight bytes share a slot, which no allocator in use hands out, and addresses
//! beyond 47 bits (beyond 32 under Miri) have none: blocks there live and die unknown, as those born before the measurement do.

use std::alloc::Layout;
#[cfg(not(all(unix, not(miri))))]
use std::alloc::{GlobalAlloc, System};
use std::cell::Cell;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

/// When and where a block was born.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Birth {
    /// The epoch, from 1.
    pub(super) epoch: u32,
    /// The call site; 0 means that none was recorded.
    pub(super) site: u32,
}

impl Birth {
    fn pack(self) -> u64 {
        u64::from(self.epoch) << 32 | u64::from(self.site)
    }

    /// `None` for an empty slot, which has the epoch 0.
    fn unpack(slot: u64) -> Option<Self> {
        let (epoch, site) = ((slot >> 32) as u32, slot as u32);
        (epoch != 0).then_some(Self { epoch, site })
    }
}

const ADDRESS_BITS: u32 = if cfg!(miri) { 32 } else { 47 };
const GRANULE_BITS: u32 = 3;
/// Miri keeps the history of every atomic, and its addresses are small.
const LEAF_BITS: u32 = if cfg!(miri) { 9 } else { 15 };
const NODE_BITS: u32 = if cfg!(miri) { 10 } else { 13 };
const ROOT_BITS: u32 = ADDRESS_BITS - NODE_BITS - LEAF_BITS - GRANULE_BITS;

type Leaf = [AtomicU64; 1 << LEAF_BITS];
type Node = [AtomicPtr<Leaf>; 1 << NODE_BITS];

static ROOT: [AtomicPtr<Node>; 1 << ROOT_BITS] = [const { AtomicPtr::new(ptr::null_mut()) }; 1 << ROOT_BITS];

/// Notes the birth of the block at `address`. Without memory for the table nothing is noted.
#[inline]
pub(super) fn put(address: usize, birth: Birth) {
    let slot = slot(address).or_else(|| make_slot(address));
    if let Some(slot) = slot {
        slot.store(birth.pack(), Ordering::Relaxed);
    }
}

/// The birth of the block at `address`, which is then forgotten; `None` where it was not noted.
#[inline]
pub(super) fn take(address: usize) -> Option<Birth> {
    let slot = slot(address)?;
    let birth = Birth::unpack(slot.load(Ordering::Relaxed))?;
    slot.store(0, Ordering::Relaxed);
    Some(birth)
}

thread_local! {
    /// The leaf that this thread used last, and the addresses it is for, shifted: blocks are mostly near each other.
    static NEAR: Cell<(usize, &'static Leaf)> = const { Cell::new((NOWHERE, &UNUSED)) };
}

/// The leaf that no address is in.
static UNUSED: Leaf = [const { AtomicU64::new(0) }; 1 << LEAF_BITS];
/// More than any address, shifted.
const NOWHERE: usize = usize::MAX;

/// Notes the birth of the block at `address` if that is near the last one. Returns whether it did.
#[inline]
pub(super) fn put_near(address: usize, birth: Birth) -> bool {
    let slot = near_slot(address);
    slot.inspect(|slot| slot.store(birth.pack(), Ordering::Relaxed)).is_some()
}

/// Forgets the birth of the block at `address` if that is near the last one and this is its birth. Returns whether it did.
#[inline]
pub(super) fn take_near(address: usize, birth: Birth) -> bool {
    let slot = near_slot(address).filter(|slot| slot.load(Ordering::Relaxed) == birth.pack());
    slot.inspect(|slot| slot.store(0, Ordering::Relaxed)).is_some()
}

#[inline]
fn near_slot(address: usize) -> Option<&'static AtomicU64> {
    let (range, leaf) = NEAR.try_with(Cell::get).ok()?;
    (range == address >> (GRANULE_BITS + LEAF_BITS)).then(|| &leaf[Place::of(address).leaf])
}

/// The slot of `address`, where its part of the table was made.
#[inline]
fn slot(address: usize) -> Option<&'static AtomicU64> {
    near_slot(address).or_else(|| far_slot(address))
}

#[inline(never)]
fn far_slot(address: usize) -> Option<&'static AtomicU64> {
    let place = Place::of(address);
    let node = existing(ROOT.get(place.root)?)?;
    let leaf = existing(&node[place.node])?;
    let _ = NEAR.try_with(|near| near.set((address >> (GRANULE_BITS + LEAF_BITS), leaf)));
    Some(&leaf[place.leaf])
}

#[cold]
fn make_slot(address: usize) -> Option<&'static AtomicU64> {
    let place = Place::of(address);
    let node = existing_or_new(ROOT.get(place.root)?)?;
    existing_or_new(&node[place.node]).map(|leaf| &leaf[place.leaf])
}

/// Where in each level an address is.
struct Place {
    root: usize,
    node: usize,
    leaf: usize,
}

impl Place {
    #[inline]
    fn of(address: usize) -> Self {
        let granule = address >> GRANULE_BITS;
        Self {
            root: granule >> (LEAF_BITS + NODE_BITS),
            node: (granule >> LEAF_BITS) & ((1 << NODE_BITS) - 1),
            leaf: granule & ((1 << LEAF_BITS) - 1),
        }
    }
}

/// A level of the table: nothing but atomics, so that zeroed memory is a valid one.
trait Level: 'static {}
impl Level for Leaf {}
impl Level for Node {}

#[inline]
fn existing<T: Level>(entry: &AtomicPtr<T>) -> Option<&'static T> {
    // SAFETY: an entry is null or what `existing_or_new` published with `Release`: zeroed memory of the layout of `T`,
    // which is a valid `T` as it consists of atomics, and which is never freed or borrowed mutably.
    unsafe { entry.load(Ordering::Acquire).as_ref() }
}

fn existing_or_new<T: Level>(entry: &AtomicPtr<T>) -> Option<&'static T> {
    if let Some(level) = existing(entry) {
        return Some(level);
    }
    let made = zeroed_pages(Layout::new::<T>())?.cast::<T>();
    let was = entry.compare_exchange(ptr::null_mut(), made, Ordering::Release, Ordering::Relaxed);
    if was.is_err() {
        // SAFETY: another thread was faster, so nobody else has seen this one, which has just been made with this layout.
        unsafe { give_back(made.cast(), Layout::new::<T>()) };
    }
    existing(entry)
}

/// Memory from the kernel, and not from the heap: there a level would lie between the blocks that it is for and those that
/// come after it, which then need a level of their own, and so on.
#[cfg(all(unix, not(miri)))]
fn zeroed_pages(layout: Layout) -> Option<*mut u8> {
    use rustix::mm::{MapFlags, ProtFlags, mmap_anonymous};
    // SAFETY: a mapping of its own touches no other memory. Pages are aligned to more than a level asks for.
    let pages = unsafe {
        mmap_anonymous(ptr::null_mut(), layout.size(), ProtFlags::READ | ProtFlags::WRITE, MapFlags::PRIVATE)
    };
    pages.ok().map(<*mut _>::cast)
}

/// # Safety
///
/// `made` is what [`zeroed_pages`] returned for `layout`, and nobody uses it.
#[cfg(all(unix, not(miri)))]
unsafe fn give_back(made: *mut u8, layout: Layout) {
    // SAFETY: by the contract of this function, this is a whole mapping without users.
    let _ = unsafe { rustix::mm::munmap(made.cast(), layout.size()) };
}

#[cfg(not(all(unix, not(miri))))]
fn zeroed_pages(layout: Layout) -> Option<*mut u8> {
    // SAFETY: the layout of a level is not empty.
    let made = unsafe { System.alloc_zeroed(layout) };
    (!made.is_null()).then_some(made)
}

/// # Safety
///
/// `made` is what [`zeroed_pages`] returned for `layout`, and nobody uses it.
#[cfg(not(all(unix, not(miri))))]
unsafe fn give_back(made: *mut u8, layout: Layout) {
    // SAFETY: by the contract of this function, it came from `System` with this layout.
    unsafe { System.dealloc(made, layout) };
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOME: Birth = Birth { epoch: 7, site: 0 };

    #[test]
    fn a_birth_is_told_once() {
        let address = 0x1000_0040;
        assert_eq!(take(address), None);
        put(address, SOME);
        assert_eq!(take(address), Some(SOME));
        assert_eq!(take(address), None);
    }

    #[test]
    fn neighbours_do_not_share_a_slot() {
        let first = 0x2000_0000;
        for at in 0..100 {
            put(first + 8 * at, Birth { epoch: 1 + at as u32, site: at as u32 });
        }
        for at in 0..100 {
            assert_eq!(take(first + 8 * at), Some(Birth { epoch: 1 + at as u32, site: at as u32 }));
        }
    }

    #[test]
    fn the_ends_of_every_level_are_apart() {
        let leaf = 1 << (GRANULE_BITS + LEAF_BITS);
        let node = leaf << NODE_BITS;
        let edges = [leaf, leaf - 8, node, node - 8, (1 << ADDRESS_BITS) - 8];
        for (at, address) in edges.into_iter().enumerate() {
            put(address, Birth { epoch: 100 + at as u32, site: 3 });
        }
        for (at, address) in edges.into_iter().enumerate() {
            assert_eq!(take(address), Some(Birth { epoch: 100 + at as u32, site: 3 }), "{address:#x}");
        }
    }

    #[test]
    fn addresses_beyond_the_table_are_unknown() {
        put(1 << ADDRESS_BITS, SOME);
        put(usize::MAX, SOME);
        assert_eq!((take(1 << ADDRESS_BITS), take(usize::MAX)), (None, None));
    }

    #[test]
    fn threads_make_the_same_part_at_the_same_time() {
        let first = 0x3000_0000;
        std::thread::scope(|scope| {
            for thread in 0..4_usize {
                scope.spawn(move || put(first + 8 * thread, Birth { epoch: 1 + thread as u32, site: 0 }));
            }
        });
        let births: Vec<_> = (0..4).filter_map(|at| take(first + 8 * at)).map(|birth| birth.epoch).collect();
        assert_eq!(births, [1, 2, 3, 4]);
    }
}
