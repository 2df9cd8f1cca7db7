//! What the limits of a whole suite come to. Main function: [`verdict`].

use crate::model::{Bound, Check, Grade, Level, Met, Metric, Outcome, Record, SuiteVerdict};

/// The tag of benchmarks whose critical throughput decides on the suite.
const SUSTAINED: &str = "sustained";

/// The share of benchmarks, in per cent, that an acceptable suite has within their limits.
const ACCEPTABLE: u64 = 80;

/// The verdict on all records together; `None` where none has a limit that was to be measured.
///
/// A benchmark passes if every limit of it holds; what cannot be told does not. Skipped benchmarks do not count. One that
/// failed and has a critical limit counts as a critical miss.
pub(super) fn verdict(records: &[Record]) -> Option<SuiteVerdict> {
    let (mut passed, mut limited, mut worst) = (0, 0, Grade::Good);
    for record in records.iter().filter(|record| counts(record)) {
        limited += 1;
        passed += u32::from(record.checks.iter().all(|check| check.met == Met::Yes));
        worst = worst.max(grade_of(record));
    }
    let by_share = if passed == limited {
        Grade::Good
    } else if 100 * u64::from(passed) >= ACCEPTABLE * u64::from(limited) {
        Grade::Acceptable
    } else {
        Grade::NeedsInvestigation
    };
    (limited > 0).then_some(SuiteVerdict { grade: worst.max(by_share), passed, limited })
}

fn counts(record: &Record) -> bool {
    !record.checks.is_empty() && !matches!(record.outcome, Outcome::Skipped(_))
}

/// What one benchmark alone makes of the suite by missing something critical.
fn grade_of(record: &Record) -> Grade {
    let has_failed = matches!(record.outcome, Outcome::Failed(_));
    let is_miss =
        |check: &&Check| check.limit.level == Level::Critical && (has_failed || check.met == Met::No);
    let is_throughput =
        |check: &Check| check.limit.metric == Metric::Throughput && check.limit.bound == Bound::AtLeast;
    let is_sustained = record.tags.iter().any(|tag| tag == SUSTAINED);
    let mut misses = record.checks.iter().filter(is_miss).peekable();
    if misses.peek().is_none() {
        Grade::Good
    } else if is_sustained && !has_failed && misses.any(is_throughput) {
        Grade::Blocking
    } else {
        Grade::NeedsInvestigation
    }
}
