//! What watches one future. Main type: [`Probe`].

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use tokio::runtime::RuntimeMetrics;

use super::waking::Alarm;
use super::{Tracer, ticks};

thread_local! {
    /// The operation whose future, or whose child, this thread polls.
    static CURRENT: Cell<Option<Arc<Operation>>> = const { Cell::new(None) };
}

/// The runtime is looked at after the first poll of an operation and after every so many more.
const LOOK_EVERY: u64 = 8;

/// What an operation and its children share.
#[derive(Debug)]
pub(super) struct Operation {
    tracer: Arc<Tracer>,
    epoch: u32,
    pub(super) children: AtomicU64,
    pub(super) children_alive: AtomicU64,
    pub(super) children_polls: AtomicU64,
}

impl Operation {
    /// The one whose future, or whose child, this thread polls.
    pub(super) fn current() -> Option<Arc<Self>> {
        let current = CURRENT.take();
        let copy = current.clone();
        CURRENT.set(current);
        copy
    }
}

/// Watches the future of an operation or of one of its children.
#[derive(Debug)]
pub(super) struct Probe {
    /// Not there while the future is polled.
    operation: Option<Arc<Operation>>,
    metrics: Option<RuntimeMetrics>,
    is_child: bool,
    blocking: u64,
    alarm: Alarm,
    /// When the last poll ended, or when the future was made, in ticks.
    idle_since: u64,
    pub(super) seen: Seen,
}

/// What a future did. In ticks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    pub(super) polls: u64,
    pub(super) busy: u64,
    pub(super) wait: u64,
    pub(super) scheduled: u64,
    pub(super) longest: u64,
    pub(super) blocking: u64,
    pub(super) looks: u64,
    pub(super) tasks: (u64, u64),
    pub(super) queued: (u64, u64),
}

impl Probe {
    pub(super) fn of_operation(tracer: &Arc<Tracer>) -> Self {
        let (epoch, blocking) = {
            let state = tracer.state();
            (state.epoch, state.blocking)
        };
        let operation = Operation {
            tracer: Arc::clone(tracer),
            epoch,
            children: AtomicU64::new(0),
            children_alive: AtomicU64::new(0),
            children_polls: AtomicU64::new(0),
        };
        Self::new(Arc::new(operation), tracer.metrics.get().cloned(), false, blocking)
    }

    pub(super) fn of_child(operation: Arc<Operation>) -> Self {
        operation.children.fetch_add(1, Ordering::Relaxed);
        let alive = operation.children_alive.fetch_add(1, Ordering::Relaxed) + 1;
        let blocking = {
            let mut state = operation.tracer.state();
            state.totals.children_alive(alive);
            state.blocking
        };
        Self::new(operation, None, true, blocking)
    }

    fn new(
        operation: Arc<Operation>,
        metrics: Option<RuntimeMetrics>,
        is_child: bool,
        blocking: u64,
    ) -> Self {
        Self {
            operation: Some(operation),
            metrics,
            is_child,
            blocking,
            alarm: Alarm::default(),
            idle_since: ticks::now(),
            seen: Seen::default(),
        }
    }

    /// The future, watched.
    pub(super) async fn watching<F: Future>(mut self, future: F) -> F::Output {
        let mut future = pin!(future);
        poll_fn(move |cx| self.poll(cx, |cx| future.as_mut().poll(cx))).await
    }

    fn poll<T>(&mut self, cx: &Context<'_>, poll: impl FnOnce(&mut Context<'_>) -> Poll<T>) -> Poll<T> {
        let woken = self.alarm.rang();
        let begin = ticks::now();
        self.idle_until(begin, woken);
        let polled = {
            let within = Within::enter(&mut self.operation);
            let polled = self.alarm.poll(cx, poll);
            drop(within);
            polled
        };
        let end = ticks::now();
        self.polled_for(end.saturating_sub(begin));
        self.idle_since = end;
        if polled.is_pending() && self.seen.polls % LOOK_EVERY == 1 {
            self.look();
        }
        polled
    }

    /// Divides the time until a poll into that before the future was woken and that after it. A future that was not woken
    /// by its own waker (somebody polls all of several) waited all the time; before its first poll it waits for that only.
    #[inline]
    fn idle_until(&mut self, begin: u64, woken: u64) {
        let woken = match woken {
            0 if self.seen.polls == 0 => self.idle_since,
            0 => begin,
            woken => woken.clamp(self.idle_since, begin.max(self.idle_since)),
        };
        self.seen.wait += woken.saturating_sub(self.idle_since);
        self.seen.scheduled += begin.saturating_sub(woken);
    }

    #[inline]
    fn polled_for(&mut self, ticks: u64) {
        self.seen.polls += 1;
        self.seen.busy += ticks;
        self.seen.longest = self.seen.longest.max(ticks);
        self.seen.blocking += u64::from(ticks > self.blocking);
    }

    /// Looks at the runtime.
    fn look(&mut self) {
        let Some(metrics) = &self.metrics else { return };
        let (tasks, queued) = (metrics.num_alive_tasks() as u64, metrics.global_queue_depth() as u64);
        let seen = &mut self.seen;
        seen.looks += 1;
        seen.tasks = (seen.tasks.0 + tasks, seen.tasks.1.max(tasks));
        seen.queued = (seen.queued.0 + queued, seen.queued.1.max(queued));
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        let Some(operation) = self.operation.take() else { return };
        let mut state = operation.tracer.state();
        if self.is_child {
            operation.children_alive.fetch_sub(1, Ordering::Relaxed);
            operation.children_polls.fetch_add(self.seen.polls, Ordering::Relaxed);
        }
        match (state.epoch == operation.epoch, self.is_child) {
            (true, false) => state.totals.add_operation(&self.seen, &operation),
            (true, true) => state.totals.add_child(&self.seen),
            (false, _) => {}
        }
    }
}

/// While it lives, this thread polls a future of an operation.
struct Within<'a> {
    operation: &'a mut Option<Arc<Operation>>,
    outer: Option<Arc<Operation>>,
}

impl<'a> Within<'a> {
    #[inline]
    fn enter(operation: &'a mut Option<Arc<Operation>>) -> Self {
        let outer = CURRENT.replace(operation.take());
        Self { operation, outer }
    }
}

impl Drop for Within<'_> {
    #[inline]
    fn drop(&mut self) {
        *self.operation = CURRENT.replace(self.outer.take());
    }
}
