//! Files that several processes read and write: replaced as a whole, under locks, known by their hashes.

mod atomic;
mod lock;
#[cfg(test)]
pub(crate) mod scratch;
mod sha256;

pub(crate) use self::atomic::{ensure_writable, folder_of, remove_leftovers, write_atomically};
pub(crate) use self::lock::Lock;
pub(crate) use self::sha256::{Sha256, hex};
