//! A routine that is ready to be sampled. Main type: [`Prepared`].

use std::error::Error;
use std::fmt::{self, Debug};
use std::pin::Pin;
use std::time::Duration;

use super::hooks::Hooks;
use crate::event_loop::Driver;
use crate::model::{
    ArmInfo, Clocked, DropPolicy, Errors, LoadOrder, LoadTrial, MemoryFigures, Shape, Throughput,
};

/// What is asked of a [`Prepared`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pass {
    /// One timed sub-sample.
    Time {
        /// How often the routine is called.
        iterations: u64,
        /// How the clock is read.
        clocked: Clocked,
    },
    /// One call, whose answer is taken.
    Once,
    /// Calls for about this long, for a profiler to look at.
    Profile(Duration),
    /// Calls whose futures are traced. The driver must be one that traces.
    Trace {
        /// How often the routine is called.
        iterations: u64,
        /// How many of them are in flight at once, for a shape whose futures share the measuring thread; at least 1.
        in_flight: u32,
    },
    /// Calls whose use of memory is counted, one by one, each with the drop of what it returned.
    Memory {
        /// How often the routine is called.
        iterations: u64,
    },
    /// Operations that overlap, for shapes that [can](Shape::overlaps).
    Load(LoadOrder),
}

/// What a [`Pass`] returned.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Reading {
    /// Time of all iterations together.
    pub(crate) elapsed: Duration,
    /// How often the routine was called.
    pub(crate) iterations: u64,
    /// Nanoseconds of every call, where each was clocked.
    pub(crate) calls: Vec<u64>,
    /// What all iterations processed together.
    pub(crate) processed: Throughput,
    /// Calls that returned an error.
    pub(crate) errors: Errors,
    /// The answer, if it was asked for and there is one.
    pub(crate) answer: Option<String>,
    /// What every call did with memory, where that was counted.
    pub(crate) memory: Vec<MemoryFigures>,
    /// What was seen under load, where it was put under one.
    pub(crate) load: Option<Box<LoadTrial>>,
}

/// Runs a pass over a routine; async ones are driven by the driver. One dynamic call per sub-sample.
pub(crate) type Sampler = Box<dyn FnMut(Pass, DriverRef<'_>) -> Reading>;

/// The driver that a pass may use.
pub(crate) type DriverRef<'a> = Option<&'a Driver>;

/// A benchmark after its set-up: a routine that the runner samples when and as often as it needs.
///
/// Made by the `iter…` methods of [`Bencher`](crate::Bencher).
#[must_use = "return it from the benchmark function, or nothing is measured"]
pub struct Prepared {
    info: ArmInfo,
    sampler: Sampler,
    hooks: Hooks,
}

impl Prepared {
    pub(crate) fn new(shape: Shape, drop: DropPolicy, has_answer: bool, sampler: Sampler) -> Self {
        Self { info: ArmInfo { shape, drop, has_answer }, sampler, hooks: Hooks::default() }
    }

    /// The same, with what is done around its rounds.
    pub(super) fn with(self, hooks: Hooks) -> Self {
        Self { hooks, ..self }
    }

    /// Whether it can only be run with a driver.
    pub(crate) fn needs_driver(&self) -> bool {
        self.info.shape.is_async() || self.hooks.are_async
    }

    /// Does what comes before a round.
    pub(crate) fn before_round(&mut self, driver: DriverRef<'_>) -> Result<(), SetupError> {
        self.hooks.before(driver)
    }

    /// Does what comes after a round.
    pub(crate) fn after_round(&mut self, driver: DriverRef<'_>) -> Result<(), SetupError> {
        self.hooks.after(driver)
    }

    /// After how many calls it is looked at what they left behind; `None` where it is not.
    pub(crate) fn calls_to_end_state(&self) -> Option<u64> {
        self.hooks.calls_to_end_state()
    }

    /// What calls left behind, where that is looked at.
    pub(crate) fn end_state(&mut self, driver: DriverRef<'_>) -> Option<Result<String, SetupError>> {
        self.hooks.end_state(driver)
    }

    /// What the schedule needs to know of it.
    pub(crate) fn info(&self) -> ArmInfo {
        self.info
    }

    /// Runs one pass. A shape that [is async](Shape::is_async) needs the driver.
    pub(crate) fn run(&mut self, pass: Pass, driver: DriverRef<'_>) -> Reading {
        (self.sampler)(pass, driver)
    }
}

impl Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared").field("info", &self.info).finish_non_exhaustive()
    }
}

/// Why a benchmark could not be set up, or why an iteration failed.
pub type SetupError = Box<dyn Error>;

/// What a benchmark function may return: a [`Prepared`], or a `Result` of one.
#[diagnostic::on_unimplemented(
    message = "a benchmark that takes a `Bencher` returns a `Prepared`, or a `Result` of one",
    label = "return what an `iter…` method of the `Bencher` returns",
    note = "the error of a `Result` can be anything that `?` turns into a `Box<dyn Error>`"
)]
pub trait IntoPrepared {
    /// The benchmark, or why it could not be set up.
    fn into_prepared(self) -> Result<Prepared, SetupError>;
}

impl IntoPrepared for Prepared {
    fn into_prepared(self) -> Result<Prepared, SetupError> {
        Ok(self)
    }
}

impl<E: Into<SetupError>> IntoPrepared for Result<Prepared, E> {
    fn into_prepared(self) -> Result<Prepared, SetupError> {
        self.map_err(Into::into)
    }
}

/// The set-up of an `async fn`.
pub(crate) type SetUpFuture = Pin<Box<dyn Future<Output = Result<Prepared, SetupError>>>>;

/// The set-up of a benchmark: done, or still to be awaited on the benchmark's runtime.
pub enum Preparing {
    /// The set-up of a plain function.
    Done(Result<Prepared, SetupError>),
    /// The set-up of an `async fn`.
    Awaited(SetUpFuture),
}

impl Preparing {
    /// Wraps what a plain function returned.
    pub fn done(prepared: impl IntoPrepared) -> Self {
        Self::Done(prepared.into_prepared())
    }

    /// Wraps what an `async fn` returned.
    pub fn awaited<F>(set_up: F) -> Self
    where
        F: Future<Output: IntoPrepared> + 'static,
    {
        Self::Awaited(Box::pin(async move { set_up.await.into_prepared() }))
    }
}
