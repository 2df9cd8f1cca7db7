//! The highest rate at which arms hold a target: a search for each, all arms of a group in turns. Main method:
//! [`Schedule::find_rates`].

use std::time::Duration;

use super::crew::{Out, Trouble};
use super::load::{Seat, belongs, blocks, seats, trial_of};
use super::passes::reason;
use super::{Event, Schedule, order};
use crate::model::{
    ArmRun, LATE, Limit, LoadOrder, LoadSettings, LoadTrial, Metric, Params, Rate, RateEnding, RateSearch,
    RateTry, Settings, Side,
};
use crate::plan::GroupCase;
use crate::stats::highest::Highest;

/// Rates from here on are not tried: no generator makes them.
const HIGHEST_RATE: f64 = 1e7;
/// A percentile is known where so many operations lie beyond it.
const BEYOND: f64 = 5.0;
/// So many operations are looked at in any case.
const FEWEST_OPERATIONS: f64 = 100.0;
/// Where not a single one may be too slow or fail, it is so many.
const OPERATIONS_WITHOUT_A_MISS: f64 = 500.0;
/// A trial is so many times as long as the latency that is allowed: a rate that is beyond what the service does by this
/// part of one then shows, since its queue has grown to that latency by the end.
const TIMES_ALLOWED: f64 = 50.0;
/// The shortest part of a trial that is looked at.
const SHORTEST: Duration = Duration::from_millis(450);
/// The part of a trial that is looked at, its warm-up left out.
const SEEN: f64 = 0.9;
/// A rate at which fewer of the operations are started is not the rate that was asked for.
const MADE: f64 = 0.99;
/// The number of the random orders of a block; those of its loads have the first one.
const ORDERS: u32 = 1;
/// A search takes about so many trials.
const USUAL_TRIALS: u32 = 16;

impl Schedule<'_> {
    /// Looks for the highest rate at which arms with a `rate` hold all `targets`, starting at the lowest one that they
    /// declare: what is found is told of that case. What goes wrong here leaves all else as it is, and is the reason why
    /// there is no such rate.
    ///
    /// The arms of a group have one trial each in random order, each at the rate that its own search has come to, then one
    /// the other way round, and so on: what changes slowly weighs on all of them alike.
    pub(crate) fn find_rates(
        &mut self,
        cases: &[GroupCase],
        targets: &[Limit],
        runs: &mut [&mut Vec<ArmRun>],
    ) {
        for block in blocks(cases) {
            self.find_rates_of_block(&cases[block.clone()], targets, &mut runs[block]);
        }
    }

    fn find_rates_of_block(&mut self, cases: &[GroupCase], targets: &[Limit], runs: &mut [&mut Vec<ArmRun>]) {
        let lowest = lowest_rates(cases, &seats(cases, runs));
        let searches = lowest.into_iter().filter_map(|seat| Search::of(seat, cases, targets));
        let mut rng = order::rng(self.seed, &belongs(&cases[0]), ORDERS);
        let mut searches = order::shuffled(searches.collect(), &mut rng);
        for trials in 1.. {
            let seed = rng.u64(..);
            for search in searches.iter_mut().filter(|search| search.is_open()) {
                self.try_rate(search, cases, seed);
            }
            let open = searches.iter().filter(|search| search.is_open()).count();
            (self.observe)(Event::RatesTried { trials, open });
            if open == 0 {
                break;
            }
            searches.reverse();
        }
        for search in searches {
            let Seat { case, arm } = search.seat;
            runs[case][arm].highest_rate = Some(search.found());
        }
    }

    /// One trial at the rate that a search has come to.
    fn try_rate(&mut self, search: &mut Search, cases: &[GroupCase], seed: u64) {
        let arm = search.seat.arm(cases);
        let Some(order) = search.order(&arm.settings, seed) else { return };
        if !self.has_time_for(order.length) {
            return search.end("the budget left no time for more trials".to_owned());
        }
        match self.trial(arm, &order) {
            Ok(finished) => search.take(&finished.trial),
            Err(Trouble::Stopped) => search.end("the run was stopped".to_owned()),
            Err(Trouble::Arm(_, out) | Trouble::Launch(_, out)) => search.fail(&out),
        }
    }
}

