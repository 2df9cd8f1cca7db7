//! One schema on embedded SQLite: rusqlite, the reference, beside diesel and sqlx.
//!
//! Every arm has a database in memory of its own, made and filled by its set-up in every worker process, and gone with
//! it. So no arm sees another's rows, nothing is written to a disk, and no file is left. Only `open` and `kept-open` are about
//! files: copies of a dataset, one for each arm. Settings, SQL and rows are the same for all; `example_sqlite` says what is
//! not.
//!
//! **The state is the same before each batch of iterations.** Reads change nothing, and an update sets a row to one of two
//! states in turn. What inserts gets its row from [`insertable`], which takes the rows of the previous batch out first;
//! what deletes gets a key from [`deletable`], which has put that row in. Both work outside the clock, so within a
//! batch (at most a few dozen iterations of these) the table is larger by the rows of that batch. `schema` creates its
//! tables in an empty database that was opened outside the clock.
//!
//! The answer of a read is what was read; of a write, it is the digest of all rows that the arm has left behind, read
//! back outside the clock.
//!
//! What the layers themselves allocate is limited: by the ceiling in `bench.toml`, and diesel, where it does the same as
//! rusqlite, to what that takes. SQLite's own memory is C's, and not counted.
//!
//! sqlx runs each connection's SQLite on a thread of its own, so its arms pay two or three thread switches per call (more
//! for many rows), on the one core that a worker stays on. That is how sqlx is used; it is not how fast its SQLite is.
//! The kernel's scheduler has a say in these figures: they spread more, and like calls need not take the same time.

#![expect(clippy::needless_pass_by_value, reason = "fixtures are handed over")]

use std::cell::Cell;
use std::fmt::Debug;
use std::rc::Rc;

use adapter_bench::{
    Bencher, DataCopy, DataFile, Dataset, DatasetError, Fixture, Prepared, SetupError, adapter_bench,
    bench_group, fixture,
};
use example_sqlite::{
    BATCH, Digest, EVENTS, Error, Event, PRODUCTS, Product, REVIEWED, REVIEWS, Review, Untimed, diesel_layer,
    event, product, raw, review_batch, sqlx_layer,
};
use futures_executor::block_on;

/// The seeded database as a file, made once for all processes.
static SEEDED: Dataset = Dataset::of_file("example-sqlite", |_, _, path| {
    let store = raw::Store::open(&path.to_string_lossy())?;
    store.create_schema()?;
    Ok(store.seed()?)
});

#[fixture]
fn seeded() -> Result<DataFile, DatasetError> {
    SEEDED.rows(PRODUCTS as usize).seeded(0).open()
}

/// One product, in a transaction of its own, as SQLite does it unasked.
#[bench_group(group = "insert", kind = "db")]
mod insert {
    use super::*;

    #[adapter_bench(reference)]
    fn rusqlite(b: Bencher) -> Result<Prepared, Error> {
        let store = Rc::new(raw::Store::seeded()?);
        let products = insertable(&store, new_product);
        Ok(b.answer(left_behind(&store))
            .try_iter_with_input(products, move |row| store.insert_product(&row?)))
    }

    #[adapter_bench]
    fn diesel(b: Bencher) -> Result<Prepared, Error> {
        let store = Rc::new(diesel_layer::Store::seeded()?);
        let products = insertable(&store, new_product);
        Ok(b.answer(left_behind(&store))
            .try_iter_with_input(products, move |row| store.insert_product(&row?)))
    }

    #[adapter_bench]
    async fn sqlx(b: Bencher) -> Result<Prepared, Error> {
        let store = Rc::new(sqlx_layer::Store::seeded().await?);
        let (products, b) = (insertable(&store, new_product), b.answer(left_behind(&store)));
        Ok(b.try_iter_async_with_input(products, async move |row| store.insert_product(&row?).await))
    }
}

/// One product by its key, each time another.
#[bench_group(group = "get", kind = "db")]
mod get {
    use super::*;

