//! How many runs and rounds a case gets, from what is asked for and what a round costs. Main type: [`Demand`].

use std::time::Duration;

use crate::model::Settings;

/// Rounds that are dropped at the start of each run.
const WARM_UP_ROUNDS: u32 = 3;

/// More rounds are spread over more runs up to this number, then over longer runs.
const MOST_RUNS: u32 = 12;

/// Runs between one look at what was measured and the next.
const RUNS_PER_LOOK: u32 = 2;

/// The usual [`Demand::fewest_runs`].
pub(super) const FEWEST_RUNS: u32 = 2;

/// A round over this share of `max_time` allows one warm-up round.
const LARGE_SHARE: u32 = 50;

/// What the arms of a case ask for together.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Demand {
    /// Rounds over all runs, at least.
    pub(super) min_rounds: u32,
    /// Rounds over all runs, at most. Wins over `min_rounds`.
    pub(super) max_rounds: u32,
    /// Time in measured rounds, at least.
    pub(super) min_time: Duration,
    /// Time of the case, at most. Wins over everything but `fewest_runs`.
    pub(super) max_time: Duration,
    /// Time of the warm-up rounds of each run, at least.
    pub(super) warmup_time: Duration,
    /// Runs before the first look.
    pub(super) processes: u32,
    /// Runs, at most, where looks leave something open.
    pub(super) most_processes: u32,
    /// Rounds of a run.
    pub(super) rounds_per_run: u32,
    /// Runs that are started however short the time is, unless fewer are asked for.
    pub(super) fewest_runs: u32,
}

/// What running costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pace {
    /// Launching a worker and setting the arms up.
    pub(super) set_up: Duration,
    /// One round.
    pub(super) round: Duration,
    /// Whether an operation takes over 100 ms.
    pub(super) very_slow: bool,
}

/// What is behind.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Progress {
    /// Finished runs.
    pub(super) runs: u32,
    /// Their rounds, without warm-up.
    pub(super) rounds: u32,
    /// Time spent on the case, everything included.
    pub(super) spent: Duration,
}

/// What the next run does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct RunPlan {
    /// Runs that there will be in all.
    pub(super) runs: u32,
    /// Rounds dropped first.
    pub(super) warm_up: u32,
    /// They go on until this time has passed.
    pub(super) warm_up_time: Duration,
    /// Rounds measured then.
    pub(super) rounds: u32,
}

/// Runs and rounds that a case should have in all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Total {
    pub(super) runs: u32,
    pub(super) rounds: u32,
}

