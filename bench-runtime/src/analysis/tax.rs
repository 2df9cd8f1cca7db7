//! What arms take beyond the reference of their case, in time. Main function: [`levy`].

use crate::model::{Comparison, Outcome, Ratio, Record, Tax};

/// Fills in the tax of the records of one case that have a ratio.
pub(super) fn levy(records: &mut [Record]) {
    let reference = records.iter().find(|record| record.is_reference).and_then(median);
    for record in records {
        record.tax = match (&record.comparison, reference) {
            (Some(Comparison::Ratio(ratio)), Some(reference)) => Some(tax(reference, ratio)),
            _ => None,
        };
    }
}

fn median(record: &Record) -> Option<f64> {
    match &record.outcome {
        Outcome::Measured(measurement) => Some(measurement.time.median),
        Outcome::Passed | Outcome::Skipped(_) | Outcome::Failed(_) => None,
    }
}

fn tax(reference: f64, ratio: &Ratio) -> Tax {
    let beyond = |ratio: f64| reference * (ratio - 1.0);
    Tax { value: beyond(ratio.value), low: beyond(ratio.low), high: beyond(ratio.high) }
}
