//! The JSON Schemas of the files, generated from their types and committed for those who read the files elsewhere.

use std::path::PathBuf;

use super::ResultFile;
use super::baseline::schema::Baseline;

#[test]
fn the_committed_schema_of_result_files_is_that_of_their_types() {
    is_committed(&schemars::schema_for!(ResultFile), "result-1.json");
}

#[test]
fn the_committed_schema_of_baselines_is_that_of_their_types() {
    is_committed(&schemars::schema_for!(Baseline), "baseline-1.json");
}

fn is_committed(schema: &schemars::Schema, name: &str) {
    let text = serde_json::to_string_pretty(schema).expect("a schema is JSON") + "\n";
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/schema").join(name);
    if std::env::var_os("ADAPTER_BENCH_GOLDEN").is_some_and(|value| value == "write") {
        return std::fs::write(&path, text).expect("the schema can be written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        text == committed,
        "docs/schema/{name} is stale; regenerate it: \
         ADAPTER_BENCH_GOLDEN=write cargo test -p adapter-bench --features schema --lib schema"
    );
}
