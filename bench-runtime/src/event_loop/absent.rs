//! Without the feature `async` no routine needs to be driven, and none is traced.

use std::sync::Arc;

use crate::model::{Flavor, LoopTrace, PolledOn, Told};

/// Drives nothing.
pub(crate) struct Driver;

impl Driver {
    pub(crate) fn new(_flavor: Flavor, _workers: u32, _traced: bool) -> std::io::Result<Self> {
        Ok(Self)
    }

    pub(crate) fn settle(&self) {}

    pub(crate) fn tracer(&self) -> Option<Arc<Tracer>> {
        None
    }
}

/// There are no tasks.
pub(crate) fn is_in_task() -> bool {
    false
}

/// Traces nothing: there is none.
pub(crate) enum Tracer {}

impl Tracer {
    pub(crate) fn start(&self, _blocking_ns: u64) {
        match *self {}
    }

    pub(crate) fn finish(&self, _polled_on: PolledOn, _interruptions: u64) -> Told<LoopTrace> {
        match *self {}
    }
}
