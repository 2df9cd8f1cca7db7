//! Turns of the event loop, as the runtime's hooks tell of them. Main type: [`Watch`].

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

use super::ticks;
use crate::model::{LoopIteration, Told};

/// Turns of the event loop and the sleep between them, of all threads of the runtime together. In ticks.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    count: AtomicU64,
    sum: AtomicU64,
    longest: AtomicU64,
    asleep: AtomicU64,
}

thread_local! {
    /// When this thread woke up; 0 while it sleeps, and before it has slept for the first time.
    static AWAKE_SINCE: Cell<u64> = const { Cell::new(0) };
    /// When this thread went to sleep; 0 while it is awake.
    static ASLEEP_SINCE: Cell<u64> = const { Cell::new(0) };
}

impl Watch {
    /// This thread's event loop goes to sleep.
    pub(crate) fn sleeps(&self) {
        let now = ticks::now();
        ASLEEP_SINCE.set(now);
        let since = AWAKE_SINCE.replace(0);
        if since != 0 {
            let took = now.saturating_sub(since);
            self.count.fetch_add(1, Ordering::Relaxed);
            self.sum.fetch_add(took, Ordering::Relaxed);
            self.longest.fetch_max(took, Ordering::Relaxed);
        }
    }

    /// This thread's event loop wakes up.
    pub(crate) fn wakes(&self) {
        let now = ticks::now();
        AWAKE_SINCE.set(now);
        let since = ASLEEP_SINCE.replace(0);
        if since != 0 {
            self.asleep.fetch_add(now.saturating_sub(since), Ordering::Relaxed);
        }
    }

    /// Begins anew. The turn that this thread is in is not counted.
    pub(super) fn forget(&self) {
        AWAKE_SINCE.set(0);
        for figure in [&self.count, &self.sum, &self.longest, &self.asleep] {
            figure.store(0, Ordering::Relaxed);
        }
    }

    /// How long the threads slept, in ticks.
    pub(super) fn asleep(&self) -> u64 {
        self.asleep.load(Ordering::Relaxed)
    }

    /// What there was, in nanoseconds: a tick is so many of them.
    pub(super) fn told(&self, tick: f64) -> Told<LoopIteration> {
        let [count, sum, longest] =
            [&self.count, &self.sum, &self.longest].map(|figure| figure.load(Ordering::Relaxed));
        if count == 0 {
            return Err(
                "the event loop never went to sleep while it was traced: there was always a task to poll"
                    .into(),
            );
        }
        Ok(LoopIteration {
            mean_ns: sum as f64 * tick / count as f64,
            max_ns: (longest as f64 * tick) as u64,
            count,
        })
    }
}
