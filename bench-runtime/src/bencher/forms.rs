//! The forms of a routine: the `iter…` methods of [`Bencher`].

#[cfg(feature = "async")]
use super::futures;
use super::observe::{Answers, Counts, Returned, Tried, WithoutInput};
use super::{Bencher, Prepared, SetupError, serial};
use crate::model::Shape;

/// Plain routines.
impl<A, C> Bencher<A, C> {
    /// Measures `routine`.
    pub fn iter<O: 'static>(self, routine: impl FnMut() -> O + 'static) -> Prepared
    where
        A: Answers<O>,
        C: WithoutInput,
    {
        self.prepared(Shape::Serial, |observe| serial::plain(routine, Returned, observe))
    }

    /// Like [`iter`](Self::iter), counting each `Err` as an error.
    pub fn try_iter<O: 'static, E: Into<SetupError> + 'static>(
        self,
        routine: impl FnMut() -> Result<O, E> + 'static,
    ) -> Prepared
    where
        A: Answers<O>,
        C: WithoutInput,
    {
        self.prepared(Shape::Serial, |observe| serial::plain(routine, Tried, observe))
    }

    /// Measures `routine` on inputs that `make` makes outside the clock. Each is used once.
    pub fn iter_with_input<I: 'static, O: 'static>(
        self,
        make: impl FnMut() -> I + 'static,
        routine: impl FnMut(I) -> O + 'static,
    ) -> Prepared
    where
        A: Answers<O>,
        C: Counts<I>,
    {
        self.prepared(Shape::Serial, |observe| serial::with_input(make, routine, Returned, observe))
    }

    /// Like [`iter_with_input`](Self::iter_with_input), counting each `Err` as an error.
    pub fn try_iter_with_input<I: 'static, O: 'static, E: Into<SetupError> + 'static>(
        self,
        make: impl FnMut() -> I + 'static,
        routine: impl FnMut(I) -> Result<O, E> + 'static,
    ) -> Prepared
    where
        A: Answers<O>,
        C: Counts<I>,
    {
        self.prepared(Shape::Serial, |observe| serial::with_input(make, routine, Tried, observe))
    }

    /// Measures `routine` on inputs that `make` makes, and that are dropped, outside the clock.
    pub fn iter_with_input_ref<I: 'static, O: 'static>(
        self,
        make: impl FnMut() -> I + 'static,
        routine: impl FnMut(&mut I) -> O + 'static,
    ) -> Prepared
    where
        A: Answers<O>,
        C: Counts<I>,
    {
        self.prepared(Shape::Serial, |observe| serial::with_input_ref(make, routine, Returned, observe))
    }

    /// Like [`iter_with_input_ref`](Self::iter_with_input_ref), counting each `Err` as an error.
    pub fn try_iter_with_input_ref<I: 'static, O: 'static, E: Into<SetupError> + 'static>(
        self,
        make: impl FnMut() -> I + 'static,
        routine: impl FnMut(&mut I) -> Result<O, E> + 'static,
    ) -> Prepared
    where
        A: Answers<O>,
        C: Counts<I>,
    {
        self.prepared(Shape::Serial, |observe| serial::with_input_ref(make, routine, Tried, observe))
    }
}

/// Routines that return futures.
#[cfg(feature = "async")]
impl<A, C> Bencher<A, C> {
    /// Measures the futures of `routine`, one in flight, on the measuring thread. The routine may borrow what it
    /// captured mutably.
    pub fn iter_async<O: 'static>(self, routine: impl AsyncFnMut() -> O + 'static) -> Prepared
    where
        A: Answers<O>,
        C: WithoutInput,
    {
        self.prepared(Shape::SerialAsync, |observe| futures::plain(routine, Returned, observe))
    }

    /// Like [`iter_async`](Self::iter_async), counting each `Err` as an error.
    pub fn try_iter_async<O: 'static, E: Into<SetupError> + 'static>(
        self,
        routine: impl AsyncFnMut() -> Result<O, E> + 'static,
    ) -> Prepared
    where
        A: Answers<O>,
        C: WithoutInput,
    {
        self.prepared(Shape::SerialAsync, |observe| futures::plain(routine, Tried, observe))
    }

    /// Measures the futures of `routine`, one in flight, on inputs that `make` makes outside the clock.
    pub fn iter_async_with_input<I: 'static, O: 'static>(
        self,
        make: impl FnMut() -> I + 'static,
        routine: impl AsyncFnMut(I) -> O + 'static,
    ) -> Prepared
    where
        A: Answers<O>,
        C: Counts<I>,
    {
        self.prepared(Shape::SerialAsync, |observe| futures::with_input(make, routine, Returned, observe))
    }

    /// Like [`iter_async_with_input`](Self::iter_async_with_input), counting each `Err` as an error.
    pub fn try_iter_async_with_input<I: 'static, O: 'static, E: Into<SetupError> + 'static>(
        self,
        make: impl FnMut() -> I + 'static,
        routine: impl AsyncFnMut(I) -> Result<O, E> + 'static,
    ) -> Prepared
    where
        A: Answers<O>,
        C: Counts<I>,
    {
        self.prepared(Shape::SerialAsync, |observe| futures::with_input(make, routine, Tried, observe))
    }

    /// Measures futures that may overlap: the form that the options `concurrency` and `rate` require.
    pub fn iter_concurrent<O: 'static>(self, routine: impl AsyncFn() -> O + 'static) -> Prepared
    where
        A: Answers<O>,
        C: WithoutInput,
    {
        self.prepared(Shape::Concurrent, |observe| futures::concurrent(routine, Returned, observe))
    }

    /// Like [`iter_concurrent`](Self::iter_concurrent), counting each `Err` as an error.
    pub fn try_iter_concurrent<O: 'static, E: Into<SetupError> + 'static>(
        self,
        routine: impl AsyncFn() -> Result<O, E> + 'static,
    ) -> Prepared
    where
        A: Answers<O>,
        C: WithoutInput,
    {
        self.prepared(Shape::Concurrent, |observe| futures::concurrent(routine, Tried, observe))
    }

    /// Measures futures on a worker thread of the runtime, one after the other, each batch being one task. With the
    /// multi-thread flavour that is where a server's own code runs.
    pub fn iter_spawned<Fut>(self, routine: impl FnMut() -> Fut + Send + 'static) -> Prepared
    where
        A: Answers<Fut::Output>,
        C: WithoutInput,
        Fut: Future<Output: Send + 'static> + Send + 'static,
    {
        self.prepared(Shape::Spawned, |observe| futures::spawned(routine, Returned, observe))
    }

    /// Like [`iter_spawned`](Self::iter_spawned), counting each `Err` as an error.
    pub fn try_iter_spawned<Fut, O, E>(self, routine: impl FnMut() -> Fut + Send + 'static) -> Prepared
    where
        A: Answers<O>,
        C: WithoutInput,
        O: Send + 'static,
        E: Into<SetupError> + Send + 'static,
        Fut: Future<Output = Result<O, E>> + Send + 'static,
    {
        self.prepared(Shape::Spawned, |observe| futures::spawned(routine, Tried, observe))
    }
}
