//! What surrounds an operation, outside the clock: making a namespace, looking at it, and putting it back. Main type:
//! [`Keeper`].

use std::pin::Pin;
use std::sync::mpsc;
use std::thread;

use tokio::sync::mpsc as jobs;
use tokio_postgres::Client;
use tokio_postgres::types::Json;

use crate::{Attributes, Error, data, raw, schema};

/// A connection of its own, on a thread of its own, so that what a benchmark does untimed is alike for all layers, can wait
/// anywhere, and costs the measured connection nothing.
///
/// The thread ends when the keeper is dropped.
pub struct Keeper {
    jobs: jobs::UnboundedSender<Job>,
}

type Job = Box<dyn for<'c> FnOnce(&'c mut Client) -> Pin<Box<dyn Future<Output = ()> + 'c>> + Send>;

/// What a namespace holds, in one line: equal digests mean equal rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// How many products, reviews and events there are.
    pub rows: [i64; 3],
    /// Over all columns of all rows, in the order of their keys.
    pub hash: String,
}

/// The name of a schema, in PostgreSQL's sense of the word, that belongs to one layer in one process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespace(String);

impl Namespace {
    /// For this layer, in this process. Underscores and small letters only.
    #[must_use]
    pub fn of(layer: &str) -> Self {
        Self(format!("layers_{layer}_{}", std::process::id()))
    }

    /// The one that every copy of the seeded database has.
    #[must_use]
    pub fn seeded() -> Self {
        Self("layers".to_owned())
    }

    /// One without tables, in a copy of the seeded database.
    #[must_use]
    pub fn empty() -> Self {
        Self("empty".to_owned())
    }

    /// This URL for connections that work in it: the server knows them by its name.
    #[must_use]
    pub fn on(&self, url: &str) -> String {
        let separator = if url.contains('?') { '&' } else { '?' };
        format!("{url}{separator}application_name={}", self.0)
    }

    /// As SQL has it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}

/// Every function fails when the server refuses something, and when the connection is lost.
#[expect(clippy::missing_errors_doc, reason = "said once for all of them")]
impl Keeper {
    /// Connects to the server at this URL.
    pub fn start(url: &str) -> Result<Self, Error> {
        let (url, (jobs, waiting)) = (url.to_owned(), jobs::unbounded_channel());
        let (started, outcome) = mpsc::sync_channel(1);
        let work = move || work(&url, waiting, &started);
        thread::Builder::new().name("keeper".to_owned()).spawn(work).map_err(Error::NoThread)?;
        outcome.recv().map_err(|_| Error::KeeperGone)??;
        Ok(Self { jobs })
    }

    /// Makes the namespace anew, without tables.
    pub fn make_empty(&self, namespace: &Namespace) -> Result<(), Error> {
        let name = namespace.name();
        self.batch(format!("DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}"))
    }

    /// Makes the namespace anew, with the tables and the seeded rows. Nothing vacuums these tables behind one's back.
    pub fn make_seeded(&self, namespace: &Namespace) -> Result<(), Error> {
        self.make_empty(namespace)?;
        let settled = ["products", "reviews", "events"]
            .map(|table| format!("ALTER TABLE {table} SET (autovacuum_enabled = off); ANALYZE {table};"));
        self.batch(format!("SET search_path TO {}; {}", namespace.name(), schema::TABLES))?;
        self.run(|client| Box::pin(seed(client)))?;
        self.batch(settled.concat())
    }

    /// Removes it with all that is in it.
    pub fn remove(&self, namespace: &Namespace) -> Result<(), Error> {
        self.batch(format!("DROP SCHEMA IF EXISTS {} CASCADE", namespace.name()))
    }

    /// Deletes all rows whose keys are above the seeded ones.
    pub fn delete_new(&self, namespace: &Namespace) -> Result<(), Error> {
        let (name, products, reviews, events) =
            (namespace.name(), data::PRODUCTS, data::REVIEWS, data::EVENTS);
        self.batch(format!(
            "DELETE FROM {name}.products WHERE id > {products}; DELETE FROM {name}.reviews WHERE id > {reviews}; \
             DELETE FROM {name}.events WHERE id > {events}"
        ))
    }

