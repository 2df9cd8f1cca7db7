//! What all layers have in common: the same functions leave and find the same rows, and one layer reads another's file.

use std::convert::identity;

use futures_executor::block_on;
use tempfile::TempDir;

use super::{
    BATCH, Digest, EVENTS, Error, Event, PRODUCTS, Product, REVIEWS, Review, Untimed, diesel_layer, event,
    product, raw, review, review_batch, sqlx_layer,
};

/// The functions of a store, synchronous for all three.
trait Layer: Untimed {
    fn create_schema(&self) -> Result<(), Error>;
    fn seed(&self) -> Result<(), Error>;
    fn insert_product(&self, row: &Product) -> Result<(), Error>;
    fn product(&self, id: i64) -> Result<Option<Product>, Error>;
    fn reviews_of(&self, product_id: i64, rating: i32) -> Result<Vec<Review>, Error>;
    fn update_product(&self, id: i64, price: i64, stock: i32) -> Result<usize, Error>;
    fn delete_product(&self, id: i64) -> Result<usize, Error>;
    fn insert_reviews(&self, rows: &[Review]) -> Result<(), Error>;
    fn insert_event(&self, row: &Event) -> Result<(), Error>;
    fn event(&self, id: i64) -> Result<Option<Event>, Error>;
    fn products(&self) -> Result<Vec<Product>, Error>;
    fn settings(&self) -> Result<String, Error>;
}

macro_rules! layer {
    ($layer:ident, $done:ident) => {
        impl Layer for $layer::Store {
            layer!(@ $done create_schema() -> ());
            layer!(@ $done seed() -> ());
            layer!(@ $done insert_product(row: &Product) -> ());
            layer!(@ $done product(id: i64) -> Option<Product>);
            layer!(@ $done reviews_of(product_id: i64, rating: i32) -> Vec<Review>);
            layer!(@ $done update_product(id: i64, price: i64, stock: i32) -> usize);
            layer!(@ $done delete_product(id: i64) -> usize);
            layer!(@ $done insert_reviews(rows: &[Review]) -> ());
            layer!(@ $done insert_event(row: &Event) -> ());
            layer!(@ $done event(id: i64) -> Option<Event>);
            layer!(@ $done products() -> Vec<Product>);
            layer!(@ $done settings() -> String);
        }
    };
    (@ $done:ident $name:ident($($argument:ident: $type:ty),*) -> $output:ty) => {
        fn $name(&self $(, $argument: $type)*) -> Result<$output, Error> {
            $done(Self::$name(self $(, $argument)*))
        }
    };
}

layer!(raw, identity);
layer!(diesel_layer, identity);
layer!(sqlx_layer, block_on);

