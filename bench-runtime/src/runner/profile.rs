//! Benchmarks for a profiler to look at: in this process, one after the other. Main function: [`all`].

use std::time::Duration;

use super::api::RunError;
use super::output::say;
use super::session::resolver;
use super::{services, stop};
use crate::exit::Exit;
use crate::model::RunOptions;
use crate::plan::{Arm, Plan};
use crate::report::clean;
use crate::worker::{ArmOrder, Provisions, Setback, Workbench};

/// Runs every selected benchmark for about `length`, without a clock around it.
pub(super) fn all(plan: &Plan, options: &RunOptions, length: Duration) -> Result<Exit, RunError> {
    stop::listen().map_err(|error| RunError::signals(&error))?;
    let mut services =
        services::start(plan, options, &mut |name, doing| say(&clean(&format!("{name}: {doing}"))));
    let provisions = services.provisions().clone().required(options.require_fixtures);
    let arms = plan.cases.iter().flat_map(|case| &case.arms).filter(|arm| arm.skip.is_none());
    let mut exit = Exit::Good;
    for arm in arms.take_while(|_| !stop::is_requested()) {
        match one(arm, length, &provisions) {
            Ok(calls) => say(&format!("{}: {calls} calls", arm.id)),
            Err(Setback::Failed(failure)) => {
                say(&clean(&format!("{}: {} ({})", arm.id, failure.message, failure.kind)));
                exit = Exit::Failed;
            }
            Err(Setback::Skipped(reason)) => say(&format!("{}: skipped: {reason}", arm.id)),
            Err(Setback::Stopped) => break,
        }
    }
    services.stop().iter().for_each(|warning| say(&warning.message));
    Ok(exit)
}

fn one(arm: &Arm, length: Duration, provisions: &Provisions) -> Result<u64, Setback> {
    let mut bench = Workbench::new(resolver());
    bench.provide(provisions.clone());
    let order = ArmOrder { id: arm.id.to_string(), settings: arm.settings.clone(), traced: false };
    bench.prepare(&order, &mut |_| {})?;
    let calls = bench.profile(0, length)?;
    bench.clear()?;
    Ok(calls)
}
