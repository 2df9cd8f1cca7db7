//! One schema on PostgreSQL: tokio-postgres, the reference, beside sqlx, diesel-async and sea-orm.
//!
//! What a layer takes beyond tokio-postgres is its price; `--columns median,ratio,tax` has it as time, with its interval.
//! `example_data_layers` says what is equal in all arms and what is not.
//!
//! **The server** is a service, one per run; see the book's page on databases for how it comes to be. The rows are
//! made there once, in a template; every worker process has a copy of it for each layer, which goes with the process, so
//! that all layers start from the same files. Each benchmark has a connection of its own. Without a server, what needs none is measured, and the rest is skipped.
//!
//! **The state stays the same.** Reads change nothing, and an update sets a row to one of two states in turn. What inserts
//! has keys that were never used, and every so often, outside the clock, a connection of its own (`Keeper`) takes the new
//! rows out; it also puts in what is to be deleted. So a table is larger by 64 rows at most. Tables are created in a
//! transaction that is rolled back.
//!
//! The answer of a read is what was read; of a write, it is the digest of all rows that the arm has left behind.
//!
//! `--param driver=sqlx`, `diesel-async` or `sea-orm` chooses what `chosen` runs on in the groups `driver-…`, beside the same
//! reference: results of another driver compare with it under the same names.
//!
//! The limits are the targets of a suite that this one is shaped after: an insert may take 1.2 times as long as with the
//! driver alone, a get 1.1 times, tables 1.05 times, and making a row from JSON twice as long and 1.5 times the memory.
//! Targets are told; only what is built to hold them has them as `max_ratio`, beyond which the run fails.

mod places;

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

use self::places::{Node, Place, UPDATED};

type Outcome = Result<Prepared, Error>;

/// One product, in a transaction of its own.
#[bench_group(group = "insert", kind = "db")]
mod insert {
    use super::*;

    #[adapter_bench(reference, fixture = places::raw)]
    async fn tokio_postgres(b: Bencher, place: Fixture<Place>) -> Outcome {
        insert_product::<Raw>(b, &place).await
    }

    #[adapter_bench(target = "ratio <= 1.2", fixture = places::sqlx)]
    async fn sqlx(b: Bencher, place: Fixture<Place>) -> Outcome {
        insert_product::<Sqlx>(b, &place).await
    }

    #[adapter_bench(target = "ratio <= 1.2", fixture = places::diesel)]
    async fn diesel_async(b: Bencher, place: Fixture<Place>) -> Outcome {
        insert_product::<Diesel>(b, &place).await
    }

    #[adapter_bench(target = "ratio <= 1.2", fixture = places::sea_orm)]
    async fn sea_orm(b: Bencher, place: Fixture<Place>) -> Outcome {
        insert_product::<SeaOrm>(b, &place).await
    }
}

/// One product by its key, each time another.
#[bench_group(group = "get", kind = "db")]
mod get {
    use super::*;

    #[adapter_bench(reference, fixture = places::raw)]
    async fn tokio_postgres(b: Bencher, place: Fixture<Place>) -> Outcome {
        get_product::<Raw>(b, &place).await
    }

    #[adapter_bench(target = "ratio <= 1.1", fixture = places::sqlx)]
    async fn sqlx(b: Bencher, place: Fixture<Place>) -> Outcome {
        get_product::<Sqlx>(b, &place).await
    }

    #[adapter_bench(target = "ratio <= 1.1", fixture = places::diesel)]
    async fn diesel_async(b: Bencher, place: Fixture<Place>) -> Outcome {
        get_product::<Diesel>(b, &place).await
    }

    #[adapter_bench(target = "ratio <= 1.1", fixture = places::sea_orm)]
    async fn sea_orm(b: Bencher, place: Fixture<Place>) -> Outcome {
        get_product::<SeaOrm>(b, &place).await
    }
}

/// The next products after a key, in the order of their keys.
#[bench_group(group = "read", kind = "db")]
mod read {
    use super::*;

    #[adapter_bench(reference, fixture = places::raw, args = [10, 100, 1_000])]
    async fn tokio_postgres(b: Bencher, count: i64, place: Fixture<Place>) -> Outcome {
        read_products::<Raw>(b, &place, count).await
    }

    #[adapter_bench(fixture = places::sqlx, args = [10, 100, 1_000])]
    async fn sqlx(b: Bencher, count: i64, place: Fixture<Place>) -> Outcome {
        read_products::<Sqlx>(b, &place, count).await
    }

