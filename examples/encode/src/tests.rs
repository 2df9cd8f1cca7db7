//! What all codecs have in common, and that the dataset stays as it is.

use super::{Digest, Error, Order, Status, csv, json, msgpack, order::rows_of_tpch, orders, toml};

type Encode = fn(&[Order]) -> Result<Vec<u8>, Error>;
type Decode = fn(&[u8]) -> Result<Vec<Order>, Error>;

const CODECS: [(&str, Encode, Decode); 6] = [
    ("serde_json", json::serde_json::encode, json::serde_json::decode),
    ("sonic-rs", json::sonic_rs::encode, json::sonic_rs::decode),
    ("simd-json", json::simd_json::encode, |bytes| json::simd_json::decode(&mut bytes.to_vec())),
    ("csv", csv::encode, csv::decode),
    ("toml", toml::encode, toml::decode),
    ("msgpack", msgpack::encode, msgpack::decode),
];

fn encoded(codec: &str, encode: Encode, orders: &[Order]) -> Vec<u8> {
    encode(orders).unwrap_or_else(|error| panic!("{codec}: {error:?}"))
}

#[test]
fn the_dataset_is_the_same_each_time() {
    let orders = orders(100);
    let first = Order {
        o_orderkey: 1,
        o_custkey: 36901,
        o_orderstatus: Status::Open,
        o_totalprice: 17_366_547,
        o_orderdate: "1996-01-02".to_owned(),
        o_orderpriority: "5-LOW".to_owned(),
        o_clerk: "Clerk#000000951".to_owned(),
        o_shippriority: 0,
        o_comment: "phs boost slyly silent packages? c".to_owned(),
    };
    assert_eq!(orders[0], first);
    assert_eq!(Digest::of(&orders), Digest { orders: 100, hash: 16_656_253_123_001_639_401 });
}

#[test]
fn a_smaller_dataset_is_the_beginning_of_a_larger_one() {
    assert_eq!(orders(100), orders(1_000)[..100]);
    assert_eq!(orders(0), []);
}

#[test]
fn an_order_has_the_text_that_the_generator_gives_it() {
    for (order, row) in orders(1_000).iter().zip(rows_of_tpch(1_000)) {
        assert_eq!(order.to_string(), row.to_string());
    }
}

#[test]
fn every_codec_gives_back_what_it_was_given() {
    for rows in [0, 1, 100] {
        let orders = orders(rows);
        for (codec, encode, decode) in CODECS {
            let decoded = decode(&encoded(codec, encode, &orders));
            assert_eq!(decoded.unwrap_or_else(|error| panic!("{codec}: {error:?}")), orders, "{codec}");
        }
    }
}

#[test]
fn every_codec_keeps_text_that_its_format_must_escape() {
    let mut orders = orders(3);
    orders[0].o_comment = "a \"quote\", a comma; a back\\slash | a bar".to_owned();
    orders[1].o_comment = "two\nlines, a\ttab, Zürich, 東京 and 🦀".to_owned();
    orders[2].o_comment = String::new();
    orders[2].o_totalprice = i64::MIN;
    orders[2].o_orderkey = i64::MAX;
    for (codec, encode, decode) in CODECS {
        let decoded = decode(&encoded(codec, encode, &orders));
        assert_eq!(decoded.unwrap_or_else(|error| panic!("{codec}: {error:?}")), orders, "{codec}");
    }
}

#[test]
fn the_json_libraries_write_the_same_bytes() {
    let orders = orders(100);
    let reference = encoded("serde_json", json::encode, &orders);
    assert_eq!(encoded("sonic-rs", json::sonic_rs::encode, &orders), reference);
    assert_eq!(encoded("simd-json", json::simd_json::encode, &orders), reference);
}

#[test]
fn an_input_that_ends_within_an_order_is_an_error() {
    let mut orders = orders(100);
    orders[99].o_orderdate = "the last day".to_owned();
    for (codec, encode, decode) in CODECS {
        let bytes = encoded(codec, encode, &orders);
        let within =
            bytes.windows(8).rposition(|text| text == b"the last").expect("a date is text in all formats");
        let error = decode(&bytes[..within]).expect_err(codec);
        assert!(matches!(error, Error::Decode { .. }), "{codec}: {error:?}");
    }
}

#[test]
fn bytes_that_are_no_text_are_an_error() {
    for (codec, _, decode) in CODECS {
        assert!(decode(b"\xc1 not orders \xff\n\xff").is_err(), "{codec}");
    }
}