/// The arm of each function, of equal parameters besides, that has the lowest rate.
fn lowest_rates(cases: &[GroupCase], seats: &[Seat]) -> Vec<Seat> {
    let rate = |seat: &Seat| seat.arm(cases).settings.load.and_then(|load| load.rate);
    let mut lowest: Vec<Seat> = Vec::new();
    let own = seats.iter().filter(|seat| rate(seat).is_some() && seat.arm(cases).side == Side::This);
    for seat in own {
        let is_same = |other: &&mut Seat| without_rate(other, cases) == without_rate(seat, cases);
        match lowest.iter_mut().find(is_same) {
            Some(other) if rate(seat) < rate(other) => *other = *seat,
            Some(_) => {}
            None => lowest.push(*seat),
        }
    }
    lowest
}

/// What an arm has in common with itself at other rates.
fn without_rate(seat: &Seat, cases: &[GroupCase]) -> (String, Params) {
    let id = &seat.arm(cases).id;
    let params = id.params.0.iter().filter(|param| param.name != "rate").cloned();
    (format!("{}::{}::{}", id.package, id.module, id.function), Params(params.collect()))
}

/// How long the searches in these cases take about, if nothing fails, and how many there are.
pub(super) fn demand(cases: &[GroupCase], targets: &[Limit]) -> (usize, Duration) {
    if targets.is_empty() {
        return (0, Duration::ZERO);
    }
    let of_case = |case: usize| (0..cases[case].arms.len()).map(move |arm| Seat { case, arm });
    let runs = |seat: &Seat| seat.arm(cases).skip.is_none();
    let all: Vec<Seat> = (0..cases.len()).flat_map(of_case).filter(runs).collect();
    let searches: Vec<Search> =
        lowest_rates(cases, &all).into_iter().filter_map(|seat| Search::of(seat, cases, targets)).collect();
    let one = |search: &Search| search.order(&search.seat.arm(cases).settings, 0).map(|order| order.length);
    (searches.len(), searches.iter().filter_map(one).sum::<Duration>() * USUAL_TRIALS)
}

/// The search for the highest rate of one arm.
struct Search {
    seat: Seat,
    load: LoadSettings,
    targets: Vec<Limit>,
    rates: Highest,
    tries: Vec<RateTry>,
    /// Why it ended before it was done: where it could go on, and where it could not.
    ended: Option<Result<String, String>>,
}

impl Search {
    /// One that begins at the rate of the arm; the arm's own limit on errors has to hold as well. `None` for an arm without
    /// a rate.
    fn of(seat: Seat, cases: &[GroupCase], targets: &[Limit]) -> Option<Self> {
        let arm = seat.arm(cases);
        let load = arm.settings.load?;
        let own = arm.limits.iter().filter(|limit| limit.metric == Metric::ErrorRate);
        let targets: Vec<Limit> = targets.iter().chain(own).cloned().collect();
        let longest = SEEN * arm.settings.max_time.as_secs_f64();
        let rates = Highest::between(operations(&targets) / longest, HIGHEST_RATE, load.rate?.value());
        Some(Self { seat, load, targets, rates, tries: Vec::new(), ended: None })
    }

    fn is_open(&self) -> bool {
        self.ended.is_none() && self.rates.next().is_some()
    }

    /// The next trial: long enough to know every percentile, and for a queue that grows to show; `max_time` at most.
    fn order(&self, settings: &Settings, seed: u64) -> Option<LoadOrder> {
        let rate = Rate::per_second(self.rates.next()?)?;
        let allowed = self.targets.iter().filter(|target| share_below(target.metric).is_some());
        let allowed_ns = allowed.map(|target| target.value).fold(0.0, f64::max);
        let seconds = (operations(&self.targets) / rate.value()).max(TIMES_ALLOWED * allowed_ns / 1e9);
        let seen = Duration::try_from_secs_f64(seconds).unwrap_or(settings.max_time).max(SHORTEST);
        let length = seen.div_f64(SEEN).min(settings.max_time);
        let load = LoadSettings { rate: Some(rate), sustain: None, ..self.load };
        Some(trial_of(settings, load, length, seed))
    }

