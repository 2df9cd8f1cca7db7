//! What is measured, how often, and until when. Main type: [`Measuring`].

use std::time::SystemTime;

use crate::analysis::{self, Setting};
use crate::gate::{self, Earlier};
use crate::model::{ArmRun, Change, FurtherPasses, Gate, Limit, Look, Record, RunOptions, Side, Verdict};
use crate::plan::GroupCase;
use crate::schedule::{Again, LoadDemand, Measured, Part, Schedule};
use crate::store::Finished;

/// What was learned of a case, and when.
pub(super) type Ended = (Vec<ArmRun>, SystemTime);

/// What was learned just now.
pub(super) fn ended(runs: Vec<ArmRun>) -> Ended {
    (runs, SystemTime::now())
}

/// What is found out under load.
#[derive(Clone, Copy)]
pub(super) struct UnderLoad<'o> {
    /// Whether anything is: where futures are looked at.
    is_asked: bool,
    /// What has to hold at the highest rate; empty where that is not looked for.
    targets: &'o [Limit],
}

impl<'o> UnderLoad<'o> {
    /// What these options ask for.
    pub(super) fn of(options: &'o RunOptions) -> Self {
        Self { is_asked: options.measure.asynchronous, targets: &options.find_rate }
    }

    /// The time that it takes.
    pub(super) fn demand(self, cases: &[GroupCase]) -> LoadDemand {
        if self.is_asked { LoadDemand::of(cases, self.targets) } else { LoadDemand::default() }
    }

    /// Finds it out.
    pub(super) fn put<'r>(
        self,
        schedule: &mut Schedule<'_>,
        cases: &[GroupCase],
        runs: impl Iterator<Item = &'r mut Vec<ArmRun>>,
    ) {
        let mut runs: Vec<&mut Vec<ArmRun>> = runs.collect();
        if self.is_asked {
            schedule.put_under_load(cases, &mut runs);
        }
        if self.is_asked && !self.targets.is_empty() {
            schedule.find_rates(cases, self.targets, &mut runs);
        }
    }
}

/// Measures cases: all of them, then once more those that changed, then those that stay open.
pub(super) struct Measuring<'m, 's> {
    pub(super) schedule: &'m mut Schedule<'s>,
    /// What a journal has.
    pub(super) finished: &'m Finished,
    pub(super) judge: &'m Judge<'m>,
    pub(super) passes: FurtherPasses,
    pub(super) under_load: UnderLoad<'m>,
    /// How often what stays open is measured again.
    pub(super) retries: u32,
}

impl Measuring<'_, '_> {
    /// What was learned of each case.
    pub(super) fn all(mut self, cases: &[GroupCase]) -> Vec<Ended> {
        let mut first: Vec<(Measured, SystemTime)> = cases.iter().map(|case| self.first(case)).collect();
        let runs = first.iter_mut().map(|(measured, _)| &mut measured.arms);
        self.under_load.put(self.schedule, cases, runs);
        let mut ended = self.confirmed(cases, first);
        for retry in 1..=self.retries {
            if !self.retried(cases, &mut ended, retry) {
                break;
            }
        }
        ended
    }

    fn first(&mut self, case: &GroupCase) -> (Measured, SystemTime) {
        let mut measured = self.schedule.measure(case, &self.finished.runs_of(case));
        self.schedule.further_passes(case, self.passes, &mut measured.arms);
        (measured, SystemTime::now())
    }

    /// Both looks of those that take two.
    fn confirmed(&mut self, cases: &[GroupCase], first: Vec<(Measured, SystemTime)>) -> Vec<Ended> {
        let again = |(case, (first, _)): (&GroupCase, &(Measured, _))| match self.schedule.again {
            Again::Nothing => None,
            Again::Changes | Again::AllChanges => self.judge.changed(case, &first.arms),
            Again::All => analysis::complete(case, &first.arms),
        };
        let again: Vec<Option<GroupCase>> = cases.iter().zip(&first).map(again).collect();
        self.announce(&again);
        let mut second = |case: GroupCase, first: &Measured| {
            self.schedule.confirm(&case, first, &self.finished.runs_of(&case))
        };
        let join = |((first, at), again): ((Measured, SystemTime), Option<GroupCase>)| match again
            .and_then(|case| second(case, &first))
        {
            Some(second) => ended(analysis::joined(first.arms, second)),
            None => (first.arms, at),
        };
        first.into_iter().zip(again).map(join).collect()
    }

    fn announce(&mut self, again: &[Option<GroupCase>]) {
        let open: Vec<GroupCase> = again.iter().flatten().cloned().collect();
        if !open.is_empty() {
            self.schedule.confirming(&open);
        }
    }

