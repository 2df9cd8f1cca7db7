//! Runs [`Prepared`](crate::Prepared)s where the schedule wants them: in this process, or in a child process driven over
//! a private channel. Main types: [`Worker`] and [`Launcher`].

mod calibrate;
mod canary;
mod child;
mod death;
mod drivers;
mod heard;
mod in_process;
mod memory;
mod panics;
mod process;
mod protocol;
mod provisions;
mod shelf;
mod stderr;
mod trace;
mod workbench;

use std::time::Duration;

pub(crate) use child::{Index, is_worker, serve};
pub(crate) use heard::{Ear, Told};
pub(crate) use in_process::InProcess;
pub(crate) use panics::note as note_panics;
pub(crate) use process::{Greeting, ProcessLauncher, Programs};
pub(crate) use provisions::{Endpoint, Provisions};
pub(crate) use workbench::{Resolve, Workbench};

use crate::json;
use crate::model::{
    ArmInfo, Basis, Calibration, Errors, Failure, LoadOrder, LoadTrial, Location, LoopTrace, Memory,
    Placement, Settings, Side, SitesMode, Turn, TurnPlan,
};
use crate::secrets::conceal;

/// Something that holds set-up arms and runs them when told to.
///
/// Arms are addressed by the order in which they were prepared, from 0; a preparation that did not succeed takes no
/// number. After a [`Setback::Failed`] the worker is of no more use: it is dropped, which ends it.
pub(crate) trait Worker {
    /// Sets an arm up.
    fn prepare(&mut self, arm: &ArmOrder) -> Result<PreparedArm, Setback>;

    /// Calls an arm once and takes its answer.
    fn once(&mut self, arm: usize) -> Result<Once, Setback>;

    /// Finds out how an arm is to be sampled.
    fn calibrate(&mut self, arm: usize) -> Result<Calibration, Setback>;

    /// Takes turns in the order given, without a pause in between; one [`Turn`] each.
    fn round(&mut self, turns: &[(usize, TurnPlan)]) -> Result<Vec<Turn>, RoundSetback>;

    /// Counts what calls of an arm do with memory. The inner error is why that cannot be counted in this program.
    fn memory(&mut self, arm: usize, order: &MemoryOrder) -> Result<Result<Memory, String>, Setback>;

    /// Traces the futures of an arm that was prepared as a traced one. The inner error is why they cannot be traced.
    fn trace(&mut self, arm: usize, order: &TraceOrder) -> Result<Result<LoopTrace, String>, Setback>;

    /// Puts an arm whose shape [overlaps](crate::model::Shape::overlaps) under a load.
    fn load(&mut self, arm: usize, order: &LoadOrder) -> Result<LoadTrial, Setback>;

    /// The core that the worker is pinned to, if it is.
    fn core(&self) -> Option<u32>;

    /// Tears the arms down and ends the worker.
    fn finish(self: Box<Self>) -> Result<(), Setback>;
}

/// Starts workers.
pub(crate) trait Launcher {
    /// Starts a fresh worker of the program of this side, pinned to `core` if one is given and the system can.
    fn launch(&mut self, core: Option<u32>, side: Side) -> Result<Box<dyn Worker>, Setback>;

    /// What the workers to come are told of the services of the run.
    fn provide(&mut self, _provisions: &Provisions) {}

    /// Where its workers run when all arms of a case share one.
    fn placement(&self) -> Placement;

    /// Why they run there; `None` where that is what a run does unless told otherwise.
    fn placement_reason(&self) -> Option<String> {
        None
    }
}

/// The arm that a worker sets up.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ArmOrder {
    /// Its full name.
    pub(crate) id: String,
    /// How it is measured.
    pub(crate) settings: Settings,
    /// Whether its futures are to be traced: the runtime that it is set up on then watches its event loop.
    pub(crate) traced: bool,
}

json::object!(ArmOrder { id, settings, traced or absent });

/// An arm that is set up.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PreparedArm {
    /// What the schedule needs to know of it.
    pub(crate) info: ArmInfo,
    /// What it runs on.
    pub(crate) basis: Basis,
}

json::object!(PreparedArm { info, basis or absent });

/// How a worker counts what an arm does with memory.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MemoryOrder {
    /// Whether allocations are traced back to the lines that made them.
    pub(crate) sites: SitesMode,
    /// How many of those lines are told.
    pub(crate) top: usize,
    /// Where the benchmark is declared, for want of better lines.
    pub(crate) location: Location,
}

json::object!(MemoryOrder { sites, top, location });

/// How a worker traces the futures of an arm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TraceOrder {
    /// How long operations are traced, in nanoseconds; slow ones for longer, until there are five.
    pub(crate) length_ns: u64,
    /// How long a single poll may take before it counts as blocking the event loop, in nanoseconds.
    pub(crate) blocking_ns: u64,
    /// How many operations are in flight at once, where they can overlap; 0 is one.
    pub(crate) in_flight: u32,
}

json::object!(TraceOrder { length_ns, blocking_ns, in_flight or absent });

/// What one call of an arm showed, and those that follow it where it is looked at what they leave behind.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Once {
    /// The answer, if the arm gives one.
    pub(crate) answer: Option<String>,
    /// What it and further calls left behind, if the arm has that looked at.
    pub(crate) end_state: Option<String>,
    /// The errors that the calls returned.
    pub(crate) errors: Errors,
    /// How long the call took.
    pub(crate) elapsed: Duration,
}

json::object!(Once { answer, end_state or absent, errors, elapsed });

/// Why a worker did not do what it was told to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Setback {
    /// The arm cannot run here, for this reason; the worker is as good as before.
    Skipped(String),
    /// The arm failed, and the worker with it.
    Failed(Failure),
    /// The user stopped the run.
    Stopped,
}

impl Setback {
    /// The same without secrets in what is told.
    pub(crate) fn concealed(self) -> Self {
        match self {
            Self::Skipped(reason) => Self::Skipped(conceal(&reason).into_owned()),
            Self::Failed(mut failure) => {
                failure.conceal();
                Self::Failed(failure)
            }
            Self::Stopped => Self::Stopped,
        }
    }
}

/// A [`Setback`] in the middle of a round.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RoundSetback {
    /// The arm whose turn it was.
    pub(crate) arm: usize,
    /// What happened.
    pub(crate) setback: Setback,
}
