//! What this computer is, how the runner was built, and how loaded it is. Main types: [`LoadProbe`] and
//! [`Environment`].

mod build_info;
mod facts;
mod host;
mod load;
mod pin;
mod revision;
mod switches;
mod warnings;

use std::path::Path;

use crate::model::Environment;

pub(crate) use build_info::{ENCODED_RUSTFLAGS, TARGET, build};
pub(crate) use facts::facts;
pub(crate) use host::host;
pub(crate) use load::{LoadBetween, LoadProbe};
pub(crate) use pin::{allowed_cores, pin_to};
pub(crate) use revision::revision;
pub(crate) use switches::Interruptions;
pub(crate) use warnings::{debug_build, frequent_switches, loaded_machine, stolen_time};

/// What the figures of a run depend on besides the code, where `dir` lies in the work tree that was built.
///
/// Never fails: what cannot be found out is empty. Call it before pinning, which lowers the number of cores.
pub(crate) fn environment(dir: &Path) -> Environment {
    Environment { host: host(), build: build(), revision: revision(dir) }
}
