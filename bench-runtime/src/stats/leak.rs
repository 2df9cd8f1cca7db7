//! Whether live bytes grow from iteration to iteration. Main function: [`steady_growth`].

use super::quantile::median;

/// The iterations below which nothing is said.
const MIN_ITERATIONS: usize = 5;
/// The parts that many iterations are divided into. By chance alone, all of them grow once in 256 times.
const MOST_PARTS: usize = 8;
/// The least that a part must grow by, as a share of the median one. Neither a random walk nor a vector that doubles
/// grows this evenly.
const EVEN: f64 = 0.25;

/// What the growth of live bytes looks like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Growth {
    /// There are too few iterations to tell.
    TooFew,
    /// There is none, or not in every part.
    None,
    /// They grow in every part, by this many bytes per iteration: the median over the parts.
    Steady(f64),
}

/// Tells from the `nets` of iterations in their order (bytes by which the live ones grew) whether they leak.
///
/// The iterations are cut into equal parts, each long enough to let an iteration pass in which something is freed for
/// several ones. Live bytes grow steadily if they do in every part, and by nearly the same amount.
pub(crate) fn steady_growth(nets: &[i64]) -> Growth {
    if nets.len() < MIN_ITERATIONS {
        return Growth::TooFew;
    }
    let parts = (nets.len() / 2).clamp(MIN_ITERATIONS, MOST_PARTS);
    let growths: Vec<f64> = (0..parts).map(|part| mean(share(nets, part, parts))).collect();
    let least = growths.iter().copied().fold(f64::INFINITY, f64::min);
    match median(&growths) {
        Some(middle) if least > 0.0 && least >= EVEN * middle => Growth::Steady(middle),
        _ => Growth::None,
    }
}

/// Part `part` of `parts`, as equal as they can be.
fn share(nets: &[i64], part: usize, parts: usize) -> &[i64] {
    &nets[part * nets.len() / parts..(part + 1) * nets.len() / parts]
}

fn mean(nets: &[i64]) -> f64 {
    nets.iter().map(|&net| net as f64).sum::<f64>() / nets.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_bytes_left_behind_each_time_are_a_leak() {
        assert_eq!(steady_growth(&[64; 30]), Growth::Steady(64.0));
        assert_eq!(steady_growth(&[64; 5]), Growth::Steady(64.0));
    }

    #[test]
    fn a_leak_in_every_other_iteration_is_one() {
        let nets: Vec<i64> = (0..30).map(|at| if at % 2 == 0 { 100 } else { 0 }).collect();
        assert!(matches!(steady_growth(&nets), Growth::Steady(bytes) if (40.0..=60.0).contains(&bytes)));
    }

    #[test]
    fn a_leak_with_something_freed_now_and_then_is_one() {
        let nets: Vec<i64> = (0..60).map(|at| if at % 5 == 4 { -30 } else { 20 }).collect();
        assert!(matches!(steady_growth(&nets), Growth::Steady(_)));
    }

    #[test]
    fn nothing_left_behind_is_none() {
        assert_eq!(steady_growth(&[0; 30]), Growth::None);
        assert_eq!(steady_growth(&[-8; 30]), Growth::None);
    }

    #[test]
    fn what_is_freed_in_bulk_is_none() {
        let nets: Vec<i64> = (0..60).map(|at| if at % 10 == 9 { -90 } else { 10 }).collect();
        assert_eq!(steady_growth(&nets), Growth::None);
    }

    #[test]
    fn a_cache_that_fills_up_is_none() {
        let nets: Vec<i64> = (0..30).map(|at| if at < 12 { 64 } else { 0 }).collect();
        assert_eq!(steady_growth(&nets), Growth::None);
    }

    #[test]
    fn a_vector_that_doubles_is_none() {
        let nets: Vec<i64> =
            (1..=60_u32).map(|len| if len.is_power_of_two() { 8 * i64::from(len) } else { 0 }).collect();
        assert_eq!(steady_growth(&nets), Growth::None);
    }

    #[test]
    fn a_random_walk_is_none() {
        let mut state = 1_u64;
        let mut step = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as i64 % 2_001 - 1_000
        };
        let walks: Vec<Vec<i64>> = (0..1_000).map(|_| (0..40).map(|_| step()).collect()).collect();
        let leaks = walks.iter().filter(|walk| steady_growth(walk) != Growth::None).count();
        assert!(leaks <= 4, "{leaks} of 1,000");
    }

    #[test]
    fn four_iterations_are_too_few() {
        assert_eq!(steady_growth(&[64; 4]), Growth::TooFew);
    }
}
