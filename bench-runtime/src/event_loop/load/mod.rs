//! The load generator: a closed loop that keeps operations in flight, or an open one that starts them on schedule. Main
//! function: [`run`].
//!
//! It is one future on the measuring thread. Timers of tokio are as coarse as a millisecond, so the open loop sleeps
//! until shortly before an operation is due, and from there on yields to the runtime until its time has come.

mod arrivals;
mod overlap;
mod seen;
mod slots;

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::task::{unconstrained, yield_now};
use tokio::time::{Sleep, sleep_until};

pub(crate) use self::overlap::overlapped;

use self::arrivals::Schedule;
use self::seen::Seen;
use self::slots::Slots;
use super::Driver;
use crate::model::{LoadOrder, LoadTrial};

/// What an operation returned, and when.
pub(crate) struct Ended<O> {
    /// The output.
    pub(crate) output: O,
    /// When it was there.
    pub(crate) at: Instant,
}

impl<O> Ended<O> {
    /// What `operation` returns, and when.
    pub(crate) async fn of(operation: impl Future<Output = O>) -> Self {
        let output = operation.await;
        Self { output, at: Instant::now() }
    }
}

/// Runs a trial: `start` makes an operation, `check` tells whether its output is an error.
///
/// An operation that does not end is dropped after its time-out, so the trial takes at most its length, a quarter of
/// it to catch up, and that.
pub(crate) fn run<O, F: Future<Output = Ended<O>>>(
    driver: &Driver,
    order: &LoadOrder,
    start: impl FnMut() -> F,
    check: impl FnMut(O) -> Result<(), String>,
) -> LoadTrial {
    // Operations share a task here, and are not to share its budget: that would hold back the last of them.
    driver.block_on(unconstrained(async { Generator::new(order, start, check).run().await }))
}

/// How many operations an open loop has in flight at most, where nothing else is said: more are not looked after in time.
const MOST_IN_FLIGHT: usize = 10_000;

/// Operations that never end are looked for this often.
const TICK: Duration = Duration::from_millis(5);

/// A timer may be late by this much, so that is how long before its time the open loop stops sleeping.
const TIMER_SLACK: Duration = Duration::from_millis(2);

/// When an operation was to start, and when it did.
#[derive(Clone, Copy)]
struct Started {
    intended: Instant,
    actual: Instant,
}

/// What starts operations.
struct Generator<'o, F, S, C> {
    order: &'o LoadOrder,
    start: S,
    check: C,
    slots: Slots<F, Started>,
    /// Open loop only.
    schedule: Option<Schedule>,
    most_in_flight: usize,
    /// No operation is due from here on.
    end: Instant,
    /// When an operation was last held back because there were too many.
    held_back: Option<Instant>,
    /// When operations that do not end are looked for again.
    look_again: Instant,
    alarm: Pin<Box<Sleep>>,
    seen: Seen,
}

