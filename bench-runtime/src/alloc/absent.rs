//! Without the feature `memory` nothing is measured, and everything says so. Stands in for `tracker`.

use super::Unavailable;
use crate::model::{Location, Memory, MemoryFigures, SitesMode};

/// Never: the feature is missing.
pub fn availability() -> Result<(), Unavailable> {
    Err(Unavailable::NotBuilt)
}

/// There is none.
pub enum Tracker {}

impl Tracker {
    /// Never starts.
    pub fn start(_mode: SitesMode) -> Result<Self, Unavailable> {
        Err(Unavailable::NotBuilt)
    }

    /// Nothing was counted.
    pub fn count_from_now(&mut self) {}

    /// Nothing was counted.
    pub fn round(&mut self) {}

    /// Nothing was counted.
    pub fn finish(
        self,
        _first: MemoryFigures,
        _iterations: &[MemoryFigures],
        _top: usize,
        _place: Location,
    ) -> Memory {
        match self {}
    }
}

/// There is none.
pub enum Iteration {}

impl Iteration {
    /// Never begins.
    pub fn begin() -> Option<Self> {
        None
    }

    /// Nothing was counted.
    pub fn end(self) -> MemoryFigures {
        match self {}
    }
}
