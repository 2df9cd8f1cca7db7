//! Benchmarks for a profiler to look at: in this process, one after the other. Main function: [`all`].

use std::time::Duration;

use super::api::RunError;
use super::output::say;
use super::session::resolver;
use crate::exit::Exit;
use crate::plan::{Arm, Plan};
use crate::report::clean;
use crate::worker::{ArmOrder, Setback, Workbench};

/// Runs every selected benchmark for about `length`, without a clock around it.
pub(super) fn all(plan: &Plan, length: Duration) -> Result<Exit, RunError> {
    let arms = plan.cases.iter().flat_map(|case| &case.arms).filter(|arm| arm.skip.is_none());
    let mut exit = Exit::Good;
    for arm in arms {
        match one(arm, length) {
            Ok(calls) => say(&format!("{}: {calls} calls", arm.id)),
            Err(Setback::Failed(failure)) => {
                say(&clean(&format!("{}: {} ({})", arm.id, failure.message, failure.kind)));
                exit = Exit::Failed;
            }
            Err(Setback::Skipped(reason)) => say(&format!("{}: skipped: {reason}", arm.id)),
            Err(Setback::Stopped) => break,
        }
    }
    Ok(exit)
}

fn one(arm: &Arm, length: Duration) -> Result<u64, Setback> {
    let mut bench = Workbench::new(resolver());
    bench.prepare(&ArmOrder { id: arm.id.to_string(), settings: arm.settings.clone(), traced: false })?;
    let calls = bench.profile(0, length)?;
    bench.clear()?;
    Ok(calls)
}
