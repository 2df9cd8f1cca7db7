//! `--doctor`: the suite compared with itself, several times. Main function: [`examine`].

mod package;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime};

use super::api::RunError;
use super::output::{say, to_stdout};
use super::program::Program;
use super::session::{Mode, Session, SharedServices};
use super::{against, services, stop, watch};
use crate::analysis::{self, Trial};
use crate::clock;
use crate::exit::Exit;
use crate::files;
use crate::gate::{self, Rules};
use crate::machine::{self, LoadBetween, LoadProbe};
use crate::model::{
    Comparing, Depth, Diagnosis, DisplayOptions, Finding, Instruments, MachineFacts, Note, OutputFormat,
    Report, RunInfo, RunOptions, Stop, Verbosity, Warning,
};
use crate::plan::Plan;
use crate::report;
use crate::store::{self, Finished};

/// Compares the planned benchmarks with themselves and writes what comes of it. Nothing is kept, and nothing that was
/// kept is touched.
///
/// # Errors
///
/// When workers cannot be had, an output cannot be written, or it was stopped before anything was known.
pub(super) fn examine(
    program: &Program,
    options: &RunOptions,
    plan: &Plan,
    display: &DisplayOptions,
) -> Result<Exit, RunError> {
    writable(display)?;
    let options = RunOptions {
        comparing: Comparing {
            fail_on: options.comparing.fail_on.clone(),
            gate: options.comparing.gate,
            ..Comparing::default()
        },
        measure: Instruments { time: true, ..Instruments::NONE },
        resume: false,
        ..options.clone()
    };
    let diagnosis = Examination { program, options: &options, plan, display }.diagnosis()?;
    write(&diagnosis, display)?;
    Ok(match diagnosis.stopped {
        Some(Stop::Interrupt) => Exit::Interrupted,
        Some(Stop::Terminate) => Exit::Terminated,
        None => Exit::Good,
    })
}

fn writable(display: &DisplayOptions) -> Result<(), RunError> {
    if display.outputs.iter().any(|output| !report::doctor::can_be(output.format)) {
        return Err(RunError::unavailable(
            "`--doctor` is written as `console` or `json`: leave out the other outputs, or ask for `--output console`",
        ));
    }
    for path in display.outputs.iter().filter_map(|output| output.path.as_deref()) {
        files::ensure_writable(path).map_err(|error| RunError::output(path, &error))?;
    }
    Ok(())
}

fn write(diagnosis: &Diagnosis, display: &DisplayOptions) -> Result<(), RunError> {
    for output in &display.outputs {
        let mut bytes = Vec::new();
        match output.format {
            OutputFormat::Json => report::doctor::json(diagnosis, &mut bytes),
            _ => report::doctor::page(diagnosis, display.verbosity == Verbosity::Quiet, &mut bytes),
        }
        .map_err(|error| RunError::stdout(&error))?;
        match &output.path {
            Some(path) => files::write_atomically(path, &bytes).map_err(|e| RunError::output(path, &e))?,
            None => to_stdout(&bytes)?,
        }
    }
    Ok(())
}

/// How often a suite is compared with itself, where the time suffices.
fn comparisons(depth: Depth) -> u32 {
    match depth {
        Depth::Quick => 5,
        Depth::Default => 10,
        Depth::Rigorous => 20,
    }
}

struct Examination<'a> {
    program: &'a Program,
    options: &'a RunOptions,
    plan: &'a Plan,
    display: &'a DisplayOptions,
}

/// All comparisons that there was time for.
struct Trials {
    all: Vec<Trial>,
    /// The report of the first.
    first: Report,
    elapsed: Duration,
    /// What else kept the machine busy meanwhile.
    load: LoadBetween,
    /// What there is to be said of the services.
    of_services: Vec<Warning>,
}

