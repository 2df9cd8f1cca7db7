//! Latencies as a histogram that can be merged. Main types: [`Histogram`] and [`Latency`].

use crate::json;

/// How often each value occurred, in nanoseconds, rising; values are the highest of their bucket.
///
/// It is what an HDR histogram recorded, without its empty buckets: small on the way from a worker, and merged by adding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram {
    buckets: Vec<(u64, u64)>,
}

json::object!(Histogram { buckets });

impl Histogram {
    /// From values and how often they occurred, in any order.
    pub fn of(buckets: impl IntoIterator<Item = (u64, u64)>) -> Self {
        let mut all: Vec<(u64, u64)> = buckets.into_iter().filter(|(_, count)| *count > 0).collect();
        all.sort_unstable();
        all.dedup_by(|next, kept| {
            let is_same = next.0 == kept.0;
            kept.1 += if is_same { next.1 } else { 0 };
            is_same
        });
        Self { buckets: all }
    }

    /// All of these together.
    pub fn merged<'a>(all: impl IntoIterator<Item = &'a Self>) -> Self {
        Self::of(all.into_iter().flat_map(|one| one.buckets.iter().copied()))
    }

    /// How many values there are.
    pub fn count(&self) -> u64 {
        self.buckets.iter().map(|(_, count)| count).sum()
    }

    /// The value that a share of `fraction` of all values does not exceed: the nearest rank. 0 without values.
    pub fn quantile(&self, fraction: f64) -> u64 {
        let rank = ((fraction * self.count() as f64).ceil() as u64).max(1);
        let mut below = 0;
        let reached = self.buckets.iter().find(|(_, count)| {
            below += count;
            below >= rank
        });
        reached.or(self.buckets.last()).map_or(0, |(value, _)| *value)
    }

    /// The mean; 0 without values.
    pub fn mean(&self) -> f64 {
        let sum: f64 = self.buckets.iter().map(|(value, count)| *value as f64 * *count as f64).sum();
        sum / self.count().max(1) as f64
    }

    /// Its percentiles.
    pub fn latency(&self) -> Latency {
        let quantile = |fraction| self.quantile(fraction) as f64;
        Latency {
            count: self.count(),
            mean: self.mean(),
            p50: quantile(0.5),
            p90: quantile(0.9),
            p95: quantile(0.95),
            p99: quantile(0.99),
            p999: quantile(0.999),
            max: self.buckets.last().map_or(0.0, |(value, _)| *value as f64),
        }
    }
}

/// Percentiles of a [`Histogram`], in nanoseconds, exact to a thousandth.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Latency {
    /// How many operations they are taken of.
    pub count: u64,
    /// The mean.
    pub mean: f64,
    /// The median.
    pub p50: f64,
    /// The 90th percentile.
    pub p90: f64,
    /// The 95th percentile.
    pub p95: f64,
    /// The 99th percentile.
    pub p99: f64,
    /// The 99.9th percentile.
    pub p999: f64,
    /// The longest.
    pub max: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_nearest_ranks() {
        let one_to_thousand = Histogram::of((1..=1000).map(|value| (value, 1)));
        let Latency { count, p50, p99, p999, max, mean, .. } = one_to_thousand.latency();
        assert_eq!((count, p50, p99, p999, max, mean), (1000, 500.0, 990.0, 999.0, 1000.0, 500.5));
        assert_eq!(Histogram::default().latency(), Latency::default());
    }

    #[test]
    fn histograms_merge_in_any_order() {
        let (few, many) = (Histogram::of([(7, 1), (3, 2)]), Histogram::of([(3, 5), (9, 1), (8, 0)]));
        let merged = Histogram::merged([&few, &many]);
        assert_eq!(merged, Histogram::merged([&many, &few]));
        assert_eq!(merged, Histogram::of([(3, 7), (7, 1), (9, 1)]));
    }
}
