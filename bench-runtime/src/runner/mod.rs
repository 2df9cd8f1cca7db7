//! Composition: what reads the environment, and what comes of it. Main functions: [`main`] and [`run`].

mod against;
mod api;
mod main;
mod output;
mod profile;
mod program;
mod session;
mod stop;
mod watch;

pub use self::api::{RunError, init, run};
pub use self::main::main;
pub use self::program::Program;
