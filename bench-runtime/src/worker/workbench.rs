//! Where arms are set up, calibrated and given their turns, in whatever process that is. Main type: [`Workbench`].

use std::num::NonZeroU64;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use super::calibrate::calibrate;
use super::canary::Canaries;
use super::drivers::{Drivers, RuntimeKey};
use super::shelf::{Shelf, not_set_up};
use super::{ArmOrder, MemoryOrder, Once, PreparedArm, Provisions, Setback, Told, TraceOrder};
use super::{memory, panics, trace};
use crate::bencher::{Bencher, Pass, Prepared, Preparing, Reading, SetupError, panic_text, with_causes};
use crate::dataset;
use crate::event_loop::Driver;
use crate::fixture::Supply;
use crate::identity;
use crate::machine;
use crate::model::{
    Basis, Calibration, Clocked, Failure, FailureKind, LoadOrder, LoadTrial, LoopTrace, Memory, Throughput,
    Turn, TurnPlan,
};
use crate::registry::Case;

/// Finds the case of an id.
pub(crate) type Resolve = Box<dyn Fn(&str) -> Option<Case>>;

/// What a benchmark wants done around a round.
type RoundHook = fn(&mut Prepared, Option<&Driver>) -> Result<(), SetupError>;

/// Holds the arms of one run, and the runtimes that drive them.
pub(crate) struct Workbench {
    resolve: Resolve,
    // Declared in the order in which they are dropped.
    arms: Vec<SetUp>,
    shelf: Shelf,
    drivers: Drivers,
    canaries: Canaries,
    started: Instant,
}

/// An arm that is set up.
struct SetUp {
    prepared: Prepared,
    runtime: RuntimeKey,
    iterations: Option<NonZeroU64>,
    first_call: Option<Duration>,
}

impl Workbench {
    /// An empty workbench; its clock starts now.
    pub(crate) fn new(resolve: Resolve) -> Self {
        panics::note();
        Self {
            resolve,
            arms: Vec::new(),
            shelf: Shelf::default(),
            drivers: Drivers::default(),
            canaries: Canaries::default(),
            started: Instant::now(),
        }
    }

    /// Tells what came of the services of the run.
    pub(crate) fn provide(&mut self, provisions: Provisions) {
        self.shelf.provisions = provisions;
    }

