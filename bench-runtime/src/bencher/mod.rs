//! From a routine to something that can be sampled. Main types: [`Bencher`] and [`Prepared`].
//!
//! Nothing is run here: every `iter…` method wraps its routine into a [`Prepared`], whose loops are compiled where the
//! routine's types are known, and the runner decides when and how often it is called.

#[cfg(feature = "async")]
mod futures;
mod observe;
mod prepared;
mod serial;
mod tally;
#[cfg(test)]
mod tests;

use std::fmt::Debug;
use std::time::Duration;

pub(crate) use self::observe::with_causes;
pub use self::prepared::{IntoPrepared, Prepared, Preparing, SetupError};
pub(crate) use self::prepared::{Pass, Reading};

use self::observe::{Observe, Returned, Tried};
use self::prepared::Sampler;
use crate::model::{DropPolicy, Shape};

/// Handed to a benchmark's set-up; turns its routine into a [`Prepared`].
///
/// Everything before `iter…` is set-up and untimed. Routines own what they use (`'static`). Outputs are dropped outside
/// the clock. The `try_` forms count an `Err` as an error of that iteration.
///
/// ```
/// # use adapter_bench::{Bencher, Prepared};
/// fn checksum(b: Bencher) -> Prepared {
///     let data = vec![7_u8; 4096];
///     b.bytes(4096).iter(move || data.iter().map(|byte| u64::from(*byte)).sum::<u64>())
/// }
/// ```
#[derive(Debug, Default)]
#[must_use = "a benchmark is what an `iter…` method returns"]
pub struct Bencher {
    observe: Observe,
}

impl Bencher {
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

    /// Counts the items of each input, outside the clock. Goes with the `…_with_input` forms; `I` is their input's type.
    pub fn items_of<I: 'static>(mut self, count: impl Fn(&I) -> u64 + 'static) -> Self {
        self.observe.items_of = Some(observe::Counter::new(count));
        self
    }

    /// Counts the bytes of each input, outside the clock. Goes with the `…_with_input` forms; `I` is their input's type.
    pub fn bytes_of<I: 'static>(mut self, count: impl Fn(&I) -> u64 + 'static) -> Self {
        self.observe.bytes_of = Some(observe::Counter::new(count));
        self
    }

    /// Gives the answer of this arm, taken from one output: its `Debug` text must agree between the arms of a group for
    /// equal parameters. `O` is the routine's output (of a `try_` form, the `Ok` value).
    ///
    /// An arm that disagrees is a failed row. A type that differs from the routine's output fails the benchmark too.
    pub fn answer<O: 'static, A: Debug>(mut self, answer: impl Fn(&O) -> A + 'static) -> Self {
        self.observe.answer = Some(observe::Answer::new(answer));
        self
    }

    /// Measures `routine`.
    pub fn iter<O: 'static>(self, routine: impl FnMut() -> O + 'static) -> Prepared {
        self.prepared(Shape::Serial, |observe| serial::plain(routine, Returned, observe))
    }

    /// Measures `routine`, counting each `Err` as an error.
    pub fn try_iter<O: 'static, E: Into<SetupError> + 'static>(
        self,
        routine: impl FnMut() -> Result<O, E> + 'static,
    ) -> Prepared {
        self.prepared(Shape::Serial, |observe| serial::plain(routine, Tried, observe))
    }

    /// Measures `routine` on inputs that `make` makes outside the clock. Each is used once.
    pub fn iter_with_input<I: 'static, O: 'static>(
        self,
        make: impl FnMut() -> I + 'static,
        routine: impl FnMut(I) -> O + 'static,
    ) -> Prepared {
        self.prepared(Shape::Serial, |observe| serial::with_input(make, routine, Returned, observe))
    }

    /// Like [`iter_with_input`](Self::iter_with_input), counting each `Err` as an error.
    pub fn try_iter_with_input<I: 'static, O: 'static, E: Into<SetupError> + 'static>(
        self,
        make: impl FnMut() -> I + 'static,
        routine: impl FnMut(I) -> Result<O, E> + 'static,
    ) -> Prepared {
        self.prepared(Shape::Serial, |observe| serial::with_input(make, routine, Tried, observe))
    }

    /// Measures `routine` on inputs that `make` makes, and that are dropped, outside the clock.
    pub fn iter_with_input_ref<I: 'static, O: 'static>(
        self,
        make: impl FnMut() -> I + 'static,
        routine: impl FnMut(&mut I) -> O + 'static,
    ) -> Prepared {
        self.prepared(Shape::Serial, |observe| serial::with_input_ref(make, routine, Returned, observe))
    }

    /// Like [`iter_with_input_ref`](Self::iter_with_input_ref), counting each `Err` as an error.
    pub fn try_iter_with_input_ref<I: 'static, O: 'static, E: Into<SetupError> + 'static>(
        self,
        make: impl FnMut() -> I + 'static,
        routine: impl FnMut(&mut I) -> Result<O, E> + 'static,
    ) -> Prepared {
        self.prepared(Shape::Serial, |observe| serial::with_input_ref(make, routine, Tried, observe))
    }

    /// Measures by the routine's own clock: it is given a number of iterations and returns how long they took.
    ///
    /// Outputs are the routine's business, so the record says that their drop is timed.
    pub fn iter_custom(self, routine: impl FnMut(u64) -> Duration + 'static) -> Prepared {
        let sampler = serial::custom(routine, self.observe);
        Prepared::new(Shape::Serial, DropPolicy::Timed, false, sampler)
    }

    fn prepared(self, shape: Shape, sampler: impl FnOnce(Observe) -> Sampler) -> Prepared {
        let has_answer = self.observe.answer.is_some();
        Prepared::new(shape, DropPolicy::Untimed, has_answer, sampler(self.observe))
    }
}