impl Demand {
    /// What suits the strictest of the arms: the largest of what is asked at least, the smallest of what is allowed.
    pub(super) fn strictest<'s>(settings: impl IntoIterator<Item = &'s Settings>) -> Self {
        settings.into_iter().fold(Self::nothing(), |demand, arm| Self {
            min_rounds: demand.min_rounds.max(arm.min_rounds),
            max_rounds: demand.max_rounds.min(arm.max_rounds),
            min_time: demand.min_time.max(arm.min_time),
            max_time: demand.max_time.min(arm.max_time),
            warmup_time: demand.warmup_time.max(arm.warmup_time),
            processes: demand.processes.max(arm.processes),
            most_processes: demand.most_processes.max(arm.most_processes),
            rounds_per_run: demand.rounds_per_run.max(arm.rounds_per_run),
            fewest_runs: demand.fewest_runs,
        })
    }

    fn nothing() -> Self {
        Self {
            min_rounds: 1,
            max_rounds: u32::MAX,
            min_time: Duration::ZERO,
            max_time: Duration::MAX,
            warmup_time: Duration::ZERO,
            processes: 1,
            most_processes: 1,
            rounds_per_run: 1,
            fewest_runs: FEWEST_RUNS,
        }
    }

    /// Whether so much is behind that it can be looked at: all that was asked for at first, and then every
    /// [`RUNS_PER_LOOK`] runs.
    pub(super) fn is_at_look(&self, pace: &Pace, done: &Progress) -> bool {
        let beyond = done.runs.checked_sub(self.total(pace).runs);
        beyond.is_some_and(|beyond| beyond % RUNS_PER_LOOK == 0)
    }

    /// What is asked for until the next look, in runs like those that are `done`; `None` if there may be no more.
    pub(super) fn until_next_look(&self, pace: &Pace, done: &Progress) -> Option<Self> {
        let first = self.total(pace).runs;
        let looks = done.runs.saturating_sub(first) / RUNS_PER_LOOK + 1;
        let processes = first + looks * RUNS_PER_LOOK;
        let per_run = done.rounds.checked_div(done.runs)?.max(1);
        let rounds = done.rounds + (processes - done.runs) * per_run;
        let may_be = processes <= self.most_processes && rounds <= self.max_rounds;
        may_be.then_some(Self { processes, min_rounds: rounds, max_rounds: rounds, ..self.clone() })
    }

    /// The next run, or `None` when there is enough or no time left for another.
    pub(super) fn next_run(&self, pace: &Pace, done: &Progress) -> Option<RunPlan> {
        let total = self.total(pace);
        let left = total.rounds.checked_sub(done.rounds).filter(|left| *left > 0)?;
        let (runs, rounds) = self.fitted(pace, done, &total, left)?;
        let (warm_up, warm_up_time) = self.warm_up(pace);
        Some(RunPlan { runs: done.runs + runs, warm_up, warm_up_time, rounds })
    }

    /// Runs and rounds if there is time enough. Operations over 100 ms are content with `min_rounds`.
    pub(super) fn total(&self, pace: &Pace) -> Total {
        let usual = self.processes.saturating_mul(self.rounds_per_run).max(self.min_rounds);
        let asked = if pace.very_slow { self.min_rounds } else { usual };
        let for_time = count(self.min_time, pace.round, f64::ceil);
        let rounds = asked.max(for_time).min(self.max_rounds).max(1);
        let most_runs = self.processes.max(MOST_RUNS);
        let runs = rounds.div_ceil(self.rounds_per_run).clamp(self.processes, most_runs).min(rounds);
        Total { runs, rounds }
    }

    /// The number of warm-up rounds and the time that they take at least.
    fn warm_up(&self, pace: &Pace) -> (u32, Duration) {
        if pace.very_slow {
            (0, Duration::ZERO)
        } else if self.is_large(pace.round) {
            (1, Duration::ZERO)
        } else {
            (WARM_UP_ROUNDS, self.warmup_time)
        }
    }

    /// Whether a round takes so much of the time that there is none for a long warm-up.
    pub(super) fn is_large(&self, round: Duration) -> bool {
        round > self.max_time / LARGE_SHARE
    }

    /// How far the time goes: runs that are left, and rounds of the first of them. As many runs as possible, down to
    /// runs of one round: it is runs that are independent.
    fn fitted(&self, pace: &Pace, done: &Progress, total: &Total, rounds_left: u32) -> Option<(u32, u32)> {
        let most = total.runs.saturating_sub(done.runs).clamp(1, rounds_left);
        let least = self.fewest_runs.min(total.runs).saturating_sub(done.runs);
        let time = self.max_time.saturating_sub(done.spent);
        let wanted = |runs: u32| rounds_left.div_ceil(runs).min(total.rounds.div_ceil(total.runs));
        let affordable = |runs: u32| self.affordable_rounds(pace, time / runs).min(wanted(runs));
        (least.max(1)..=most)
            .rev()
            .find(|runs| affordable(*runs) > 0)
            .map(|runs| (runs, affordable(runs)))
            .or_else(|| (least > 0).then_some((least, 1)))
    }

    /// How many rounds fit into one run of this length.
    fn affordable_rounds(&self, pace: &Pace, time: Duration) -> u32 {
        let (rounds, at_least) = self.warm_up(pace);
        let overhead = pace.set_up.saturating_add(pace.round.saturating_mul(rounds).max(at_least));
        count(time.saturating_sub(overhead), pace.round, f64::floor)
    }

    /// How much time may have been spent on the case when a run ends, whatever was planned: the first run leaves the
    /// second its half.
    pub(super) fn deadline(&self, runs_done: u32) -> Duration {
        if runs_done == 0 && self.processes > 1 { self.max_time / 2 } else { self.max_time }
    }
}

