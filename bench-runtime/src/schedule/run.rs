//! One run of a case: fresh workers, set-up, warm-up rounds, measured rounds. Main type: [`RunInHand`].

use std::time::Duration;

use fastrand::Rng;

use super::case::CaseState;
use super::crew::{Crew, Out, Trouble};
use super::order::{self, Orders};
use super::timetable::RunPlan;
use super::{Event, Schedule, needs_threads};
use crate::model::{Failure, FailureKind, Turn, TurnPlan};
use crate::worker::Once;

/// A run whose arms are ready to take turns.
struct RunInHand {
    /// Its number within the look, from 0.
    index: u32,
    crew: Crew,
    orders: Orders,
    plan: RunPlan,
    turns: Vec<(usize, TurnPlan)>,
    /// Rounds so far, warm-up included.
    rounds_done: u32,
}

/// The turns of one round by arm, and how long it took.
struct Round {
    turns: Vec<(usize, Turn)>,
    elapsed: Duration,
}

impl Schedule<'_> {
    /// Runs what is planned or, where nothing could be planned yet, what turns out to be right. The state is changed
    /// by what is learned even if the run comes to nothing.
    pub(super) fn run(&mut self, state: &mut CaseState<'_>, plan: Option<RunPlan>) -> Result<(), Trouble> {
        let began = self.clock.now();
        let mut rng = order::rng(self.seed, state.key(), state.next_index());
        let core = self.core(state, &mut rng);
        let mut crew = self.set_up(state, core)?;
        state.set_up_took(self.clock.now() - began);
        self.examine(state, &mut crew)?;
        let planned = plan.or_else(|| state.next_run(self.clock.now()).ok().flatten());
        match planned.filter(|_| !state.arms_in().is_empty()) {
            Some(plan) => {
                let turns = state.turn_plans(self.canary_beside);
                let (index, orders) = (state.runs_behind(), self.orders(state));
                self.drive(state, RunInHand { index, crew, orders, plan, turns, rounds_done: 0 })
            }
            None => crew.finish().map(|_| ()),
        }
    }

    /// The core for a run's workers: none if an arm needs several.
    fn core(&self, state: &CaseState<'_>, rng: &mut Rng) -> Option<u32> {
        let pinned = !state.arms_in().iter().any(|arm| needs_threads(&state.case.arms[*arm].settings));
        rng.choice(&self.cores).copied().filter(|_| pinned)
    }

    fn orders(&self, state: &CaseState<'_>) -> Orders {
        Orders::of_run(self.seed, state.key(), state.next_index(), state.runs_behind())
    }

    fn set_up(&mut self, state: &mut CaseState<'_>, core: Option<u32>) -> Result<Crew, Trouble> {
        let mut crew = Crew::new(state.place.placement, core);
        for arm in state.arms_in() {
            self.go_on()?;
            match crew.prepare(self.launcher, arm, state.case.arms[arm].side, &state.order(arm))? {
                Ok(prepared) => state.prepared(arm, prepared),
                Err(reason) => self.leave(state, arm, Out::Skipped(reason)),
            }
        }
        Ok(crew)
    }

    /// Learns of every arm what is not known yet: its answer, and how to sample it.
    fn examine(&mut self, state: &mut CaseState<'_>, crew: &mut Crew) -> Result<(), Trouble> {
        for arm in state.never_called() {
            self.go_on()?;
            let once = crew.once(arm)?;
            self.called(state, arm, once);
        }
        for (arm, failure) in state.disagreements() {
            self.leave(state, arm, Out::Failed(failure));
        }
        for arm in state.never_calibrated() {
            self.go_on()?;
            state.calibrated(arm, crew.calibrate(arm)?);
        }
        state.share_iterations();
        Ok(())
    }

    /// Takes note of an arm's call. One that returned an error there is out: its times would be those of failing.
    pub(super) fn called(&mut self, state: &mut CaseState<'_>, arm: usize, once: Once) {
        match error_of(&once) {
            Some(failure) => self.leave(state, arm, Out::Failed(failure)),
            None => state.called(arm, once),
        }
    }

    fn drive(&mut self, state: &mut CaseState<'_>, mut run: RunInHand) -> Result<(), Trouble> {
        self.warm_up(state, &mut run)?;
        let began = self.clock.now();
        let turns = self.measured_rounds(state, &mut run)?;
        let elapsed = self.clock.now() - began;
        let rounds = turns.iter().map(|(_, turns)| turns.len()).max().unwrap_or(1).max(1);
        let with_core = |(arm, turns)| (arm, run.crew.core(arm), turns);
        let turns = turns.into_iter().map(with_core).collect();
        if let Some(failure) = run.crew.finish()? {
            state.torn_down = Some(failure);
        }
        state.finish_run(turns, elapsed / rounds as u32);
        Ok(())
    }

    fn warm_up(&mut self, state: &CaseState<'_>, run: &mut RunInHand) -> Result<(), Trouble> {
        let began = self.clock.now();
        while run.rounds_done < run.plan.warm_up || self.clock.now() - began < run.plan.warm_up_time {
            if state.demand.is_large(self.round(run)?.elapsed) {
                break;
            }
        }
        run.plan.warm_up = run.rounds_done;
        Ok(())
    }

    /// The turns of each arm. There is at least one round, and no further one once the time is up.
    fn measured_rounds(
        &mut self,
        state: &CaseState<'_>,
        run: &mut RunInHand,
    ) -> Result<Vec<(usize, Vec<Turn>)>, Trouble> {
        let mut turns: Vec<_> = run.turns.iter().map(|(arm, _)| (*arm, Vec::new())).collect();
        // However many rounds warming up took, the first of these begins a pair.
        run.orders = self.orders(state);
        for _ in 0..run.plan.rounds {
            for (arm, turn) in self.round(run)?.turns {
                if let Some((_, of_arm)) = turns.iter_mut().find(|(known, _)| *known == arm) {
                    of_arm.push(turn);
                }
            }
            let done = state.progress(self.clock.now());
            if done.spent >= state.demand.deadline(done.runs) {
                break;
            }
        }
        Ok(turns)
    }

    fn round(&mut self, run: &mut RunInHand) -> Result<Round, Trouble> {
        self.go_on()?;
        let began = self.clock.now();
        let order = run.orders.next(&run.turns);
        let turns = run.crew.round(&order)?;
        let elapsed = self.clock.now() - began;
        (self.observe)(run.round_ended());
        run.rounds_done += 1;
        Ok(Round { turns: order.into_iter().map(|(arm, _)| arm).zip(turns).collect(), elapsed })
    }

    /// An error once the user has stopped the run.
    fn go_on(&self) -> Result<(), Trouble> {
        if (self.stop)() { Err(Trouble::Stopped) } else { Ok(()) }
    }
}

impl RunInHand {
    fn round_ended(&self) -> Event<'static> {
        Event::RoundEnded {
            run: self.index,
            runs: self.plan.runs.max(self.index + 1),
            round: self.rounds_done,
            rounds: (self.plan.warm_up + self.plan.rounds).max(self.rounds_done + 1),
        }
    }
}

fn error_of(once: &Once) -> Option<Failure> {
    let text = || once.errors.first.clone().unwrap_or_else(|| "it returned an error".to_owned());
    (once.errors.count > 0).then(|| Failure::new(FailureKind::Error, text()))
}
