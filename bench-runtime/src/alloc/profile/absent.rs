//! Without the feature `memory` a profile is empty and says why.

use super::SnapshotError;
use crate::alloc::Unavailable;
use crate::model::{Location, MemoryFigures, MemoryProfile, Sites, SitesMode};

pub(super) struct Profiling(Location);

impl Profiling {
    pub(super) fn start(place: Location) -> Self {
        Self(place)
    }

    pub(super) fn enter(&self) -> Entered {
        Entered
    }

    pub(super) fn finish(self) -> MemoryProfile {
        let reason = Unavailable::NotBuilt.to_string();
        MemoryProfile {
            figures: MemoryFigures::default(),
            snapshots: Vec::new(),
            sites: Sites { mode: SitesMode::Off, note: Some(reason.clone()), ..Sites::default() },
            location: self.0,
            unavailable: Some(reason),
        }
    }
}

/// Where nothing is counted, being within a profile is nothing either.
pub(super) struct Entered;

pub(super) struct Carried;

impl Carried {
    pub(super) fn from_here() -> Self {
        Self
    }

    pub(super) fn enter(&self) -> Entered {
        Entered
    }
}

/// There is nothing to mark, and nothing wrong with it.
pub(super) fn snapshot(_name: impl Into<String>) -> Result<(), SnapshotError> {
    Ok(())
}