impl Examination<'_> {
    fn diagnosis(&self) -> Result<Diagnosis, RunError> {
        let facts = MachineFacts {
            clock_resolution: clock::resolution(),
            clock_overhead_ns: clock::overhead_ns(),
            ..machine::facts()
        };
        Ok(self.concluded(&self.trials()?, facts))
    }

    /// All comparisons, beside services that are up once for all of them.
    fn trials(&self) -> Result<Trials, RunError> {
        let began = Instant::now();
        let mut tell = |name: &str, doing: &str| self.tell(&report::clean(&format!("{name}: {doing}")));
        let services = Rc::new(RefCell::new(services::start(self.plan, self.options, &mut tell)));
        let before = LoadProbe::take();
        let (all, first) = self.trials_beside(&services, began)?;
        let load = before.until(&LoadProbe::take());
        let of_services = services.borrow_mut().stop();
        Ok(Trials { all, first, elapsed: began.elapsed(), load, of_services })
    }

    /// As many comparisons as there are to be, in the time that there is since it `began`, and the report of the first,
    /// which there is in any case.
    fn trials_beside(
        &self,
        services: &SharedServices,
        began: Instant,
    ) -> Result<(Vec<Trial>, Report), RunError> {
        let wanted = comparisons(self.options.depth);
        let (mut all, mut first, mut last) = (Vec::new(), None, None);
        let mut longest = Duration::ZERO;
        for at in 0..wanted {
            let left = self.options.budget.map(|budget| budget.saturating_sub(began.elapsed()));
            if left.is_some_and(|left| at > 0 && left < longest) {
                break;
            }
            self.tell(&format!("comparison {} of {wanted}", at + 1));
            let started = Instant::now();
            // The first one leaves time for a second one.
            let budget = left.map(|left| if at == 0 { left / 2 } else { left });
            let (trial, report) = self.trial(at, services, budget, last.as_ref())?;
            if stop::is_requested() {
                break;
            }
            longest = longest.max(started.elapsed());
            first.get_or_insert_with(|| report.clone());
            last = Some(report);
            all.push(trial);
        }
        first.map(|first| (all, first)).ok_or_else(|| RunError::from(against::AgainstError::Stopped))
    }

    /// One comparison of everything with itself, and with the one before.
    fn trial(
        &self,
        at: u32,
        services: &SharedServices,
        budget: Option<Duration>,
        before: Option<&Report>,
    ) -> Result<(Trial, Report), RunError> {
        let mut options = RunOptions { budget, ..self.options.clone() };
        options.comparing.retries = 0;
        let session =
            Session::new(self.program, &options, self.plan.clone(), Mode::Measured, self.display.nocapture);
        let session = session.repeated(u64::from(at)).against(against::itself(&options)?);
        let mut progress = watch::progress(&session, self.display);
        let (report, spreads) =
            session.run_beside(services, &mut |event| progress.observe(event), &Finished::default());
        progress.finish();
        let stored = before.map(|before| self.stored(&report, before)).unwrap_or_default();
        Ok((Trial { records: report.records.clone(), spreads, stored }, report))
    }

    /// The findings of a report compared with an earlier one, as with a baseline.
    fn stored(&self, report: &Report, before: &Report) -> Vec<Vec<Finding>> {
        let Comparing { fail_on, gate, .. } = &self.options.comparing;
        let rules = Rules {
            allowances: fail_on.clone(),
            gate: *gate,
            max_age: Duration::MAX,
            now: SystemTime::now(),
            suites: BTreeSet::from([self.program.suite()]),
            is_whole: false,
            confirmed: false,
        };
        let compared = gate::compared(report.clone(), &store::baseline_of(before, String::new()), &rules);
        compared.records.into_iter().map(|record| record.findings).collect()
    }

    fn concluded(&self, trials: &Trials, facts: MachineFacts) -> Diagnosis {
        let load = &trials.load;
        let allowed = gate::allowed_share(&self.options.comparing.fail_on);
        let run = RunInfo { elapsed: trials.elapsed, ..trials.first.run.clone() };
        let machine = MachineFacts {
            // One task is this program's own.
            neighbours: load.tasks.map(|tasks| (tasks - 1.0).max(0.0)),
            stolen: load.stolen_share,
            interruptions: analysis::interruptions(&trials.all),
            calibration_spread: analysis::calibration_spread(&trials.all),
            ..facts
        };
        let benchmarks = analysis::checkups(&trials.all, allowed);
        let mut of_machine = analysis::circumstances(&run.environment.host, &machine);
        of_machine.extend(trials.of_services.iter().map(of_service));
        Diagnosis {
            comparisons: trials.all.len() as u32,
            allowed,
            of_machine,
            of_package: package::notes(self.program, &run.environment.build),
            all: analysis::together(benchmarks.iter().map(|it| &it.alarms)),
            all_stored: analysis::together(benchmarks.iter().map(|it| &it.stored)),
            machine,
            benchmarks,
            stopped: stop::requested(),
            run,
        }
    }

    fn tell(&self, text: &str) {
        if self.display.verbosity != Verbosity::Quiet {
            say(text);
        }
    }
}

fn of_service(warning: &Warning) -> Note {
    let advice =
        "mend that first: what is measured beside a service that is not well says little of the code";
    Note { about: "service", found: warning.message.clone(), advice: Some(advice.to_owned()) }
}
