//! The runtimes of a workbench. Main type: [`Drivers`].

use super::workbench::failed;
use super::{ArmOrder, Setback};
use crate::event_loop::Driver;
use crate::model::{FailureKind, Flavor};

/// What tells runtimes apart. A client is never awaited on another runtime than the one that set it up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RuntimeKey {
    flavor: Flavor,
    /// Of a pool.
    workers: Option<u32>,
    traced: bool,
}

impl RuntimeKey {
    /// The runtime of an arm.
    pub(super) fn of(order: &ArmOrder) -> Self {
        let ArmOrder { settings, traced, .. } = order;
        let workers = (settings.flavor == Flavor::MultiThread).then_some(settings.workers);
        Self { flavor: settings.flavor, workers, traced: *traced }
    }
}

/// The runtimes, each started on first need.
#[derive(Default)]
pub(super) struct Drivers(Vec<(RuntimeKey, Driver)>);

impl Drivers {
    /// The runtime, if it was started.
    pub(super) fn get(&self, key: RuntimeKey) -> Option<&Driver> {
        self.0.iter().find(|(k, _)| *k == key).map(|(_, driver)| driver)
    }

    /// The runtime.
    pub(super) fn start(&mut self, key: RuntimeKey) -> Result<&Driver, Setback> {
        let at = match self.0.iter().position(|(k, _)| *k == key) {
            Some(at) => at,
            None => {
                let driver = Driver::new(key.flavor, key.workers.unwrap_or(1), key.traced)
                    .map_err(|e| failed(FailureKind::Error, format!("the runtime does not start: {e}")))?;
                self.0.push((key, driver));
                self.0.len() - 1
            }
        };
        Ok(&self.0[at].1)
    }

    /// Awaits `future`, a part of what sets a benchmark up or takes it down, on the runtime.
    #[cfg(feature = "async")]
    pub(super) fn wait<T>(&mut self, key: RuntimeKey, future: impl Future<Output = T>) -> Result<T, Setback> {
        Ok(self.start(key)?.block_on(future))
    }

    #[cfg(not(feature = "async"))]
    pub(super) fn wait<T>(&mut self, _key: RuntimeKey, _: impl Future<Output = T>) -> Result<T, Setback> {
        let reason = "its set-up is an `async fn`, and adapter-bench was built without its feature `async`";
        Err(Setback::Skipped(reason.to_owned()))
    }

    /// Runs `action` where it finds the runtime, if that was started.
    pub(super) fn within<T>(&self, key: RuntimeKey, action: impl FnOnce() -> T) -> T {
        #[cfg(feature = "async")]
        let _guard = self.get(key).map(Driver::enter);
        #[cfg(not(feature = "async"))]
        let _ = key;
        action()
    }
}
