//! The services that the selected benchmarks need, with what only the runner knows. Main function: [`start`].

use std::env;
use std::process;
use std::time::{SystemTime, UNIX_EPOCH};

use super::{api, stop};
use crate::model::RunOptions;
use crate::plan::Plan;
use crate::service::{Host, Services};

/// Starts the services that the benchmarks of `plan` need; `tell` is told their names and what they are doing.
pub(super) fn start(plan: &Plan, options: &RunOptions, tell: &mut dyn FnMut(&str, &str)) -> Services {
    let needed = plan.services();
    let host = Host {
        run: run_identity(),
        variable: |name| env::var(name).ok(),
        // A copy of this program sees to their end.
        keeps: options.keep_services && api::can_be_copied(),
        stop: stop::is_requested,
        tell,
    };
    Services::start(&needed, host)
}

/// What tells this run from all others, on this machine and at any time.
fn run_identity() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{}-{:x}", process::id(), since.as_nanos())
}
