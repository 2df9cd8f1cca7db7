//! Every benchmark called once, as under `cargo test`. Main method: [`Schedule::pass_once`].

use super::case::{ArmState, CaseState};
use super::crew::{Crew, Out, Trouble};
use super::place::Place;
use super::timetable::Demand;
use super::{Event, Schedule};
use crate::model::{ArmEnding, ArmRun, Basis, Failure, Placement, Side, Warning, WarningKind};
use crate::plan::GroupCase;
use crate::worker::{ArmOrder, Once};

impl Schedule<'_> {
    /// Calls every arm once: one result for each arm of each case, in their order. One worker serves them all until an
    /// arm fails; the next arm gets a fresh one.
    ///
    /// A call that returns an error fails its arm, and so does an answer that differs within its case.
    pub(crate) fn pass_once(&mut self, cases: &[GroupCase]) -> Vec<Vec<ArmRun>> {
        let mut crew = fresh();
        let mut results = Vec::new();
        for case in cases {
            (self.observe)(Event::CaseStarted(case));
            let arms = self.pass_case(case, results.len(), &mut crew);
            results.extend(arms);
            (self.observe)(Event::CaseEnded(case));
        }
        tear_down(crew, &mut results);
        let mut results = results.into_iter();
        cases.iter().map(|case| results.by_ref().take(case.arms.len()).collect()).collect()
    }

    /// Calls the arms of one case; for the crew, the first has the number `first`.
    fn pass_case(&mut self, case: &GroupCase, first: usize, crew: &mut Crew) -> Vec<ArmRun> {
        let demand = Demand::strictest(case.arms.iter().map(|arm| &arm.settings));
        let mut state = CaseState::new(case, demand, Place::SHARED, self.clock.now());
        for arm in state.arms_in() {
            let called = self.pass(first + arm, &state.order(arm), crew, &mut state.arms[arm].basis);
            match called.map(|once| self.called(&mut state, arm, once)) {
                Ok(()) => {}
                Err(out) => self.leave(&mut state, arm, out),
            }
        }
        for (arm, failure) in state.disagreements() {
            self.leave(&mut state, arm, Out::Failed(failure));
        }
        let run = |arm: ArmState| ArmRun { basis: arm.basis, ..ArmRun::ended(passed_or(arm.out)) };
        state.arms.into_iter().map(run).collect()
    }

    /// Sets an arm up and calls it; `basis` becomes what it runs on.
    fn pass(
        &mut self,
        number: usize,
        order: &ArmOrder,
        crew: &mut Crew,
        basis: &mut Basis,
    ) -> Result<Once, Out> {
        let stopped = || Out::Skipped("stopped before it was called".to_owned());
        if (self.stop)() {
            return Err(stopped());
        }
        let called = match crew.prepare(self.launcher, number, Side::This, order) {
            Ok(Ok(prepared)) => {
                *basis = prepared.basis;
                crew.once(number)
            }
            Ok(Err(reason)) => return Err(Out::Skipped(reason)),
            Err(trouble) => Err(trouble),
        };
        called.map_err(|trouble| {
            *crew = fresh();
            match trouble {
                Trouble::Arm(_, out) | Trouble::Launch(_, out) => out,
                Trouble::Stopped => stopped(),
            }
        })
    }
}

fn fresh() -> Crew {
    Crew::new(Placement::Shared, None)
}

fn passed_or(out: Option<Out>) -> ArmEnding {
    out.map_or(ArmEnding::Passed, ArmEnding::from)
}

/// Ends the last worker. If that fails, it is the fault of its only arm, or one of its arms' and nobody can tell whose.
fn tear_down(crew: Crew, results: &mut [ArmRun]) {
    let arms = crew.arms();
    match crew.finish() {
        Ok(None) | Err(Trouble::Launch(..) | Trouble::Stopped) => {}
        Ok(Some(failure)) => {
            arms.into_iter().for_each(|arm| results[arm].warnings.push(not_torn_down(&failure)));
        }
        Err(Trouble::Arm(arm, out)) => results[arm].ending = out.into(),
    }
}

fn not_torn_down(failure: &Failure) -> Warning {
    let Failure { kind, message, .. } = failure;
    let message =
        format!("tearing down failed, of this benchmark or another in its process ({kind}: {message})");
    Warning::new(WarningKind::Errors, message)
}
