//! Allocations and releases, as fast as one or more threads make them. Main function: [`report`].

use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

/// Pairs of an allocation and its release in an iteration.
const PAIRS: u32 = 1_000;
/// Iterations that are timed together: one is so short that the steps of some clocks are percents of it.
const TOGETHER: u32 = 32;
/// How long is measured; what is timed together is not cut short.
const LENGTH: Duration = Duration::from_millis(100);

/// Measures on as many threads as the first argument says, and prints nanoseconds per pair and thread. By the second
/// argument, blocks are released at once (`pairs`), or after a thousand of them (`blocks`).
///
/// `iteration` is called around every 1,000 pairs where there is one thread, and around all of them where there are more.
pub fn report(mut iteration: impl FnMut(&mut dyn FnMut())) {
    let threads = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(1_usize);
    let body = if std::env::args().nth(2).as_deref() == Some("blocks") { blocks } else { pairs };
    let mut ns = Vec::new();
    if threads == 1 {
        let mut body = body;
        ns.push(lower_quartile(&times(|| iteration(&mut body))));
    } else {
        iteration(&mut || ns = on_threads(threads, body));
    }
    println!("{}", ns.iter().sum::<f64>() / ns.len() as f64);
}

fn on_threads(threads: usize, body: fn()) -> Vec<f64> {
    let barrier = Barrier::new(threads);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    barrier.wait();
                    median(&times(body))
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().expect("it does not panic")).collect()
    })
}

#[inline(never)]
fn pairs() {
    for _ in 0..PAIRS {
        drop(black_box(Vec::<u8>::with_capacity(32)));
    }
}

/// A thousand blocks of 16 to 256 bytes, as rows of texts have them, all alive at the end.
#[inline(never)]
fn blocks() {
    let sizes = (0..PAIRS as usize).map(|at| 16 + 16 * (at * 7 % 16));
    drop(black_box(sizes.map(Vec::<u8>::with_capacity).collect::<Vec<_>>()));
}

/// Alone on a core, what takes longer was disturbed.
fn lower_quartile(sorted: &[f64]) -> f64 {
    sorted[sorted.len() / 4]
}

/// Threads are meant to disturb each other.
fn median(sorted: &[f64]) -> f64 {
    sorted[sorted.len() / 2]
}

/// Nanoseconds per pair, in order.
fn times(mut iteration: impl FnMut()) -> Vec<f64> {
    let (start, mut times) = (Instant::now(), Vec::with_capacity(10_000));
    while start.elapsed() < LENGTH {
        let together = Instant::now();
        (0..TOGETHER).for_each(|_| iteration());
        times.push(together.elapsed().as_nanos() as f64 / f64::from(TOGETHER * PAIRS));
    }
    times.sort_unstable_by(f64::total_cmp);
    times
}
