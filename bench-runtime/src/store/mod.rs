//! What is kept on disk: versioned types of its own, apart from those in memory. Main types: [`ResultFile`] and
//! [`Journal`].

mod atomic;
mod journal;
mod last;
mod params;
mod record;
mod result;
mod words;

#[cfg(all(test, feature = "schema"))]
mod schema;
#[cfg(test)]
mod scratch;

pub(crate) use atomic::{ensure_writable, write_atomically};
pub(crate) use journal::{CaseKey, Identity, Journal};
pub(crate) use last::keep_last;
pub(crate) use result::{Benchmark, OutcomeWord, ResultFile};
#[cfg(test)]
pub(crate) use words::WarningWord;
pub(crate) use words::{
    ConfirmationWord, DropWord, FailureWord, KindWord, PercentilesOfWord, PlacementWord, ShapeWord,
    SpreadWord, VerdictWord,
};
