//! One schema on PostgreSQL: tokio-postgres, the reference, beside sqlx, diesel-async and sea-orm.
//!
//! What a layer takes beyond tokio-postgres is its price; `--columns median,ratio,tax` has it as time, with its interval.
//! `example_data_layers` says what is equal in all arms and what is not.
//!
//! Each module below is a group: a line that says what is measured, its arms with their limits, and the operation that all of
//! them do, written once for any [`Layer`]. Then come groups that need no server, and those on ScyllaDB.
//!
//! **`--param driver=sqlx`**, `diesel-async`, `sea-orm` or `tokio-postgres` puts one arm, `chosen`, in the place of all but
//! the reference: results of another driver compare with it under the same names.
//!
//! **The server** is a service, one per run; see the book's page on databases for how it comes to be. The rows are
//! made there once, in a template; every worker process has a copy of it for each arm, which goes with the process, so
//! that all arms start from the same files. Each benchmark has a connection of its own. Without a server, what needs none is
//! measured, and the rest is skipped.
//!
//! **The state stays the same.** Reads change nothing, and an update sets a row to one of two states in turn. What inserts
//! has keys that were never used, and every so often, outside the clock, a connection of its own (`Keeper`) takes the new
//! rows out; it also puts in what is to be deleted. So a table is larger by 64 rows at most. Tables are created in a
//! transaction that is rolled back.
//!
//! **Arms are compared once they do the same.** Reads answer what they have read. Of writes it is looked at what ten of them
//! leave behind: all rows of the arm's own database. And the record holds how the server goes about each layer's own
//! statement, so that a comparison with earlier results names a plan that has changed.
//!
//! **The limits** are the targets of a suite that this one is shaped after: an insert may take 1.2 times as long as with the
//! driver alone, a get and a batch 1.1 times, tables 1.05 times, making a row from JSON twice as long, and a thousand of
//! them 1.5 times the memory. The comment behind a limit has the ratio that was measured. What keeps to its limit with room
//! to spare has it as `max_ratio`, beyond which the run fails; what does not is a `target`, which is told.

mod places;
#[macro_use]
mod arms;

use adapter_bench::{Bencher, Fixture, Prepared, adapter_bench, bench_group};
use bytes::BytesMut;
use example_data_layers::diesel_layer::Diesel;
use example_data_layers::raw::Raw;
use example_data_layers::scylla_layer::{Cached, Scylla};
use example_data_layers::sea_orm_layer::{SeaOrm, products};
use example_data_layers::sqlx_layer::Sqlx;
use example_data_layers::{
    BATCH, Digest, EVENTS, Error, Event, Layer, PRODUCTS, Product, REVIEWS, encode, event, product,
    review_batch,
};
use sea_orm::ActiveModelTrait;

use self::arms::Driver;
use self::places::{Node, Place, UPDATED};

type Outcome = Result<Prepared, Error>;

/// One product, in a transaction of its own.
#[bench_group(group = "insert", kind = "db")]
mod insert {
    arms! { insert():
        sqlx(max_ratio = 1.2), // 0.9
        diesel_async(target = "ratio <= 1.2"), // 2.0: it has every insert prepared anew, one more trip to the server
        sea_orm(target = "ratio <= 1.2"), // 1.6: its pool asks the server for a sign of life after every use
        chosen(target = "ratio <= 1.2"),
    }

    async fn insert<L: Layer>(b: Bencher, place: &Fixture<Place>) -> Outcome {
        let mut layer = place.connect::<L>().await?;
        let rows = insertable(place, |index| product(PRODUCTS + 1 + index));
        let b = b.end_state(CALLS, all_rows(place));
        Ok(b.try_iter_async_with_input(rows, async move |row| layer.insert_product(row?).await))
    }
}

/// One product by its key, each time another.
#[bench_group(group = "get", kind = "db")]
mod get {
    arms! { get():
        sqlx(max_ratio = 1.1), // 1.0
        diesel_async(target = "ratio <= 1.1"), // 1.07: within it, and too near for a limit
        sea_orm(target = "ratio <= 1.1"), // 1.8: as with inserts
        chosen(target = "ratio <= 1.1"),
    }

    async fn get<L: Layer>(b: Bencher, place: &Fixture<Place>) -> Outcome {
        let (mut layer, mut key) = (place.connect::<L>().await?, keys(PRODUCTS));
        layer.product(1).await?;
        place.tell_plan("get")?;
        let b = b.answer(|row: &Option<L::Product>| row.clone().map(Into::<Product>::into));
        Ok(b.try_iter_async(async move || layer.product(key()).await))
    }
}

