//! The schema through sqlx, which is asynchronous: each connection's SQLite runs on a thread of its own. Main type:
//! [`Store`].

use std::fmt::Debug;

use futures_executor::block_on;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::sqlite::{
    SqliteArguments, SqliteArgumentsBuffer, SqliteConnectOptions, SqliteConnection, SqliteRow,
    SqliteTypeInfo, SqliteValueRef,
};
use sqlx::{ConnectOptions, Connection, Decode, Encode, FromRow, Row, Sqlite, Type};
use tokio::sync::Mutex;

use crate::{Digest, Error, Event, Json, Product, Review, Untimed, data, schema};

type Query<'q> = sqlx::query::Query<'q, Sqlite, SqliteArguments>;

/// A database and its connection, without a pool. sqlx keeps the last hundred statements that it has prepared.
#[derive(Debug)]
pub struct Store {
    connection: Mutex<SqliteConnection>,
}

/// Every function fails when sqlx does, or when a row is not what the schema says.
#[expect(clippy::missing_errors_doc, reason = "said once for all of them")]
impl Store {
    /// Opens a database and sets the connection; [`IN_MEMORY`](crate::IN_MEMORY) or a file, which is created.
    pub async fn open(location: &str) -> Result<Self, Error> {
        let options = SqliteConnectOptions::new().filename(location).create_if_missing(true);
        let mut connection = options.connect().await?;
        sqlx::raw_sql(schema::PRAGMAS).execute(&mut connection).await?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    /// A database in memory without tables.
    pub async fn empty() -> Result<Self, Error> {
        Self::open(schema::IN_MEMORY).await
    }

    /// A database in memory with the tables and the seeded rows.
    pub async fn seeded() -> Result<Self, Error> {
        let store = Self::empty().await?;
        store.create_schema().await?;
        store.seed().await?;
        Ok(store)
    }

    /// Creates the tables and their indexes.
    pub async fn create_schema(&self) -> Result<(), Error> {
        sqlx::raw_sql(schema::SCHEMA).execute(&mut *self.connection.lock().await).await?;
        Ok(())
    }

    /// Inserts the seeded rows, in one transaction.
    pub async fn seed(&self) -> Result<(), Error> {
        let mut connection = self.connection.lock().await;
        let mut transaction = connection.begin().await?;
        for id in 1..=data::PRODUCTS {
            inserting_product(&data::product(id)).execute(&mut *transaction).await?;
        }
        for id in 1..=data::REVIEWS {
            inserting_review(&data::review(id)).execute(&mut *transaction).await?;
        }
        for id in 1..=data::EVENTS {
            inserting_event(&data::event(id)).execute(&mut *transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Inserts a product.
    pub async fn insert_product(&self, row: &Product) -> Result<(), Error> {
        self.execute(inserting_product(row)).await.map(drop)
    }

    /// The product with this key.
    pub async fn product(&self, id: i64) -> Result<Option<Product>, Error> {
        let query = sqlx::query_as(schema::PRODUCT).bind(id);
        Ok(query.fetch_optional(&mut *self.connection.lock().await).await?)
    }

    /// The reviews of a product that give it this rating or a better one.
    pub async fn reviews_of(&self, product_id: i64, rating: i32) -> Result<Vec<Review>, Error> {
        let query = sqlx::query_as(schema::REVIEWS_OF).bind(product_id).bind(rating);
        Ok(query.fetch_all(&mut *self.connection.lock().await).await?)
    }

    /// Sets the price and the stock of a product; returns how many rows that changed.
    pub async fn update_product(&self, id: i64, price: i64, stock: i32) -> Result<usize, Error> {
        self.execute(sqlx::query(schema::UPDATE_PRODUCT).bind(price).bind(stock).bind(id)).await
    }

    /// Deletes a product; returns how many rows that were.
    pub async fn delete_product(&self, id: i64) -> Result<usize, Error> {
        self.execute(sqlx::query(schema::DELETE_PRODUCT).bind(id)).await
    }

    /// Inserts reviews one by one, in one transaction.
    pub async fn insert_reviews(&self, rows: &[Review]) -> Result<(), Error> {
        let mut connection = self.connection.lock().await;
        let mut transaction = connection.begin().await?;
        for row in rows {
            inserting_review(row).execute(&mut *transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Inserts an event; its collections become JSON.
    pub async fn insert_event(&self, row: &Event) -> Result<(), Error> {
        self.execute(inserting_event(row)).await.map(drop)
    }

    /// The event with this key, its collections read from JSON.
    pub async fn event(&self, id: i64) -> Result<Option<Event>, Error> {
        let query = sqlx::query_as(schema::EVENT).bind(id);
        Ok(query.fetch_optional(&mut *self.connection.lock().await).await?)
    }

    /// All products.
    pub async fn products(&self) -> Result<Vec<Product>, Error> {
        Ok(sqlx::query_as(schema::PRODUCTS).fetch_all(&mut *self.connection.lock().await).await?)
    }

    /// All reviews.
    pub async fn reviews(&self) -> Result<Vec<Review>, Error> {
        Ok(sqlx::query_as(schema::REVIEWS).fetch_all(&mut *self.connection.lock().await).await?)
    }

    /// All events.
    pub async fn events(&self) -> Result<Vec<Event>, Error> {
        Ok(sqlx::query_as(schema::EVENTS).fetch_all(&mut *self.connection.lock().await).await?)
    }

    /// The version of SQLite and the settings of the connection.
    pub async fn settings(&self) -> Result<String, Error> {
        Ok(sqlx::query_scalar(schema::SETTINGS).fetch_one(&mut *self.connection.lock().await).await?)
    }

    async fn execute(&self, query: Query<'_>) -> Result<usize, Error> {
        let done = query.execute(&mut *self.connection.lock().await).await?;
        Ok(done.rows_affected() as usize)
    }
}

/// On whatever thread this is called: sqlx needs no runtime for SQLite, and these may be called inside one.
impl Untimed for Store {
    fn digest(&self) -> Result<Digest, Error> {
        block_on(async {
            Ok(Digest::of(&self.products().await?, &self.reviews().await?, &self.events().await?))
        })
    }

    fn delete_new(&self) -> Result<usize, Error> {
        block_on(async {
            let reviews = self.execute(sqlx::query(schema::DELETE_NEW_REVIEWS).bind(data::REVIEWS)).await?;
            let events = self.execute(sqlx::query(schema::DELETE_NEW_EVENTS).bind(data::EVENTS)).await?;
            let products =
                self.execute(sqlx::query(schema::DELETE_NEW_PRODUCTS).bind(data::PRODUCTS)).await?;
            Ok(reviews + events + products)
        })
    }

    fn add_product(&self) -> Result<i64, Error> {
        block_on(async {
            let last = sqlx::query_scalar::<_, i64>(schema::LAST_PRODUCT);
            let id = 1 + last.fetch_one(&mut *self.connection.lock().await).await?;
            self.insert_product(&data::product(id)).await?;
            Ok(id)
        })
    }
}

fn inserting_product(row: &Product) -> Query<'_> {
    let query = sqlx::query(schema::INSERT_PRODUCT).bind(row.id).bind(&*row.name).bind(&*row.category);
    query.bind(row.price).bind(row.stock).bind(row.active)
}

fn inserting_review(row: &Review) -> Query<'_> {
    let query = sqlx::query(schema::INSERT_REVIEW).bind(row.id).bind(row.product_id);
    query.bind(&*row.author).bind(row.rating).bind(row.body.as_deref())
}

fn inserting_event(row: &Event) -> Query<'_> {
    let query = sqlx::query(schema::INSERT_EVENT).bind(row.id).bind(&*row.kind);
    query.bind(row.recorded_at).bind(&row.tags).bind(&row.attributes)
}

impl FromRow<'_, SqliteRow> for Product {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get(0)?,
            name: row.try_get(1)?,
            category: row.try_get(2)?,
            price: row.try_get(3)?,
            stock: row.try_get(4)?,
            active: row.try_get(5)?,
        })
    }
}

