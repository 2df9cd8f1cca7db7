//! What is kept on disk: versioned types of its own, apart from those in memory. Main types: [`ResultFile`] and
//! [`Journal`](journal::Journal).
#![cfg_attr(not(test), expect(dead_code, reason = "nothing reads result files or journals back yet"))]

pub(crate) mod atomic;
pub(crate) mod journal;
mod record;
mod result;
mod words;

#[cfg(all(test, feature = "schema"))]
mod schema;
#[cfg(test)]
mod scratch;

pub(crate) use result::{Benchmark, OutcomeWord, ResultFile};
#[cfg(test)]
pub(crate) use words::WarningWord;
pub(crate) use words::{
    DropWord, FailureWord, KindWord, PercentilesOfWord, PlacementWord, ShapeWord, VerdictWord,
};
