//! The tracker against an independent count, shape by shape.
//!
//! A tracker counts all threads, so its tests run in a process where nothing else does, one by one: all but the first are
//! ignored here, and the first runs them. Under Miri, which has no processes: `-- --ignored --test-threads 1`.
#![cfg(feature = "memory")]

#[path = "memory/oracle.rs"]
mod oracle;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hint::black_box;
use std::process::Command;
use std::{mem, thread};

use adapter_bench::__private::{Iteration, Location, Tracker, Unavailable, availability};
use adapter_bench::Tracking;
use adapter_bench::model::{Blocks, Generations, Leak, Memory, MemoryFigures, SitesMode};
use oracle::Oracle;

#[global_allocator]
static ALLOCATOR: Tracking<Oracle> = Tracking::new(Oracle);

#[test]
#[cfg(not(miri))]
fn everything_below_holds_where_nothing_else_runs() {
    let itself = std::env::current_exe().expect("a test knows its program");
    let ended = Command::new(itself).args(["--ignored", "--test-threads", "1"]).output().expect("it starts");
    let said = String::from_utf8_lossy(&ended.stdout);
    assert!(ended.status.success(), "{said}{}", String::from_utf8_lossy(&ended.stderr));
    assert!(!said.contains("running 0 tests"), "{said}");
}

/// A thousand, or as many as Miri has patience for.
const MANY: u64 = if cfg!(miri) { 50 } else { 1_000 };