    #[adapter_bench(reference)]
    fn rusqlite(b: Bencher) -> Result<Prepared, Error> {
        let (store, mut key) = (raw::Store::seeded()?, keys(PRODUCTS));
        Ok(b.answer(Clone::clone).try_iter(move || store.product(key())))
    }

    #[adapter_bench(max_memory_ratio = 3)]
    fn diesel(b: Bencher) -> Result<Prepared, Error> {
        let (store, mut key) = (diesel_layer::Store::seeded()?, keys(PRODUCTS));
        Ok(b.answer(Clone::clone).try_iter(move || store.product(key())))
    }

    /// As diesel's guide has it; SQLite prepares the statement anew each time, for the value of the `LIMIT`.
    #[adapter_bench]
    fn diesel_first(b: Bencher) -> Result<Prepared, Error> {
        let (store, mut key) = (diesel_layer::Store::seeded()?, keys(PRODUCTS));
        Ok(b.answer(Clone::clone).try_iter(move || store.product_by_first(key())))
    }

    #[adapter_bench]
    async fn sqlx(b: Bencher) -> Result<Prepared, Error> {
        let (store, mut key) = (sqlx_layer::Store::seeded().await?, keys(PRODUCTS));
        Ok(b.answer(Clone::clone).try_iter_async(async move || store.product(key()).await))
    }
}

/// The good reviews of a product: of ten that an index finds, about six.
#[bench_group(group = "filter", kind = "db")]
mod filter {
    use super::*;

    #[adapter_bench(reference)]
    fn rusqlite(b: Bencher) -> Result<Prepared, Error> {
        let (store, mut key) = (raw::Store::seeded()?, keys(REVIEWED));
        Ok(b.answer(Clone::clone).try_iter(move || store.reviews_of(key(), 3)))
    }

    #[adapter_bench(max_memory_ratio = 1.2)]
    fn diesel(b: Bencher) -> Result<Prepared, Error> {
        let (store, mut key) = (diesel_layer::Store::seeded()?, keys(REVIEWED));
        Ok(b.answer(Clone::clone).try_iter(move || store.reviews_of(key(), 3)))
    }

    #[adapter_bench]
    async fn sqlx(b: Bencher) -> Result<Prepared, Error> {
        let (store, mut key) = (sqlx_layer::Store::seeded().await?, keys(REVIEWED));
        Ok(b.answer(Clone::clone).try_iter_async(async move || store.reviews_of(key(), 3).await))
    }
}

/// The price and the stock of one product, which go back and forth between two states. diesel prepares updates each time,
/// the others once.
#[bench_group(group = "update", kind = "db")]
mod update {
    use super::*;

    #[adapter_bench(reference)]
    fn rusqlite(b: Bencher) -> Result<Prepared, Error> {
        let (store, mut stock) = (Rc::new(raw::Store::seeded()?), one_or_two());
        Ok(b.answer(left_behind(&store)).try_iter(move || store.update_product(500, 1_999, stock())))
    }

    #[adapter_bench]
    fn diesel(b: Bencher) -> Result<Prepared, Error> {
        let (store, mut stock) = (Rc::new(diesel_layer::Store::seeded()?), one_or_two());
        Ok(b.answer(left_behind(&store)).try_iter(move || store.update_product(500, 1_999, stock())))
    }

    #[adapter_bench]
    async fn sqlx(b: Bencher) -> Result<Prepared, Error> {
        let (store, mut stock) = (Rc::new(sqlx_layer::Store::seeded().await?), one_or_two());
        let b = b.answer(left_behind(&store));
        Ok(b.try_iter_async(async move || store.update_product(500, 1_999, stock()).await))
    }
}

/// One product that was inserted before, outside the clock.
#[bench_group(group = "delete", kind = "db")]
mod delete {
    use super::*;

    #[adapter_bench(reference)]
    fn rusqlite(b: Bencher) -> Result<Prepared, Error> {
        let store = Rc::new(raw::Store::seeded()?);
        let (keys, b) = (deletable(&store), b.answer(left_behind(&store)));
        Ok(b.try_iter_with_input(keys, move |key| store.delete_product(key?)))
    }