    /// Takes note of a trial at the next rate.
    fn take(&mut self, trial: &LoadTrial) {
        let Some(rate) = self.rates.next() else { return };
        let ending = judged(trial, &self.targets);
        self.tries.push(RateTry {
            rate,
            ending,
            length_ns: trial.length_ns,
            p99_ns: trial.latency.quantile(0.99) as f64,
            lateness_p99_ns: trial.lateness.quantile(0.99) as f64,
            due: trial.due,
            dropped: trial.dropped,
            errors: trial.errors.count(),
        });
        self.rates.tell(ending == RateEnding::Held);
    }

    fn end(&mut self, why: String) {
        self.ended = Some(if self.tries.is_empty() { Err(why) } else { Ok(why) });
    }

    fn fail(&mut self, out: &Out) {
        let rate = self.rates.next().unwrap_or_default();
        let while_it = format!("its highest rate was looked for, at {rate} operations per second");
        self.ended = Some(Err(reason(out, &while_it)));
    }

    /// What came of it, or why nothing did.
    fn found(self) -> Result<RateSearch, String> {
        let cut_short = self.ended.transpose()?;
        let targets = self.targets.into_iter().map(|target| target.text).collect();
        Ok(RateSearch { targets, tries: self.tries, cut_short })
    }
}

/// The share of operations that lies below a percentile.
fn share_below(metric: Metric) -> Option<f64> {
    Some(match metric {
        Metric::P50 => 0.5,
        Metric::P90 => 0.9,
        Metric::P95 => 0.95,
        Metric::P99 => 0.99,
        Metric::P999 => 0.999,
        Metric::Max => 1.0,
        _ => return None,
    })
}

/// How many operations it takes to know whether all targets hold.
fn operations(targets: &[Limit]) -> f64 {
    let of = |target: &Limit| match share_below(target.metric) {
        Some(share) if share < 1.0 => BEYOND / (1.0 - share),
        None if target.value > 0.0 => BEYOND / target.value,
        _ => OPERATIONS_WITHOUT_A_MISS,
    };
    targets.iter().map(of).fold(FEWEST_OPERATIONS, f64::max)
}

/// What came of a trial.
fn judged(trial: &LoadTrial, targets: &[Limit]) -> RateEnding {
    let holds = |target: &Limit| match share_below(target.metric) {
        Some(share) => latency(trial, share) <= target.value,
        None => error_rate(trial) <= target.value,
    };
    if is_made(trial) && targets.iter().all(holds) {
        RateEnding::Held
    } else if was_generator(trial, targets) {
        RateEnding::GeneratorLate
    } else {
        RateEnding::Missed
    }
}

/// The latency that a share of all operations does not exceed. An operation that failed, or was not started, takes for
/// ever: it would be a percentile of the lucky ones else.
fn latency(trial: &LoadTrial, share: f64) -> f64 {
    let ended = trial.latency.count();
    let all = ended + trial.errors.count() + trial.dropped;
    let rank = (share * all as f64).ceil().max(1.0);
    if rank > ended as f64 {
        return f64::INFINITY;
    }
    // Half a rank less is rounded up to this rank, whatever the last digit of the quotient is.
    trial.latency.quantile((rank - 0.5) / ended as f64) as f64
}

fn error_rate(trial: &LoadTrial) -> f64 {
    let errors = trial.errors.count() + trial.dropped;
    errors as f64 / (trial.latency.count() + errors).max(1) as f64
}

/// Whether nearly all operations were started.
fn is_made(trial: &LoadTrial) -> bool {
    let started = trial.due.saturating_sub(trial.dropped);
    trial.due > 0 && started as f64 >= MADE * trial.due as f64
}

