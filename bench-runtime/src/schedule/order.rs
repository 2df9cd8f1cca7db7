//! Every random choice of a case: the core of a run and the order of turns, the same again for the same seed. Main
//! function: [`rng`]; main type: [`Orders`].

use fastrand::Rng;

use crate::stats::fnv1a;

/// The source of randomness of one run. It depends on nothing else, so a run that is repeated or resumed chooses alike, in
/// every version of Rust.
pub(super) fn rng(seed: u64, case: &str, run: u32) -> Rng {
    let bytes = seed.to_le_bytes().into_iter().chain(case.bytes()).chain(run.to_le_bytes());
    Rng::with_seed(fnv1a(bytes))
}

/// One round's order of turns.
pub(super) fn shuffled<T>(mut turns: Vec<T>, rng: &mut Rng) -> Vec<T> {
    rng.shuffle(&mut turns);
    turns
}

/// The orders of the rounds of one run: random, and fair. Every second round goes the way of the round before backwards,
/// and every second run the way of the run before: of two rounds, or of two runs where rounds are odd in number, each arm
/// has gone before each other arm as often as after it.
///
/// Whoever goes first may find caches as it left them, or a core that was just taken from somebody. Orders that are only
/// random let one arm go first in seven rounds of ten often enough, the median then takes the advantage for a difference,
/// and the seed repeats it in every comparison.
pub(super) struct Orders {
    rng: Rng,
    /// Whether the run is the second of its two.
    is_second: bool,
    /// The way to go backwards in the next round.
    way: Option<Vec<usize>>,
}

impl Orders {
    /// Those of the run of this number, which is the `at`th of a measurement, from 0.
    pub(super) fn of_run(seed: u64, case: &str, run: u32, at: u32) -> Self {
        let is_second = at % 2 == 1;
        let of_both = rng(seed, &format!("{case} in turns"), run.saturating_sub(u32::from(is_second)));
        Self { rng: of_both, is_second, way: None }
    }

    /// The order of the next round. The arms must be the same in all rounds.
    pub(super) fn next<T: Clone>(&mut self, turns: &[T]) -> Vec<T> {
        let (way, is_backwards) = match self.way.take() {
            Some(way) => (way, true),
            None => {
                let way = shuffled((0..turns.len()).collect(), &mut self.rng);
                self.way = Some(way.clone());
                (way, false)
            }
        };
        let in_order = way.iter().map(|at| turns[*at].clone());
        if is_backwards == self.is_second { in_order.collect() } else { in_order.rev().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn orders(seed: u64, case: &str, run: u32) -> Vec<Vec<usize>> {
        let mut rng = rng(seed, case, run);
        (0..20).map(|_| shuffled(vec![0, 1, 2, 3], &mut rng)).collect()
    }

    #[test]
    fn each_order_is_a_permutation_and_they_differ() {
        let orders = orders(0, "p::b::f", 0);
        for order in &orders {
            let mut sorted = order.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, [0, 1, 2, 3]);
        }
        assert!(orders.iter().any(|order| *order != orders[0]));
    }

    #[test]
    fn seed_case_and_run_decide_the_orders() {
        assert_eq!(orders(7, "p::b::f", 1), orders(7, "p::b::f", 1));
        assert_ne!(orders(7, "p::b::f", 1), orders(8, "p::b::f", 1));
        assert_ne!(orders(7, "p::b::f", 1), orders(7, "p::b::g", 1));
        assert_ne!(orders(7, "p::b::f", 1), orders(7, "p::b::f", 2));
    }

    /// The orders of ten rounds of four arms in each of two runs that belong together.
    fn two_runs() -> [Vec<Vec<usize>>; 2] {
        [(6, 0), (7, 1)].map(|(run, at)| {
            let mut orders = Orders::of_run(3, "p::b::f", run, at);
            (0..10).map(|_| orders.next(&[0, 1, 2, 3])).collect()
        })
    }

    #[test]
    fn each_arm_goes_before_each_other_as_often_as_after_it() {
        let [one, other] = two_runs();
        let leads = |order: &Vec<usize>, a: usize, b: usize| {
            order.iter().position(|arm| *arm == a) < order.iter().position(|arm| *arm == b)
        };
        for (a, b) in [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)] {
            assert_eq!(one.iter().filter(|order| leads(order, a, b)).count(), 5, "{a} and {b} in {one:?}");
        }
        let backwards = |order: &Vec<usize>| order.iter().rev().copied().collect::<Vec<_>>();
        assert!(one.iter().zip(&other).all(|(one, other)| *other == backwards(one)), "{one:?} {other:?}");
        assert!(one.iter().step_by(2).any(|order| *order != one[0]), "there is chance in it: {one:?}");
    }
}
