//! How a figure grows with the size of its input. Main type: [`Growth`].

use super::summary::mean;
use crate::order;

/// The distinct sizes below which nothing is fitted: any two points look like several curves.
const MIN_SIZES: usize = 3;
/// The relative error up to which a curve counts as found.
const MAX_ERROR: f64 = 0.1;
/// How many times the error of the best curve the next one must have for the choice between them to be clear.
const CLEAR_FACTOR: f64 = 3.0;

/// The curves that are tried, the simplest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Curve {
    /// Independent of the size.
    Constant,
    /// The logarithm of the size.
    Logarithmic,
    /// Proportional to the size.
    Linear,
    /// The size times its logarithm.
    Linearithmic,
    /// The square of the size.
    Quadratic,
}

impl Curve {
    /// All of them, the simplest first.
    pub(crate) const ALL: [Self; 5] =
        [Self::Constant, Self::Logarithmic, Self::Linear, Self::Linearithmic, Self::Quadratic];

    /// As it is written: `O(n log n)`.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Constant => "O(1)",
            Self::Logarithmic => "O(log n)",
            Self::Linear => "O(n)",
            Self::Linearithmic => "O(n log n)",
            Self::Quadratic => "O(n²)",
        }
    }

    /// Its height at `size`, before the coefficient. Logarithms are binary.
    fn at(self, size: f64) -> f64 {
        match self {
            Self::Constant => 1.0,
            Self::Logarithmic => size.log2(),
            Self::Linear => size,
            Self::Linearithmic => size * size.log2(),
            Self::Quadratic => size * size,
        }
    }
}

/// One curve laid through the points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Fit {
    /// Which curve.
    pub(crate) curve: Curve,
    /// What it is multiplied with: the figure per unit of the curve, such as nanoseconds per element.
    pub(crate) coefficient: f64,
    /// The root mean square of the distances, as a share of the mean figure.
    pub(crate) error: f64,
}

impl Fit {
    /// Least squares with one coefficient, Σ figure × height / Σ height²; `None` if a sum overflows.
    fn of(curve: Curve, points: &[(f64, f64)]) -> Option<Self> {
        let heights = || points.iter().map(|&(size, figure)| (curve.at(size), figure));
        let products: f64 = heights().map(|(height, figure)| height * figure).sum();
        let coefficient = products / heights().map(|(height, _)| height * height).sum::<f64>();
        let squares: Vec<f64> =
            heights().map(|(height, figure)| (figure - coefficient * height).powi(2)).collect();
        let figures: Vec<f64> = points.iter().map(|&(_, figure)| figure).collect();
        let error = mean(&squares)?.sqrt() / mean(&figures)?;
        (coefficient > 0.0 && error.is_finite()).then_some(Self { curve, coefficient, error })
    }
}

/// The curves laid through one benchmark's figures over the sizes of its input.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Growth {
    /// The curve with the least error; of equal ones the simplest.
    pub(crate) best: Fit,
    /// The next best.
    pub(crate) second: Fit,
}

impl Growth {
    /// Lays each [`Curve`] through `points` of (size, figure), as the benchmark library of Google does for
    /// its complexity reports: one coefficient, least squares, errors relative to the mean figure. So the
    /// large sizes count most, as they should for how it goes on; a fixed cost beneath small sizes does not
    /// hide the curve.
    ///
    /// Sizes may repeat. `None` for less than three distinct sizes, a size below 1, or a figure that is not
    /// finite and above 0.
    pub(crate) fn of(points: &[(f64, f64)]) -> Option<Self> {
        let valid = |&(size, figure): &(f64, f64)| {
            size.is_finite() && size >= 1.0 && figure.is_finite() && figure > 0.0
        };
        if !points.iter().all(valid) || distinct_sizes(points) < MIN_SIZES {
            return None;
        }
        let mut fits: Vec<Fit> = Curve::ALL.iter().filter_map(|&curve| Fit::of(curve, points)).collect();
        order::sort_by(&mut fits, |one, other| one.error.total_cmp(&other.error));
        let (best, second) = (*fits.first()?, *fits.get(1)?);
        Some(Self { best, second })
    }

    /// The best curve, if it lies within a tenth of the figures; `None` where none of the curves describes
    /// them.
    pub(crate) fn found(&self) -> Option<Curve> {
        (self.best.error <= MAX_ERROR).then_some(self.best.curve)
    }