/// The next products after a key, in the order of their keys.
#[bench_group(group = "read", kind = "db")]
mod read {
    arms!(read(count in [10, 100, 1_000]));

    async fn read<L: Layer>(b: Bencher, place: &Fixture<Place>, count: i64) -> Outcome {
        let (mut layer, mut key) = (place.connect::<L>().await?, keys(PRODUCTS + 1 - count));
        layer.products_after(0, count).await?;
        place.tell_plan("read")?;
        let plain = |rows: &Vec<L::Product>| rows.iter().cloned().map(Into::into).collect::<Vec<Product>>();
        let b = b.items(count.unsigned_abs()).answer(plain);
        Ok(b.try_iter_async(async move || layer.products_after(key() - 1, count).await))
    }
}

/// The price and the stock of one product, which go back and forth between two states.
#[bench_group(group = "update", kind = "db")]
mod update {
    arms!(update());

    async fn update<L: Layer>(b: Bencher, place: &Fixture<Place>) -> Outcome {
        let (mut layer, mut stock) = (place.connect::<L>().await?, one_or_two());
        layer.update_product(NO_PRODUCT, 0, 0).await?;
        place.tell_plan("update")?;
        let b = b.answer(u64::clone).end_state(CALLS, all_rows(place));
        Ok(b.try_iter_async(async move || layer.update_product(UPDATED, 1_999, stock()).await))
    }
}

/// One product, which was put there before, outside the clock.
#[bench_group(group = "delete", kind = "db")]
mod delete {
    arms!(delete());

    async fn delete<L: Layer>(b: Bencher, place: &Fixture<Place>) -> Outcome {
        let (mut layer, keys) = (place.connect::<L>().await?, deletable(place));
        layer.delete_product(NO_PRODUCT).await?;
        place.tell_plan("delete")?;
        let b = b.answer(u64::clone).end_state(CALLS, all_rows(place));
        Ok(b.try_iter_async_with_input(keys, async move |key| layer.delete_product(key?).await))
    }
}

/// A hundred reviews in one statement.
#[bench_group(group = "batch", kind = "db", items = BATCH as u64)]
mod batch {
    arms! { batch():
        sqlx(max_ratio = 1.1), // 1.0
        diesel_async(target = "ratio <= 1.1"), // 2.1: five hundred parameters, prepared anew
        sea_orm(target = "ratio <= 1.1"), // 1.3: it builds the statement anew
        chosen(target = "ratio <= 1.1"),
    }

    async fn batch<L: Layer>(b: Bencher, place: &Fixture<Place>) -> Outcome {
        let mut layer = place.connect::<L>().await?;
        let batches = insertable(place, |index| review_batch(REVIEWS + 1 + index * BATCH));
        let b = b.end_state(CALLS, all_rows(place));
        Ok(b.try_iter_async_with_input(batches, async move |rows| layer.insert_reviews(rows?).await))
    }
}

/// Three tables and two indexes, in a transaction that is rolled back. Its end state also has the tables that the layer
/// makes when it keeps them.
#[bench_group(group = "schema", kind = "db")]
mod schema {
    arms! { create_tables():
        sqlx(target = "ratio <= 1.05"), // 1.0: it sends the reference's text; but five per cent are within the noise here
        diesel_async(target = "ratio <= 1.05"), // 1.0: the same
        sea_orm(target = "ratio <= 1.05"), // 1.5: each statement is a trip of its own
        chosen(target = "ratio <= 1.05"),
    }

    async fn create_tables<L: Layer>(b: Bencher, place: &Fixture<Place>) -> Outcome {
        let (mut layer, place) = (place.connect_to_nothing::<L>().await?, place.clone());
        let b = b.end_state_async(CALLS, async move || place.tables_by::<L>().await);
        Ok(b.try_iter_async(async move || layer.create_tables().await))
    }
}

/// One event, with an array and a JSON object.
#[bench_group(group = "collections-write", kind = "db")]
mod collections_write {
    arms!(insert_event());

    async fn insert_event<L: Layer>(b: Bencher, place: &Fixture<Place>) -> Outcome {
        let mut layer = place.connect::<L>().await?;
        let rows = insertable(place, |index| event(EVENTS + 1 + index));
        let b = b.end_state(CALLS, all_rows(place));
        Ok(b.try_iter_async_with_input(rows, async move |row| layer.insert_event(row?).await))
    }
}

