//! Futures driven by tokio.

use std::future::Future;
use std::sync::Arc;

use tokio::runtime::{Builder, EnterGuard, Handle, Runtime};

use super::Tracer;
use crate::model::Flavor;

/// Drives the futures of the benchmarks that share a flavour and a number of workers.
pub(crate) struct Driver {
    runtime: Runtime,
    tracer: Option<Arc<Tracer>>,
}

impl Driver {
    /// Starts a runtime with whatever drivers (time, IO) the program's tokio was built with. One that is `traced` tells a
    /// [`Tracer`] of every turn of its event loop.
    pub(crate) fn new(flavor: Flavor, workers: u32, traced: bool) -> std::io::Result<Self> {
        let mut builder = match flavor {
            Flavor::CurrentThread => Builder::new_current_thread(),
            Flavor::MultiThread => Builder::new_multi_thread(),
        };
        if flavor == Flavor::MultiThread {
            builder.worker_threads(workers as usize);
        }
        let tracer = traced.then(|| Tracer::new(flavor));
        if let Some(tracer) = &tracer {
            let (before, after) = (tracer.watch(), tracer.watch());
            builder.on_thread_park(move || before.sleeps()).on_thread_unpark(move || after.wakes());
        }
        let runtime = builder.enable_all().build()?;
        if let Some(tracer) = &tracer {
            tracer.runs_on(runtime.handle());
        }
        Ok(Self { runtime, tracer })
    }

    /// What wraps operations in the traced pass; `None` on a runtime that is not traced.
    pub(crate) fn tracer(&self) -> Option<Arc<Tracer>> {
        self.tracer.clone()
    }

    /// Runs `future` to its end on this thread.
    pub(crate) fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// Makes this runtime the one that `tokio::spawn` and timers find, for as long as the guard lives.
    pub(crate) fn enter(&self) -> EnterGuard<'_> {
        self.runtime.enter()
    }

    /// Where tasks for the runtime's own threads go.
    pub(crate) fn handle(&self) -> &Handle {
        self.runtime.handle()
    }

    /// Lets tasks that became ready since the last turn (the driver of an idle connection, say) catch up, untimed.
    pub(crate) fn settle(&self) {
        self.block_on(tokio::task::yield_now());
    }
}

/// Whether this thread polls a task: the future that it blocks on is none.
pub(crate) fn is_in_task() -> bool {
    tokio::task::try_id().is_some()
}