    /// Makes the rows what they were after [`make_seeded`](Self::make_seeded), if nothing was done to them but what a
    /// [`Layer`](crate::Layer) can do to new rows, and to the stock and the price of this product.
    pub fn restore(&self, namespace: &Namespace, updated: i64) -> Result<(), Error> {
        self.delete_new(namespace)?;
        let (name, old) = (namespace.name(), data::product(updated));
        let (price, stock) = (old.price, old.stock);
        self.batch(format!(
            "UPDATE {name}.products SET price = {price}, stock = {stock} WHERE id = {updated}"
        ))
    }

    /// Inserts `count` products of which `first` is the first key.
    pub fn add_products(&self, namespace: &Namespace, first: i64, count: i64) -> Result<(), Error> {
        let (name, last) = (namespace.name(), first + count - 1);
        self.batch(format!(
            "INSERT INTO {name}.products SELECT id, 'Product ' || id, 'office', 100, 1, true \
             FROM generate_series({first}, {last}) AS id"
        ))
    }

    /// Everything that is in the three tables.
    pub fn digest(&self, namespace: &Namespace) -> Result<Digest, Error> {
        let name = namespace.name();
        let part = |table: &str| {
            format!(
                "(SELECT coalesce(string_agg(row::text, ';' ORDER BY id), '') FROM {name}.{table} AS row)"
            )
        };
        let count = |table: &str| format!("(SELECT count(*) FROM {name}.{table})");
        let sql = format!(
            "SELECT {}, {}, {}, md5({} || {} || {})",
            count("products"),
            count("reviews"),
            count("events"),
            part("products"),
            part("reviews"),
            part("events"),
        );
        self.run(move |client| {
            Box::pin(async move {
                let row = client.query_one(&sql, &[]).await?;
                let rows = [row.try_get(0)?, row.try_get(1)?, row.try_get(2)?];
                Ok(Digest { rows, hash: row.try_get(3)? })
            })
        })
    }

    /// Columns, types and indexes of the tables in a namespace, one per line.
    pub fn catalogue(&self, namespace: &Namespace) -> Result<Vec<String>, Error> {
        let name = namespace.name().to_owned();
        self.run(move |client| {
            Box::pin(async move {
                let rows = client.query(CATALOGUE, &[&name]).await?;
                rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
            })
        })
    }

    /// How the server goes about what a connection to [`Namespace::on`] has sent last, whichever library that was, and
    /// whatever its arguments are: what `EXPLAIN` answers.
    pub fn explain_last(&self, namespace: &Namespace) -> Result<String, Error> {
        let name = namespace.name().to_owned();
        self.run(move |client| Box::pin(async move { explain_last(client, &name).await }))
    }

    fn batch(&self, sql: String) -> Result<(), Error> {
        self.run(move |client| Box::pin(async move { Ok(client.batch_execute(&sql).await?) }))
    }

    /// Has the thread do it, and waits.
    fn run<T: Send + 'static>(
        &self,
        job: impl for<'c> FnOnce(&'c mut Client) -> Pin<Box<dyn Future<Output = Result<T, Error>> + 'c>>
        + Send
        + 'static,
    ) -> Result<T, Error> {
        let (done, outcome) = mpsc::sync_channel(1);
        let job: Job = Box::new(move |client| {
            Box::pin(async move {
                // Nobody else has the other end, and it waits.
                let _ = done.send(job(client).await);
            })
        });
        self.jobs.send(job).map_err(|_| Error::KeeperGone)?;
        outcome.recv().map_err(|_| Error::KeeperGone)?
    }
}

const CATALOGUE: &str = "\
    SELECT format('%s.%s %s %s', table_name, column_name, udt_name, is_nullable) AS line \
        FROM information_schema.columns WHERE table_schema = $1 \
    UNION ALL \
    SELECT replace(indexdef, schemaname || '.', '') FROM pg_indexes WHERE schemaname = $1 \
    ORDER BY line";

/// The keeper's thread: connects, tells how that went, and does one job after the other until there is nobody to ask.
fn work(url: &str, mut waiting: jobs::UnboundedReceiver<Job>, started: &mpsc::SyncSender<Result<(), Error>>) {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return drop(started.send(Err(Error::NoThread(error)))),
    };
    runtime.block_on(async {
        match raw::client(url).await {
            Ok(mut client) => {
                let _ = started.send(Ok(()));
                while let Some(job) = waiting.recv().await {
                    job(&mut client).await;
                }
            }
            Err(error) => drop(started.send(Err(error))),
        }
    });
}

