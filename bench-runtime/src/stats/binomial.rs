//! How often something happens that was seen a few times, or never. Main function: [`at_most`].

/// The upper end of the one-sided interval of Clopper and Pearson, Biometrika 26 (1934), for the share of trials in which
/// something happens that happened in `events` of `trials`: at any larger share, so few would be seen with a probability
/// of less than 1 − `confidence`.
///
/// 1 without trials, and where it happened each time.
pub(crate) fn at_most(events: u32, trials: u32, confidence: f64) -> f64 {
    if events >= trials {
        return 1.0;
    }
    let (mut low, mut high) = (0.0, 1.0);
    // Far more steps than the digits that anybody reads.
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if so_few(events, trials, middle) > 1.0 - confidence { low = middle } else { high = middle }
    }
    high
}

/// The probability of at most `events` in `trials` where each has the probability `share`.
fn so_few(events: u32, trials: u32, share: f64) -> f64 {
    let (yes, no) = (share.ln(), (-share).ln_1p());
    let term = |happened: u32| {
        let ways = (0..happened).map(|k| f64::from(trials - k).ln() - f64::from(k + 1).ln()).sum::<f64>();
        (ways + f64::from(happened) * yes + f64::from(trials - happened) * no).exp()
    };
    (0..=events).map(term).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_near(actual: f64, expected: f64) {
        assert!((actual - expected).abs() < 1e-4, "{actual} instead of {expected}");
    }

    #[test]
    fn never_seen_is_bounded_by_the_root_of_what_may_be_overlooked() {
        for trials in [1_u32, 10, 200] {
            assert_near(at_most(0, trials, 0.95), 1.0 - 0.05_f64.powf(1.0 / f64::from(trials)));
        }
    }

    /// Ends of 90 % two-sided intervals in published tables (Hald, "Statistical Tables and Formulas", 1952).
    #[test]
    fn agrees_with_tables() {
        assert_near(at_most(1, 10, 0.95), 0.3942);
        assert_near(at_most(2, 20, 0.95), 0.2826);
        assert_near(at_most(5, 100, 0.95), 0.1023);
    }

    #[test]
    fn without_trials_and_where_it_always_happens_all_is_possible() {
        assert_eq!([at_most(0, 0, 0.95), at_most(3, 3, 0.95), at_most(4, 3, 0.95)], [1.0; 3]);
    }
}
