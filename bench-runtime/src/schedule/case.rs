//! What is known of a case while it is measured. Main type: [`CaseState`].

use std::collections::BTreeSet;
use std::time::Duration;

use super::answers::{self, Given, Of};
use super::crew::Out;
use super::place::Place;
use super::timetable::{Demand, Pace, Progress, RunPlan};
use super::turn::{alike, share_iterations, share_samples, turn_plan, turn_time, with_canary};
use super::{ArmShare, FinishedRun, Part, warnings};
use crate::model::{
    ArmEnding, ArmInfo, ArmRun, ArmSamples, Basis, Calibration, Failure, Regime, Run, Side, Turn, TurnPlan,
};
use crate::plan::{Arm, GroupCase};
use crate::worker::{ArmOrder, Once, PreparedArm};

/// One arm as far as it has come.
#[derive(Clone, Debug, Default)]
pub(super) struct ArmState {
    /// Its full name, and whose it is where that is another revision.
    pub(super) id: String,
    /// Why it takes no further part.
    pub(super) out: Option<Out>,
    /// The runs that it finished.
    pub(super) runs: Vec<Run>,
    info: Option<ArmInfo>,
    /// What it runs on.
    pub(super) basis: Basis,
    /// How that changed from one run to the next, if it did.
    pub(super) moved: Option<String>,
    calibration: Option<Calibration>,
    was_called: bool,
    answer: Option<String>,
    end_state: Option<String>,
}

/// A case as far as it has come.
#[derive(Debug)]
pub(super) struct CaseState<'c> {
    pub(super) case: &'c GroupCase,
    /// What its arms ask for.
    pub(super) demand: Demand,
    /// What they ask for until the next look: at first the same.
    goal: Demand,
    /// Where they run.
    pub(super) place: Place,
    /// In the order of the case.
    pub(super) arms: Vec<ArmState>,
    /// Whether the user stopped it.
    pub(super) stopped: bool,
    /// A failure while tearing down that is no single arm's.
    pub(super) torn_down: Option<Failure>,
    /// Arms that went out since the last run that ended.
    gone: Vec<usize>,
    /// What its runs are measured for.
    part: Part,
    /// The number of the first run of this look.
    first_index: u32,
    /// The number of the run to come.
    next_index: u32,
    /// When the last run ended, on the schedule's clock.
    run_since: Duration,
    /// Time that finished runs took.
    spent: Duration,
    set_up: Duration,
    round: Option<Duration>,
}

impl<'c> CaseState<'c> {
    /// A case of which nothing is known.
    pub(super) fn new(case: &'c GroupCase, demand: Demand, place: Place, now: Duration) -> Self {
        Self {
            case,
            goal: demand.clone(),
            demand,
            place,
            arms: case.arms.iter().map(not_begun).collect(),
            stopped: false,
            torn_down: None,
            gone: Vec::new(),
            part: Part::default(),
            first_index: 0,
            next_index: 0,
            run_since: now,
            spent: Duration::ZERO,
            set_up: Duration::ZERO,
            round: None,
        }
    }

    /// Makes it a further part of the measurement of a case that was measured `before`: arms are sampled as they were
    /// then, and its runs are numbered from there on, so that they choose other orders and cores.
    pub(super) fn after(mut self, before: &[ArmRun], part: Part) -> Self {
        for (arm, before) in self.arms.iter_mut().zip(before) {
            if let ArmEnding::Measured(samples) = &before.ending {
                (arm.info, arm.calibration, arm.was_called) =
                    (Some(samples.info), Some(samples.calibration), true);
                arm.basis = before.basis.clone();
                let after = samples.runs.iter().map(|run| run.index + 1).max();
                self.first_index = self.first_index.max(after.unwrap_or(0));
            }
        }
        (self.part, self.next_index) = (part, self.first_index);
        self
    }

    /// Takes over those of the finished runs that were measured for the same.
    pub(super) fn resume(&mut self, finished: &[FinishedRun]) {
        let part = |run: &FinishedRun| Part { look: run.look, retry: run.retry };
        let finished: Vec<&FinishedRun> = finished.iter().filter(|run| part(run) == self.part).collect();
        for arm in &mut self.arms {
            let mut shares = finished.iter().filter_map(|run| run.arms.get(&arm.id));
            arm.out = arm.out.take().or_else(|| shares.next_back().and_then(out_of));
        }
        for run in finished {
            self.spent += Duration::from_nanos(run.elapsed_ns);
            self.adopt(run);
        }
    }

