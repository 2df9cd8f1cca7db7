//! What surrounds an operation, outside the clock: looking at a store, and putting it back. Main type: [`Untimed`].

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::{Error, Event, Product, Review};

/// What all stores can do without a runtime, so that a benchmark's answer and its inputs are made alike in all arms.
///
/// *New* rows are those whose keys are above the seeded ones.
pub trait Untimed {
    /// All rows of the three tables.
    ///
    /// # Errors
    ///
    /// When the library fails, or a row is not what the schema says.
    fn digest(&self) -> Result<Digest, Error>;

    /// Deletes all new rows and returns how many there were.
    ///
    /// # Errors
    ///
    /// When the library fails.
    fn delete_new(&self) -> Result<usize, Error>;

    /// Inserts the product behind the last one and returns its key.
    ///
    /// # Errors
    ///
    /// When the library fails.
    fn add_product(&self) -> Result<i64, Error>;
}

/// What a store holds, in one line: equal digests mean equal rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest {
    /// How many products there are.
    pub products: usize,
    /// How many reviews.
    pub reviews: usize,
    /// How many events.
    pub events: usize,
    /// Over all columns of all rows, in the order of their keys. Not the same for all versions of Rust.
    pub hash: u64,
}

impl Digest {
    /// Of these rows.
    #[must_use]
    pub fn of(products: &[Product], reviews: &[Review], events: &[Event]) -> Self {
        let mut hasher = DefaultHasher::new();
        (products, reviews, events).hash(&mut hasher);
        Self { products: products.len(), reviews: reviews.len(), events: events.len(), hash: hasher.finish() }
    }
}
