//! `Entry → Plan → Samples → Record → Report`. Main type: [`Session`].

use std::collections::HashSet;
use std::time::{Instant, SystemTime};

use super::program::Program;
use super::stop;
use crate::analysis::{self, Setting};
use crate::clock::{self, Clock, Monotonic};
use crate::machine::{self, LoadProbe};
use crate::model::{ArmRun, Depth, Environment, Record, Report, RunInfo, RunOptions, Warning};
use crate::plan::{GroupCase, Plan};
use crate::registry::Catalog;
use crate::schedule::{Budget, Event, FinishedRun, Measured, Schedule};
use crate::surroundings::Surroundings;
use crate::worker::{InProcess, Launcher, ProcessLauncher, Resolve};

/// What is done with every selected benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// It is measured.
    Measured,
    /// It is called once, as under `cargo test`.
    Once,
}

/// A suite that is about to run: everything that is known before the first worker starts.
pub(super) struct Session<'a> {
    program: &'a Program,
    options: &'a RunOptions,
    plan: Plan,
    mode: Mode,
    shows_output: bool,
}

impl<'a> Session<'a> {
    /// `shows_output` lets through what benchmarks print.
    pub(super) fn new(
        program: &'a Program,
        options: &'a RunOptions,
        plan: Plan,
        mode: Mode,
        shows_output: bool,
    ) -> Self {
        Self { program, options, plan, mode, shows_output }
    }

    pub(super) fn program(&self) -> &'a Program {
        self.program
    }

    pub(super) fn options(&self) -> &'a RunOptions {
        self.options
    }

    pub(super) fn plan(&self) -> &Plan {
        &self.plan
    }

    pub(super) fn mode(&self) -> Mode {
        self.mode
    }

    /// Runs every case; `observe` is told what happens, `resumed` gives the runs that a journal has of a case.
    pub(super) fn run(
        &self,
        observe: &mut dyn FnMut(Event<'_>),
        resumed: &dyn Fn(&GroupCase) -> Vec<FinishedRun>,
    ) -> Report {
        let (started_at, started) = (SystemTime::now(), Instant::now());
        let environment = machine::environment(&self.program.package_root());
        let before = LoadProbe::take();
        let records = self.records(observe, resumed);
        let load = before.until(&LoadProbe::take());
        Report {
            run: RunInfo {
                suite: self.program.suite(),
                started_at,
                elapsed: started.elapsed(),
                seed: self.options.seed,
                depth: self.options.depth,
                params: self.options.params.clone(),
                environment: environment.clone(),
            },
            merged: Vec::new(),
            scaling: analysis::scaling(&records),
            records,
            compared_with: None,
            vanished: Vec::new(),
            verdict: None,
            warnings: self.warnings(&environment, &load),
            stopped: stop::requested(),
        }
    }

    fn records(
        &self,
        observe: &mut dyn FnMut(Event<'_>),
        resumed: &dyn Fn(&GroupCase) -> Vec<FinishedRun>,
    ) -> Vec<Record> {
        let mut launcher = self.launcher();
        let clock = Monotonic::start();
        let clock_resolution = clock::resolution();
        let with_reference = groups_with_reference(&self.plan);
        let (cases, confirms) = (&self.plan.cases, self.options.depth != Depth::Quick);
        let mut schedule = Schedule {
            launcher: launcher.as_mut(),
            clock: &clock,
            seed: self.options.seed,
            cores: machine::allowed_cores(),
            observe,
            stop: &stop::is_requested,
            budget: self.options.budget.map(|total| Budget::new(total, cases, confirms, clock.now())),
            confirms,
            enough: &analysis::is_settled,
        };
        let runs = match self.mode {
            Mode::Measured => measured(&mut schedule, cases, resumed),
            Mode::Once => schedule.pass_once(cases).into_iter().map(ended).collect(),
        };
        let record = |(case, (runs, recorded_at)): (&GroupCase, Ended)| {
            let group_has_reference = case.group.as_deref().is_some_and(|g| with_reference.contains(g));
            let setting = Setting { recorded_at, clock_resolution, group_has_reference, confirms };
            analysis::records(case, runs, setting)
        };
        cases.iter().zip(runs).flat_map(record).collect()
    }

    fn launcher(&self) -> Box<dyn Launcher> {
        match std::env::current_exe() {
            Ok(executable) if !self.options.in_process => Box::new(ProcessLauncher {
                executable,
                memory_limit: self.options.memory_limit,
                surroundings: Surroundings::of(self.options),
                shows_output: self.shows_output,
                stop: stop::is_requested,
            }),
            _ => Box::new(InProcess::new(resolver)),
        }
    }

    fn warnings(&self, environment: &Environment, load: &machine::LoadBetween) -> Vec<Warning> {
        let measuring = self.mode == Mode::Measured;
        let found = [
            machine::debug_build(&environment.build),
            machine::loaded_machine(load, 1),
            machine::stolen_time(load),
        ];
        let of_machine = found.into_iter().flatten().filter(|_| measuring);
        self.plan.warnings.iter().cloned().chain(of_machine).collect()
    }
}

/// What was learned of a case, and when.
type Ended = (Vec<ArmRun>, SystemTime);

fn ended(runs: Vec<ArmRun>) -> Ended {
    (runs, SystemTime::now())
}

/// Measures every case and then, if the schedule confirms, once more those that show a difference.
fn measured(
    schedule: &mut Schedule<'_>,
    cases: &[GroupCase],
    resumed: &dyn Fn(&GroupCase) -> Vec<FinishedRun>,
) -> Vec<Ended> {
    let first: Vec<(Measured, SystemTime)> =
        cases.iter().map(|case| (schedule.measure(case, &resumed(case)), SystemTime::now())).collect();
    let again = |(case, (first, _)): (&GroupCase, &(Measured, _))| analysis::again(case, &first.arms);
    let again: Vec<Option<GroupCase>> =
        cases.iter().zip(&first).map(again).map(|case| case.filter(|_| schedule.confirms)).collect();
    let open: Vec<GroupCase> = again.iter().flatten().cloned().collect();
    if !open.is_empty() {
        schedule.confirming(&open);
    }
    let mut second = |case: GroupCase, first: &Measured| schedule.confirm(&case, first, &resumed(&case));
    let join = |((first, at), again): ((Measured, SystemTime), Option<GroupCase>)| match again
        .and_then(|case| second(case, &first))
    {
        Some(second) => ended(analysis::joined(first.arms, second)),
        None => (first.arms, at),
    };
    first.into_iter().zip(again).map(join).collect()
}

/// Finds cases among the benchmarks of this program.
pub(super) fn resolver() -> Resolve {
    let catalog = Catalog::linked();
    Box::new(move |id| catalog.as_ref().ok()?.find(id))
}

/// The full names of all benchmarks of this program.
pub(super) fn all_names() -> Vec<String> {
    Catalog::linked().map(|catalog| catalog.names()).unwrap_or_default()
}

fn groups_with_reference(plan: &Plan) -> HashSet<&str> {
    let with_reference = plan.cases.iter().filter(|case| case.arms.iter().any(|arm| arm.is_reference));
    with_reference.filter_map(|case| case.group.as_deref()).collect()
}
