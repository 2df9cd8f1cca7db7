//! What a result file says of futures: the object `async` of a benchmark. Main type: [`AsyncEntry`].
//!
//! Everything is optional, since it has two sources: the traced pass ([`LoopTrace`]), whose figures stand here, and the
//! load that a timed pass kept up. What that one brings (`latency`, `late`, `dropped`, `errors`, throughput) goes into
//! further optional fields of [`AsyncEntry`], below those of the traced pass.

use std::collections::BTreeMap;

use super::rates::HighestRateEntry;
use super::result::Figure;
use super::under_load::{LatencyEntry, LoadEntry, LoadErrorsEntry};
use super::words::PolledOnWord;
use crate::json;
use crate::model::{Blocking, Children, Gauge, LoopIteration, LoopTrace, Told};

/// What a benchmark's futures do to the event loop, and how they fare under load. Times are nanoseconds per operation.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct AsyncEntry {
    /// Operations that were traced; absent where none were, and with it every figure but those of the load.
    pub(crate) operations: Option<u64>,
    /// Which thread polled them.
    pub(crate) polled_on: Option<PolledOnWord>,
    /// Polls of an operation's future and its children, on average.
    pub(crate) polls_per_op: Option<Figure>,
    /// The fewest polls of an operation.
    pub(crate) polls_fewest: Option<u64>,
    /// The most polls of an operation.
    pub(crate) polls_most: Option<u64>,
    /// The time in which it was polled.
    pub(crate) busy_ns: Option<Figure>,
    /// The time in which it waited to be woken.
    pub(crate) wait_ns: Option<Figure>,
    /// The time between its being woken and its poll.
    pub(crate) scheduled_ns: Option<Figure>,
    /// The longest single poll.
    pub(crate) longest_poll_ns: Option<u64>,
    /// How long a poll may take before it counts as blocking the event loop.
    pub(crate) blocking_threshold_ns: Option<u64>,
    /// Polls that took longer.
    pub(crate) blocking_polls: Option<u64>,
    /// How often the kernel took the core away meanwhile.
    pub(crate) interruptions: Option<u64>,
    /// From the event loop's waking up to its going to sleep again, on average.
    pub(crate) loop_iteration_ns: Option<Figure>,
    /// The longest of them.
    pub(crate) loop_iteration_max_ns: Option<u64>,
    /// How many there were.
    pub(crate) loop_iterations: Option<u64>,
    /// The share of time in which the workers of the runtime were busy: 1 is all of them, always.
    pub(crate) worker_busy_ratio: Option<Figure>,
    /// Tasks alive in the runtime, on average.
    pub(crate) tasks_alive_mean: Option<Figure>,
    /// The most that were seen.
    pub(crate) tasks_alive_max: Option<u64>,
    /// Tasks in the runtime's shared queue, on average.
    pub(crate) queue_depth_mean: Option<Figure>,
    /// The most that were seen.
    pub(crate) queue_depth_max: Option<u64>,
    /// Tasks that were spawned in the runtime, per operation.
    pub(crate) spawned_per_op: Option<Figure>,
    /// Tasks that operations spawned through `adapter_bench::spawn`.
    pub(crate) children: Option<ChildrenEntry>,
    /// Under load: from the start of operations to their end; in an open loop from the intended start.
    pub(crate) latency: Option<LatencyEntry>,
    /// Under load: operations per second that ended without error.
    pub(crate) throughput: Option<Figure>,
    /// In an open loop: operations that started more than a millisecond after their time.
    pub(crate) late: Option<u64>,
    /// In an open loop: operations that were not started.
    pub(crate) dropped: Option<u64>,
    /// Under load: operations that failed.
    pub(crate) errors: Option<LoadErrorsEntry>,
    /// What else was seen under load.
    pub(crate) load: Option<LoadEntry>,
    /// The highest rate that holds a target, where it was looked for.
    pub(crate) highest_rate: Option<HighestRateEntry>,
    /// Why other figures of the traced pass are absent: a sentence for each of `loop_iteration_ns`, `worker_busy_ratio`,
    /// `tasks_alive_mean`, `queue_depth_mean`, `spawned_per_op` and `children` that is.
    #[cfg_attr(feature = "schema", schemars(default, skip_serializing_if = "BTreeMap::is_empty"))]
    pub(crate) unavailable: BTreeMap<String, String>,
}

json::object!(AsyncEntry {
    operations or absent, polled_on or absent, polls_per_op or absent, polls_fewest or absent,
    polls_most or absent, busy_ns or absent, wait_ns or absent, scheduled_ns or absent,
    longest_poll_ns or absent, blocking_threshold_ns or absent, blocking_polls or absent,
    interruptions or absent, loop_iteration_ns or absent, loop_iteration_max_ns or absent,
    loop_iterations or absent, worker_busy_ratio or absent, tasks_alive_mean or absent,
    tasks_alive_max or absent, queue_depth_mean or absent, queue_depth_max or absent,
    spawned_per_op or absent, children or absent,
    latency or absent, throughput or absent, late or absent, dropped or absent, errors or absent,
    load or absent, highest_rate or absent, unavailable or absent,
});

/// Tasks that operations spawned.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct ChildrenEntry {
    /// Tasks of an operation.
    per_op: Figure,
    /// Their polls: a part of the operation's.
    polls_per_op: Figure,
    /// The time in which they were polled: a part of the operation's.
    busy_ns: Figure,
    /// The time that they spent woken and not polled.
    scheduled_ns: Figure,
    /// The most that were alive at once.
    most_alive: u64,
    /// Those that were still alive when their operation had ended, of all operations.
    outlived: u64,
}

