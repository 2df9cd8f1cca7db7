//! What a trial has shown so far. Main type: [`Seen`].

use std::time::{Duration, Instant};

use hdrhistogram::Histogram as Hdr;

use super::Started;
use crate::model::{Histogram, LATE, LoadTrial};

/// What is kept of each latency: three digits, the error of which no percentile that is worth reading comes near.
const DIGITS: u8 = 3;
/// The longest latency: an hour. What takes longer counts as that.
const LONGEST_NS: u64 = 3_600_000_000_000;
/// The parts of a trial whose throughput is told: one for each half of a second, but at least and at most these.
const FEWEST_WINDOWS: u64 = 10;
const MOST_WINDOWS: u64 = 240;

/// What operations have shown since the warm-up ended.
pub(super) struct Seen {
    begins: Instant,
    ends: Instant,
    latency: Hdr<u64>,
    lateness: Hdr<u64>,
    trial: LoadTrial,
}

impl Seen {
    /// What starts from `begins` on is looked at; throughput until `ends`.
    pub(super) fn new(begins: Instant, ends: Instant) -> Self {
        let length = ends.saturating_duration_since(begins);
        let windows = (length.as_millis() as u64 / 500).clamp(FEWEST_WINDOWS, MOST_WINDOWS);
        let trial = LoadTrial {
            length_ns: nanos(length),
            windows: vec![0; windows as usize],
            ..LoadTrial::default()
        };
        Self { begins, ends, latency: empty(), lateness: empty(), trial }
    }

    /// An operation of a closed loop has begun.
    pub(super) fn began(&mut self, started: &Started) {
        self.trial.due += u64::from(self.counts(started));
    }

    /// An operation of an open loop has begun.
    pub(super) fn scheduled(&mut self, started: &Started, was_held_back: bool) {
        if !self.counts(started) {
            return;
        }
        let lateness = started.actual.saturating_duration_since(started.intended);
        self.trial.due += 1;
        self.trial.late += u64::from(lateness > LATE);
        self.trial.held_back += u64::from(was_held_back);
        self.lateness.saturating_record(nanos(lateness));
    }

    /// So many are in flight now.
    pub(super) fn in_flight(&mut self, operations: usize) {
        self.trial.most_in_flight = self.trial.most_in_flight.max(operations as u64);
    }

    /// An operation has ended.
    pub(super) fn ended(&mut self, at: Instant, started: &Started, result: Result<(), String>) {
        match result {
            Ok(()) => {
                if self.counts(started) {
                    self.latency.saturating_record(nanos(at.saturating_duration_since(started.intended)));
                }
                self.completed(at);
            }
            // A failure that was on its way for long belongs to where it is seen.
            Err(text) if at >= self.begins => {
                self.trial.errors.returned += 1;
                self.trial.errors.keep(&text);
            }
            Err(_) => {}
        }
    }

    /// Operations were given up after `timeout`.
    pub(super) fn timed_out(&mut self, operations: u64, timeout: Duration) {
        self.trial.errors.timed_out += operations;
        if operations > 0 {
            self.trial.errors.keep(&format!("an operation did not end within {timeout:.1?}"));
        }
    }

    /// All of it.
    pub(super) fn into_trial(self, dropped: u64, is_open: bool) -> LoadTrial {
        let lateness = if is_open { packed(&self.lateness) } else { Histogram::default() };
        let (latency, due) = (packed(&self.latency), self.trial.due + dropped);
        LoadTrial { due, dropped, latency, lateness, ..self.trial }
    }

    fn counts(&self, started: &Started) -> bool {
        started.actual >= self.begins
    }

    fn completed(&mut self, at: Instant) {
        if at < self.begins || at >= self.ends {
            return;
        }
        self.trial.completed += 1;
        let share = (at - self.begins).as_secs_f64() / (self.ends - self.begins).as_secs_f64();
        let last = self.trial.windows.len() - 1;
        let window = (share * self.trial.windows.len() as f64) as usize;
        self.trial.windows[window.min(last)] += 1;
    }
}

fn empty() -> Hdr<u64> {
    Hdr::new_with_bounds(1, LONGEST_NS, DIGITS).expect("the bounds of a histogram are fixed")
}

fn packed(recorded: &Hdr<u64>) -> Histogram {
    let buckets = recorded.iter_recorded();
    Histogram::of(buckets.map(|bucket| (bucket.value_iterated_to(), bucket.count_since_last_iteration())))
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
