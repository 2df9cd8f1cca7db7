//! Whether samples gather around more than one figure. Main function: [`modes`].

use super::quantile::Sorted;
use super::summary::stddev;

/// The samples, and the distinct ones among them, below which modes are not looked for.
const MIN_SAMPLES: usize = 60;
const MIN_DISTINCT: usize = 8;
/// More samples than this are represented by as many quantiles, so that all pairs can be looked at.
const MAX_POINTS: usize = 400;
/// Two modes are apart if the density between them falls below this share of the lower one's peak.
const VALLEY: f64 = 0.5;
/// What holds less than this share of the samples is no mode, but outliers.
const MIN_SHARE: f64 = 0.1;
/// The reach of the kernel, in bandwidths: beyond it lies less than 0.01 % of it.
const REACH: f64 = 4.0;

/// A figure that samples gather around.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Mode {
    /// The median of the samples around it.
    pub(crate) centre: f64,
    /// Their share of all samples, 0 ..= 1.
    pub(crate) share: f64,
}

/// The modes of samples in any order, in ascending order: one is normal, several mean that the routine does
/// different things at different times (or in different runs), so that a median or a mean stands for none of
/// them.
///
/// Modes are the peaks of a Gaussian kernel density with the bandwidth of Silverman, "Density Estimation for
/// Statistics and Data Analysis" (1986), 3.31, widened to the steps of a coarse clock. A peak counts if the
/// density falls to half of it before the next, and if it holds a tenth of the samples. The bandwidth smooths
/// more than it must, so modes that overlap stay one.
///
/// `None` for less than sixty samples, less than eight distinct ones, one that is not finite, or no peak that
/// holds a tenth.
pub(crate) fn modes(values: &[f64]) -> Option<Vec<Mode>> {
    let sorted = Sorted::of(values)?;
    if values.len() < MIN_SAMPLES || distinct(sorted.as_slice()).len() < MIN_DISTINCT {
        return None;
    }
    let points = representatives(&sorted)?;
    let bandwidth = bandwidth(&Sorted::of(&points)?)?;
    let valleys = valleys(&density(&points, bandwidth));
    let modes: Vec<Mode> = clusters(sorted.as_slice(), &valleys)
        .filter_map(|cluster| {
            let share = cluster.len() as f64 / values.len() as f64;
            let centre = Sorted::of(cluster)?.median();
            (share >= MIN_SHARE).then_some(Mode { centre, share })
        })
        .collect();
    (!modes.is_empty()).then_some(modes)
}

/// The samples themselves, or evenly spaced quantiles of too many.
fn representatives(sorted: &Sorted) -> Option<Vec<f64>> {
    if sorted.as_slice().len() <= MAX_POINTS {
        return Some(sorted.as_slice().to_vec());
    }
    (0..MAX_POINTS).map(|at| sorted.quantile((at as f64 + 0.5) / MAX_POINTS as f64)).collect()
}

fn distinct(sorted: &[f64]) -> Vec<f64> {
    let mut distinct = sorted.to_vec();
    distinct.dedup();
    distinct
}

/// 0.9 × min(standard deviation, interquartile range / 1.34) × n^(−1/5), but at least the median step between
/// distinct samples: with less, each tick of a coarse clock would be a mode.
fn bandwidth(sorted: &Sorted) -> Option<f64> {
    let range = sorted.upper_quartile() - sorted.lower_quartile();
    let rule =
        0.9 * stddev(sorted.as_slice())?.min(range / 1.34) * (sorted.as_slice().len() as f64).powf(-0.2);
    let steps: Vec<f64> = distinct(sorted.as_slice()).windows(2).map(|pair| pair[1] - pair[0]).collect();
    Some(rule.max(Sorted::of(&steps)?.median()))
}

/// The kernel density (not normalised) at each point and half-way to the next, as (place, density) from left
/// to right.
fn density(points: &[f64], bandwidth: f64) -> Vec<(f64, f64)> {
    let halfway = points.windows(2).map(|pair| 0.5 * pair[0] + 0.5 * pair[1]);
    let mut places: Vec<f64> = points.iter().copied().chain(halfway).collect();
    places.sort_unstable_by(f64::total_cmp);
    let kernel = |place: f64, point: &f64| (-0.5 * ((point - place) / bandwidth).powi(2)).exp();
    let near = |place: f64| {
        let first = points.partition_point(|&point| point < place - REACH * bandwidth);
        points[first..].iter().take_while(move |&&point| point <= place + REACH * bandwidth)
    };
    places.iter().map(|&place| (place, near(place).map(|point| kernel(place, point)).sum())).collect()
}

/// The places of the lowest density between two peaks, each at least 1 / [`VALLEY`] times as high.
fn valleys(density: &[(f64, f64)]) -> Vec<f64> {
    let mut valleys = Vec::new();
    let (mut peak, mut lowest) = (0.0_f64, None::<(f64, f64)>);
    for &(place, height) in density {
        match lowest {
            None if height < VALLEY * peak => lowest = Some((place, height)),
            None => peak = peak.max(height),
            Some((valley, depth)) if depth < VALLEY * height => {
                valleys.push(valley);
                (peak, lowest) = (height, None);
            }
            Some((_, depth)) if height < depth => lowest = Some((place, height)),
            Some(_) => {}
        }
    }
    valleys
}