    #[adapter_bench(fixture = places::diesel, args = [10, 100, 1_000])]
    async fn diesel_async(b: Bencher, count: i64, place: Fixture<Place>) -> Outcome {
        read_products::<Diesel>(b, &place, count).await
    }

    #[adapter_bench(fixture = places::sea_orm, args = [10, 100, 1_000])]
    async fn sea_orm(b: Bencher, count: i64, place: Fixture<Place>) -> Outcome {
        read_products::<SeaOrm>(b, &place, count).await
    }
}

/// The price and the stock of one product, which go back and forth between two states.
#[bench_group(group = "update", kind = "db")]
mod update {
    use super::*;

    #[adapter_bench(reference, fixture = places::raw)]
    async fn tokio_postgres(b: Bencher, place: Fixture<Place>) -> Outcome {
        update_product::<Raw>(b, &place).await
    }

    #[adapter_bench(fixture = places::sqlx)]
    async fn sqlx(b: Bencher, place: Fixture<Place>) -> Outcome {
        update_product::<Sqlx>(b, &place).await
    }

    #[adapter_bench(fixture = places::diesel)]
    async fn diesel_async(b: Bencher, place: Fixture<Place>) -> Outcome {
        update_product::<Diesel>(b, &place).await
    }

    #[adapter_bench(fixture = places::sea_orm)]
    async fn sea_orm(b: Bencher, place: Fixture<Place>) -> Outcome {
        update_product::<SeaOrm>(b, &place).await
    }
}

/// One product, which was put there before, outside the clock.
#[bench_group(group = "delete", kind = "db")]
mod delete {
    use super::*;

    #[adapter_bench(reference, fixture = places::raw)]
    async fn tokio_postgres(b: Bencher, place: Fixture<Place>) -> Outcome {
        delete_product::<Raw>(b, &place).await
    }

    #[adapter_bench(fixture = places::sqlx)]
    async fn sqlx(b: Bencher, place: Fixture<Place>) -> Outcome {
        delete_product::<Sqlx>(b, &place).await
    }

    #[adapter_bench(fixture = places::diesel)]
    async fn diesel_async(b: Bencher, place: Fixture<Place>) -> Outcome {
        delete_product::<Diesel>(b, &place).await
    }

    #[adapter_bench(fixture = places::sea_orm)]
    async fn sea_orm(b: Bencher, place: Fixture<Place>) -> Outcome {
        delete_product::<SeaOrm>(b, &place).await
    }
}

/// A hundred reviews in one statement.
#[bench_group(group = "batch", kind = "db", items = BATCH as u64)]
mod batch {
    use super::*;

    #[adapter_bench(reference, fixture = places::raw)]
    async fn tokio_postgres(b: Bencher, place: Fixture<Place>) -> Outcome {
        insert_reviews::<Raw>(b, &place).await
    }

    #[adapter_bench(target = "ratio <= 1.1", fixture = places::sqlx)]
    async fn sqlx(b: Bencher, place: Fixture<Place>) -> Outcome {
        insert_reviews::<Sqlx>(b, &place).await
    }

    #[adapter_bench(target = "ratio <= 1.1", fixture = places::diesel)]
    async fn diesel_async(b: Bencher, place: Fixture<Place>) -> Outcome {
        insert_reviews::<Diesel>(b, &place).await
    }

    #[adapter_bench(target = "ratio <= 1.1", fixture = places::sea_orm)]
    async fn sea_orm(b: Bencher, place: Fixture<Place>) -> Outcome {
        insert_reviews::<SeaOrm>(b, &place).await
    }
}

/// Three tables and two indexes, in a transaction that is rolled back.
#[bench_group(group = "schema", kind = "db")]
mod schema {
    use super::*;

    #[adapter_bench(reference, fixture = places::raw_empty)]
    async fn tokio_postgres(b: Bencher, place: Fixture<Place>) -> Outcome {
        create_tables::<Raw>(b, &place).await
    }

    #[adapter_bench(target = "ratio <= 1.05", fixture = places::sqlx_empty)]
    async fn sqlx(b: Bencher, place: Fixture<Place>) -> Outcome {
        create_tables::<Sqlx>(b, &place).await
    }

    #[adapter_bench(target = "ratio <= 1.05", fixture = places::diesel_empty)]
    async fn diesel_async(b: Bencher, place: Fixture<Place>) -> Outcome {
        create_tables::<Diesel>(b, &place).await
    }

