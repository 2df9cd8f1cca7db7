//! The third instrument: the runtimes that drive futures, and what watches them in the traced pass. Main types:
//! [`Driver`] and [`Tracer`].

#[cfg(not(feature = "async"))]
mod absent;
#[cfg(feature = "async")]
pub(crate) mod load;
#[cfg(feature = "async")]
mod tokio_driver;
#[cfg(feature = "async")]
mod trace;

#[cfg(not(feature = "async"))]
pub(crate) use absent::{Driver, Tracer, is_in_task};
#[cfg(feature = "async")]
pub(crate) use tokio_driver::{Driver, is_in_task};
#[cfg(feature = "async")]
pub use trace::{Tracer, spawn};