/// The samples between the valleys; none of the parts is reordered.
fn clusters<'a>(sorted: &'a [f64], valleys: &'a [f64]) -> impl Iterator<Item = &'a [f64]> {
    let cut = move |valley: &f64| sorted.partition_point(|value| value < valley);
    let starts = std::iter::once(0).chain(valleys.iter().map(cut));
    let ends = valleys.iter().map(cut).chain(std::iter::once(sorted.len()));
    starts.zip(ends).map(|(start, end)| &sorted[start..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::Lcg;

    /// How often, of forty samples of `count` figures each, several modes are found.
    fn alarms(count: usize, mut figure: impl FnMut(usize) -> f64) -> f64 {
        let several = (0..40).filter(|_| {
            let values: Vec<f64> = (0..count).map(&mut figure).collect();
            modes(&values).expect("enough samples").len() > 1
        });
        several.count() as f64 / 40.0
    }

    /// Samples around 0, and a `share` of them around `far`, all with a standard deviation of 1.
    fn two_modes(lcg: &mut Lcg, count: usize, far: f64, share: f64) -> Vec<f64> {
        let centre = |at: usize| if (at as f64) < share * count as f64 { far } else { 0.0 };
        (0..count).map(|at| centre(at) + lcg.normal()).collect()
    }

    #[test]
    fn samples_with_one_mode_are_seldom_said_to_have_more() {
        let mut lcg = Lcg::new(51);
        for (count, limit) in [(60, 0.1), (100, 0.05), (400, 0.0)] {
            assert!(alarms(count, |_| 100.0 + lcg.normal()) <= limit, "normal, {count}");
            assert!(alarms(count, |_| lcg.normal().exp()) <= limit, "log-normal, {count}");
            assert!(alarms(count, |_| -lcg.uniform().ln()) <= limit, "exponential, {count}");
            assert!(alarms(count, |_| lcg.uniform()) <= limit, "uniform, {count}");
            assert!(alarms(count, |_| lcg.normal() / lcg.uniform()) <= limit, "heavy tails, {count}");
        }
    }

    #[test]
    fn the_ticks_of_a_coarse_clock_are_no_modes() {
        let mut lcg = Lcg::new(52);
        for spread in [1.5, 3.0, 30.0] {
            let ticking = |_: usize| (100.0 + spread * lcg.normal()).round();
            assert!(alarms(1000, ticking) == 0.0, "{spread} ticks");
        }
    }

    #[test]
    fn two_modes_are_found_with_their_centres_and_shares() {
        let mut lcg = Lcg::new(53);
        for (count, far, share) in [(100, 8.0, 0.5), (400, 6.0, 0.3), (400, 1000.0, 0.15), (2000, 5.0, 0.5)] {
            let found = modes(&two_modes(&mut lcg, count, far, share)).expect("enough samples");
            let [near_mode, far_mode] = found[..] else { panic!("{found:?} for {far}, {share}") };
            assert!(near_mode.centre.abs() < 0.5 && (far_mode.centre - far).abs() < 0.5, "{found:?}");
            assert!(
                (far_mode.share - share).abs() < 0.03
                    && (near_mode.share + far_mode.share - 1.0).abs() < 1e-9
            );
        }
    }

    #[test]
    fn modes_that_overlap_and_few_outliers_are_one_mode() {
        let mut lcg = Lcg::new(54);
        for (far, share) in [(1.5, 0.5), (100.0, 0.05)] {
            let found = modes(&two_modes(&mut lcg, 400, far, share)).expect("enough samples");
            assert_eq!(found.len(), 1, "{found:?}");
        }
    }

    #[test]
    fn neither_scale_nor_order_matters() {
        let mut values = two_modes(&mut Lcg::new(55), 200, 9.0, 0.4);
        let before = modes(&values).expect("enough samples");
        values.reverse();
        let scaled: Vec<f64> = values.iter().map(|value| 1e6 * value).collect();
        let after = modes(&scaled).expect("enough samples");
        assert_eq!(before.len(), after.len());
        for (one, other) in before.iter().zip(&after) {
            assert!((1e6 * one.centre - other.centre).abs() < 1e-6 && one.share == other.share);
        }
    }

    #[test]
    fn few_samples_few_distinct_ones_and_wild_ones_have_no_modes() {
        assert_eq!(modes(&[]), None);
        assert_eq!(modes(&[1.0; 500]), None);
        assert_eq!(modes(&two_modes(&mut Lcg::new(56), 59, 9.0, 0.5)), None);
        let mut values = two_modes(&mut Lcg::new(57), 100, 9.0, 0.5);
        values[7] = f64::NAN;
        assert_eq!(modes(&values), None);
        let extremes: Vec<f64> =
            (0..100).map(|at| if at % 2 == 0 { -f64::MAX } else { f64::MAX / f64::from(at) }).collect();
        assert_eq!(modes(&extremes), None);
    }
}
