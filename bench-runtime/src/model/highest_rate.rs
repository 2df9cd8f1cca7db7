//! The highest rate that holds a target (`--find-rate`), and how it was looked for. Main type: [`RateSearch`].

/// How the highest rate at which a benchmark holds its targets was looked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RateSearch {
    /// What had to hold, as it was written: `p99 <= 10ms`.
    pub targets: Vec<String>,
    /// Every trial, in order.
    pub tries: Vec<RateTry>,
    /// Why it ended before it was done; `None` where it was.
    pub cut_short: Option<String>,
}

/// One trial at one rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateTry {
    /// Arrivals per second.
    pub rate: f64,
    /// What came of it.
    pub ending: RateEnding,
    /// How long it was looked at, in nanoseconds.
    pub length_ns: u64,
    /// The 99th percentile of latency, from the intended start, of operations that ended without error: nanoseconds.
    pub p99_ns: f64,
    /// The 99th percentile of how late operations started, in nanoseconds.
    pub lateness_p99_ns: f64,
    /// Operations that were to start.
    pub due: u64,
    /// Operations that were not started.
    pub dropped: u64,
    /// Operations that failed.
    pub errors: u64,
}

/// What came of a trial at one rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RateEnding {
    /// Every target held.
    Held,
    /// One did not.
    Missed,
    /// One did not, or not all operations were started, and the generator was in the way: that says nothing of what it
    /// drives.
    GeneratorLate,
}

/// A rate that did not hold was tried this often before that counted.
const TRIES: usize = 2;

impl RateSearch {
    /// The highest rate that held; `None` where none did.
    pub fn held(&self) -> Option<&RateTry> {
        self.tries
            .iter()
            .filter(|one| one.ending == RateEnding::Held)
            .max_by(|a, b| a.rate.total_cmp(&b.rate))
    }

    /// The lowest rate above it that did not hold, tried twice; `None` where none was found.
    pub fn missed(&self) -> Option<&RateTry> {
        let held = self.held().map_or(0.0, |held| held.rate);
        let is_sure =
            |one: &RateTry| self.tries.iter().filter(|other| other.rate == one.rate).count() >= TRIES;
        let above = self.tries.iter().filter(|one| one.rate > held && is_sure(one));
        above.min_by(|a, b| a.rate.total_cmp(&b.rate))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_that_failed_once_is_no_limit() {
        let of = |rate, ending| RateTry {
            rate,
            ending,
            length_ns: 1,
            p99_ns: 1.0,
            lateness_p99_ns: 1.0,
            due: 1,
            dropped: 0,
            errors: 0,
        };
        use RateEnding::{GeneratorLate, Held, Missed};
        let mut search = RateSearch {
            tries: vec![of(10.0, Missed), of(10.0, Held), of(20.0, Missed)],
            ..RateSearch::default()
        };
        let told = |search: &RateSearch| (search.held().map(|t| t.rate), search.missed().map(|t| t.rate));
        assert_eq!(told(&search), (Some(10.0), None));
        search.tries.extend([of(20.0, GeneratorLate), of(40.0, Missed), of(40.0, Missed)]);
        assert_eq!(told(&search), (Some(10.0), Some(20.0)));
        assert_eq!(told(&RateSearch::default()), (None, None));
    }
}