    #[adapter_bench]
    fn diesel(b: Bencher) -> Result<Prepared, Error> {
        let store = Rc::new(diesel_layer::Store::seeded()?);
        let (keys, b) = (deletable(&store), b.answer(left_behind(&store)));
        Ok(b.try_iter_with_input(keys, move |key| store.delete_product(key?)))
    }

    #[adapter_bench]
    async fn sqlx(b: Bencher) -> Result<Prepared, Error> {
        let store = Rc::new(sqlx_layer::Store::seeded().await?);
        let (keys, b) = (deletable(&store), b.answer(left_behind(&store)));
        Ok(b.try_iter_async_with_input(keys, async move |key| store.delete_product(key?).await))
    }
}

/// A hundred reviews, one by one in one transaction, by a statement that was prepared once.
#[bench_group(group = "batch", kind = "db", items = BATCH as u64)]
mod batch {
    use super::*;

    #[adapter_bench(reference)]
    fn rusqlite(b: Bencher) -> Result<Prepared, Error> {
        let store = Rc::new(raw::Store::seeded()?);
        let (batches, b) = (insertable(&store, new_reviews), b.answer(left_behind(&store)));
        Ok(b.try_iter_with_input(batches, move |rows| store.insert_reviews(&rows?)))
    }

    #[adapter_bench]
    fn diesel(b: Bencher) -> Result<Prepared, Error> {
        let store = Rc::new(diesel_layer::Store::seeded()?);
        let (batches, b) = (insertable(&store, new_reviews), b.answer(left_behind(&store)));
        Ok(b.try_iter_with_input(batches, move |rows| store.insert_reviews(&rows?)))
    }

    #[adapter_bench]
    async fn sqlx(b: Bencher) -> Result<Prepared, Error> {
        let store = Rc::new(sqlx_layer::Store::seeded().await?);
        let (batches, b) = (insertable(&store, new_reviews), b.answer(left_behind(&store)));
        Ok(b.try_iter_async_with_input(batches, async move |rows| store.insert_reviews(&rows?).await))
    }
}

/// Three tables and two indexes, in an empty database that was opened, and is closed, outside the clock.
#[bench_group(group = "schema", kind = "db")]
mod schema {
    use super::*;

    #[adapter_bench(reference)]
    fn rusqlite(b: Bencher) -> Prepared {
        b.answer(raw::Store::digest).try_iter_with_input(raw::Store::empty, |store| {
            let store = store?;
            store.create_schema().map(|()| store)
        })
    }

    #[adapter_bench]
    fn diesel(b: Bencher) -> Prepared {
        b.answer(diesel_layer::Store::digest).try_iter_with_input(diesel_layer::Store::empty, |store| {
            let store = store?;
            store.create_schema().map(|()| store)
        })
    }

    #[adapter_bench]
    async fn sqlx(b: Bencher) -> Prepared {
        let empty = || block_on(sqlx_layer::Store::empty());
        b.answer(sqlx_layer::Store::digest).try_iter_async_with_input(empty, async |store| {
            let store = store?;
            store.create_schema().await.map(|()| store)
        })
    }
}

/// One event, whose list and map become JSON.
#[bench_group(group = "collections-write", kind = "db")]
mod collections_write {
    use super::*;

    #[adapter_bench(reference)]
    fn rusqlite(b: Bencher) -> Result<Prepared, Error> {
        let store = Rc::new(raw::Store::seeded()?);
        let (events, b) = (insertable(&store, new_event), b.answer(left_behind(&store)));
        Ok(b.try_iter_with_input(events, move |row| store.insert_event(&row?)))
    }

    #[adapter_bench]
    fn diesel(b: Bencher) -> Result<Prepared, Error> {
        let store = Rc::new(diesel_layer::Store::seeded()?);
        let (events, b) = (insertable(&store, new_event), b.answer(left_behind(&store)));
        Ok(b.try_iter_with_input(events, move |row| store.insert_event(&row?)))
    }