    /// Whether the best curve has less than a third of the next one's error. If not, noise may have chosen
    /// between them (most easily between O(n) and O(n log n)); more or wider spread sizes tell them apart.
    pub(crate) fn is_clear(&self) -> bool {
        self.second.error > CLEAR_FACTOR * self.best.error
    }
}

fn distinct_sizes(points: &[(f64, f64)]) -> usize {
    let mut sizes: Vec<f64> = points.iter().map(|&(size, _)| size).collect();
    sizes.sort_unstable_by(f64::total_cmp);
    sizes.dedup();
    sizes.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{Lcg, assert_close, figures, numbers};

    fn points(sizes: &[f64], figure: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
        sizes.iter().map(|&size| (size, figure(size))).collect()
    }

    #[test]
    fn fits_agree_with_the_reference_figures() {
        for case in figures("growth") {
            let points: Vec<_> = numbers(&case["sizes"]).into_iter().zip(numbers(&case["figures"])).collect();
            let growth = Growth::of(&points).expect("enough sizes");
            assert_eq!(growth.best.curve.label(), case["best"].as_str().expect("a label"));
            for (curve, fit) in Curve::ALL.into_iter().zip(case["fits"].as_array().expect("five fits")) {
                let expected = numbers(fit);
                let actual = Fit::of(curve, &points).expect("finite");
                assert_close(actual.coefficient / expected[0], 1.0, 1e-12);
                assert_close(actual.error, expected[1], 1e-9);
            }
        }
    }

    #[test]
    fn every_curve_is_found_again_with_its_coefficient() {
        for curve in Curve::ALL {
            let growth =
                Growth::of(&points(&[8.0, 100.0, 1_000.0, 20_000.0], |n| 7.5 * curve.at(n))).expect("finite");
            assert_eq!(growth.found(), Some(curve));
            assert_close(growth.best.coefficient, 7.5, 1e-12);
            assert!(growth.best.error < 1e-12 && growth.second.error > 0.01);
        }
    }

    #[test]
    fn noise_may_choose_between_neighbours_but_then_the_choice_is_not_clear() {
        let mut lcg = Lcg::new(31);
        for _ in 0..500 {
            let noise: Vec<f64> = (0..5).map(|_| 1.0 + 0.02 * lcg.normal()).collect();
            for curve in Curve::ALL {
                let sizes = [10.0, 100.0, 1_000.0, 5_000.0, 10_000.0];
                let noisy: Vec<_> =
                    sizes.iter().zip(&noise).map(|(&n, noise)| (n, 20.0 * curve.at(n) * noise)).collect();
                let growth = Growth::of(&noisy).expect("finite");
                assert!(
                    growth.found() == Some(curve) || growth.second.curve == curve,
                    "{curve:?} is {growth:?}"
                );
                assert!(growth.best.curve == curve || !growth.is_clear(), "{curve:?} is {growth:?}");
            }
        }
    }

    #[test]
    fn a_fixed_cost_does_not_hide_the_curve() {
        let growth =
            Growth::of(&points(&[10.0, 100.0, 1_000.0, 10_000.0], |n| 500.0 + 10.0 * n)).expect("finite");
        assert_eq!(growth.found(), Some(Curve::Linear));
    }

    #[test]
    fn what_follows_no_curve_has_none() {
        let growth = Growth::of(&[(10.0, 1.0), (100.0, 500.0), (1_000.0, 3.0)]).expect("finite");
        assert_eq!(growth.found(), None);
    }

    #[test]
    fn too_few_sizes_and_wild_points_are_not_fitted() {
        assert_eq!(Growth::of(&[]), None);
        assert_eq!(Growth::of(&[(10.0, 1.0), (20.0, 2.0), (20.0, 2.1)]), None);
        for wild in [(0.0, 1.0), (f64::NAN, 1.0), (f64::INFINITY, 1.0), (40.0, 0.0), (40.0, f64::NAN)] {
            assert_eq!(Growth::of(&[(10.0, 1.0), (20.0, 2.0), (30.0, 3.0), wild]), None);
        }
    }

    #[test]
    fn a_curve_whose_sums_overflow_is_left_out() {
        let growth = Growth::of(&[(1.0, 1.0), (1e100, 1.0), (1e200, 1.0)]).expect("two curves remain");
        assert_eq!((growth.best.curve, growth.second.curve), (Curve::Constant, Curve::Logarithmic));
    }
}
