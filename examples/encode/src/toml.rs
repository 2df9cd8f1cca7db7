//! TOML: an array of tables, each `[[orders]]` one order. A format made for configuration, used here for data.

use serde::{Deserialize, Serialize};

use crate::{Error, Order};

const FORMAT: &str = "TOML";

/// The whole text: TOML has a table at the top, not an array.
#[derive(Serialize, Deserialize)]
struct Document<T> {
    orders: T,
}

/// Encodes `orders`.
///
/// # Errors
///
/// None for orders: what can be in them can be told in TOML.
pub fn encode(orders: &[Order]) -> Result<Vec<u8>, Error> {
    ::toml::to_string(&Document { orders }).map(String::into_bytes).map_err(Error::encode(FORMAT))
}

/// Decodes orders.
///
/// # Errors
///
/// When `bytes` are not a document of orders. A text that ends between two orders is still one.
pub fn decode(bytes: &[u8]) -> Result<Vec<Order>, Error> {
    let document: Document<_> = ::toml::from_slice(bytes).map_err(Error::decode(FORMAT))?;
    Ok(document.orders)
}
