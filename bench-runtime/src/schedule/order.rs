//! Every random choice of a case: the core of a run and the order of turns, the same again for the same seed. Main
//! function: [`rng`].

use fastrand::Rng;

/// The source of randomness of one run. It depends on nothing else, so a run that is repeated or resumed chooses alike.
pub(super) fn rng(seed: u64, case: &str, run: u32) -> Rng {
    let bytes = seed.to_le_bytes().into_iter().chain(case.bytes()).chain(run.to_le_bytes());
    Rng::with_seed(fnv1a(bytes))
}

/// One round's order of turns.
pub(super) fn shuffled<T>(mut turns: Vec<T>, rng: &mut Rng) -> Vec<T> {
    rng.shuffle(&mut turns);
    turns
}

/// FNV-1a (Fowler, Noll, Vo): the standard library's hash may change between versions, which would change the orders
/// that a seed stands for.
fn fnv1a(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
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

    #[test]
    fn hashes_like_the_published_vectors() {
        assert_eq!(fnv1a("".bytes()), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a("foobar".bytes()), 0x8594_4171_f739_67e8);
    }
}
