//! What files say of the servers that benchmarks ran on. Main type: [`PlanEntry`].

use crate::json;
use crate::model::{Basis, ByName, QueryPlan};

/// How a server goes about a query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct PlanEntry {
    /// Tells one plan from another.
    hash: String,
    /// The plan without costs, times and values; the end of a very long one is cut off.
    text: String,
}

json::object!(PlanEntry { hash, text });

impl From<QueryPlan> for PlanEntry {
    fn from(plan: QueryPlan) -> Self {
        let QueryPlan { hash, text } = plan;
        Self { hash, text }
    }
}

impl From<PlanEntry> for QueryPlan {
    fn from(entry: PlanEntry) -> Self {
        let PlanEntry { hash, text } = entry;
        Self { hash, text }
    }
}

/// The plans as a file has them.
pub(super) fn plan_entries(basis: &Basis) -> ByName<PlanEntry> {
    basis.plans.iter().map(|(name, plan)| (name.to_owned(), plan.clone().into())).collect()
}

/// What a file says.
pub(super) fn basis(facts: ByName<String>, plans: ByName<PlanEntry>) -> Basis {
    Basis { facts, plans: plans.into_pairs().map(|(name, plan)| (name, plan.into())).collect() }
}
