//! The traced pass: futures and the event loop watched from inside. Main type: [`Tracer`].
//!
//! A tracer belongs to the runtime of one traced worker. It wraps each operation's future
//! ([`Tracer::operation`]) and, through [`spawn`], the tasks that operations spawn; the runtime's hooks tell it of every
//! turn of the event loop. None of it exists in the other passes.

mod probe;
mod spawn;
#[cfg(test)]
mod tests;
mod ticks;
mod totals;
mod waking;
mod watch;

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::runtime::{Handle, RuntimeMetrics};

pub use self::spawn::spawn;

use self::probe::Probe;
use self::ticks::Ticks;
use self::totals::{Beside, Totals, Work};
use self::watch::Watch;
use crate::model::{Flavor, LoopTrace, PolledOn, Told};

/// Gathers what the traced operations and the event loop do.
#[derive(Debug)]
pub struct Tracer {
    flavor: Flavor,
    ticks: Ticks,
    watch: Arc<Watch>,
    /// Set once the runtime is there.
    metrics: OnceLock<RuntimeMetrics>,
    state: Mutex<State>,
}

/// What changes while operations are traced.
#[derive(Debug, Default)]
struct State {
    /// Goes up when the tracing begins anew: what belongs to an earlier one no longer counts.
    epoch: u32,
    /// How long a poll may take: beyond it, it holds up the event loop.
    blocking_ns: u64,
    /// The same in ticks.
    blocking: u64,
    totals: Totals,
    /// What the workers had done when the tracing began.
    before: Option<Work>,
}

impl Tracer {
    /// One for a runtime of this flavour.
    pub(super) fn new(flavor: Flavor) -> Arc<Self> {
        Arc::new(Self {
            flavor,
            ticks: Ticks::start(),
            watch: Arc::default(),
            metrics: OnceLock::new(),
            state: Mutex::default(),
        })
    }

    /// One that traces on the runtime that this thread is in, for measuring the tracing itself. The runtime's hooks tell it
    /// nothing.
    ///
    /// # Panics
    ///
    /// Outside a runtime.
    pub fn here() -> Arc<Self> {
        const BLOCKING_NS: u64 = 1_000_000;
        let tracer = Self::new(Flavor::CurrentThread);
        tracer.runs_on(&Handle::current());
        tracer.start(BLOCKING_NS);
        tracer
    }

    /// What the runtime's hooks tell.
    pub(super) fn watch(&self) -> Arc<Watch> {
        Arc::clone(&self.watch)
    }

    /// Tells it of the runtime, once that is there.
    pub(super) fn runs_on(&self, runtime: &Handle) {
        let _ = self.metrics.set(runtime.metrics());
    }

    /// Counts from here on, and forgets what was before. A poll may take `blocking_ns` before it counts as blocking.
    pub(crate) fn start(&self, blocking_ns: u64) {
        let blocking = (blocking_ns as f64 / self.ticks.nanoseconds()).round() as u64;
        let before = self.metrics.get().map(Work::of);
        let mut state = self.state();
        *state = State { epoch: state.epoch + 1, blocking_ns, blocking, totals: Totals::default(), before };
        self.watch.forget();
    }

    /// Wraps the future of one operation; several may be in flight. What it did is added up when it ends or is dropped.
    pub fn operation<F: Future>(self: &Arc<Self>, future: F) -> impl Future<Output = F::Output> {
        Probe::of_operation(self).watching(future)
    }

    /// What the operations since [`start`](Self::start) did; the error is why nothing can be told. `interruptions` is how
    /// often the kernel took the core away meanwhile.
    pub(crate) fn finish(&self, polled_on: PolledOn, interruptions: u64) -> Told<LoopTrace> {
        let now = self.metrics.get().map(Work::of).ok_or("the runtime is not there")?;
        let state = self.state();
        let before = state.before.as_ref().ok_or("the tracing was never started")?;
        let tick = self.ticks.nanoseconds();
        state.totals.trace(Beside {
            tick,
            blocking_ns: state.blocking_ns,
            interruptions,
            polled_on,
            loop_iteration: self.watch.told(tick),
            worker_busy_ratio: self.busy_ratio(before, &now, tick),
            spawned: now.spawned_since(before),
        })
    }

    /// The share of time in which the workers were busy. tokio counts it up when a worker goes to sleep, which the only
    /// thread of a runtime may never do; there it is the time that this thread did not sleep.
    fn busy_ratio(&self, before: &Work, now: &Work, tick: f64) -> Told<f64> {
        match self.flavor {
            Flavor::MultiThread => now.busy_since(before),
            Flavor::CurrentThread => {
                let asleep = self.watch.asleep() as f64 * tick / 1e9;
                Ok((1.0 - asleep / now.since(before).as_secs_f64()).clamp(0.0, 1.0))
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
