//! Whether earlier results are from a machine like this one. Main type: [`Machines`].

use crate::model::{
    Baseline, BaselineEntry, BenchId, Gate, Host, Metric, Quantity, Report, Warning, WarningKind,
};
use crate::order;

/// The machines of a report, and those of the results that it is compared with.
pub(super) struct Machines<'a> {
    /// Each run's suite, and the machine that it was measured on; a suite has one for each shard.
    now: Vec<(String, Host)>,
    /// The suite whose machines stand for suites that no run is known of.
    main: String,
    earlier: &'a Baseline,
}

impl<'a> Machines<'a> {
    /// The machine of each run in the report.
    pub(super) fn of(report: &Report, earlier: &'a Baseline) -> Self {
        let runs = report.merged.iter().chain([&report.run]);
        let now = runs.map(|run| (run.suite.clone(), run.environment.host.clone())).collect();
        Self { now, main: report.run.suite.clone(), earlier }
    }

    /// This machine, for a suite that is being measured.
    pub(super) fn here(suite: &str, host: &Host, earlier: &'a Baseline) -> Self {
        let now = vec![(suite.to_owned(), host.clone())];
        Self { now, main: suite.to_owned(), earlier }
    }

    /// Why the times of a benchmark are not comparable with those of its entry; `None` where they are, as far as is
    /// known.
    pub(super) fn difference(&self, id: &BenchId, entry: &BaselineEntry) -> Option<String> {
        let bench = id.module.split("::").next().unwrap_or_default();
        let suite = format!("{}::{bench}", id.package);
        let is_known = self.now.iter().any(|(of, _)| *of == suite);
        let suite = if is_known { &suite } else { &self.main };
        let mut hosts = self.now.iter().filter(|(of, _)| of == suite);
        hosts.find_map(|(_, host)| different(self.earlier, entry, host))
    }
}

fn different(earlier: &Baseline, entry: &BaselineEntry, host: &Host) -> Option<String> {
    let differs = |before: &str, now: &str| !before.is_empty() && !now.is_empty() && before != now;
    let before = entry.host.as_deref().unwrap_or(&earlier.host);
    let arch = if earlier.arch.is_empty() { &before.arch } else { &earlier.arch };
    if differs(arch, &host.arch) {
        return Some(format!("the earlier results are from {arch}, and this is {}", host.arch));
    }
    let (cpu, other) = (&host.cpu, &before.cpu);
    differs(other, cpu)
        .then(|| format!("the earlier results are from another CPU ({other}, and this is {cpu})"))
}

/// Whether another machine has other figures of a metric.
pub(super) fn depends_on_machine(metric: Metric) -> bool {
    matches!(metric.quantity(), Quantity::Duration | Quantity::Spread | Quantity::Rate)
}

/// One warning for each difference, with what the rule makes of it.
pub(super) fn warnings(differences: &[Option<String>], gate: Gate) -> Vec<Warning> {
    let consequence = match gate {
        Gate::Confident => "times are not compared, only ratios to a reference and counts",
        Gate::Plain => "a difference in time may be the machine's",
    };
    told(differences, |reason| format!("{reason}: {consequence}"))
}

/// A warning for each reason, once.
pub(super) fn told(reasons: &[Option<String>], text: impl Fn(&str) -> String) -> Vec<Warning> {
    let mut reasons: Vec<&String> = reasons.iter().flatten().collect();
    order::sort(&mut reasons);
    reasons.dedup();
    reasons.into_iter().map(|reason| Warning::new(WarningKind::OtherMachine, text(reason))).collect()
}
