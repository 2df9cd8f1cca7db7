//! JSON: one array of objects, without white space. Three libraries, which write the same bytes and read each other's.
//!
//! The module itself stands for `serde_json`, the reference.

pub use self::serde_json::{decode, encode};

/// By `serde_json`, the library that everybody uses.
pub mod serde_json {
    use crate::{Error, Order};

    const FORMAT: &str = "JSON (serde_json)";

    /// Encodes `orders`.
    ///
    /// # Errors
    ///
    /// None for orders: what can be in them can be told in JSON.
    pub fn encode(orders: &[Order]) -> Result<Vec<u8>, Error> {
        ::serde_json::to_vec(orders).map_err(Error::encode(FORMAT))
    }

    /// Decodes orders.
    ///
    /// # Errors
    ///
    /// When `bytes` are not an array of orders, and nothing else.
    pub fn decode(bytes: &[u8]) -> Result<Vec<Order>, Error> {
        ::serde_json::from_slice(bytes).map_err(Error::decode(FORMAT))
    }
}

/// By `sonic-rs`, which chooses its instructions when it is compiled: build with `-C target-cpu=native` to see what it
/// can do.
pub mod sonic_rs {
    use crate::{Error, Order};

    const FORMAT: &str = "JSON (sonic-rs)";

    /// Encodes `orders`.
    ///
    /// # Errors
    ///
    /// None for orders: what can be in them can be told in JSON.
    pub fn encode(orders: &[Order]) -> Result<Vec<u8>, Error> {
        ::sonic_rs::to_vec(orders).map_err(Error::encode(FORMAT))
    }

    /// Decodes orders.
    ///
    /// # Errors
    ///
    /// When `bytes` are not an array of orders, and nothing else.
    pub fn decode(bytes: &[u8]) -> Result<Vec<Order>, Error> {
        ::sonic_rs::from_slice(bytes).map_err(Error::decode(FORMAT))
    }
}

/// By `simd-json`, which chooses its instructions when it runs, and decodes in place.
pub mod simd_json {
    use crate::{Error, Order};

    const FORMAT: &str = "JSON (simd-json)";

    /// Encodes `orders`.
    ///
    /// # Errors
    ///
    /// None for orders: what can be in them can be told in JSON.
    pub fn encode(orders: &[Order]) -> Result<Vec<u8>, Error> {
        ::simd_json::to_vec(orders).map_err(Error::encode(FORMAT))
    }

    /// Decodes orders. The bytes are worked on in place: they are not JSON any more afterwards.
    ///
    /// # Errors
    ///
    /// When `bytes` are not an array of orders, and nothing else.
    pub fn decode(bytes: &mut [u8]) -> Result<Vec<Order>, Error> {
        ::simd_json::from_slice(bytes).map_err(Error::decode(FORMAT))
    }
}