/// Whether the generator was in the way: nothing held it back, and still it did not start all operations, or most of a
/// latency that is too long is how late it was.
fn was_generator(trial: &LoadTrial, targets: &[Limit]) -> bool {
    let most_of_it = |target: &Limit| {
        share_below(target.metric).is_some_and(|share| {
            let (late, all) = (trial.lateness.quantile(share) as f64, latency(trial, share));
            all > target.value && late > LATE.as_nanos() as f64 && 2.0 * late > all
        })
    };
    trial.held_back == 0 && (!is_made(trial) || targets.iter().any(most_of_it))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ArmEnding, FailureKind, Histogram, Level, LoadErrors, Param};
    use crate::plan::Arm;
    use crate::schedule::fake::{Op, Step, World, arm, case, failed};
    use crate::schedule::tests::scheduled;
    use crate::units;

    fn target(text: &str) -> Limit {
        units::limit(text, Level::Target).expect("a limit")
    }

    /// An arm at this rate.
    fn at(name: &str, rate: f64) -> Arm {
        let mut arm = arm(name);
        arm.id.params = Params(vec![Param { name: "rate".into(), value: rate.to_string() }]);
        arm.settings.load = Some(LoadSettings { rate: Rate::per_second(rate), ..LoadSettings::default() });
        arm
    }

    fn found(world: &World, cases: &[GroupCase], targets: &[&str]) -> Vec<Vec<ArmRun>> {
        let passed = |case: &GroupCase| vec![ArmRun::ended(ArmEnding::Passed); case.arms.len()];
        let mut runs: Vec<Vec<ArmRun>> = cases.iter().map(passed).collect();
        let mut borrowed: Vec<&mut Vec<ArmRun>> = runs.iter_mut().collect();
        let targets: Vec<Limit> = targets.iter().map(|text| target(text)).collect();
        scheduled(world, |schedule| schedule.find_rates(cases, &targets, &mut borrowed));
        runs
    }

    /// A world in which the arms of these names hold up to so many operations per second.
    fn world(capacities: &[(&str, f64)]) -> World {
        let world = World::default();
        capacities.iter().fold(world, |world, (name, capacity)| {
            world.op(name, Op { capacity: *capacity, ..Op::default() })
        })
    }

    fn held(run: &ArmRun) -> (Option<f64>, Option<f64>) {
        let search = run.highest_rate.as_ref().expect("looked for").as_ref().expect("found");
        (search.held().map(|one| one.rate), search.missed().map(|one| one.rate))
    }

    #[test]
    fn the_capacity_of_each_arm_is_found_and_they_take_turns_back_and_forth() {
        let world = world(&[("a[rate=500]", 3_000.0), ("b[rate=500]", 900.0)]);
        let runs = found(&world, &[case([at("a", 500.0), at("b", 500.0)])], &["p99 <= 10ms"]);
        for (run, capacity) in runs[0].iter().zip([3_000.0, 900.0]) {
            let (Some(held), Some(missed)) = held(run) else { panic!("{run:?}") };
            assert!(held <= capacity && missed > capacity && missed / held <= 1.06, "{held} {missed}");
        }
        let log = world.log();
        let trials: Vec<&str> = log.iter().filter_map(|step| step.strip_prefix("load ")).collect();
        assert_eq!((trials[0], trials[1]), (trials[3], trials[2]));
        assert_ne!(trials[0], trials[1]);
        let launches = log.iter().filter(|step| step.starts_with("launch")).count();
        assert_eq!(launches, trials.len());
    }

    #[test]
    fn an_arm_is_looked_at_once_whatever_rates_it_declares() {
        let world = world(&[]);
        let cases = [case([at("a", 900.0)]), case([at("a", 100.0)]), case([arm("plain")])];
        let runs = found(&world, &cases, &["p50 <= 5ms"]);
        assert!(runs[0][0].highest_rate.is_none() && runs[2][0].highest_rate.is_none());
        assert_eq!(held(&runs[1][0]), (Some(HIGHEST_RATE), None));
    }

    #[test]
    fn a_generator_that_is_late_is_told_from_a_server_that_is_slow() {
        let op = Op { generated: 2_000.0, ..Op::default() };
        let world = World::default().op("a[rate=500]", op);
        let runs = found(&world, &[case([at("a", 500.0)])], &["p99 <= 10ms"]);
        let search = runs[0][0].highest_rate.clone().unwrap().unwrap();
        assert_eq!(search.missed().map(|one| one.ending), Some(RateEnding::GeneratorLate));
        assert_eq!(search.held().map(|one| one.rate), Some(2_000.0));
    }

    #[test]
    fn a_failure_is_the_reason_why_no_rate_is_known_and_the_others_go_on() {
        let world = world(&[("a[rate=500]", 800.0), ("b[rate=500]", 800.0)]);
        let failing = (0..9).fold(world, |world, launch| {
            world.script(Step::Load, "b[rate=500]", launch, failed(FailureKind::Panic))
        });
        let runs = found(&failing, &[case([at("a", 500.0), at("b", 500.0)])], &["p99 <= 10ms"]);
        let reason = runs[0][1].highest_rate.clone().unwrap().unwrap_err();
        assert!(reason.starts_with("it failed while its highest rate was looked for, at 500 "), "{reason}");
        assert_eq!(runs[0][1].ending, ArmEnding::Passed);
        assert!(held(&runs[0][0]).0.is_some());
    }

    #[test]
    fn trials_are_long_enough_for_the_percentile_and_for_a_queue_to_show() {
        let seconds = |rate, text: &str| {
            let cases = [case([at("a", rate)])];
            let search = Search::of(Seat { case: 0, arm: 0 }, &cases, &[target(text)]).expect("a rate");
            let order = search.order(&cases[0].arms[0].settings, 0).expect("open");
            (order.load.rate.map(Rate::value), (1e3 * order.length.as_secs_f64()).round() / 1e3)
        };
        assert_eq!(seconds(1e6, "p50 <= 1ms"), (Some(1e6), 0.5));
        assert_eq!(seconds(500.0, "p99 <= 1ms").1, 1.111);
        assert_eq!(seconds(1e6, "p99 <= 36ms").1, 2.0);
        assert_eq!(seconds(1e6, "p99 <= 9s").1, 10.0);
        let (lowest, length) = seconds(1.0, "p99 <= 1ms");
        assert!(lowest.is_some_and(|rate| (rate - 500.0 / 9.0).abs() < 1e-3) && length == 10.0, "{lowest:?}");
        assert_eq!(seconds(1000.0, "error_rate <= 0.1%").1, 5.556);
    }

    fn trial(latency_ns: u64, ended: u64, lost: u64) -> LoadTrial {
        LoadTrial {
            due: ended + lost,
            latency: Histogram::of([(latency_ns, ended)]),
            errors: LoadErrors { returned: lost, ..LoadErrors::default() },
            ..LoadTrial::default()
        }
    }

    #[test]
    fn operations_that_fail_take_for_ever() {
        let p99 = [target("p99 <= 10ms")];
        assert_eq!(judged(&trial(1_000, 990, 10), &p99), RateEnding::Held);
        assert_eq!(judged(&trial(1_000, 989, 11), &p99), RateEnding::Missed);
        assert_eq!(judged(&trial(1_000, 0, 0), &p99), RateEnding::GeneratorLate);
        assert_eq!(judged(&trial(1_000, 999, 1), &[target("max <= 10ms")]), RateEnding::Missed);
        let rate = |lost| judged(&trial(1_000, 1_000 - lost, lost), &[target("error_rate <= 1%")]);
        assert_eq!((rate(10), rate(11)), (RateEnding::Held, RateEnding::Missed));
    }

    #[test]
    fn what_was_held_back_is_not_the_generators_doing() {
        let p50 = [target("p50 <= 10ms")];
        let short = LoadTrial { due: 1_000, dropped: 100, ..trial(1_000, 900, 0) };
        assert_eq!(judged(&short, &p50), RateEnding::GeneratorLate);
        assert_eq!(judged(&LoadTrial { held_back: 9, ..short }, &p50), RateEnding::Missed);
    }
}