    /// Takes a run over in which all arms that still take part were measured.
    fn adopt(&mut self, finished: &FinishedRun) {
        let measured = |arm: &ArmState| matches!(finished.arms.get(&arm.id), Some(ArmShare::Measured { .. }));
        let mut present = self.arms.iter_mut().filter(|arm| arm.is_in()).peekable();
        if present.peek().is_none() || !present.all(|arm| measured(arm)) {
            return;
        }
        self.next_index = finished.index + 1;
        for arm in self.arms.iter_mut().filter(|arm| arm.is_in()) {
            if let Some(ArmShare::Measured { info, basis, calibration, run }) = finished.arms.get(&arm.id) {
                (arm.info, arm.calibration, arm.was_called) = (Some(*info), Some(*calibration), true);
                arm.basis = basis.clone();
                arm.runs.push(run.clone());
            }
        }
    }

    /// What the random choices of the case hang on.
    pub(super) fn key(&self) -> &str {
        &self.arms[0].id
    }

    /// The number of the run to come.
    pub(super) fn next_index(&self) -> u32 {
        self.next_index
    }

    /// How many runs of this look ended or came to nothing for good.
    pub(super) fn runs_behind(&self) -> u32 {
        self.next_index - self.first_index
    }

    /// Time that finished runs took.
    pub(super) fn spent(&self) -> Duration {
        self.spent
    }

    /// The arms that still take part.
    pub(super) fn arms_in(&self) -> Vec<usize> {
        self.arms_where(|_| true)
    }

    /// The arms that still take part and were never called.
    pub(super) fn never_called(&self) -> Vec<usize> {
        self.arms_where(|arm| !arm.was_called)
    }

    /// The arms that still take part and were never calibrated.
    pub(super) fn never_calibrated(&self) -> Vec<usize> {
        self.arms_where(|arm| arm.calibration.is_none())
    }

    fn arms_where(&self, condition: impl Fn(&ArmState) -> bool) -> Vec<usize> {
        (0..self.arms.len()).filter(|arm| self.arms[*arm].is_in() && condition(&self.arms[*arm])).collect()
    }

    /// What a worker is told of an arm.
    pub(super) fn order(&self, arm: usize) -> ArmOrder {
        let Arm { id, settings, .. } = &self.case.arms[arm];
        ArmOrder { id: id.to_string(), settings: settings.clone(), traced: false }
    }

    /// An arm was set up, maybe on something else than before.
    pub(super) fn prepared(&mut self, arm: usize, prepared: PreparedArm) {
        let arm = &mut self.arms[arm];
        let PreparedArm { info, basis } = prepared;
        let other = || arm.basis.other_fact(&basis).or_else(|| arm.basis.other_plan(&basis));
        arm.moved = arm.moved.take().or_else(other);
        (arm.info, arm.basis) = (Some(info), basis);
    }

    /// All arms were set up in this time.
    pub(super) fn set_up_took(&mut self, elapsed: Duration) {
        self.set_up = elapsed;
    }

    /// An arm was called, and may have answered.
    pub(super) fn called(&mut self, arm: usize, once: Once) {
        let arm = &mut self.arms[arm];
        arm.was_called = true;
        (arm.answer, arm.end_state) = (once.answer, once.end_state);
    }

    /// The arms whose answers are wrong, and those that leave something wrong behind. Another revision may have other
    /// answers, and leave something else.
    pub(super) fn disagreements(&self) -> Vec<(usize, Failure)> {
        let mut wrong: Vec<(usize, Failure)> = Vec::new();
        for side in [Side::This, Side::Other] {
            wrong.extend(self.disagreements_on(side, Of::Answer, |arm| arm.answer.as_deref()));
            wrong.extend(self.disagreements_on(side, Of::EndState, |arm| arm.end_state.as_deref()));
        }
        let mut seen = BTreeSet::new();
        wrong.retain(|(arm, _)| seen.insert(*arm));
        wrong
    }

    fn disagreements_on(
        &self,
        side: Side,
        of: Of,
        text: impl Fn(&ArmState) -> Option<&str>,
    ) -> Vec<(usize, Failure)> {
        let given = |arm: usize| {
            let (id, is_reference) = (self.arms[arm].id.as_str(), self.case.arms[arm].is_reference);
            text(&self.arms[arm]).map(|text| Given { arm, id, is_reference, text })
        };
        let arms = self.arms_in().into_iter().filter(|arm| self.case.arms[*arm].side == side);
        answers::disagreements(&arms.filter_map(given).collect::<Vec<_>>(), of)
    }

    /// An arm was calibrated.
    pub(super) fn calibrated(&mut self, arm: usize, calibration: Calibration) {
        self.arms[arm].calibration = Some(calibration);
    }

    /// All arms were calibrated: those that are alike share their number of iterations, unless theirs is fixed, and the
    /// two sides of a benchmark share all of how they are sampled. Once a run is finished, all later ones are sampled as
    /// it was.
    pub(super) fn share_iterations(&mut self) {
        if self.next_index == 0 {
            self.pair();
            let arms = self.arms.iter_mut().zip(&self.case.arms);
            let free = arms.filter(|(arm, given)| arm.is_in() && given.settings.iterations.is_none());
            share_iterations(free.filter_map(|(arm, _)| arm.calibration.as_mut()).collect());
            self.pair();
        }
    }

