//! One run of two arms in turns, as a log ratio with its standard error. Main type: [`RunEstimate`].

use std::f64::consts::FRAC_PI_2;
use std::fmt;

use super::quantile::{mad, median};

/// The least standard deviation that a log ratio is credited with: clocks and calibration are no better than
/// 1e-5, so a run whose rounds happen to agree exactly must not outweigh all others.
const MIN_STDDEV: f64 = 1e-5;

/// What one run says of ln(arm / reference).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct RunEstimate {
    /// The median of the log ratio over the run's rounds.
    pub(crate) estimate: f64,
    /// Its standard error within the run, always above 0. What differs between runs is not in it.
    pub(crate) standard_error: f64,
    /// How many rounds; at least one.
    pub(crate) rounds: usize,
}

impl RunEstimate {
    /// Compares the turns of `arm` with those of `reference`, round by round, in any positive unit of time.
    ///
    /// A spell that slows the machine hits both turns of a round and cancels; a round in which only one was
    /// hit is one wild ratio, which the median ignores. One round has the least standard error there is:
    /// weigh it with others by a combination that knows the spread between runs, not by this figure alone.
    ///
    /// # Errors
    /// Says why the turns are no pairs.
    pub(crate) fn of(arm: &[f64], reference: &[f64]) -> Result<Self, Unpaired> {
        let ratios = log_ratios(arm, reference)?;
        let (estimate, spread) = median(&ratios).zip(mad(&ratios)).ok_or(Unpaired::NoRounds)?;
        Ok(Self { estimate, standard_error: median_error(spread, ratios.len()), rounds: ratios.len() })
    }
}

/// The standard error of the median of `count` values whose standard deviation is `spread`: √(π/2) times that
/// of their mean, for normal values (Kendall and Stuart, "The Advanced Theory of Statistics" I). Never 0.
fn median_error(spread: f64, count: usize) -> f64 {
    FRAC_PI_2.sqrt() * spread.max(MIN_STDDEV) / (count as f64).sqrt()
}

/// ln(arm / reference) of each round, in the order of the rounds.
///
/// # Errors
/// Says why the turns are no pairs.
pub(crate) fn log_ratios(arm: &[f64], reference: &[f64]) -> Result<Vec<f64>, Unpaired> {
    if arm.len() != reference.len() {
        return Err(Unpaired::UnequalRounds { arm: arm.len(), reference: reference.len() });
    }
    if arm.is_empty() {
        return Err(Unpaired::NoRounds);
    }
    if !arm.iter().chain(reference).all(|turn| turn.is_finite() && *turn > 0.0) {
        return Err(Unpaired::NotPositive);
    }
    Ok(arm.iter().zip(reference).map(|(arm, reference)| arm.ln() - reference.ln()).collect())
}

/// Why two arms have no ratio. Its display is a clause that fits behind "not comparable: ".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unpaired {
    /// There is no round.
    NoRounds,
    /// The arms have different numbers of turns.
    UnequalRounds {
        /// The turns of the arm.
        arm: usize,
        /// The turns of the reference.
        reference: usize,
    },
    /// A turn is zero, negative, or not a number.
    NotPositive,
}

impl fmt::Display for Unpaired {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRounds => write!(out, "no round was measured"),
            Self::UnequalRounds { arm, reference } => {
                write!(out, "the arm has {arm} turns and the reference {reference}")
            }
            Self::NotPositive => write!(out, "a turn took no measurable time"),
        }
    }
}

impl std::error::Error for Unpaired {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{Lcg, assert_close, figures, numbers};

    /// Turns of two arms: the same slow spells for both, some noise for each, the arm `ratio` times the
    /// reference.
    fn turns(lcg: &mut Lcg, rounds: usize, ratio: f64) -> (Vec<f64>, Vec<f64>) {
        let turn = |lcg: &mut Lcg, spell: f64| 1e3 * (spell + 0.01 * lcg.normal()).exp();
        (0..rounds)
            .map(|_| {
                let spell = lcg.uniform();
                (ratio * turn(lcg, spell), turn(lcg, spell))
            })
            .unzip()
    }

