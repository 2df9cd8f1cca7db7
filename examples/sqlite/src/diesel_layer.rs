//! The schema through diesel, whose queries are built from typed tables. Main type: [`Store`].

use std::cell::RefCell;
use std::fmt::{self, Debug};

use diesel::connection::SimpleConnection;
use diesel::deserialize::{self, FromSql};
use diesel::dsl::max;
use diesel::prelude::*;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::Text;
use diesel::sqlite::{Sqlite, SqliteConnection};
use serde::Serialize;
use serde::de::DeserializeOwned;

use self::tables::{events, products, reviews};
use crate::{Digest, Error, Event, Json, Product, Review, Untimed, data, schema};

/// The schema as diesel's types.
pub(crate) mod tables {
    diesel::table! {
        products (id) {
            id -> BigInt,
            name -> Text,
            category -> Text,
            price -> BigInt,
            stock -> Integer,
            active -> Bool,
        }
    }

    diesel::table! {
        reviews (id) {
            id -> BigInt,
            product_id -> BigInt,
            author -> Text,
            rating -> Integer,
            body -> Nullable<Text>,
        }
    }

    diesel::table! {
        events (id) {
            id -> BigInt,
            kind -> Text,
            recorded_at -> BigInt,
            tags -> Text,
            attributes -> Text,
        }
    }
}

/// A database and its connection. diesel keeps the statements that it has prepared, except for updates.
pub struct Store {
    connection: RefCell<SqliteConnection>,
}

/// Every function fails when diesel does, or when a row is not what the schema says.
#[expect(clippy::missing_errors_doc, reason = "said once for all of them")]
impl Store {
    /// Opens a database and sets the connection; [`IN_MEMORY`](crate::IN_MEMORY) or a file, which is created.
    pub fn open(location: &str) -> Result<Self, Error> {
        let mut connection = SqliteConnection::establish(location)?;
        connection.batch_execute(schema::PRAGMAS)?;
        Ok(Self { connection: RefCell::new(connection) })
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
        self.with(|connection| connection.batch_execute(schema::SCHEMA))
    }

    /// Inserts the seeded rows, in one transaction.
    pub fn seed(&self) -> Result<(), Error> {
        self.with(|connection| {
            connection.transaction(|connection| {
                (1..=data::PRODUCTS).try_for_each(|id| insert_product(connection, &data::product(id)))?;
                (1..=data::REVIEWS).try_for_each(|id| insert_review(connection, &data::review(id)))?;
                (1..=data::EVENTS).try_for_each(|id| insert_event(connection, &data::event(id)))
            })
        })
    }

    /// Inserts a product.
    pub fn insert_product(&self, row: &Product) -> Result<(), Error> {
        self.with(|connection| insert_product(connection, row))
    }

    /// The product with this key, by `get_result`.
    pub fn product(&self, id: i64) -> Result<Option<Product>, Error> {
        self.with(|connection| products::table.find(id).get_result(connection).optional())
    }

    /// The product with this key, by `first`, which binds a `LIMIT`. SQLite looks at the value of a limit when it plans, so
    /// it prepares the statement again whenever the limit is bound again.
    pub fn product_by_first(&self, id: i64) -> Result<Option<Product>, Error> {
        self.with(|connection| products::table.find(id).first(connection).optional())
    }

    /// The reviews of a product that give it this rating or a better one.
    pub fn reviews_of(&self, product_id: i64, rating: i32) -> Result<Vec<Review>, Error> {
        let rows = reviews::table
            .filter(reviews::product_id.eq(product_id))
            .filter(reviews::rating.ge(rating))
            .order(reviews::id);
        self.with(|connection| rows.load(connection))
    }

    /// Sets the price and the stock of a product; returns how many rows that changed.
    ///
    /// diesel prepares an update each time: which columns it sets may depend on the values.
    pub fn update_product(&self, id: i64, price: i64, stock: i32) -> Result<usize, Error> {
        let update = diesel::update(products::table.find(id))
            .set((products::price.eq(price), products::stock.eq(stock)));
        self.with(|connection| update.execute(connection))
    }