    /// Samples the two sides of a benchmark alike.
    fn pair(&mut self) {
        for arm in self.arms_in() {
            let twin = self.case.twin(arm).filter(|twin| arm < *twin && self.arms[*twin].is_in());
            let calibrations =
                twin.and_then(|twin| self.arms[arm].calibration.zip(self.arms[twin].calibration));
            if let (Some(twin), Some((one, other))) = (twin, calibrations) {
                let (one, other) = alike(one, other);
                (self.arms[arm].calibration, self.arms[twin].calibration) = (Some(one), Some(other));
            }
        }
    }

    /// An arm takes no further part.
    pub(super) fn leave(&mut self, arm: usize, out: Out) {
        self.arms[arm].out = Some(out);
        self.gone.push(arm);
        self.round = None;
    }

    /// No worker of this side can be had: none of its arms can take part, nor can those that are only there to be
    /// compared with them. That may be otherwise when the run is resumed, so no finished run tells of it.
    pub(super) fn all_leave(&mut self, side: Side, out: &Out) {
        let given = self.case.arms.iter();
        let arms = self.arms.iter_mut().zip(given).filter(|(arm, given)| arm.is_in() && given.side >= side);
        arms.for_each(|(arm, _)| arm.out = Some(out.clone()));
    }

    /// What every arm that takes part does in a turn; those that have a twin, with the canary only if that is asked for.
    pub(super) fn turn_plans(&self, canary_beside: bool) -> Vec<(usize, TurnPlan)> {
        let plan = |(arm, calibration, plan): (usize, Calibration, TurnPlan)| match self.case.twin(arm) {
            Some(_) if !canary_beside => (arm, plan),
            _ => (arm, with_canary(plan, &calibration)),
        };
        self.sampled().into_iter().map(plan).collect()
    }

    fn sampled(&self) -> Vec<(usize, Calibration, TurnPlan)> {
        let present = self.arms.iter().enumerate().filter(|(_, arm)| arm.is_in());
        let calibrated = present.filter_map(|(index, arm)| {
            let calibration = arm.calibration?;
            let plan = turn_plan(&self.paced(index, &calibration), &self.case.arms[index].settings);
            Some((index, calibration, plan))
        });
        let mut sampled: Vec<_> = calibrated.collect();
        let paced = sampled.iter_mut().map(|(arm, calibration, plan)| (self.paced(*arm, calibration), plan));
        share_samples(paced.collect());
        sampled
    }

    /// The calibration that a turn goes by: where the two sides of a benchmark are sampled alike, that of the faster one.
    fn paced(&self, arm: usize, own: &Calibration) -> Calibration {
        let twin = self.case.twin(arm).and_then(|twin| self.arms[twin].calibration);
        let alike = twin.filter(|twin| (twin.regime, twin.iterations) == (own.regime, own.iterations));
        let iteration_ns = alike.map_or(own.iteration_ns, |twin| twin.iteration_ns.min(own.iteration_ns));
        Calibration { iteration_ns, ..*own }
    }

    /// The next run: `Ok(None)` when there is to be none, an error as long as nobody can tell.
    pub(super) fn next_run(&self, now: Duration) -> Result<Option<RunPlan>, Uncalibrated> {
        let pace = self.pace().ok_or(Uncalibrated)?;
        Ok(self.goal.next_run(&pace, &self.progress(now)))
    }

    /// Whether so much is behind that it can be looked at.
    pub(super) fn is_at_look(&self, now: Duration) -> bool {
        self.pace().is_some_and(|pace| self.demand.is_at_look(&pace, &self.progress(now)))
    }

    /// Sets the runs until the next look as the goal, if there may be more and there is time for one. Tells whether.
    pub(super) fn ask_for_more(&mut self, now: Duration) -> bool {
        let Some(pace) = self.pace() else { return false };
        let done = self.progress(now);
        let next = self.demand.until_next_look(&pace, &done);
        let goal = next.filter(|goal| goal.next_run(&pace, &done).is_some());
        let goes_on = goal.is_some();
        self.goal = goal.unwrap_or_else(|| self.goal.clone());
        goes_on
    }

    /// What has come of every arm so far, in the order of the case.
    pub(super) fn so_far(&self) -> Vec<ArmRun> {
        self.arms.iter().map(|arm| arm.clone().into_run(&self.place)).collect()
    }

