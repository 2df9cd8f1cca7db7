//! Load: trials of arms whose settings ask for one, each in a fresh worker, in an order that favours none. Main method:
//! [`Schedule::put_under_load`].

use std::ops::Range;
use std::time::Duration;

use super::crew::{Out, Trouble};
use super::{Budget, Event, FinishedTrial, Schedule, order, rates};
use crate::model::{
    ArmEnding, ArmRun, Basis, Limit, LoadOrder, LoadSettings, Settings, Warning, WarningKind,
};
use crate::plan::{Arm, GroupCase};

/// The length of a trial, where nothing else is said.
const TRIAL: Duration = Duration::from_secs(1);
/// The length of a trial in a run of few.
const SHORT_TRIAL: Duration = Duration::from_millis(500);
/// So many trials or fewer are few.
const FEW_TRIALS: u32 = 2;
/// The trials that a sustained load is divided into.
const SUSTAINED_TRIALS: u32 = 3;
/// The share of a trial that warms it up.
const WARM_UP: u32 = 10;
/// An operation gets this share of what a step may take.
const OPERATION_SHARE: u32 = 10;

/// An arm among the cases that are put under load together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seat {
    pub(super) case: usize,
    pub(super) arm: usize,
}

impl Seat {
    /// The arm that sits here.
    pub(super) fn arm(self, cases: &[GroupCase]) -> &Arm {
        &cases[self.case].arms[self.arm]
    }
}

impl Schedule<'_> {
    /// Puts those arms under load that ask for it and have not failed; `runs` are those of the cases. A failure there is
    /// that of the arm.
    ///
    /// All loads of a group, or of a function outside groups, are put up in passes: one trial of each in random order,
    /// then one of each the other way round, and so on. What changes slowly then weighs on all of them alike, and the
    /// trials of two arms in one pass can be compared as a pair.
    pub(crate) fn put_under_load(&mut self, cases: &[GroupCase], runs: &mut [&mut Vec<ArmRun>]) {
        self.budget = self.budget.take().map(Budget::for_loads);
        for block in blocks(cases) {
            self.put_block_under_load(&cases[block.clone()], &mut runs[block]);
        }
    }

    fn put_block_under_load(&mut self, cases: &[GroupCase], runs: &mut [&mut Vec<ArmRun>]) {
        let mut seats = seats(cases, runs);
        let Some(passes) = seats.iter().map(|seat| trials(&seat.arm(cases).settings)).max() else {
            return;
        };
        let key = belongs(&cases[0]);
        let mut rng = order::rng(self.seed, &key, 0);
        seats = order::shuffled(seats, &mut rng);
        for pass in 0..passes {
            let seed = rng.u64(..);
            let takes_part = |seat: &&Seat| {
                pass < trials(&seat.arm(cases).settings) && wants_more(&runs[seat.case][seat.arm])
            };
            let in_pass: Vec<Seat> = seats.iter().filter(takes_part).copied().collect();
            let takes = in_pass.iter().map(|seat| length(&seat.arm(cases).settings)).sum();
            // What was taken in some passes only could not be compared pair by pair.
            if pass > 0 && !self.has_time_for(takes) {
                in_pass.iter().for_each(|seat| runs[seat.case][seat.arm].warnings.push(fewer(pass)));
                break;
            }
            for seat in in_pass {
                self.take_trial(seat.arm(cases), seed, &mut runs[seat.case][seat.arm]);
            }
            (self.observe)(Event::LoadPassEnded { pass, passes });
            seats.reverse();
        }
    }

    /// Whether the budget has room for trials of this length together.
    pub(super) fn has_time_for(&self, length: Duration) -> bool {
        let now = self.clock.now();
        self.budget.as_ref().is_none_or(|budget| budget.has_room(length, now))
    }

    fn take_trial(&mut self, arm: &Arm, seed: u64, run: &mut ArmRun) {
        let Some(load) = arm.settings.load else { return };
        let order = load_order(&arm.settings, load, seed);
        if !self.has_time_for(order.length) {
            run.load.get_or_insert_with(|| Err("the budget left no time for a load".to_owned()));
            return;
        }
        match self.trial(arm, &order) {
            Ok(FinishedTrial { basis, trial, .. }) => {
                run.basis = basis;
                if let Ok(trials) = run.load.get_or_insert(Ok(Vec::new())) {
                    trials.push(trial);
                }
            }
            Err(Trouble::Stopped) => {}
            Err(Trouble::Arm(_, Out::Skipped(reason)) | Trouble::Launch(_, Out::Skipped(reason))) => {
                run.load = Some(Err(reason));
            }
            Err(Trouble::Arm(_, out) | Trouble::Launch(_, out)) => {
                if let Out::Failed(failure) = &out {
                    (self.observe)(Event::ArmEvicted { id: &arm.label(), failure });
                }
                (run.ending, run.load) = (out.into(), None);
            }
        }
    }

    /// One trial, in a worker of its own that is not pinned: a load keeps a service busy beside what makes it. One that an
    /// interrupted run has finished is not repeated.
    pub(super) fn trial(&mut self, arm: &Arm, order: &LoadOrder) -> Result<FinishedTrial, Trouble> {
        let label = arm.label();
        let is_it = |finished: &FinishedTrial| finished.arm == label && finished.order == *order;
        if let Some(at) = self.trials.iter().position(is_it) {
            return Ok(self.trials.remove(at));
        }
        let mut basis = Basis::default();
        let (mut crew, _) = self.alone(arm, None, false, &mut basis)?;
        let trial = crew.load(0, order)?;
        crew.finish()?;
        let finished = FinishedTrial { arm: label, order: *order, basis, trial };
        (self.observe)(Event::TrialEnded(&finished));
        Ok(finished)
    }
}

