//! One schema (products, their reviews, events) on PostgreSQL, through four libraries.
//!
//! [`raw`] is tokio-postgres: SQL, prepared by hand, and columns by position. [`sqlx_layer`], [`diesel_layer`] and
//! [`sea_orm_layer`] are what their names say. Each is a [`Layer`], a connection with the same operations, written as its
//! guide does it. What they cost beside [`raw`] is the price of the layer.
//!
//! **What is equal.** Tables, rows and what an operation does to them. Each layer has one connection to the same server, on
//! the thread that calls it, and [`Keeper`] gives each a namespace of its own. Statements are prepared once where the
//! library can. Rows become [`Product`], [`Review`] and [`Event`], or what the library derives in their place.
//!
//! **What is not**, because it is each library's way: diesel prepares updates and inserts anew each time. sea-orm
//! builds its SQL from expressions on each call, and reads JSON through a tree of values. Its pool, of one connection here,
//! asks the server for a sign of life after each use; that it would do so before each use, too, is turned off.
//!
//! [`scylla_layer`] is the same products on ScyllaDB, through its own driver.

mod data;
pub mod diesel_layer;
pub mod encode;
mod error;
mod keeper;
mod layer;
mod model;
pub mod raw;
mod schema;
pub mod scylla_layer;
pub mod sea_orm_layer;
pub mod sqlx_layer;

pub use data::{BATCH, EVENTS, PRODUCTS, REVIEWS, event, product, review, review_batch};
pub use error::Error;
pub use keeper::{Digest, Keeper, Namespace};
pub use layer::Layer;
pub use model::{Attributes, Event, Product, Review};
pub use schema::TABLES;

#[cfg(test)]
mod tests;
