//! The highest rate that holds: doubling, then bisection of logarithms. Main type: [`Highest`].

/// The highest rate that held and the lowest that did not are this close at the end: rates closer than that are not told
/// apart by trials of a few seconds.
const CLOSE: f64 = 1.05;

/// Rates have this many significant digits, so that they can be read and asked for again.
const DIGITS: i32 = 3;

/// A search for the highest rate that holds, one answer after the other. Rates that hold are assumed to be lower than those
/// that do not.
///
/// A rate is doubled as long as it holds, or halved as long as it does not; what lies between is divided in the middle of
/// its logarithms. A rate that does not hold is tried once more before that counts: a noisy second is no limit.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Highest {
    lowest: f64,
    highest: f64,
    next: Option<f64>,
    is_second_try: bool,
    held: Option<f64>,
    missed: Option<f64>,
}

impl Highest {
    /// A search that begins at `start` and goes from `lowest` to `highest` at most; `lowest` is above 0.
    pub(crate) fn between(lowest: f64, highest: f64, start: f64) -> Self {
        let next = Some(start.clamp(lowest, highest.max(lowest)));
        Self { lowest, highest, next, is_second_try: false, held: None, missed: None }
    }

    /// The rate to try; `None` at the end.
    pub(crate) fn next(&self) -> Option<f64> {
        self.next
    }

    /// Takes note of whether the rate to try held.
    pub(crate) fn tell(&mut self, has_held: bool) {
        let Some(rate) = self.next else { return };
        self.is_second_try = !has_held && !self.is_second_try;
        if self.is_second_try {
            return;
        }
        if has_held {
            self.held = Some(rate);
        } else {
            self.missed = Some(rate);
        }
        self.next = self.after();
    }

    fn after(&self) -> Option<f64> {
        match (self.held, self.missed) {
            (Some(held), Some(missed)) => (missed / held > CLOSE).then(|| readable((held * missed).sqrt())),
            (Some(held), None) => (held < self.highest).then(|| (2.0 * held).min(self.highest)),
            (None, Some(missed)) => (missed > self.lowest).then(|| (missed / 2.0).max(self.lowest)),
            (None, None) => self.next,
        }
    }
}

/// `rate` with [`DIGITS`] significant digits.
fn readable(rate: f64) -> f64 {
    let unit = 10_f64.powi(rate.log10().floor() as i32 + 1 - DIGITS);
    (rate / unit).round() * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rates that are tried where those up to `capacity` hold, and what came of it.
    fn searched(mut search: Highest, mut holds: impl FnMut(f64) -> bool) -> (Vec<f64>, Highest) {
        let mut tried = Vec::new();
        while let Some(rate) = search.next() {
            tried.push(rate);
            assert!(tried.len() < 100, "{tried:?}");
            search.tell(holds(rate));
        }
        (tried, search)
    }

    #[test]
    fn rates_double_until_one_fails_twice_and_are_bisected_then() {
        let (tried, search) = searched(Highest::between(1.0, 1e12, 100.0), |rate| rate <= 700.0);
        assert_eq!(tried[..5], [100.0, 200.0, 400.0, 800.0, 800.0]);
        assert_eq!(tried[5], 566.0);
        assert!(search.held.is_some_and(|held| (667.0..=700.0).contains(&held)), "{search:?}");
        assert!(search.missed.is_some_and(|missed| missed > 700.0 && missed < 735.0), "{search:?}");
    }

    #[test]
    fn rates_are_halved_where_the_first_does_not_hold() {
        let (tried, search) = searched(Highest::between(1.0, 1e12, 100.0), |rate| rate <= 30.0);
        assert_eq!(tried[..5], [100.0, 100.0, 50.0, 50.0, 25.0]);
        assert!(search.held.is_some_and(|held| (28.5..=30.0).contains(&held)), "{search:?}");
    }

    #[test]
    fn every_capacity_is_found_within_a_twentieth() {
        for exponent in 0..60 {
            let capacity = 3.0 * 1.4_f64.powi(exponent);
            let (tried, search) = searched(Highest::between(1.0, 1e12, 250.0), |rate| rate <= capacity);
            let held = search.held.expect("some rate holds");
            assert!(held <= capacity && held * 1.06 > capacity, "{held} of {capacity}");
            assert!(tried.len() < 50, "{tried:?}");
        }
    }

    #[test]
    fn a_noisy_second_is_no_limit() {
        let mut noise = [false, true].into_iter().cycle();
        let (tried, search) = searched(Highest::between(1.0, 1e12, 10.0), |rate| {
            rate <= 640.0 && noise.next().expect("it never ends")
        });
        assert_eq!(tried[..4], [10.0, 10.0, 20.0, 20.0]);
        assert_eq!((search.held, search.missed.map(|missed| missed < 680.0)), (Some(640.0), Some(true)));
    }

    #[test]
    fn the_search_ends_where_nothing_holds_or_everything_does() {
        let (tried, search) = searched(Highest::between(20.0, 1e12, 100.0), |_| false);
        assert_eq!(tried, [100.0, 100.0, 50.0, 50.0, 25.0, 25.0, 20.0, 20.0]);
        assert_eq!((search.held, search.missed), (None, Some(20.0)));
        let (tried, search) = searched(Highest::between(20.0, 300.0, 10.0), |_| true);
        assert_eq!(tried, [20.0, 40.0, 80.0, 160.0, 300.0]);
        assert_eq!((search.held, search.missed), (Some(300.0), None));
    }
}