/// What loads ask of a budget.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct LoadDemand {
    /// Arms that are put under load.
    pub(super) arms: usize,
    /// What their trials take together.
    pub(super) time: Duration,
}

impl LoadDemand {
    /// What is put under load in these cases, and the rates that are looked for, if nothing fails.
    pub(crate) fn of(cases: &[GroupCase], targets: &[Limit]) -> Self {
        let (searches, time) = rates::demand(cases, targets);
        let arms = cases.iter().flat_map(|case| &case.arms);
        let loaded = arms.filter(|arm| arm.skip.is_none() && arm.settings.load.is_some());
        loaded.fold(Self { arms: searches, time }, |demand, arm| Self {
            arms: demand.arms + 1,
            time: demand.time + length(&arm.settings) * trials(&arm.settings),
        })
    }
}

fn fewer(trials: u32) -> Warning {
    let times = if trials == 1 { "once".to_owned() } else { format!("{trials} times") };
    let message = format!("it was put under load {times} only: the budget left no time for more");
    Warning::new(WarningKind::ShortOfTime, message)
}

/// Cases whose loads are put up together.
pub(super) fn blocks(cases: &[GroupCase]) -> Vec<Range<usize>> {
    let mut first = 0;
    let block = |cases: &[GroupCase]| {
        first += cases.len();
        first - cases.len()..first
    };
    cases.chunk_by(|one, next| belongs(one) == belongs(next)).map(block).collect()
}

/// What the loads of a case are put up together with: those of its group, or of the same function.
pub(super) fn belongs(case: &GroupCase) -> String {
    let function = || case.arms.first().map(|arm| (&arm.id.package, &arm.id.module, &arm.id.function));
    case.group.clone().unwrap_or_else(|| format!("{:?}", function()))
}

/// Those that ask for a load and have come so far.
pub(super) fn seats(cases: &[GroupCase], runs: &[&mut Vec<ArmRun>]) -> Vec<Seat> {
    let of_case = |(case, runs): (usize, &&mut Vec<ArmRun>)| {
        let asks = |arm: &usize| {
            let has_come = matches!(runs[*arm].ending, ArmEnding::Measured(_) | ArmEnding::Passed);
            has_come && cases[case].arms[*arm].settings.load.is_some()
        };
        let arms: Vec<usize> = (0..cases[case].arms.len()).filter(asks).collect();
        arms.into_iter().map(move |arm| Seat { case, arm })
    };
    runs.iter().enumerate().flat_map(of_case).collect()
}

/// Whether another trial tells anything: not of one that failed, or of which no operation succeeds.
fn wants_more(run: &ArmRun) -> bool {
    match &run.load {
        None => matches!(run.ending, ArmEnding::Measured(_) | ArmEnding::Passed),
        Some(Ok(trials)) => trials.iter().any(|trial| trial.completed > 0),
        Some(Err(_)) => false,
    }
}

