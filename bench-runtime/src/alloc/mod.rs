//! The second instrument: what code does with memory. Main types: [`Tracking`], the allocator, and [`Tracker`], which
//! measures with it.
//!
//! [`Tracking`] wraps whatever allocator the program wants. While nothing is measured it reads one flag per call and
//! passes the call on. What it sees otherwise goes three ways: into counters, which are those of the crate
//! `stats_alloc` with the live bytes and their peak beside them ([`ledger`]); into a table that tells of every live
//! block when and where it was born ([`births`]), from which lifetimes follow ([`lifetimes`]); and to the call sites
//! ([`sites`]). A [`Tracker`] counts what all threads do, [`profile_memory`] what its own thread does.
//!
//! Nothing in here allocates from the wrapped allocator while it handles a call, and what the instrument allocates for
//! itself at other times is not counted ([`thread::Pause`]).

#[cfg(feature = "memory")]
mod figures;
mod profile;
#[cfg(feature = "memory")]
mod sites;

#[cfg(feature = "memory")]
#[expect(unsafe_code, reason = "it turns addresses of its own zeroed memory into references")]
mod births;
#[cfg(feature = "memory")]
#[expect(
    unsafe_code,
    reason = "the counters of `stats_alloc` are reached through `GlobalAlloc`, which is unsafe"
)]
mod ledger;
#[cfg(feature = "memory")]
mod lifetimes;
#[cfg(feature = "memory")]
mod scope;
#[cfg(feature = "memory")]
mod switch;
#[cfg(feature = "memory")]
#[expect(unsafe_code, reason = "a thread points at the scope that it is in")]
mod thread;
#[cfg(feature = "memory")]
mod tracker;
#[cfg(feature = "memory")]
#[expect(unsafe_code, reason = "a global allocator cannot do without")]
mod tracking;

#[cfg(not(feature = "memory"))]
#[path = "absent.rs"]
mod tracker;

pub use profile::{
    SnapshotError, in_this_profile, in_this_profile_async, profile_memory, profile_memory_async, snapshot,
};
pub use tracker::{Iteration, Tracker, availability};
#[cfg(feature = "memory")]
pub use tracking::Tracking;

/// Why memory cannot be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unavailable {
    /// The library was built without what it takes.
    #[error("memory is not measured: adapter-bench was built without its feature `memory`")]
    NotBuilt,
    /// The allocator that counts is not the program's.
    #[error(
        "memory is not measured: the program's allocator is not adapter-bench's (leave out `no_allocator` in `main!`, or \
         make `adapter_bench::Tracking` the `#[global_allocator]`)"
    )]
    NotInstalled,
    /// There is one tracker at a time.
    #[error("memory is not measured: it is being measured by another part of the program")]
    Busy,
}
