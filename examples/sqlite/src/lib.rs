//! One schema (products, their reviews, events) on embedded SQLite, through three libraries.
//!
//! [`raw`] is rusqlite, [`diesel_layer`] and [`sqlx_layer`] are what their names say. Each has a `Store` with the same
//! functions, which do the same to the database; those of sqlx are asynchronous, and its SQLite lives on a thread of
//! its own, so each of its calls crosses to that thread and back.
//!
//! **What is equal.** All three link one SQLite, the one that `libsqlite3-sys` bundles (cargo refuses two). Every store
//! is a private database in memory unless it is told a file: what differs between the layers is the library, and a disk
//! would only add noise to all three. All set [`PRAGMAS`], run the same SQL (diesel builds its own, to the same effect),
//! keep their prepared statements where they can, read columns by position, and write JSON through [`Json`].
//!
//! **What is not**, because it is each library's way: diesel opens its connection with SQLite's own mutex, the others
//! without, and prepares an update each time. sqlx copies every text that it binds, as it goes to another thread. Stores
//! can be shared by the routine and by what surrounds it; that costs a borrow flag in diesel's and an uncontended lock in
//! sqlx's.
//!
//! ```
//! use example_sqlite::{diesel_layer, raw};
//!
//! let (raw, diesel) = (raw::Store::seeded()?, diesel_layer::Store::seeded()?);
//! assert_eq!(raw.product(7)?, diesel.product(7)?);
//! # Ok::<(), example_sqlite::Error>(())
//! ```

mod data;
pub mod diesel_layer;
mod error;
mod model;
pub mod raw;
mod schema;
pub mod sqlx_layer;
mod untimed;

pub use data::{BATCH, EVENTS, PRODUCTS, REVIEWED, REVIEWS, event, product, review, review_batch};
pub use error::Error;
pub use model::{Event, Json, Product, Review};
pub use schema::{IN_MEMORY, PRAGMAS, SCHEMA};
pub use untimed::{Digest, Untimed};

#[cfg(test)]
mod tests;
