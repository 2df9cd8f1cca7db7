//! Whole cases, measured in a scripted world.

mod basis;
mod confirmation;
mod failures;
mod interruptions;
mod looks;
mod once;
mod passes;
mod rounds;
mod sides;
mod time;

use std::time::Duration;

use super::fake::{World, arm};
use super::{Again, Event, FinishedRun, Schedule};
use crate::model::{ArmEnding, ArmRun, ArmSamples, FurtherPasses, Settings, WarningKind};
use crate::plan::{Arm, GroupCase};

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// What a measurement showed to the outside.
struct Seen {
    arms: Vec<ArmRun>,
    finished: Vec<FinishedRun>,
    events: Vec<String>,
}

/// What is asked of the schedule besides the case.
struct Asked<'a> {
    seed: u64,
    cores: &'a [u32],
    resumed: &'a [FinishedRun],
    stop: &'a dyn Fn() -> bool,
    again: Again,
    canary_beside: bool,
    enough: &'a dyn Fn(&GroupCase, &[ArmRun]) -> bool,
}

impl Default for Asked<'_> {
    fn default() -> Self {
        Self {
            seed: 0,
            cores: &[0, 1],
            resumed: &[],
            stop: &|| false,
            again: Again::Nothing,
            canary_beside: false,
            enough: &|_, _| true,
        }
    }
}

fn measure(world: &World, case: &GroupCase, asked: &Asked<'_>) -> Seen {
    let (mut finished, mut events) = (Vec::new(), Vec::new());
    let mut observe = |event: Event<'_>| {
        events.push(words(&event));
        if let Event::RunEnded(_, run) = event {
            finished.push(run.clone());
        }
    };
    let arms = schedule(&mut world.clone(), world, asked, &mut observe).measure(case, asked.resumed).arms;
    Seen { arms, finished, events }
}

/// Takes the further passes of a case that was measured.
fn further(world: &World, case: &GroupCase, passes: FurtherPasses, runs: &mut [ArmRun]) {
    schedule(&mut world.clone(), world, &Asked::default(), &mut |_| ()).further_passes(case, passes, runs);
}

fn schedule<'a>(
    launcher: &'a mut World,
    clock: &'a World,
    asked: &Asked<'a>,
    observe: &'a mut dyn FnMut(Event<'_>),
) -> Schedule<'a> {
    Schedule {
        launcher,
        clock,
        seed: asked.seed,
        cores: asked.cores.to_vec(),
        observe,
        stop: asked.stop,
        budget: None,
        trials: Vec::new(),
        again: asked.again,
        canary_beside: asked.canary_beside,
        enough: asked.enough,
    }
}

/// Does something else with a schedule in a scripted world.
pub(super) fn scheduled<T>(world: &World, act: impl FnOnce(&mut Schedule<'_>) -> T) -> T {
    act(&mut schedule(&mut world.clone(), world, &Asked::default(), &mut |_| {}))
}

fn words(event: &Event<'_>) -> String {
    match event {
        Event::Confirming(cases) => format!("{cases} to be confirmed"),
        Event::CaseStarted(case) => format!("case of {} started", case.arms.len()),
        Event::RoundEnded { run, runs, round, rounds } => {
            format!("round {round}/{rounds} of run {run}/{runs}")
        }
        Event::ArmEvicted { id, failure } => format!("{id} evicted: {}", failure.kind),
        Event::RunEnded(case, run) => format!("run {} of {} ended", run.index, case.arms.len()),
        Event::Service { name, doing } => format!("{name}: {doing}"),
        Event::LoadPassEnded { pass, passes } => format!("load {pass}/{passes} ended"),
        Event::TrialEnded(trial) => format!("trial of {} ended", trial.arm),
        Event::RatesTried { trials, open } => format!("{trials} rates tried, {open} go on"),
        Event::CaseEnded(case) => format!("case of {} ended", case.arms.len()),
    }
}

fn measured(run: &ArmRun) -> &ArmSamples {
    match &run.ending {
        ArmEnding::Measured(samples) => samples,
        other => panic!("not measured but {other:?}"),
    }
}

/// Rounds of each run.
fn rounds(run: &ArmRun) -> Vec<usize> {
    measured(run).runs.iter().map(|run| run.turns.len()).collect()
}

fn kinds(run: &ArmRun) -> Vec<WarningKind> {
    run.warnings.iter().map(|warning| warning.kind).collect()
}

fn with(name: &str, change: impl FnOnce(&mut Settings)) -> Arm {
    let mut arm = arm(name);
    change(&mut arm.settings);
    arm
}

fn rounds_logged(world: &World) -> Vec<String> {
    world.log().into_iter().filter_map(|line| line.strip_prefix("round ").map(str::to_owned)).collect()
}

fn count(world: &World, prefix: &str) -> usize {
    world.log().iter().filter(|line| line.starts_with(prefix)).count()
}
