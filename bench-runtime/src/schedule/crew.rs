//! The workers of one run and which arm sits where. Main type: [`Crew`].

use crate::model::{
    ArmEnding, Calibration, Failure, FailureKind, LoadOrder, LoadTrial, LoopTrace, Memory, Placement, Side,
    Turn, TurnPlan,
};
use crate::worker::{ArmOrder, Launcher, MemoryOrder, Once, PreparedArm, Setback, TraceOrder, Worker};

/// Why an arm takes no further part.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Out {
    /// It cannot run here, for this reason.
    Skipped(String),
    /// It failed.
    Failed(Failure),
}

impl From<Out> for ArmEnding {
    fn from(out: Out) -> Self {
        match out {
            Out::Skipped(reason) => Self::Skipped(reason),
            Out::Failed(failure) => Self::Failed(failure),
        }
    }
}

/// What ends a run before its time.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Trouble {
    /// This arm cannot go on.
    Arm(usize, Out),
    /// No worker of this side could be had.
    Launch(Side, Out),
    /// The user stopped the run.
    Stopped,
}

impl Trouble {
    fn of_arm(arm: usize, setback: Setback) -> Self {
        Self::of(setback, |out| Self::Arm(arm, out))
    }

    fn of(setback: Setback, because: impl FnOnce(Out) -> Self) -> Self {
        match setback {
            Setback::Skipped(reason) => because(Out::Skipped(reason)),
            Setback::Failed(failure) => because(Out::Failed(failure)),
            Setback::Stopped => Self::Stopped,
        }
    }
}

/// The workers of a run: one for all arms of a side, or one for each in lock step. Arms go by their number within the
/// case.
pub(super) struct Crew {
    placement: Placement,
    core: Option<u32>,
    workers: Vec<Box<dyn Worker>>,
    /// Of each worker.
    sides: Vec<Side>,
    seats: Vec<Seat>,
}

/// Where an arm was prepared.
#[derive(Clone, Copy)]
struct Seat {
    arm: usize,
    worker: usize,
    /// What the worker calls it.
    number: usize,
}

impl Crew {
    /// Nobody yet. Workers are launched as arms need them, pinned to `core` if possible.
    pub(super) fn new(placement: Placement, core: Option<u32>) -> Self {
        Self { placement, core, workers: Vec::new(), sides: Vec::new(), seats: Vec::new() }
    }

    /// Sets an arm up, in a worker of its own when in lock step. The inner error is the reason why it cannot run here.
    pub(super) fn prepare(
        &mut self,
        launcher: &mut dyn Launcher,
        arm: usize,
        side: Side,
        order: &ArmOrder,
    ) -> Result<Result<PreparedArm, String>, Trouble> {
        let worker = self.worker_for_next(launcher, side)?;
        match self.workers[worker].prepare(order) {
            Ok(prepared) => {
                let number = self.seats.iter().filter(|seat| seat.worker == worker).count();
                self.seats.push(Seat { arm, worker, number });
                Ok(Ok(prepared))
            }
            Err(Setback::Skipped(reason)) => Ok(Err(reason)),
            Err(setback) => Err(Trouble::of_arm(arm, setback)),
        }
    }

    fn worker_for_next(&mut self, launcher: &mut dyn Launcher, side: Side) -> Result<usize, Trouble> {
        let present = self.sides.iter().position(|other| *other == side);
        if let Some(worker) = present.filter(|_| self.placement != Placement::LockStep) {
            return Ok(worker);
        }
        let launched = launcher.launch(self.core, side);
        self.workers
            .push(launched.map_err(|setback| Trouble::of(setback, |out| Trouble::Launch(side, out)))?);
        self.sides.push(side);
        Ok(self.workers.len() - 1)
    }

    /// Calls an arm once.
    pub(super) fn once(&mut self, arm: usize) -> Result<Once, Trouble> {
        let Seat { worker, number, .. } = self.seat(arm);
        self.workers[worker].once(number).map_err(|setback| Trouble::of_arm(arm, setback))
    }

    /// Counts what an arm does with memory. The inner error is why that cannot be counted.
    pub(super) fn memory(
        &mut self,
        arm: usize,
        order: &MemoryOrder,
    ) -> Result<Result<Memory, String>, Trouble> {
        let Seat { worker, number, .. } = self.seat(arm);
        self.workers[worker].memory(number, order).map_err(|setback| Trouble::of_arm(arm, setback))
    }

    /// Puts an arm under a load.
    pub(super) fn load(&mut self, arm: usize, order: &LoadOrder) -> Result<LoadTrial, Trouble> {
        let Seat { worker, number, .. } = self.seat(arm);
        self.workers[worker].load(number, order).map_err(|setback| Trouble::of_arm(arm, setback))
    }

    /// Traces the futures of an arm. The inner error is why they cannot be traced.
    pub(super) fn trace(
        &mut self,
        arm: usize,
        order: &TraceOrder,
    ) -> Result<Result<LoopTrace, String>, Trouble> {
        let Seat { worker, number, .. } = self.seat(arm);
        self.workers[worker].trace(number, order).map_err(|setback| Trouble::of_arm(arm, setback))
    }

    /// Finds out how an arm is to be sampled.
    pub(super) fn calibrate(&mut self, arm: usize) -> Result<Calibration, Trouble> {
        let Seat { worker, number, .. } = self.seat(arm);
        self.workers[worker].calibrate(number).map_err(|setback| Trouble::of_arm(arm, setback))
    }

