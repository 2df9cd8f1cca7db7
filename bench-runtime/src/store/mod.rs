//! What is kept on disk: versioned types of its own, apart from those in memory. Main types: [`ResultFile`] and
//! [`Journal`].

mod async_;
mod back;
mod baseline;
mod basis;
mod compared;
mod glob;
mod journal;
mod last;
mod load;
mod memory;
mod params;
mod rates;
mod record;
mod result;
mod runs;
mod under_load;
mod words;

#[cfg(all(test, feature = "schema"))]
mod schema;
#[cfg(test)]
mod testing;

pub(crate) use baseline::{BaselineError, Recorded, baseline_of, load_baseline, record_baseline};
pub(crate) use journal::{CaseKey, Finished, Identity, Journal};
pub(crate) use last::keep_last;
pub(crate) use load::{LoadError, load_results};
pub(crate) use params::ParamEntries;
pub(crate) use record::rfc3339;
pub(crate) use result::{Benchmark, Figure, RatioEntry, ResultFile, TimeEntry};
pub(crate) use runs::{SaveError, SelectorError, find_run, last_results, save_run, stored_results};
pub(crate) use under_load::LatencyEntry;
#[cfg(test)]
pub(crate) use words::WarningWord;
pub(crate) use words::{ChangeWord, RegimeWord};
