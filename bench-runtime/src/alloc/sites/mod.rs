//! Which lines allocate. Main function: [`report`].
//!
//! On every allocation the stack is walked up to the first function that does not belong to the standard library
//! ([`stack`]), and counted in a table ([`table`]). Only at the end are the addresses of the largest ones turned into
//! lines ([`lines`]). What that takes of the program is read once ([`program`]).

#[cfg(not(all(feature = "sites", target_os = "linux", target_arch = "x86_64")))]
mod absent;
#[cfg(all(feature = "sites", target_os = "linux", target_arch = "x86_64"))]
mod found;
#[cfg(all(feature = "sites", target_os = "linux", target_arch = "x86_64"))]
mod lines;
#[cfg(all(feature = "sites", target_os = "linux", target_arch = "x86_64"))]
mod names;
#[cfg(all(feature = "sites", target_os = "linux", target_arch = "x86_64"))]
mod program;
#[cfg(all(feature = "sites", target_os = "linux", target_arch = "x86_64"))]
#[expect(unsafe_code, reason = "it reads its own stack")]
mod stack;
#[cfg(all(feature = "sites", target_os = "linux", target_arch = "x86_64"))]
mod table;

#[cfg(not(all(feature = "sites", target_os = "linux", target_arch = "x86_64")))]
pub(super) use absent::*;
#[cfg(all(feature = "sites", target_os = "linux", target_arch = "x86_64"))]
pub(super) use found::*;