    #[adapter_bench]
    async fn sqlx(b: Bencher) -> Result<Prepared, Error> {
        let store = Rc::new(sqlx_layer::Store::seeded().await?);
        let (events, b) = (insertable(&store, new_event), b.answer(left_behind(&store)));
        Ok(b.try_iter_async_with_input(events, async move |row| store.insert_event(&row?).await))
    }
}

/// One event by its key, its list and map read from JSON.
#[bench_group(group = "collections-read", kind = "db")]
mod collections_read {
    use super::*;

    #[adapter_bench(reference)]
    fn rusqlite(b: Bencher) -> Result<Prepared, Error> {
        let (store, mut key) = (raw::Store::seeded()?, keys(EVENTS));
        Ok(b.answer(Clone::clone).try_iter(move || store.event(key())))
    }

    #[adapter_bench(max_memory_ratio = 1.2)]
    fn diesel(b: Bencher) -> Result<Prepared, Error> {
        let (store, mut key) = (diesel_layer::Store::seeded()?, keys(EVENTS));
        Ok(b.answer(Clone::clone).try_iter(move || store.event(key())))
    }

    #[adapter_bench]
    async fn sqlx(b: Bencher) -> Result<Prepared, Error> {
        let (store, mut key) = (sqlx_layer::Store::seeded().await?, keys(EVENTS));
        Ok(b.answer(Clone::clone).try_iter_async(async move || store.event(key()).await))
    }
}

/// A thousand products, from rows to values. SQLite's own part, a walk along the table, is in all three: a row does not
/// outlive its statement, except in sqlx.
#[bench_group(group = "instantiate", kind = "db", items = PRODUCTS as u64)]
mod instantiate {
    use super::*;

    #[adapter_bench(reference)]
    fn rusqlite(b: Bencher) -> Result<Prepared, Error> {
        let store = raw::Store::seeded()?;
        Ok(b.answer(digest).try_iter(move || store.products()))
    }

    #[adapter_bench(max_memory_ratio = 1.1)]
    fn diesel(b: Bencher) -> Result<Prepared, Error> {
        let store = diesel_layer::Store::seeded()?;
        Ok(b.answer(digest).try_iter(move || store.products()))
    }

    #[adapter_bench]
    async fn sqlx(b: Bencher) -> Result<Prepared, Error> {
        let store = sqlx_layer::Store::seeded().await?;
        Ok(b.answer(digest).try_iter_async(async move || store.products().await))
    }
}

/// A database file that is opened, changed and closed, as a program does that lives for one task. Every arm has a copy of
/// one file, which is put back before each of its rounds.
#[bench_group(group = "open", kind = "db")]
mod open {
    use super::*;

    #[adapter_bench(reference, fixture = seeded)]
    fn rusqlite(b: Bencher, seeded: Fixture<DataFile>) -> Result<Prepared, SetupError> {
        let (b, path) = on_copy(b, &seeded)?;
        Ok(b.answer(Clone::clone).try_iter(move || raw::Store::open(&path)?.update_product(500, 1_999, 1)))
    }

    #[adapter_bench(fixture = seeded)]
    fn diesel(b: Bencher, seeded: Fixture<DataFile>) -> Result<Prepared, SetupError> {
        let (b, path) = on_copy(b, &seeded)?;
        let open = move || diesel_layer::Store::open(&path)?.update_product(500, 1_999, 1);
        Ok(b.answer(Clone::clone).try_iter(open))
    }

    #[adapter_bench(fixture = seeded)]
    async fn sqlx(b: Bencher, seeded: Fixture<DataFile>) -> Result<Prepared, SetupError> {
        let (b, path) = on_copy(b, &seeded)?;
        let open = async move || sqlx_layer::Store::open(&path).await?.update_product(500, 1_999, 1).await;
        Ok(b.answer(Clone::clone).try_iter_async(open))
    }

    /// A copy of the database, put back before each round, and where it is.
    fn on_copy(b: Bencher, seeded: &DataFile) -> Result<(Bencher, String), SetupError> {
        let copy = seeded.copy()?;
        let path = copy.path().to_string_lossy().into_owned();
        Ok((b.before_round(move || copy.restore()), path))
    }
}