    #[adapter_bench(target = "ratio <= 1.05", fixture = places::sea_orm_empty)]
    async fn sea_orm(b: Bencher, place: Fixture<Place>) -> Outcome {
        create_tables::<SeaOrm>(b, &place).await
    }
}

/// One event, with an array and a JSON object.
#[bench_group(group = "collections-write", kind = "db")]
mod collections_write {
    use super::*;

    #[adapter_bench(reference, fixture = places::raw)]
    async fn tokio_postgres(b: Bencher, place: Fixture<Place>) -> Outcome {
        insert_event::<Raw>(b, &place).await
    }

    #[adapter_bench(fixture = places::sqlx)]
    async fn sqlx(b: Bencher, place: Fixture<Place>) -> Outcome {
        insert_event::<Sqlx>(b, &place).await
    }

    #[adapter_bench(fixture = places::diesel)]
    async fn diesel_async(b: Bencher, place: Fixture<Place>) -> Outcome {
        insert_event::<Diesel>(b, &place).await
    }

    #[adapter_bench(fixture = places::sea_orm)]
    async fn sea_orm(b: Bencher, place: Fixture<Place>) -> Outcome {
        insert_event::<SeaOrm>(b, &place).await
    }
}

/// One event by its key, each time another.
#[bench_group(group = "collections-read", kind = "db")]
mod collections_read {
    use super::*;

    #[adapter_bench(reference, fixture = places::raw)]
    async fn tokio_postgres(b: Bencher, place: Fixture<Place>) -> Outcome {
        get_event::<Raw>(b, &place).await
    }

    #[adapter_bench(fixture = places::sqlx)]
    async fn sqlx(b: Bencher, place: Fixture<Place>) -> Outcome {
        get_event::<Sqlx>(b, &place).await
    }

    #[adapter_bench(fixture = places::diesel)]
    async fn diesel_async(b: Bencher, place: Fixture<Place>) -> Outcome {
        get_event::<Diesel>(b, &place).await
    }

    #[adapter_bench(fixture = places::sea_orm)]
    async fn sea_orm(b: Bencher, place: Fixture<Place>) -> Outcome {
        get_event::<SeaOrm>(b, &place).await
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

    #[adapter_bench(max_ratio = 2, max_memory_ratio = 1.5)]
    fn sea_orm_model(b: Bencher) -> Result<Prepared, serde_json::Error> {
        let json = serde_json::to_string(&product(7))?;
        let answer = |row: &products::Model| Product::from(row.clone());
        Ok(b.answer(answer).try_iter(move || serde_json::from_str::<products::Model>(&json)))
    }

    /// What is inserted and updated: it knows of each column whether it was set. It is made of a tree of JSON values.
    #[adapter_bench(target = "ratio <= 2")]
    fn sea_orm_active_model(b: Bencher) -> Result<Prepared, serde_json::Error> {
        let json = serde_json::to_string(&product(7))?;
        Ok(b.try_iter(move || active_from_json(&json)))
    }
}

/// An insert by the reference, and by the layer that `--param driver=…` names.
#[bench_group(group = "driver-insert", kind = "db")]
mod driver_insert {
    use super::*;

    #[adapter_bench(reference, fixture = places::raw)]
    async fn tokio_postgres(b: Bencher, place: Fixture<Place>) -> Outcome {
        insert_product::<Raw>(b, &place).await
    }

    #[adapter_bench(fixture = places::chosen)]
    async fn chosen(b: Bencher, place: Fixture<Place>) -> Outcome {
        match Driver::chosen()? {
            Driver::Sqlx => insert_product::<Sqlx>(b, &place).await,
            Driver::DieselAsync => insert_product::<Diesel>(b, &place).await,
            Driver::SeaOrm => insert_product::<SeaOrm>(b, &place).await,
        }
    }
}

/// A get by the reference, and by the layer that `--param driver=…` names.
#[bench_group(group = "driver-get", kind = "db")]
mod driver_get {
    use super::*;

    #[adapter_bench(reference, fixture = places::raw)]
    async fn tokio_postgres(b: Bencher, place: Fixture<Place>) -> Outcome {
        get_product::<Raw>(b, &place).await
    }

