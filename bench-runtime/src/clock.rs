//! The clock that schedules and budgets go by. Main type: [`Clock`].
//!
//! Samples are not taken through it: the sampling loops read [`std::time::Instant`] themselves.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// Tells how much time has passed since some fixed moment.
pub(crate) trait Clock {
    /// Time since the clock was made; never goes back.
    fn now(&self) -> Duration;
}

/// The machine's monotonic clock.
pub(crate) struct Monotonic(Instant);

impl Monotonic {
    /// A clock that starts now.
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }
}

impl Clock for Monotonic {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

/// The smallest step that two readings of the machine's clock showed apart.
pub(crate) fn resolution() -> Duration {
    (0..64).map(|_| smallest_step()).min().unwrap_or_default()
}

fn smallest_step() -> Duration {
    let start = Instant::now();
    loop {
        let step = start.elapsed();
        if !step.is_zero() {
            return step;
        }
    }
}

/// How long one reading of the machine's clock takes, in nanoseconds: the best of several batches.
pub(crate) fn overhead_ns() -> f64 {
    const BATCHES: u32 = 20;
    const READINGS: u32 = 1_000;
    let batch = || {
        let start = Instant::now();
        (0..READINGS).for_each(|_| {
            black_box(Instant::now());
        });
        start.elapsed().as_nanos() as f64 / f64::from(READINGS)
    };
    (0..BATCHES).map(|_| batch()).fold(f64::INFINITY, f64::min)
}
