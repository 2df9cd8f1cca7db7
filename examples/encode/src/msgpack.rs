//! MessagePack: an array of orders, each an array of its fields; the names of the fields are not in the bytes.

use crate::{Error, Order};

const FORMAT: &str = "MessagePack";

/// Encodes `orders`.
///
/// # Errors
///
/// None for orders: what can be in them can be told in MessagePack.
pub fn encode(orders: &[Order]) -> Result<Vec<u8>, Error> {
    rmp_serde::to_vec(orders).map_err(Error::encode(FORMAT))
}

/// Decodes orders.
///
/// # Errors
///
/// When `bytes` do not begin with an array of orders.
pub fn decode(bytes: &[u8]) -> Result<Vec<Order>, Error> {
    rmp_serde::from_slice(bytes).map_err(Error::decode(FORMAT))
}
