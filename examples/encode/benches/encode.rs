//! TPC-H orders encoded and decoded: three JSON libraries among themselves, and JSON beside CSV, TOML and MessagePack.
//!
//! All arms process the same orders, and their answer is the digest of these. (For an encoder its bytes are read back,
//! outside the clock.) So an arm that loses a row or rounds a price is a failed row of the table, not a fast one.
//!
//! The JSON groups count the bytes of the JSON text, which all three libraries write alike. From format to format the
//! encoded bytes differ, as formats do; there the bytes are those of the orders in TPC-H's own text form, the same for
//! every arm.
//!
//! Memory is limited too: each library to what it takes beside the reference, and all to the ceiling in `bench.toml`. Those
//! that take more have a limit of their own, which says so.
//!
//! `sonic-rs` chooses its instructions when it is compiled. `RUSTFLAGS="-C target-cpu=native" cargo bench` lets it use
//! what the machine has.

use adapter_bench::{Bencher, Prepared, adapter_bench, bench_group};
use example_encode::{Digest, Error, Order, csv, json, msgpack, orders, toml};

#[bench_group(group = "json-encode", max_memory_ratio = 1.1)]
mod json_encode {
    use super::*;

    #[adapter_bench(reference, args = adapter_bench::datasets())]
    fn serde_json(b: Bencher, rows: usize) -> Result<Prepared, Error> {
        let orders = orders(rows);
        let b = b.items(rows as u64).bytes(json_size(&orders)?).answer(read_by(json::decode));
        Ok(b.try_iter(move || json::serde_json::encode(&orders)))
    }

    #[adapter_bench(args = adapter_bench::datasets())]
    fn sonic_rs(b: Bencher, rows: usize) -> Result<Prepared, Error> {
        let orders = orders(rows);
        let b = b.items(rows as u64).bytes(json_size(&orders)?).answer(read_by(json::decode));
        Ok(b.try_iter(move || json::sonic_rs::encode(&orders)))
    }

    #[adapter_bench(args = adapter_bench::datasets())]
    fn simd_json(b: Bencher, rows: usize) -> Result<Prepared, Error> {
        let orders = orders(rows);
        let b = b.items(rows as u64).bytes(json_size(&orders)?).answer(read_by(json::decode));
        Ok(b.try_iter(move || json::simd_json::encode(&orders)))
    }
}

#[bench_group(group = "json-decode", max_memory_ratio = 1.1)]
mod json_decode {
    use super::*;

    #[adapter_bench(reference, args = adapter_bench::datasets())]
    fn serde_json(b: Bencher, rows: usize) -> Result<Prepared, Error> {
        let text = json::encode(&orders(rows))?;
        let b = b.items(rows as u64).bytes(text.len() as u64).answer(digest);
        Ok(b.try_iter(move || json::serde_json::decode(&text)))
    }

    #[adapter_bench(args = adapter_bench::datasets())]
    fn sonic_rs(b: Bencher, rows: usize) -> Result<Prepared, Error> {
        let text = json::encode(&orders(rows))?;
        let b = b.items(rows as u64).bytes(text.len() as u64).answer(digest);
        Ok(b.try_iter(move || json::sonic_rs::decode(&text)))
    }

    /// Decodes in place, so each call gets a copy of the text, made and dropped outside the clock. It keeps the whole text in
    /// pieces before it makes orders of them.
    #[adapter_bench(args = adapter_bench::datasets(), max_memory = "20MB", max_memory_ratio = 10)]
    fn simd_json(b: Bencher, rows: usize) -> Result<Prepared, Error> {
        let text = json::encode(&orders(rows))?;
        let b = b.items(rows as u64).bytes(text.len() as u64).answer(digest);
        Ok(b.try_iter_with_input_ref(move || text.clone(), |copy| json::simd_json::decode(copy)))
    }
}

#[bench_group(group = "encode", max_memory_ratio = 1.1)]
mod encode {
    use super::*;

    #[adapter_bench(reference, args = adapter_bench::datasets())]
    fn json(b: Bencher, rows: usize) -> Prepared {
        let orders = orders(rows);
        counted(b, &orders).answer(read_by(json::decode)).try_iter(move || json::encode(&orders))
    }

    #[adapter_bench(args = adapter_bench::datasets())]
    fn csv(b: Bencher, rows: usize) -> Prepared {
        let orders = orders(rows);
        counted(b, &orders).answer(read_by(csv::decode)).try_iter(move || csv::encode(&orders))
    }

    #[adapter_bench(args = adapter_bench::datasets())]
    fn toml(b: Bencher, rows: usize) -> Prepared {
        let orders = orders(rows);
        counted(b, &orders).answer(read_by(toml::decode)).try_iter(move || toml::encode(&orders))
    }

    #[adapter_bench(args = adapter_bench::datasets())]
    fn msgpack(b: Bencher, rows: usize) -> Prepared {
        let orders = orders(rows);
        counted(b, &orders).answer(read_by(msgpack::decode)).try_iter(move || msgpack::encode(&orders))
    }
}

#[bench_group(group = "decode", max_memory_ratio = 1.5)]
mod decode {
    use super::*;

    #[adapter_bench(reference, args = adapter_bench::datasets())]
    fn json(b: Bencher, rows: usize) -> Result<Prepared, Error> {
        let orders = orders(rows);
        let text = json::encode(&orders)?;
        Ok(counted(b, &orders).answer(digest).try_iter(move || json::decode(&text)))
    }

    #[adapter_bench(args = adapter_bench::datasets())]
    fn csv(b: Bencher, rows: usize) -> Result<Prepared, Error> {
        let orders = orders(rows);
        let text = csv::encode(&orders)?;
        Ok(counted(b, &orders).answer(digest).try_iter(move || csv::decode(&text)))
    }

    /// Makes a document of the whole text before it makes orders of it.
    #[adapter_bench(args = adapter_bench::datasets(), max_memory = "50MB", max_memory_ratio = 25)]
    fn toml(b: Bencher, rows: usize) -> Result<Prepared, Error> {
        let orders = orders(rows);
        let text = toml::encode(&orders)?;
        Ok(counted(b, &orders).answer(digest).try_iter(move || toml::decode(&text)))
    }

    #[adapter_bench(args = adapter_bench::datasets())]
    fn msgpack(b: Bencher, rows: usize) -> Result<Prepared, Error> {
        let orders = orders(rows);
        let bytes = msgpack::encode(&orders)?;
        Ok(counted(b, &orders).answer(digest).try_iter(move || msgpack::decode(&bytes)))
    }
}

/// The bytes that `orders` take as JSON, whichever library writes them.
fn json_size(orders: &[Order]) -> Result<u64, Error> {
    json::encode(orders).map(|text| text.len() as u64)
}

/// The answer of an encoder: what `decode` finds in its bytes.
fn read_by(decode: fn(&[u8]) -> Result<Vec<Order>, Error>) -> impl Fn(&Vec<u8>) -> Result<Digest, Error> {
    move |bytes| decode(bytes).map(|orders| Digest::of(&orders))
}

/// The answer of a decoder.
#[expect(clippy::ptr_arg, reason = "an answer takes the routine's output as it is")]
fn digest(orders: &Vec<Order>) -> Digest {
    Digest::of(orders)
}

/// Tells how many orders an iteration processes, and how large they are in TPC-H's own text form.
fn counted(b: Bencher, orders: &[Order]) -> Bencher {
    let text: usize = orders.iter().map(|order| order.to_string().len() + 1).sum();
    b.items(orders.len() as u64).bytes(text as u64)
}

adapter_bench::main!();