/// How many trials an arm gets: one for each process, or as many as a sustained load is divided into.
fn trials(settings: &Settings) -> u32 {
    let is_sustained = settings.load.is_some_and(|load| load.sustain.is_some());
    if is_sustained { SUSTAINED_TRIALS } else { settings.processes.max(1) }
}

/// How long each of them is.
fn length(settings: &Settings) -> Duration {
    let trials = trials(settings);
    let own = if trials <= FEW_TRIALS { SHORT_TRIAL } else { TRIAL };
    let sustained = settings.load.and_then(|load| load.sustain);
    sustained.map_or(own.min(settings.max_time / trials), |all| all / trials)
}

fn load_order(settings: &Settings, load: LoadSettings, seed: u64) -> LoadOrder {
    trial_of(settings, load, length(settings), seed)
}

/// A trial of this length.
pub(super) fn trial_of(settings: &Settings, load: LoadSettings, length: Duration, seed: u64) -> LoadOrder {
    let warm_up = (length / WARM_UP).max(settings.warmup_time.min(length / 2)).min(Duration::from_secs(1));
    LoadOrder { load, length, warm_up, operation_timeout: settings.timeout / OPERATION_SHARE, seed }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::model::{FailureKind, Rate};
    use crate::schedule::Again;
    use crate::schedule::fake::{Step, World, arm, case, failed};
    use crate::schedule::tests::scheduled;

    fn loaded(name: &str, rate: f64) -> GroupCase {
        let mut arms = ["a", "b"].map(|of| arm(&format!("{of}{name}")));
        for arm in &mut arms {
            let rate = Rate::per_second(rate);
            arm.settings.load = Some(LoadSettings { rate, ..LoadSettings::default() });
        }
        case(arms)
    }

    fn under_load(world: &World, cases: &[GroupCase]) -> Vec<Vec<ArmRun>> {
        let passed = |case: &GroupCase| vec![ArmRun::ended(ArmEnding::Passed); case.arms.len()];
        let mut runs: Vec<Vec<ArmRun>> = cases.iter().map(passed).collect();
        let mut borrowed: Vec<&mut Vec<ArmRun>> = runs.iter_mut().collect();
        scheduled(world, |schedule| schedule.put_under_load(cases, &mut borrowed));
        runs
    }

    fn loads(world: &World) -> Vec<String> {
        world.log().iter().filter_map(|step| step.strip_prefix("load ").map(str::to_owned)).collect()
    }

    #[test]
    fn trials_go_back_and_forth_over_arms_and_rates_each_in_a_fresh_worker() {
        let world = World::default();
        let runs = under_load(&world, &[loaded("1", 10.0), loaded("2", 20.0)]);
        let log = loads(&world);
        let passes: Vec<&[String]> = log.chunks(4).collect();
        assert_eq!(passes.len(), 4);
        let mut backwards = passes[0].to_vec();
        backwards.reverse();
        assert_eq!((passes[1], passes[2]), (&backwards[..], passes[0]));
        let launches = world.log().iter().filter(|step| step.starts_with("launch")).count();
        assert_eq!((launches, world.now()), (16, Duration::from_secs(16)));
        assert!(runs.iter().flatten().all(|run| run.load.as_ref().unwrap().as_ref().unwrap().len() == 4));
    }

    #[test]
    fn a_failure_under_load_is_that_of_the_arm_and_the_others_go_on() {
        let world = World::default().script(Step::Load, "b1", 0, failed(FailureKind::Panic));
        let world = world.script(Step::Load, "b1", 1, failed(FailureKind::Panic));
        let runs = under_load(&world, &[loaded("1", 10.0)]);
        assert!(matches!(runs[0][1].ending, ArmEnding::Failed(_)), "{:?}", runs[0][1].ending);
        assert_eq!(runs[0][0].load.as_ref().unwrap().as_ref().unwrap().len(), 4);
        assert_eq!(loads(&world).iter().filter(|name| *name == "b1").count(), 0);
    }

    /// What came of a case whose loads have so many seconds, without any trials that are known already.
    fn within(world: &World, seconds: u64) -> Vec<Vec<ArmRun>> {
        let cases = [loaded("1", 10.0)];
        let mut runs = vec![vec![ArmRun::ended(ArmEnding::Passed); 2]];
        let mut borrowed: Vec<&mut Vec<ArmRun>> = runs.iter_mut().collect();
        scheduled(world, |schedule| {
            let demand = LoadDemand::of(&cases, &[]);
            let total = Duration::from_secs(seconds);
            schedule.budget = Some(Budget::new(total, &cases, Again::Nothing, demand, world.now()));
            schedule.put_under_load(&cases, &mut borrowed);
        });
        runs
    }

    #[test]
    fn a_load_that_the_budget_has_no_room_for_is_left_out_with_the_reason() {
        let runs = within(&World::default(), 1);
        let told: Vec<_> = runs[0].iter().filter_map(|run| run.load.clone()?.err()).collect();
        assert_eq!(told, ["the budget left no time for a load"]);
        let taken = runs[0].iter().filter(|run| matches!(&run.load, Some(Ok(trials)) if trials.len() == 1));
        assert_eq!(taken.count(), 1);
    }

    #[test]
    fn passes_that_the_budget_has_no_room_for_are_left_out_as_a_whole() {
        let runs = within(&World::default(), 5);
        for run in &runs[0] {
            assert_eq!(run.load.as_ref().unwrap().as_ref().unwrap().len(), 2);
            assert_eq!(run.warnings.len(), 1);
            assert!(run.warnings[0].message.contains("under load 2 times only"), "{:?}", run.warnings);
        }
    }

    #[test]
    fn trials_that_an_interrupted_run_finished_are_not_repeated() {
        let cases = [loaded("1", 10.0)];
        let put = |world: &World, trials: Vec<FinishedTrial>| {
            let mut finished = Vec::new();
            let mut runs = vec![vec![ArmRun::ended(ArmEnding::Passed); 2]];
            let mut borrowed: Vec<&mut Vec<ArmRun>> = runs.iter_mut().collect();
            let mut observe = |event: Event<'_>| {
                if let Event::TrialEnded(trial) = event {
                    finished.push(trial.clone());
                }
            };
            scheduled(world, |schedule| {
                Schedule {
                    launcher: &mut *schedule.launcher,
                    clock: schedule.clock,
                    seed: schedule.seed,
                    cores: schedule.cores.clone(),
                    observe: &mut observe,
                    stop: schedule.stop,
                    budget: None,
                    trials,
                    again: schedule.again,
                    canary_beside: schedule.canary_beside,
                    enough: schedule.enough,
                }
                .put_under_load(&cases, &mut borrowed);
            });
            (runs, finished)
        };
        let (first, finished) = put(&World::default(), Vec::new());
        assert_eq!(finished.len(), 8);
        let world = World::default();
        let (second, rest) = put(&world, finished[..5].to_vec());
        assert_eq!((second, rest), (first, finished[5..].to_vec()));
        assert_eq!(loads(&world).len(), 3);
    }

    #[test]
    fn what_is_put_under_no_load_is_left_alone() {
        let world = World::default();
        assert!(under_load(&world, &[case([arm("a")])])[0][0].load.is_none());
        assert_eq!(world.log(), [""; 0]);
    }

    #[test]
    fn a_sustained_load_is_divided_and_a_short_time_shortens_trials() {
        let mut settings = crate::model::plain::settings();
        let load = |sustain| LoadSettings { sustain, ..LoadSettings::default() };
        settings.load = Some(load(None));
        let length = |settings: &Settings| {
            let order = load_order(settings, settings.load.unwrap(), 0);
            (trials(settings), order.length.as_millis(), order.warm_up.as_millis())
        };
        assert_eq!(length(&settings), (4, 1000, 100));
        let brief = Settings { max_time: Duration::from_millis(400), ..settings.clone() };
        assert_eq!(length(&brief), (4, 100, 10));
        assert_eq!(length(&Settings { processes: 2, ..settings.clone() }), (2, 500, 50));
        let sustained = Settings { load: Some(load(Some(Duration::from_secs(30)))), ..settings };
        assert_eq!(length(&sustained), (3, 10_000, 1000));
    }
}
