//! The schema through sqlx, with SQL as text. Main type: [`Sqlx`].

use sqlx::postgres::{PgArguments, PgConnection, PgRow};
use sqlx::types::Json;
use sqlx::{AssertSqlSafe, Connection, FromRow, Postgres, QueryBuilder, Row};

use crate::{Error, Event, Layer, Product, Review, schema};

type Query<'q> = sqlx::query::Query<'q, Postgres, PgArguments>;

/// A connection without a pool. sqlx keeps the last hundred statements that it has prepared, by their text.
pub struct Sqlx {
    connection: PgConnection,
}

impl Sqlx {
    async fn execute(&mut self, query: Query<'_>) -> Result<u64, Error> {
        Ok(query.execute(&mut self.connection).await?.rows_affected())
    }

    async fn execute_text(&mut self, sql: String) -> Result<(), Error> {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut self.connection).await?;
        Ok(())
    }
}

impl Layer for Sqlx {
    type Product = Product;
    type Event = Event;

    async fn connect(url: &str, namespace: &str) -> Result<Self, Error> {
        let mut layer = Self { connection: PgConnection::connect(url).await? };
        layer.execute_text(format!("SET search_path TO {namespace}")).await?;
        Ok(layer)
    }

    async fn insert_product(&mut self, row: Product) -> Result<(), Error> {
        let query = sqlx::query(schema::INSERT_PRODUCT).bind(row.id).bind(row.name).bind(row.category);
        self.execute(query.bind(row.price).bind(row.stock).bind(row.active)).await.map(drop)
    }

    async fn product(&mut self, id: i64) -> Result<Option<Product>, Error> {
        Ok(sqlx::query_as(schema::PRODUCT).bind(id).fetch_optional(&mut self.connection).await?)
    }

    async fn products_after(&mut self, id: i64, count: i64) -> Result<Vec<Product>, Error> {
        let query = sqlx::query_as(schema::PRODUCTS_AFTER).bind(id).bind(count);
        Ok(query.fetch_all(&mut self.connection).await?)
    }

    async fn update_product(&mut self, id: i64, price: i64, stock: i32) -> Result<u64, Error> {
        self.execute(sqlx::query(schema::UPDATE_PRODUCT).bind(price).bind(stock).bind(id)).await
    }

    async fn delete_product(&mut self, id: i64) -> Result<u64, Error> {
        self.execute(sqlx::query(schema::DELETE_PRODUCT).bind(id)).await
    }

    async fn insert_reviews(&mut self, rows: Vec<Review>) -> Result<(), Error> {
        let mut query = QueryBuilder::new(schema::INSERT_REVIEWS);
        query.push_values(rows, |mut values, row| {
            values.push_bind(row.id).push_bind(row.product_id).push_bind(row.author);
            values.push_bind(row.rating).push_bind(row.body);
        });
        self.execute(query.build()).await.map(drop)
    }

    async fn insert_event(&mut self, row: Event) -> Result<(), Error> {
        let query = sqlx::query(schema::INSERT_EVENT).bind(row.id).bind(row.kind).bind(row.recorded_at);
        self.execute(query.bind(row.tags).bind(Json(row.attributes))).await.map(drop)
    }

    async fn event(&mut self, id: i64) -> Result<Option<Event>, Error> {
        Ok(sqlx::query_as(schema::EVENT).bind(id).fetch_optional(&mut self.connection).await?)
    }

    async fn create_tables(&mut self) -> Result<(), Error> {
        self.execute_text(schema::tables_rolled_back()).await
    }

    async fn keep_tables(&mut self) -> Result<(), Error> {
        self.execute_text(schema::TABLES.to_owned()).await
    }
}

// By name, as sqlx's derive macro has it; written out, so that the macros need not be compiled.

impl FromRow<'_, PgRow> for Product {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            category: row.try_get("category")?,
            price: row.try_get("price")?,
            stock: row.try_get("stock")?,
            active: row.try_get("active")?,
        })
    }
}

impl FromRow<'_, PgRow> for Event {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        let Json(attributes) = row.try_get("attributes")?;
        Ok(Self {
            id: row.try_get("id")?,
            kind: row.try_get("kind")?,
            recorded_at: row.try_get("recorded_at")?,
            tags: row.try_get("tags")?,
            attributes,
        })
    }
}
