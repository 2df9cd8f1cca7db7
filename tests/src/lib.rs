//! Runs programs of this package as a user would, and reads what came of it.
//!
//! A [`Suite`] is a program about to be started, [`Running`] one that runs, [`Ran`] one that has ended. Each has a
//! [`Folder`] of its own, in which it finds its `bench.toml` and keeps its results.

mod folder;
mod pool;
mod processes;
pub mod programs;
mod ran;
mod repository;
mod suite;
mod terminal;

pub use folder::Folder;
pub use pool::Pool;
pub use processes::{Process, until};
pub use ran::{Ran, benchmark, ids, of_id, read_json, warnings};
pub use repository::Repository;
pub use suite::{Running, Suite, left_out, missing_fixture};
pub use terminal::on_a_terminal;
