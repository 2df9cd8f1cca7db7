//! Walks the stack of an allocation. Main function: [`walk`].

use std::arch::asm;
use std::cell::Cell;
use std::ops::Range;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use framehop::x86_64::{CacheX86_64, UnwindRegsX86_64};
use framehop::{FrameAddress, MustNotAllocateDuringUnwind, Unwinder as _};

use super::program::{Program, mapping_around};
use crate::alloc::thread::Pause;

/// Frames beyond this are not looked at: generic code without optimisation is about half as deep.
const MOST_FRAMES: usize = 32;

/// Return addresses, from the allocator outwards. The last one is in a function that is not of the standard library,
/// unless the stack ends before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stack {
    frames: [u64; MOST_FRAMES],
    len: usize,
    /// A digest of the frames, never 0.
    pub(super) hash: u64,
}

impl Stack {
    pub(super) fn frames(&self) -> &[u64] {
        &self.frames[..self.len]
    }

    fn push(&mut self, address: u64) {
        self.frames[self.len] = address;
        self.len += 1;
        // Multiplying mixes upwards, the rotation brings that back down.
        self.hash = (self.hash ^ address).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    }
}

/// The stack of the caller, outside the instrument; without frames where it cannot be walked. Allocates nothing but, once
/// per thread and per new depth of the main one, what reading where the stack is takes, uncounted.
#[inline(never)]
pub(super) fn walk(program: &Program) -> Stack {
    let (ip, sp, bp) = registers();
    let mut stack = Stack { frames: [0; MOST_FRAMES], len: 0, hash: 1 };
    let Some(bounds) = bounds(sp) else {
        return stack;
    };
    let mut reader = |address: u64| read(address, sp..bounds.end);
    let mut registers = UnwindRegsX86_64::new(ip, sp, bp);
    let mut cache = cache().lock().unwrap_or_else(PoisonError::into_inner);
    let Cache { rules, known } = cache
        .get_or_insert_with(|| {
            let _own = Pause::begin();
            Box::default()
        })
        .as_mut();
    let mut frame = FrameAddress::from_instruction_pointer(ip);
    while stack.len < MOST_FRAMES {
        let caller = program.unwinder.unwind_frame(frame, &mut registers, rules, &mut reader);
        let Some((address, next)) = caller.ok().flatten().and_then(returns_to) else {
            break;
        };
        stack.push(address);
        if !known.is_library(program, address) {
            break;
        }
        frame = next;
    }
    stack
}

fn returns_to(address: u64) -> Option<(u64, FrameAddress)> {
    FrameAddress::from_return_address(address).map(|frame| (address, frame))
}

/// Where this function is, its stack and its frame.
#[inline(always)]
fn registers() -> (u64, u64, u64) {
    let (ip, sp, bp): (u64, u64, u64);
    // SAFETY: it only reads three registers.
    unsafe {
        asm!(
            "lea {ip}, [rip]", "mov {sp}, rsp", "mov {bp}, rbp",
            ip = out(reg) ip, sp = out(reg) sp, bp = out(reg) bp,
            options(nomem, nostack, preserves_flags),
        );
    }
    (ip, sp, bp)
}

/// Reads a word of this thread's stack.
fn read(address: u64, stack: Range<u64>) -> Result<u64, ()> {
    let is_within = stack.contains(&address) && address.checked_add(8).is_some_and(|end| end <= stack.end);
    if !is_within || !address.is_multiple_of(8) {
        return Err(());
    }
    // SAFETY: it is an aligned word between the top of this thread's stack and the end of the mapping that the stack is in,
    // which stays mapped and readable while this function runs on it. Any bits are a `u64`. It is read as volatile since
    // the compiler knows of no object there.
    Ok(unsafe { ptr::read_volatile(ptr::with_exposed_provenance::<u64>(address as usize)) })
}

thread_local! {
    static BOUNDS: Cell<(u64, u64)> = const { Cell::new((0, 0)) };
    static NUMBER: Cell<usize> = const { Cell::new(0) };
}

/// What the stack that `sp` points into spans. A thread may change its stack, and that of the main thread grows.
fn bounds(sp: u64) -> Option<Range<u64>> {
    let (start, end) = BOUNDS.try_with(Cell::get).ok()?;
    if (start..end).contains(&sp) {
        return Some(start..end);
    }
    let _own = Pause::begin();
    let found = mapping_around(sp)?;
    BOUNDS.try_with(|bounds| bounds.set((found.start, found.end))).ok()?;
    Some(found)
}

/// What is remembered of addresses.
#[derive(Default)]
struct Cache {
    rules: CacheX86_64<MustNotAllocateDuringUnwind>,
    known: Known,
}

/// Whether recent addresses are of the standard library.
struct Known([(u64, bool); 512]);

impl Default for Known {
    fn default() -> Self {
        Self([(0, false); 512])
    }
}

impl Known {
    fn is_library(&mut self, program: &Program, address: u64) -> bool {
        let place = (address ^ (address >> 9)) as usize % self.0.len();
        if self.0[place].0 != address {
            self.0[place] = (address, program.is_library(address));
        }
        self.0[place].1
    }
}

/// The cache for this thread. It is no thread local, as that would need a destructor, which allocates; threads beyond
/// the sixteenth share one with another.
fn cache() -> &'static Mutex<Option<Box<Cache>>> {
    static CACHES: [Mutex<Option<Box<Cache>>>; 16] = [const { Mutex::new(None) }; 16];
    static THREADS: AtomicUsize = AtomicUsize::new(0);
    let number = NUMBER.try_with(|number| {
        if number.get() == 0 {
            number.set(THREADS.fetch_add(1, Relaxed) + 1);
        }
        number.get()
    });
    &CACHES[number.unwrap_or(0) % CACHES.len()]
}