    #[test]
    fn run_estimates_agree_with_the_reference_figures() {
        for case in figures("paired") {
            let run = RunEstimate::of(&numbers(&case["arm"]), &numbers(&case["reference"])).expect("pairs");
            assert_close(run.estimate, numbers(&case["estimate"])[0], 1e-12);
            assert_close(run.standard_error, numbers(&case["standard_error"])[0], 1e-12);
        }
    }

    #[test]
    fn swapping_the_arms_flips_the_sign_and_nothing_else() {
        let mut lcg = Lcg::new(1);
        for rounds in 1..30 {
            let (arm, reference) = turns(&mut lcg, rounds, 1.3);
            let run = RunEstimate::of(&arm, &reference).expect("pairs");
            let swapped = RunEstimate::of(&reference, &arm).expect("pairs");
            assert_eq!(swapped, RunEstimate { estimate: -run.estimate, ..run });
        }
    }

    #[test]
    fn scaling_both_arms_changes_nothing() {
        let mut lcg = Lcg::new(2);
        for scale in [1e-9, 0.3, 7.0, 1e12] {
            let (arm, reference) = turns(&mut lcg, 10, 0.8);
            let scaled = |turns: &[f64]| turns.iter().map(|turn| turn * scale).collect::<Vec<_>>();
            let run = RunEstimate::of(&arm, &reference).expect("pairs");
            let other = RunEstimate::of(&scaled(&arm), &scaled(&reference)).expect("pairs");
            assert_close(other.estimate, run.estimate, 1e-13);
            assert_close(other.standard_error, run.standard_error, 1e-13);
        }
    }

    #[test]
    fn a_round_in_which_one_arm_was_interrupted_moves_little() {
        let (mut arm, reference) = turns(&mut Lcg::new(3), 11, 1.1);
        let before = RunEstimate::of(&arm, &reference).expect("pairs");
        arm[4] *= 1e6;
        let after = RunEstimate::of(&arm, &reference).expect("pairs");
        assert!((after.estimate - before.estimate).abs() < 2.0 * before.standard_error);
    }

    #[test]
    fn the_standard_error_is_about_the_spread_of_the_estimates() {
        let mut lcg = Lcg::new(4);
        let runs: Vec<RunEstimate> = (0..2000)
            .map(|_| turns(&mut lcg, 10, 1.0))
            .map(|(arm, reference)| RunEstimate::of(&arm, &reference).expect("pairs"))
            .collect();
        let spread = runs.iter().map(|run| run.estimate.powi(2)).sum::<f64>().sqrt() / 2000.0_f64.sqrt();
        let claimed = runs.iter().map(|run| run.standard_error).sum::<f64>() / 2000.0;
        assert!((0.7..1.3).contains(&(claimed / spread)), "claimed {claimed}, found {spread}");
    }

    #[test]
    fn rounds_that_agree_exactly_still_have_an_error() {
        let run = RunEstimate::of(&[2.0; 10], &[1.0; 10]).expect("pairs");
        assert_close(run.estimate, 2.0_f64.ln(), 1e-15);
        assert!(run.standard_error > 0.0);
    }

    #[test]
    fn what_cannot_be_paired_says_why() {
        let say = |arm: &[f64], reference: &[f64]| {
            RunEstimate::of(arm, reference).expect_err("no pairs").to_string()
        };
        assert_eq!(say(&[], &[]), "no round was measured");
        assert_eq!(say(&[1.0, 2.0], &[1.0]), "the arm has 2 turns and the reference 1");
        for wild in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(say(&[1.0, wild], &[1.0, 1.0]), "a turn took no measurable time");
            assert_eq!(say(&[1.0, 1.0], &[wild, 1.0]), "a turn took no measurable time");
        }
    }
}