impl<'o, O, F, S, C> Generator<'o, F, S, C>
where
    F: Future<Output = Ended<O>>,
    S: FnMut() -> F,
    C: FnMut(O) -> Result<(), String>,
{
    fn new(order: &'o LoadOrder, start: S, check: C) -> Self {
        let began = Instant::now();
        let limit = order.load.concurrency.map(|limit| limit.max(1) as usize);
        let schedule =
            order.load.rate.map(|rate| Schedule::new(rate, order.load.arrivals, order.seed, began));
        let most_in_flight = limit.unwrap_or(if schedule.is_some() { MOST_IN_FLIGHT } else { 1 });
        Self {
            order,
            start,
            check,
            slots: Slots::new(),
            schedule,
            most_in_flight,
            end: began + order.length,
            held_back: None,
            look_again: began + TICK,
            alarm: Box::pin(sleep_until((began + TICK).into())),
            seen: Seen::new(began + order.warm_up, began + order.length),
        }
    }

    async fn run(mut self) -> LoadTrial {
        loop {
            self.poll_woken();
            self.start_what_is_due();
            let now = Instant::now();
            if self.is_over(now) {
                return self.finish();
            }
            if now >= self.look_again {
                self.give_up(now);
            }
            self.pause(now).await;
        }
    }

    fn poll_woken(&mut self) {
        let Self { slots, check, seen, .. } = self;
        slots.poll_woken(|ended, started| seen.ended(ended.at, &started, check(ended.output)));
    }

    fn start_what_is_due(&mut self) {
        // One pass: what ends at once is not started over and over without a look at the others.
        for _ in 0..self.most_in_flight {
            let now = Instant::now();
            let Some(intended) = self.due(now) else { return };
            if self.slots.in_flight() >= self.most_in_flight {
                self.held_back = self.schedule.as_ref().map(|_| now);
                return;
            }
            self.start_one(intended.unwrap_or(now), now);
        }
    }

    /// Whether an operation is due, and since when, if it has a time of its own.
    fn due(&self, now: Instant) -> Option<Option<Instant>> {
        match &self.schedule {
            None => (now < self.end).then_some(None),
            Some(schedule) => {
                let next = schedule.next();
                (next <= now && next < self.end && now < self.last_start()).then_some(Some(next))
            }
        }
    }

    fn start_one(&mut self, intended: Instant, now: Instant) {
        let started = Started { intended, actual: now };
        if let Some(schedule) = &mut self.schedule {
            schedule.advance();
            let was_held_back = self.held_back.is_some_and(|since| intended <= since);
            self.seen.scheduled(&started, was_held_back);
        } else {
            self.seen.began(&started);
        }
        let output = self.slots.start((self.start)(), started);
        if let Some(ended) = output {
            self.seen.ended(ended.at, &started, (self.check)(ended.output));
        }
        self.seen.in_flight(self.slots.in_flight());
    }

    /// Operations that are late are still started for a while.
    fn last_start(&self) -> Instant {
        let quarter = (self.order.length / 4).max(Duration::from_millis(250));
        self.end + quarter.min(self.order.operation_timeout)
    }

    fn is_over(&self, now: Instant) -> bool {
        let is_behind = self.schedule.as_ref().is_some_and(|schedule| schedule.next() < self.end);
        let starts_more = now < self.end || (is_behind && now < self.last_start());
        !starts_more && self.slots.in_flight() == 0
    }

    fn give_up(&mut self, now: Instant) {
        let timeout = self.order.operation_timeout;
        let given_up = self.slots.give_up(|started| now - started.actual >= timeout);
        self.seen.timed_out(given_up, timeout);
        self.look_again = now + TICK;
    }

    /// Lets the runtime do its work until an operation wakes up, is due or may be overdue.
    async fn pause(&mut self, now: Instant) {
        let next = self.schedule.as_ref().map(Schedule::next).filter(|next| *next < self.end);
        let can_start = self.slots.in_flight() < self.most_in_flight;
        let wake_at = match next {
            Some(next) if can_start && now < self.last_start() => next.checked_sub(TIMER_SLACK),
            Some(_) => None,
            None if self.schedule.is_none() && can_start && now < self.end => Some(now),
            None => None,
        };
        match wake_at {
            Some(at) if at <= now => yield_now().await,
            at => self.sleep(at.map_or(self.look_again, |at| at.min(self.look_again))).await,
        }
    }

    async fn sleep(&mut self, until: Instant) {
        if self.alarm.deadline() != until.into() {
            self.alarm.as_mut().reset(until.into());
        }
        let Self { slots, alarm, .. } = self;
        let mut has_waited = false;
        poll_fn(|context| {
            // At least once the runtime gets its turn, even if operations wake each other without end.
            let is_woken = slots.is_woken(context);
            if (is_woken && has_waited) || alarm.as_mut().poll(context).is_ready() {
                return Poll::Ready(());
            }
            if is_woken {
                context.waker().wake_by_ref();
            }
            has_waited = true;
            Poll::Pending
        })
        .await;
    }

    fn finish(mut self) -> LoadTrial {
        let mut dropped = 0;
        if let Some(schedule) = &mut self.schedule {
            while schedule.next() < self.end {
                dropped += 1;
                schedule.advance();
            }
        }
        self.seen.into_trial(dropped, self.schedule.is_some())
    }
}

#[cfg(test)]
mod tests;
