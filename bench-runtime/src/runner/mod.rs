//! Composition: what reads the environment, and what comes of it. Main functions: [`main`] and [`run`].

mod against;
mod api;
mod conclusion;
mod doctor;
mod earlier;
mod main;
mod measuring;
mod output;
mod places;
mod profile;
mod program;
mod recording;
mod services;
mod session;
mod stop;
mod stored;
mod watch;

pub use self::api::{RunError, init, run};
pub use self::main::main;
pub use self::program::Program;
