//! How the time of a suite is shared out among its cases. Main type: [`Budget`].

use std::time::Duration;

use super::{Again, LoadDemand};
use crate::plan::GroupCase;

/// The time that the remaining cases of a suite may take together.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Budget {
    /// When the time is over, on the schedule's clock.
    ends: Duration,
    /// Arms that have not had their share yet.
    arms_left: usize,
    /// What is kept for loads, after that.
    loads: Duration,
    /// What is kept for confirming differences, after that.
    reserve: Duration,
}

impl Budget {
    /// `total` from `now` on, for `cases`, each of which is then measured once. Arms that may be measured `again` are
    /// reckoned with twice, and so are those that are put under load; the second share is kept until then, of loads no
    /// more than they ask for.
    pub(crate) fn new(
        total: Duration,
        cases: &[GroupCase],
        again: Again,
        loads: LoadDemand,
        now: Duration,
    ) -> Self {
        let arms_left: usize = cases.iter().map(arms).sum();
        let again: usize = cases.iter().filter(|case| again.may_be(case)).map(arms).sum();
        let all = arms_left + again;
        let loads = share(total, all + loads.arms, loads.arms).min(loads.time);
        let reserve = share(total - loads, all, again);
        Self { ends: now.saturating_add(total - loads - reserve), arms_left, loads, reserve }
    }

    /// What was kept for loads, and what is left over.
    pub(super) fn for_loads(self) -> Self {
        Self { ends: self.ends.saturating_add(self.loads), loads: Duration::ZERO, ..self }
    }

    /// Whether what takes so long ends in time.
    pub(super) fn has_room(&self, takes: Duration, now: Duration) -> bool {
        now.saturating_add(takes) <= self.ends
    }

    /// What was kept, and what is left over, for `cases` that are measured once more.
    pub(super) fn for_confirmation(self, cases: &[GroupCase]) -> Self {
        Self {
            ends: self.ends.saturating_add(self.reserve),
            arms_left: cases.iter().map(arms).sum(),
            loads: Duration::ZERO,
            reserve: Duration::ZERO,
        }
    }

    /// The time that `case` gets, which is less than the `max_time` of its settings if need be.
    pub(super) fn grant(&mut self, case: &GroupCase, max_time: Duration, now: Duration) -> Duration {
        let granted = share(self.ends.saturating_sub(now), self.arms_left, arms(case)).min(max_time);
        self.arms_left = self.arms_left.saturating_sub(arms(case));
        granted
    }
}

/// Arms that will run.
fn arms(case: &GroupCase) -> usize {
    case.arms.iter().filter(|arm| arm.skip.is_none()).count()
}

/// What `arms` of the `arms_left` get of the time that is left. What earlier cases did not use is shared among later
/// ones.
fn share(left: Duration, arms_left: usize, arms: usize) -> Duration {
    left.mul_f64(arms as f64 / arms_left.max(arms).max(1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::fake::{arm, case};

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn time_is_shared_by_arms() {
        let table = [
            (s(60), 6, 2, s(20)),
            (s(60), 2, 2, s(60)),
            (s(60), 0, 2, s(60)),
            (s(60), 3, 0, s(0)),
            (s(0), 3, 1, s(0)),
            (s(60), 0, 0, s(0)),
        ];
        for (left, arms_left, arms, expected) in table {
            assert_eq!(share(left, arms_left, arms), expected, "{arms} of {arms_left}");
        }
    }

    #[test]
    fn what_a_case_leaves_goes_to_the_others() {
        let cases = [case([arm("a"), arm("b")]), case([arm("c")]), case([arm("d")])];
        let mut budget = Budget::new(s(40), &cases, Again::Changes, LoadDemand::default(), s(100));
        assert_eq!(budget.grant(&cases[0], s(600), s(100)), s(20));
        assert_eq!(budget.grant(&cases[1], s(600), s(110)), s(15));
        assert_eq!(budget.grant(&cases[2], s(600), s(125)), s(15));
    }

    #[test]
    fn what_confirming_takes_is_kept_until_then() {
        let mut reference = arm("a");
        reference.is_reference = true;
        let cases = [case([reference, arm("b")]), case([arm("c")]), case([arm("d")])];
        let mut budget = Budget::new(s(60), &cases, Again::Changes, LoadDemand::default(), s(0));
        assert_eq!(budget.grant(&cases[0], s(600), s(0)), s(20));
        assert_eq!(budget.grant(&cases[1], s(600), s(20)), s(10));
        assert_eq!(budget.grant(&cases[2], s(600), s(30)), s(10));
        let mut budget = budget.for_confirmation(&cases[..1]);
        assert_eq!(budget.grant(&cases[0], s(600), s(40)), s(20));
    }

    #[test]
    fn half_of_the_time_is_kept_where_everything_is_measured_again() {
        let cases = [case([arm("a")]), case([arm("b")])];
        let mut budget = Budget::new(s(40), &cases, Again::All, LoadDemand::default(), s(0));
        assert_eq!(budget.grant(&cases[0], s(600), s(0)), s(10));
        assert_eq!(budget.grant(&cases[1], s(600), s(10)), s(10));
        assert_eq!(budget.for_confirmation(&cases).grant(&cases[0], s(600), s(20)), s(10));
    }

    #[test]
    fn what_loads_ask_for_is_kept_for_them() {
        let cases = [case([arm("a")]), case([arm("b")])];
        let of = |seconds| LoadDemand { arms: 2, time: s(seconds) };
        let mut short = Budget::new(s(40), &cases, Again::Nothing, of(4), s(0));
        assert_eq!(short.grant(&cases[0], s(600), s(0)), s(18));
        assert_eq!(short.grant(&cases[1], s(600), s(18)), s(18));
        assert!(!short.has_room(s(1), s(36)));
        let short = short.for_loads();
        assert!(short.has_room(s(4), s(36)) && !short.has_room(s(5), s(36)));
        let mut long = Budget::new(s(40), &cases, Again::Nothing, of(100), s(0));
        assert_eq!(long.grant(&cases[0], s(600), s(0)), s(10));
    }

    #[test]
    fn a_case_gets_no_more_than_its_own_limit_and_nothing_after_the_end() {
        let cases = [case([arm("a")]), case([arm("b")])];
        let mut budget = Budget::new(s(40), &cases, Again::Nothing, LoadDemand::default(), s(0));
        assert_eq!(budget.grant(&cases[0], s(10), s(0)), s(10));
        assert_eq!(budget.grant(&cases[1], s(10), s(50)), s(0));
    }
}