type Layers = [(&'static str, Box<dyn Layer>); 3];

fn opened(location: impl Fn(&str) -> String) -> Result<Layers, Error> {
    Ok([
        ("rusqlite", Box::new(raw::Store::open(&location("rusqlite"))?)),
        ("diesel", Box::new(diesel_layer::Store::open(&location("diesel"))?)),
        ("sqlx", Box::new(block_on(sqlx_layer::Store::open(&location("sqlx")))?)),
    ])
}

fn seeded() -> Result<Layers, Error> {
    Ok([
        ("rusqlite", Box::new(raw::Store::seeded()?)),
        ("diesel", Box::new(diesel_layer::Store::seeded()?)),
        ("sqlx", Box::new(block_on(sqlx_layer::Store::seeded())?)),
    ])
}

/// What a store holds that was seeded and nothing else.
fn seed() -> (Vec<Product>, Vec<Review>, Vec<Event>) {
    (
        (1..=PRODUCTS).map(product).collect(),
        (1..=REVIEWS).map(review).collect(),
        (1..=EVENTS).map(event).collect(),
    )
}

#[test]
fn the_data_are_the_same_each_time() {
    let expected = Product {
        id: 1,
        name: "Product 000001".to_owned(),
        category: "office".to_owned(),
        price: 33_824,
        stock: 2,
        active: true,
    };
    assert_eq!(product(1), expected);
    assert!(seed().1.iter().all(|review| (1..=5).contains(&review.rating)));
}

#[test]
fn all_layers_run_one_sqlite_with_the_same_settings() -> Result<(), Error> {
    let [(_, reference), others @ ..] = seeded()?;
    let settings = reference.settings()?;
    assert!(settings.contains(" memory 0 -16384 1 "), "{settings}");
    for (name, layer) in others {
        assert_eq!(layer.settings()?, settings, "{name}");
    }
    Ok(())
}

#[test]
fn a_seeded_store_holds_the_data_and_stores_share_nothing() -> Result<(), Error> {
    let (products, reviews, events) = seed();
    for (name, layer) in seeded()? {
        assert_eq!(layer.digest()?, Digest::of(&products, &reviews, &events), "{name}");
        assert_eq!(layer.products()?, products, "{name}");
    }
    Ok(())
}

#[test]
fn reads_find_the_same_rows() -> Result<(), Error> {
    for (name, layer) in seeded()? {
        assert_eq!(layer.product(7)?, Some(product(7)), "{name}");
        assert_eq!(layer.product(PRODUCTS + 1)?, None, "{name}");
        assert_eq!(layer.event(7)?, Some(event(7)), "{name}");
        assert_eq!(layer.event(EVENTS + 1)?, None, "{name}");
        let good = (1..=REVIEWS).map(review).filter(|review| review.product_id == 7 && review.rating >= 3);
        assert_eq!(layer.reviews_of(7, 3)?, good.collect::<Vec<_>>(), "{name}");
        assert_eq!(layer.reviews_of(7, 6)?, [], "{name}");
    }
    Ok(())
}

#[test]
fn both_ways_of_diesel_to_get_one_row_find_it() -> Result<(), Error> {
    let store = diesel_layer::Store::seeded()?;
    for id in [7, PRODUCTS + 1] {
        assert_eq!(store.product_by_first(id)?, store.product(id)?);
    }
    Ok(())
}

#[test]
fn writes_leave_the_same_rows() -> Result<(), Error> {
    let (mut products, mut reviews, mut events) = seed();
    products[6].price = 1;
    products[6].stock = -1;
    products.push(product(PRODUCTS + 1));
    reviews.extend(review_batch(REVIEWS + 1));
    events.push(event(EVENTS + 1));
    for (name, layer) in seeded()? {
        assert_eq!(layer.update_product(7, 1, -1)?, 1, "{name}");
        assert_eq!(layer.update_product(PRODUCTS + 9, 1, -1)?, 0, "{name}");
        layer.insert_product(&product(PRODUCTS + 1))?;
        assert_eq!(layer.add_product()?, PRODUCTS + 2, "{name}");
        assert_eq!(layer.delete_product(PRODUCTS + 2)?, 1, "{name}");
        assert_eq!(layer.delete_product(PRODUCTS + 2)?, 0, "{name}");
        layer.insert_reviews(&review_batch(REVIEWS + 1))?;
        layer.insert_event(&event(EVENTS + 1))?;
        assert_eq!(layer.digest()?, Digest::of(&products, &reviews, &events), "{name}");
    }
    Ok(())
}

#[test]
fn new_rows_can_be_taken_out_again() -> Result<(), Error> {
    for (name, layer) in seeded()? {
        let before = layer.digest()?;
        assert_eq!(layer.delete_new()?, 0, "{name}");
        layer.add_product()?;
        layer.insert_reviews(&review_batch(REVIEWS + 1))?;
        layer.insert_event(&event(EVENTS + 1))?;
        assert_eq!(layer.delete_new()?, 2 + BATCH as usize, "{name}");
        assert_eq!(layer.digest()?, before, "{name}");
    }
    Ok(())
}

#[test]
fn what_the_schema_forbids_is_an_error_and_leaves_nothing() -> Result<(), Error> {
    let orphan = Review { product_id: PRODUCTS + 1, ..review(REVIEWS + 2) };
    for (name, layer) in seeded()? {
        let before = layer.digest()?;
        assert!(layer.create_schema().is_err(), "{name}");
        assert!(layer.insert_product(&product(1)).is_err(), "{name}");
        assert!(layer.delete_product(1).is_err(), "{name}: it has reviews");
        assert!(layer.insert_reviews(&[review(REVIEWS + 1), orphan.clone()]).is_err(), "{name}");
        assert_eq!(layer.digest()?, before, "{name}");
    }
    Ok(())
}

#[test]
fn text_that_needs_care_comes_back() -> Result<(), Error> {
    let text = "a \"quote\", it's 東京 🦀\n\\ and a ; --";
    let awkward_product = Product { name: text.to_owned(), price: i64::MIN, ..product(PRODUCTS + 1) };
    let mut awkward_event = event(EVENTS + 1);
    awkward_event.tags.0.clear();
    awkward_event.attributes.0.insert(text.to_owned(), text.to_owned());
    for (name, layer) in seeded()? {
        layer.insert_product(&awkward_product)?;
        layer.insert_event(&awkward_event)?;
        assert_eq!(layer.product(PRODUCTS + 1)?.as_ref(), Some(&awkward_product), "{name}");
        assert_eq!(layer.event(EVENTS + 1)?.as_ref(), Some(&awkward_event), "{name}");
    }
    Ok(())
}

#[test]
fn every_layer_reads_the_file_of_every_other() -> Result<(), Box<dyn std::error::Error>> {
    let directory = TempDir::new()?;
    let file = |name: &str| directory.path().join(name).display().to_string();
    for (_, layer) in opened(file)? {
        layer.create_schema()?;
        layer.seed()?;
    }
    let (products, reviews, events) = seed();
    for writer in ["rusqlite", "diesel", "sqlx"] {
        for (reader, layer) in opened(|_| file(writer))? {
            assert_eq!(layer.digest()?, Digest::of(&products, &reviews, &events), "{writer}, {reader}");
        }
    }
    Ok(())
}

#[test]
fn a_database_that_stays_open_is_put_back_by_a_backup() -> Result<(), Box<dyn std::error::Error>> {
    let directory = TempDir::new()?;
    let place = |name: &str| directory.path().join(name);
    let original = raw::Store::open(&place("original").to_string_lossy())?;
    original.create_schema()?;
    original.seed()?;
    let seeded = original.digest()?;
    drop(original);
    for (name, layer) in opened(|name| place(name).display().to_string())? {
        raw::restore(&place(name), &place("original"))?;
        for _ in 0..2 {
            assert_eq!(layer.digest()?, seeded, "{name}");
            assert_eq!(layer.add_product()?, PRODUCTS + 1, "{name}");
            layer.update_product(7, 1, -1)?;
            layer.insert_event(&event(EVENTS + 1))?;
            assert_ne!(layer.digest()?, seeded, "{name}");
            raw::restore(&place(name), &place("original"))?;
        }
        assert_eq!(layer.digest()?, seeded, "{name}");
    }
    Ok(())
}