json::object!(ChildrenEntry { per_op, polls_per_op, busy_ns, scheduled_ns, most_alive, outlived });

impl From<&LoopTrace> for AsyncEntry {
    fn from(trace: &LoopTrace) -> Self {
        let mut unavailable = BTreeMap::new();
        let iteration = known("loop_iteration_ns", &trace.loop_iteration, &mut unavailable);
        let tasks = known("tasks_alive_mean", &trace.tasks_alive, &mut unavailable);
        let queue = known("queue_depth_mean", &trace.queue_depth, &mut unavailable);
        let busy_ratio = known("worker_busy_ratio", &trace.worker_busy_ratio, &mut unavailable);
        let spawned = known("spawned_per_op", &trace.spawned_per_op, &mut unavailable);
        let children = known("children", &trace.children, &mut unavailable);
        Self {
            operations: Some(trace.operations),
            polled_on: Some(trace.polled_on.into()),
            polls_per_op: Some(trace.polls_per_op.into()),
            polls_fewest: Some(trace.polls_range.0),
            polls_most: Some(trace.polls_range.1),
            busy_ns: Some(trace.busy_ns.into()),
            wait_ns: Some(trace.wait_ns.into()),
            scheduled_ns: Some(trace.scheduled_ns.into()),
            longest_poll_ns: Some(trace.longest_poll_ns),
            blocking_threshold_ns: Some(trace.blocking.threshold_ns),
            blocking_polls: Some(trace.blocking.polls),
            interruptions: Some(trace.blocking.interruptions),
            loop_iteration_ns: iteration.map(|it| it.mean_ns.into()),
            loop_iteration_max_ns: iteration.map(|it| it.max_ns),
            loop_iterations: iteration.map(|it| it.count),
            worker_busy_ratio: busy_ratio.map(Into::into),
            tasks_alive_mean: tasks.map(|gauge| gauge.mean.into()),
            tasks_alive_max: tasks.map(|gauge| gauge.max),
            queue_depth_mean: queue.map(|gauge| gauge.mean.into()),
            queue_depth_max: queue.map(|gauge| gauge.max),
            spawned_per_op: spawned.map(Into::into),
            children: children.map(ChildrenEntry::from),
            unavailable,
            ..Self::default()
        }
    }
}

/// A figure; why it is not known is noted under its key.
fn known<T: Copy>(key: &str, told: &Told<T>, unavailable: &mut BTreeMap<String, String>) -> Option<T> {
    match told {
        Ok(figure) => Some(*figure),
        Err(reason) => {
            unavailable.insert(key.to_owned(), reason.clone());
            None
        }
    }
}

impl AsyncEntry {
    /// What was traced; `None` where nothing was.
    pub(super) fn trace(&self) -> Option<LoopTrace> {
        let figure = |figure: Option<Figure>| figure.map_or(f64::NAN, Figure::or_nan);
        let count = Option::unwrap_or_default;
        let gauge =
            |mean: Option<Figure>, max| mean.map(|mean| Gauge { mean: mean.or_nan(), max: count(max) });
        let iteration = self.loop_iteration_ns.map(|mean| LoopIteration {
            mean_ns: mean.or_nan(),
            max_ns: count(self.loop_iteration_max_ns),
            count: count(self.loop_iterations),
        });
        Some(LoopTrace {
            operations: self.operations?,
            polled_on: self.polled_on.map(Into::into).unwrap_or_default(),
            polls_per_op: figure(self.polls_per_op),
            polls_range: (count(self.polls_fewest), count(self.polls_most)),
            busy_ns: figure(self.busy_ns),
            wait_ns: figure(self.wait_ns),
            scheduled_ns: figure(self.scheduled_ns),
            longest_poll_ns: count(self.longest_poll_ns),
            blocking: Blocking {
                threshold_ns: count(self.blocking_threshold_ns),
                polls: count(self.blocking_polls),
                interruptions: count(self.interruptions),
            },
            loop_iteration: self.told("loop_iteration_ns", iteration),
            tasks_alive: self.told("tasks_alive_mean", gauge(self.tasks_alive_mean, self.tasks_alive_max)),
            queue_depth: self.told("queue_depth_mean", gauge(self.queue_depth_mean, self.queue_depth_max)),
            worker_busy_ratio: self.told("worker_busy_ratio", self.worker_busy_ratio.and_then(Figure::known)),
            spawned_per_op: self.told("spawned_per_op", self.spawned_per_op.and_then(Figure::known)),
            children: self.told("children", self.children.map(Children::from)),
        })
    }

    fn told<T>(&self, key: &str, figure: Option<T>) -> Told<T> {
        figure.ok_or_else(|| self.unavailable.get(key).cloned().unwrap_or_default())
    }
}

impl From<Children> for ChildrenEntry {
    fn from(of: Children) -> Self {
        let Children { per_op, polls_per_op, busy_ns, scheduled_ns, most_alive, outlived } = of;
        Self {
            per_op: per_op.into(),
            polls_per_op: polls_per_op.into(),
            busy_ns: busy_ns.into(),
            scheduled_ns: scheduled_ns.into(),
            most_alive,
            outlived,
        }
    }
}

impl From<ChildrenEntry> for Children {
    fn from(of: ChildrenEntry) -> Self {
        let ChildrenEntry { per_op, polls_per_op, busy_ns, scheduled_ns, most_alive, outlived } = of;
        Self {
            per_op: per_op.or_nan(),
            polls_per_op: polls_per_op.or_nan(),
            busy_ns: busy_ns.or_nan(),
            scheduled_ns: scheduled_ns.or_nan(),
            most_alive,
            outlived,
        }
    }
}
