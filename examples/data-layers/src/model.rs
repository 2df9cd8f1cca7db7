//! The rows as Rust values. Main types: [`Product`], [`Review`] and [`Event`].

use std::collections::BTreeMap;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::{Insertable, Queryable, Selectable};
use scylla::{DeserializeRow, SerializeRow};
use serde::{Deserialize, Serialize};

use crate::diesel_layer::tables;

/// A row of `products`.
#[derive(
    Debug,
    Clone,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    Queryable,
    Selectable,
    Insertable,
    SerializeRow,
    DeserializeRow,
)]
#[diesel(table_name = tables::products)]
pub struct Product {
    /// The primary key.
    pub id: i64,
    /// What it is called.
    pub name: String,
    /// One of eight.
    pub category: String,
    /// The price in cents.
    pub price: i64,
    /// How many are there.
    pub stock: i32,
    /// Whether it is sold.
    pub active: bool,
}

/// A row of `reviews`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Queryable, Selectable, Insertable)]
#[diesel(table_name = tables::reviews)]
pub struct Review {
    /// The primary key.
    pub id: i64,
    /// The product's key.
    pub product_id: i64,
    /// Who wrote it.
    pub author: String,
    /// From 1 to 5.
    pub rating: i32,
    /// What it says, if anything.
    pub body: Option<String>,
}

/// A row of `events`, with two collections: an array and a JSON object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Queryable, Selectable, Insertable)]
#[diesel(table_name = tables::events)]
pub struct Event {
    /// The primary key.
    pub id: i64,
    /// What happened.
    pub kind: String,
    /// When, in milliseconds since 1970.
    pub recorded_at: i64,
    /// A list of words.
    pub tags: Vec<String>,
    /// Named texts.
    pub attributes: Attributes,
}

/// Named texts, which the database has as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, AsExpression, FromSqlRow)]
#[diesel(sql_type = diesel::sql_types::Jsonb)]
#[serde(transparent)]
pub struct Attributes(pub BTreeMap<String, String>);
