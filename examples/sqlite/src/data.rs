//! The rows that every store begins with, and those that benchmarks add: functions of their keys.

use crate::{Event, Json, Product, Review};

/// Products have the keys 1 to this in a seeded store.
pub const PRODUCTS: i64 = 1_000;

/// The products with the keys 1 to this have reviews, ten each.
pub const REVIEWED: i64 = 200;

/// Reviews have the keys 1 to this in a seeded store.
pub const REVIEWS: i64 = 10 * REVIEWED;

/// Events have the keys 1 to this in a seeded store.
pub const EVENTS: i64 = 1_000;

/// How many reviews are in a batch.
pub const BATCH: i64 = 100;

const CATEGORIES: [&str; 10] =
    ["audio", "books", "garden", "games", "kitchen", "lighting", "music", "office", "sports", "toys"];
const KINDS: [&str; 4] = ["product.viewed", "product.bought", "review.written", "stock.changed"];

/// The product with this key.
#[must_use]
pub fn product(id: i64) -> Product {
    let drawn = scattered(id);
    Product {
        id,
        name: format!("Product {id:06}"),
        category: picked(&CATEGORIES, drawn),
        price: 100 + i64::from(drawn >> 8) % 99_900,
        stock: 1 + id as i32 % 500,
        active: !drawn.is_multiple_of(8),
    }
}

/// The review with this key; it is about one of the first [`REVIEWED`] products, and every fourth has no text.
#[must_use]
pub fn review(id: i64) -> Review {
    let drawn = scattered(id);
    let words = "it does what it says on the box and it has done so for a year now without a complaint";
    Review {
        id,
        product_id: 1 + (id - 1) % REVIEWED,
        author: format!("customer-{:05}", drawn >> 16),
        rating: 1 + (drawn >> 8) as i32 % 5,
        body: (id % 4 != 0).then(|| words[..20 + drawn as usize % 60].to_owned()),
    }
}

/// [`BATCH`] reviews, of which `first` is the first key.
#[must_use]
pub fn review_batch(first: i64) -> Vec<Review> {
    (first..first + BATCH).map(review).collect()
}

/// The event with this key: it has eight tags and eight attributes.
#[must_use]
pub fn event(id: i64) -> Event {
    let drawn = scattered(id);
    Event {
        id,
        kind: picked(&KINDS, drawn),
        recorded_at: 1_750_000_000_000 + 250 * id,
        tags: Json((0..8).map(|tag| format!("tag-{}", (drawn >> tag) % 100)).collect()),
        attributes: Json((0..8).map(|key| (format!("key-{key}"), format!("\"{}\"", drawn >> key))).collect()),
    }
}

fn picked(words: &[&str], drawn: u32) -> String {
    words[drawn as usize % words.len()].to_owned()
}

/// A number that looks random, the same for a key each time: the finaliser of MurmurHash3.
fn scattered(key: i64) -> u32 {
    let mut bits = key as u32;
    bits = (bits ^ (bits >> 16)).wrapping_mul(0x85eb_ca6b);
    bits = (bits ^ (bits >> 13)).wrapping_mul(0xc2b2_ae35);
    bits ^ (bits >> 16)
}
