//! When the operations of an open loop are to start. Main type: [`Schedule`].

use std::time::{Duration, Instant};

use fastrand::Rng;

use crate::model::{Arrivals, Rate};

/// The intended starts, one after the other, each a function of the first moment, the rate and the seed alone.
pub(super) struct Schedule {
    began: Instant,
    interval_ns: f64,
    arrivals: Arrivals,
    rng: Rng,
    index: u64,
    /// Of random arrivals, since the first moment.
    elapsed_ns: f64,
    next: Instant,
}

impl Schedule {
    pub(super) fn new(rate: Rate, arrivals: Arrivals, seed: u64, began: Instant) -> Self {
        let interval_ns = 1e9 / rate.value();
        let rng = Rng::with_seed(seed);
        let mut schedule = Self { began, interval_ns, arrivals, rng, index: 0, elapsed_ns: 0.0, next: began };
        schedule.advance();
        schedule
    }

    /// When the next operation is to start.
    pub(super) fn next(&self) -> Instant {
        self.next
    }

    /// Goes on to the one after it.
    pub(super) fn advance(&mut self) {
        self.index += 1;
        let since = match self.arrivals {
            // Multiplied anew each time: sums would drift.
            Arrivals::Constant => self.index as f64 * self.interval_ns,
            Arrivals::Poisson => {
                // 1 − u is never 0.
                self.elapsed_ns -= (1.0 - self.rng.f64()).ln() * self.interval_ns;
                self.elapsed_ns
            }
        };
        self.next = self.began + Duration::from_nanos(since as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gaps(rate: f64, arrivals: Arrivals, seed: u64) -> Vec<f64> {
        let began = Instant::now();
        let mut schedule = Schedule::new(Rate::per_second(rate).unwrap(), arrivals, seed, began);
        let mut last = began;
        let gap = |_| {
            let gap = (schedule.next() - last).as_secs_f64();
            last = schedule.next();
            schedule.advance();
            gap
        };
        (0..20_000).map(gap).collect()
    }

    #[test]
    fn constant_arrivals_keep_their_distance_without_drift() {
        let gaps = gaps(3_000.0, Arrivals::Constant, 0);
        assert!(gaps.iter().all(|gap| (gap - 1.0 / 3_000.0).abs() < 3e-9));
        assert!((gaps.iter().sum::<f64>() - 20_000.0 / 3_000.0).abs() < 1e-6);
    }

    #[test]
    fn poisson_arrivals_have_exponential_gaps_that_hang_on_the_seed() {
        let one = gaps(500.0, Arrivals::Poisson, 7);
        let count = one.len() as f64;
        let mean = one.iter().sum::<f64>() / count;
        let variance = one.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / count;
        assert!((mean * 500.0 - 1.0).abs() < 0.03, "{mean}");
        assert!((variance.sqrt() / mean - 1.0).abs() < 0.03, "the deviation of an exponential is its mean");
        assert_eq!(one, gaps(500.0, Arrivals::Poisson, 7));
        assert_ne!(one, gaps(500.0, Arrivals::Poisson, 8));
    }
}
