//! The only path that expanded code may name. Not part of the public interface: it changes without notice.

pub use adapter_bench_macros::features;
pub use inventory::submit;

pub use crate::alloc::{Iteration, Tracker, Unavailable, availability};
pub use crate::bencher::{Bencher, Prepared, Preparing, taken};
#[cfg(feature = "async")]
pub use crate::event_loop::Tracer;
pub use crate::fixture::{
    Definition, Fallible, Fixture, Held, Make, Making, Scope, Source, Supply, TearingDown, TornDown, receive,
    send, value_of,
};
pub use crate::model::{Arrivals, Flavor, Kind, Location, Options};
pub use crate::registry::{Body, Case, Entry, GroupEntry, cases, one_case, under, values};
pub use std::time::Duration;

/// Turns the value of an `items` or `bytes` option into a count.
///
/// # Panics
///
/// When the value is negative or does not fit; the benchmark that it belongs to then fails.
pub fn count<T: TryInto<u64>>(value: T) -> u64 {
    value.try_into().ok().expect("`items` and `bytes` are whole numbers from 0 to 2^64 - 1")
}

pub use crate::runner::{Program, main};
