//! The clock of the traced pass, read twice in every poll. Main type: [`Ticks`].

use std::time::{Duration, Instant};

/// A clock that counts in a unit of its own, and what that unit is.
#[derive(Debug)]
pub(super) struct Ticks {
    since: Instant,
    at_start: u64,
}

/// The unit is told by comparing with the system's clock over at least this long: to a ten-thousandth.
const COMPARED_OVER: Duration = Duration::from_millis(2);

impl Ticks {
    /// Starts to compare.
    pub(super) fn start() -> Self {
        Self { since: Instant::now(), at_start: now() }
    }

    /// Nanoseconds of one tick. Waits until the two clocks can be compared.
    pub(super) fn nanoseconds(&self) -> f64 {
        loop {
            let (elapsed, ticks) = (self.since.elapsed(), now().saturating_sub(self.at_start));
            if elapsed >= COMPARED_OVER {
                return elapsed.as_nanos() as f64 / ticks.max(1) as f64;
            }
            std::hint::spin_loop();
        }
    }
}

/// The moment now, in ticks.
pub(super) fn now() -> u64 {
    use std::sync::OnceLock;
    static START: OnceLock<Instant> = OnceLock::new();
    let start = START.get_or_init(Instant::now);
    start.elapsed().as_nanos() as u64 + 1
}
