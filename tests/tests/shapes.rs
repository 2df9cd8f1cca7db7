//! Every way of writing a benchmark is measured, and says what it is measured in.

use std::sync::LazyLock;

use e2e::{Ran, benchmark, ids, of_id, warnings};
use serde_json::{Value, json};

const SUITE: &str = env!("CARGO_BIN_EXE_shapes");

/// One run of the whole suite, which all tests look at.
static RESULT: LazyLock<Value> =
    LazyLock::new(|| Ran::of(SUITE, &["--quick", "--output", "json"]).expect_code(101).json());

fn rows() -> &'static [Value] {
    RESULT["benchmarks"].as_array().expect("a list of benchmarks")
}

/// What each benchmark is called with its parameters, the shape of its routine, and the items and bytes of an iteration.
const SHAPES: &[(&str, &str, Option<[f64; 2]>)] = &[
    ("async_set_up", "serial_async", None),
    ("async_with_input", "serial_async", None),
    ("counted[rows=100]", "serial", Some([100.0, 800.0])),
    ("counted[rows=1000]", "serial", Some([1_000.0, 8_000.0])),
    ("counted[rows=10000]", "serial", Some([10_000.0, 80_000.0])),
    ("custom", "serial", None),
    ("fails_now_and_then", "serial", None),
    ("fallible", "serial", None),
    ("flavours::on_one_thread", "serial_async", None),
    ("flavours::on_two_threads", "serial_async", None),
    ("forty_two", "serial", None),
    ("forty_two_too", "serial", None),
    ("overlapping", "concurrent", None),
    ("product[T=u32,N=2,text=long]", "serial", Some([2.0, 0.0])),
    ("product[T=u32,N=2,text=short]", "serial", Some([2.0, 0.0])),
    ("product[T=u32,N=4,text=long]", "serial", Some([4.0, 0.0])),
    ("product[T=u32,N=4,text=short]", "serial", Some([4.0, 0.0])),
    ("product[T=u64,N=2,text=long]", "serial", Some([2.0, 0.0])),
    ("product[T=u64,N=2,text=short]", "serial", Some([2.0, 0.0])),
    ("product[T=u64,N=4,text=long]", "serial", Some([4.0, 0.0])),
    ("product[T=u64,N=4,text=short]", "serial", Some([4.0, 0.0])),
    ("spawned", "spawned", None),
    ("whole_async_body", "concurrent", None),
    ("whole_body", "serial", None),
    ("whole_body_with_an_argument[rows=10]", "serial", None),
    ("whole_body_with_an_argument[rows=1000]", "serial", None),
    ("with_input", "serial", Some([0.0, 64.0])),
    ("with_input_ref", "serial", None),
];

#[test]
fn every_shape_is_measured_with_its_units() {
    for (name, shape, throughput) in SHAPES {
        let row = of_id(&RESULT, &format!("e2e::shapes::{name}"));
        assert_eq!((&row["outcome"], &row["shape"]), (&json!("measured"), &json!(shape)), "{row}");
        assert!(row["time"]["unit"] == "ns" && row["time"]["median"].as_f64() > Some(0.0), "{row}");
        let expected =
            throughput.map_or(Value::Null, |[items, bytes]| json!({"items": items, "bytes": bytes}));
        assert_eq!(row["throughput"], expected, "{name}");
    }
    assert_eq!(rows().len(), SHAPES.len() + 1, "and `forty_three`: {:?}", ids(&RESULT));
}

#[test]
fn counts_and_quantiles_are_in_order() {
    for row in rows().iter().filter(|row| row["outcome"] == "measured") {
        let time = &row["time"];
        let figure = |name: &str| time[name].as_f64().unwrap_or_else(|| panic!("{name} in {row}"));
        let figures = ["min", "p50", "p90", "p95", "p99", "p999"].map(figure);
        assert!(figures.is_sorted() && figure("max") >= figure("median"), "{row}");
        let runs = time["runs"].as_array().expect("runs");
        let rounds: u64 = runs.iter().filter_map(|run| run["rounds"].as_u64()).sum();
        assert_eq!((runs.len(), time["rounds"].as_u64()), (2, Some(rounds)), "{row}");
        assert!(time["iterations"].as_u64() > Some(0), "{row}");
    }
}

