//! The third instrument: the runtimes that drive futures. Main type: [`Driver`].

#[cfg(feature = "async")]
mod tokio_driver;

#[cfg(feature = "async")]
pub(crate) use tokio_driver::Driver;

/// Without the `async` feature no routine needs to be driven.
#[cfg(not(feature = "async"))]
pub(crate) struct Driver;

#[cfg(not(feature = "async"))]
impl Driver {
    pub(crate) fn new(_flavor: crate::model::Flavor, _workers: u32) -> std::io::Result<Self> {
        Ok(Self)
    }

    pub(crate) fn settle(&self) {}
}
