//! Load: trials of arms whose settings ask for one, each in a fresh worker, in an order that favours none. Main method:
//! [`Schedule::put_under_load`].

use std::time::Duration;

use super::crew::{Out, Trouble};
use super::{Event, Schedule, order};
use crate::model::{ArmEnding, ArmRun, LoadOrder, LoadSettings, LoadTrial, Settings};
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
struct Seat {
    case: usize,
    arm: usize,
}

impl Schedule<'_> {
    /// Puts those arms under load that ask for it and have not failed; `runs` are those of the cases. A failure there is
    /// that of the arm.
    ///
    /// All loads of a group, or of a function outside groups, are put up in passes: one trial of each in random order,
    /// then one of each the other way round, and so on. What changes slowly then weighs on all of them alike, and the
    /// trials of two arms in one pass can be compared as a pair.
    pub(crate) fn put_under_load(&mut self, cases: &[GroupCase], runs: &mut [&mut Vec<ArmRun>]) {
        let mut first = 0;
        for block in cases.chunk_by(|one, next| belongs(one) == belongs(next)) {
            self.put_block_under_load(block, &mut runs[first..first + block.len()]);
            first += block.len();
        }
    }

    fn put_block_under_load(&mut self, cases: &[GroupCase], runs: &mut [&mut Vec<ArmRun>]) {
        let mut seats = seats(cases, runs);
        let Some(passes) = seats.iter().map(|seat| trials(&arm_at(cases, *seat).settings)).max() else {
            return;
        };
        let key = belongs(&cases[0]);
        let mut rng = order::rng(self.seed, &key, 0);
        seats = order::shuffled(seats, &mut rng);
        for pass in 0..passes {
            let seed = rng.u64(..);
            for seat in seats.clone() {
                let (arm, run) = (arm_at(cases, seat), &mut runs[seat.case][seat.arm]);
                if pass < trials(&arm.settings) && wants_more(run) {
                    self.take_trial(arm, seed, run);
                }
            }
            (self.observe)(Event::LoadPassEnded { pass, passes });
            seats.reverse();
        }
    }

    fn take_trial(&mut self, arm: &Arm, seed: u64, run: &mut ArmRun) {
        match self.trial(arm, seed) {
            Ok(trial) => {
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

    /// One trial, in a worker of its own that is not pinned: a load keeps a service busy beside what makes it.
    fn trial(&mut self, arm: &Arm, seed: u64) -> Result<LoadTrial, Trouble> {
        let Some(load) = arm.settings.load else {
            return Err(Trouble::Arm(0, Out::Skipped("it is put under no load".to_owned())));
        };
        let (mut crew, _) = self.alone(arm, None, false)?;
        let seen = crew.load(0, &load_order(&arm.settings, load, seed))?;
        crew.finish().map(|_| seen)
    }
}

/// What the loads of a case are put up together with: those of its group, or of the same function.
fn belongs(case: &GroupCase) -> String {
    let function = || case.arms.first().map(|arm| (&arm.id.package, &arm.id.module, &arm.id.function));
    case.group.clone().unwrap_or_else(|| format!("{:?}", function()))
}

fn arm_at(cases: &[GroupCase], seat: Seat) -> &Arm {
    &cases[seat.case].arms[seat.arm]
}

/// Those that ask for a load and have come so far.
fn seats(cases: &[GroupCase], runs: &[&mut Vec<ArmRun>]) -> Vec<Seat> {
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

fn load_order(settings: &Settings, load: LoadSettings, seed: u64) -> LoadOrder {
    let trials = trials(settings);
    let own = if trials <= FEW_TRIALS { SHORT_TRIAL } else { TRIAL };
    let length = load.sustain.map_or(own.min(settings.max_time / trials), |all| all / trials);
    let warm_up = (length / WARM_UP).max(settings.warmup_time.min(length / 2)).min(Duration::from_secs(1));
    LoadOrder { load, length, warm_up, operation_timeout: settings.timeout / OPERATION_SHARE, seed }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::model::{FailureKind, Rate};
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

    #[test]
    fn what_is_put_under_no_load_is_left_alone() {
        let world = World::default();
        assert!(under_load(&world, &[case([arm("a")])])[0][0].load.is_none());
        assert_eq!(world.log(), [""; 0]);
    }

    #[test]
    fn a_sustained_load_is_divided_and_a_short_time_shortens_trials() {
        let mut settings = crate::schedule::fake::settings();
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
