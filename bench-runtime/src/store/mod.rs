//! Files that outlive a run; their wire types are private to this module. Main types: [`Journal`](journal::Journal) and
//! the function [`write_atomically`](atomic::write_atomically).
#![cfg_attr(not(test), expect(dead_code, reason = "the runner does not call it yet"))]

pub(crate) mod atomic;
pub(crate) mod journal;

#[cfg(test)]
mod scratch;
