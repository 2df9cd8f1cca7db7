//! What all layers can do. Main trait: [`Layer`].

use crate::{Error, Event, Product, Review};

/// A connection to PostgreSQL through one library.
///
/// Every function fails when the library does, or when a row is not what the schema says.
#[expect(async_fn_in_trait, reason = "whoever calls these stays on one thread")]
pub trait Layer: Sized + 'static {
    /// What the library makes of a row of `products`.
    type Product: Into<Product> + Clone;
    /// What it makes of a row of `events`.
    type Event: Into<Event> + Clone;

    /// Connects to the server at this URL; names of tables mean those in this namespace.
    async fn connect(url: &str, namespace: &str) -> Result<Self, Error>;

    /// Inserts a product.
    async fn insert_product(&mut self, row: Product) -> Result<(), Error>;

    /// The product with this key.
    async fn product(&mut self, id: i64) -> Result<Option<Self::Product>, Error>;

    /// The next `count` products after this key, in the order of their keys.
    async fn products_after(&mut self, id: i64, count: i64) -> Result<Vec<Self::Product>, Error>;

    /// Sets the price and the stock of a product; returns how many rows that changed.
    async fn update_product(&mut self, id: i64, price: i64, stock: i32) -> Result<u64, Error>;

    /// Deletes a product; returns how many rows that were.
    async fn delete_product(&mut self, id: i64) -> Result<u64, Error>;

    /// Inserts reviews in one statement: all of them or none.
    async fn insert_reviews(&mut self, rows: Vec<Review>) -> Result<(), Error>;

    /// Inserts an event.
    async fn insert_event(&mut self, row: Event) -> Result<(), Error>;

    /// The event with this key.
    async fn event(&mut self, id: i64) -> Result<Option<Self::Event>, Error>;

    /// Creates the tables and their indexes in a transaction, and rolls it back. The namespace must be empty.
    async fn create_tables(&mut self) -> Result<(), Error>;

    /// Creates them, to stay.
    async fn keep_tables(&mut self) -> Result<(), Error>;
}
