//! A suite that allocates what it says. `--param blocks=N` sets how many blocks `told` allocates, `--param log=PATH` where
//! `logged` tells of its calls.

use std::hint::black_box;
use std::io::Write;
use std::mem;
use std::sync::Barrier;

use adapter_bench::{Bencher, Prepared, adapter_bench, bench_group};

fn bytes(count: usize) -> Vec<u8> {
    Vec::with_capacity(count)
}

#[bench_group(group = "sizes")]
mod sizes {
    use super::*;

    #[adapter_bench(reference)]
    fn modest() -> Vec<u8> {
        bytes(10_000)
    }

    #[adapter_bench(max_memory_ratio = 1.5)]
    fn thrice() -> Vec<u8> {
        bytes(30_000)
    }

    #[adapter_bench(max_memory_ratio = 1.5, max_memory = "10KB")]
    fn as_allowed() -> Vec<u8> {
        bytes(10_000)
    }
}

#[adapter_bench(tags = ["limited"], max_memory = "64KiB")]
fn above_its_limit() -> (Vec<u8>, Vec<u8>) {
    let most = bytes(100_000);
    (most, bytes(24))
}

#[adapter_bench(tags = ["limited"], critical = "allocations <= 2")]
fn three_blocks() -> [Vec<u8>; 3] {
    [(); 3].map(|()| bytes(8))
}

#[adapter_bench(tags = ["kinds"], kind = "core")]
fn of_core() -> Vec<u8> {
    bytes(2_000)
}

#[adapter_bench(tags = ["kinds"], kind = "db")]
fn of_db() -> Vec<u8> {
    bytes(2_000)
}

#[adapter_bench(tags = ["kinds"])]
async fn of_async() -> Vec<u8> {
    let made = bytes(2_000);
    tokio::task::yield_now().await;
    made
}

/// Allocates before and after it has waited.
#[adapter_bench(tags = ["futures"])]
async fn waits(b: Bencher) -> Prepared {
    b.iter_async(async || {
        let before = bytes(300);
        tokio::task::yield_now().await;
        (before, bytes(200))
    })
}

/// Two threads have their blocks at the same time.
#[adapter_bench(tags = ["threads"])]
fn on_two_threads() {
    let both = Barrier::new(2);
    let work = || {
        let block = black_box(bytes(50_000));
        both.wait();
        drop(block);
    };
    std::thread::scope(|scope| [(); 2].map(|()| scope.spawn(work)).map(|thread| thread.join().is_ok()));
}

#[adapter_bench(tags = ["growth"])]
fn leaks() {
    mem::forget(bytes(64));
}

#[adapter_bench(tags = ["growth"])]
fn fills_a_cache(b: Bencher) -> Prepared {
    let mut cache = Vec::with_capacity(10);
    b.iter(move || {
        if cache.len() < 10 {
            cache.push(bytes(64));
        }
    })
}

#[adapter_bench(tags = ["told"])]
fn told(b: Bencher) -> Prepared {
    let blocks = adapter_bench::param("blocks").and_then(|count| count.parse().ok()).unwrap_or(10);
    b.iter(move || (0..blocks).for_each(|_| drop(black_box(bytes(16)))))
}

/// More than any address space has room for.
#[adapter_bench(tags = ["too_much"])]
fn wants_too_much() -> Vec<u8> {
    bytes(1 << 47)
}

#[adapter_bench(tags = ["too_much"])]
fn wants_little() -> Vec<u8> {
    bytes(1)
}

#[adapter_bench(tags = ["logged"])]
fn logged(b: Bencher) -> Prepared {
    let path = adapter_bench::param("log");
    b.iter(move || {
        let file = path.as_ref().map(|path| std::fs::OpenOptions::new().create(true).append(true).open(path));
        file.map(|file| file.and_then(|mut file| writeln!(file, "called")))
    })
}

adapter_bench::main!();
