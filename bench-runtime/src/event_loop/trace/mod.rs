//! The traced pass: futures and the event loop watched from inside. Main type: [`Tracer`].
//!
//! A tracer belongs to the runtime of one traced worker. It wraps each operation's future
//! ([`Tracer::operation`]) and, through [`spawn`], the tasks that operations spawn; the runtime's hooks tell it of every
//! turn of the event loop. None of it exists in the other passes.

mod probe;
mod spawn;
mod ticks;
mod totals;
mod waking;
mod watch;

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::runtime::{Handle, RuntimeMetrics};

pub use self::spawn::spawn;

use self::probe::{Operation, Probe};
use self::ticks::Ticks;
use self::totals::{Busy, Totals};
use self::watch::Watch;
use crate::model::{LoopTrace, PolledOn, Told};

/// Gathers what the traced operations and the event loop do.
#[derive(Debug)]
pub(crate) struct Tracer {
    ticks: Ticks,
    watch: Arc<Watch>,
    metrics: OnceLock<RuntimeMetrics>,
    state: Mutex<State>,
}

/// What changes while operations are traced.
#[derive(Debug, Default)]
struct State {
    /// Goes up when the tracing begins anew: what belongs to an earlier one no longer counts.
    epoch: u32,
    /// Polls that take longer than this, in ticks, hold up the event loop.
    blocking: u64,
    totals: Totals,
    /// What the workers had done when the tracing began.
    busy: Busy,
}

impl Tracer {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            ticks: Ticks::start(),
            watch: Arc::default(),
            metrics: OnceLock::new(),
            state: Mutex::default(),
        })
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
        let blocking = (blocking_ns as f64 / self.ticks.nanoseconds()) as u64;
        let busy = self.metrics.get().map(Busy::of).unwrap_or_default();
        let mut state = self.state();
        *state = State { epoch: state.epoch + 1, blocking, totals: Totals::default(), busy };
        self.watch.forget();
    }

    /// Wraps the future of one operation. What it did is added up when it ends or is dropped.
    pub(crate) fn operation<F: Future>(self: &Arc<Self>, future: F) -> impl Future<Output = F::Output> {
        Probe::of_operation(self).watching(future)
    }

    /// What the operations since [`start`](Self::start) did; the error is why nothing can be told.
    pub(crate) fn finish(&self, polled_on: PolledOn, interruptions: u64) -> Told<LoopTrace> {
        let state = self.state();
        let busy = self.metrics.get().map(Busy::of).unwrap_or_default();
        let scale = totals::Scale { tick: self.ticks.nanoseconds(), polled_on, interruptions };
        let worker_busy_ratio = busy.ratio_since(&state.busy);
        let spawned = busy.spawned_since(&state.busy, state.totals.operations());
        let trace = state.totals.trace(&scale, state.blocking)?;
        Ok(LoopTrace {
            loop_iteration: self.watch.told(scale.tick),
            worker_busy_ratio,
            spawned_per_op: spawned,
            ..trace
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
