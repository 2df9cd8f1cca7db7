//! The JSON Schemas of the files, generated from their types and committed for those who read the files elsewhere.

use std::path::PathBuf;

use super::ResultFile;

#[test]
fn the_committed_schema_of_result_files_is_that_of_their_types() {
    let schema = schemars::schema_for!(ResultFile);
    let text = serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n";
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/schema/result-1.json");
    if std::env::var_os("ADAPTER_BENCH_GOLDEN").is_some_and(|value| value == "write") {
        return std::fs::write(&path, text).expect("the schema can be written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        text == committed,
        "docs/schema/result-1.json is stale; regenerate it: \
         ADAPTER_BENCH_GOLDEN=write cargo test -p adapter-bench --features schema --lib schema"
    );
}
