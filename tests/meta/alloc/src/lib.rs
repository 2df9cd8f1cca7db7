//! Pairs of an allocation and its release, as fast as one or more threads make them. Main function: [`report`].

use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

/// Pairs per iteration.
const PAIRS: u32 = 1_000;
/// How long is measured; iterations are not cut short.
const LENGTH: Duration = Duration::from_millis(100);

/// Measures on as many threads as the first argument says, and prints nanoseconds per pair and thread.
///
/// `iteration` is called around every 1,000 pairs where there is one thread, and around all of them where there are more.
pub fn report(mut iteration: impl FnMut(&mut dyn FnMut())) {
    let threads = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(1_usize);
    let mut ns = Vec::new();
    if threads == 1 {
        ns.push(fastest(|| {
            let start = Instant::now();
            iteration(&mut pairs);
            start.elapsed()
        }));
    } else {
        iteration(&mut || ns = on_threads(threads));
    }
    println!("{}", ns.iter().sum::<f64>() / ns.len() as f64);
}

fn on_threads(threads: usize) -> Vec<f64> {
    let barrier = Barrier::new(threads);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    barrier.wait();
                    middle(|| {
                        let start = Instant::now();
                        pairs();
                        start.elapsed()
                    })
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

/// Nanoseconds per pair of the lower quartile of iterations: alone on a core, what takes longer was disturbed.
fn fastest(iteration: impl FnMut() -> Duration) -> f64 {
    let times = times(iteration);
    times[times.len() / 4]
}

/// Nanoseconds per pair of the middle iteration: threads are meant to disturb each other.
fn middle(iteration: impl FnMut() -> Duration) -> f64 {
    let times = times(iteration);
    times[times.len() / 2]
}

fn times(mut iteration: impl FnMut() -> Duration) -> Vec<f64> {
    let (start, mut times) = (Instant::now(), Vec::with_capacity(100_000));
    while start.elapsed() < LENGTH {
        times.push(iteration().as_nanos() as f64 / f64::from(PAIRS));
    }
    times.sort_unstable_by(f64::total_cmp);
    times
}