    /// What running costs, as measured last or else as calibrated; `None` before all arms were calibrated.
    pub(super) fn pace(&self) -> Option<Pace> {
        if self.arms_in().is_empty() || !self.never_calibrated().is_empty() {
            return None;
        }
        let estimate =
            || self.sampled().iter().map(|(_, calibration, plan)| turn_time(calibration, plan)).sum();
        Some(Pace {
            set_up: self.set_up,
            round: self.round.unwrap_or_else(estimate),
            very_slow: self
                .sampled()
                .iter()
                .any(|(_, calibration, _)| calibration.regime == Regime::VerySlow),
        })
    }

    /// What is behind.
    pub(super) fn progress(&self, now: Duration) -> Progress {
        let first = self.arms.iter().find(|arm| arm.is_in());
        let runs = first.map_or(&[][..], |arm| &arm.runs);
        let rounds = runs.iter().map(|run| run.turns.len() as u32).sum();
        Progress { runs: runs.len() as u32, rounds, spent: self.spent + (now - self.run_since) }
    }

    /// A run ended with these turns of each arm and its core; a round took `round` on average.
    pub(super) fn finish_run(&mut self, turns: Vec<(usize, Option<u32>, Vec<Turn>)>, round: Duration) {
        self.round = Some(round);
        for (arm, core, turns) in turns {
            let Part { look, retry } = self.part;
            self.arms[arm].runs.push(Run { index: self.next_index, look, retry, core, turns });
        }
    }

    /// Whether arms went out that no finished run tells of.
    pub(super) fn has_gone(&self) -> bool {
        !self.gone.is_empty()
    }

    /// The run that just ended, as the journal keeps it.
    pub(super) fn finished(&mut self, now: Duration) -> FinishedRun {
        let elapsed = now - self.run_since;
        let index = self.next_index;
        let gone = std::mem::take(&mut self.gone);
        let told = self.arms_in().into_iter().chain(gone);
        let share = |arm: usize| Some((self.arms[arm].id.clone(), self.arms[arm].share(index)?));
        let arms = told.filter_map(share).collect();
        (self.run_since, self.spent, self.next_index) = (now, self.spent + elapsed, index + 1);
        FinishedRun {
            index,
            look: self.part.look,
            retry: self.part.retry,
            placement: self.place.placement,
            elapsed_ns: elapsed.as_nanos() as u64,
            arms,
        }
    }

    /// What came of every arm, in the order of the case.
    pub(super) fn into_arm_runs(self, now: Duration) -> Vec<ArmRun> {
        let warnings = (0..self.arms.len()).map(|arm| warnings::of_arm(&self, arm, now)).collect::<Vec<_>>();
        let runs = self.arms.into_iter().map(|arm| arm.into_run(&self.place));
        runs.zip(warnings).map(|(run, warnings)| ArmRun { warnings, ..run }).collect()
    }
}

/// Nobody can tell what a round costs before all arms were calibrated.
#[derive(Clone, Copy, Debug)]
pub(super) struct Uncalibrated;

fn not_begun(arm: &Arm) -> ArmState {
    let out = arm.skip.clone().map(Out::Skipped);
    ArmState { id: arm.label(), out, ..ArmState::default() }
}

fn out_of(share: &ArmShare) -> Option<Out> {
    match share {
        ArmShare::Measured { .. } => None,
        ArmShare::Skipped(reason) => Some(Out::Skipped(reason.clone())),
        ArmShare::Failed(failure) => Some(Out::Failed(failure.clone())),
    }
}

impl ArmState {
    /// Whether it still takes part.
    pub(super) fn is_in(&self) -> bool {
        self.out.is_none()
    }

    /// What it brought to the run of this number.
    fn share(&self, index: u32) -> Option<ArmShare> {
        match &self.out {
            Some(Out::Skipped(reason)) => Some(ArmShare::Skipped(reason.clone())),
            Some(Out::Failed(failure)) => Some(ArmShare::Failed(failure.clone())),
            None => Some(ArmShare::Measured {
                info: self.info?,
                basis: self.basis.clone(),
                calibration: self.calibration?,
                run: self.runs.last().filter(|run| run.index == index)?.clone(),
            }),
        }
    }

    /// What came of it.
    fn into_run(mut self, place: &Place) -> ArmRun {
        let basis = std::mem::take(&mut self.basis);
        ArmRun { basis, ..ArmRun::ended(self.into_ending(place)) }
    }

    fn into_ending(self, place: &Place) -> ArmEnding {
        let Place { placement, reason: placement_reason } = place.clone();
        match (self.out, self.info, self.calibration) {
            (Some(out), ..) => out.into(),
            (None, Some(info), Some(calibration)) if !self.runs.is_empty() => {
                ArmEnding::Measured(ArmSamples {
                    info,
                    calibration,
                    placement,
                    placement_reason,
                    runs: self.runs,
                })
            }
            (None, ..) => ArmEnding::Skipped("stopped before it was measured".to_owned()),
        }
    }
}
