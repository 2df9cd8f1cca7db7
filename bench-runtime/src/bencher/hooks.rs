//! What a benchmark wants done before and after each of its rounds, outside the clock. Main type: [`Hooks`].

use std::fmt::{self, Debug};

use super::Bencher;
use super::prepared::{DriverRef, SetupError};
use crate::fixture::TornDown;

/// One thing that is done. An async one is given the driver.
type Hook = Box<dyn FnMut(DriverRef<'_>) -> Result<(), SetupError>>;

/// All that is done.
#[derive(Default)]
pub(crate) struct Hooks {
    before: Vec<Hook>,
    after: Vec<Hook>,
    /// Whether one of them needs the driver.
    pub(super) are_async: bool,
}

impl Hooks {
    /// Does what comes before a round; the first error ends it.
    pub(super) fn before(&mut self, driver: DriverRef<'_>) -> Result<(), SetupError> {
        self.before.iter_mut().try_for_each(|hook| hook(driver))
    }

    /// Does what comes after a round; the first error ends it.
    pub(super) fn after(&mut self, driver: DriverRef<'_>) -> Result<(), SetupError> {
        self.after.iter_mut().try_for_each(|hook| hook(driver))
    }
}

impl Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hooks({} before, {} after)", self.before.len(), self.after.len())
    }
}

impl<A, C> Bencher<A, C> {
    /// Does something before each round of this benchmark, outside the clock: opens a fresh connection, restores a table.
    ///
    /// A round is a turn of the arm, with all its samples. It is done as well around the first call, calibration and each
    /// round of the other passes. It returns nothing or a `Result`; an error or a panic fails the benchmark.
    pub fn before_round<R: TornDown>(mut self, mut hook: impl FnMut() -> R + 'static) -> Self {
        self.hooks.before.push(Box::new(move |_| hook().ended()));
        self
    }

    /// Does something after each round of this benchmark; see [`before_round`](Self::before_round).
    pub fn after_round<R: TornDown>(mut self, mut hook: impl FnMut() -> R + 'static) -> Self {
        self.hooks.after.push(Box::new(move |_| hook().ended()));
        self
    }
}

#[cfg(feature = "async")]
impl<A, C> Bencher<A, C> {
    /// Awaits something before each round, on the runtime of the benchmark; see [`before_round`](Self::before_round).
    pub fn before_round_async<R: TornDown>(mut self, hook: impl AsyncFnMut() -> R + 'static) -> Self {
        self.hooks.before.push(awaited(hook));
        self.hooks.are_async = true;
        self
    }

    /// Awaits something after each round; see [`before_round_async`](Self::before_round_async).
    pub fn after_round_async<R: TornDown>(mut self, hook: impl AsyncFnMut() -> R + 'static) -> Self {
        self.hooks.after.push(awaited(hook));
        self.hooks.are_async = true;
        self
    }
}

#[cfg(feature = "async")]
fn awaited<R: TornDown>(mut hook: impl AsyncFnMut() -> R + 'static) -> Hook {
    Box::new(move |driver| match driver {
        Some(driver) => driver.block_on(async { hook().await.ended() }),
        None => Err("there is no runtime to await it on".into()),
    })
}
