//! Futures driven by tokio.

use std::future::Future;

use tokio::runtime::{Builder, EnterGuard, Handle, Runtime};

use crate::model::Flavor;

/// Drives the futures of the benchmarks that share a flavour and a number of workers.
pub(crate) struct Driver(Runtime);

impl Driver {
    /// Starts a runtime with whatever drivers (time, IO) the program's tokio was built with.
    pub(crate) fn new(flavor: Flavor, workers: u32) -> std::io::Result<Self> {
        let mut builder = match flavor {
            Flavor::CurrentThread => Builder::new_current_thread(),
            Flavor::MultiThread => Builder::new_multi_thread(),
        };
        if flavor == Flavor::MultiThread {
            builder.worker_threads(workers as usize);
        }
        builder.enable_all().build().map(Self)
    }

    /// Runs `future` to its end on this thread.
    pub(crate) fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.0.block_on(future)
    }

    /// Makes this runtime the one that `tokio::spawn` and timers find, for as long as the guard lives.
    pub(crate) fn enter(&self) -> EnterGuard<'_> {
        self.0.enter()
    }

    /// Where tasks for the runtime's own threads go.
    pub(crate) fn handle(&self) -> &Handle {
        self.0.handle()
    }

    /// Lets tasks that became ready since the last turn (the driver of an idle connection, say) catch up, untimed.
    pub(crate) fn settle(&self) {
        self.block_on(tokio::task::yield_now());
    }
}
