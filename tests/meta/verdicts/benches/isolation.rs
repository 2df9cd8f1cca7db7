//! Six benchmarks that do no harm, between others that leave behind what they can: memory, threads, cold caches, files,
//! connections.

use std::cell::RefCell;
use std::fs::File;
use std::hint::black_box;
use std::net::TcpListener;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

use adapter_bench::{Bencher, Prepared, adapter_bench};

thread_local! {
    /// What is never given back while the process lives.
    static LEFT: RefCell<Vec<Box<dyn std::any::Any>>> = const { RefCell::new(Vec::new()) };
}

fn leave(what: impl std::any::Any) {
    LEFT.with_borrow_mut(|left| left.push(Box::new(what)));
}

/// Benchmarks run in the order of their names: each of these follows a noisy one.
mod a {
    use super::*;

    #[adapter_bench(tags = ["noisy"])]
    fn noisy_allocations(b: Bencher) -> Prepared {
        let mut calls = 0_u64;
        b.iter(move || {
            calls += 1;
            let blocks: Vec<Vec<u8>> = (0..200).map(|at| vec![1; 100 + 37 * at]).collect();
            if calls < 2_000 {
                leave(blocks);
            }
        })
    }

    #[adapter_bench]
    fn quiet_multiply() -> u64 {
        (0..1_000).fold(black_box(1), |x: u64, _| (x ^ (x >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9))
    }
}

mod b {
    use super::*;

    #[adapter_bench(tags = ["noisy"])]
    fn noisy_threads(b: Bencher) -> Prepared {
        static TURNS: AtomicU64 = AtomicU64::new(0);
        for _ in 0..2 {
            thread::spawn(|| {
                loop {
                    TURNS.fetch_add(1, Relaxed);
                }
            });
        }
        b.iter(|| TURNS.load(Relaxed))
    }

    #[adapter_bench]
    fn quiet_boxes() -> usize {
        let boxes: Vec<Box<usize>> = (0..100).map(|at| Box::new(black_box(at))).collect();
        boxes.iter().map(|each| **each).sum()
    }
}

mod c {
    use super::*;

    #[adapter_bench(tags = ["noisy"])]
    fn noisy_caches(b: Bencher) -> Prepared {
        let mut region = vec![0_u64; 8 << 20];
        b.iter(move || region.iter_mut().step_by(8).for_each(|number| *number += 1))
    }

    #[adapter_bench]
    fn quiet_sum(b: Bencher) -> Prepared {
        let numbers: Vec<u64> = (0..100_000).collect();
        b.iter(move || black_box(&numbers).iter().fold(0_u64, |sum, number| sum ^ number))
    }
}

mod d {
    use super::*;

    #[adapter_bench(tags = ["noisy"])]
    fn noisy_files(b: Bencher) -> Prepared {
        let mut calls = 0;
        b.try_iter(move || {
            let file = File::open("/proc/self/status")?;
            calls += 1;
            if calls < 200 {
                leave(file);
            }
            Ok::<_, std::io::Error>(())
        })
    }

    #[adapter_bench]
    fn quiet_text() -> String {
        (0..20).map(|at| format!("row {at}")).collect()
    }
}

mod e {
    use super::*;

    #[adapter_bench(tags = ["noisy"])]
    fn noisy_sockets(b: Bencher) -> Prepared {
        let mut calls = 0;
        b.try_iter(move || {
            let listener = TcpListener::bind("127.0.0.1:0")?;
            calls += 1;
            if calls < 200 {
                leave(listener);
            }
            Ok::<_, std::io::Error>(())
        })
    }

    #[adapter_bench]
    fn quiet_sort(b: Bencher) -> Prepared {
        let numbers: Vec<u64> = (0..1_000_u64).map(|at| at.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
        b.iter(move || {
            let mut numbers = numbers.clone();
            numbers.sort_unstable();
            numbers
        })
    }
}

mod f {
    use super::*;

    #[adapter_bench(tags = ["noisy"])]
    fn noisy_everything(b: Bencher) -> Prepared {
        thread::spawn(|| {
            let mut region = vec![0_u64; 8 << 20];
            loop {
                region.iter_mut().step_by(8).for_each(|number| *number += 1);
            }
        });
        b.iter(|| (0..50).for_each(|at| leave(vec![1_u8; 64 * at])))
    }

    #[adapter_bench]
    fn quiet_parse(b: Bencher) -> Prepared {
        let text: String = (0..10_000_u64).map(|at| format!("{}\n", at * at)).collect();
        b.iter(move || text.lines().filter_map(|line| line.parse::<u64>().ok()).fold(0, u64::wrapping_add))
    }
}

adapter_bench::main!();
