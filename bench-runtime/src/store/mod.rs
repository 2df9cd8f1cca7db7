//! What is kept on disk: versioned types of its own, apart from those in memory. Main type: [`ResultFile`].
#![cfg_attr(not(test), expect(dead_code, reason = "nothing reads result files back yet"))]

mod params;
mod record;
mod result;
mod words;

#[cfg(all(test, feature = "schema"))]
mod schema;

pub(crate) use result::{Benchmark, OutcomeWord, ResultFile};
#[cfg(test)]
pub(crate) use words::WarningWord;
pub(crate) use words::{
    DropWord, FailureWord, KindWord, PercentilesOfWord, PlacementWord, ShapeWord, VerdictWord,
};
