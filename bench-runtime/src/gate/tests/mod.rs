//! The gate as a whole, on figures made by hand.

mod basis;
mod canary;
mod confident;
mod limits;
mod looks;
mod plain;
mod report;

use super::testing::{baseline, report, rules};
use super::{compared, testing};
use crate::model::{BaselineEntry, Finding, Gate, Record};

/// The findings on one benchmark against one entry.
fn findings(gate: Gate, allowances: &[&str], record: Record, entry: BaselineEntry) -> Vec<Finding> {
    let earlier = baseline(vec![(&record.name.clone(), entry)]);
    let mut report = compared(report(vec![record]), &earlier, &rules(gate, allowances));
    report.records.remove(0).findings
}

/// The only finding on a benchmark.
#[track_caller]
fn finding(gate: Gate, allowances: &[&str], record: Record, entry: BaselineEntry) -> Finding {
    let mut findings = findings(gate, allowances, record, entry);
    assert_eq!(findings.len(), 1, "{findings:?}");
    findings.remove(0)
}
