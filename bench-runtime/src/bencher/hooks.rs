//! What a benchmark wants done before and after each of its rounds, outside the clock. Main type: [`Hooks`].

use std::fmt::{self, Debug};

use super::Bencher;
use super::prepared::{DriverRef, SetupError};
use crate::fixture::TornDown;

/// One thing that is done. An async one is given the driver.
type Hook = Box<dyn FnMut(DriverRef<'_>) -> Result<(), SetupError>>;

/// Looks at what the calls of a routine left behind, and tells it as a text.
type Look = Box<dyn FnMut(DriverRef<'_>) -> Result<String, SetupError>>;

/// All that is done.
#[derive(Default)]
pub(crate) struct Hooks {
    before: Vec<Hook>,
    after: Vec<Hook>,
    /// After how many calls it is looked at what they left behind, and how.
    end_state: Option<(u64, Look)>,
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

    /// After how many calls it is looked at what they left behind; `None` where it is not.
    pub(super) fn calls_to_end_state(&self) -> Option<u64> {
        self.end_state.as_ref().map(|(calls, _)| *calls)
    }

    /// What calls left behind, where that is looked at.
    pub(super) fn end_state(&mut self, driver: DriverRef<'_>) -> Option<Result<String, SetupError>> {
        self.end_state.as_mut().map(|(_, look)| look(driver))
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

    /// Tells what `calls` calls of the routine leave behind: the rows of a table, the bytes of a file, or a digest of them.
    /// Its `Debug` text must agree between the arms of a group for equal parameters, as answers do: an arm that leaves
    /// something else than the reference is a failed row.
    ///
    /// It is looked at once, before anything is measured and in a test run, outside the clock: after so many calls in a row
    /// (at least one), which stand between what [`before_round`](Self::before_round) and
    /// [`after_round`](Self::after_round) do. All arms have to begin with the same state, and to be given the same inputs.
    /// An error or a panic fails the benchmark.
    pub fn end_state<T: Debug, E: Into<SetupError>>(
        mut self,
        calls: u64,
        mut look: impl FnMut() -> Result<T, E> + 'static,
    ) -> Self {
        self.hooks.end_state = Some((calls, Box::new(move |_| told(look()))));
        self
    }
}

/// The text of a state.
fn told<T: Debug, E: Into<SetupError>>(state: Result<T, E>) -> Result<String, SetupError> {
    state.map(|state| format!("{state:?}")).map_err(Into::into)
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

    /// Awaits what `calls` calls of the routine leave behind; see [`end_state`](Self::end_state).
    pub fn end_state_async<T: Debug, E: Into<SetupError>>(
        mut self,
        calls: u64,
        mut look: impl AsyncFnMut() -> Result<T, E> + 'static,
    ) -> Self {
        let look: Look = Box::new(move |driver| match driver {
            Some(driver) => driver.block_on(async { told(look().await) }),
            None => Err(NO_RUNTIME.into()),
        });
        self.hooks.end_state = Some((calls, look));
        self.hooks.are_async = true;
        self
    }
}

/// Why something cannot be awaited.
#[cfg(feature = "async")]
const NO_RUNTIME: &str = "there is no runtime to await it on";

#[cfg(feature = "async")]
fn awaited<R: TornDown>(mut hook: impl AsyncFnMut() -> R + 'static) -> Hook {
    Box::new(move |driver| match driver {
        Some(driver) => driver.block_on(async { hook().await.ended() }),
        None => Err(NO_RUNTIME.into()),
    })
}
