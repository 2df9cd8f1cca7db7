//! The schema through diesel-async, whose queries are built from typed tables. Main type: [`Diesel`].

use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::prelude::*;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::Jsonb;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};

use self::tables::{events, products, reviews};
use crate::{Attributes, Error, Event, Layer, Product, Review, schema};

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
            tags -> Array<Text>,
            attributes -> Jsonb,
        }
    }
}

/// A connection without a pool. diesel keeps the statements that it has prepared, except for updates and inserts, whose
/// text may depend on their values.
pub struct Diesel {
    connection: AsyncPgConnection,
}

impl Layer for Diesel {
    type Product = Product;
    type Event = Event;

    async fn connect(url: &str, namespace: &str) -> Result<Self, Error> {
        let mut connection = AsyncPgConnection::establish(url).await?;
        connection.batch_execute(&format!("SET search_path TO {namespace}")).await?;
        Ok(Self { connection })
    }

    async fn insert_product(&mut self, row: Product) -> Result<(), Error> {
        diesel::insert_into(products::table).values(row).execute(&mut self.connection).await?;
        Ok(())
    }

    async fn product(&mut self, id: i64) -> Result<Option<Product>, Error> {
        let query = products::table.find(id).select(Product::as_select());
        Ok(query.first(&mut self.connection).await.optional()?)
    }

    async fn products_after(&mut self, id: i64, count: i64) -> Result<Vec<Product>, Error> {
        let query = products::table.filter(products::id.gt(id)).order(products::id).limit(count);
        Ok(query.select(Product::as_select()).load(&mut self.connection).await?)
    }

    async fn update_product(&mut self, id: i64, price: i64, stock: i32) -> Result<u64, Error> {
        let update = diesel::update(products::table.find(id))
            .set((products::price.eq(price), products::stock.eq(stock)));
        Ok(update.execute(&mut self.connection).await? as u64)
    }

    async fn delete_product(&mut self, id: i64) -> Result<u64, Error> {
        Ok(diesel::delete(products::table.find(id)).execute(&mut self.connection).await? as u64)
    }

    async fn insert_reviews(&mut self, rows: Vec<Review>) -> Result<(), Error> {
        diesel::insert_into(reviews::table).values(rows).execute(&mut self.connection).await?;
        Ok(())
    }

    async fn insert_event(&mut self, row: Event) -> Result<(), Error> {
        diesel::insert_into(events::table).values(row).execute(&mut self.connection).await?;
        Ok(())
    }

    async fn event(&mut self, id: i64) -> Result<Option<Event>, Error> {
        let query = events::table.find(id).select(Event::as_select());
        Ok(query.first(&mut self.connection).await.optional()?)
    }

    async fn create_tables(&mut self) -> Result<(), Error> {
        Ok(self.connection.batch_execute(&schema::tables_rolled_back()).await?)
    }

    async fn keep_tables(&mut self) -> Result<(), Error> {
        Ok(self.connection.batch_execute(schema::TABLES).await?)
    }
}

/// The only version of the binary format of `jsonb`: it stands before the text.
const JSONB_VERSION: u8 = 1;

impl ToSql<Jsonb, Pg> for Attributes {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        std::io::Write::write_all(out, &[JSONB_VERSION])?;
        serde_json::to_writer(out, &self.0)?;
        Ok(IsNull::No)
    }
}

impl FromSql<Jsonb, Pg> for Attributes {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes() {
            [JSONB_VERSION, text @ ..] => Ok(Self(serde_json::from_slice(text)?)),
            _ => Err("this is not a jsonb of version 1".into()),
        }
    }
}
