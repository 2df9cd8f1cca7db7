//! `Entry → Plan → Samples → Record → Report`. Main type: [`Session`].

use std::cell::RefCell;
use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Instant, SystemTime};

use super::against::{self, Other};
use super::measuring::{Ended, Judge, Measuring, UnderLoad, ended};
use super::program::Program;
use super::{api, services, stop};
use crate::analysis::{self, Setting, Spread};
use crate::clock::{self, Clock, Monotonic};
use crate::code;
use crate::gate::{self, Beside, Earlier};
use crate::machine::{self, LoadProbe};
use crate::model::{
    ArmRun, Baseline, ByName, Depth, Environment, Ratio, Record, Report, RunInfo, RunOptions, Side, Warning,
    WarningKind,
};
use crate::plan::{GroupCase, Plan};
use crate::registry::Catalog;
use crate::schedule::{Again, Budget, Event, Schedule};
use crate::service::{Attended, Services};
use crate::store::Finished;
use crate::surroundings::Surroundings;
use crate::worker::{Ear, InProcess, Launcher, ProcessLauncher, Programs, Provisions, Resolve};

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
    other: Option<Other>,
    /// The earlier results that it is compared with, if any.
    since: Option<&'a Baseline>,
    /// Which of several measurements it is that are held against each other, if it is one.
    repetition: Option<u64>,
}

/// The services of a run, as those share them who look after them and who use them.
pub(super) type SharedServices = Rc<RefCell<Services>>;

