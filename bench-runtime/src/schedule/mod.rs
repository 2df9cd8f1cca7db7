//! When which arm takes its turn: rounds, runs, warm-up, budget. It owns *when*, never *how*. Main type: [`Schedule`].

mod answers;
mod budget;
mod case;
mod crew;
mod once;
mod order;
mod run;
mod timetable;
mod turn;
mod warnings;

#[cfg(test)]
pub(crate) mod fake;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use self::case::CaseState;
use self::crew::{Out, Trouble};
use self::timetable::Demand;
use crate::clock::Clock;
use crate::model::{ArmInfo, ArmRun, Calibration, Failure, Flavor, Placement, Run, Settings};
use crate::plan::GroupCase;
use crate::worker::Launcher;

pub(crate) use self::budget::Budget;

/// Measures cases, one after the other.
pub(crate) struct Schedule<'a> {
    /// Where workers come from.
    pub(crate) launcher: &'a mut dyn Launcher,
    /// What times and limits go by.
    pub(crate) clock: &'a dyn Clock,
    /// What every random choice hangs on.
    pub(crate) seed: u64,
    /// The cores that workers may be pinned to; empty if they are not to be.
    pub(crate) cores: Vec<u32>,
    /// Told of everything that happens.
    pub(crate) observe: &'a mut dyn FnMut(Event<'_>),
    /// Whether the user has stopped the run.
    pub(crate) stop: &'a dyn Fn() -> bool,
    /// What the cases may take together, if there is a limit.
    pub(crate) budget: Option<Budget>,
    /// Whether the arms of a case, as far as they have come, leave nothing open that further runs could decide.
    pub(crate) enough: &'a dyn Fn(&GroupCase, &[ArmRun]) -> bool,
}

impl Schedule<'_> {
    /// Measures the arms of a case in turns: one result for each, in the order of the case.
    ///
    /// `resumed` are finished runs of the same case: what they hold is not measured again, and the time that they took
    /// counts.
    pub(crate) fn measure(&mut self, case: &GroupCase, resumed: &[FinishedRun]) -> Vec<ArmRun> {
        (self.observe)(Event::CaseStarted(case));
        let (demand, placement) = (self.demand(case), self.placement(case));
        let mut state = CaseState::new(case, demand, placement, resumed, self.clock.now());
        self.runs(&mut state);
        if state.has_gone() && !state.stopped {
            self.run_ended(&mut state);
        }
        (self.observe)(Event::CaseEnded(case));
        state.into_arm_runs(self.clock.now())
    }

    /// What the arms of a case ask for together, within what is left of the budget.
    fn demand(&mut self, case: &GroupCase) -> Demand {
        let arms = case.arms.iter().filter(|arm| arm.skip.is_none());
        let mut demand = Demand::strictest(arms.map(|arm| &arm.settings));
        if let Some(budget) = &mut self.budget {
            demand.max_time = budget.grant(case, demand.max_time, self.clock.now());
        }
        demand
    }

    /// Arms whose runtimes differ cannot share a process: each gets its own, in lock step.
    fn placement(&self, case: &GroupCase) -> Placement {
        let runtimes = case.arms.iter().filter(|arm| arm.skip.is_none()).map(|arm| runtime(&arm.settings));
        let differ = runtimes.clone().zip(runtimes.skip(1)).any(|(one, next)| one != next);
        match self.launcher.placement() {
            Placement::Shared if differ => Placement::LockStep,
            placement => placement,
        }
    }

    /// Runs until there is enough, or nobody left, or no time. A run that comes to nothing because of one arm is
    /// repeated without it.
    fn runs(&mut self, state: &mut CaseState<'_>) {
        while !state.arms_in().is_empty() {
            let plan = match state.next_run(self.clock.now()) {
                Ok(None) if self.goes_on(state) => continue,
                Ok(None) => return,
                Ok(plan) => plan,
                Err(case::Uncalibrated) => None,
            };
            match self.run(state, plan) {
                Ok(()) => self.run_ended(state),
                Err(Trouble::Arm(arm, out)) => self.leave(state, arm, out),
                Err(Trouble::Launch(out)) => state.all_leave(&out),
                Err(Trouble::Stopped) => {
                    state.stopped = true;
                    return;
                }
            }
        }
    }

    /// After what was asked for: whether there are to be more runs, because the look at it leaves something open.
    fn goes_on(&self, state: &mut CaseState<'_>) -> bool {
        let now = self.clock.now();
        let has_enough = || (self.enough)(state.case, &state.so_far());
        !(state.is_at_look(now) && has_enough()) && state.ask_for_more(now)
    }

    fn leave(&mut self, state: &mut CaseState<'_>, arm: usize, out: Out) {
        if let Out::Failed(failure) = &out {
            (self.observe)(Event::ArmEvicted { id: &state.arms[arm].id, failure });
        }
        state.leave(arm, out);
    }

    fn run_ended(&mut self, state: &mut CaseState<'_>) {
        let finished = state.finished(self.clock.now());
        (self.observe)(Event::RunEnded(state.case, &finished));
    }
}

/// The runtime that drives an arm: its flavour, and its worker threads where it has any.
fn runtime(settings: &Settings) -> (Flavor, Option<u32>) {
    let workers = (settings.flavor == Flavor::MultiThread).then_some(settings.workers);
    (settings.flavor, workers)
}

/// Whether one core is not enough for it.
fn needs_threads(settings: &Settings) -> bool {
    settings.threads > 1 || settings.flavor == Flavor::MultiThread
}

/// One run of a case as it ended: what the journal keeps and a resumed run starts from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct FinishedRun {
    /// The number of the run, from 0.
    pub(crate) index: u32,
    /// Where the arms ran.
    pub(crate) placement: Placement,
    /// How long it took, in nanoseconds: launching, set-up and attempts that came to nothing included.
    pub(crate) elapsed_ns: u64,
    /// What every arm that took part brought, by its id.
    pub(crate) arms: BTreeMap<String, ArmShare>,
}

/// What one arm brought to a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ArmShare {
    /// Its turns.
    Measured {
        /// How it was set up.
        info: ArmInfo,
        /// How it was sampled.
        calibration: Calibration,
        /// The turns.
        run: Run,
    },
    /// It cannot run here, for this reason.
    Skipped(String),
    /// It failed, and takes no part in later runs.
    Failed(Failure),
}

/// What happens while a case is measured, for progress, logs and the journal.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event<'a> {
    /// A case begins.
    CaseStarted(&'a GroupCase),
    /// A round ended.
    RoundEnded {
        /// The run, from 0.
        run: u32,
        /// The runs there will be, as far as is known.
        runs: u32,
        /// The round within the run, from 0, warm-up rounds included.
        round: u32,
        /// The rounds of each run, warm-up rounds included.
        rounds: u32,
    },
    /// An arm failed and is left out from here on.
    ArmEvicted {
        /// Its id.
        id: &'a str,
        /// Why.
        failure: &'a Failure,
    },
    /// A run ended.
    RunEnded(&'a GroupCase, &'a FinishedRun),
    /// A case ended.
    CaseEnded(&'a GroupCase),
}
