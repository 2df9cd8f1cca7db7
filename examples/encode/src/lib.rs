//! TPC-H orders, and the adapters that turn them into JSON, CSV, TOML and MessagePack and back.
//!
//! [`orders`] makes a dataset; every format has a module with `encode` and `decode`, and [`json`] has such a pair
//! per library. An encoder returns a new vector of bytes, a decoder takes bytes and has to find out itself whether
//! they are UTF-8, whatever the format. Every pair gives back exactly the orders it was given, which [`Digest`]
//! tells in one line.
//!
//! ```
//! use example_encode::{Digest, csv, json, orders};
//!
//! let orders = orders(100);
//! let from_json = json::decode(&json::encode(&orders)?)?;
//! let from_csv = csv::decode(&csv::encode(&orders)?)?;
//! assert_eq!(Digest::of(&from_json), Digest::of(&from_csv));
//! # Ok::<(), example_encode::Error>(())
//! ```

pub mod csv;
mod digest;
mod error;
pub mod json;
pub mod msgpack;
mod order;
pub mod toml;

pub use digest::Digest;
pub use error::Error;
pub use order::{Order, Status, orders};

#[cfg(test)]
mod tests;
