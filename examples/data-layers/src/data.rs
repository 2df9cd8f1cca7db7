//! The rows that every namespace begins with, and those that benchmarks add: functions of their keys.

use crate::{Attributes, Event, Product, Review};

/// Products have the keys 1 to this in a seeded namespace.
pub const PRODUCTS: i64 = 1_000;

/// Reviews have the keys 1 to this in a seeded namespace.
pub const REVIEWS: i64 = 1_000;

/// Events have the keys 1 to this in a seeded namespace.
pub const EVENTS: i64 = 1_000;

/// How many reviews are in a batch.
pub const BATCH: i64 = 100;

/// The products with the keys 1 to this have reviews.
const REVIEWED: i64 = 200;

const CATEGORIES: [&str; 8] = ["audio", "books", "games", "garden", "kitchen", "music", "office", "toys"];
const KINDS: [&str; 4] = ["product.bought", "product.viewed", "review.written", "stock.changed"];
const TEXT: &str =
    "arrived in two days and works as it should, though the manual could have been longer by a page";

/// The product with this key.
#[must_use]
pub fn product(id: i64) -> Product {
    let drawn = scattered(id);
    Product {
        id,
        name: format!("Product {id:06}"),
        category: picked(&CATEGORIES, drawn),
        price: 100 + i64::from(drawn >> 8) % 99_900,
        stock: 1 + (drawn >> 4) as i32 % 500,
        active: !drawn.is_multiple_of(8),
    }
}

/// The review with this key; every fourth has no text.
#[must_use]
pub fn review(id: i64) -> Review {
    let drawn = scattered(id);
    Review {
        id,
        product_id: 1 + id % REVIEWED,
        author: format!("customer-{:05}", drawn >> 16),
        rating: 1 + (drawn >> 8) as i32 % 5,
        body: (id % 4 != 0).then(|| TEXT[..24 + drawn as usize % 64].to_owned()),
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
        recorded_at: 1_760_000_000_000 + 250 * id,
        tags: (0..8).map(|tag| format!("tag-{}", (drawn >> tag) % 100)).collect(),
        attributes: Attributes(
            (0..8).map(|key| (format!("key-{key}"), format!("{}", drawn >> key))).collect(),
        ),
    }
}

fn picked(words: &[&str], drawn: u32) -> String {
    words[drawn as usize % words.len()].to_owned()
}

/// A number that looks random, the same for a key each time: one step of SplitMix64, its upper half.
fn scattered(key: i64) -> u32 {
    let mut bits = (key as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (bits >> 32) as u32
}
