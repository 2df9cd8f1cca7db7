//! Composition: from options to a report. Main function: [`run`].

mod measure;
mod program;
mod stop;

pub use self::measure::{RunError, run};
pub use self::program::Program;
pub(crate) use self::measure::{Mode, Watch, execute};