#[cfg(feature = "async")]
impl Bencher {
    /// Measures the futures of `routine`, one in flight, on the measuring thread. The routine may borrow what it
    /// captured mutably.
    pub fn iter_async<O: 'static>(self, routine: impl AsyncFnMut() -> O + 'static) -> Prepared {
        self.prepared(Shape::SerialAsync, |observe| futures::plain(routine, Returned, observe))
    }

    /// Like [`iter_async`](Self::iter_async), counting each `Err` as an error.
    pub fn try_iter_async<O: 'static, E: Into<SetupError> + 'static>(
        self,
        routine: impl AsyncFnMut() -> Result<O, E> + 'static,
    ) -> Prepared {
        self.prepared(Shape::SerialAsync, |observe| futures::plain(routine, Tried, observe))
    }

    /// Measures the futures of `routine`, one in flight, on inputs that `make` makes outside the clock.
    pub fn iter_async_with_input<I: 'static, O: 'static>(
        self,
        make: impl FnMut() -> I + 'static,
        routine: impl AsyncFnMut(I) -> O + 'static,
    ) -> Prepared {
        self.prepared(Shape::SerialAsync, |observe| futures::with_input(make, routine, Returned, observe))
    }

    /// Like [`iter_async_with_input`](Self::iter_async_with_input), counting each `Err` as an error.
    pub fn try_iter_async_with_input<I: 'static, O: 'static, E: Into<SetupError> + 'static>(
        self,
        make: impl FnMut() -> I + 'static,
        routine: impl AsyncFnMut(I) -> Result<O, E> + 'static,
    ) -> Prepared {
        self.prepared(Shape::SerialAsync, |observe| futures::with_input(make, routine, Tried, observe))
    }

    /// Measures futures that may overlap: the shape that the options `concurrency` and `rate` require.
    pub fn iter_concurrent<O: 'static>(self, routine: impl AsyncFn() -> O + 'static) -> Prepared {
        self.prepared(Shape::Concurrent, |observe| futures::concurrent(routine, Returned, observe))
    }

    /// Like [`iter_concurrent`](Self::iter_concurrent), counting each `Err` as an error.
    pub fn try_iter_concurrent<O: 'static, E: Into<SetupError> + 'static>(
        self,
        routine: impl AsyncFn() -> Result<O, E> + 'static,
    ) -> Prepared {
        self.prepared(Shape::Concurrent, |observe| futures::concurrent(routine, Tried, observe))
    }

    /// Measures futures on a worker thread of the runtime, one after the other, each batch being one task. With the
    /// multi-thread flavour that is where a server's own code runs.
    pub fn iter_spawned<Fut>(self, routine: impl FnMut() -> Fut + Send + 'static) -> Prepared
    where
        Fut: Future<Output: Send + 'static> + Send + 'static,
    {
        self.prepared(Shape::Spawned, |observe| futures::spawned(routine, Returned, observe))
    }

    /// Like [`iter_spawned`](Self::iter_spawned), counting each `Err` as an error.
    pub fn try_iter_spawned<Fut, O, E>(self, routine: impl FnMut() -> Fut + Send + 'static) -> Prepared
    where
        O: Send + 'static,
        E: Into<SetupError> + Send + 'static,
        Fut: Future<Output = Result<O, E>> + Send + 'static,
    {
        self.prepared(Shape::Spawned, |observe| futures::spawned(routine, Tried, observe))
    }
}
