//! The schema through tokio-postgres, which adds little to the protocol: the reference. Main type: [`Raw`].

use std::fmt::Write;

use tokio::sync::OnceCell;
use tokio_postgres::types::{Json, ToSql};
use tokio_postgres::{Client, NoTls, Row, Statement};

use crate::{Attributes, Error, Event, Layer, Product, Review, schema};

/// A connection, and its statements, each prepared when it is first used.
pub struct Raw {
    client: Client,
    insert_product: Prepared,
    product: Prepared,
    products_after: Prepared,
    update_product: Prepared,
    delete_product: Prepared,
    insert_event: Prepared,
    event: Prepared,
    /// For so many reviews.
    insert_reviews: Option<(usize, Statement)>,
}

/// A statement of constant text.
struct Prepared {
    sql: &'static str,
    statement: OnceCell<Statement>,
}

impl Prepared {
    fn new(sql: &'static str) -> Self {
        Self { sql, statement: OnceCell::new() }
    }

    async fn on(&self, client: &Client) -> Result<&Statement, tokio_postgres::Error> {
        self.statement.get_or_try_init(|| client.prepare(self.sql)).await
    }
}

impl Raw {
    /// The statement that inserts so many reviews. The last one is kept: whoever writes batches writes them of one size.
    async fn inserting_reviews(&mut self, rows: usize) -> Result<Statement, Error> {
        match &self.insert_reviews {
            Some((size, statement)) if *size == rows => Ok(statement.clone()),
            _ => {
                let statement = self.client.prepare(&insert_reviews(rows)).await?;
                self.insert_reviews = Some((rows, statement.clone()));
                Ok(statement)
            }
        }
    }
}

impl Layer for Raw {
    type Product = Product;
    type Event = Event;

    async fn connect(url: &str, namespace: &str) -> Result<Self, Error> {
        let client = client(url).await?;
        client.batch_execute(&format!("SET search_path TO {namespace}")).await?;
        Ok(Self {
            client,
            insert_product: Prepared::new(schema::INSERT_PRODUCT),
            product: Prepared::new(schema::PRODUCT),
            products_after: Prepared::new(schema::PRODUCTS_AFTER),
            update_product: Prepared::new(schema::UPDATE_PRODUCT),
            delete_product: Prepared::new(schema::DELETE_PRODUCT),
            insert_event: Prepared::new(schema::INSERT_EVENT),
            event: Prepared::new(schema::EVENT),
            insert_reviews: None,
        })
    }

    async fn insert_product(&mut self, row: Product) -> Result<(), Error> {
        let statement = self.insert_product.on(&self.client).await?;
        let values: [&(dyn ToSql + Sync); 6] =
            [&row.id, &row.name, &row.category, &row.price, &row.stock, &row.active];
        self.client.execute(statement, &values).await?;
        Ok(())
    }

    async fn product(&mut self, id: i64) -> Result<Option<Product>, Error> {
        let statement = self.product.on(&self.client).await?;
        let row = self.client.query_opt(statement, &[&id]).await?;
        Ok(row.as_ref().map(product).transpose()?)
    }

    async fn products_after(&mut self, id: i64, count: i64) -> Result<Vec<Product>, Error> {
        let statement = self.products_after.on(&self.client).await?;
        let rows = self.client.query(statement, &[&id, &count]).await?;
        Ok(rows.iter().map(product).collect::<Result<_, _>>()?)
    }

    async fn update_product(&mut self, id: i64, price: i64, stock: i32) -> Result<u64, Error> {
        let statement = self.update_product.on(&self.client).await?;
        Ok(self.client.execute(statement, &[&price, &stock, &id]).await?)
    }

    async fn delete_product(&mut self, id: i64) -> Result<u64, Error> {
        let statement = self.delete_product.on(&self.client).await?;
        Ok(self.client.execute(statement, &[&id]).await?)
    }

    async fn insert_reviews(&mut self, rows: Vec<Review>) -> Result<(), Error> {
        let statement = self.inserting_reviews(rows.len()).await?;
        let mut values: Vec<&(dyn ToSql + Sync)> = Vec::with_capacity(5 * rows.len());
        for row in &rows {
            let row: [&(dyn ToSql + Sync); 5] =
                [&row.id, &row.product_id, &row.author, &row.rating, &row.body];
            values.extend(row);
        }
        self.client.execute(&statement, &values).await?;
        Ok(())
    }

    async fn insert_event(&mut self, row: Event) -> Result<(), Error> {
        let statement = self.insert_event.on(&self.client).await?;
        let attributes = Json(&row.attributes);
        let values: [&(dyn ToSql + Sync); 5] = [&row.id, &row.kind, &row.recorded_at, &row.tags, &attributes];
        self.client.execute(statement, &values).await?;
        Ok(())
    }

    async fn event(&mut self, id: i64) -> Result<Option<Event>, Error> {
        let statement = self.event.on(&self.client).await?;
        let row = self.client.query_opt(statement, &[&id]).await?;
        Ok(row.as_ref().map(event).transpose()?)
    }

    async fn create_tables(&mut self) -> Result<(), Error> {
        Ok(self.client.batch_execute(&schema::tables_rolled_back()).await?)
    }

    async fn keep_tables(&mut self) -> Result<(), Error> {
        Ok(self.client.batch_execute(schema::TABLES).await?)
    }
}

/// A connection whose other half runs on the current runtime until the client is dropped.
pub(crate) async fn client(url: &str) -> Result<Client, Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(async move {
        // What went wrong with the connection is told by the client's next call.
        let _ = connection.await;
    });
    Ok(client)
}

/// `INSERT … VALUES ($1, $2, $3, $4, $5), ($6, …` for so many reviews.
fn insert_reviews(rows: usize) -> String {
    let mut sql = format!("{}VALUES ", schema::INSERT_REVIEWS);
    for row in 0..rows {
        let first = 5 * row + 1;
        let separator = if row == 0 { "" } else { ", " };
        let [b, c, d, e] = [first + 1, first + 2, first + 3, first + 4];
        // Writing to a string cannot fail.
        let _ = write!(sql, "{separator}(${first}, ${b}, ${c}, ${d}, ${e})");
    }
    sql
}

fn product(row: &Row) -> Result<Product, tokio_postgres::Error> {
    Ok(Product {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        category: row.try_get(2)?,
        price: row.try_get(3)?,
        stock: row.try_get(4)?,
        active: row.try_get(5)?,
    })
}

fn event(row: &Row) -> Result<Event, tokio_postgres::Error> {
    let Json(attributes): Json<Attributes> = row.try_get(4)?;
    Ok(Event {
        id: row.try_get(0)?,
        kind: row.try_get(1)?,
        recorded_at: row.try_get(2)?,
        tags: row.try_get(3)?,
        attributes,
    })
}
