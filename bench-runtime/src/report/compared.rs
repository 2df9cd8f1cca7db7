//! What a report says of changes and limits, the worst first. Main function: [`headline`].

use crate::model::{Finding, Record};

/// The finding that stands for a record: the first that fails, else the first.
pub(super) fn headline(record: &Record) -> Option<&Finding> {
    record.findings.iter().find(|finding| finding.fails).or(record.findings.first())
}