/// One product, into a database file that stays open. What a round has inserted is taken out by SQLite's own backup, over a
/// connection of its own: to copy the file, as for `open`, would pull it from under the arm. What the first inserts leave in
/// it is compared.
#[bench_group(group = "kept-open", kind = "db")]
mod kept_open {
    use super::*;

    #[adapter_bench(reference, fixture = seeded)]
    fn rusqlite(b: Bencher, seeded: Fixture<DataFile>) -> Result<Prepared, SetupError> {
        let copy = seeded.copy()?;
        let store = Rc::new(raw::Store::open(&copy.path().to_string_lossy())?);
        let (b, mut product) = put_back(b, copy, &store);
        Ok(b.try_iter(move || store.insert_product(&product())))
    }

    #[adapter_bench(fixture = seeded)]
    fn diesel(b: Bencher, seeded: Fixture<DataFile>) -> Result<Prepared, SetupError> {
        let copy = seeded.copy()?;
        let store = Rc::new(diesel_layer::Store::open(&copy.path().to_string_lossy())?);
        let (b, mut product) = put_back(b, copy, &store);
        Ok(b.try_iter(move || store.insert_product(&product())))
    }

    #[adapter_bench(fixture = seeded)]
    async fn sqlx(b: Bencher, seeded: Fixture<DataFile>) -> Result<Prepared, SetupError> {
        let copy = seeded.copy()?;
        let store = Rc::new(sqlx_layer::Store::open(&copy.path().to_string_lossy()).await?);
        let (b, mut product) = put_back(b, copy, &store);
        Ok(b.try_iter_async(async move || store.insert_product(&product()).await))
    }

    /// Has the copy put back before each round. Gives products that are not in it, the same ones for each round.
    fn put_back<S: Untimed + 'static>(
        b: Bencher,
        copy: DataCopy,
        store: &Rc<S>,
    ) -> (Bencher, impl FnMut() -> Product + use<S>) {
        let (next, store) = (Rc::new(Cell::new(0)), Rc::clone(store));
        let first = Rc::clone(&next);
        let b = b.before_round(move || {
            first.set(0);
            raw::restore(copy.path(), copy.original().path())
        });
        (b.end_state(5, move || store.digest()), move || new_product(next.replace(next.get() + 1)))
    }
}

/// Makes what is to be inserted: `new(0)`, `new(1)` and so on, and from 0 again as soon as there are inserted rows, which
/// are taken out.
fn insertable<S: Untimed + 'static, T>(
    store: &Rc<S>,
    new: fn(i64) -> T,
) -> impl FnMut() -> Result<T, Error> + use<S, T> {
    let (store, mut made) = (Rc::clone(store), 0);
    move || {
        if store.delete_new()? > 0 {
            made = 0;
        }
        made += 1;
        Ok(new(made - 1))
    }
}

fn new_product(index: i64) -> Product {
    product(PRODUCTS + 1 + index)
}

fn new_reviews(index: i64) -> Vec<Review> {
    review_batch(REVIEWS + 1 + index * BATCH)
}

fn new_event(index: i64) -> Event {
    event(EVENTS + 1 + index)
}

/// Inserts products and gives their keys.
fn deletable<S: Untimed + 'static>(store: &Rc<S>) -> impl FnMut() -> Result<i64, Error> + use<S> {
    let store = Rc::clone(store);
    move || store.add_product()
}

/// Gives all keys from 1 to `last`, which is a multiple of ten, again and again, in an order that jumps.
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

/// The answer of a write: what it returned, and all rows.
fn left_behind<S: Untimed + 'static, O: Copy + Debug>(
    store: &Rc<S>,
) -> impl Fn(&O) -> Result<(O, Digest), Error> + use<S, O> {
    let store = Rc::clone(store);
    move |output| Ok((*output, store.digest()?))
}

/// The answer of `instantiate`.
#[expect(clippy::ptr_arg, reason = "an answer takes the routine's output as it is")]
fn digest(products: &Vec<Product>) -> Digest {
    Digest::of(products, &[], &[])
}

adapter_bench::main!();
