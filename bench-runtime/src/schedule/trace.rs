//! The traced pass: what an arm's futures do to the event loop. Main method: [`Schedule::traced`].

use std::time::Duration;

use super::crew::Trouble;
use super::passes::Found;
use super::{Schedule, needs_threads, order};
use crate::model::{Basis, LoopTrace, Settings};
use crate::plan::Arm;
use crate::worker::TraceOrder;

/// How long operations are traced.
const LENGTH: Duration = Duration::from_millis(250);

impl Schedule<'_> {
    /// What one arm does to the event loop, in a worker of its own, pinned like those that measure time. `None` where it
    /// has no futures.
    pub(super) fn traced(
        &mut self,
        arm: &Arm,
        blocking: Duration,
        basis: &mut Basis,
    ) -> Result<Found<Option<LoopTrace>>, Trouble> {
        let mut rng = order::rng(self.seed, &arm.id.to_string(), 0);
        let core = rng.choice(&self.cores).copied().filter(|_| !needs_threads(&arm.settings));
        let (mut crew, info) = self.alone(arm, core, true, basis)?;
        let nanoseconds = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        let order = TraceOrder {
            length_ns: nanoseconds(LENGTH),
            blocking_ns: nanoseconds(blocking),
            in_flight: in_flight(&arm.settings),
        };
        let traced = if info.shape.is_async() { crew.trace(0, &order)?.map(Some) } else { Ok(None) };
        crew.finish().map(|_| traced)
    }
}

/// How many operations a closed loop has in flight; an open one, or none, is traced one operation after the other.
fn in_flight(settings: &Settings) -> u32 {
    let closed = settings.load.filter(|load| load.rate.is_none());
    closed.and_then(|load| load.concurrency).unwrap_or(1)
}
