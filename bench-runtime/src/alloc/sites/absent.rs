//! Programs that cannot trace allocations back to lines say why.

use crate::alloc::births::Birth;
use crate::model::{Location, Sites, SitesMode};

/// Why there are no call sites.
const REASON: &str = "call sites need the feature `sites` of adapter-bench";

pub(in crate::alloc) fn prepare() -> Result<(), &'static str> {
    Err(REASON)
}

pub(in crate::alloc) fn forget(_era: u32) {}

pub(in crate::alloc) fn trace_all_threads(_mode: SitesMode) {}

pub(in crate::alloc) fn count_from_now() {}

pub(in crate::alloc) fn allocated(_size: usize) -> u32 {
    0
}

pub(in crate::alloc) fn adopted(_old: usize, _new: usize) -> u32 {
    0
}

pub(in crate::alloc) fn resized(_birth: Birth, _old: usize, _new: usize) {}

pub(in crate::alloc) fn deallocated(_birth: Birth, _size: usize) {}

pub(in crate::alloc) fn report(_scope: u32, mode: SitesMode, _top: usize, _place: Location) -> Sites {
    let note = (mode != SitesMode::Off).then(|| REASON.to_owned());
    Sites { mode: SitesMode::Off, note, ..Sites::default() }
}
