//! Tasks of an operation. Main function: [`spawn`].

use tokio::task::JoinHandle;

use super::probe::{Operation, Probe};

/// Spawns `future` as a task of the runtime, as [`tokio::spawn`] does. In the traced pass the task counts as part of the
/// operation that spawned it: its polls, its busy time, and whether it outlives the operation. In all other passes
/// nothing is added to it.
///
/// tokio itself does not tell whose task is whose. Use it in a routine, or in code that a routine calls; elsewhere it is
/// [`tokio::spawn`].
///
/// ```no_run
/// # use adapter_bench::{adapter_bench, Bencher, Prepared};
/// # async fn fetch(page: u32) -> usize { page as usize }
/// #[adapter_bench]
/// fn two_pages_at_once(b: Bencher) -> Prepared {
///     b.iter_async(async || {
///         let pages = [1, 2].map(|page| adapter_bench::spawn(fetch(page)));
///         for page in pages {
///             page.await.unwrap();
///         }
///     })
/// }
/// ```
///
/// # Panics
///
/// Outside a tokio runtime, like [`tokio::spawn`].
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    match Operation::current() {
        None => tokio::spawn(future),
        Some(operation) => tokio::spawn(Probe::of_child(operation).watching(future)),
    }
}
