//! The dataset: rows of the TPC-H table ORDERS. Main type: [`Order`].

use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use tpchgen::decimal::TPCHDecimal;
use tpchgen::distribution::Distributions;
use tpchgen::generators::{self, OrderGenerator, OrderStatus};
use tpchgen::text::TextPool;

/// One row of ORDERS; the fields carry the names of the specification's columns.
///
/// Prices are whole cents and dates are ISO text, so that no format has a reason to round or to reinterpret. [`Display`]
/// gives the specification's own text form, columns separated by `|`.
///
/// [`Display`]: fmt::Display
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The primary key; sparse: of 32 consecutive numbers, 8 are used.
    pub o_orderkey: i64,
    /// The customer who ordered.
    pub o_custkey: i64,
    /// How far the order is.
    pub o_orderstatus: Status,
    /// The price of all line items with discount and tax, in cents.
    pub o_totalprice: i64,
    /// The day of the order: `1996-01-02`.
    pub o_orderdate: String,
    /// One of five priorities, from `1-URGENT` to `5-LOW`.
    pub o_orderpriority: String,
    /// The clerk's name: `Clerk#` and nine digits.
    pub o_clerk: String,
    /// Always 0 in TPC-H.
    pub o_shippriority: i32,
    /// English-like text of 19 to 78 characters.
    pub o_comment: String,
}

/// How far an order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// All line items are shipped.
    #[serde(rename = "F")]
    Fulfilled,
    /// No line item is shipped.
    #[serde(rename = "O")]
    Open,
    /// Some line items are shipped.
    #[serde(rename = "P")]
    Pending,
}

/// The first `rows` orders of TPC-H, the same on every call and machine.
///
/// They are those of scale factor 1 (1,500,000 orders), or of the smallest whole factor that has as many. All columns are
/// as the specification's generator makes them except for the comments: these follow its grammar, but are cut from a
/// text of 1 MiB instead of 300 MiB, which takes milliseconds to prepare in each process instead of seconds.
#[must_use]
pub fn orders(rows: usize) -> Vec<Order> {
    rows_of_tpch(rows).map(Order::from).collect()
}

/// The generator's own rows behind [`orders`].
pub(crate) fn rows_of_tpch(rows: usize) -> impl Iterator<Item = generators::Order<'static>> {
    static TEXT: LazyLock<TextPool> =
        LazyLock::new(|| TextPool::new(1 << 20, Distributions::static_default()));
    let scale = rows.div_ceil(OrderGenerator::SCALE_BASE as usize).max(1) as f64;
    let distributions = Distributions::static_default();
    OrderGenerator::new_with_distributions_and_text_pool(scale, 1, 1, distributions, &TEXT).iter().take(rows)
}

impl From<generators::Order<'_>> for Order {
    fn from(row: generators::Order<'_>) -> Self {
        Self {
            o_orderkey: row.o_orderkey,
            o_custkey: row.o_custkey,
            o_orderstatus: row.o_orderstatus.into(),
            o_totalprice: row.o_totalprice.into_inner(),
            o_orderdate: row.o_orderdate.to_string(),
            o_orderpriority: row.o_orderpriority.to_owned(),
            o_clerk: row.o_clerk.to_string(),
            o_shippriority: row.o_shippriority,
            o_comment: row.o_comment.to_owned(),
        }
    }
}

impl From<OrderStatus> for Status {
    fn from(status: OrderStatus) -> Self {
        match status {
            OrderStatus::Fulfilled => Self::Fulfilled,
            OrderStatus::Open => Self::Open,
            OrderStatus::Pending => Self::Pending,
        }
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}|{}|{}|", self.o_orderkey, self.o_custkey, self.o_orderstatus)?;
        write!(f, "{}|{}|", TPCHDecimal::new(self.o_totalprice), self.o_orderdate)?;
        write!(f, "{}|{}|{}|", self.o_orderpriority, self.o_clerk, self.o_shippriority)?;
        write!(f, "{}|", self.o_comment)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fulfilled => "F",
            Self::Open => "O",
            Self::Pending => "P",
        })
    }
}
