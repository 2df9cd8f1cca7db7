//! The schema through rusqlite, which adds little to SQLite's own interface: the reference. Main type: [`Store`].

use std::fmt::Debug;
use std::path::Path;

use rusqlite::backup::Progress;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, MAIN_DB, OptionalExtension, Params, Row, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Digest, Error, Event, Json, Product, Review, Untimed, data, schema};

/// A database and its connection. Statements are prepared once (`prepare_cached`).
#[derive(Debug)]
pub struct Store {
    connection: Connection,
}

/// Makes the database in a file what the one in the file `from` is, by SQLite's own backup. Connections to it stay open,
/// whatever library they are of, and find the rows of the other from their next statement on; none may be in the middle of
/// one.
///
/// # Errors
///
/// When SQLite does not do it: somebody is in the middle of a statement, or `from` is no database.
pub fn restore(location: &Path, from: &Path) -> Result<(), Error> {
    let mut store = Store::open(&location.to_string_lossy())?;
    Ok(store.connection.restore(MAIN_DB, from, None::<fn(Progress)>)?)
}

/// Every function fails when rusqlite does, or when a row is not what the schema says.
#[expect(clippy::missing_errors_doc, reason = "said once for all of them")]
impl Store {
    /// Opens a database and sets the connection; [`IN_MEMORY`](crate::IN_MEMORY) or a file, which is created.
    pub fn open(location: &str) -> Result<Self, Error> {
        let connection = Connection::open(location)?;
        connection.set_prepared_statement_cache_capacity(100);
        connection.execute_batch(schema::PRAGMAS)?;
        Ok(Self { connection })
    }

    /// A database in memory without tables.
    pub fn empty() -> Result<Self, Error> {
        Self::open(schema::IN_MEMORY)
    }

    /// A database in memory with the tables and the seeded rows.
    pub fn seeded() -> Result<Self, Error> {
        let store = Self::empty()?;
        store.create_schema()?;
        store.seed()?;
        Ok(store)
    }

    /// Creates the tables and their indexes.
    pub fn create_schema(&self) -> Result<(), Error> {
        Ok(self.connection.execute_batch(schema::SCHEMA)?)
    }

    /// Inserts the seeded rows, in one transaction.
    pub fn seed(&self) -> Result<(), Error> {
        let transaction = self.connection.unchecked_transaction()?;
        (1..=data::PRODUCTS).try_for_each(|id| self.insert_product(&data::product(id)))?;
        (1..=data::REVIEWS).try_for_each(|id| self.insert_review(&data::review(id)))?;
        (1..=data::EVENTS).try_for_each(|id| self.insert_event(&data::event(id)))?;
        Ok(transaction.commit()?)
    }

    /// Inserts a product.
    pub fn insert_product(&self, row: &Product) -> Result<(), Error> {
        let values = params![row.id, row.name, row.category, row.price, row.stock, row.active];
        self.execute(schema::INSERT_PRODUCT, values).map(drop)
    }

    /// The product with this key.
    pub fn product(&self, id: i64) -> Result<Option<Product>, Error> {
        let mut statement = self.connection.prepare_cached(schema::PRODUCT)?;
        Ok(statement.query_row([id], product).optional()?)
    }

    /// The reviews of a product that give it this rating or a better one.
    pub fn reviews_of(&self, product_id: i64, rating: i32) -> Result<Vec<Review>, Error> {
        self.rows(schema::REVIEWS_OF, params![product_id, rating], review)
    }

    /// Sets the price and the stock of a product; returns how many rows that changed.
    pub fn update_product(&self, id: i64, price: i64, stock: i32) -> Result<usize, Error> {
        self.execute(schema::UPDATE_PRODUCT, params![price, stock, id])
    }

    /// Deletes a product; returns how many rows that were.
    pub fn delete_product(&self, id: i64) -> Result<usize, Error> {
        self.execute(schema::DELETE_PRODUCT, [id])
    }

