//! Where arms are set up, calibrated and given their turns, in whatever process that is. Main type: [`Workbench`].

use std::any::Any;
use std::num::NonZeroU64;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use super::calibrate::calibrate;
use super::canary::Canaries;
use super::{ArmOrder, MemoryOrder, Once, Setback, TraceOrder};
use super::{memory, panics, trace};
use crate::bencher::{Bencher, Pass, Prepared, Preparing, Reading, SetUpFuture, SetupError, with_causes};
use crate::event_loop::Driver;
use crate::machine;
use crate::model::{
    ArmInfo, Calibration, Failure, FailureKind, Flavor, LoopTrace, Memory, Throughput, Turn, TurnPlan,
};
use crate::registry::Case;

/// Finds the case of an id.
pub(crate) type Resolve = Box<dyn Fn(&str) -> Option<Case>>;

/// Holds the arms of one run, and the runtimes that drive them.
pub(crate) struct Workbench {
    resolve: Resolve,
    // Declared before the drivers: arms are dropped first.
    arms: Vec<SetUp>,
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
        panics::note_places();
        Self {
            resolve,
            arms: Vec::new(),
            drivers: Drivers::default(),
            canaries: Canaries::default(),
            started: Instant::now(),
        }
    }

    /// Sets an arm up; it takes the next number.
    pub(crate) fn prepare(&mut self, order: &ArmOrder) -> Result<ArmInfo, Setback> {
        let Some(case) = (self.resolve)(&order.id) else {
            return Err(failed(FailureKind::Error, format!("this program has no benchmark `{}`", order.id)));
        };
        let runtime = RuntimeKey::of(order);
        let prepared = self.set_up(&case, runtime)?;
        let info = prepared.info();
        if info.shape.is_async() {
            self.drivers.start(runtime)?;
        }
        let iterations = order.settings.iterations;
        self.arms.push(SetUp { prepared, runtime, iterations, first_call: None });
        Ok(info)
    }

    fn set_up(&mut self, case: &Case, runtime: RuntimeKey) -> Result<Prepared, Setback> {
        let drivers = &mut self.drivers;
        caught(|| match (case.prepare)(Bencher::default()) {
            Preparing::Done(ended) => ended.map_err(|e| not_set_up(&e)),
            Preparing::Awaited(set_up) => drivers.await_set_up(runtime, set_up),
        })?
    }

    /// Calls an arm once.
    pub(crate) fn once(&mut self, arm: usize) -> Result<Once, Setback> {
        let reading = self.pass(arm, Pass::Once)?;
        self.arms[arm].first_call.get_or_insert(reading.elapsed);
        Ok(Once { answer: reading.answer, errors: reading.errors, elapsed: reading.elapsed })
    }

    /// Finds out how an arm is to be sampled.
    pub(crate) fn calibrate(&mut self, arm: usize) -> Result<Calibration, Setback> {
        let (iterations, first_call) = (self.arms[arm].iterations, self.arms[arm].first_call);
        calibrate(iterations, first_call, |pass| self.pass(arm, pass))
    }

    /// Gives an arm its turn.
    pub(crate) fn turn(&mut self, arm: usize, plan: TurnPlan) -> Result<Turn, Setback> {
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
            self.settle(arm);
            self.pass(arm, Pass::Memory { iterations })
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
        trace::trace(order, &tracer, shape, |iterations| {
            self.settle(arm);
            self.pass(arm, Pass::Trace { iterations })
        })
    }

    /// Calls an arm for about `length`, for a profiler to look at; returns how often.
    pub(crate) fn profile(&mut self, arm: usize, length: Duration) -> Result<u64, Setback> {
        Ok(self.pass(arm, Pass::Profile(length))?.iterations)
    }

    /// Tears all arms down, in the order in which they were set up.
    pub(crate) fn clear(&mut self) -> Result<(), Setback> {
        for arm in self.arms.drain(..) {
            let driver = self.drivers.get(arm.runtime);
            caught(|| within(driver, || drop(arm.prepared)))?;
        }
        Ok(())
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
        caught(|| prepared.run(pass, driver))
    }
}

/// What tells runtimes apart. A client is never awaited on another runtime than the one that set it up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct RuntimeKey {
    flavor: Flavor,
    workers: u32,
    traced: bool,
}

impl RuntimeKey {
    fn of(order: &ArmOrder) -> Self {
        Self { flavor: order.settings.flavor, workers: order.settings.workers, traced: order.traced }
    }
}

/// The runtimes of a workbench, each started on first need.
#[derive(Default)]
struct Drivers(Vec<(RuntimeKey, Driver)>);

impl Drivers {
    fn get(&self, key: RuntimeKey) -> Option<&Driver> {
        self.0.iter().find(|(k, _)| *k == key).map(|(_, driver)| driver)
    }

    fn start(&mut self, key: RuntimeKey) -> Result<&Driver, Setback> {
        let at = match self.0.iter().position(|(k, _)| *k == key) {
            Some(at) => at,
            None => {
                let driver = Driver::new(key.flavor, key.workers, key.traced)
                    .map_err(|e| failed(FailureKind::Error, format!("the runtime does not start: {e}")))?;
                self.0.push((key, driver));
                self.0.len() - 1
            }
        };
        Ok(&self.0[at].1)
    }
}

#[cfg(feature = "async")]
impl Drivers {
    fn await_set_up(&mut self, key: RuntimeKey, set_up: SetUpFuture) -> Result<Prepared, Setback> {
        self.start(key)?.block_on(set_up).map_err(|e| not_set_up(&e))
    }
}

#[cfg(not(feature = "async"))]
impl Drivers {
    fn await_set_up(&mut self, _key: RuntimeKey, _set_up: SetUpFuture) -> Result<Prepared, Setback> {
        let reason = "its set-up is an `async fn`, and adapter-bench was built without its feature `async`";
        Err(Setback::Skipped(reason.to_owned()))
    }
}

#[cfg(feature = "async")]
fn within<T>(driver: Option<&Driver>, action: impl FnOnce() -> T) -> T {
    let _guard = driver.map(Driver::enter);
    action()
}

#[cfg(not(feature = "async"))]
fn within<T>(_driver: Option<&Driver>, action: impl FnOnce() -> T) -> T {
    action()
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

fn failed(kind: FailureKind, message: String) -> Setback {
    Setback::Failed(Failure::new(kind, message))
}

fn not_set_up(error: &SetupError) -> Setback {
    failed(FailureKind::Error, format!("the set-up returned an error: {}", with_causes(error.as_ref())))
}

/// Runs the user's code; a panic becomes a failure.
fn caught<T>(action: impl FnOnce() -> T) -> Result<T, Setback> {
    catch_unwind(AssertUnwindSafe(action)).map_err(|payload| {
        let place = panics::last_place().map(|place| format!(" (at {place})"));
        let message = panic_text(payload.as_ref()) + place.as_deref().unwrap_or_default();
        failed(FailureKind::Panic, message)
    })
}

fn panic_text(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a panic without a text").to_owned()
}
