//! The products on ScyllaDB (or Cassandra), through ScyllaDB's driver. Main type: [`Scylla`].
//!
//! The reference keeps a prepared statement; the other way leaves that to the driver's cache.

use std::time::Duration;

use scylla::client::caching_session::{CachingSession, CachingSessionBuilder};
use scylla::client::session::Session;
use scylla::client::session_builder::SessionBuilder;
use scylla::statement::batch::{Batch, BatchType};
use scylla::statement::prepared::PreparedStatement;

use crate::{Error, Product};

/// How long a server may take to answer a connection.
const PATIENCE: Duration = Duration::from_secs(5);

const INSERT: &str =
    "INSERT INTO products (id, name, category, price, stock, active) VALUES (?, ?, ?, ?, ?, ?)";
const SELECT: &str = "SELECT id, name, category, price, stock, active FROM products WHERE id = ?";
const DELETE: &str = "DELETE FROM products WHERE id = ?";
const TABLE: &str = "\
    CREATE TABLE IF NOT EXISTS products ( \
        id bigint PRIMARY KEY, name text, category text, price bigint, stock int, active boolean \
    )";

/// A session with its statements prepared.
pub struct Scylla {
    session: Session,
    insert: PreparedStatement,
    select: PreparedStatement,
    delete: PreparedStatement,
}

/// A session that looks its statements up by their text.
pub struct Cached {
    session: CachingSession,
}

/// A session whose keyspace and table exist.
async fn session(node: &str, keyspace: &str) -> Result<Session, Error> {
    let session = SessionBuilder::new().known_node(node).connection_timeout(PATIENCE).build().await;
    let session = session.map_err(boxed)?;
    let replication = "{'class': 'NetworkTopologyStrategy', 'replication_factor': 1}";
    let create = format!("CREATE KEYSPACE IF NOT EXISTS {keyspace} WITH replication = {replication}");
    session.query_unpaged(create, ()).await.map_err(boxed)?;
    session.use_keyspace(keyspace, false).await.map_err(boxed)?;
    session.query_unpaged(TABLE, ()).await.map_err(boxed)?;
    Ok(session)
}

/// Every function fails when the driver does, or when a row is not what the schema says.
#[expect(clippy::missing_errors_doc, reason = "said once for all of them")]
impl Scylla {
    /// Connects to a node, `host:port`, and makes the keyspace and its table where they are missing.
    pub async fn connect(node: &str, keyspace: &str) -> Result<Self, Error> {
        let session = session(node, keyspace).await?;
        let insert = session.prepare(INSERT).await.map_err(boxed)?;
        let select = session.prepare(SELECT).await.map_err(boxed)?;
        let delete = session.prepare(DELETE).await.map_err(boxed)?;
        Ok(Self { session, insert, select, delete })
    }

    /// Inserts a product, or replaces it: the database makes no difference.
    pub async fn insert_product(&self, row: &Product) -> Result<(), Error> {
        self.session.execute_unpaged(&self.insert, row).await.map_err(boxed)?;
        Ok(())
    }

    /// The product with this key.
    pub async fn product(&self, id: i64) -> Result<Option<Product>, Error> {
        let result = self.session.execute_unpaged(&self.select, (id,)).await.map_err(boxed)?;
        result.into_rows_result().map_err(boxed)?.maybe_first_row().map_err(boxed)
    }

    /// Deletes a product, if it is there.
    pub async fn delete_product(&self, id: i64) -> Result<(), Error> {
        self.session.execute_unpaged(&self.delete, (id,)).await.map_err(boxed)?;
        Ok(())
    }

    /// Inserts products in one unlogged batch.
    pub async fn insert_products(&self, rows: &[Product]) -> Result<(), Error> {
        let mut batch = Batch::new(BatchType::Unlogged);
        for _ in rows {
            batch.append_statement(self.insert.clone());
        }
        self.session.batch(&batch, rows).await.map_err(boxed)?;
        Ok(())
    }
}

/// As with [`Scylla`].
#[expect(clippy::missing_errors_doc, reason = "said once for all of them")]
impl Cached {
    /// Connects to a node, `host:port`, and makes the keyspace and its table where they are missing.
    pub async fn connect(node: &str, keyspace: &str) -> Result<Self, Error> {
        let session = session(node, keyspace).await?;
        Ok(Self { session: CachingSessionBuilder::new(session).max_capacity(100).build() })
    }

    /// Inserts a product, or replaces it.
    pub async fn insert_product(&self, row: &Product) -> Result<(), Error> {
        self.session.execute_unpaged(INSERT, row).await.map_err(boxed)?;
        Ok(())
    }

    /// The product with this key.
    pub async fn product(&self, id: i64) -> Result<Option<Product>, Error> {
        let result = self.session.execute_unpaged(SELECT, (id,)).await.map_err(boxed)?;
        result.into_rows_result().map_err(boxed)?.maybe_first_row().map_err(boxed)
    }

    /// Deletes a product, if it is there.
    pub async fn delete_product(&self, id: i64) -> Result<(), Error> {
        self.session.execute_unpaged(DELETE, (id,)).await.map_err(boxed)?;
        Ok(())
    }
}

fn boxed(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Scylla(Box::new(error))
}
