//! Loads whose right answer is known: a service that stalls, a queue that theory describes, and no service at all.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use adapter_bench::{Bencher, Prepared, adapter_bench};
use tokio::task::yield_now;

/// A service that stands still for 100 ms at the beginning of every second, and else answers at once.
fn stalling(b: Bencher) -> Prepared {
    let began = Instant::now();
    b.iter_concurrent(async move || {
        let into_second = Duration::from_nanos(u64::from(began.elapsed().subsec_nanos()));
        if let Some(left) = Duration::from_millis(100).checked_sub(into_second) {
            tokio::time::sleep(left).await;
        }
        yield_now().await;
    })
}

#[adapter_bench(rate = 1_000, sustain = "9s")]
async fn stalls_open(b: Bencher) -> Prepared {
    stalling(b)
}

/// It is asked as often: a thousand times per second, as long as it answers.
#[adapter_bench(concurrency = 1, sustain = "9s")]
async fn stalls_closed(b: Bencher) -> Prepared {
    let began = Instant::now();
    let paced = Rc::new(Cell::new(began));
    b.iter_concurrent(async move || {
        let into_second = Duration::from_nanos(u64::from(began.elapsed().subsec_nanos()));
        if let Some(left) = Duration::from_millis(100).checked_sub(into_second) {
            tokio::time::sleep(left).await;
        }
        paced.set(Instant::now() + Duration::from_millis(1));
        until(paced.get()).await;
    })
}

/// One server, a service time of 400 µs, random arrivals that keep it busy for 60 % of the time: M/D/1. At just a half, the
/// median would be the edge between those that wait and those that do not.
#[adapter_bench(rate = 1_500, arrivals = "poisson", sustain = "60s")]
async fn md1(b: Bencher) -> Prepared {
    const SERVICE: Duration = Duration::from_micros(400);
    let free_at = Rc::new(Cell::new(Instant::now()));
    b.iter_concurrent(async move || {
        let done = free_at.get().max(Instant::now()) + SERVICE;
        free_at.set(done);
        until(done).await;
    })
}

/// Nothing but the generator.
#[adapter_bench(rate = 10_000, sustain = "9s")]
async fn pacing(b: Bencher) -> Prepared {
    b.iter_concurrent(async || yield_now().await)
}

/// More exact than a timer of tokio, which ticks once in a millisecond.
async fn until(moment: Instant) {
    while Instant::now() < moment {
        yield_now().await;
    }
}

adapter_bench::main!();
