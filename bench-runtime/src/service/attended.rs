//! Services are looked after while benchmarks run: one that has ended fails those that it let down, and is started again.
//! Main type: [`Attended`].

use std::cell::RefCell;
use std::rc::Rc;

use super::Services;
use crate::model::{
    Calibration, Failure, FailureKind, LoadOrder, LoadTrial, LoopTrace, Memory, Placement, Side, Turn,
    TurnPlan,
};
use crate::secrets::conceal_in;
use crate::worker::{
    ArmOrder, Launcher, MemoryOrder, Once, PreparedArm, Provisions, RoundSetback, Setback, TraceOrder, Worker,
};

/// Launches workers beside services. Before each it starts services again that have ended, every one once.
pub(crate) struct Attended {
    launcher: Box<dyn Launcher>,
    services: Rc<RefCell<Services>>,
}

impl Attended {
    /// The workers of `launcher`, which was told what came of `services`.
    pub(crate) fn new(launcher: Box<dyn Launcher>, services: Rc<RefCell<Services>>) -> Self {
        Self { launcher, services }
    }
}

impl Launcher for Attended {
    fn launch(&mut self, core: Option<u32>, side: Side) -> Result<Box<dyn Worker>, Setback> {
        if self.services.borrow_mut().restart_ended() {
            self.launcher.provide(self.services.borrow().provisions());
        }
        let worker = self.launcher.launch(core, side).map_err(Setback::concealed)?;
        Ok(Box::new(Beside { worker, services: Rc::clone(&self.services) }))
    }

    fn provide(&mut self, provisions: &Provisions) {
        self.launcher.provide(provisions);
    }

    fn placement(&self) -> Placement {
        self.launcher.placement()
    }

    fn placement_reason(&self) -> Option<String> {
        self.launcher.placement_reason()
    }
}

/// A worker whose failures are told together with the end of a service behind them, and whose texts hold no secrets.
struct Beside {
    worker: Box<dyn Worker>,
    services: Rc<RefCell<Services>>,
}

impl Beside {
    fn told<T>(&self, result: Result<T, Setback>) -> Result<T, Setback> {
        result.map_err(|setback| self.with_ended(setback))
    }

    fn with_ended(&self, setback: Setback) -> Setback {
        let failure = match setback.concealed() {
            Setback::Failed(failure) => failure,
            other => return other,
        };
        match self.services.borrow().ended() {
            Some(ended) => {
                let message = format!("{}; {ended}", failure.message);
                Setback::Failed(Failure { message, ..failure })
            }
            None => Setback::Failed(failure),
        }
    }

    /// Turns in which calls failed because a service has ended are no measurement.
    fn let_down(&self, order: &[(usize, TurnPlan)], turns: &[Turn]) -> Option<RoundSetback> {
        let failing = turns.iter().position(|turn| turn.errors.count > 0)?;
        let setback = Setback::Failed(Failure::new(FailureKind::Error, self.services.borrow().ended()?));
        Some(RoundSetback { arm: order.get(failing)?.0, setback })
    }
}

impl Worker for Beside {
    fn prepare(&mut self, arm: &ArmOrder) -> Result<PreparedArm, Setback> {
        let prepared = self.worker.prepare(arm);
        self.told(prepared)
    }

    fn once(&mut self, arm: usize) -> Result<Once, Setback> {
        let called = self.worker.once(arm);
        let mut once = self.told(called)?;
        once.errors.conceal();
        once.answer.iter_mut().for_each(conceal_in);
        let ended = if once.errors.count > 0 { self.services.borrow().ended() } else { None };
        match ended {
            // The worker goes with the service that its fixtures are connected to.
            Some(ended) => {
                let message = format!("{}; {ended}", once.errors.first.unwrap_or_default());
                Err(Setback::Failed(Failure::new(FailureKind::Error, message)))
            }
            None => Ok(once),
        }
    }

    fn calibrate(&mut self, arm: usize) -> Result<Calibration, Setback> {
        let calibrated = self.worker.calibrate(arm);
        self.told(calibrated)
    }

    fn round(&mut self, turns: &[(usize, TurnPlan)]) -> Result<Vec<Turn>, RoundSetback> {
        let mut taken = self.worker.round(turns).map_err(|RoundSetback { arm, setback }| RoundSetback {
            arm,
            setback: self.with_ended(setback),
        })?;
        taken.iter_mut().for_each(|turn| turn.errors.conceal());
        self.let_down(turns, &taken).map_or(Ok(taken), Err)
    }

    fn memory(&mut self, arm: usize, order: &MemoryOrder) -> Result<Result<Memory, String>, Setback> {
        let counted = self.worker.memory(arm, order);
        self.told(counted)
    }

    fn trace(&mut self, arm: usize, order: &TraceOrder) -> Result<Result<LoopTrace, String>, Setback> {
        let traced = self.worker.trace(arm, order);
        self.told(traced)
    }

    fn load(&mut self, arm: usize, order: &LoadOrder) -> Result<LoadTrial, Setback> {
        let loaded = self.worker.load(arm, order);
        let mut trial = self.told(loaded)?;
        trial.errors.texts.iter_mut().for_each(conceal_in);
        Ok(trial)
    }

    fn core(&self) -> Option<u32> {
        self.worker.core()
    }

    fn finish(self: Box<Self>) -> Result<(), Setback> {
        let Self { worker, .. } = *self;
        worker.finish().map_err(Setback::concealed)
    }
}
