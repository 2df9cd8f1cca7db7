//! What one part of a program does with memory, from any test. Main function: [`profile_memory`].

#[cfg(feature = "memory")]
#[path = "profile/scoped.rs"]
mod scoped;
#[cfg(not(feature = "memory"))]
#[path = "profile/absent.rs"]
mod scoped;

use std::future::{Future, poll_fn};
use std::panic;
use std::pin::pin;

use crate::model::{Location, MemoryProfile};
#[cfg(feature = "memory")]
pub(super) use scoped::Snapshots;
use scoped::{Carried, Profiling};

/// Runs `f` and tells what it did with memory.
///
/// The program's allocator has to be [`Tracking`](crate::Tracking); elsewhere the profile is empty and its field
/// `unavailable` says why. Counted is what the calling thread does: other threads, those of other tests for instance, do
/// not disturb the figures. Where `f` starts threads that should count, wrap what they run in [`in_this_profile`]. A
/// profile within another one counts for both.
///
/// What `f` returns is alive at the end, and so part of `net`.
///
/// ```
/// # #[global_allocator]
/// # static ALLOCATOR: adapter_bench::Tracking = adapter_bench::Tracking::system();
/// use adapter_bench::{profile_memory, snapshot};
///
/// let (sum, profile) = profile_memory(|| {
///     let rows: Vec<u64> = (0..1_000).collect();
///     snapshot("loaded").unwrap();
///     rows.iter().sum::<u64>()
/// });
/// assert_eq!(sum, 499_500);
/// # #[cfg(feature = "memory")]
/// # {
/// assert_eq!(profile.figures.peak, 8_000);
/// assert_eq!(profile.figures.net, 0);
/// assert_eq!(profile.between("start", "loaded").unwrap().net, 8_000);
/// # }
/// ```
#[track_caller]
pub fn profile_memory<T>(f: impl FnOnce() -> T) -> (T, MemoryProfile) {
    let profiling = Profiling::start(here());
    let result = {
        let _in = profiling.enter();
        f()
    };
    (result, profiling.finish())
}

/// Awaits `future` and tells what it did with memory; see [`profile_memory`].
///
/// Counted is what happens while it is polled, and when it is dropped at its end, on whichever threads that is. Tasks
/// that it spawns count where they are wrapped in [`in_this_profile_async`].
#[track_caller]
pub fn profile_memory_async<F: Future>(future: F) -> impl Future<Output = (F::Output, MemoryProfile)> {
    let place = here();
    async move {
        let profiling = Profiling::start(place);
        let mut future = pin!(Some(future));
        let result = poll_fn(|context| {
            let _in = profiling.enter();
            // It is there until it is ready.
            let polled = future.as_mut().as_pin_mut().map(|future| future.poll(context));
            polled.unwrap_or(std::task::Poll::Pending)
        })
        .await;
        {
            let _in = profiling.enter();
            future.set(None);
        }
        (result, profiling.finish())
    }
}

/// Wraps `f`, which may then run on another thread and still count for the profile that this thread is in, if any.
///
/// ```
/// # use adapter_bench::{in_this_profile, profile_memory};
/// let (_, profile) = profile_memory(|| {
///     std::thread::spawn(in_this_profile(|| vec![1_u8; 100])).join()
/// });
/// ```
pub fn in_this_profile<T>(f: impl FnOnce() -> T) -> impl FnOnce() -> T {
    let carried = Carried::from_here();
    move || {
        let _in = carried.enter();
        f()
    }
}

/// Wraps `future`, which may then be polled by another task and still count for the profile that this thread is in, if
/// any.
pub fn in_this_profile_async<F: Future>(future: F) -> impl Future<Output = F::Output> {
    let carried = Carried::from_here();
    async move {
        let mut future = pin!(future);
        poll_fn(|context| {
            let _in = carried.enter();
            future.as_mut().poll(context)
        })
        .await
    }
}

/// Marks the end of a step within [`profile_memory`]: what is live now, and the most that was since the last one.
///
/// # Errors
///
/// When nothing is being profiled on this thread, and when the profile has a snapshot of that name already; `start` and
/// `end` are its own.
pub fn snapshot(name: impl Into<String>) -> Result<(), SnapshotError> {
    scoped::snapshot(name)
}

/// Why there is no snapshot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The thread is in no profile.
    #[error(
        "snapshot `{0}`: nothing is being profiled on this thread; take it within `profile_memory`, on other threads \
         through `in_this_profile`"
    )]
    NoProfile(String),
    /// The name is taken.
    #[error("snapshot `{0}`: the profile has one of this name already; give each step its own")]
    Repeated(String),
}

#[track_caller]
fn here() -> Location {
    let caller = panic::Location::caller();
    Location::new(caller.file(), caller.line(), caller.column())
}