impl FromRow<'_, SqliteRow> for Review {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get(0)?,
            product_id: row.try_get(1)?,
            author: row.try_get(2)?,
            rating: row.try_get(3)?,
            body: row.try_get(4)?,
        })
    }
}

impl FromRow<'_, SqliteRow> for Event {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get(0)?,
            kind: row.try_get(1)?,
            recorded_at: row.try_get(2)?,
            tags: row.try_get(3)?,
            attributes: row.try_get(4)?,
        })
    }
}

impl<T: Debug> Type<Sqlite> for Json<T> {
    fn type_info() -> SqliteTypeInfo {
        <str as Type<Sqlite>>::type_info()
    }
}

impl<T: Serialize + Debug> Encode<'_, Sqlite> for Json<T> {
    fn encode_by_ref(&self, buffer: &mut SqliteArgumentsBuffer) -> Result<IsNull, BoxDynError> {
        Encode::<Sqlite>::encode(serde_json::to_string(&self.0)?, buffer)
    }
}

impl<T: DeserializeOwned + Debug> Decode<'_, Sqlite> for Json<T> {
    fn decode(value: SqliteValueRef<'_>) -> Result<Self, BoxDynError> {
        Ok(Self(serde_json::from_str(<&str as Decode<Sqlite>>::decode(value)?)?))
    }
}
