//! From the figures of iterations to those of a benchmark. Main function: [`summary`].

use crate::model::{Leak, Memory, MemoryFigures};
use crate::order;
use crate::stats::leak;

/// The middle, the least and the most of every figure, and whether live bytes grow. The rest is left empty.
pub(super) fn summary(first: MemoryFigures, iterations: &[MemoryFigures]) -> Memory {
    let nets: Vec<i64> = iterations.iter().map(|figures| figures.net).collect();
    let growth = leak::steady_growth(&nets);
    Memory {
        per_iteration: each(iterations, |sorted| sorted.get((sorted.len().max(1) - 1) / 2).copied()),
        lowest: each(iterations, |sorted| sorted.first().copied()),
        highest: each(iterations, |sorted| sorted.last().copied()),
        first,
        iterations: u32::try_from(iterations.len()).unwrap_or(u32::MAX),
        leak: match growth {
            leak::Growth::TooFew => Leak::Unknown,
            leak::Growth::None => Leak::None,
            leak::Growth::Steady(per_iteration) => Leak::Steady { per_iteration },
        },
        ..Memory::default()
    }
}

/// What `pick` takes of the sorted values of each figure; 0 where it takes none.
fn each(iterations: &[MemoryFigures], pick: impl Fn(&[i128]) -> Option<i128>) -> MemoryFigures {
    let of = |figure: fn(&MemoryFigures) -> i128| {
        let mut values: Vec<i128> = iterations.iter().map(figure).collect();
        order::sort(&mut values);
        pick(&values).unwrap_or_default()
    };
    let count = |figure| u64::try_from(of(figure)).unwrap_or_default();
    MemoryFigures {
        allocations: count(|figures| figures.allocations.into()),
        deallocations: count(|figures| figures.deallocations.into()),
        reallocations: count(|figures| figures.reallocations.into()),
        allocated: count(|figures| figures.allocated.into()),
        deallocated: count(|figures| figures.deallocated.into()),
        net: i64::try_from(of(|figures| figures.net.into())).unwrap_or_default(),
        peak: count(|figures| figures.peak.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(allocations: u64, net: i64) -> MemoryFigures {
        MemoryFigures { allocations, net, peak: 100, ..MemoryFigures::default() }
    }

    #[test]
    fn every_figure_is_summed_up_by_itself() {
        let iterations = [figures(3, 0), figures(1, 5), figures(2, -5), figures(9, 1)];
        let memory = summary(figures(7, 7), &iterations);
        assert_eq!((memory.first, memory.iterations), (figures(7, 7), 4));
        assert_eq!(memory.per_iteration, figures(2, 0));
        assert_eq!((memory.lowest, memory.highest), (figures(1, -5), figures(9, 5)));
    }

    #[test]
    fn five_equal_iterations_are_exact() {
        assert!(!summary(figures(0, 0), &[figures(1, 0); 4]).is_exact(), "four are too few");
        let memory = summary(figures(0, 0), &[figures(1, 0); 5]);
        assert!(memory.is_exact() && memory.is_exact_in(|figures| figures.allocations));
    }

    #[test]
    fn one_figure_may_be_exact_where_another_one_varies() {
        let iterations = [figures(1, 0), figures(1, 8), figures(1, 0), figures(1, 0), figures(1, 0)];
        let memory = summary(figures(1, 0), &iterations);
        assert!(!memory.is_exact() && memory.is_exact_in(|figures| figures.peak));
        assert!(!memory.is_exact_in(|figures| figures.net));
    }

    #[test]
    fn no_iterations_are_no_figures() {
        let memory = summary(figures(1, 0), &[]);
        assert_eq!((memory.per_iteration, memory.iterations), (MemoryFigures::default(), 0));
        assert!(!memory.is_exact());
    }
}