#[test]
fn parameters_are_told_apart_from_the_name() {
    let row = of_id(&RESULT, "product[T=u64,N=4,text=long]");
    assert_eq!(row["name"], "product");
    assert_eq!(row["params"], json!({"T": "u64", "N": "4", "text": "long"}));
    assert_eq!(benchmark(&RESULT, "whole_body")["params"], json!({}));
}

#[test]
fn an_arm_with_another_answer_is_a_failed_row_and_the_others_are_compared() {
    let wrong = &benchmark(&RESULT, "forty_three")["failure"];
    assert_eq!(wrong["kind"], "answer");
    assert_eq!(wrong["message"], "it answers `43` where e2e::shapes::forty_two answers `42`");
    let (reference, right) = (benchmark(&RESULT, "forty_two"), benchmark(&RESULT, "forty_two_too"));
    assert_eq!((&reference["is_reference"], &reference["ratio"]), (&json!(true), &Value::Null));
    let ratio = &right["ratio"];
    assert_eq!(ratio["reference"], "e2e::shapes::forty_two");
    let [low, value, high] = ["low", "value", "high"].map(|name| ratio[name].as_f64().expect("a figure"));
    assert!(0.0 < low && low <= value && value <= high, "{ratio}");
}

#[test]
fn arms_on_different_runtimes_take_turns_in_lock_step() {
    for name in ["on_one_thread", "on_two_threads"] {
        let row = benchmark(&RESULT, name);
        assert_eq!((&row["placement"], &row["group"]), (&json!("lock_step"), &json!("flavours")), "{row}");
        assert_eq!((&row["tags"], &row["settings"]["min_rounds"]), (&json!(["mixed"]), &json!(4)));
        assert_eq!(warnings(row, "not_pinned").len(), 1, "{row}");
        let reason = row["placement_reason"].as_str().expect("a reason");
        assert!(reason.contains("::on_two_threads has 2 worker threads"), "{reason}");
    }
    assert!(benchmark(&RESULT, "on_two_threads")["ratio"]["value"].is_f64());
    let alone = benchmark(&RESULT, "whole_body");
    assert_eq!((&alone["placement"], &alone["placement_reason"]), (&json!("shared"), &Value::Null));
}

#[test]
fn errors_of_iterations_are_counted_and_warned_of() {
    let row = benchmark(&RESULT, "fails_now_and_then");
    assert!(row["errors"]["count"].as_u64() > Some(0), "{row}");
    assert!(row["errors"]["first"].as_str().is_some_and(|first| first.starts_with("refused the call ")));
    assert_eq!(warnings(row, "errors").len(), 1, "{row}");
    assert_eq!(benchmark(&RESULT, "fallible")["errors"], Value::Null);
}

#[test]
fn an_extended_benchmark_runs_only_if_asked_for() {
    let name = "e2e::shapes::only_when_extended";
    assert!(!ids(&RESULT).contains(&name));
    let asked = Ran::of(SUITE, &["--extended", "--exact", name, "--quick", "--output", "json"]);
    let result = asked.expect_code(0).json();
    assert_eq!(ids(&result), [name]);
    assert_eq!(benchmark(&result, "only_when_extended")["outcome"], "measured");
}

#[test]
fn all_shapes_pass_a_test_run() {
    let result = Ran::of(SUITE, &["--test", "--output", "json"]).expect_code(101).json();
    let rows = result["benchmarks"].as_array().expect("a list of benchmarks");
    let failed: Vec<_> =
        rows.iter().filter(|row| row["outcome"] != "passed").map(|row| &row["name"]).collect();
    assert_eq!(failed, ["forty_three"]);
}
