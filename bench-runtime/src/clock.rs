//! The clock that schedules and budgets go by. Main type: [`Clock`].
//!
//! Samples are not taken through it: the sampling loops read [`std::time::Instant`] themselves.

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
