//! The memory pass: what every arm does with memory, each in a fresh worker. Main method: [`Schedule::count_memory`].

use super::crew::{Crew, Out, Trouble};
use super::{Event, Schedule};
use crate::model::{ArmEnding, ArmRun, Memory, Placement, SitesMode};
use crate::plan::{Arm, GroupCase};
use crate::worker::{ArmOrder, MemoryOrder};

/// How many of the lines that allocate most are told.
const TOP_SITES: usize = 5;

impl Schedule<'_> {
    /// Counts what the arms that were measured do with memory. What goes wrong here leaves their times as they are, and is
    /// the reason why nothing is known of their memory.
    pub(crate) fn count_memory(&mut self, case: &GroupCase, sites: SitesMode, runs: &mut [ArmRun]) {
        let arms = case.arms.iter().zip(runs);
        for (arm, run) in arms.filter(|(_, run)| matches!(run.ending, ArmEnding::Measured(_))) {
            run.memory = match self.counted(arm, sites) {
                Ok(counted) => Some(counted),
                Err(Trouble::Stopped) => None,
                Err(Trouble::Arm(_, out) | Trouble::Launch(_, out)) => Some(Err(reason(&out))),
            };
        }
    }

    /// Counts what the arms of a case do with memory and measures nothing else: one result for each, in the order of the
    /// case. What goes wrong is the failure of the arm.
    pub(crate) fn only_memory(&mut self, case: &GroupCase, sites: SitesMode) -> Vec<ArmRun> {
        (self.observe)(Event::CaseStarted(case));
        let runs = case.arms.iter().map(|arm| self.only_memory_of(arm, sites)).collect();
        (self.observe)(Event::CaseEnded(case));
        runs
    }

    fn only_memory_of(&mut self, arm: &Arm, sites: SitesMode) -> ArmRun {
        let (ending, memory) = match self.counted(arm, sites) {
            Ok(counted) => (ArmEnding::Passed, Some(counted)),
            Err(Trouble::Stopped) => (ArmEnding::Skipped("stopped before it was measured".to_owned()), None),
            Err(Trouble::Arm(_, out) | Trouble::Launch(_, out)) => (out.into(), None),
        };
        ArmRun { ending, memory, warnings: Vec::new() }
    }

    /// What one arm does with memory, in a worker of its own: what other arms leave behind is not to be seen in it.
    fn counted(&mut self, arm: &Arm, sites: SitesMode) -> Result<Result<Memory, String>, Trouble> {
        if let Some(reason) = &arm.skip {
            return Err(Trouble::Arm(0, Out::Skipped(reason.clone())));
        }
        if (self.stop)() {
            return Err(Trouble::Stopped);
        }
        let mut crew = Crew::new(Placement::Shared, None);
        let order = ArmOrder { id: arm.id.to_string(), settings: arm.settings.clone() };
        if let Err(reason) = crew.prepare(self.launcher, 0, arm.side, &order)? {
            return Err(Trouble::Arm(0, Out::Skipped(reason)));
        }
        let counted =
            crew.memory(0, &MemoryOrder { sites, top: TOP_SITES, location: arm.location.clone() })?;
        crew.finish().map(|_| counted)
    }
}

fn reason(out: &Out) -> String {
    match out {
        Out::Skipped(reason) => reason.clone(),
        Out::Failed(failure) => {
            format!("it failed while its memory was counted ({}: {})", failure.kind, failure.message)
        }
    }
}
