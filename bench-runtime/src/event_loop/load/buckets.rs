//! Times, counted in buckets. Main type: [`Buckets`].

use crate::model::Histogram;

/// Each doubling of the times has so many buckets: none is wider than a thousandth of what is in it.
const PER_DOUBLING: u64 = 1024;
/// The longest time: an hour. What takes longer counts as that.
const LONGEST_NS: u64 = 3_600_000_000_000;

/// How often times occurred, in the buckets of an HDR histogram of three digits.
///
/// The first two doublings' worth are one nanosecond wide each; from there on, buckets are twice as wide from one
/// doubling to the next.
pub(super) struct Buckets(Vec<u64>);

impl Buckets {
    pub(super) fn new() -> Self {
        Self(vec![0; bucket(LONGEST_NS) + 1])
    }

    /// Counts a time, in nanoseconds.
    pub(super) fn count(&mut self, ns: u64) {
        self.0[bucket(ns.min(LONGEST_NS))] += 1;
    }

    /// Those that are not empty.
    pub(super) fn histogram(&self) -> Histogram {
        Histogram::of(self.0.iter().enumerate().map(|(at, count)| (highest(at as u64), *count)))
    }
}

/// Where a time is counted.
fn bucket(ns: u64) -> usize {
    let doublings = (ns | PER_DOUBLING).ilog2() - PER_DOUBLING.ilog2();
    (u64::from(doublings) * PER_DOUBLING + (ns >> doublings)) as usize
}

/// The longest time that is counted there.
fn highest(bucket: u64) -> u64 {
    let doublings = (bucket / PER_DOUBLING).saturating_sub(1);
    ((bucket - doublings * PER_DOUBLING + 1) << doublings) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_fall_into_the_buckets_of_an_hdr_histogram_of_three_digits() {
        let mut known = hdrhistogram::Histogram::<u64>::new_with_bounds(1, LONGEST_NS, 3).expect("bounds");
        let mut buckets = Buckets::new();
        let mut random = fastrand::Rng::with_seed(11);
        let edges = (0..42).flat_map(|power| [(1_u64 << power) - 1, 1 << power, (1 << power) + 1]);
        let anywhere = (0..20_000).map(|_| random.u64(..) >> random.u32(22..64));
        for ns in edges.chain(anywhere).chain([LONGEST_NS]).filter(|ns| *ns <= LONGEST_NS) {
            known.saturating_record(ns);
            buckets.count(ns);
        }
        let known = known.iter_recorded().map(|of| (of.value_iterated_to(), of.count_since_last_iteration()));
        assert_eq!(buckets.histogram(), Histogram::of(known));
    }

    #[test]
    fn what_takes_longer_than_an_hour_counts_as_an_hour() {
        let mut buckets = Buckets::new();
        buckets.count(u64::MAX);
        assert_eq!(buckets.histogram(), Histogram::of([(highest(bucket(LONGEST_NS) as u64), 1)]));
        assert_eq!(Buckets::new().histogram(), Histogram::default());
    }
}
