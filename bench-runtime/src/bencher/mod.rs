//! From a routine to something that can be sampled. Main types: [`Bencher`] and [`Prepared`].
//!
//! Nothing is run here: every `iter…` method wraps its routine into a [`Prepared`], whose loops are compiled where the
//! routine's types are known, and the runner decides when and how often it is called.

mod forms;
#[cfg(feature = "async")]
mod futures;
mod hooks;
mod observe;
mod prepared;
mod serial;
mod tally;
#[cfg(test)]
mod tests;

use std::fmt::Debug;
use std::time::Duration;

pub(crate) use self::observe::{panic_text, with_causes};
pub use self::prepared::{IntoPrepared, Prepared, Preparing, SetupError};
pub(crate) use self::prepared::{Pass, Reading};

use self::hooks::Hooks;
use self::observe::Observe;
pub use self::observe::{AnswerOf, Answers, CountOf, Counts, NoAnswer, NoCount, WithoutInput};
use self::prepared::Sampler;
use crate::fixture::{Fixture, Source, Supply};
use crate::model::{DropPolicy, Shape};

/// Handed to a benchmark's set-up; turns its routine into a [`Prepared`].
///
/// Everything before `iter…` is set-up and untimed. Routines own what they use (`'static`). Outputs are dropped outside
/// the clock. The `try_` forms count an `Err` as an error of that iteration.
///
/// The type's parameters keep what [`answer`](Self::answer), [`items_of`](Self::items_of) and
/// [`bytes_of`](Self::bytes_of) were told, so that they are checked against the routine when it is compiled; a benchmark
/// function takes a plain `Bencher`.
///
/// ```
/// # use adapter_bench::{Bencher, Prepared};
/// fn checksum(b: Bencher) -> Prepared {
///     let data = vec![7_u8; 4096];
///     b.bytes(4096).iter(move || data.iter().map(|byte| u64::from(*byte)).sum::<u64>())
/// }
/// ```
#[derive(Debug)]
#[must_use = "a benchmark is what an `iter…` method returns"]
pub struct Bencher<A = NoAnswer, C = NoCount> {
    observe: Observe<A, C>,
    /// The fixture that the benchmark takes.
    supply: Supply,
    hooks: Hooks,
}

impl<A, C> Bencher<A, C> {
    /// Tells that one iteration processes `items` items (rows, messages, …), for a throughput in items per second.
    pub fn items(mut self, items: u64) -> Self {
        self.observe.items = Some(items);
        self
    }

    /// Tells that one iteration processes `bytes` bytes, for a throughput in bytes per second.
    pub fn bytes(mut self, bytes: u64) -> Self {
        self.observe.bytes = Some(bytes);
        self
    }

    /// Counts the items of each input, outside the clock, for the `…_with_input` forms.
    pub fn items_of<I>(self, count: impl Fn(&I) -> u64 + 'static) -> Bencher<A, CountOf<I>>
    where
        C: Counts<I>,
    {
        self.counting(|counters| CountOf { items: Some(Box::new(count)), ..counters })
    }

    /// Counts the bytes of each input, outside the clock, for the `…_with_input` forms.
    pub fn bytes_of<I>(self, count: impl Fn(&I) -> u64 + 'static) -> Bencher<A, CountOf<I>>
    where
        C: Counts<I>,
    {
        self.counting(|counters| CountOf { bytes: Some(Box::new(count)), ..counters })
    }

    fn counting<I>(self, add: impl FnOnce(CountOf<I>) -> CountOf<I>) -> Bencher<A, CountOf<I>>
    where
        C: Counts<I>,
    {
        let Observe { items, bytes, answer, counts } = self.observe;
        let observe = Observe { items, bytes, answer, counts: add(counts.counters()) };
        Bencher { observe, supply: self.supply, hooks: self.hooks }
    }

    /// Gives the answer of this arm, taken from one output of the routine (of a `try_` form, from the value in `Ok`): its
    /// `Debug` text must agree between the arms of a group for equal parameters. An arm that disagrees with the reference
    /// is a failed row.
    pub fn answer<O, T: Debug>(self, answer: impl Fn(&O) -> T + 'static) -> Bencher<AnswerOf<O>, C> {
        let Observe { items, bytes, counts, .. } = self.observe;
        let observe = Observe { items, bytes, answer: AnswerOf::new(answer), counts };
        Bencher { observe, supply: self.supply, hooks: self.hooks }
    }

    fn prepared<O>(self, shape: Shape, sampler: impl FnOnce(Observe<A, C>) -> Sampler) -> Prepared
    where
        A: Answers<O>,
    {
        Prepared::new(shape, DropPolicy::Untimed, A::HAS_ANSWER, sampler(self.observe)).with(self.hooks)
    }
}

impl Default for Bencher {
    /// One that was told nothing yet.
    fn default() -> Self {
        let observe = Observe { items: None, bytes: None, answer: NoAnswer, counts: NoCount };
        Self { observe, supply: Supply::default(), hooks: Hooks::default() }
    }
}

impl Bencher {
    /// One for a benchmark that takes what is in `supply`.
    pub(crate) fn with(supply: Supply) -> Self {
        Self { supply, ..Self::default() }
    }
}

/// The fixture that a benchmark takes from `S`.
///
/// # Panics
///
/// When the bencher is not one that the harness made for it.
pub fn taken<S: Source, A, C>(bencher: &Bencher<A, C>) -> Fixture<S::Value> {
    bencher.supply.take::<S>()
}

impl Bencher {
    /// Measures by the routine's own clock: it is given a number of iterations and returns how long they took.
    ///
    /// Outputs are the routine's business, so the record says that their drop is timed.
    pub fn iter_custom(self, routine: impl FnMut(u64) -> Duration + 'static) -> Prepared {
        let sampler = serial::custom(routine, self.observe);
        Prepared::new(Shape::Serial, DropPolicy::Timed, false, sampler).with(self.hooks)
    }
}