/// How many times `part` goes into `whole`. A part that takes no time counts as a nanosecond.
fn count(whole: Duration, part: Duration, round: fn(f64) -> f64) -> u32 {
    round(whole.as_nanos() as f64 / part.as_nanos().max(1) as f64) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::plain::settings;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn demand() -> Demand {
        Demand::strictest([&settings()])
    }

    fn pace(round: Duration) -> Pace {
        Pace { set_up: ms(10), round, very_slow: false }
    }

    /// Plays all runs, each taking exactly what the pace says: (warm-up rounds, rounds) of each.
    fn all_runs(demand: &Demand, pace: Pace) -> Vec<(u32, u32)> {
        let mut done = Progress::default();
        let mut runs = Vec::new();
        while let Some(plan) = demand.next_run(&pace, &done) {
            runs.push((plan.warm_up, plan.rounds));
            done.runs += 1;
            done.rounds += plan.rounds;
            done.spent += pace.set_up + pace.round * (plan.warm_up + plan.rounds);
        }
        runs
    }

    #[test]
    fn the_default_is_four_runs_of_ten_rounds() {
        assert_eq!(all_runs(&demand(), pace(ms(2))), [(3, 10); 4]);
    }

    #[test]
    fn min_and_max_rounds_are_totals() {
        let table = [
            (1, 12, vec![3, 3, 3, 3]),
            (1, 10, vec![3, 3, 2, 2]),
            (1, 3, vec![1, 1, 1]),
            (60, 1000, vec![10; 6]),
            (45, 1000, vec![9; 5]),
            (240, 1000, vec![20; 12]),
            (60, 20, vec![5; 4]),
        ];
        for (min_rounds, max_rounds, expected) in table {
            let demand = Demand { min_rounds, max_rounds, ..demand() };
            let rounds: Vec<u32> =
                all_runs(&demand, pace(ms(2))).into_iter().map(|(_, rounds)| rounds).collect();
            assert_eq!(rounds, expected, "{min_rounds}..{max_rounds}");
        }
    }

    #[test]
    fn min_time_adds_runs_then_rounds() {
        let at_least = |min_time| Demand { min_time, ..demand() };
        assert_eq!(all_runs(&at_least(ms(120)), pace(ms(2))), [(3, 10); 6]);
        assert_eq!(all_runs(&at_least(ms(480)), pace(ms(2))), [(3, 20); 12]);
    }

    #[test]
    fn very_slow_operations_are_not_warmed_up() {
        let slow = Pace { very_slow: true, ..pace(ms(200)) };
        assert_eq!(all_runs(&demand(), slow), [(0, 3); 4]);
        assert_eq!(all_runs(&Demand { min_rounds: 20, ..demand() }, slow), [(0, 5); 4]);
        assert_eq!(all_runs(&Demand { min_rounds: 6, processes: 2, ..demand() }, slow), [(0, 3); 2]);
    }

    #[test]
    fn a_round_over_a_fiftieth_of_the_time_is_warmed_up_once_and_fitted() {
        let table = [
            (ms(200), vec![(3, 9), (3, 9), (3, 9), (3, 10)]),
            (ms(201), vec![(1, 10); 4]),
            (ms(400), vec![(1, 5); 4]),
            (ms(1000), vec![(1, 1), (1, 1), (1, 1), (1, 2)]),
            (ms(2000), vec![(1, 1), (1, 1)]),
        ];
        for (round, expected) in table {
            assert_eq!(all_runs(&demand(), pace(round)), expected, "{round:?}");
        }
    }

    #[test]
    fn two_runs_of_one_round_are_started_however_short_the_time() {
        let slow = Pace { very_slow: true, ..pace(ms(60_000)) };
        assert_eq!(all_runs(&demand(), slow), [(0, 1); 2]);
        assert_eq!(all_runs(&Demand { max_time: Duration::ZERO, ..demand() }, pace(ms(1))), [(1, 1); 2]);
        let alone = Demand { min_rounds: 3, processes: 1, max_time: Duration::ZERO, ..demand() };
        assert_eq!(all_runs(&alone, pace(ms(1))), [(1, 1)]);
    }

    #[test]
    fn more_runs_are_started_where_more_are_asked_for() {
        let demand = Demand { fewest_runs: 3, max_time: Duration::ZERO, ..demand() };
        assert_eq!(all_runs(&demand, pace(ms(1))), [(1, 1); 3]);
        assert_eq!(all_runs(&Demand { processes: 2, max_rounds: 2, ..demand }, pace(ms(1))), [(1, 1); 2]);
    }

    #[test]
    fn launching_counts() {
        let dear = Pace { set_up: ms(3000), ..pace(ms(2)) };
        assert_eq!(all_runs(&demand(), dear), [(3, 10); 3]);
        let dearer = Pace { set_up: ms(30_000), ..pace(ms(2)) };
        assert_eq!(all_runs(&demand(), dearer), [(3, 1); 2]);
    }

    #[test]
    fn a_warm_up_time_counts_too() {
        let demand = Demand { warmup_time: ms(3000), ..demand() };
        let done = Progress { runs: 2, rounds: 20, spent: ms(6200) };
        let plan = demand.next_run(&pace(ms(2)), &done);
        assert_eq!(plan, Some(RunPlan { runs: 3, warm_up: 3, warm_up_time: ms(3000), rounds: 10 }));
        assert_eq!(demand.next_run(&pace(ms(2)), &Progress { runs: 3, rounds: 30, spent: ms(9300) }), None);
    }

    #[test]
    fn an_operation_without_a_time_does_not_run_forever() {
        assert_eq!(all_runs(&demand(), pace(Duration::ZERO)), [(3, 10); 4]);
    }

    #[test]
    fn the_strictest_arm_decides() {
        let one = Settings { min_rounds: 20, max_rounds: 100, max_time: ms(5000), ..settings() };
        let other = Settings { min_rounds: 5, max_rounds: 50, processes: 6, min_time: ms(100), ..settings() };
        let both = Demand::strictest([&one, &other]);
        assert_eq!((both.min_rounds, both.max_rounds, both.processes), (20, 50, 6));
        assert_eq!((both.min_time, both.max_time), (ms(100), ms(5000)));
    }

    #[test]
    fn the_first_run_leaves_time_for_the_second() {
        assert_eq!([0, 1, 2].map(|done| demand().deadline(done)), [ms(5000), ms(10_000), ms(10_000)]);
        assert_eq!(Demand { processes: 1, ..demand() }.deadline(0), ms(10_000));
    }
}
