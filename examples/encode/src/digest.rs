//! Whether two lists of orders are the same, in one line. Main type: [`Digest`].

use std::fmt::{self, Write};

use crate::Order;

/// The number of orders and a hash of all their fields, in order: equal for equal orders, on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest {
    /// How many orders there are.
    pub orders: usize,
    /// FNV-1a (64 bits) of their lines in the specification's text form.
    pub hash: u64,
}

impl Digest {
    /// The digest of `orders`.
    #[must_use]
    pub fn of(orders: &[Order]) -> Self {
        let mut hash = Fnv1a::default();
        for order in orders {
            writeln!(hash, "{order}").expect("a hash takes every text");
        }
        Self { orders: orders.len(), hash: hash.0 }
    }
}

/// The hash of Fowler, Noll and Vo: no cryptography, but stable and short.
struct Fnv1a(u64);

impl Default for Fnv1a {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Write for Fnv1a {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orders;

    #[test]
    fn the_hash_is_fnv_1a() {
        let mut hash = Fnv1a::default();
        write!(hash, "foobar").expect("a hash takes every text");
        assert_eq!(hash.0, 0x8594_4171_f739_67e8, "the published test vector");
    }

    #[test]
    fn every_field_and_the_order_of_rows_count() {
        let base = orders(2);
        let changed = |change: fn(&mut Vec<Order>)| {
            let mut orders = base.clone();
            change(&mut orders);
            Digest::of(&orders)
        };
        let changes: [fn(&mut Vec<Order>); 11] = [
            |orders| orders[1].o_orderkey += 1,
            |orders| orders[1].o_custkey += 1,
            |orders| orders[1].o_orderstatus = crate::Status::Pending,
            |orders| orders[1].o_totalprice += 1,
            |orders| orders[1].o_orderdate.push('x'),
            |orders| orders[1].o_orderpriority.push('x'),
            |orders| orders[1].o_clerk.push('x'),
            |orders| orders[1].o_shippriority += 1,
            |orders| orders[1].o_comment.push('x'),
            |orders| orders.reverse(),
            |orders| orders.truncate(1),
        ];
        for (at, change) in changes.into_iter().enumerate() {
            assert_ne!(changed(change), Digest::of(&base), "change {at}");
        }
    }
}
