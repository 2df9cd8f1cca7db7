//! `Entry → Plan → Samples → Record → Report`. Main type: [`Session`].

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::{Instant, SystemTime};

use super::program::Program;
use super::{api, stop};
use crate::analysis::{self, Setting};
use crate::clock::{self, Clock, Monotonic};
use crate::machine::{self, LoadProbe};
use crate::model::{ArmRun, Depth, Environment, Record, Report, RunInfo, RunOptions, SitesMode, Warning};
use crate::plan::{GroupCase, Plan};
use crate::registry::Catalog;
use crate::schedule::{Again, Budget, Event, FinishedRun, Measured, Schedule};
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
        let (cases, again) = (&self.plan.cases, self.again());
        let mut schedule = Schedule {
            launcher: launcher.as_mut(),
            clock: &clock,
            seed: self.options.seed,
            cores: machine::allowed_cores(),
            observe,
            stop: &stop::is_requested,
            budget: self.options.budget.map(|total| Budget::new(total, cases, again, clock.now())),
            again,
            enough: &analysis::is_settled,
        };
        let runs = match self.mode {
            Mode::Measured if !self.options.measure.time => {
                cases.iter().map(|case| ended(schedule.only_memory(case, self.options.sites))).collect()
            }
            Mode::Measured => measured(&mut schedule, cases, resumed, self.options.memory()),
            Mode::Once => schedule.pass_once(cases).into_iter().map(ended).collect(),
        };
        let record = |(case, (runs, recorded_at)): (&GroupCase, Ended)| {
            let group_has_reference = case.group.as_deref().is_some_and(|g| with_reference.contains(g));
            let confirms = again != Again::Nothing;
            let setting = Setting { recorded_at, clock_resolution, group_has_reference, confirms };
            analysis::records(case, runs, setting)
        };
        cases.iter().zip(runs).flat_map(record).collect()
    }

    /// What is recorded rests on two measurements of everything, at two times.
    fn again(&self) -> Again {
        match self.options.depth {
            _ if self.options.comparing.save_baseline.is_some() => Again::All,
            Depth::Quick => Again::Nothing,
            Depth::Default | Depth::Rigorous => Again::Changes,
        }
    }

    fn launcher(&self) -> Box<dyn Launcher> {
        match self.executable() {
            Ok(executable) => Box::new(ProcessLauncher {
                executable,
                memory_limit: self.options.memory_limit,
                surroundings: Surroundings::of(self.options),
                shows_output: self.shows_output,
                stop: stop::is_requested,
            }),
            Err(reason) => Box::new(InProcess::new(resolver, reason)),
        }
    }

    /// The program that workers are copies of, or why there are to be none.
    fn executable(&self) -> Result<PathBuf, String> {
        if self.options.in_process {
            return Err("the option `in_process` asks for it".to_owned());
        }
        if !api::can_be_copied() {
            return Err(
                "`adapter_bench::init()` was not called, which makes worker processes possible".to_owned()
            );
        }
        std::env::current_exe().map_err(|error| format!("the program does not find its own file: {error}"))
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

/// Measures every case and then once more those that the schedule is to measure again.
fn measured(
    schedule: &mut Schedule<'_>,
    cases: &[GroupCase],
    resumed: &dyn Fn(&GroupCase) -> Vec<FinishedRun>,
    memory: Option<SitesMode>,
) -> Vec<Ended> {
    let measure = |case: &GroupCase| {
        let mut measured = schedule.measure(case, &resumed(case));
        if let Some(sites) = memory {
            schedule.count_memory(case, sites, &mut measured.arms);
        }
        (measured, SystemTime::now())
    };
    let first: Vec<(Measured, SystemTime)> = cases.iter().map(measure).collect();
    let again = |(case, (first, _)): (&GroupCase, &(Measured, _))| match schedule.again {
        Again::Nothing => None,
        Again::Changes => analysis::changed(case, &first.arms),
        Again::All => analysis::complete(case, &first.arms),
    };
    let again: Vec<Option<GroupCase>> = cases.iter().zip(&first).map(again).collect();
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

fn groups_with_reference(plan: &Plan) -> HashSet<&str> {
    let with_reference = plan.cases.iter().filter(|case| case.arms.iter().any(|arm| arm.is_reference));
    with_reference.filter_map(|case| case.group.as_deref()).collect()
}