const LAST_SENT: &str = "\
    SELECT query FROM pg_stat_activity \
    WHERE datname = current_database() AND application_name = $1 \
    ORDER BY query_start DESC LIMIT 1";

const PARAMETERS: &str = "\
    SELECT array_fill('NULL'::text, ARRAY[cardinality(parameter_types)]) \
    FROM pg_prepared_statements WHERE name = 'explained'";

/// A plan for any arguments is that of a prepared statement. (`EXPLAIN (GENERIC_PLAN)` does it in one step, from
/// PostgreSQL 16.)
async fn explain_last(client: &Client, namespace: &str) -> Result<String, Error> {
    let sent: String = client.query_one(LAST_SENT, &[&namespace]).await?.try_get(0)?;
    let path = format!("SET search_path TO {namespace}; SET plan_cache_mode TO force_generic_plan");
    client.batch_execute(&format!("{path}; PREPARE explained AS {sent}")).await?;
    let nulls: Vec<String> = client.query_one(PARAMETERS, &[]).await?.try_get(0)?;
    let arguments = if nulls.is_empty() { String::new() } else { format!("({})", nulls.join(", ")) };
    let rows = client.query(&format!("EXPLAIN EXECUTE explained{arguments}"), &[]).await?;
    client.batch_execute("DEALLOCATE explained; RESET plan_cache_mode").await?;
    let lines: Vec<&str> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    Ok(lines.join("\n"))
}

/// Columns instead of rows: three statements, however many rows there are.
async fn seed(client: &mut Client) -> Result<(), Error> {
    seed_products(client).await?;
    seed_reviews(client).await?;
    seed_events(client).await
}

async fn seed_products(client: &Client) -> Result<(), Error> {
    let rows: Vec<_> = (1..=data::PRODUCTS).map(data::product).collect();
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let names: Vec<_> = rows.iter().map(|row| &*row.name).collect();
    let categories: Vec<_> = rows.iter().map(|row| &*row.category).collect();
    let prices: Vec<_> = rows.iter().map(|row| row.price).collect();
    let stocks: Vec<_> = rows.iter().map(|row| row.stock).collect();
    let active: Vec<_> = rows.iter().map(|row| row.active).collect();
    let sql = "INSERT INTO products \
        SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::int[], $6::bool[])";
    client.execute(sql, &[&ids, &names, &categories, &prices, &stocks, &active]).await?;
    Ok(())
}

async fn seed_reviews(client: &Client) -> Result<(), Error> {
    let rows: Vec<_> = (1..=data::REVIEWS).map(data::review).collect();
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let products: Vec<_> = rows.iter().map(|row| row.product_id).collect();
    let authors: Vec<_> = rows.iter().map(|row| &*row.author).collect();
    let ratings: Vec<_> = rows.iter().map(|row| row.rating).collect();
    let bodies: Vec<_> = rows.iter().map(|row| row.body.as_deref()).collect();
    let sql = "INSERT INTO reviews \
        SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::int[], $5::text[])";
    client.execute(sql, &[&ids, &products, &authors, &ratings, &bodies]).await?;
    Ok(())
}

/// PostgreSQL's arrays are not nested, so the tags go as JSON.
async fn seed_events(client: &Client) -> Result<(), Error> {
    let rows: Vec<_> = (1..=data::EVENTS).map(data::event).collect();
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let kinds: Vec<_> = rows.iter().map(|row| &*row.kind).collect();
    let times: Vec<_> = rows.iter().map(|row| row.recorded_at).collect();
    let tags: Vec<_> = rows.iter().map(|row| Json(&row.tags)).collect();
    let attributes: Vec<Json<&Attributes>> = rows.iter().map(|row| Json(&row.attributes)).collect();
    let sql = "INSERT INTO events \
        SELECT id, kind, recorded_at, ARRAY(SELECT jsonb_array_elements_text(tags)), attributes \
        FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::jsonb[], $5::jsonb[]) \
            AS event (id, kind, recorded_at, tags, attributes)";
    client.execute(sql, &[&ids, &kinds, &times, &tags, &attributes]).await?;
    Ok(())
}