    /// Inserts reviews one by one, in one transaction.
    pub fn insert_reviews(&self, rows: &[Review]) -> Result<(), Error> {
        let transaction = self.connection.unchecked_transaction()?;
        rows.iter().try_for_each(|row| self.insert_review(row))?;
        Ok(transaction.commit()?)
    }

    /// Inserts an event; its collections become JSON.
    pub fn insert_event(&self, row: &Event) -> Result<(), Error> {
        let values = params![row.id, row.kind, row.recorded_at, row.tags, row.attributes];
        self.execute(schema::INSERT_EVENT, values).map(drop)
    }

    /// The event with this key, its collections read from JSON.
    pub fn event(&self, id: i64) -> Result<Option<Event>, Error> {
        let mut statement = self.connection.prepare_cached(schema::EVENT)?;
        Ok(statement.query_row([id], event).optional()?)
    }

    /// All products.
    pub fn products(&self) -> Result<Vec<Product>, Error> {
        self.rows(schema::PRODUCTS, [], product)
    }

    /// All reviews.
    pub fn reviews(&self) -> Result<Vec<Review>, Error> {
        self.rows(schema::REVIEWS, [], review)
    }

    /// All events.
    pub fn events(&self) -> Result<Vec<Event>, Error> {
        self.rows(schema::EVENTS, [], event)
    }

    /// The version of SQLite and the settings of the connection.
    pub fn settings(&self) -> Result<String, Error> {
        Ok(self.connection.query_row(schema::SETTINGS, [], |row| row.get(0))?)
    }

    fn insert_review(&self, row: &Review) -> Result<(), Error> {
        let values = params![row.id, row.product_id, row.author, row.rating, row.body];
        self.execute(schema::INSERT_REVIEW, values).map(drop)
    }

    fn execute(&self, sql: &str, values: impl Params) -> Result<usize, Error> {
        Ok(self.connection.prepare_cached(sql)?.execute(values)?)
    }

    fn rows<T>(
        &self,
        sql: &str,
        values: impl Params,
        from_row: fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Error> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(values, from_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Untimed for Store {
    fn digest(&self) -> Result<Digest, Error> {
        Ok(Digest::of(&self.products()?, &self.reviews()?, &self.events()?))
    }

    fn delete_new(&self) -> Result<usize, Error> {
        let reviews = self.execute(schema::DELETE_NEW_REVIEWS, [data::REVIEWS])?;
        let events = self.execute(schema::DELETE_NEW_EVENTS, [data::EVENTS])?;
        let products = self.execute(schema::DELETE_NEW_PRODUCTS, [data::PRODUCTS])?;
        Ok(reviews + events + products)
    }

    fn add_product(&self) -> Result<i64, Error> {
        let mut statement = self.connection.prepare_cached(schema::LAST_PRODUCT)?;
        let id = 1 + statement.query_row([], |row| row.get::<_, i64>(0))?;
        self.insert_product(&data::product(id))?;
        Ok(id)
    }
}

fn product(row: &Row<'_>) -> rusqlite::Result<Product> {
    Ok(Product {
        id: row.get(0)?,
        name: row.get(1)?,
        category: row.get(2)?,
        price: row.get(3)?,
        stock: row.get(4)?,
        active: row.get(5)?,
    })
}

fn review(row: &Row<'_>) -> rusqlite::Result<Review> {
    Ok(Review {
        id: row.get(0)?,
        product_id: row.get(1)?,
        author: row.get(2)?,
        rating: row.get(3)?,
        body: row.get(4)?,
    })
}

fn event(row: &Row<'_>) -> rusqlite::Result<Event> {
    Ok(Event {
        id: row.get(0)?,
        kind: row.get(1)?,
        recorded_at: row.get(2)?,
        tags: row.get(3)?,
        attributes: row.get(4)?,
    })
}

impl<T: Serialize + Debug> ToSql for Json<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let text = serde_json::to_string(&self.0);
        text.map(ToSqlOutput::from).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
    }
}

impl<T: DeserializeOwned + Debug> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?).map(Json).map_err(|error| FromSqlError::Other(error.into()))
    }
}
