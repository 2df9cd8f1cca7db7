//! When which arm takes its turn: rounds, runs, warm-up, budget. It owns *when*, never *how*. Main type: [`Schedule`].

mod answers;
mod budget;
mod case;
mod crew;
mod load;
mod memory;
mod once;
mod order;
mod passes;
mod place;
mod rates;
mod run;
mod timetable;
mod trace;
mod turn;
mod warnings;

#[cfg(test)]
pub(crate) mod fake;
#[cfg(test)]
mod tests;

use std::time::Duration;

use self::case::CaseState;
use self::crew::{Out, Trouble};
use self::place::Place;
use self::timetable::Demand;
use crate::clock::Clock;
use crate::json;
use crate::model::{
    ArmInfo, ArmRun, Basis, ByName, Calibration, Failure, Flavor, LoadOrder, LoadTrial, Look, Placement, Run,
    Settings, Side,
};
use crate::plan::{Arm, GroupCase, RUNS_FOR_THE_RECORD};
use crate::worker::Launcher;

pub(crate) use self::budget::Budget;
pub(crate) use self::load::LoadDemand;

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
    /// What is measured once more at the end, which takes time of its own.
    pub(crate) again: Again,
    /// Whether the canary is measured beside arms too that take turns with themselves in another program. They have no need
    /// of it, and the other program may not know it.
    pub(crate) canary_beside: bool,
    /// Trials under load that an interrupted run has finished: they are not repeated.
    pub(crate) trials: Vec<FinishedTrial>,
    /// Whether the arms of a case, as far as they have come, leave nothing open that further runs could decide.
    pub(crate) enough: &'a dyn Fn(&GroupCase, &[ArmRun]) -> bool,
}

impl Schedule<'_> {
    /// Measures the arms of a case in turns: one result for each, in the order of the case. Where it may be measured
    /// once more, half of the time is left for that.
    ///
    /// `resumed` are finished runs of the same case: what they hold is not measured again, and the time that they took
    /// counts.
    pub(crate) fn measure(&mut self, case: &GroupCase, resumed: &[FinishedRun]) -> Measured {
        let parts = if self.again.may_be(case) { 2 } else { 1 };
        let demand = self.demand(case, own_max_time(case) / parts);
        let state = CaseState::new(case, demand, Place::of(case, &*self.launcher), self.clock.now());
        self.look(state, resumed)
    }

    /// Measures arms of a case once more, with fresh processes, in what is left of its time: those that `case` does not
    /// skip, sampled as they were in the `first` measurement. `None` if no time is left and nothing asks for it all the
    /// same. `resumed` is as for [`measure`](Self::measure).
    pub(crate) fn confirm(
        &mut self,
        case: &GroupCase,
        first: &Measured,
        resumed: &[FinishedRun],
    ) -> Option<Vec<ArmRun>> {
        let demand = self.demand(case, own_max_time(case).saturating_sub(first.spent));
        if (demand.max_time.is_zero() && self.again != Again::All) || (self.stop)() {
            return None;
        }
        let state = CaseState::new(case, demand, Place::of(case, &*self.launcher), self.clock.now());
        Some(self.look(state.after(&first.arms, Part { look: Look::Second, retry: 0 }), resumed).arms)
    }

    /// Measures arms of a case some more that stay open: those that `case` does not skip, sampled as they were `before`.
    /// `None` if no time is left. `resumed` is as for [`measure`](Self::measure).
    pub(crate) fn retry(
        &mut self,
        case: &GroupCase,
        before: &[ArmRun],
        part: Part,
        resumed: &[FinishedRun],
    ) -> Option<Vec<ArmRun>> {
        let demand = self.demand(case, own_max_time(case) / 2);
        if demand.max_time.is_zero() || (self.stop)() {
            return None;
        }
        let state = CaseState::new(case, demand, Place::of(case, &*self.launcher), self.clock.now());
        Some(self.look(state.after(before, part), resumed).arms)
    }

    fn look(&mut self, mut state: CaseState<'_>, resumed: &[FinishedRun]) -> Measured {
        state.resume(resumed);
        (self.observe)(Event::CaseStarted(state.case));
        self.runs(&mut state);
        if state.has_gone() && !state.stopped {
            self.run_ended(&mut state);
        }
        (self.observe)(Event::CaseEnded(state.case));
        let spent = state.spent();
        Measured { arms: state.into_arm_runs(self.clock.now()), spent }
    }

    /// Tells that these cases are about to be measured once more, and shares what is left of the budget among them.
    pub(crate) fn confirming(&mut self, cases: &[GroupCase]) {
        (self.observe)(Event::Confirming(cases.len()));
        self.budget = self.budget.take().map(|budget| budget.for_confirmation(cases));
    }

    /// What the arms of a case ask for together, in at most `max_time` and what is left of the budget.
    fn demand(&mut self, case: &GroupCase, max_time: Duration) -> Demand {
        let now = self.clock.now();
        let granted = self.budget.as_mut().map(|budget| budget.grant(case, max_time, now));
        let fewest_runs = self.again.fewest_runs();
        Demand { max_time: granted.unwrap_or(max_time), fewest_runs, ..Demand::strictest(running(case)) }
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
                Err(Trouble::Launch(side, out)) => state.all_leave(side, &out),
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
        let twin = state.case.twin(arm).filter(|twin| state.case.arms[*twin].side == Side::Other);
        if let Some(twin) = twin.filter(|twin| state.arms[*twin].is_in()) {
            state.leave(twin, Out::Skipped("there is nothing left to compare with it".to_owned()));
        }
    }

    fn run_ended(&mut self, state: &mut CaseState<'_>) {
        let finished = state.finished(self.clock.now());
        (self.observe)(Event::RunEnded(state.case, &finished));
    }
}