/// One event by its key, each time another.
#[bench_group(group = "collections-read", kind = "db")]
mod collections_read {
    arms!(get_event());

    async fn get_event<L: Layer>(b: Bencher, place: &Fixture<Place>) -> Outcome {
        let (mut layer, mut key) = (place.connect::<L>().await?, keys(EVENTS));
        layer.event(1).await?;
        place.tell_plan("get_event")?;
        let b = b.answer(|row: &Option<L::Event>| row.clone().map(Into::<Event>::into));
        Ok(b.try_iter_async(async move || layer.event(key()).await))
    }
}

/// One event as the arguments of its insert, in PostgreSQL's binary format. This needs no server; diesel only encodes for a
/// connection.
#[bench_group(group = "encode")]
mod encode_event {
    use super::*;

    #[adapter_bench(reference)]
    fn tokio_postgres(b: Bencher) -> Prepared {
        let row = event(7);
        b.answer(|bytes: &BytesMut| format!("{:?}", &bytes[..])).try_iter(move || encode::by_raw(&row))
    }

    #[adapter_bench]
    fn sqlx(b: Bencher) -> Prepared {
        let row = event(7);
        b.answer(encode::bytes_of).try_iter(move || encode::by_sqlx(&row))
    }

    /// Its active model takes the row's values; the others borrow them.
    #[adapter_bench]
    fn sea_orm(b: Bencher) -> Prepared {
        b.answer(encode::bytes_of).iter_with_input(|| event(7), encode::by_sea_orm)
    }
}

/// One product from JSON. This needs no server; the rows of the other layers are the reference's.
#[bench_group(group = "instantiate")]
mod instantiate {
    use super::*;

    #[adapter_bench(reference)]
    fn plain(b: Bencher) -> Result<Prepared, serde_json::Error> {
        let json = serde_json::to_string(&product(7))?;
        Ok(b.answer(Product::clone).try_iter(move || serde_json::from_str::<Product>(&json)))
    }

    #[adapter_bench(max_ratio = 2)] // 1.0
    fn sea_orm_model(b: Bencher) -> Result<Prepared, serde_json::Error> {
        let json = serde_json::to_string(&product(7))?;
        let plain = |row: &products::Model| Product::from(row.clone());
        Ok(b.answer(plain).try_iter(move || serde_json::from_str::<products::Model>(&json)))
    }

    /// What is inserted and updated: it knows of each column whether it was set. It is made of a tree of JSON values.
    #[adapter_bench(target = "ratio <= 2")] // 8.3
    fn sea_orm_active_model(b: Bencher) -> Result<Prepared, serde_json::Error> {
        let json = serde_json::to_string(&product(7))?;
        Ok(b.try_iter(move || active_from_json(serde_json::from_str(&json)?)))
    }
}

/// A thousand products from JSON, all of them kept: the memory that instances take.
#[bench_group(group = "instantiate-1000", items = 1_000)]
mod instantiate_thousand {
    use super::*;

    #[adapter_bench(reference)]
    fn plain(b: Bencher) -> Result<Prepared, serde_json::Error> {
        let json = thousand_products()?;
        Ok(b.answer(Vec::clone).try_iter(move || serde_json::from_str::<Vec<Product>>(&json)))
    }

    #[adapter_bench(max_memory_ratio = 1.5)] // 1.0
    fn sea_orm_model(b: Bencher) -> Result<Prepared, serde_json::Error> {
        let json = thousand_products()?;
        let plain =
            |rows: &Vec<products::Model>| rows.iter().cloned().map(Into::into).collect::<Vec<Product>>();
        Ok(b.answer(plain).try_iter(move || serde_json::from_str::<Vec<products::Model>>(&json)))
    }

    #[adapter_bench(target = "memory_ratio <= 1.5")] // 23, with the tree
    fn sea_orm_active_model(b: Bencher) -> Result<Prepared, serde_json::Error> {
        let json = thousand_products()?;
        Ok(b.try_iter(move || {
            let rows: Vec<serde_json::Value> = serde_json::from_str(&json)?;
            rows.into_iter().map(active_from_json).collect::<Result<Vec<_>, _>>()
        }))
    }

    fn thousand_products() -> Result<String, serde_json::Error> {
        serde_json::to_string(&(1..=1_000).map(product).collect::<Vec<Product>>())
    }
}

/// On ScyllaDB: a product written, with a prepared statement and through the driver's cache of them.
#[bench_group(group = "scylla-insert", kind = "db")]
mod scylla_insert {
    use super::*;

