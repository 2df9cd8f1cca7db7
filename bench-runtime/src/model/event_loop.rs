//! What a routine's futures do to the event loop. Main type: [`LoopTrace`].
//!
//! Only what the traced pass finds out is here. Latencies, late and dropped arrivals, errors per operation and throughput
//! under load come from the timed pass (they would be wrong in a traced one) and have a type of their own beside this
//! one; in a result file both are parts of the object `async`.

use crate::json;

/// A figure, or the sentence that says why this runtime, or this build, cannot tell it.
pub type Told<T> = Result<T, String>;

/// What the traced pass learned of one benchmark. An operation is one call of the routine. Times are nanoseconds.
///
/// An operation's own future is at every moment polled, or waiting for something, or woken and not polled yet: without
/// children, `busy_ns + wait_ns + scheduled_ns` is the time that an operation takes (in this pass, which is slower than
/// the timed one).
#[derive(Clone, Debug, PartialEq)]
pub struct LoopTrace {
    /// Operations that were traced; the discarded ones are none.
    pub operations: u64,
    /// Which thread polled them.
    pub polled_on: PolledOn,
    /// Polls of an operation's future and of its children, on average.
    pub polls_per_op: f64,
    /// The fewest and the most polls of an operation, children that ended before it included.
    pub polls_range: (u64, u64),
    /// The time in which an operation's future and its children were polled, on average.
    pub busy_ns: f64,
    /// The time in which an operation's future waited to be woken, on average.
    pub wait_ns: f64,
    /// The time between an operation's future being woken and its poll, on average.
    pub scheduled_ns: f64,
    /// The longest single poll of an operation's future or of a child.
    pub longest_poll_ns: u64,
    /// Polls that held up the event loop.
    pub blocking: Blocking,
    /// From the loop's waking up to its going to sleep again.
    pub loop_iteration: Told<LoopIteration>,
    /// Tasks alive in the runtime, those that were spawned in set-up included.
    pub tasks_alive: Told<Gauge>,
    /// Tasks in the runtime's shared queue.
    pub queue_depth: Told<Gauge>,
    /// The share of time in which the workers of the runtime were busy: 1 is all of them, always.
    pub worker_busy_ratio: Told<f64>,
    /// Tasks that were spawned in the runtime, per operation, whoever spawned them.
    pub spawned_per_op: Told<f64>,
    /// Tasks that operations spawned through [`adapter_bench::spawn`](crate::spawn).
    pub children: Told<Children>,
}

json::object!(LoopTrace {
    operations,
    polled_on,
    polls_per_op,
    polls_range,
    busy_ns,
    wait_ns,
    scheduled_ns,
    longest_poll_ns,
    blocking,
    loop_iteration,
    tasks_alive,
    queue_depth,
    worker_busy_ratio,
    spawned_per_op,
    children,
});

/// Which thread polls a routine's futures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PolledOn {
    /// The measuring thread, which is inside `block_on`. Of a multi-thread runtime it is no worker.
    #[default]
    MainThread,
    /// A worker thread of the runtime, as a task.
    WorkerTask,
}

json::word!(PolledOn { MainThread = "main_thread", WorkerTask = "worker_task" });

/// Polls that took longer than a poll should.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Blocking {
    /// How long a poll may take, in nanoseconds.
    pub threshold_ns: u64,
    /// Polls that took longer.
    pub polls: u64,
    /// How often the kernel took the core away while the operations were traced: as many polls may have been long for
    /// that reason alone.
    pub interruptions: u64,
}

json::object!(Blocking { threshold_ns, polls, interruptions });

/// Turns of the event loop: each from the end of a sleep to the beginning of the next. Nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LoopIteration {
    /// The mean.
    pub mean_ns: f64,
    /// The longest.
    pub max_ns: u64,
    /// How many there were.
    pub count: u64,
}

json::object!(LoopIteration { mean_ns, max_ns, count });

/// A number that goes up and down, looked at after the first poll that left an operation waiting, and every eighth more.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Gauge {
    /// The mean of all looks.
    pub mean: f64,
    /// The most that was seen.
    pub max: u64,
}

json::object!(Gauge { mean, max });

/// Tasks that operations spawned.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Children {
    /// Tasks of an operation, on average.
    pub per_op: f64,
    /// Polls of an operation's tasks, on average: a part of `polls_per_op`.
    pub polls_per_op: f64,
    /// The time in which an operation's tasks were polled, on average: a part of `busy_ns`.
    pub busy_ns: f64,
    /// The time that a task spent woken and not polled, per operation, on average.
    pub scheduled_ns: f64,
    /// The most that were alive at once.
    pub most_alive: u64,
    /// Tasks that were still alive when their operation had ended.
    pub outlived: u64,
}

json::object!(Children { per_op, polls_per_op, busy_ns, scheduled_ns, most_alive, outlived });
