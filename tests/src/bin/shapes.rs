//! A suite with one benchmark for each way of writing one.

use std::time::{Duration, Instant};

use adapter_bench::{Bencher, Prepared, adapter_bench, bench_group};

#[adapter_bench]
fn whole_body() -> u64 {
    sum(100)
}

#[adapter_bench(args = [10_u64, 1_000])]
fn whole_body_with_an_argument(rows: u64) -> u64 {
    sum(rows)
}

#[adapter_bench]
async fn whole_async_body() -> u64 {
    tokio::task::yield_now().await;
    sum(10)
}

#[adapter_bench(types = [u32, u64], consts = [2, 4], args = ["short", "long"])]
fn product<T: Default + std::fmt::Debug + 'static, const N: usize>(
    b: Bencher,
    text: &'static str,
) -> Prepared {
    b.items(N as u64).iter(move || (T::default(), [0_u8; N], text.len()))
}

#[adapter_bench(items = rows as u64, bytes = 8 * rows as u64, args = adapter_bench::datasets())]
fn counted(b: Bencher, rows: usize) -> Prepared {
    let data: Vec<u64> = (0..rows as u64).collect();
    b.iter(move || data.iter().sum::<u64>())
}

#[adapter_bench]
fn with_input(b: Bencher) -> Prepared {
    b.bytes_of(|text: &String| text.len() as u64).iter_with_input(|| "x".repeat(64), |text| text + "y")
}

#[adapter_bench]
fn with_input_ref(b: Bencher) -> Prepared {
    b.iter_with_input_ref(|| vec![3, 1, 2], |rows: &mut Vec<u8>| rows.sort_unstable())
}

#[adapter_bench]
fn custom(b: Bencher) -> Prepared {
    b.iter_custom(|iterations| {
        let start = Instant::now();
        for _ in 0..iterations {
            std::hint::black_box(sum(50));
        }
        start.elapsed()
    })
}

#[adapter_bench]
async fn async_set_up(b: Bencher) -> Result<Prepared, std::io::Error> {
    tokio::time::sleep(Duration::from_millis(1)).await;
    let mut calls = 0_u64;
    Ok(b.iter_async(async move || {
        calls += 1;
        tokio::task::yield_now().await;
        calls
    }))
}

#[adapter_bench]
fn async_with_input(b: Bencher) -> Prepared {
    b.iter_async_with_input(|| 7_u64, async |rows| sum(rows))
}

#[adapter_bench]
fn overlapping(b: Bencher) -> Prepared {
    b.iter_concurrent(async || tokio::task::yield_now().await)
}

#[adapter_bench(async(flavor = "multi_thread", workers = 2))]
async fn spawned(b: Bencher) -> Prepared {
    b.iter_spawned(|| async { sum(10) })
}

#[adapter_bench(group = "answers", reference)]
fn forty_two(b: Bencher) -> Prepared {
    b.answer(|out: &u64| *out).iter(|| std::hint::black_box(42_u64))
}

#[adapter_bench(group = "answers")]
fn forty_two_too(b: Bencher) -> Prepared {
    b.answer(|out: &u32| *out).iter(|| std::hint::black_box(40_u32) + 2)
}

#[adapter_bench(group = "answers")]
fn forty_three(b: Bencher) -> Prepared {
    b.answer(|out: &u64| *out).iter(|| std::hint::black_box(43_u64))
}

#[bench_group(group = "flavours", tags = ["mixed"], min_rounds = 4)]
mod flavours {
    use super::*;

    #[adapter_bench(reference)]
    async fn on_one_thread(b: Bencher) -> Prepared {
        b.iter_async(async || tokio::task::yield_now().await)
    }

    #[adapter_bench(async(flavor = "multi_thread", workers = 2))]
    async fn on_two_threads(b: Bencher) -> Prepared {
        b.iter_async(async || tokio::task::yield_now().await)
    }
}

#[adapter_bench]
fn fallible() -> Result<u64, String> {
    Ok(sum(5))
}

#[adapter_bench(tags = ["flaky"])]
fn fails_now_and_then(b: Bencher) -> Prepared {
    let mut calls = 0_u64;
    b.try_iter(move || {
        calls += 1;
        if calls.is_multiple_of(1_000) { Err(format!("refused the call {calls}")) } else { Ok(calls) }
    })
}

#[adapter_bench(extended)]
fn only_when_extended() -> u64 {
    sum(1)
}

fn sum(rows: u64) -> u64 {
    (0..std::hint::black_box(rows)).fold(0, |sum, n| sum ^ (n * n))
}

adapter_bench::main!();
