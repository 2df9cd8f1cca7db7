//! Whether the earlier results are from a machine like this one. Main type: [`Machines`].

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Baseline, BenchId, Gate, Host, Report, Warning, WarningKind};

/// What is known of the machines of a report against that of the earlier results.
pub(super) struct Machines {
    /// By suite: why its times are not comparable; `None` where they are.
    differences: BTreeMap<String, Option<String>>,
    /// The suite whose machine stands for suites that no run is known of.
    main: String,
}

impl Machines {
    /// Compares the machine of each run in the report.
    pub(super) fn of(report: &Report, baseline: &Baseline) -> Self {
        let mut differences = BTreeMap::new();
        for run in report.merged.iter().chain([&report.run]) {
            let difference: &mut Option<String> = differences.entry(run.suite.clone()).or_default();
            if difference.is_none() {
                *difference = different(baseline, &run.environment.host);
            }
        }
        Self { differences, main: report.run.suite.clone() }
    }

    /// Why the times of a benchmark are not comparable; `None` where they are, as far as is known.
    pub(super) fn difference(&self, id: &BenchId) -> Option<&str> {
        let bench = id.module.split("::").next().unwrap_or_default();
        let suite = format!("{}::{bench}", id.package);
        self.differences.get(&suite).or_else(|| self.differences.get(&self.main))?.as_deref()
    }

    /// One warning for each difference, with what the rule makes of it.
    pub(super) fn warnings(&self, gate: Gate) -> Vec<Warning> {
        let consequence = match gate {
            Gate::Confident => "times are not compared, only ratios to a reference and counts",
            Gate::Plain => "a difference in time may be the machine's",
        };
        let reasons: BTreeSet<&String> = self.differences.values().flatten().collect();
        let warning = |reason| Warning::new(WarningKind::OtherMachine, format!("{reason}: {consequence}"));
        reasons.into_iter().map(warning).collect()
    }
}

fn different(baseline: &Baseline, host: &Host) -> Option<String> {
    let differs = |before: &str, now: &str| !before.is_empty() && !now.is_empty() && before != now;
    let arch = if baseline.arch.is_empty() { &baseline.host.arch } else { &baseline.arch };
    if differs(arch, &host.arch) {
        return Some(format!("the earlier results are from {arch}, and this is {}", host.arch));
    }
    let (before, now) = (&baseline.host.cpu, &host.cpu);
    differs(before, now)
        .then(|| format!("the earlier results are from another CPU ({before}, and this is {now})"))
}