/// What came of the benchmarks, here and in the other program.
#[derive(Default)]
struct Records {
    here: Vec<Record>,
    there: Vec<Record>,
    ratios: ByName<Result<Ratio, String>>,
    spreads: ByName<Spread>,
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
        Self { program, options, plan, mode, shows_output, other: None, since: None, repetition: None }
    }

    /// Has what changed since earlier results confirmed.
    pub(super) fn since(self, earlier: Option<&'a Baseline>) -> Self {
        Self { since: earlier, ..self }
    }

    /// Measures this program's benchmarks in turns with those of another one.
    pub(super) fn against(mut self, other: Other) -> Self {
        self.plan.beside(&other.names.iter().map(String::as_str).collect());
        self.other = Some(other);
        self
    }

    /// The same with other orders and cores: those of this repetition. What it measures is held against earlier results
    /// too, whether it stands beside another program or not.
    pub(super) fn repeated(self, repetition: u64) -> Self {
        Self { repetition: Some(repetition), ..self }
    }

    /// What tells the other program from others; empty where there is none.
    pub(super) fn other_identity(&self) -> &str {
        self.other.as_ref().map_or("", |other| &other.identity)
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

    /// Runs every case; `observe` is told what happens, `finished` is not measured again.
    pub(super) fn run(&self, observe: &mut dyn FnMut(Event<'_>), finished: &Finished) -> Report {
        let (started_at, started) = (SystemTime::now(), Instant::now());
        let services = services::start(&self.plan, self.options, &mut |name, doing| {
            observe(Event::Service { name, doing });
        });
        let services = Rc::new(RefCell::new(services));
        let (mut report, _) = self.run_beside(&services, observe, finished);
        report.warnings.extend(services.borrow_mut().stop());
        (report.run.started_at, report.run.elapsed) = (started_at, started.elapsed());
        report
    }

    /// The same beside services that are up already and stay so, with how much the runs of every comparison with the other
    /// program differed, by full name.
    pub(super) fn run_beside(
        &self,
        services: &SharedServices,
        observe: &mut dyn FnMut(Event<'_>),
        finished: &Finished,
    ) -> (Report, ByName<Spread>) {
        let (started_at, started) = (SystemTime::now(), Instant::now());
        let environment = machine::environment(&self.program.package_root());
        let (before, ear) = (LoadProbe::take(), Ear::default());
        let Records { here: records, there, ratios, spreads } =
            self.records(observe, finished, services, &ear);
        let load = before.until(&LoadProbe::take());
        let heard = ear.take();
        let notices = heard.notices.iter().map(|text| Warning::new(WarningKind::Store, text.as_str()));
        let report = Report {
            run: RunInfo {
                suite: self.program.suite(),
                started_at,
                elapsed: started.elapsed(),
                seed: self.options.seed,
                depth: self.options.depth,
                params: self.options.params.clone(),
                is_filtered: self.options.selection.is_filtered(),
                environment: environment.clone(),
                set_up: services.borrow().start_times().into_iter().chain(heard.set_up).collect(),
            },
            merged: Vec::new(),
            scaling: analysis::scaling(&records),
            knees: analysis::knees(&records),
            records,
            compared_with: None,
            vanished: Vec::new(),
            verdict: None,
            warnings: self.warnings(&environment, &load).into_iter().chain(notices).collect(),
            stopped: stop::requested(),
        };
        (self.compared(report, there, ratios), spreads)
    }

    /// The report compared with the other program, where there is one.
    fn compared(&self, report: Report, there: Vec<Record>, ratios: ByName<Result<Ratio, String>>) -> Report {
        let Some(other) = self.other.as_ref().filter(|_| self.mode == Mode::Measured) else { return report };
        let names: BTreeSet<String> = other.names.iter().cloned().collect();
        let is_whole = self.options.selection.is_whole();
        let here: BTreeSet<String> = if is_whole { all_names().into_iter().collect() } else { names.clone() };
        let vanished = names.difference(&here).cloned().collect();
        let beside = Beside { origin: other.origin.clone(), records: there, ratios, names, vanished };
        let comparing = &self.options.comparing;
        let mut report = gate::paired(report, beside, &comparing.fail_on, comparing.gate);
        report.warnings.extend(other.warnings.iter().cloned());
        let same = against::of_same_code(self.options, other, &gate::changed(&report));
        gate::explained_by_layout(report, &same)
    }

    fn records(
        &self,
        observe: &mut dyn FnMut(Event<'_>),
        finished: &Finished,
        services: &SharedServices,
        ear: &Ear,
    ) -> Records {
        let launcher = self.launcher(services.borrow().provisions(), ear);
        let mut launcher = Attended::new(launcher, Rc::clone(services));
        let clock = Monotonic::start();
        let clock_resolution = clock::resolution();
        let with_reference = groups_with_reference(&self.plan);
        let allowed = gate::allowed_share(&self.options.comparing.fail_on);
        let (cases, again, passes) = (&self.plan.cases, self.again(), self.options.further_passes());
        let under_load = UnderLoad::of(self.options);
        let loads = under_load.demand(cases);
        let setting = |case: &GroupCase, recorded_at| {
            let group_has_reference = case.group.as_deref().is_some_and(|g| with_reference.contains(g));
            let confirms = again != Again::Nothing;
            Setting { recorded_at, clock_resolution, group_has_reference, confirms }
        };
        let gate = self.options.comparing.gate;
        let judge = Judge { allowed, gate, setting: &setting, earlier: self.earlier() };
        let mut schedule = Schedule {
            launcher: &mut launcher,
            clock: &clock,
            seed: self.options.seed.wrapping_add(self.repetition.unwrap_or_default()),
            cores: machine::allowed_cores(),
            observe,
            stop: &stop::is_requested,
            budget: self.options.budget.map(|total| Budget::new(total, cases, again, loads, clock.now())),
            trials: finished.trials.clone(),
            again,
            canary_beside: self.repetition.is_some(),
            enough: &|case, runs| analysis::is_settled(case, runs, allowed),
        };
        let runs = match self.mode {
            Mode::Measured if !self.options.measure.time => {
                let only = |case| ended(schedule.only_further_passes(case, passes));
                let mut runs: Vec<Ended> = cases.iter().map(only).collect();
                under_load.put(&mut schedule, cases, runs.iter_mut().map(|(runs, _)| runs));
                runs
            }
            Mode::Measured => {
                let (schedule, retries) = (&mut schedule, self.options.comparing.retries);
                Measuring { schedule, finished, judge: &judge, passes, under_load, retries }.all(cases)
            }
            Mode::Once => schedule.pass_once(cases).into_iter().map(ended).collect(),
        };
        let mut records = Records::default();
        for (case, (runs, recorded_at)) in cases.iter().zip(runs) {
            records.add(case, runs, setting(case, recorded_at), allowed);
        }
        records
    }

    fn again(&self) -> Again {
        match again(self.options) {
            Again::Changes if self.since.is_some() => Again::AllChanges,
            again => again,
        }
    }

    /// What records are held against while they are measured.
    fn earlier(&self) -> Option<Earlier<'_>> {
        let (comparing, suite) = (&self.options.comparing, self.program.suite());
        let here = |since| Earlier::here(since, &suite, &machine::host(), &comparing.fail_on, comparing.gate);
        self.since.map(here)
    }

    fn launcher(&self, provisions: &Provisions, ear: &Ear) -> Box<dyn Launcher> {
        let ear = Ear::clone(ear);
        let provisions = provisions.clone().required(self.options.require_fixtures);
        match self.executable() {
            Ok(own) => {
                let programs = self.other.as_ref().map(|other| other.programs.clone());
                let programs = programs.unwrap_or(Programs { this: own, other: None });
                Box::new(ProcessLauncher {
                    provisions,
                    ear,
                    ..launcher(self.options, programs, self.shows_output)
                })
            }
            Err(reason) => Box::new(InProcess::new(resolver, reason, provisions, ear)),
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

/// What is measured once more. What is recorded rests on two measurements of everything, at two times.
pub(super) fn again(options: &RunOptions) -> Again {
    match options.depth {
        _ if options.comparing.save_baseline.is_some() => Again::All,
        Depth::Quick => Again::Nothing,
        Depth::Default | Depth::Rigorous => Again::Changes,
    }
}

/// Starts copies of these programs.
pub(super) fn launcher(options: &RunOptions, programs: Programs, shows_output: bool) -> ProcessLauncher {
    ProcessLauncher {
        programs,
        memory_limit: options.memory_limit,
        surroundings: Surroundings::of(options),
        provisions: Provisions::default(),
        shows_output,
        stop: stop::is_requested,
        ear: Ear::default(),
    }
}

impl Records {
    /// Takes in what was learned of a case. `allowed` is how much more time an arm may take than in the other program.
    fn add(&mut self, case: &GroupCase, runs: Vec<ArmRun>, setting: Setting, allowed: f64) {
        for (at, arm) in case.arms.iter().enumerate() {
            if let Some(ratio) = analysis::of_sides(case, &runs, at, allowed, setting.confirms) {
                self.ratios.insert(arm.id.to_string(), ratio);
            }
            if let Some(spread) = analysis::spread_of_sides(case, &runs, at) {
                self.spreads.insert(arm.id.to_string(), spread);
            }
        }
        for (record, arm) in analysis::records(case, runs, setting).into_iter().zip(&case.arms) {
            match arm.side {
                Side::This => self.here.push(record),
                Side::Other => self.there.push(record),
            }
        }
    }
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

/// How far the functions that make these benchmarks are from where this program is loaded.
pub(super) fn roots(names: &[String]) -> Vec<Option<u64>> {
    let (catalog, origin) = (Catalog::linked().ok(), code::origin());
    let root = |name: &String| catalog.as_ref()?.address(name)?.checked_sub(origin?);
    names.iter().map(root).collect()
}

fn groups_with_reference(plan: &Plan) -> HashSet<&str> {
    let with_reference = plan.cases.iter().filter(|case| case.arms.iter().any(|arm| arm.is_reference));
    with_reference.filter_map(|case| case.group.as_deref()).collect()
}
