//! Runs arms in the runner's own process: no isolation, no time-outs, nothing between a profiler and the code. Main type:
//! [`InProcess`].

use super::workbench::{Resolve, Workbench};
use super::{
    ArmOrder, Ear, Launcher, MemoryOrder, Once, PreparedArm, Provisions, RoundSetback, Setback, TraceOrder,
    Worker,
};
use crate::model::{
    Calibration, Failure, FailureKind, LoadOrder, LoadTrial, LoopTrace, Memory, Placement, Side, Turn,
    TurnPlan,
};

/// Launches workers that are mere workbenches.
pub(crate) struct InProcess {
    resolve: fn() -> Resolve,
    reason: String,
    provisions: Provisions,
    ear: Ear,
}

impl InProcess {
    /// A launcher whose workers find their cases through `resolve`; `reason` says why there are no processes,
    /// `ear` hears what is told of fixtures.
    pub(crate) fn new(resolve: fn() -> Resolve, reason: String, provisions: Provisions, ear: Ear) -> Self {
        Self { resolve, reason, provisions, ear }
    }
}

impl Launcher for InProcess {
    fn launch(&mut self, _core: Option<u32>, side: Side) -> Result<Box<dyn Worker>, Setback> {
        match side {
            Side::This => {
                let mut bench = Workbench::new((self.resolve)());
                bench.provide(self.provisions.clone());
                Ok(Box::new(Local(bench, Ear::clone(&self.ear))))
            }
            Side::Other => {
                let message = "another program does not run in this process";
                Err(Setback::Failed(Failure::new(FailureKind::Error, message)))
            }
        }
    }

    fn provide(&mut self, provisions: &Provisions) {
        self.provisions = self.provisions.replaced_by(provisions);
    }

    fn placement(&self) -> Placement {
        Placement::InProcess
    }

    fn placement_reason(&self) -> Option<String> {
        Some(self.reason.clone())
    }
}

struct Local(Workbench, Ear);

impl Worker for Local {
    fn prepare(&mut self, arm: &ArmOrder) -> Result<PreparedArm, Setback> {
        self.0.prepare(arm, &mut |told| self.1.borrow_mut().hear(told))
    }

    fn once(&mut self, arm: usize) -> Result<Once, Setback> {
        self.0.once(arm)
    }

    fn calibrate(&mut self, arm: usize) -> Result<Calibration, Setback> {
        self.0.calibrate(arm)
    }

    fn round(&mut self, turns: &[(usize, TurnPlan)]) -> Result<Vec<Turn>, RoundSetback> {
        let turn = |&(arm, plan)| self.0.turn(arm, plan).map_err(|setback| RoundSetback { arm, setback });
        turns.iter().map(turn).collect()
    }

    fn memory(&mut self, arm: usize, order: &MemoryOrder) -> Result<Result<Memory, String>, Setback> {
        self.0.memory(arm, order)
    }

    fn trace(&mut self, arm: usize, order: &TraceOrder) -> Result<Result<LoopTrace, String>, Setback> {
        self.0.trace(arm, order)
    }

    fn load(&mut self, arm: usize, order: &LoadOrder) -> Result<LoadTrial, Setback> {
        self.0.load(arm, order)
    }

    fn core(&self) -> Option<u32> {
        None
    }

    fn finish(mut self: Box<Self>) -> Result<(), Setback> {
        self.0.clear()
    }
}
