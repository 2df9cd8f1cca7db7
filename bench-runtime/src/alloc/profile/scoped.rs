//! Profiles by way of scopes. Main type: [`Profiling`].

use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use stats_alloc::Stats;

use super::SnapshotError;
use crate::alloc::scope::Scope;
use crate::alloc::switch::{For, On, new_scope_id};
use crate::alloc::thread::{self, Entered, Pause};
use crate::alloc::tracker::difference;
use crate::alloc::{availability, sites};
use crate::model::{Location, MemoryProfile, SitesMode, Snapshot};

/// The lines that a profile tells of each kind.
const TOP: usize = 10;

/// The snapshot that every profile begins with.
const START: &str = "start";
/// The snapshot that every profile ends with.
const END: &str = "end";

/// The snapshots of a scope, in their order.
#[derive(Debug, Default)]
pub(in crate::alloc) struct Snapshots(Mutex<Vec<Snapshot>>);

impl Snapshots {
    /// Takes one. Returns whether the name was free.
    fn take(&self, scope: &Scope, name: String) -> bool {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.iter().any(|snapshot| snapshot.name == name) {
            return false;
        }
        let (counts, peak) = (scope.ledger.counts(), scope.ledger.peak());
        taken.push(at_this_moment(name, counts, peak, scope.ledger.forget_peak()));
        true
    }

    fn drain(&self) -> Vec<Snapshot> {
        mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn at_this_moment(name: String, counts: Stats, peak_since_last: i64, live: i64) -> Snapshot {
    Snapshot {
        name,
        allocations: counts.allocations as u64,
        deallocations: counts.deallocations as u64,
        reallocations: counts.reallocations as u64,
        allocated: counts.bytes_allocated as u64,
        deallocated: counts.bytes_deallocated as u64,
        live,
        peak_since_last,
    }
}

/// A profile that is being made.
pub(super) struct Profiling {
    scope: Arc<Scope>,
    place: Location,
    on: On,
}

impl Profiling {
    pub(super) fn start(place: Location) -> Self {
        // Probed before anything is counted, and while this thread's allocations would be.
        let _ = availability();
        let _own = Pause::begin();
        let on = On::switch(For::Scope, SitesMode::Full);
        let scope = Scope::new(new_scope_id(), thread::scope());
        scope.snapshots.take(&scope, START.to_owned());
        Self { scope, place, on }
    }

    pub(super) fn enter(&self) -> Entered {
        Entered::enter(&self.scope)
    }

    pub(super) fn finish(self) -> MemoryProfile {
        let _own = Pause::begin();
        let Self { scope, place, on } = self;
        scope.snapshots.take(&scope, END.to_owned());
        let counts = scope.ledger.counts();
        drop(on);
        let snapshots = scope.snapshots.drain();
        let peak = snapshots.iter().map(|snapshot| snapshot.peak_since_last).max();
        MemoryProfile {
            figures: difference(Stats::default(), counts, peak.unwrap_or_default()),
            snapshots,
            sites: sites::report(scope.id, SitesMode::Full, TOP, place.clone()),
            location: place,
            unavailable: availability().err().map(|reason| reason.to_string()),
        }
    }
}

/// The profile that a thread is in, to be entered by another one.
pub(super) struct Carried(Option<Arc<Scope>>);

impl Carried {
    pub(super) fn from_here() -> Self {
        Self(thread::scope())
    }

    pub(super) fn enter(&self) -> Option<Entered> {
        self.0.as_ref().map(Entered::enter)
    }
}

pub(super) fn snapshot(name: impl Into<String>) -> Result<(), SnapshotError> {
    let _own = Pause::begin();
    let name = name.into();
    let Some(scope) = thread::scope() else {
        return Err(SnapshotError::NoProfile(name));
    };
    if name == END || !scope.snapshots.take(&scope, name.clone()) {
        return Err(SnapshotError::Repeated(name));
    }
    Ok(())
}
