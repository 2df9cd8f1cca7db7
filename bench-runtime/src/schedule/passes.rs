//! The passes besides that of time, each in a worker of its own: what other arms, or other passes, leave behind is not to
//! be seen in them. Main method: [`Schedule::further_passes`].

use super::crew::{Crew, Out, Trouble};
use super::{Event, Schedule};
use crate::model::{ArmEnding, ArmInfo, ArmRun, Basis, FurtherPasses, Placement, Side};
use crate::plan::{Arm, GroupCase};
use crate::worker::ArmOrder;

/// What a pass found out, or why it cannot be found out in this program.
pub(super) type Found<T> = Result<T, String>;

impl Schedule<'_> {
    /// Takes the further passes of the arms that were measured; of another program's only where that is asked for. What
    /// goes wrong here leaves their times as they are, and is the reason why nothing more is known of them.
    pub(crate) fn further_passes(&mut self, case: &GroupCase, passes: FurtherPasses, runs: &mut [ArmRun]) {
        let is_asked = |arm: &Arm| arm.side == Side::This || passes.on_both_sides;
        for (arm, run) in case.arms.iter().zip(runs).filter(|(arm, _)| is_asked(arm)) {
            let ArmEnding::Measured(samples) = &run.ending else { continue };
            let trace = passes.trace.filter(|_| samples.info.shape.is_async());
            let basis = &mut run.basis;
            let counted = passes.memory.map(|sites| self.counted(arm, sites, basis));
            run.memory = counted.and_then(|counted| or_why(counted, "its memory was counted"));
            let traced = trace.map(|blocking| self.traced(arm, blocking, basis));
            let traced = traced.and_then(|traced| or_why(traced, "it was traced"));
            run.event_loop = traced.and_then(Result::transpose);
        }
    }

    /// Takes the further passes of the arms of a case and measures nothing else: one result for each, in the order of the
    /// case. What goes wrong is the failure of the arm.
    pub(crate) fn only_further_passes(&mut self, case: &GroupCase, passes: FurtherPasses) -> Vec<ArmRun> {
        (self.observe)(Event::CaseStarted(case));
        let runs = case.arms.iter().map(|arm| self.only_further_passes_of(arm, passes)).collect();
        (self.observe)(Event::CaseEnded(case));
        runs
    }

    fn only_further_passes_of(&mut self, arm: &Arm, passes: FurtherPasses) -> ArmRun {
        let mut run = ArmRun::ended(ArmEnding::Passed);
        match self.take_all(arm, passes, &mut run) {
            Ok(()) if run.memory.is_some() || run.event_loop.is_some() => run,
            Ok(()) => skipped("it has no futures to trace, and nothing else is measured"),
            Err(Trouble::Stopped) => skipped("stopped before it was measured"),
            Err(Trouble::Arm(_, out) | Trouble::Launch(_, out)) => ArmRun::ended(out.into()),
        }
    }

    fn take_all(&mut self, arm: &Arm, passes: FurtherPasses, run: &mut ArmRun) -> Result<(), Trouble> {
        if let Some(sites) = passes.memory {
            run.memory = Some(self.counted(arm, sites, &mut run.basis)?);
        }
        if let Some(blocking) = passes.trace {
            run.event_loop = self.traced(arm, blocking, &mut run.basis)?.transpose();
        }
        Ok(())
    }

    /// A fresh worker in which nothing but this arm is set up; the arm has the number 0. `basis` becomes what it runs on.
    pub(super) fn alone(
        &mut self,
        arm: &Arm,
        core: Option<u32>,
        traced: bool,
        basis: &mut Basis,
    ) -> Result<(Crew, ArmInfo), Trouble> {
        let skipped = |reason: String| Trouble::Arm(0, Out::Skipped(reason));
        if let Some(reason) = &arm.skip {
            return Err(skipped(reason.clone()));
        }
        if (self.stop)() {
            return Err(Trouble::Stopped);
        }
        let mut crew = Crew::new(Placement::Shared, core);
        let order = ArmOrder { id: arm.id.to_string(), settings: arm.settings.clone(), traced };
        let prepared = crew.prepare(self.launcher, 0, arm.side, &order)?.map_err(skipped)?;
        *basis = prepared.basis;
        Ok((crew, prepared.info))
    }
}

fn skipped(reason: &str) -> ArmRun {
    ArmRun::ended(ArmEnding::Skipped(reason.to_owned()))
}

/// What a pass found out, or why it did not; `None` where the user stopped it.
fn or_why<T>(found: Result<Found<T>, Trouble>, while_it: &str) -> Option<Found<T>> {
    match found {
        Ok(found) => Some(found),
        Err(Trouble::Stopped) => None,
        Err(Trouble::Arm(_, out) | Trouble::Launch(_, out)) => Some(Err(reason(&out, while_it))),
    }
}

pub(super) fn reason(out: &Out, while_it: &str) -> String {
    match out {
        Out::Skipped(reason) => reason.clone(),
        Out::Failed(failure) => format!("it failed while {while_it} ({}: {})", failure.kind, failure.message),
    }
}