    #[adapter_bench(fixture = places::chosen)]
    async fn chosen(b: Bencher, place: Fixture<Place>) -> Outcome {
        match Driver::chosen()? {
            Driver::Sqlx => get_product::<Sqlx>(b, &place).await,
            Driver::DieselAsync => get_product::<Diesel>(b, &place).await,
            Driver::SeaOrm => get_product::<SeaOrm>(b, &place).await,
        }
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

async fn insert_product<L: Layer>(b: Bencher, place: &Fixture<Place>) -> Outcome {
    let mut layer = place.connect::<L>().await?;
    let (rows, b) = (insertable(place, |index| product(PRODUCTS + 1 + index)), b.answer(left_behind(place)));
    Ok(b.try_iter_async_with_input(rows, async move |row| layer.insert_product(row?).await))
}

async fn get_product<L: Layer>(b: Bencher, place: &Fixture<Place>) -> Outcome {
    let (mut layer, mut key) = (place.connect::<L>().await?, keys(PRODUCTS));
    let answer = |row: &Option<L::Product>| row.clone().map(Into::<Product>::into);
    Ok(b.answer(answer).try_iter_async(async move || layer.product(key()).await))
}

async fn read_products<L: Layer>(b: Bencher, place: &Fixture<Place>, count: i64) -> Outcome {
    let mut layer = place.connect::<L>().await?;
    let mut key = keys(PRODUCTS + 1 - count);
    let answer = |rows: &Vec<L::Product>| rows.iter().cloned().map(Into::<Product>::into).collect::<Vec<_>>();
    let b = b.items(count.unsigned_abs()).answer(answer);
    Ok(b.try_iter_async(async move || layer.products_after(key() - 1, count).await))
}

async fn update_product<L: Layer>(b: Bencher, place: &Fixture<Place>) -> Outcome {
    let (mut layer, mut stock) = (place.connect::<L>().await?, one_or_two());
    let b = b.answer(left_behind(place));
    Ok(b.try_iter_async(async move || layer.update_product(UPDATED, 1_999, stock()).await))
}

async fn delete_product<L: Layer>(b: Bencher, place: &Fixture<Place>) -> Outcome {
    let mut layer = place.connect::<L>().await?;
    let (keys, b) = (deletable(place), b.answer(left_behind(place)));
    Ok(b.try_iter_async_with_input(keys, async move |key| layer.delete_product(key?).await))
}

async fn insert_reviews<L: Layer>(b: Bencher, place: &Fixture<Place>) -> Outcome {
    let mut layer = place.connect::<L>().await?;
    let batches = insertable(place, |index| review_batch(REVIEWS + 1 + index * BATCH));
    let b = b.answer(left_behind(place));
    Ok(b.try_iter_async_with_input(batches, async move |rows| layer.insert_reviews(rows?).await))
}

async fn create_tables<L: Layer>(b: Bencher, place: &Fixture<Place>) -> Outcome {
    let mut layer = place.connect::<L>().await?;
    Ok(b.try_iter_async(async move || layer.create_tables().await))
}

async fn insert_event<L: Layer>(b: Bencher, place: &Fixture<Place>) -> Outcome {
    let mut layer = place.connect::<L>().await?;
    let (rows, b) = (insertable(place, |index| event(EVENTS + 1 + index)), b.answer(left_behind(place)));
    Ok(b.try_iter_async_with_input(rows, async move |row| layer.insert_event(row?).await))
}

async fn get_event<L: Layer>(b: Bencher, place: &Fixture<Place>) -> Outcome {
    let (mut layer, mut key) = (place.connect::<L>().await?, keys(EVENTS));
    let answer = |row: &Option<L::Event>| row.clone().map(Into::<Event>::into);
    Ok(b.answer(answer).try_iter_async(async move || layer.event(key()).await))
}

fn active_from_json(json: &str) -> Result<products::ActiveModel, Box<dyn std::error::Error>> {
    Ok(products::ActiveModel::from_json(serde_json::from_str(json)?)?)
}

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

/// The answer of a write: what it returned is left aside, all rows of the place are looked at.
fn left_behind<O>(place: &Fixture<Place>) -> impl Fn(&O) -> Result<Digest, String> + use<O> {
    let place = place.clone();
    move |_| place.digest().map_err(|error| format!("{error:?}"))
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

/// What `--param driver=…` may name.
#[derive(Clone, Copy, Debug)]
enum Driver {
    Sqlx,
    DieselAsync,
    SeaOrm,
}

impl Driver {
    /// sqlx, unless something else was asked for.
    fn chosen() -> Result<Self, Error> {
        match adapter_bench::param("driver").as_deref() {
            None | Some("sqlx") => Ok(Self::Sqlx),
            Some("diesel-async") => Ok(Self::DieselAsync),
            Some("sea-orm") => Ok(Self::SeaOrm),
            Some(other) => Err(Error::NoDriver(other.to_owned())),
        }
    }
}

adapter_bench::main!();
