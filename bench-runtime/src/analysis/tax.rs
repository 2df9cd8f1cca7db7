//! What arms take beyond the reference of their case, in time. Main function: [`levy`].

use crate::model::{Comparison, Outcome, Ratio, Record, Tax, TimeSummary};
use crate::stats::interval::DEFAULT_ALPHA;
use crate::stats::two_samples::Uncertainty;

/// Fills in the tax of the records of one case that have a ratio.
pub(super) fn levy(records: &mut [Record]) {
    let reference = records.iter().find(|record| record.is_reference).and_then(time);
    let base = reference.map(Base::of);
    for record in records {
        record.tax = match (&record.comparison, base) {
            (Some(Comparison::Ratio(ratio)), Some(base)) => Some(base.tax(ratio)),
            _ => None,
        };
    }
}

fn time(record: &Record) -> Option<&TimeSummary> {
    match &record.outcome {
        Outcome::Measured(measurement) => Some(&measurement.time),
        Outcome::Passed | Outcome::Skipped(_) | Outcome::Failed(_) => None,
    }
}

/// The median of a reference, and between what it lies as its runs differ.
#[derive(Clone, Copy)]
struct Base {
    median: f64,
    low: f64,
    high: f64,
}

impl Base {
    fn of(time: &TimeSummary) -> Self {
        let runs: Vec<f64> = time.runs.iter().map(|run| run.median).collect();
        let known = Uncertainty::of_runs(&runs)
            .or_else(|| Uncertainty::of_rounds(time.stddev / time.median, time.rounds));
        let interval = known.and_then(|known| known.around(time.median.ln(), DEFAULT_ALPHA));
        let (low, _, high) = interval.map_or((time.median, time.median, time.median), |known| known.ratios());
        Self { median: time.median, low, high }
    }

    /// The product of this median and what the ratio is more than 1. Both are uncertain, and by different causes: the
    /// distances of their ends from the estimates are added as squares, each with what the other multiplies it by (Zou and
    /// Donner, "Construction of confidence limits about effect measures", Stat. Med. 27, 2008).
    fn tax(self, ratio: &Ratio) -> Tax {
        let Self { median, low, high } = self;
        let beyond = ratio.value - 1.0;
        let (down, up) = (beyond * (low - median), beyond * (high - median));
        let value = median * beyond;
        Tax {
            value,
            low: value - (median * (ratio.value - ratio.low)).hypot(down.min(up)),
            high: value + (median * (ratio.high - ratio.value)).hypot(down.max(up)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Confirmation, RunSummary, SpreadFrom, Verdict};

    fn base(runs: &[f64]) -> Base {
        let runs = runs.iter().map(|median| RunSummary { median: *median, ..RunSummary::default() });
        Base::of(&TimeSummary { median: 1_000.0, runs: runs.collect(), ..TimeSummary::default() })
    }

    fn tax(base: Base, [low, value, high]: [f64; 3]) -> [f64; 3] {
        let tax = base.tax(&Ratio {
            reference: "r".to_owned(),
            value,
            low,
            high,
            verdict: Verdict::Slower,
            resolution: 0.01,
            runs: 4,
            spread: SpreadFrom::Runs,
            confirmation: Confirmation::Confirmed,
        });
        [tax.low, tax.value, tax.high].map(f64::round)
    }

    #[test]
    fn it_is_as_sure_as_the_ratio_and_the_median_are_together() {
        let known = Base { median: 1_000.0, low: 1_000.0, high: 1_000.0 };
        assert_eq!(tax(known, [1.4, 1.5, 1.6]), [400.0, 500.0, 600.0]);
        let vague = Base { median: 1_000.0, low: 800.0, high: 1_240.0 };
        assert_eq!(tax(vague, [1.5, 1.5, 1.5]), [400.0, 500.0, 620.0]);
        assert_eq!(tax(vague, [1.4, 1.5, 1.66]), [359.0, 500.0, 700.0]);
        assert_eq!(tax(vague, [0.5, 0.5, 0.5]), [-620.0, -500.0, -400.0]);
    }

    #[test]
    fn a_median_that_differs_from_run_to_run_widens_it() {
        let width = |runs: &[f64]| {
            let [low, _, high] = tax(base(runs), [1.49, 1.5, 1.51]);
            high - low
        };
        let (calm, wild) = (width(&[1_000.0; 6]), width(&[900.0, 1_000.0, 1_100.0, 950.0, 1_050.0, 1_000.0]));
        assert!(20.0 < calm && calm < wild, "{calm} {wild}");
        assert!(wild > 2.0 * calm, "{calm} {wild}");
    }
}
