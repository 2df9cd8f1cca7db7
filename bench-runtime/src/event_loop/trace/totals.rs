//! What all traced operations did together. Main type: [`Totals`].

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tokio::runtime::RuntimeMetrics;

use super::probe::{Operation, Seen};
use crate::model::{Blocking, Children, Gauge, LoopIteration, LoopTrace, PolledOn, Told};

/// What all traced operations did, in ticks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Totals {
    operations: u64,
    own: Seen,
    fewest_polls: Option<u64>,
    most_polls: u64,
    /// Those that have ended.
    children: Seen,
    children_count: u64,
    most_children_alive: u64,
    outlived: u64,
}

/// What is to be known besides what the operations did.
pub(super) struct Beside {
    /// Nanoseconds of a tick.
    pub(super) tick: f64,
    /// How long a poll may take.
    pub(super) blocking_ns: u64,
    pub(super) interruptions: u64,
    pub(super) polled_on: PolledOn,
    pub(super) loop_iteration: Told<LoopIteration>,
    pub(super) worker_busy_ratio: Told<f64>,
    /// Tasks that were spawned in the runtime meanwhile.
    pub(super) spawned: Told<u64>,
}

impl Totals {
    /// An operation ended.
    pub(super) fn add_operation(&mut self, seen: &Seen, operation: &Operation) {
        self.operations += 1;
        self.own.add(seen);
        let polls = seen.polls + operation.children_polls.load(Ordering::Relaxed);
        self.fewest_polls = Some(self.fewest_polls.map_or(polls, |fewest| fewest.min(polls)));
        self.most_polls = self.most_polls.max(polls);
        self.children_count += operation.children.load(Ordering::Relaxed);
        self.outlived += operation.children_alive.load(Ordering::Relaxed);
    }

    /// A child ended.
    pub(super) fn add_child(&mut self, seen: &Seen) {
        self.children.add(seen);
    }

    /// An operation has so many children that are alive.
    pub(super) fn children_alive(&mut self, alive: u64) {
        self.most_children_alive = self.most_children_alive.max(alive);
    }

    /// All of it per operation; the error is why there is nothing.
    pub(super) fn trace(&self, beside: Beside) -> Told<LoopTrace> {
        if self.operations == 0 {
            return Err("no operation came to its end while it was traced".to_owned());
        }
        let (own, children) = (&self.own, &self.children);
        let time = |ticks: u64| self.per_op(ticks) * beside.tick;
        let nanoseconds = |ticks: u64| (ticks as f64 * beside.tick) as u64;
        Ok(LoopTrace {
            operations: self.operations,
            polled_on: beside.polled_on,
            polls_per_op: self.per_op(own.polls + children.polls),
            polls_range: (self.fewest_polls.unwrap_or(0), self.most_polls),
            busy_ns: time(own.busy + children.busy),
            wait_ns: time(own.wait),
            scheduled_ns: time(own.scheduled),
            longest_poll_ns: nanoseconds(own.longest.max(children.longest)),
            blocking: Blocking {
                threshold_ns: beside.blocking_ns,
                polls: own.blocking + children.blocking,
                interruptions: beside.interruptions,
            },
            loop_iteration: beside.loop_iteration,
            tasks_alive: gauge(own.looks, own.tasks),
            queue_depth: gauge(own.looks, own.queued),
            worker_busy_ratio: beside.worker_busy_ratio,
            spawned_per_op: beside.spawned.map(|spawned| self.per_op(spawned)),
            children: self.of_children(beside.tick),
        })
    }

    fn of_children(&self, tick: f64) -> Told<Children> {
        if self.children_count == 0 {
            let reason = "nothing was spawned through `adapter_bench::spawn`, and tokio does not tell whose task is whose";
            return Err(reason.to_owned());
        }
        Ok(Children {
            per_op: self.per_op(self.children_count),
            polls_per_op: self.per_op(self.children.polls),
            busy_ns: self.per_op(self.children.busy) * tick,
            scheduled_ns: self.per_op(self.children.scheduled) * tick,
            most_alive: self.most_children_alive,
            outlived: self.outlived,
        })
    }

    fn per_op(&self, total: u64) -> f64 {
        total as f64 / self.operations as f64
    }
}

fn gauge(looks: u64, (sum, max): (u64, u64)) -> Told<Gauge> {
    match looks {
        0 => Err("no operation had to wait, and between its polls alone the runtime is looked at".to_owned()),
        _ => Ok(Gauge { mean: sum as f64 / looks as f64, max }),
    }
}

impl Seen {
    fn add(&mut self, other: &Self) {
        self.polls += other.polls;
        self.busy += other.busy;
        self.wait += other.wait;
        self.scheduled += other.scheduled;
        self.longest = self.longest.max(other.longest);
        self.blocking += other.blocking;
        self.looks += other.looks;
        for (own, other) in [(&mut self.tasks, other.tasks), (&mut self.queued, other.queued)] {
            *own = (own.0 + other.0, own.1.max(other.1));
        }
    }
}

/// What a runtime's workers have done so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Work {
    at: Instant,
    workers: usize,
    busy: Option<Duration>,
    spawned: Option<u64>,
}

impl Work {
    pub(super) fn of(metrics: &RuntimeMetrics) -> Self {
        let workers = metrics.num_workers();
        Self { at: Instant::now(), workers, busy: busy(metrics, workers), spawned: spawned(metrics) }
    }

    /// The time since `before`.
    pub(super) fn since(&self, before: &Self) -> Duration {
        self.at - before.at
    }

    /// The share of the time since `before` in which the workers were busy, as tokio tells it.
    pub(super) fn busy_since(&self, before: &Self) -> Told<f64> {
        let all = self.since(before).as_secs_f64() * self.workers as f64;
        match (self.busy, before.busy) {
            (Some(now), Some(then)) => Ok((now.saturating_sub(then).as_secs_f64() / all).clamp(0.0, 1.0)),
            _ => Err("tokio tells it only where there are atomic integers of 64 bits".to_owned()),
        }
    }

    /// The tasks that were spawned since `before`.
    pub(super) fn spawned_since(&self, before: &Self) -> Told<u64> {
        match (self.spawned, before.spawned) {
            (Some(now), Some(then)) => Ok(now - then),
            _ => Err("tokio tells it only where it is built with `--cfg tokio_unstable`".to_owned()),
        }
    }
}

#[cfg(target_has_atomic = "64")]
fn busy(metrics: &RuntimeMetrics, workers: usize) -> Option<Duration> {
    Some((0..workers).map(|worker| metrics.worker_total_busy_duration(worker)).sum())
}

#[cfg(not(target_has_atomic = "64"))]
fn busy(_metrics: &RuntimeMetrics, _workers: usize) -> Option<Duration> {
    None
}

#[cfg(all(tokio_unstable, target_has_atomic = "64"))]
fn spawned(metrics: &RuntimeMetrics) -> Option<u64> {
    Some(metrics.spawned_tasks_count())
}

#[cfg(not(all(tokio_unstable, target_has_atomic = "64")))]
fn spawned(_metrics: &RuntimeMetrics) -> Option<u64> {
    None
}
