//! What all traced operations did together. Main type: [`Totals`].

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tokio::runtime::RuntimeMetrics;

use super::Operation;
use super::probe::Seen;
use crate::model::{Blocking, Children, Gauge, LoopTrace, PolledOn, Told};

/// What all traced operations did, in ticks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Totals {
    operations: u64,
    own: Seen,
    fewest_polls: Option<u64>,
    most_polls: u64,
    children: Seen,
    children_count: u64,
    most_children_alive: u64,
    outlived: u64,
}

/// What figures are told in, and what is to be known besides.
pub(super) struct Scale {
    /// Nanoseconds of a tick.
    pub(super) tick: f64,
    pub(super) polled_on: PolledOn,
    pub(super) interruptions: u64,
}

impl Totals {
    pub(super) fn operations(&self) -> u64 {
        self.operations
    }

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

    /// All of it per operation. What only the runtime knows is left open.
    pub(super) fn trace(&self, scale: &Scale, blocking: u64) -> Told<LoopTrace> {
        if self.operations == 0 {
            return Err("no operation came to its end while it was traced".to_owned());
        }
        let (own, children) = (&self.own, &self.children);
        let per_op = |total: u64| total as f64 / self.operations as f64;
        let time = |ticks: u64| per_op(ticks) * scale.tick;
        let nanoseconds = |ticks: u64| (ticks as f64 * scale.tick) as u64;
        let level = |(sum, max): (u64, u64)| match own.looks {
            0 => Err("no operation ever had to wait".to_owned()),
            looks => Ok(Gauge { mean: sum as f64 / looks as f64, max }),
        };
        let not_told = || Err("the runtime was not asked".to_owned());
        Ok(LoopTrace {
            operations: self.operations,
            polled_on: scale.polled_on,
            polls_per_op: per_op(own.polls + children.polls),
            polls_range: (self.fewest_polls.unwrap_or(0), self.most_polls),
            busy_ns: time(own.busy + children.busy),
            wait_ns: time(own.wait),
            scheduled_ns: time(own.scheduled),
            longest_poll_ns: nanoseconds(own.longest.max(children.longest)),
            blocking: Blocking {
                threshold_ns: nanoseconds(blocking),
                polls: own.blocking + children.blocking,
                interruptions: scale.interruptions,
            },
            tasks_alive: level(own.tasks),
            queue_depth: level(own.queued),
            children: self.told_of_children(scale),
            loop_iteration: not_told().map(|()| unreachable!()),
            worker_busy_ratio: not_told().map(|()| 0.0),
            spawned_per_op: not_told().map(|()| 0.0),
        })
    }

    fn told_of_children(&self, scale: &Scale) -> Told<Children> {
        if self.children_count == 0 {
            return Err("nothing was spawned through `adapter_bench::spawn`, and tokio does not tell whose task is whose".into());
        }
        let per_op = |total: u64| total as f64 / self.operations as f64;
        Ok(Children {
            per_op: per_op(self.children_count),
            polls_per_op: per_op(self.children.polls),
            busy_ns: per_op(self.children.busy) * scale.tick,
            scheduled_ns: per_op(self.children.scheduled) * scale.tick,
            most_alive: self.most_children_alive,
            outlived: self.outlived,
        })
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
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Busy {
    at: Option<Instant>,
    workers: usize,
    busy: Duration,
    spawned: Option<u64>,
}

impl Busy {
    pub(super) fn of(metrics: &RuntimeMetrics) -> Self {
        let workers = metrics.num_workers();
        Self { at: Some(Instant::now()), workers, busy: busy(metrics, workers), spawned: spawned(metrics) }
    }

    /// The share of the time since `before` in which the workers were busy.
    pub(super) fn ratio_since(&self, before: &Self) -> Told<f64> {
        let (Some(at), Some(then)) = (self.at, before.at) else {
            return Err("the runtime was not asked".to_owned());
        };
        let all = (at - then).as_secs_f64() * self.workers as f64;
        let busy = self.busy.saturating_sub(before.busy).as_secs_f64();
        Ok((busy / all).clamp(0.0, 1.0))
    }

    /// The tasks that were spawned since `before`, for each of so many operations.
    pub(super) fn spawned_since(&self, before: &Self, operations: u64) -> Told<f64> {
        match (self.spawned, before.spawned) {
            (Some(now), Some(then)) => Ok((now - then) as f64 / operations.max(1) as f64),
            _ => Err("tokio tells it only if it is built with `--cfg tokio_unstable`".to_owned()),
        }
    }
}

#[cfg(target_has_atomic = "64")]
fn busy(metrics: &RuntimeMetrics, workers: usize) -> Duration {
    (0..workers).map(|worker| metrics.worker_total_busy_duration(worker)).sum()
}

#[cfg(not(target_has_atomic = "64"))]
fn busy(_metrics: &RuntimeMetrics, _workers: usize) -> Duration {
    Duration::ZERO
}

#[cfg(all(tokio_unstable, target_has_atomic = "64"))]
fn spawned(metrics: &RuntimeMetrics) -> Option<u64> {
    Some(metrics.spawned_tasks_count())
}

#[cfg(not(all(tokio_unstable, target_has_atomic = "64")))]
fn spawned(_metrics: &RuntimeMetrics) -> Option<u64> {
    None
}