    #[adapter_bench(reference, fixture = places::scylla)]
    async fn prepared(b: Bencher, node: Fixture<Node>) -> Outcome {
        let (layer, mut id) = (Scylla::connect(node.address(), node.keyspace()).await?, counter());
        Ok(b.try_iter_async_with_input(
            move || product(id()),
            async move |row| layer.insert_product(&row).await,
        ))
    }

    #[adapter_bench(fixture = places::scylla)]
    async fn cached(b: Bencher, node: Fixture<Node>) -> Outcome {
        let (layer, mut id) = (Cached::connect(node.address(), node.keyspace()).await?, counter());
        Ok(b.try_iter_async_with_input(
            move || product(id()),
            async move |row| layer.insert_product(&row).await,
        ))
    }
}

/// On ScyllaDB: a product by its key.
#[bench_group(group = "scylla-get", kind = "db")]
mod scylla_get {
    use super::*;

    #[adapter_bench(reference, fixture = places::scylla)]
    async fn prepared(b: Bencher, node: Fixture<Node>) -> Outcome {
        let layer = Scylla::connect(node.address(), node.keyspace()).await?;
        layer.insert_product(&product(7)).await?;
        Ok(b.answer(Option::clone).try_iter_async(async move || layer.product(7).await))
    }

    #[adapter_bench(fixture = places::scylla)]
    async fn cached(b: Bencher, node: Fixture<Node>) -> Outcome {
        let layer = Cached::connect(node.address(), node.keyspace()).await?;
        layer.insert_product(&product(7)).await?;
        Ok(b.answer(Option::clone).try_iter_async(async move || layer.product(7).await))
    }
}

/// On ScyllaDB: a hundred products in one unlogged batch.
#[adapter_bench(group = "scylla-batch", kind = "db", items = BATCH as u64, fixture = places::scylla)]
async fn scylla_batch(b: Bencher, node: Fixture<Node>) -> Outcome {
    let layer = Scylla::connect(node.address(), node.keyspace()).await?;
    let rows: Vec<_> = (1..=BATCH).map(product).collect();
    Ok(b.try_iter_async(async move || layer.insert_products(&rows).await))
}

fn active_from_json(row: serde_json::Value) -> Result<products::ActiveModel, Box<dyn std::error::Error>> {
    Ok(products::ActiveModel::from_json(row)?)
}

/// After how many writes it is looked at what they have left behind.
const CALLS: u64 = 10;

/// The key of a product that there never is.
const NO_PRODUCT: i64 = 0;

/// How many new rows (or batches of them) there are at most.
const NEW: i64 = 64;

/// Makes what is to be inserted, `new(0)`, `new(1)` and so on; each time that there are [`NEW`], the new rows are taken out
/// first.
fn insertable<T>(place: &Fixture<Place>, new: fn(i64) -> T) -> impl FnMut() -> Result<T, Error> + use<T> {
    let (place, mut next) = (place.clone(), counter());
    move || {
        let index = next();
        if index > 0 && index % NEW == 0 {
            place.delete_new()?;
        }
        Ok(new(index))
    }
}

/// Gives the keys of new products, and inserts [`NEW`] of them each time that it has run out.
fn deletable(place: &Fixture<Place>) -> impl FnMut() -> Result<i64, Error> + use<> {
    let (place, mut next) = (place.clone(), counter());
    move || {
        let index = next();
        if index % NEW == 0 {
            place.add_products(PRODUCTS + 1 + index, NEW)?;
        }
        Ok(PRODUCTS + 1 + index)
    }
}

/// Tells the rows of the arm's own database, for comparing what arms leave behind.
fn all_rows(place: &Fixture<Place>) -> impl FnMut() -> Result<Digest, Error> + use<> {
    let place = place.clone();
    move || place.digest()
}

/// Gives 0, 1, 2 and so on.
fn counter() -> impl FnMut() -> i64 {
    let mut next = 0;
    move || {
        next += 1;
        next - 1
    }
}

/// Gives keys from 1 to `last` again and again, in an order that jumps.
fn keys(last: i64) -> impl FnMut() -> i64 {
    let mut key = 0;
    move || {
        key = (key + 387) % last;
        key + 1
    }
}

/// Gives 1 and 2 in turn.
fn one_or_two() -> impl FnMut() -> i32 {
    let mut number = 2;
    move || {
        number = 3 - number;
        number
    }
}

adapter_bench::main!();
