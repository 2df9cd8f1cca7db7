//! One figure before and now, on its way to a finding. Main type: [`Pair`].

use super::bound::{is_better, is_worse};
use crate::model::{Allowance, Change, Finding, Metric, Worsening};

/// A figure that is known on both sides.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    /// What is compared.
    pub(super) metric: Metric,
    /// The figure before.
    pub(super) before: f64,
    /// The figure now.
    pub(super) now: f64,
    /// How much worse it may be; `None` where nothing is limited.
    pub(super) allowed: Option<Worsening>,
}

impl Pair {
    /// Whether it is worse than allowed.
    pub(super) fn is_too_bad(&self) -> bool {
        self.allowed.is_some_and(|most| is_worse(self.metric, self.before, self.now, most))
    }

    /// The literal rule: what is worse than allowed has regressed, what is better by as much has improved. Where nothing
    /// is limited, words go by what is allowed by default.
    pub(super) fn literally(&self) -> Finding {
        let most = self.allowed.unwrap_or(Allowance::default_of_median().most);
        let change = if is_worse(self.metric, self.before, self.now, most) {
            Change::Regressed
        } else if is_better(self.metric, self.before, self.now, most) {
            Change::Improved
        } else {
            Change::Unchanged
        };
        self.finding(change)
    }

    /// The finding that the figures, though known, say nothing of each other.
    pub(super) fn not_comparable(&self, reason: &str) -> Finding {
        let figures = (Some(self.before), Some(self.now));
        let reason = Some(reason.to_owned());
        without_comparison(self.metric, Change::NotComparable, figures, self.allowed, reason)
    }

    /// The finding with this word. It fails where it is a regression by more than is allowed.
    pub(super) fn finding(&self, change: Change) -> Finding {
        Finding {
            metric: self.metric,
            change,
            before: self.before,
            now: self.now,
            by: relative(self.before, self.now),
            interval: None,
            resolution: None,
            allowed: self.allowed,
            fails: change == Change::Regressed && self.is_too_bad(),
            reason: None,
        }
    }
}

/// The relative difference. From nothing to nothing there is none, from nothing to something it is infinite.
pub(super) fn relative(before: f64, now: f64) -> f64 {
    if before == now { 0.0 } else { (now - before) / before.abs() }
}

/// The finding where there is nothing to compare; figures are not numbers where they are missing.
pub(super) fn without_comparison(
    metric: Metric,
    change: Change,
    (before, now): (Option<f64>, Option<f64>),
    allowed: Option<Worsening>,
    reason: Option<String>,
) -> Finding {
    Finding {
        metric,
        change,
        before: before.unwrap_or(f64::NAN),
        now: now.unwrap_or(f64::NAN),
        by: f64::NAN,
        interval: None,
        resolution: None,
        allowed,
        fails: false,
        reason,
    }
}