/// Tests that have the process to themselves.
macro_rules! alone {
    ($($(#[$attribute:meta])* fn $name:ident() $body:block)*) => {
        $(#[test] #[ignore = "the first test runs it in a process of its own"] $(#[$attribute])* fn $name() $body)*
    };
}

/// Runs one iteration of `shape`, and checks it against the oracle.
fn iteration<T>(shape: impl FnOnce() -> T) -> MemoryFigures {
    let (figures, counted) = twice_counted(shape);
    assert_eq!(figures, counted, "the tracker and the oracle disagree");
    figures
}

/// The figures of the tracker, and those of the oracle.
fn twice_counted<T>(shape: impl FnOnce() -> T) -> (MemoryFigures, MemoryFigures) {
    let begun = Iteration::begin().expect("a tracker is on");
    oracle::start();
    drop(black_box(shape()));
    let counted = oracle::stop();
    (begun.end(), counted)
}

fn one<T>(shape: impl FnOnce() -> T) -> MemoryFigures {
    let _tracker = start();
    iteration(shape)
}

fn start() -> Tracker {
    Tracker::start(SitesMode::Off).expect("the allocator is installed")
}

fn finish(tracker: Tracker, iterations: &[MemoryFigures]) -> Memory {
    let place = Location::new(file!(), line!(), 1);
    tracker.finish(MemoryFigures::default(), iterations, 3, place)
}

/// Blocks that were allocated and freed again, with their bytes and the most that were live.
fn balanced(blocks: u64, reallocations: u64, bytes: u64, peak: u64) -> MemoryFigures {
    MemoryFigures {
        allocations: blocks,
        deallocations: blocks,
        reallocations,
        allocated: bytes,
        deallocated: bytes,
        net: 0,
        peak,
    }
}

fn blocks(blocks: u64, bytes: u64) -> Blocks {
    Blocks { blocks, bytes }
}

alone! {
    fn nothing_is_nothing() {
        assert_eq!(one(|| 1 + black_box(1)), MemoryFigures::default());
    }

    fn one_block() {
        assert_eq!(one(|| Box::new([1_u8; 100])), balanced(1, 0, 100, 100));
    }

    fn many_blocks_in_turn() {
        let shape = || (0..MANY).for_each(|at| drop(black_box(Box::new(at))));
        assert_eq!(one(shape), balanced(MANY, 0, 8 * MANY, 8));
    }

    fn ten_large_blocks_in_turn() {
        let shape = || (0..10).for_each(|_| drop(black_box(Vec::<u8>::with_capacity(100_000))));
        assert_eq!(one(shape), balanced(10, 0, 1_000_000, 100_000));
    }

    fn ten_large_blocks_at_once() {
        let shape = || [(); 10].map(|()| Vec::<u8>::with_capacity(100_000));
        assert_eq!(one(shape), balanced(10, 0, 1_000_000, 1_000_000));
    }

    #[cfg(not(miri))]
    fn a_vector_that_grows_to_a_mebibyte() {
        let shape = || {
            let mut grown = Vec::new();
            (0..1 << 20).for_each(|at| grown.push(at as u8));
            grown
        };
        assert_eq!(one(shape), balanced(1, 17, 1 << 20, 1 << 20));
    }

    fn a_vector_that_shrinks() {
        let shape = || {
            let mut shrunk = Vec::<u8>::with_capacity(1_000);
            shrunk.extend([1; 100]);
            shrunk.shrink_to_fit();
            shrunk
        };
        assert_eq!(one(shape), MemoryFigures { reallocations: 1, ..balanced(1, 0, 1_000, 1_000) });
    }

    fn growth_that_moves_the_block() {
        let shape = || oracle::moving(|| {
            let mut moved = vec![1_u8; 64];
            moved.reserve_exact(64);
            moved
        });
        assert_eq!(one(shape), balanced(1, 1, 128, 128));
    }

    fn zeroed_memory() {
        assert_eq!(one(|| vec![0_u64; 512]), balanced(1, 0, 4_096, 4_096));
    }

    fn over_aligned_blocks() {
        #[repr(align(4096))]
        struct Page([u8; 4096]);
        let shape = || {
            let page = Box::new(Page([1; 4096]));
            assert_eq!(page.0.as_ptr().addr() % 4096, 0);
            page
        };
        assert_eq!(one(shape), balanced(1, 0, 4_096, 4_096));
    }

    fn types_without_a_size() {
        assert_eq!(one(|| (Box::new(()), vec![(); 1_000])), MemoryFigures::default());
    }

    fn a_string_that_is_put_together() {
        let shape = || {
            let mut text = String::with_capacity(4);
            text.push_str("abcd");
            text.push_str("efgh");
            text
        };
        assert_eq!(one(shape), balanced(1, 1, 8, 8));
    }

    fn a_box_within_a_box() {
        assert_eq!(one(|| Box::new(Box::new(7_u64))), balanced(2, 0, 16, 16));
    }

    fn a_queue_that_is_filled_and_drained() {
        let shape = || {
            let mut queue = VecDeque::with_capacity(16);
            (0..16).for_each(|at| queue.push_back(Box::new(at)));
            while let Some(next) = queue.pop_front() {
                drop(black_box::<Box<i64>>(next));
            }
        };
        assert_eq!(one(shape), balanced(17, 0, 16 * 8 + 16 * 8, 16 * 8 + 16 * 8));
    }

    fn maps_of_the_standard_library() {
        let ordered = one(|| (0..100).map(|key| (key, key.to_string())).collect::<BTreeMap<u32, String>>());
        let hashed = one(|| (0..100).map(|key| (key, key.to_string())).collect::<HashMap<u32, String>>());
        assert!(ordered.allocations > 100 && hashed.allocations > 100);
        assert_eq!((ordered.net, hashed.net), (0, 0));
    }

    fn a_block_that_is_left_behind() {
        let figures = one(|| mem::forget(Box::new([0_u8; 64])));
        assert_eq!((figures.allocations, figures.deallocations, figures.net), (1, 0, 64));
    }

    fn a_block_from_before_that_is_freed() {
        let before = Box::new([0_u8; 64]);
        let figures = one(move || drop(before));
        assert_eq!((figures.allocations, figures.deallocations, figures.net, figures.peak), (0, 1, -64, 0));
    }

    fn a_vector_from_before_that_grows() {
        let mut before = Vec::<u8>::with_capacity(64);
        let tracker = start();
        let grown = iteration(|| before.reserve_exact(128));
        assert_eq!((grown.reallocations, grown.allocated, grown.net, grown.peak), (1, 64, 64, 64));
        drop(before);
        assert_eq!(finish(tracker, &[grown]).generations, Generations::default(), "it is not the iteration's");
    }

    fn a_thread_that_starts_and_ends() {
        let figures = one(|| thread::spawn(|| drop(black_box(vec![1_u8; 5_000]))).join());
        assert!(figures.allocated > 5_000 && figures.peak > 5_000, "{figures:?}");
    }

    fn a_block_that_another_thread_frees() {
        let tracker = start();
        let figures = iteration(|| {
            let block = vec![1_u8; 3_000];
            thread::spawn(move || drop(block)).join()
        });
        assert!(figures.deallocated >= 3_000);
        let generations = finish(tracker, &[figures]).generations;
        assert!(generations.within_iteration.bytes >= 3_000 && generations.never.bytes < 3_000);
    }

    fn a_block_that_a_thread_leaves_to_its_destructors() {
        struct Allocates;
        impl Drop for Allocates {
            fn drop(&mut self) {
                drop(black_box(vec![1_u8; 700]));
            }
        }
        thread_local!(static LAST: RefCell<Option<Allocates>> = const { RefCell::new(None) });
        let without = one(|| thread::spawn(|| LAST.with(|last| drop(last.borrow_mut().take()))).join());
        let with = one(|| thread::spawn(|| LAST.with(|last| *last.borrow_mut() = Some(Allocates))).join());
        assert_eq!(with.allocations - without.allocations, 1);
        assert_eq!(with.allocated - without.allocated, 700);
    }

    fn an_allocation_that_fails() {
        let shape = || {
            assert!(Vec::<u8>::new().try_reserve_exact(oracle::TOO_MUCH).is_err());
            let mut kept = Vec::<u8>::with_capacity(10);
            assert!(kept.try_reserve_exact(oracle::TOO_MUCH).is_err());
            kept
        };
        let tracker = start();
        let figures = iteration(shape);
        assert_eq!(figures, balanced(1, 0, 10, 10));
        let generations = finish(tracker, &[figures]).generations;
        assert_eq!(generations.within_iteration, blocks(1, 10), "the block is known after the failed growth");
    }

    fn two_threads_at_once() {
        let work = || (0..MANY).for_each(|at| drop(black_box(vec![1_u8; at as usize % 50 + 1])));
        let _tracker = start();
        let shape = || [(); 2].map(|()| thread::spawn(work)).map(thread::JoinHandle::join).map(drop);
        let (figures, counted) = twice_counted(shape);
        assert!(figures.allocations >= 2 * MANY && figures.deallocations >= 2 * MANY, "{figures:?}");
        // Calls that overlap have no one order: the tracker may see another one than the oracle does.
        let apart = figures.peak.abs_diff(counted.peak);
        assert!(apart <= 2 * 50, "{figures:?} {counted:?}");
        assert_eq!(MemoryFigures { peak: counted.peak, ..figures }, counted);
    }

    fn blocks_at_the_smallest_distance() {
        let shape = || [(); 8].map(|()| Box::new(1_u8));
        let tracker = start();
        let figures = iteration(shape);
        assert_eq!(figures, balanced(8, 0, 8, 8));
        assert_eq!(finish(tracker, &[figures]).generations.within_iteration, blocks(8, 8));
    }

    fn nothing_is_counted_between_iterations() {
        let tracker = start();
        let first = iteration(|| Box::new(1_u64));
        let between = black_box(vec![1_u8; 1_000]);
        let second = iteration(|| Box::new(1_u64));
        drop(between);
        assert_eq!(first, second);
        let memory = finish(tracker, &[first, second]);
        assert_eq!(memory.generations.total(), blocks(2, 16));
        assert_eq!(memory.generations.within_iteration, blocks(2, 16));
    }

    fn lifetimes_are_told_in_iterations_and_rounds() {
        let (mut short, mut long) = (None, None);
        let mut tracker = start();
        let mut figures = Vec::with_capacity(4);
        for round in 0..2 {
            tracker.round();
            for at in 0..2 {
                figures.push(iteration(|| {
                    drop(black_box(Box::new(0_u8)));
                    let before = short.replace(Box::new(0_u16));
                    drop(before);
                    if at == 0 {
                        drop(long.replace(Box::new(0_u32)));
                    }
                    mem::forget(Box::new(0_u64));
                }));
            }
            assert_eq!(figures.len(), 2 * round + 2);
        }
        let generations = finish(tracker, &figures).generations;
        assert_eq!(generations.within_iteration, blocks(4, 4));
        assert_eq!(generations.within_round, blocks(2, 4), "the second of each round frees what the first made");
        assert_eq!(generations.later, blocks(2, 2 + 4), "the second round frees what the first one left");
        assert_eq!(generations.never, blocks(4 + 1 + 1, 4 * 8 + 2 + 4));
        assert_eq!(generations.total().bytes, figures.iter().map(|one| one.allocated).sum::<u64>());
        drop((short, long));
    }

    fn growth_and_shrinking_count_for_the_iteration_of_birth() {
        let mut kept = Vec::<u8>::new();
        let mut tracker = start();
        tracker.round();
        let made = iteration(|| kept.reserve_exact(100));
        let grown = iteration(|| kept.reserve_exact(300));
        let shrunk = iteration(|| kept.shrink_to(50));
        let freed = iteration(|| drop(mem::take(&mut kept)));
        let memory = finish(tracker, &[made, grown, shrunk, freed]);
        assert_eq!(memory.generations.within_round, blocks(1, 300));
        assert_eq!(memory.generations.total(), blocks(1, 300));
    }

    fn what_warmed_up_is_not_counted() {
        let mut tracker = start();
        let mut cache = Vec::<Box<u64>>::with_capacity(100);
        let first = iteration(|| cache.push(Box::new(1)));
        tracker.count_from_now();
        let second = iteration(|| cache.pop());
        let memory = finish(tracker, &[second]);
        assert_eq!((first.net, second.net), (8, -8));
        assert_eq!(memory.generations, Generations::default());
    }

    fn a_leak_is_told_from_a_cache_that_fills_up() {
        let leaking: Vec<_> = {
            let tracker = start();
            let figures = (0..30).map(|_| iteration(|| mem::forget(Box::new([0_u8; 64])))).collect::<Vec<_>>();
            let memory = finish(tracker, &figures);
            assert_eq!((memory.leak, memory.retained), (Leak::Steady { per_iteration: 64.0 }, 64.0));
            assert!(memory.is_exact());
            figures
        };
        assert_eq!(leaking.len(), 30);
        let mut cache = Vec::with_capacity(100);
        let tracker = start();
        let mut fill = || if cache.len() < 10 { cache.push(Box::new([0_u8; 64])) };
        let figures: Vec<_> = (0..30).map(|_| iteration(&mut fill)).collect();
        let memory = finish(tracker, &figures);
        assert_eq!((memory.leak, memory.retained), (Leak::None, 640.0 / 30.0));
    }

    fn there_is_one_tracker_at_a_time() {
        let tracker = start();
        assert_eq!(Tracker::start(SitesMode::Off).err(), Some(Unavailable::Busy));
        drop(tracker);
        drop(start());
    }

    fn there_is_one_iteration_at_a_time() {
        assert!(Iteration::begin().is_none(), "there is no tracker");
        let _tracker = start();
        let outer = Iteration::begin();
        assert!(outer.is_some() && Iteration::begin().is_none());
        drop(outer);
        assert!(Iteration::begin().is_some());
    }

    fn an_iteration_that_panics_ends() {
        let _tracker = start();
        let panicked = std::panic::catch_unwind(|| {
            let _begun = Iteration::begin();
            std::panic::resume_unwind(Box::new("stop"));
        });
        assert!(panicked.is_err() && Iteration::begin().is_some());
    }

    fn a_later_tracker_knows_nothing_of_the_blocks_of_an_earlier_one() {
        let tracker = start();
        let mut kept = None;
        let made = iteration(|| kept = Some(Box::new(1_u64)));
        assert_eq!(finish(tracker, &[made]).generations.never, blocks(1, 8));
        let tracker = start();
        let freed = iteration(|| drop(kept.take()));
        assert_eq!(finish(tracker, &[freed]).generations, Generations::default());
    }

    fn memory_can_be_measured() {
        assert_eq!(availability(), Ok(()));
    }
}
