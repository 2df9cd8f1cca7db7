//! CSV: a line with the names of the columns, then one line per order; no orders give no line at all.

use ::csv::{IntoInnerError, Reader, Writer};

use crate::{Error, Order};

const FORMAT: &str = "CSV";

/// Encodes `orders`.
///
/// # Errors
///
/// None for orders: each is one flat record.
pub fn encode(orders: &[Order]) -> Result<Vec<u8>, Error> {
    let mut writer = Writer::from_writer(Vec::new());
    orders.iter().try_for_each(|order| writer.serialize(order)).map_err(Error::encode(FORMAT))?;
    writer.into_inner().map_err(IntoInnerError::into_error).map_err(Error::encode(FORMAT))
}

/// Decodes orders.
///
/// # Errors
///
/// When a line is not an order. A text that ends between two lines, or within the last comment, is still CSV.
pub fn decode(bytes: &[u8]) -> Result<Vec<Order>, Error> {
    Reader::from_reader(bytes).deserialize().collect::<Result<_, _>>().map_err(Error::decode(FORMAT))
}