    /// Measures once more what is open, and tells whether there was anything that could be.
    fn retried(&mut self, cases: &[GroupCase], all: &mut [Ended], retry: u32) -> bool {
        let again: Vec<Option<GroupCase>> =
            cases.iter().zip(&*all).map(|(case, (runs, _))| self.judge.open(case, runs)).collect();
        self.announce(&again);
        let mut was_any = false;
        for ((case, open), (runs, at)) in cases.iter().zip(again).zip(all) {
            if let Some(more) = open.and_then(|open| self.more(&open, runs, Look::First, retry)) {
                *runs = self.looked_at_again(case, analysis::joined(std::mem::take(runs), more), retry);
                (*at, was_any) = (SystemTime::now(), true);
            }
        }
        was_any
    }

    /// What a longer first look calls a change takes a second one, as at first.
    fn looked_at_again(&mut self, case: &GroupCase, runs: Vec<ArmRun>, retry: u32) -> Vec<ArmRun> {
        if self.schedule.again == Again::Nothing {
            return runs;
        }
        let changed = self.judge.changed(case, &analysis::of_look(&runs, Look::First));
        match changed.and_then(|changed| self.more(&changed, &runs, Look::Second, retry)) {
            Some(second) => analysis::joined(runs, second),
            None => runs,
        }
    }

    fn more(&mut self, case: &GroupCase, runs: &[ArmRun], look: Look, retry: u32) -> Option<Vec<ArmRun>> {
        self.schedule.retry(case, runs, Part { look, retry }, &self.finished.runs_of(case))
    }
}

/// What is still to be found out of a case, by what was learned of it.
pub(super) struct Judge<'j> {
    /// How much more time an arm may take than in the other program, as a share.
    pub(super) allowed: f64,
    /// The rule by which changes are judged.
    pub(super) gate: Gate,
    /// What is known of a case besides its samples.
    pub(super) setting: &'j dyn Fn(&GroupCase, SystemTime) -> Setting,
    /// The earlier results that records are compared with, if any.
    pub(super) earlier: Option<Earlier<'j>>,
}

impl Judge<'_> {
    /// The case with the arms that one look would call changed: by their reference, the other program or earlier
    /// results. `None` where there are none.
    fn changed(&self, case: &GroupCase, look: &[ArmRun]) -> Option<GroupCase> {
        let has_changed =
            |record: &Record| self.since_earlier(record, false).iter().any(gate::takes_two_looks);
        let changed = match self.earlier {
            Some(_) => self.records_that(case, look, false, has_changed),
            None => Vec::new(),
        };
        analysis::changed(case, look, self.allowed, &changed)
    }

    /// The case with the arms whose comparison with the other program or earlier results is inconclusive, or with
    /// their reference where a limit hangs on it. `None` where there are none.
    fn open(&self, case: &GroupCase, runs: &[ArmRun]) -> Option<GroupCase> {
        let confirms = (self.setting)(case, SystemTime::UNIX_EPOCH).confirms;
        let is_open = |record: &Record| {
            let findings = self.since_earlier(record, confirms);
            findings.iter().any(|finding| finding.change == Change::Inconclusive)
                || gate::has_open_limit(record)
        };
        let mut open = self.records_that(case, runs, confirms, is_open);
        let arms = 0..case.arms.len();
        open.extend(arms.filter(|arm| self.is_open_beside(case, runs, *arm, confirms)));
        analysis::some(case, &open)
    }

    /// Whether the comparison of an arm with the other program is inconclusive. The plain gate leaves nothing open: it
    /// goes by the figures.
    fn is_open_beside(&self, case: &GroupCase, runs: &[ArmRun], arm: usize, confirms: bool) -> bool {
        let ratio = || analysis::of_sides(case, runs, arm, self.allowed, confirms);
        self.gate == Gate::Confident
            && matches!(ratio(), Some(Ok(ratio)) if ratio.verdict == Verdict::Inconclusive)
    }

    fn since_earlier(&self, record: &Record, confirmed: bool) -> Vec<crate::model::Finding> {
        self.earlier.as_ref().map(|earlier| earlier.findings(record, confirmed)).unwrap_or_default()
    }

    /// The arms of this program with a record of which `condition` holds.
    fn records_that(
        &self,
        case: &GroupCase,
        runs: &[ArmRun],
        confirms: bool,
        condition: impl Fn(&Record) -> bool,
    ) -> Vec<usize> {
        let setting = Setting { confirms, ..(self.setting)(case, SystemTime::UNIX_EPOCH) };
        let records = analysis::records(case, runs.to_vec(), setting).into_iter().enumerate();
        let of_this = records.filter(|(arm, _)| case.arms[*arm].side == Side::This);
        of_this.filter(|(_, record)| condition(record)).map(|(arm, _)| arm).collect()
    }
}
