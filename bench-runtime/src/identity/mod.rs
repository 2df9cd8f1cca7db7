//! What benchmarks tell of the servers that they run on, for the record. Main functions: [`identity`] and [`query_plan`].

mod normal;

use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::model::{Basis, QueryPlan};
use crate::stats::fnv1a;

/// Characters of a plan that the record keeps; its hash is that of the whole.
const KEPT: usize = 2_000;

/// What was told in this process since it was last collected.
static TOLD: Mutex<Option<Basis>> = Mutex::new(None);

fn told() -> MutexGuard<'static, Option<Basis>> {
    TOLD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tells the record what the figures of a benchmark depend on besides its code: the version of a server, a setting that
/// matters.
///
/// Called while a fixture is made it holds for every benchmark that needs the fixture, called in the set-up of a benchmark
/// for that one; anywhere else it is lost. In a service it is [`Scope::identity`](crate::Scope::identity). Of two values of
/// one name the last one stays.
///
/// Results of which a value is known to be another one are not compared by their times. So tell what decides, and nothing
/// that is another one every time, like a port; and never a secret: results are files.
///
/// ```
/// # fn version() -> String { "17.2".to_owned() }
/// adapter_bench::identity("postgres.version", version());
/// adapter_bench::identity("postgres.fsync", "off");
/// ```
pub fn identity(name: impl Into<String>, value: impl Into<String>) {
    told().get_or_insert_default().facts.insert(name.into(), value.into());
}

/// Tells the record how a server goes about a query of the benchmark: what its `EXPLAIN` answers. `name` is what the query
/// is called; the rest is as for [`identity()`].
///
/// Costs, numbers of rows, times and buffers, as PostgreSQL and MySQL write them in text, are left out, and so are the
/// values in conditions: they are others every time. What is left has a hash. When a benchmark has become slower or faster
/// and its plan is another one, the comparison says that the plan changed, and shows both.
///
/// ```
/// # let answer = ["Index Scan using product_pkey on product  (cost=0.15..8.17 rows=1 width=76)", "  Index Cond: (id = 7)"];
/// adapter_bench::query_plan("by_id", &answer.join("\n"));
/// ```
pub fn query_plan(name: impl Into<String>, explained: &str) {
    told().get_or_insert_default().plans.insert(name.into(), QueryPlan::of_text(explained));
}

impl QueryPlan {
    /// The plan that a server has explained.
    fn of_text(explained: &str) -> Self {
        let form = normal::form(explained);
        let text = form.chars().take(KEPT).collect();
        Self { hash: format!("{:016x}", fnv1a(form.bytes())), text }
    }
}

/// Does something, and collects what is told meanwhile. What was told before, when nothing was collected, is lost.
pub(crate) fn collected<T>(action: impl FnOnce() -> T) -> (T, Basis) {
    drop(told().take());
    let done = action();
    (done, mem::take(&mut *told()).unwrap_or_default())
}