    /// Deletes a product; returns how many rows that were.
    pub fn delete_product(&self, id: i64) -> Result<usize, Error> {
        self.with(|connection| diesel::delete(products::table.find(id)).execute(connection))
    }

    /// Inserts reviews one by one, in one transaction.
    pub fn insert_reviews(&self, rows: &[Review]) -> Result<(), Error> {
        self.with(|connection| {
            connection
                .transaction(|connection| rows.iter().try_for_each(|row| insert_review(connection, row)))
        })
    }

    /// Inserts an event; its collections become JSON.
    pub fn insert_event(&self, row: &Event) -> Result<(), Error> {
        self.with(|connection| insert_event(connection, row))
    }

    /// The event with this key, its collections read from JSON.
    pub fn event(&self, id: i64) -> Result<Option<Event>, Error> {
        self.with(|connection| events::table.find(id).get_result(connection).optional())
    }

    /// All products.
    pub fn products(&self) -> Result<Vec<Product>, Error> {
        self.with(|connection| products::table.order(products::id).load(connection))
    }

    /// All reviews.
    pub fn reviews(&self) -> Result<Vec<Review>, Error> {
        self.with(|connection| reviews::table.order(reviews::id).load(connection))
    }

    /// All events.
    pub fn events(&self) -> Result<Vec<Event>, Error> {
        self.with(|connection| events::table.order(events::id).load(connection))
    }

    /// The version of SQLite and the settings of the connection.
    pub fn settings(&self) -> Result<String, Error> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Text)]
            settings: String,
        }
        self.with(|connection| diesel::sql_query(schema::SETTINGS).get_result::<Row>(connection))
            .map(|row| row.settings)
    }

    fn with<T>(&self, run: impl FnOnce(&mut SqliteConnection) -> QueryResult<T>) -> Result<T, Error> {
        Ok(run(&mut self.connection.borrow_mut())?)
    }
}

impl Untimed for Store {
    fn digest(&self) -> Result<Digest, Error> {
        Ok(Digest::of(&self.products()?, &self.reviews()?, &self.events()?))
    }

    fn delete_new(&self) -> Result<usize, Error> {
        let new_reviews = diesel::delete(reviews::table.filter(reviews::id.gt(data::REVIEWS)));
        let new_events = diesel::delete(events::table.filter(events::id.gt(data::EVENTS)));
        let new_products = diesel::delete(products::table.filter(products::id.gt(data::PRODUCTS)));
        self.with(|connection| {
            let children = new_reviews.execute(connection)? + new_events.execute(connection)?;
            Ok(children + new_products.execute(connection)?)
        })
    }

    fn add_product(&self) -> Result<i64, Error> {
        self.with(|connection| {
            let last: Option<i64> = products::table.select(max(products::id)).first(connection)?;
            let id = 1 + last.ok_or(diesel::NotFound)?;
            insert_product(connection, &data::product(id))?;
            Ok(id)
        })
    }
}

impl Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

fn insert_product(connection: &mut SqliteConnection, row: &Product) -> QueryResult<()> {
    diesel::insert_into(products::table).values(row).execute(connection).map(drop)
}

fn insert_review(connection: &mut SqliteConnection, row: &Review) -> QueryResult<()> {
    diesel::insert_into(reviews::table).values(row).execute(connection).map(drop)
}

fn insert_event(connection: &mut SqliteConnection, row: &Event) -> QueryResult<()> {
    diesel::insert_into(events::table).values(row).execute(connection).map(drop)
}

impl<T: Serialize + Debug> ToSql<Text, Sqlite> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(IsNull::No)
    }
}

impl<T: DeserializeOwned + Debug> FromSql<Text, Sqlite> for Json<T> {
    fn from_sql(mut value: <Sqlite as diesel::backend::Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_str(value.read_text())?))
    }
}