    /// Takes turns in the order given. Those that follow each other in one worker are one request.
    pub(super) fn round(&mut self, order: &[(usize, TurnPlan)]) -> Result<Vec<Turn>, Trouble> {
        let mut turns = Vec::with_capacity(order.len());
        let seated: Vec<(Seat, TurnPlan)> =
            order.iter().map(|(arm, plan)| (self.seat(*arm), *plan)).collect();
        for together in seated.chunk_by(|(one, _), (next, _)| one.worker == next.worker) {
            turns.extend(self.turns(together)?);
        }
        Ok(turns)
    }

    /// Takes turns that all belong to one worker; there is at least one.
    fn turns(&mut self, together: &[(Seat, TurnPlan)]) -> Result<Vec<Turn>, Trouble> {
        let first = together[0].0;
        let request: Vec<(usize, TurnPlan)> =
            together.iter().map(|(seat, plan)| (seat.number, *plan)).collect();
        match self.workers[first.worker].round(&request) {
            Ok(turns) if turns.len() == request.len() => Ok(turns),
            Ok(turns) => Err(Trouble::Arm(first.arm, Out::Failed(incomplete(turns.len(), request.len())))),
            Err(setback) => {
                let driven = together.iter().find(|(seat, _)| seat.number == setback.arm);
                let arm = driven.map_or(first.arm, |(seat, _)| seat.arm);
                Err(Trouble::of_arm(arm, setback.setback))
            }
        }
    }

    fn seat(&self, arm: usize) -> Seat {
        *self.seats.iter().find(|seat| seat.arm == arm).expect("only arms that were prepared are driven")
    }

    /// The core that an arm's worker is pinned to, if it is.
    pub(super) fn core(&self, arm: usize) -> Option<u32> {
        self.workers[self.seat(arm).worker].core()
    }

    /// The arms that were prepared.
    pub(super) fn arms(&self) -> Vec<usize> {
        self.seats.iter().map(|seat| seat.arm).collect()
    }

    /// Ends the workers. A failure is the arm's where a worker held but one, else nobody's: it is returned.
    pub(super) fn finish(mut self) -> Result<Option<Failure>, Trouble> {
        let mut nobodys = None;
        for (index, worker) in std::mem::take(&mut self.workers).into_iter().enumerate() {
            if let Err(Setback::Failed(failure)) = worker.finish() {
                match self.only_arm_of(index) {
                    Some(arm) => return Err(Trouble::Arm(arm, Out::Failed(failure))),
                    None => nobodys = Some(failure),
                }
            }
        }
        Ok(nobodys)
    }

    fn only_arm_of(&self, worker: usize) -> Option<usize> {
        let mut arms = self.seats.iter().filter(|seat| seat.worker == worker).map(|seat| seat.arm);
        arms.next().filter(|_| arms.next().is_none())
    }
}

fn incomplete(got: usize, asked: usize) -> Failure {
    Failure::new(FailureKind::Error, format!("the worker returned {got} turns instead of {asked}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Clocked;
    use crate::model::plain::settings;
    use crate::schedule::fake::{Step, World, failed};

    const PLAN: TurnPlan =
        TurnPlan { discard: 0, samples: 1, iterations: 1, clocked: Clocked::Batch, canary: 0 };

    /// A crew of these arms, numbered from 10.
    fn crew(world: &World, placement: Placement, arms: &[&str]) -> Crew {
        let mut crew = Crew::new(placement, Some(3));
        for (arm, name) in (10..).zip(arms) {
            let order = ArmOrder { id: format!("p::b::{name}"), settings: settings(), traced: false };
            let _ = crew.prepare(&mut world.clone(), arm, Side::This, &order).expect("no trouble");
        }
        crew
    }

    fn order(arms: &[usize]) -> Vec<(usize, TurnPlan)> {
        arms.iter().map(|arm| (*arm, PLAN)).collect()
    }

    #[test]
    fn in_lock_step_each_arm_has_a_worker_on_the_same_core() {
        let world = World::default();
        let mut crew = crew(&world, Placement::LockStep, &["a", "b"]);
        assert_eq!((crew.core(10), crew.core(11)), (Some(3), Some(3)));
        assert_eq!(crew.round(&order(&[11, 10])).expect("taken").len(), 2);
        let steps = ["launch 0 on 3", "prepare a", "launch 1 on 3", "prepare b", "round b", "round a"];
        assert_eq!(world.log(), steps);
    }

    #[test]
    fn an_arm_that_cannot_run_takes_no_number() {
        let world = World::default().script(Step::Prepare, "a", 0, Setback::Skipped("no server".into()));
        let mut crew = crew(&world, Placement::Shared, &["a", "b", "c"]);
        assert_eq!(crew.arms(), [11, 12]);
        crew.round(&order(&[12, 11])).expect("taken");
        assert_eq!(world.log().last().map(String::as_str), Some("round c b"));
    }

    #[test]
    fn the_arm_whose_turn_it_was_is_blamed() {
        for placement in [Placement::Shared, Placement::LockStep] {
            let mut world = World::default();
            for launch in 0..3 {
                world = world.script(Step::Round, "b", launch, failed(FailureKind::Abort));
            }
            let mut crew = crew(&world, placement, &["a", "b", "c"]);
            let trouble = crew.round(&order(&[12, 11, 10])).expect_err("it is scripted");
            assert!(matches!(trouble, Trouble::Arm(11, Out::Failed(_))), "{trouble:?}");
        }
    }
}