    /// Sets an arm up; it takes the next number. `tell` is told of every fixture before and
    /// after it is made.
    pub(crate) fn prepare(
        &mut self,
        order: &ArmOrder,
        tell: &mut dyn FnMut(Told<'_>),
    ) -> Result<PreparedArm, Setback> {
        let Some(case) = (self.resolve)(&order.id) else {
            return Err(failed(FailureKind::Error, format!("this program has no benchmark `{}`", order.id)));
        };
        let runtime = RuntimeKey::of(order);
        let supply = self.supply(&order.id, &case, runtime, tell);
        let prepared = supply.and_then(|(supply, basis)| self.set_up(&case, runtime, supply, basis));
        for notice in dataset::take_notices() {
            tell(Told::Notice(&notice));
        }
        let (prepared, basis) = prepared.map_err(|setback| self.shelf.provisions.judged(setback))?;
        let info = prepared.info();
        if order.settings.load.is_some() && !info.shape.overlaps() {
            return Err(failed(FailureKind::Error, CANNOT_OVERLAP.to_owned()));
        }
        if prepared.needs_driver() {
            self.drivers.start(runtime)?;
        }
        let iterations = order.settings.iterations;
        self.arms.push(SetUp { prepared, runtime, iterations, first_call: None });
        Ok(PreparedArm { info, basis })
    }

    /// The fixture that the case takes, and what that runs on.
    fn supply(
        &mut self,
        id: &str,
        case: &Case,
        runtime: RuntimeKey,
        tell: &mut dyn FnMut(Told<'_>),
    ) -> Result<(Supply, Basis), Setback> {
        let Some(fixture) = case.fixture else { return Ok(Default::default()) };
        let name = id.split('[').next().and_then(|path| path.rsplit("::").next()).unwrap_or(id);
        self.shelf.supply(name, fixture, runtime, &mut self.drivers, tell)
    }

    /// Sets a case up; it runs on what its fixture runs on, and on what it tells itself.
    fn set_up(
        &mut self,
        case: &Case,
        runtime: RuntimeKey,
        supply: Supply,
        mut basis: Basis,
    ) -> Result<(Prepared, Basis), Setback> {
        let drivers = &mut self.drivers;
        let (set_up, told) = identity::collected(|| {
            caught(|| match (case.prepare)(Bencher::with(supply)) {
                Preparing::Done(ended) => Ok(ended),
                Preparing::Awaited(set_up) => drivers.wait(runtime, set_up),
            })
        });
        let prepared = set_up??.map_err(|error| not_set_up(error.as_ref()))?;
        basis.absorb(told);
        Ok((prepared, basis))
    }

    /// Calls an arm once.
    pub(crate) fn once(&mut self, arm: usize) -> Result<Once, Setback> {
        let once = self.round(arm, |bench| {
            let Reading { answer, mut errors, elapsed, .. } = bench.pass(arm, Pass::Once)?;
            if let Some(further @ 1..) =
                bench.arms[arm].prepared.calls_to_end_state().map(|calls| calls.saturating_sub(1))
            {
                let pass = Pass::Time { iterations: further, clocked: Clocked::EachCall };
                errors.absorb(bench.pass(arm, pass)?.errors);
            }
            Ok(Once { answer, end_state: bench.end_state(arm)?, errors, elapsed })
        })?;
        self.arms[arm].first_call.get_or_insert(once.elapsed);
        Ok(once)
    }

    /// What the calls of an arm have left behind, where that is looked at.
    fn end_state(&mut self, arm: usize) -> Result<Option<String>, Setback> {
        let SetUp { prepared, runtime, .. } = &mut self.arms[arm];
        let driver = self.drivers.get(*runtime);
        let looked = caught(|| self.drivers.within(*runtime, || prepared.end_state(driver)))?;
        looked.transpose().map_err(|error| hook_failed("end_state", &error))
    }

    /// Finds out how an arm is to be sampled.
    pub(crate) fn calibrate(&mut self, arm: usize) -> Result<Calibration, Setback> {
        let (iterations, first_call) = (self.arms[arm].iterations, self.arms[arm].first_call);
        self.round(arm, |bench| calibrate(iterations, first_call, |pass| bench.pass(arm, pass)))
    }

    /// Gives an arm its turn.
    pub(crate) fn turn(&mut self, arm: usize, plan: TurnPlan) -> Result<Turn, Setback> {
        self.round(arm, |bench| bench.sampled(arm, plan))
    }

    fn sampled(&mut self, arm: usize, plan: TurnPlan) -> Result<Turn, Setback> {
        let canary = self.canaries.read(plan.canary);
        self.settle(arm);
        let mut turn = Turn { started_ns: nanos(self.started.elapsed()), canary, ..Turn::default() };
        let interruptions = machine::Interruptions::start();
        if plan.discard > 0 {
            let pass = Pass::Time { iterations: plan.discard, clocked: plan.clocked };
            turn.errors.absorb(self.pass(arm, pass)?.errors);
        }
        let mut processed = Throughput::default();
        for _ in 0..plan.samples {
            let pass = Pass::Time { iterations: plan.iterations, clocked: plan.clocked };
            let reading = self.pass(arm, pass)?;
            let iterations = reading.iterations.max(1) as f64;
            turn.samples.push(reading.elapsed.as_nanos() as f64 / iterations);
            turn.calls.extend(reading.calls);
            turn.errors.absorb(reading.errors);
            processed.items += reading.processed.items / iterations;
            processed.bytes += reading.processed.bytes / iterations;
        }
        let samples = f64::from(plan.samples.max(1));
        turn.throughput = Throughput { items: processed.items / samples, bytes: processed.bytes / samples };
        turn.involuntary_switches = interruptions.count();
        Ok(turn)
    }

    /// Counts what an arm does with memory.
    pub(crate) fn memory(
        &mut self,
        arm: usize,
        order: &MemoryOrder,
    ) -> Result<Result<Memory, String>, Setback> {
        memory::count(order, |iterations| {
            self.round(arm, |bench| {
                bench.settle(arm);
                bench.pass(arm, Pass::Memory { iterations })
            })
        })
    }

    /// Traces the futures of an arm.
    pub(crate) fn trace(
        &mut self,
        arm: usize,
        order: &TraceOrder,
    ) -> Result<Result<LoopTrace, String>, Setback> {
        let Some(tracer) = self.drivers.get(self.arms[arm].runtime).and_then(Driver::tracer) else {
            return Ok(Err("it has no futures, or was not prepared for being traced".to_owned()));
        };
        let shape = self.arms[arm].prepared.info().shape;
        let in_flight = order.in_flight.max(1);
        trace::trace(order, &tracer, shape, |iterations| {
            self.round(arm, |bench| {
                bench.settle(arm);
                bench.pass(arm, Pass::Trace { iterations, in_flight })
            })
        })
    }

    /// Puts an arm under a load.
    pub(crate) fn load(&mut self, arm: usize, order: &LoadOrder) -> Result<LoadTrial, Setback> {
        self.settle(arm);
        let seen = self.round(arm, |bench| bench.pass(arm, Pass::Load(*order)))?.load;
        seen.map(|trial| *trial).ok_or_else(|| failed(FailureKind::Error, CANNOT_OVERLAP.to_owned()))
    }

    /// Calls an arm for about `length`, for a profiler to look at; returns how often.
    pub(crate) fn profile(&mut self, arm: usize, length: Duration) -> Result<u64, Setback> {
        Ok(self.round(arm, |bench| bench.pass(arm, Pass::Profile(length)))?.iterations)
    }

    /// Tears down all arms, in the order in which they were set up, and then their fixtures. What goes wrong first is
    /// told.
    pub(crate) fn clear(&mut self) -> Result<(), Setback> {
        let mut outcome = Ok(());
        for arm in self.arms.drain(..) {
            let dropped = caught(|| self.drivers.within(arm.runtime, || drop(arm.prepared)));
            outcome = outcome.and(dropped);
        }
        outcome.and(self.shelf.clear(&mut self.drivers))
    }

    /// Does something with an arm, between what its benchmark wants done before and after a round.
    fn round<T>(
        &mut self,
        arm: usize,
        action: impl FnOnce(&mut Self) -> Result<T, Setback>,
    ) -> Result<T, Setback> {
        self.hook(arm, "before_round", Prepared::before_round)?;
        let done = action(self)?;
        self.hook(arm, "after_round", Prepared::after_round)?;
        Ok(done)
    }

    fn hook(&mut self, arm: usize, name: &str, hook: RoundHook) -> Result<(), Setback> {
        let SetUp { prepared, runtime, .. } = &mut self.arms[arm];
        let driver = self.drivers.get(*runtime);
        let ended = caught(|| self.drivers.within(*runtime, || hook(prepared, driver)))?;
        ended.map_err(|error| hook_failed(name, &error))
    }

    fn settle(&self, arm: usize) {
        let arm = &self.arms[arm];
        if let (true, Some(driver)) = (arm.prepared.info().shape.is_async(), self.drivers.get(arm.runtime)) {
            driver.settle();
        }
    }

    fn pass(&mut self, arm: usize, pass: Pass) -> Result<Reading, Setback> {
        let SetUp { prepared, runtime, .. } = &mut self.arms[arm];
        let driver = self.drivers.get(*runtime);
        let mut reading = caught(|| prepared.run(pass, driver))?;
        // An iteration that awaits a task that panicked may have returned an error for it.
        let panics = panics::in_tasks();
        if panics.count > reading.errors.count {
            reading.errors = panics;
        }
        Ok(reading)
    }
}

/// Why there is nothing to be seen under load.
const CANNOT_OVERLAP: &str = "`concurrency` and `rate` keep several operations in flight, and this routine runs one at a \
                              time: use `iter_concurrent` or `iter_spawned`";

impl Drop for Workbench {
    /// Whatever is still there is torn down; nobody is left to be told how that went.
    fn drop(&mut self) {
        let _ = self.clear();
    }
}

fn hook_failed(name: &str, error: &SetupError) -> Setback {
    failed(FailureKind::Error, format!("`{name}` returned an error: {}", with_causes(error.as_ref())))
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// A failure of this kind.
pub(super) fn failed(kind: FailureKind, message: String) -> Setback {
    Setback::Failed(Failure::new(kind, message))
}

/// Runs the user's code; a panic becomes a failure.
pub(super) fn caught<T>(action: impl FnOnce() -> T) -> Result<T, Setback> {
    catch_unwind(AssertUnwindSafe(action)).map_err(|payload| {
        let text = panic_text(payload.as_ref());
        let place = panics::last_place().map(|place| format!(" (at {place})")).unwrap_or_default();
        let advice = panics::advice(text).map(|advice| format!(": {advice}")).unwrap_or_default();
        failed(FailureKind::Panic, format!("{text}{place}{advice}"))
    })
}
