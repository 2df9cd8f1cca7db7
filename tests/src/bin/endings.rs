//! A suite in which benchmarks come to every end there is, between healthy ones.

use std::process;
use std::time::Duration;

use adapter_bench::{Bencher, Prepared, adapter_bench};
use rustix::process::{Signal, getpid, kill_process};

#[adapter_bench(group = "endings", reference)]
fn healthy_reference() -> u64 {
    work(1)
}

#[adapter_bench(group = "endings")]
fn healthy_arm() -> u64 {
    work(2)
}

#[adapter_bench(group = "endings")]
fn panics_while_set_up(_b: Bencher) -> Prepared {
    panic!("no table called orders")
}

#[adapter_bench(group = "endings")]
fn panics_after_a_while(b: Bencher) -> Prepared {
    let mut calls = 0;
    b.iter(move || {
        calls += 1;
        assert!(calls < 1_000, "the queue is full");
        work(1)
    })
}

#[derive(Debug, thiserror::Error)]
#[error("cannot open the ledger")]
struct Unopened(#[from] std::io::Error);

#[adapter_bench(group = "endings")]
fn returns_an_error(_b: Bencher) -> Result<Prepared, Unopened> {
    Err(std::io::Error::other("it is locked by another process"))?
}

#[adapter_bench(group = "endings")]
#[expect(clippy::print_stderr, reason = "they are the last words")]
fn aborts() {
    eprintln!("last words before the abort");
    process::abort()
}

#[adapter_bench(group = "endings")]
fn segfaults() {
    // The handler that tells stack overflows takes the first one for a false alarm, and steps aside.
    let _ = kill_process(getpid(), Signal::SEGV);
    let _ = kill_process(getpid(), Signal::SEGV);
}

#[adapter_bench(group = "endings")]
fn is_killed() {
    let _ = kill_process(getpid(), Signal::KILL);
    std::thread::sleep(Duration::from_secs(60));
}

#[adapter_bench(group = "endings")]
fn overflows_its_stack() -> u64 {
    deeper(1)
}

#[expect(unconditional_recursion, reason = "that is the point")]
fn deeper(depth: u64) -> u64 {
    let room = std::hint::black_box([depth; 512]);
    deeper(depth + 1) + room[0]
}

#[adapter_bench(group = "endings")]
fn runs_out_of_memory(b: Bencher) -> Prepared {
    b.iter(|| {
        let hoard: Vec<Vec<u8>> = (0..4096).map(|_| vec![1; 1 << 20]).collect();
        hoard.len()
    })
}

#[adapter_bench(group = "endings")]
fn exits_with_success() {
    process::exit(0)
}

#[adapter_bench(group = "endings")]
fn sleeps_for_ever() {
    loop {
        std::thread::sleep(Duration::from_secs(60));
    }
}

#[adapter_bench(group = "endings")]
fn spins_for_ever() -> u64 {
    let mut sum = 0_u64;
    loop {
        sum = std::hint::black_box(sum.wrapping_add(1));
    }
}

#[adapter_bench(group = "endings")]
async fn never_completes() {
    std::future::pending::<()>().await;
}

#[adapter_bench(group = "elsewhere", reference)]
fn undisturbed() -> u64 {
    work(3)
}

#[adapter_bench(group = "failing reference", reference)]
fn failing_reference(_b: Bencher) -> Prepared {
    panic!("no table called orders")
}

#[adapter_bench(group = "failing reference")]
fn arm_of_failing_reference() -> u64 {
    work(4)
}

#[adapter_bench(group = "ignored reference", reference, ignore = "needs a licence")]
fn ignored_reference() {}

#[adapter_bench(group = "ignored reference")]
fn arm_of_ignored_reference() -> u64 {
    work(5)
}

#[adapter_bench(group = "sparse reference", reference, args = [1_u64])]
fn sparse_reference(seed: u64) -> u64 {
    work(seed)
}

#[adapter_bench(group = "sparse reference", args = [1_u64, 2])]
fn arm_of_sparse_reference(seed: u64) -> u64 {
    work(seed)
}

#[adapter_bench(ignore = "needs a tape drive")]
fn ignored() {}

fn work(seed: u64) -> u64 {
    (0..100).fold(std::hint::black_box(seed), |sum, n| sum.wrapping_mul(31).wrapping_add(n))
}

adapter_bench::main!();
