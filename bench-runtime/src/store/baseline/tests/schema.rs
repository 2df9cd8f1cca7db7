//! The schema holds for what is written.

use serde_json::{Value, json};

use super::*;

fn properties(schema: &Value) -> Vec<&str> {
    schema["properties"].as_object().expect("an object").keys().map(String::as_str).collect()
}

#[test]
fn what_is_written_has_the_keys_of_the_schema() {
    let mut arm = testing::benchmark("pkg::one", "arm", 30_000.0);
    arm["throughput"] = json!({"items": 100.0, "bytes": 0.0});
    arm["ratio"] =
        json!({"reference": "pkg::one::r", "value": 1.25, "low": 1.2, "high": 1.3, "verdict": "slower"});
    arm["identity"] = json!({"postgres.version": "17.2"});
    arm["plans"] = json!({"by_id": {"hash": "0011", "text": "Seq Scan on product"}});
    arm["time"]["runs"][0]["canary_cpu"] = json!(2.5);
    arm["time"]["runs"][0]["canary_memory"] = json!(60.0);
    let mut report = testing::of_file(&testing::file("pkg::one", vec![arm]));
    let mut other = testing::report("pkg::two", &[("b", 1.0)]);
    other.run.environment.build.rustflags = "-C target-cpu=native".to_owned();
    other.run.seed = 8;
    report.merged.push(other.run);
    report.records.extend(other.records);
    let (file, _) = Recording { report: &report, is_whole: true }.over(None).expect("recorded");
    let written: Value = write::text(&file).parse().expect("JSON");

    let schema = schemars::schema_for!(crate::store::baseline::schema::Baseline);
    let schema = schema.as_value();
    let benchmark = &schema["$defs"]["Benchmark"];
    assert_eq!(benchmark["required"], json!(["name", "median", "stddev", "rounds", "unit"]));
    assert_eq!(schema["required"], json!(["version", "arch", "recorded_at", "benchmarks"]));
    let known = |schema: &Value, written: &Value| {
        let keys: Vec<&String> = written.as_object().expect("an object").keys().collect();
        assert!(keys.iter().all(|key| properties(schema).contains(&key.as_str())), "{keys:?}");
    };
    known(schema, &written);
    known(&schema["$defs"]["Host"], &written["host"]);
    for entry in written["benchmarks"].as_array().expect("entries") {
        known(benchmark, entry);
    }
    known(&schema["$defs"]["Ratio"], &written["benchmarks"][0]["ratio"]);
    known(&schema["$defs"]["Canary"], &written["benchmarks"][0]["canary"]);
    known(&schema["$defs"]["Host"], &written["benchmarks"][1]["host"]);
    let further = properties(benchmark).into_iter().filter(|key| file::metric(key).is_some());
    assert_eq!(further.count(), 8, "every figure is read under its key");
}
