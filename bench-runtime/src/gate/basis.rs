//! What a benchmark ran on, before and now. Main function: [`named`].

use super::machine::{self, depends_on_machine};
use crate::model::{Basis, Change, Finding, Gate, Metric, Record, Warning, WarningKind};

/// Why no times of a record are comparable with those on the earlier basis; `None` where they are, as far as is known.
/// Unlike another processor another server moves ratios, too: what an adapter adds is then a part of something else.
pub(super) fn elsewhere(before: &Basis, now: &Basis) -> Option<String> {
    before.other_fact(now).map(|how| format!("the earlier results are from another server: {how}"))
}

/// One warning for each difference, with what the rule makes of it.
pub(super) fn warnings(differences: &[Option<String>], gate: Gate) -> Vec<Warning> {
    machine::told(differences, |reason| match gate {
        Gate::Confident => {
            format!("{reason}: neither times nor ratios are compared, only counts; record them anew")
        }
        Gate::Plain => format!("{reason}: a difference in time may be the server's"),
    })
}

/// The findings of a record, where a change of its times says that the plan of a query changed, if one did: it takes
/// other work, and may be no fault of the code.
pub(super) fn named(findings: Vec<Finding>, before: &Basis, now: &Basis) -> Vec<Finding> {
    let Some(how) = before.other_plan(now) else { return findings };
    let of_plan = |finding: Finding| {
        let change = match finding.change {
            _ if !is_timed(finding.metric) => return finding,
            Change::Regressed | Change::Improved => Change::PlanChanged,
            Change::Inconclusive | Change::Unchanged => finding.change,
            _ => return finding,
        };
        let more = finding.reason.iter().map(|reason| format!("; {reason}"));
        let reason = std::iter::once(how.clone()).chain(more).collect();
        Finding { change, reason: Some(reason), ..finding }
    };
    findings.into_iter().map(of_plan).collect()
}

/// Whether it is about the time that operations take.
pub(super) fn is_timed(metric: Metric) -> bool {
    depends_on_machine(metric) || metric == Metric::Ratio
}

/// What a reader should know of a record of which the change since the last results is told.
pub(super) fn since(record: &Record, last: &Basis) -> Option<Warning> {
    let how = last.other_fact(&record.basis).or_else(|| last.other_plan(&record.basis))?;
    Some(Warning::new(WarningKind::Basis, format!("it ran on something else than the last time: {how}")))
}