/// Which cases are measured once more, with fresh processes, at the end of the suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Again {
    /// None.
    Nothing,
    /// Those that show a difference, which is thereby confirmed or not.
    Changes,
    /// The same, where a difference from earlier results is one too: it may be any.
    AllChanges,
    /// All of them, in [`RUNS_FOR_THE_RECORD`] runs at least each time, however little time there is: what is recorded
    /// is to know how the machine changes while the suite runs.
    All,
}

impl Again {
    /// Whether `case` may be among them.
    fn may_be(self, case: &GroupCase) -> bool {
        match self {
            Self::Nothing => false,
            Self::Changes => is_compared(case),
            Self::AllChanges => running(case).count() > 0,
            Self::All => true,
        }
    }

    /// However short the time is, so many runs are started: one alone says nothing of how runs differ.
    fn fewest_runs(self) -> u32 {
        if self == Self::All { RUNS_FOR_THE_RECORD } else { timetable::FEWEST_RUNS }
    }
}

/// What runs of a case are measured for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Part {
    /// The look that they belong to.
    pub(crate) look: Look,
    /// How often the case was measured before because it stayed open.
    pub(crate) retry: u32,
}

/// The settings of the arms that will run.
fn running(case: &GroupCase) -> impl Iterator<Item = &Settings> {
    case.arms.iter().filter(|arm| arm.skip.is_none()).map(|arm| &arm.settings)
}

/// The time that a case may take by its own settings.
fn own_max_time(case: &GroupCase) -> Duration {
    running(case).map(|settings| settings.max_time).min().unwrap_or_default()
}

/// Whether an arm of the case is compared with another.
fn is_compared(case: &GroupCase) -> bool {
    let runs = |of: fn(&Arm) -> bool| case.arms.iter().any(|arm| arm.skip.is_none() && of(arm));
    runs(|arm| arm.side == Side::Other || arm.is_reference) && running(case).count() > 1
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

/// A measurement of a case.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Measured {
    /// What was learned of every arm, in the order of the case.
    pub(crate) arms: Vec<ArmRun>,
    /// The time that its runs took.
    pub(crate) spent: Duration,
}

/// One run of a case as it ended: what the journal keeps and a resumed run starts from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FinishedRun {
    /// The number of the run, from 0; a second look goes on from the first.
    pub(crate) index: u32,
    /// The measurement that it belongs to.
    pub(crate) look: Look,
    /// How often the case had been measured before because it stayed open.
    pub(crate) retry: u32,
    /// Where the arms ran.
    pub(crate) placement: Placement,
    /// How long it took, in nanoseconds: launching, set-up and attempts that came to nothing included.
    pub(crate) elapsed_ns: u64,
    /// What every arm that took part brought, by its id.
    pub(crate) arms: ByName<ArmShare>,
}

json::object!(FinishedRun { index, look or absent, retry or absent, placement, elapsed_ns, arms });

/// What one arm brought to a run.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ArmShare {
    /// Its turns.
    Measured {
        /// How it was set up.
        info: ArmInfo,
        /// What it ran on.
        basis: Basis,
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

json::choice!(ArmShare {
    Measured { info, basis, calibration, run } = "measured",
    Skipped(reason) = "skipped",
    Failed(failure) = "failed",
});

/// One trial under load as it ended: what the journal keeps and a resumed run does not repeat.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FinishedTrial {
    /// The arm.
    pub(crate) arm: String,
    /// What it was to do.
    pub(crate) order: LoadOrder,
    /// What it ran on.
    pub(crate) basis: Basis,
    /// What it showed.
    pub(crate) trial: LoadTrial,
}

json::object!(FinishedTrial { arm, order, basis or absent, trial });

/// What happens while a case is measured, for progress, logs and the journal.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event<'a> {
    /// A service is on its way.
    Service {
        /// Its name.
        name: &'a str,
        /// What it is doing.
        doing: &'a str,
    },
    /// So many cases are about to be measured once more; each then begins and ends again.
    Confirming(usize),
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
    /// Every arm that is put under load has had its trial of this pass.
    LoadPassEnded {
        /// The pass, from 0.
        pass: u32,
        /// The passes there will be.
        passes: u32,
    },
    /// A trial under load ended.
    TrialEnded(&'a FinishedTrial),
    /// Of the arms whose highest rate is looked for, each has had so many trials; so many go on.
    RatesTried {
        /// Trials of each so far.
        trials: u32,
        /// Arms that have more.
        open: usize,
    },
    /// A case ended.
    CaseEnded(&'a GroupCase),
}
